#include "model/normal.h"

#include <math.h>

static const float tau = 6.28318530717958648f;

static void draw_pair(float pair[2], struct cs_rng *rng)
{
    uint32_t word[2];

    cs_rng_bytes(rng, word, sizeof word);
    const float u = ((float)(word[0] >> 8) + 0.5f) * 0x1p-24f; /* in (0, 1) */
    const float angle = tau * (float)(word[1] >> 8) * 0x1p-24f;
    const float radius = sqrtf(-2.0f * logf(u));

    pair[0] = radius * cosf(angle);
    pair[1] = radius * sinf(angle);
}

void cs_normal_fill(float *x, size_t n, struct cs_rng *rng)
{
    for (size_t i = 0; i < n; i += 2) {
        float pair[2];

        draw_pair(pair, rng);
        x[i] = pair[0];
        if (i + 1 < n)
            x[i + 1] = pair[1];
    }
}
