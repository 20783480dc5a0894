/* crypto/vole.h: "seeds and delta are secret: time and memory access depend on depth
 * only". */
#include "crypto/vole.h"

#include "tests/constant_time/taint.h"

enum { DEPTH = 6 };

int main(void)
{
    static struct cs_block seed[1 << DEPTH];
    uint64_t delta = 37;

    cs_taint_secret(&delta, sizeof delta);
    cs_vole_shift(seed, DEPTH, delta);
    cs_taint_secret(seed, sizeof seed);
    cs_vole_shift(seed, DEPTH, delta);
    cs_taint_expect(seed, sizeof seed);
    return 0;
}
