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

/* Counts alone: the rate of an arm without people is NAN, its variances are unknown. */
static struct cs_rate count_rate(const struct cs_outcome *counted)
{
    const double people = counted->converted + counted->other;

    return (struct cs_rate){
        .people = people,
        .total = counted->converted,
        .value = people > 0 ? counted->converted / people : NAN,
        .sampling = INFINITY,
        .noise = INFINITY,
    };
}

static struct cs_rate measure_rate(const struct cs_outcome *measured)
{
    struct cs_rate rate = count_rate(measured);
    const double r = rate.value, n = rate.people;

    if (!(n > 0))
        return rate;

    const double inner = (r * n + 1) / (n + 2);
    rate.sampling = inner * (1 - inner) / (n + 2);
    rate.noise = ((1 - r) * (1 - r) * measured->v_converted + r * r * measured->v_other -
                  2 * r * (1 - r) * measured->covariance) /
                 (n * n);
    return rate;
}

static bool stands_out(const struct cs_outcome *measured)
{
    const double n = measured->converted + measured->other;

    return n > 0 &&
           n >= CS_PEOPLE_OVER_NOISE * sqrt(measured->v_converted + measured->v_other +
                                            2 * measured->covariance);
}

static double variance_of(const struct cs_rate *rate)
{
    return rate->sampling + rate->noise;
}

static struct cs_lift lift_of(const struct cs_rate *test, const struct cs_rate *control)
{
    const double value = test->value - control->value;
    const double deviation = sqrt(variance_of(test) + variance_of(control));

    return (struct cs_lift){
        .value = value,
        .low = fmax(-1, value - CS_Z95 * deviation),
        .high = fmin(1, value + CS_Z95 * deviation),
        .sampling = test->sampling + control->sampling,
        .noise = test->noise + control->noise,
        .p = cs_normal_p(value / deviation),
    };
}

/* With g = z^2 v_c / c^2 < 1 the ratios rho for which |t - rho c| is within z standard
 * deviations are an interval around t / c / (1 - g). */
struct cs_relative cs_relative_of(const struct cs_rate *test,
                                  const struct cs_rate *control)
{
    const double t = test->value, c = control->value;
    const double v_t = variance_of(test), v_c = variance_of(control);
    const double g = CS_Z95 * CS_Z95 * v_c / (c * c);

    if (!(c > 0 && g < 1))
        return (struct cs_relative){ .reported = false };

    const double middle = t / c / (1 - g);
    const double half =
        CS_Z95 / c * sqrt(v_t * (1 - g) + t / c * (t / c) * v_c) / (1 - g);
    return (struct cs_relative){
        .reported = true,
        .value = t / c - 1,
        .low = fmax(0, middle - half) - 1,
        .high = middle + half - 1,
    };
}

/* Sets lift and relative from the rates, or says why not. */
static enum cs_verdict compare(struct cs_effect *effect)
{
    const struct cs_rate *test = &effect->rate[CS_TEST],
                         *control = &effect->rate[CS_CONTROL];
    const struct cs_lift lift = lift_of(test, control);

    if (CS_Z95 * sqrt(lift.sampling + lift.noise) > CS_HALF_WIDTH_MAX)
        return CS_WIDE;
    effect->lift = lift;
    effect->relative = cs_relative_of(test, control);
    return CS_REPORTED;
}

void cs_effect_direct(struct cs_effect *effect,
                      const struct cs_outcome measured[static CS_ARMS])
{
    struct cs_outcome count[CS_ARMS];

    *effect = (struct cs_effect){ .verdict = CS_NOISY_PEOPLE };
    for (size_t arm = 0; arm < CS_ARMS; arm++) {
        count[arm] = measured[arm];
        count[arm].converted = fmax(0, measured[arm].converted);
        count[arm].other = fmax(0, measured[arm].other);
        effect->rate[arm] = measure_rate(&count[arm]);
    }
    if (stands_out(&count[CS_TEST]) && stands_out(&count[CS_CONTROL]))
        effect->verdict = compare(effect);
}

/* The population's lift, with the interval of the measured one. */
static void place(struct cs_effect *effect, const struct cs_effect *direct)
{
    const double t = effect->rate[CS_TEST].value, c = effect->rate[CS_CONTROL].value;

    effect->lift = direct->lift;
    effect->lift.value = t - c;
    if (direct->relative.reported && t > 0 && c > 0) {
        effect->relative = direct->relative;
        effect->relative.value = t / c - 1;
    }
}

void cs_effect_place(struct cs_effect *effect, const struct cs_effect *direct)
{
    effect->verdict = direct->verdict;
    for (size_t arm = 0; arm < CS_ARMS; arm++) {
        effect->rate[arm].sampling = direct->rate[arm].sampling;
        effect->rate[arm].noise = direct->rate[arm].noise;
    }
    if (effect->verdict != CS_REPORTED)
        return;
    if (effect->rate[CS_TEST].people > 0 && effect->rate[CS_CONTROL].people > 0)
        place(effect, direct);
    else
        effect->verdict = CS_FEW_PEOPLE;
}

void cs_effect_synthetic(struct cs_effect *effect,
                         const struct cs_outcome population[static CS_ARMS],
                         const struct cs_effect *direct)
{
    *effect = (struct cs_effect){ .verdict = direct->verdict };
    for (size_t arm = 0; arm < CS_ARMS; arm++)
        effect->rate[arm] = count_rate(&population[arm]);
    cs_effect_place(effect, direct);
}
