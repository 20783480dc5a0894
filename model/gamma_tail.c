#define _DEFAULT_SOURCE /* lgamma_r */
#include "model/gamma_tail.h"

#include <math.h>

#include "crypto/status.h"

static const double precise = 1e-15;
static const int terms_max = 100000;

double cs_gamma_log(double x)
{
    int sign;

    return lgamma_r(x, &sign);
}

/* x^a e^-x / Gamma(a), which both have in common. */
static double front(double a, double x)
{
    return exp(a * log(x) - x - cs_gamma_log(a));
}

static double lower_series(double a, double x)
{
    double term = 1 / a, sum = term;

    for (int n = 1; n < terms_max && term > precise * sum; n++) {
        term *= x / (a + n);
        sum += term;
    }
    return sum * front(a, x);
}

static double upper_fraction(double a, double x)
{
    double b = x + 1 - a, c = 1e300, d = 1 / b, h = d, delta = 0;

    for (int n = 1; n < terms_max && fabs(delta - 1) > precise; n++) {
        const double an = -n * (n - a);

        b += 2;
        d = 1 / (an * d + b);
        c = b + an / c;
        delta = c * d;
        h *= delta;
    }
    return h * front(a, x);
}

double cs_gamma_chi_square_p(double chi_square, double n_degrees)
{
    const double a = n_degrees / 2, x = chi_square / 2;

    CS_REQUIRE(a > 0 && x >= 0);
    if (x == 0)
        return 1;
    return x < a + 1 ? 1 - lower_series(a, x) : upper_fraction(a, x);
}
