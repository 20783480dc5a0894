/* fourier.h: the discrete Fourier transform of complex numbers whose count is a power of
 * two (Cooley and Tukey, "An Algorithm for the Machine Calculation of Complex Fourier
 * Series", 1965: radix 2, in place).
 *
 *     X[k] = sum over j of x[j] exp(-2 pi i j k / n)
 *
 * There and back multiplies by n. The error of a value is below 1e-15 log2(n) times the
 * root of the sum of squares.
 *
 *   Ownership  cs_fourier_wipe frees and leaves zeros
 *   Errors     CS_MEMORY of _init
 *   Threads    a struct is read only once made
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
};

/* n: a power of two, at least 2. */
CS_MUST_USE enum cs_status cs_fourier_init(struct cs_fourier *fourier, size_t n);
void cs_fourier_wipe(struct cs_fourier *fourier);

/* x: (n), in place. */
void cs_fourier_forward(const struct cs_fourier *fourier, struct cs_complex *x);
void cs_fourier_back(const struct cs_fourier *fourier, struct cs_complex *x);

#endif
