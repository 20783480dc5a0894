#include "model/lift.h"

#include <math.h>

#include "crypto/status.h"

const char *cs_verdict_name(enum cs_verdict verdict)
{
    static const char *const id_of[] = {
#define X(name, id, words) id,
        CS_VERDICT_LIST(X)
#undef X
    };

    return id_of[verdict];
}

const char *cs_verdict_words(enum cs_verdict verdict)
{
    static const char *const words_of[] = {
#define X(name, id, words) words,
        CS_VERDICT_LIST(X)
#undef X
    };

    return words_of[verdict];
}

double cs_normal_p(double z)
{
    return erfc(fabs(z) / sqrt(2));
}

double cs_chi_square_p(double chi_square, size_t n_degrees)
{
    const double k = (double)n_degrees, spread = 2 / (9 * k);

    CS_REQUIRE(n_degrees > 0);
    return erfc((cbrt(chi_square / k) - (1 - spread)) / sqrt(2 * spread)) / 2;
}

void cs_p_adjust(double *p, size_t n)
{
    double least = 1;

    for (size_t i = n; i-- > 0;) {
        least = fmin(least, p[i] * (double)n / (double)(i + 1));
        p[i] = least;
    }
}

static void rate_of(struct cs_rate *rate, const struct cs_outcome *shown,
                    const struct cs_outcome *measured)
{
    const double n = measured->converted + measured->other;

    rate->conversions = shown->converted;
    rate->people = shown->converted + shown->other;
    rate->value = rate->people > 0 ? rate->conversions / rate->people : NAN;
    rate->sampling = rate->noise = INFINITY;
    if (!(n > 0 && rate->people > 0))
        return;

    const double r = rate->value, inner = (r * n + 1) / (n + 2);
    rate->sampling = inner * (1 - inner) / (n + 2);
    rate->noise = ((1 - r) * (1 - r) * measured->v_converted + r * r * measured->v_other -
                   2 * r * (1 - r) * measured->covariance) /
                  (n * n);
}

static bool stands_out(const struct cs_outcome *measured)
{
    const double n = measured->converted + measured->other;

    return n > 0 &&
           n >= CS_PEOPLE_OVER_NOISE * sqrt(measured->v_converted + measured->v_other +
                                            2 * measured->covariance);
}

static void lift_of(struct cs_lift *lift, const struct cs_rate *test,
                    const struct cs_rate *control, const struct cs_lift *direct)
{
    lift->value = test->value - control->value;
    lift->sampling = test->sampling + control->sampling;
    lift->noise = test->noise + control->noise;
    lift->fit =
        direct == NULL ? 0 : fmax(0, pow(lift->value - direct->value, 2) - lift->noise);

    const double deviation = sqrt(lift->sampling + lift->noise + lift->fit);
    lift->low = fmax(-1, lift->value - CS_Z95 * deviation);
    lift->high = fmin(1, lift->value + CS_Z95 * deviation);
    lift->p = cs_normal_p(lift->value / deviation);
}

static double variance_of(const struct cs_rate *rate)
{
    return rate->sampling + rate->noise;
}

/* The fit's part of the lift is that of the log ratio times a rate squared; the product
 * of the two rates stands for it. */
static void relative_of(struct cs_relative *relative, const struct cs_rate *test,
                        const struct cs_rate *control, double fit)
{
    const double t = test->value, c = control->value;

    *relative = (struct cs_relative){ 0 };
    relative->reported = t > 0 && c > CS_Z95 * sqrt(variance_of(control));
    if (!relative->reported)
        return;

    const double deviation = sqrt(variance_of(test) / (t * t) +
                                  variance_of(control) / (c * c) + fit / (t * c));
    relative->value = t / c - 1;
    relative->low = t / c * exp(-CS_Z95 * deviation) - 1;
    relative->high = t / c * exp(CS_Z95 * deviation) - 1;
}

static void rates_of(struct cs_effect *effect, const struct cs_outcome *shown,
                     const struct cs_outcome *measured)
{
    *effect = (struct cs_effect){ .verdict = CS_REPORTED };
    for (size_t arm = 0; arm < CS_ARMS; arm++)
        rate_of(&effect->rate[arm], &shown[arm], &measured[arm]);
}

/* Sets lift and relative from the rates, or says why not. direct may be NULL. */
static enum cs_verdict compare(struct cs_effect *effect, const struct cs_lift *direct)
{
    const struct cs_rate *test = &effect->rate[CS_TEST],
                         *control = &effect->rate[CS_CONTROL];
    struct cs_lift lift;

    if (!(test->people > 0 && control->people > 0))
        return CS_FEW_PEOPLE;
    lift_of(&lift, test, control, direct);
    if (CS_Z95 * sqrt(lift.sampling + lift.noise + lift.fit) > CS_HALF_WIDTH_MAX)
        return CS_WIDE;
    effect->lift = lift;
    relative_of(&effect->relative, test, control, lift.fit);
    return CS_REPORTED;
}

void cs_effect_direct(struct cs_effect *effect,
                      const struct cs_outcome measured[static CS_ARMS])
{
    struct cs_outcome count[CS_ARMS];

    for (size_t arm = 0; arm < CS_ARMS; arm++) {
        count[arm] = measured[arm];
        count[arm].converted = fmax(0, measured[arm].converted);
        count[arm].other = fmax(0, measured[arm].other);
    }
    rates_of(effect, count, count);
    effect->verdict = stands_out(&count[CS_TEST]) && stands_out(&count[CS_CONTROL])
                          ? compare(effect, NULL)
                          : CS_NOISY_PEOPLE;
}

void cs_effect_synthetic(struct cs_effect *effect,
                         const struct cs_outcome population[static CS_ARMS],
                         const struct cs_outcome measured[static CS_ARMS],
                         const struct cs_effect *direct)
{
    rates_of(effect, population, measured);
    effect->verdict =
        direct->verdict == CS_REPORTED ? compare(effect, &direct->lift) : direct->verdict;
}
