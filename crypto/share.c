#include "crypto/share.h"

#include "crypto/status.h"

void cs_share_split64(uint64_t *x0, uint64_t *x1, const uint64_t *x, size_t n,
                      struct cs_rng *rng)
{
    CS_REQUIRE(x0 != x1);
    for (size_t i = 0; i < n; i++) {
        const uint64_t value = x[i], mask = cs_rng_u64(rng);

        x0[i] = mask;
        x1[i] = value - mask;
    }
}

void cs_share_join32(uint32_t *x, const uint32_t *x0, const uint32_t *x1, size_t n)
{
    for (size_t i = 0; i < n; i++)
        x[i] = x0[i] + x1[i];
}

void cs_share_join64(uint64_t *x, const uint64_t *x0, const uint64_t *x1, size_t n)
{
    for (size_t i = 0; i < n; i++)
        x[i] = x0[i] + x1[i];
}
