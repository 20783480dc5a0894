/* layers.h: the pieces of a net, each as two functions on plain arrays: _forward and
 * _backward. What backward needs is an argument of it, an output of forward.
 *
 * Gradients are of the sum over the rows of a batch: who wants a mean divides. d_x is the
 * gradient with respect to x.
 *
 *   Units      rows of a batch; shapes in comments, row-major; float32
 *   Aliasing   none, but where said
 *   Errors     none
 */
#ifndef CS_MODEL_LAYERS_H
#define CS_MODEL_LAYERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "crypto/rng.h"
#include "model/study.h"

#define CS_NO_BIAS SIZE_MAX

/* An affine map y = W x + b of every row. x is an array of numbers, or it is one-hot in
 * several columns, given as the indices of its ones: then the product is a sum of rows of
 * a table, and so it is computed. The indices of a row are all different. */
struct cs_affine {
    size_t n_in, n_out;
    size_t n_lookups; /* 0: x is an array of numbers */
    size_t weight;    /* where it starts in the weights: (n_out, n_in), or the table
                         (n_in, n_out) */
    size_t bias;      /* (n_out) there; or CS_NO_BIAS: forward adds to what is in y */

    const float *x;         /* (rows, n_in) */
    const uint16_t *lookup; /* (rows, n_lookups) */
    float *y;               /* (rows, n_out) */
    float *d_y;             /* (rows, n_out) */
    float *before;          /* (rows, n_out): of its activation, if that keeps it */
    float *mask, *kept;     /* (rows, n_out): of dropout, if the layer has it: what y is
                               multiplied with, and the product; else NULL */
};

/* Reads x or lookup, writes y. */
void cs_affine_forward(const struct cs_affine *layer, const float *weights, size_t rows);

/* Reads d_y, writes d_x (rows, n_in); of lookups with respect to the one-hot array. */
void cs_affine_backward(const struct cs_affine *layer, float *d_x, const float *weights,
                        size_t rows);

/* Reads x or lookup and d_y, adds to the layer's part of the gradient of all weights. */
void cs_affine_gradient(const struct cs_affine *layer, float *d_weights, size_t rows);

/* Adds to norm2[row] the squared norm of what that row alone gives to the gradient: the
 * outer product of d_y and (x, 1) has norm |d_y| |(x, 1)| (Goodfellow, "Efficient
 * Per-Example Gradient Computations", 2015). */
void cs_affine_add_norm2(const struct cs_affine *layer, double *norm2, size_t rows);

/* Element by element, in place: y = f(y), d_y = d_y f'. leaky_relu has slope .01 below
 * zero, elu has alpha 1, gelu is x times the normal distribution function (Hendrycks and
 * Gimpel, 2016). Backward needs forward's result, and of a kind that is not monotonic
 * what it was made of, which forward keeps in `before` (n); else that may be NULL. */
bool cs_activation_keeps(enum cs_activation kind);
void cs_activation_forward(float *y, float *before, size_t n, enum cs_activation kind);
void cs_activation_backward(float *d_y, const float *y, const float *before, size_t n,
                            enum cs_activation kind);

/* Dropout (Srivastava et al., "Dropout: A Simple Way to Prevent Neural Networks from
 * Overfitting", 2014, in the form that scales while training): each of mask (n) is 0 with
 * probability `rate`, to 2^-16, and else so large that their mean is 1. kept = y mask is
 * what the next layer reads; backward multiplies d_y with mask, in place. */
void cs_dropout_draw(float *mask, size_t n, double rate, struct cs_rng *rng);
void cs_dropout_forward(float *kept, const float *y, const float *mask, size_t n);
void cs_dropout_backward(float *d_y, const float *mask, size_t n);

/* The latent of a VAE (Kingma and Welling, 2013, sections 2.4 and 3): head holds means
 * and log-variances, z = mean + exp(log-variance / 2) * noise. kl[row] is the divergence
 * of N(mean, variance) from N(0, 1). */
void cs_latent_forward(float *z,           /* (rows, latent) */
                       float *kl,          /* (rows) */
                       const float *head,  /* (rows, 2, latent) */
                       const float *noise, /* (rows, latent) */
                       size_t rows, size_t latent);
/* The gradient of sum of loss(z) + weight * kl. */
void cs_latent_backward(float *d_head,      /* (rows, 2, latent) */
                        const float *d_z,   /* (rows, latent) */
                        const float *head,  /* (rows, 2, latent) */
                        const float *noise, /* (rows, latent) */
                        float weight, size_t rows, size_t latent);

/* Softmax of every column's part of the logits, in place. Column j has the codes
 * first[j] .. first[j + 1] - 1. */
void cs_softmax_forward(float *logits,       /* (rows, first[n_columns]) */
                        const size_t *first, /* (n_columns + 1) */
                        size_t rows, size_t n_columns);

/* d_logits from the gradient with respect to the probabilities. Their rows may be wider
 * than the columns need. */
void cs_softmax_backward(float *d_logits,     /* (rows, first[n_columns]) */
                         const float *d_p,    /* (rows, stride) */
                         size_t stride,       /* */
                         const float *p,      /* (rows, first[n_columns]) */
                         const size_t *first, /* (n_columns + 1) */
                         size_t rows, size_t n_columns);

/* Fused softmax and cross-entropy, forward and backward in one pass over the logits:
 * loss[row] is the sum over columns of -log p(code), d_logits = p - onehot(code). hot
 * holds the indices of the true codes among the logits. d_logits may be logits. */
void cs_cross_entropy(float *loss,         /* (rows) */
                      float *d_logits,     /* (rows, first[n_columns]) */
                      const float *logits, /* (rows, first[n_columns]) */
                      const uint16_t *hot, /* (rows, hot_stride): n_columns are read */
                      size_t hot_stride,   /* */
                      const size_t *first, /* (n_columns + 1) */
                      size_t rows, size_t n_columns);

#endif
