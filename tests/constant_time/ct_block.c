/* crypto/block.h, crypto/gf128.h: "time and memory access depend on n only". */
#include "crypto/block.h"

#include "crypto/gf128.h"
#include "tests/constant_time/taint.h"

enum { N = 9 };

int main(void)
{
    static struct cs_block to[N], from[N], mask[N];
    uint64_t all[2] = { 0 };

    cs_taint_secret(from, sizeof from);
    cs_taint_secret(mask, sizeof mask);
    cs_blocks_add_masked(to, from, mask, N);
    cs_taint_expect(to, sizeof *to);
    all[0] = cs_mask_equal(from[0].lo, mask[0].hi);
    all[1] = cs_block_bit(from[1], 127);
    cs_taint_expect(all, 1);
    cs_taint_expect(all + 1, 1);
    cs_blocks_xor_masked(to, to, all[0], N);
    cs_blocks_xor(to, from, N);
    cs_taint_expect(to, sizeof to);
    to[0] = cs_gf128_dot(from, mask, N);
    cs_taint_expect(to, sizeof *to);
    return 0;
}
