#include "model/fourier.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum cs_status cs_fourier_init(struct cs_fourier *fourier, size_t n)
{
    CS_REQUIRE(n >= 2 && (n & (n - 1)) == 0);
    *fourier = (struct cs_fourier){ n, calloc(n / 2, sizeof *fourier->turn) };
    if (fourier->turn == NULL)
        return CS_MEMORY;
    for (size_t k = 0; k < n / 2; k++) {
        const double angle = -2 * acos(-1) * (double)k / (double)n;

        fourier->turn[k] = (struct cs_complex){ cos(angle), sin(angle) };
    }
    return CS_OK;
}

void cs_fourier_wipe(struct cs_fourier *fourier)
{
    free(fourier->turn);
    memset(fourier, 0, sizeof *fourier);
}

/* Every x[i] to where the bits of i stand in opposite order. */
static void reverse_bits(struct cs_complex *x, size_t n)
{
    for (size_t i = 1, j = 0; i < n; i++) {
        size_t bit = n / 2;

        for (; (j & bit) != 0; bit /= 2)
            j ^= bit;
        j ^= bit;
        if (i < j) {
            const struct cs_complex kept = x[i];
            x[i] = x[j];
            x[j] = kept;
        }
    }
}

/* Transforms of `half` values each, side by side, to transforms of twice as many. */
static void combine(struct cs_complex *x, const struct cs_fourier *fourier, size_t half)
{
    const size_t stride = fourier->n / (2 * half);

    for (size_t start = 0; start < fourier->n; start += 2 * half)
        for (size_t k = 0; k < half; k++) {
            struct cs_complex *low = &x[start + k], *high = low + half;
            const struct cs_complex turned =
                cs_complex_times(*high, fourier->turn[k * stride]);

            *high = (struct cs_complex){ low->re - turned.re, low->im - turned.im };
            *low = (struct cs_complex){ low->re + turned.re, low->im + turned.im };
        }
}

void cs_fourier_forward(const struct cs_fourier *fourier, struct cs_complex *x)
{
    reverse_bits(x, fourier->n);
    for (size_t half = 1; half < fourier->n; half *= 2)
        combine(x, fourier, half);
}

/* The way back is the way there with k counted downwards. */
void cs_fourier_back(const struct cs_fourier *fourier, struct cs_complex *x)
{
    cs_fourier_forward(fourier, x);
    for (size_t k = 1, l = fourier->n - 1; k < l; k++, l--) {
        const struct cs_complex kept = x[k];
        x[k] = x[l];
        x[l] = kept;
    }
}
