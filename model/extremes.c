#include "model/extremes.h"

#include <stddef.h>

#include "crypto/status.h"

/* Puts value among the smallest (n_kept of them, ascending), of which there is room for
 * CS_RARE. */
static void keep(double *smallest, size_t n_kept, double value)
{
    size_t at = n_kept;

    if (n_kept == CS_RARE && value >= smallest[CS_RARE - 1])
        return;
    if (n_kept == CS_RARE)
        at--;
    for (; at > 0 && smallest[at - 1] > value; at--)
        smallest[at] = smallest[at - 1];
    smallest[at] = value;
}

void cs_extremes_add(struct cs_extremes *extremes, double value)
{
    const size_t n_kept = extremes->n < CS_RARE ? (size_t)extremes->n : CS_RARE;

    keep(extremes->least, n_kept, value);
    keep(extremes->negated, n_kept, -value);
    extremes->n++;
}

double cs_extremes_low(const struct cs_extremes *extremes)
{
    CS_REQUIRE(extremes->n >= CS_RARE);
    return extremes->least[CS_RARE - 1];
}

double cs_extremes_high(const struct cs_extremes *extremes)
{
    CS_REQUIRE(extremes->n >= CS_RARE);
    return -extremes->negated[CS_RARE - 1];
}
