#include "model/normal.h"

#include <math.h>

#include "crypto/status.h"
#include "model/elementary.h"

enum { PAIRS = 64 };

/* Of each pair of words, the first gives the radius; the second gives the angle: a part
 * of a quarter turn about zero, then two bits that say which of the four quarters it is.
 */
CS_EACH_WIDTH static void draw(float *restrict x, float *restrict y,
                               const uint32_t *restrict words, size_t n_pairs)
{
    const float step = 0x1.921fb6p-1f * 0x1p-29f; /* pi / 4 in 2^29 */

    for (size_t i = 0; i < n_pairs; i++) {
        const float u = ((float)(int32_t)(words[i] >> 8) + 0.5f) * 0x1p-24f; /* (0, 1] */
        const float radius = sqrtf(-2.0f * cs_log(u));
        const uint32_t turn = words[n_pairs + i];
        const float t = (float)((int32_t)(turn & 0x3fffffff) - 0x20000000) * step;
        const float sine = cs_sine(t), cosine = cs_cosine(t);
        const float signed_radius =
            cs_float_of_bits(cs_float_bits(radius) ^ (turn & 0x80000000));

        x[i] = signed_radius * ((turn & 0x40000000) != 0 ? sine : cosine);
        y[i] = signed_radius * ((turn & 0x40000000) != 0 ? cosine : sine);
    }
}

void cs_normal_fill(float *x, size_t n, struct cs_rng *rng)
{
    uint32_t words[2 * PAIRS];
    float pairs[2 * PAIRS];

    while (n > 0) {
        const size_t n_here = n < 2 * PAIRS ? n : 2 * PAIRS, n_pairs = (n_here + 1) / 2;

        cs_rng_bytes(rng, words, 2 * n_pairs * sizeof *words);
        draw(pairs, pairs + n_pairs, words, n_pairs);
        memcpy(x, pairs, n_here * sizeof *x);
        x += n_here;
        n -= n_here;
    }
}

CS_EACH_WIDTH static void draw_gumbel(float *restrict x, const uint32_t *restrict words,
                                      size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const float u = ((float)(int32_t)(words[i] >> 9) + 0.5f) * 0x1p-23f; /* (0, 1) */

        x[i] = -cs_log(-cs_log(u));
    }
}

void cs_gumbel_fill(float *x, size_t n, struct cs_rng *rng)
{
    uint32_t words[2 * PAIRS];

    while (n > 0) {
        const size_t n_here = n < 2 * PAIRS ? n : 2 * PAIRS;

        cs_rng_bytes(rng, words, n_here * sizeof *words);
        draw_gumbel(x, words, n_here);
        x += n_here;
        n -= n_here;
    }
}
