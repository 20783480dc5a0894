#include "model/confidence.h"

#include <float.h>
#include <math.h>

#include "crypto/status.h"
#include "model/gamma_tail.h"

/* Steps for a and b up to about a million. */
#define STEPS_MAX 10000u

static double not_zero(double x)
{
    return fabs(x) < DBL_MIN ? DBL_MIN : x;
}

/* The step-th numerator of the fraction. */
static double numerator(double x, double a, double b, unsigned step)
{
    const double m = step / 2;

    if (step % 2 == 0)
        return m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
    return -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
}

/* 1 / (1 + n1 / (1 + n2 / (1 + ...))) */
static double fraction(double x, double a, double b)
{
    double c = 1, d = 1 / not_zero(1 + numerator(x, a, b, 1)), value = d;

    for (unsigned step = 2; step <= STEPS_MAX; step++) {
        const double n = numerator(x, a, b, step);

        d = 1 / not_zero(1 + n * d);
        c = not_zero(1 + n / c);
        value *= c * d;
        if (fabs(c * d - 1) < 4 * DBL_EPSILON)
            break;
    }
    return value;
}

double cs_confidence_beta(double x, double a, double b)
{
    if (x <= 0 || x >= 1)
        return x > 0;
    const double log_front = cs_gamma_log(a + b) - cs_gamma_log(a) - cs_gamma_log(b) +
                             a * log(x) + b * log1p(-x);
    /* The fraction is quick below the mean. */
    if (x < (a + 1) / (a + b + 2))
        return exp(log_front) * fraction(x, a, b) / a;
    return 1 - exp(log_front) * fraction(1 - x, b, a) / b;
}

static double quantile(double share, double a, double b)
{
    double low = 0, high = 1;

    for (unsigned step = 0; step < 60; step++) {
        const double middle = (low + high) / 2;

        if (cs_confidence_beta(middle, a, b) < share)
            low = middle;
        else
            high = middle;
    }
    return (low + high) / 2;
}

double cs_confidence_lower(size_t k, size_t n, double miss)
{
    CS_REQUIRE(n > 0 && k <= n);
    return k == 0 ? 0 : quantile(miss, (double)k, (double)(n - k + 1));
}

double cs_confidence_upper(size_t k, size_t n, double miss)
{
    CS_REQUIRE(n > 0 && k <= n);
    return k == n ? 1 : quantile(1 - miss, (double)(k + 1), (double)(n - k));
}
