/* crypto/share.h and crypto/rng.h: "time and memory access depend on n only". */
#include "crypto/share.h"

#include "tests/constant_time/taint.h"

enum { N = 300 };

int main(void)
{
    static uint64_t x[N], x0[N], x1[N];
    static uint32_t y[N], y0[N], y1[N];
    struct cs_rng rng;

    cs_rng_init_labelled(&rng, 1, "ct_share");
    cs_taint_rng(&rng);
    cs_taint_secret(x, sizeof x);
    cs_share_split64(x0, x1, x, N, &rng);
    cs_taint_expect(x0, sizeof x0);
    cs_taint_expect(x1, sizeof x1);
    cs_share_join64(x, x0, x1, N);
    cs_taint_expect(x, sizeof x);
    cs_rng_bytes(&rng, y0, sizeof y0);
    cs_rng_bytes(&rng, y1, sizeof y1);
    cs_share_join32(y, y0, y1, N);
    cs_taint_expect(y, sizeof y);
    return 0;
}
