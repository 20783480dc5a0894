#include "crypto/binomial.h"

#include <stdlib.h>

enum { SHAPE_COINS = 128, LEVEL_BITS = CS_BINOMIAL_LEVEL_BITS };

/* Four times the variance of all levels below this one. */
static uint64_t variance_below(unsigned level)
{
    return LEVEL_BITS * ((UINT64_C(1) << 2 * level) - 1) / 3;
}

static uint64_t divided_up(uint64_t n, unsigned shift)
{
    return (n >> shift) + ((n & ((UINT64_C(1) << shift) - 1)) != 0);
}

void cs_binomial_choose(struct cs_binomial *binomial, uint64_t s2_q16)
{
    CS_REQUIRE(s2_q16 > 0 && s2_q16 <= CS_BINOMIAL_S2_Q16_MAX);
    const uint64_t wanted = divided_up(s2_q16, 14); /* four times the variance */
    unsigned levels = 0;

    while (wanted >= variance_below(levels + 1) &&
           (wanted - variance_below(levels + 1)) >> 2 * (levels + 1) >= SHAPE_COINS)
        levels++;
    unsigned coins = (unsigned)divided_up(wanted - variance_below(levels), 2 * levels);
    if (levels == 0)
        coins += coins % 2; /* their half is a whole number */
    if (coins < CS_BINOMIAL_COINS_MIN)
        coins = CS_BINOMIAL_COINS_MIN;
    *binomial = (struct cs_binomial){ levels, coins };
}

uint64_t cs_binomial_s2_q16(const struct cs_binomial *binomial)
{
    return (variance_below(binomial->levels) +
            ((uint64_t)binomial->coins << 2 * binomial->levels))
           << 14;
}

size_t cs_binomial_bits(const struct cs_binomial *binomial)
{
    return (size_t)LEVEL_BITS * binomial->levels + binomial->coins;
}

uint32_t cs_binomial_reach(const struct cs_binomial *binomial)
{
    const uint32_t step = UINT32_C(1) << binomial->levels;

    return LEVEL_BITS / 2 * (step - 1) +
           (binomial->levels == 0 ? binomial->coins / 2 : binomial->coins * (step / 2));
}

/* p: (n + 1): the chances of n coins; from one end on, each from the one before. */
static void toss(double *p, unsigned n)
{
    p[0] = 1;
    for (unsigned i = 0; i < n; i++)
        p[0] /= 2;
    for (unsigned i = 0; i < n; i++)
        p[i + 1] = p[i] * (n - i) / (i + 1);
}

/* to: (2 * n + LEVEL_BITS - 1): of 2 X + Bin(LEVEL_BITS, 1/2), where X has p: (n). */
static void refine(double *to, const double *p, size_t n,
                   const double level[static LEVEL_BITS + 1])
{
    for (size_t x = 0; x < n; x++)
        for (size_t i = 0; i <= LEVEL_BITS; i++)
            to[2 * x + i] += p[x] * level[i];
}

enum cs_status cs_binomial_distribution(double **p, const struct cs_binomial *binomial)
{
    double level[LEVEL_BITS + 1];
    size_t n = (size_t)binomial->coins + 1;
    double *made = calloc(n, sizeof *made);

    if (made == NULL)
        return CS_MEMORY;
    toss(made, binomial->coins);
    toss(level, LEVEL_BITS);
    for (unsigned j = 0; j < binomial->levels; j++) {
        double *finer = calloc(2 * n + LEVEL_BITS - 1, sizeof *finer);

        if (finer != NULL)
            refine(finer, made, n, level);
        free(made);
        if (finer == NULL)
            return CS_MEMORY;
        made = finer;
        n = 2 * n + LEVEL_BITS - 1;
    }
    CS_REQUIRE(n == 2 * (size_t)cs_binomial_reach(binomial) + 1);
    *p = made;
    return CS_OK;
}
