/* fourier.h: the discrete Fourier transform of real numbers whose count n is a power of
 * two,
 *
 *     X[k] = sum over j of x[j] exp(-2 pi i j k / n)    for k = 0 .. n / 2
 *
 * and back; the other half of X is the conjugate of this one. Cooley and Tukey, "An
 * Algorithm for the Machine Calculation of Complex Fourier Series", 1965, radix 2, on the
 * n / 2 complex numbers x[2 j] + i x[2 j + 1], whose transform holds those of the even
 * and of the odd places.
 *
 * The error of a value is below 1e-15 log2(n) times the root of the sum of squares. Own
 * code because privacy losses need doubles (model/pld.h): of the packaged libraries with
 * a licence like ours none has more than single precision.
 *
 *   Ownership  cs_fourier_wipe frees and leaves zeros
 *   Errors     CS_MEMORY of _init
 *   Threads    one struct, one thread
 */
#ifndef CS_MODEL_FOURIER_H
#define CS_MODEL_FOURIER_H

#include <stddef.h>

#include "crypto/status.h"

struct cs_complex {
    double re, im;
};

static inline struct cs_complex cs_complex_times(struct cs_complex a, struct cs_complex b)
{
    return (struct cs_complex){ a.re * b.re - a.im * b.im, a.re * b.im + a.im * b.re };
}

struct cs_fourier {
    size_t n;
    struct cs_complex *turn; /* (n / 2): exp(-2 pi i k / n) */
    struct cs_complex *work; /* (n / 2) */
};

/* n: a power of two, at least 4. */
CS_MUST_USE enum cs_status cs_fourier_init(struct cs_fourier *fourier, size_t n);
void cs_fourier_wipe(struct cs_fourier *fourier);

/* spectrum: (n / 2 + 1); x: (n). */
void cs_fourier_forward(struct cs_fourier *fourier, struct cs_complex *spectrum,
                        const double *x);
void cs_fourier_back(struct cs_fourier *fourier, double *x,
                     const struct cs_complex *spectrum);

#endif
