#include "model/fit_energy.h"

/* log2 of x / 2^31 in [1, 2), bit by bit (Knuth, TAOCP 1, section 1.2.2, exercise 28). */
static uint32_t log2_fraction(uint64_t x, unsigned bits)
{
    uint32_t log = 0;

    for (unsigned i = 0; i < bits; i++) {
        x = x * x >> 31;
        log <<= 1;
        if (x >> 32 != 0) {
            log |= 1;
            x >>= 1;
        }
    }
    return log;
}

void cs_fit_log_table(uint32_t table[static 1 << CS_FIT_LOG_BITS])
{
    const uint64_t ln2_q32 = UINT64_C(2977044472); /* ln 2 * 2^32 */

    for (uint32_t u = 0; u < UINT32_C(1) << CS_FIT_LOG_BITS; u++) {
        const uint64_t odd = 2 * (uint64_t)u + 1; /* (u + 1/2) * 2 */
        unsigned width = 0;

        while (odd >> (width + 1) != 0)
            width++;
        const uint32_t fraction = log2_fraction(odd << (31 - width), 24);
        const uint64_t log2_q24 = ((uint64_t)width << 24) + fraction;
        const uint64_t all_q24 = (uint64_t)(CS_FIT_LOG_BITS + 1) << 24;

        table[u] =
            (uint32_t)((all_q24 - log2_q24) * ln2_q32 >> (24 + 32 - CS_FIT_LOG_FRACTION));
    }
}
