#include "model/gaussian.h"

#include <math.h>

#include "crypto/status.h"

static const unsigned halvings = 200; /* to the last bit */

/* Pr[N(0, 1) < x]. */
static double normal_below(double x)
{
    return erfc(-x / sqrt(2)) / 2;
}

double cs_gaussian_delta(double mu, double epsilon)
{
    CS_REQUIRE(mu > 0 && epsilon >= 0);
    const double other = normal_below(-mu / 2 - epsilon / mu);

    return normal_below(mu / 2 - epsilon / mu) - (other > 0 ? exp(epsilon) * other : 0);
}

double cs_gaussian_epsilon(double mu, double delta)
{
    double low = 0, high = 1;

    CS_REQUIRE(mu > 0 && delta > 0 && delta < 1);
    if (cs_gaussian_delta(mu, 0) <= delta)
        return 0;
    while (cs_gaussian_delta(mu, high) > delta)
        high *= 2;
    for (unsigned i = 0; i < halvings; i++) {
        const double epsilon = (low + high) / 2;
        if (cs_gaussian_delta(mu, epsilon) > delta)
            low = epsilon;
        else
            high = epsilon;
    }
    return high;
}

double cs_gaussian_mu(double epsilon, double delta)
{
    double low = 0, high = 1;

    CS_REQUIRE(epsilon > 0 && delta > 0 && delta < 1);
    while (cs_gaussian_delta(high, epsilon) <= delta)
        high *= 2;
    for (unsigned i = 0; i < halvings; i++) {
        const double mu = (low + high) / 2;
        if (mu > 0 && cs_gaussian_delta(mu, epsilon) <= delta)
            low = mu;
        else
            high = mu;
    }
    return low;
}
