/* dpsgd.h: the gradient of one step of DP-SGD: clipped row by row, summed exactly, noised
 * on a grid (Abadi et al., "Deep Learning with Differential Privacy", 2016, algorithm 1,
 * with Poisson sampling and division by the expected batch).
 *
 * No row's gradient is ever formed. A layer gives a row the outer product of its output's
 * gradient d_y and its input x, so the norm is a product of norms, summed over the layers
 * ("ghost clipping": Goodfellow 2015; Li et al., "Large Language Models Can Be Strong
 * Differentially Private Learners", 2022, section 4), and clipping scales d_y before the
 * one product that sums over the rows.
 *
 * Why the sensitivity holds for the numbers the machine computes, not only for reals
 * (docs/NUMERICS.md, "DP-SGD noise", has the proof): all lengths are in units of clip.
 *
 *   1. x is cut to multiples of 2^-10 and the scaled d_y to multiples of 2^-20, both
 *      toward zero; what is out of range becomes zero. So a row's contribution is a
 *      vector of integers times 2^-30, no longer than the limit it was scaled to.
 *   2. Products and sums of these integers stay below 2^53: in doubles they are exact,
 *      in whatever order BLAS takes them. A row's absence changes nothing but its own
 *      part, as what is computed of one row does not depend on the others in the
 *      batch, nor on its place among them (model/matrix.h).
 *   3. The sum is rounded to the grid of the noise, sigma * 2^-16. That may add one grid
 *      step a coordinate to the difference of two sums, so rows are clipped to
 *      limit = 1 - sqrt(n_weights) * sigma * 2^-16 instead of 1.
 *   4. The noise is the discrete Gaussian with standard deviation 2^16 steps, sampled
 *      to less than 2^-105 of it in total variation (crypto/gauss_fast.h), which the
 *      account charges (model/renyi.h).
 *
 *   Secrecy    everything between _begin and _finish is secret; _finish's result is
 *              private and may be used at will. A row whose gradient is not finite
 *              contributes nothing.
 *   Ownership  cs_dpsgd_free wipes, takes NULL
 *   Threads    one object, one thread; several may add to one step, then one absorbs
 *              the others: sums are exact, so who added what does not matter
 */
#ifndef CS_MODEL_DPSGD_H
#define CS_MODEL_DPSGD_H

#include <stdbool.h>

#include "crypto/gauss_fast.h"
#include "crypto/rng.h"
#include "crypto/status.h"
#include "model/layers.h"

#define CS_DPSGD_ROWS_MAX (1u << 22) /* taken in one step, so that sums are exact */

struct cs_dpsgd {
    const struct cs_affine *layer; /* (n_layers), borrowed */
    size_t n_layers, n_weights, capacity;
    double clip, sigma, limit; /* of this step */
    uint32_t n_taken;
    struct cs_gauss_fast gauss;

    double *sum;    /* (n_weights) [secret] */
    double *x;      /* (capacity, widest n_in) [secret] */
    double *d_y;    /* (capacity, widest n_out) [secret] */
    double *scale;  /* (capacity) [secret] */
    int32_t *noise; /* (n_weights) [secret] */
    size_t x_bytes, d_y_bytes;
};

CS_MUST_USE enum cs_status cs_dpsgd_new(struct cs_dpsgd **dpsgd,
                                        const struct cs_affine *layers, size_t n_layers,
                                        size_t n_weights, size_t capacity);
void cs_dpsgd_free(struct cs_dpsgd *dpsgd);

/* True with probability sampling_rate, to 2^-64 below. */
bool cs_dpsgd_takes(double sampling_rate, struct cs_rng *secret);

/* The largest norm a row is clipped to, in units of clip: 1 minus what rounding may add.
 * Not positive: the noise is too large for so many weights. */
double cs_dpsgd_limit(double sigma, size_t n_weights);

/* The multiplier of the continuous Gaussian noise that the discrete noise of multiplier
 * sigma is a function of (docs/NUMERICS.md, "Discrete noise from continuous"): slightly
 * smaller, and what the account takes. */
double cs_dpsgd_continuous(double sigma);

void cs_dpsgd_begin(struct cs_dpsgd *dpsgd, double clip, double sigma);

/* Adds the first `rows` rows of the batch whose backward pass the layers hold. */
void cs_dpsgd_add(struct cs_dpsgd *dpsgd, size_t rows);

/* Adds what was added to another one of the same step, and takes it from there. */
void cs_dpsgd_absorb(struct cs_dpsgd *dpsgd, struct cs_dpsgd *other);

/* gradient (n_weights) = (sum + noise) / expected. */
void cs_dpsgd_finish(struct cs_dpsgd *dpsgd, float *gradient, double expected,
                     struct cs_rng *secret);

#endif
