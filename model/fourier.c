#include "model/fourier.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum cs_status cs_fourier_init(struct cs_fourier *fourier, size_t n)
{
    CS_REQUIRE(n >= 4 && (n & (n - 1)) == 0);
    *fourier = (struct cs_fourier){ n, calloc(n / 2, sizeof *fourier->turn),
                                    calloc(n / 2, sizeof *fourier->work) };
    if (fourier->turn == NULL || fourier->work == NULL) {
        cs_fourier_wipe(fourier);
        return CS_MEMORY;
    }
    for (size_t k = 0; k < n / 2; k++) {
        const double angle = -2 * acos(-1) * (double)k / (double)n;

        fourier->turn[k] = (struct cs_complex){ cos(angle), sin(angle) };
    }
    return CS_OK;
}

void cs_fourier_wipe(struct cs_fourier *fourier)
{
    free(fourier->turn);
    free(fourier->work);
    memset(fourier, 0, sizeof *fourier);
}

static struct cs_complex conjugate(struct cs_complex a)
{
    return (struct cs_complex){ a.re, -a.im };
}

/* Every z[i] to where the bits of i stand in opposite order. */
static void reverse_bits(struct cs_complex *z, size_t n)
{
    for (size_t i = 1, j = 0; i < n; i++) {
        size_t bit = n / 2;

        for (; (j & bit) != 0; bit /= 2)
            j ^= bit;
        j ^= bit;
        if (i < j) {
            const struct cs_complex kept = z[i];
            z[i] = z[j];
            z[j] = kept;
        }
    }
}

/* low and high become low + turn high and low - turn high. */
static inline void cross(struct cs_complex *low, struct cs_complex *high,
                         struct cs_complex turn)
{
    const struct cs_complex turned = cs_complex_times(*high, turn);

    *high = (struct cs_complex){ low->re - turned.re, low->im - turned.im };
    *low = (struct cs_complex){ low->re + turned.re, low->im + turned.im };
}

/* Transforms of `half` values each, side by side, to transforms of twice as many. */
static void combine(const struct cs_fourier *fourier, size_t half)
{
    const size_t stride = fourier->n / (2 * half);

    for (size_t start = 0; start < fourier->n / 2; start += 2 * half) {
        struct cs_complex *const z = &fourier->work[start];

        for (size_t k = 0; k < half; k++)
            cross(&z[k], &z[half + k], fourier->turn[k * stride]);
    }
}

/* The same twice, to transforms of four times as many, with half of the reading and
 * writing. */
static void combine_twice(const struct cs_fourier *fourier, size_t half)
{
    const size_t stride = fourier->n / (4 * half);

    for (size_t start = 0; start < fourier->n / 2; start += 4 * half)
        for (size_t k = 0; k < half; k++) {
            struct cs_complex *const z = &fourier->work[start + k];
            struct cs_complex a = z[0], b = z[half], c = z[2 * half], d = z[3 * half];

            cross(&a, &b, fourier->turn[2 * k * stride]);
            cross(&c, &d, fourier->turn[2 * k * stride]);
            cross(&a, &c, fourier->turn[k * stride]);
            cross(&b, &d, fourier->turn[(half + k) * stride]);
            z[0] = a;
            z[half] = b;
            z[2 * half] = c;
            z[3 * half] = d;
        }
}

static void transform(const struct cs_fourier *fourier)
{
    size_t half = 1;

    reverse_bits(fourier->work, fourier->n / 2);
    for (; half < fourier->n / 4; half *= 4)
        combine_twice(fourier, half);
    if (half < fourier->n / 2)
        combine(fourier, half);
}

/* exp(-2 pi i k / n) for k up to n / 2. */
static struct cs_complex turn(const struct cs_fourier *fourier, size_t k)
{
    return k < fourier->n / 2 ? fourier->turn[k] : (struct cs_complex){ -1, 0 };
}

/* Z is the transform of even + i odd, both real: so that of the even places is what Z[k]
 * and the conjugate of Z[-k] share, that of the odd ones what they do not. */
void cs_fourier_forward(struct cs_fourier *fourier, struct cs_complex *spectrum,
                        const double *x)
{
    const size_t half = fourier->n / 2;

    for (size_t j = 0; j < half; j++)
        fourier->work[j] = (struct cs_complex){ x[2 * j], x[2 * j + 1] };
    transform(fourier);
    for (size_t k = 0; k <= half; k++) {
        const struct cs_complex z = fourier->work[k % half],
                                mirror = conjugate(fourier->work[(half - k) % half]);
        const struct cs_complex even = { (z.re + mirror.re) / 2, (z.im + mirror.im) / 2 };
        const struct cs_complex odd = { (z.im - mirror.im) / 2, (mirror.re - z.re) / 2 };
        const struct cs_complex turned = cs_complex_times(odd, turn(fourier, k));

        spectrum[k] = (struct cs_complex){ even.re + turned.re, even.im + turned.im };
    }
}

/* Undoes it, step by step; a transform of conjugates is the way back times n / 2. */
void cs_fourier_back(struct cs_fourier *fourier, double *x,
                     const struct cs_complex *spectrum)
{
    const size_t half = fourier->n / 2;

    for (size_t k = 0; k < half; k++) {
        const struct cs_complex a = spectrum[k], b = conjugate(spectrum[half - k]);
        const struct cs_complex even = { (a.re + b.re) / 2, (a.im + b.im) / 2 };
        const struct cs_complex turned = { (a.re - b.re) / 2, (a.im - b.im) / 2 };
        const struct cs_complex odd =
            cs_complex_times(turned, conjugate(turn(fourier, k)));

        fourier->work[k] = (struct cs_complex){ even.re - odd.im, -(even.im + odd.re) };
    }
    transform(fourier);
    for (size_t j = 0; j < half; j++) {
        x[2 * j] = fourier->work[j].re / (double)half;
        x[2 * j + 1] = -fourier->work[j].im / (double)half;
    }
}
