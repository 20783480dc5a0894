#include "model/shrink.h"

#include <math.h>
#include <stdbool.h>

#include "crypto/status.h"

static const double surely = 3 * 3; /* squared distance over variance */
static const double prior = 10;     /* variance of a count around e, over e */
static const double threshold =
    2; /* squared distance over variance, below which e wins */
static const double least_gain = 0.3; /* of the variance left: the fit's moves cannot pass
                                         through cells that are held harder */
static const double looseness = .03;  /* of a count without noise, for the same reason */

static struct cs_shrunk shrink(double noisy, double expected, double variance,
                               double spread, double bar)
{
    if (variance == 0)
        return (struct cs_shrunk){ noisy, 1 + looseness * fabs(noisy) };
    const double from_expected = (noisy - expected) * (noisy - expected);
    const bool empty = noisy * noisy < from_expected && from_expected > surely * variance;
    const double reference = empty ? 0 : expected;
    const double distance = empty ? noisy * noisy : from_expected;
    const double t = spread * reference;
    const double near = t / (t + variance);
    const double far = bar * variance < distance ? 1 - bar * variance / distance : 0;
    const double gain = near > far ? near : far;
    const double left = gain > least_gain ? gain : least_gain;

    return (struct cs_shrunk){ reference + gain * (noisy - reference),
                               left * variance + 1 };
}

struct cs_shrunk cs_shrink(double noisy, double expected, double variance)
{
    CS_REQUIRE(variance >= 0 && expected >= 0);
    return shrink(noisy, expected, variance, prior, threshold);
}

struct cs_shrunk cs_shrink_to_prior(double noisy, double expected, double variance,
                                    double spread)
{
    CS_REQUIRE(variance >= 0 && expected >= 0 && spread > 0);
    return shrink(noisy, expected, variance, spread, surely);
}

void cs_spread_add(struct cs_spread *spread, double noisy, double expected,
                   double variance)
{
    spread->squares += (noisy - expected) * (noisy - expected) - variance;
    spread->people += expected;
}

double cs_spread_value(const struct cs_spread *spread)
{
    return spread->people > 0 && spread->squares > spread->people
               ? spread->squares / spread->people
               : 1;
}
