#include "model/mean.h"

#include <math.h>

#include "model/student.h"

#define PEOPLE_FOR_SKEWNESS 355.

static struct cs_rate mean_of(const struct cs_amount *amount)
{
    return (struct cs_rate){
        .people = amount->people,
        .total = amount->sum,
        .value = amount->people > 0 ? amount->sum / amount->people : NAN,
        .sampling = INFINITY,
        .noise = INFINITY,
    };
}

static bool stands_out(const struct cs_amount *amount)
{
    return amount->people > 1 &&
           amount->people >= CS_PEOPLE_OVER_NOISE * sqrt(amount->v_people);
}

static struct cs_rate measure(const struct cs_amount *amount)
{
    struct cs_rate mean = mean_of(amount);
    const double m = mean.value, n = amount->people;

    if (!(n > 0))
        return mean;
    mean.sampling = amount->variance / n;
    mean.noise =
        fmax(0, amount->v_sum + m * m * amount->v_people - 2 * m * amount->covariance) /
        (n * n);
    return mean;
}

static double variance_of(const struct cs_rate *mean)
{
    return mean->sampling + mean->noise;
}

static double degrees_of(const struct cs_rate *test, const struct cs_rate *control)
{
    const double whole = variance_of(test) + variance_of(control);

    return whole * whole /
           (test->sampling * test->sampling / (test->people - 1) +
            control->sampling * control->sampling / (control->people - 1));
}

static struct cs_lift lift_of(const struct cs_rate *test, const struct cs_rate *control)
{
    const double value = test->value - control->value;
    const double deviation = sqrt(variance_of(test) + variance_of(control));
    const double degrees = deviation > 0 ? degrees_of(test, control) : INFINITY;
    const double half = deviation * cs_student_quantile(CS_Z95, degrees);

    return (struct cs_lift){
        .value = value,
        .low = value - half,
        .high = value + half,
        .sampling = test->sampling + control->sampling,
        .noise = test->noise + control->noise,
        .p = deviation > 0 ? cs_student_p(value / deviation, degrees) : value == 0,
    };
}

void cs_mean_direct(struct cs_effect *effect,
                    const struct cs_amount measured[static CS_ARMS])
{
    const struct cs_rate *test = &effect->rate[CS_TEST],
                         *control = &effect->rate[CS_CONTROL];
    const double one =
        sqrt(fmax(measured[CS_TEST].variance, measured[CS_CONTROL].variance));

    *effect = (struct cs_effect){ .verdict = CS_NOISY_PEOPLE };
    for (size_t arm = 0; arm < CS_ARMS; arm++)
        effect->rate[arm] = measure(&measured[arm]);
    if (!stands_out(&measured[CS_TEST]) || !stands_out(&measured[CS_CONTROL]))
        return;

    const struct cs_lift lift = lift_of(test, control);
    effect->verdict = (lift.high - lift.low) / 2 > one ? CS_WIDE : CS_REPORTED;
    if (effect->verdict != CS_REPORTED)
        return;
    effect->lift = lift;
    effect->relative = cs_relative_of(test, control);
}

void cs_mean_synthetic(struct cs_effect *effect,
                       const struct cs_amount population[static CS_ARMS],
                       const struct cs_effect *direct)
{
    *effect = (struct cs_effect){ .verdict = direct->verdict };
    for (size_t arm = 0; arm < CS_ARMS; arm++)
        effect->rate[arm] = mean_of(&population[arm]);
    cs_effect_place(effect, direct);
}

double cs_mean_people_needed(double skewness)
{
    return PEOPLE_FOR_SKEWNESS * skewness * skewness;
}
