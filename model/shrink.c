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

struct cs_shrunk cs_shrink(double noisy, double expected, double variance)
{
    CS_REQUIRE(variance >= 0 && expected >= 0);
    if (variance == 0)
        return (struct cs_shrunk){ noisy, 1 + looseness * fabs(noisy) };
    const double from_expected = (noisy - expected) * (noisy - expected);
    const bool empty = noisy * noisy < from_expected && from_expected > surely * variance;
    const double reference = empty ? 0 : expected;
    const double distance = empty ? noisy * noisy : from_expected;
    const double t = prior * reference;
    const double near = t / (t + variance);
    const double far =
        threshold * variance < distance ? 1 - threshold * variance / distance : 0;
    const double gain = near > far ? near : far;
    const double left = gain > least_gain ? gain : least_gain;

    return (struct cs_shrunk){ reference + gain * (noisy - reference),
                               left * variance + 1 };
}
