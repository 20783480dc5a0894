#include "model/matrix.h"

#include <cblas.h>
#include <omp.h>

#include "crypto/status.h"

/* Keeps OpenBLAS to the calling thread. Of its builds just the one over OpenMP will do:
 * the serial one lets two threads have the same buffer, with wrong products, and the one
 * over pthreads starts threads before main does anything. */
static void stay_alone(void)
{
    CS_REQUIRE(openblas_get_parallel() == OPENBLAS_OPENMP);
    omp_set_num_threads(1); /* of this thread */
}

void cs_matrix_add_product_t(float *y, const float *x, const float *w, size_t rows,
                             size_t n_out, size_t n_in)
{
    const int m = (int)rows, n = (int)n_out, k = (int)n_in;

    stay_alone();
    cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasTrans, m, n, k, 1.0f, x, k, w, k, 1.0f,
                y, n);
}

void cs_matrix_product(float *d_x, const float *d_y, const float *w, size_t rows,
                       size_t n_in, size_t n_out)
{
    const int m = (int)rows, n = (int)n_in, k = (int)n_out;

    stay_alone();
    cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, m, n, k, 1.0f, d_y, k, w, n,
                0.0f, d_x, n);
}

void cs_matrix_add_t_product(float *d_w, const float *d_y, const float *x, size_t n_out,
                             size_t n_in, size_t rows)
{
    const int m = (int)n_out, n = (int)n_in, k = (int)rows;

    stay_alone();
    cblas_sgemm(CblasRowMajor, CblasTrans, CblasNoTrans, m, n, k, 1.0f, d_y, m, x, n,
                1.0f, d_w, n);
}

void cs_matrix_add_t_product64(double *d_w, const double *d_y, const double *x,
                               size_t n_out, size_t n_in, size_t rows)
{
    const int m = (int)n_out, n = (int)n_in, k = (int)rows;

    stay_alone();
    cblas_dgemm(CblasRowMajor, CblasTrans, CblasNoTrans, m, n, k, 1.0, d_y, m, x, n, 1.0,
                d_w, n);
}
