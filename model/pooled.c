#include "model/pooled.h"

#include <math.h>

#include "crypto/status.h"
#include "model/gamma_tail.h"
#include "model/lift.h"

#define ROUNDS 200
#define STILL 1e-10 /* of the largest variance */

/* The variance of true effects around their mean: a, or that of its own column. */
static double a_of(const struct cs_pooled *effect, double a)
{
    return fmax(a, effect->spread * effect->spread);
}

/* Sums over effects, weighed by 1 / (variance + a). */
struct weighed {
    double weights, values, variances;
};

static void weigh(struct weighed *sums, const struct cs_pooled *effect, double a)
{
    const double w = 1 / (effect->variance + a);

    sums->weights += w;
    sums->values += w * effect->value;
    sums->variances += w * effect->variance;
}

/* One a for all. */
static struct weighed weigh_alike(const struct cs_pooled *effects, size_t n, double a)
{
    struct weighed sums = { 0 };

    for (size_t i = 0; i < n; i++)
        weigh(&sums, &effects[i], a);
    return sums;
}

static struct weighed weigh_apart(const struct cs_pooled *effects, size_t n, double a)
{
    struct weighed sums = { 0 };

    for (size_t i = 0; i < n; i++)
        weigh(&sums, &effects[i], a_of(&effects[i], a));
    return sums;
}

static double next_a(const struct cs_pooled *effects, size_t n, double a)
{
    const struct weighed sums = weigh_alike(effects, n, a);
    const double mean = sums.values / sums.weights, k = (double)n;
    double excess = 0;

    for (size_t i = 0; i < n; i++) {
        const double off = effects[i].value - mean, variance = effects[i].variance;

        excess += (k / (k - 1) * off * off - variance) / (variance + a);
    }
    return fmax(0, excess / sums.weights);
}

static double settle(const struct cs_pooled *effects, size_t n)
{
    double a = 0, most = 0;

    for (size_t i = 0; i < n; i++)
        most = fmax(most, effects[i].variance);
    for (unsigned round = 0; round < ROUNDS; round++) {
        const double next = next_a(effects, n, a);
        const bool still = fabs(next - a) <= STILL * most;

        a = next;
        if (still)
            break;
    }
    return a;
}

/* Many effects, of n_columns. */
struct pooling {
    struct weighed sums;
    size_t n, n_columns;
};

static void draw(struct cs_pooled *effect, const struct pooling *of, double a)
{
    const struct weighed *sums = &of->sums;
    const double k = (double)of->n, mean = sums->values / sums->weights;
    const double v = effect->variance, off = effect->value - mean;
    const double b = (k - 3) / (k - 1) * v / (v + a);
    const double part = fmin(1, (double)of->n_columns / (v + a) / sums->weights);
    const double typical = sums->variances / sums->weights;
    const double variance = v * (1 - (1 - part) * b) +
                            2 / (k - 3) * b * b * (typical + a) / (v + a) * off * off;

    effect->drawn = effect->value - b * off;
    effect->low = effect->drawn - CS_Z95 * sqrt(variance);
    effect->high = effect->drawn + CS_Z95 * sqrt(variance);
}

bool cs_pool_draw(struct cs_pool *pool, struct cs_pooled *effects, size_t n,
                  size_t n_columns)
{
    CS_REQUIRE(n_columns > 0 || n == 0);
    if (n < CS_POOLED_LEAST)
        return false;

    const double a = settle(effects, n);
    const struct pooling of = { weigh_apart(effects, n, a), n, n_columns };
    *pool = (struct cs_pool){ of.sums.values / of.sums.weights, sqrt(a) };
    for (size_t i = 0; i < n; i++)
        draw(&effects[i], &of, a_of(&effects[i], a));
    return true;
}

struct cs_difference cs_pool_compare(const struct cs_pooled *effects, size_t n)
{
    const struct weighed sums = weigh_alike(effects, n, 0);
    double q = 0, squares = 0;

    if (n < 2)
        return (struct cs_difference){ .q = NAN, .p = NAN };
    for (size_t i = 0; i < n; i++) {
        const double off = effects[i].value - sums.values / sums.weights;

        q += off * off / effects[i].variance;
        squares += 1 / (effects[i].variance * effects[i].variance);
    }
    const double degrees = (double)n - 1;
    const double spread = (q - degrees) / (sums.weights - squares / sums.weights);
    return (struct cs_difference){ n - 1, q, cs_gamma_chi_square_p(q, degrees),
                                   sqrt(fmax(0, spread)) };
}
