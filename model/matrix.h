/* matrix.h: the matrix products of the nets; the one file that calls BLAS.
 *
 * All matrices are row-major and dense. Shapes stand beside the arguments.
 *
 * The products of the passes add their terms one after another in the order of the sum,
 * each product and sum rounded to float: a row's numbers depend on that row and the
 * weights alone, to the bit, on every machine. The privacy of DP-SGD rests on it
 * (docs/NUMERICS.md); no BLAS promises it, and OpenBLAS's kernels of 256 bits do not do
 * it. What sums over the rows is BLAS's.
 *
 *   Aliasing   the result overlaps no argument.
 *   Errors     none; sizes are below 2^31.
 *   Threads    any, at the same time; each product runs on its caller's alone.
 */
#ifndef CS_MODEL_MATRIX_H
#define CS_MODEL_MATRIX_H

#include <stddef.h>

/* y += x wT, the forward pass of a dense layer. */
void cs_matrix_add_product_t(float *y,       /* (rows, n_out) */
                             const float *x, /* (rows, n_in) */
                             const float *w, /* (n_out, n_in) */
                             size_t rows, size_t n_out, size_t n_in);

/* d_x = d_y w, the backward pass. */
void cs_matrix_product(float *d_x,       /* (rows, n_in) */
                       const float *d_y, /* (rows, n_out) */
                       const float *w,   /* (n_out, n_in) */
                       size_t rows, size_t n_in, size_t n_out);

/* d_w += d_yT x, the gradient of the weight; in doubles where sums must be exact. */
void cs_matrix_add_t_product(float *d_w,       /* (n_out, n_in) */
                             const float *d_y, /* (rows, n_out) */
                             const float *x,   /* (rows, n_in) */
                             size_t n_out, size_t n_in, size_t rows);
void cs_matrix_add_t_product64(double *d_w, const double *d_y, const double *x,
                               size_t n_out, size_t n_in, size_t rows);

#endif
