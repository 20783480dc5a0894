#include "party/demo_model.h"

#include <math.h>

#include "crypto/rng.h"
#include "model/date.h"
#include "model/normal.h"

#define SIGNUP_FIRST ((struct cs_date){ 2018, 1, 1 })
#define SIGNUP_LAST ((struct cs_date){ 2025, 12, 31 })
#define BALANCE_CENTS_MAX 1000000
#define BASKET_CENTS_MAX 100000
#define PAGES_MAX 40

static double normal(struct cs_rng *rng)
{
    float x;

    cs_normal_fill(&x, 1, rng);
    return (double)x;
}

static double logistic(double x)
{
    return 1.0 / (1.0 + exp(-x));
}

static bool chance(struct cs_rng *rng, double p)
{
    return cs_rng_unit(rng) < p;
}

static double clamp(double x, double lo, double hi)
{
    return x < lo ? lo : x > hi ? hi : x;
}

/* An index by its weights. */
static unsigned choose(struct cs_rng *rng, const double *weight, unsigned n)
{
    double total = 0, left;
    unsigned k = 0;

    for (unsigned i = 0; i < n; i++)
        total += weight[i];
    left = cs_rng_unit(rng) * total;
    for (; k + 1 < n && left >= weight[k]; k++)
        left -= weight[k];
    return k;
}

static unsigned draw_age(const struct cs_demo_person *person, struct cs_rng *rng)
{
    double age;

    do {
        age = round(44 + 6 * person->wealth + 14 * normal(rng));
    } while (age < CS_DEMO_AGE_MIN || age > CS_DEMO_AGE_MAX);
    return (unsigned)age;
}

static unsigned draw_region(const struct cs_demo_person *person, struct cs_rng *rng)
{
    const double wealth = 0.4 * person->wealth;
    const double weight[CS_DEMO_REGIONS] = { 3 * exp(wealth), 3, 2, 2.5 * exp(-wealth),
                                             0.4 };

    return choose(rng, weight, CS_DEMO_REGIONS);
}

static unsigned draw_level(const struct cs_demo_person *person, struct cs_rng *rng)
{
    const double score =
        0.6 * person->wealth + 0.5 * person->interest + 0.6 * normal(rng);

    return score < 0.1 ? 0 : score < 1.0 ? 1 : 2;
}

/* Most came lately; those of higher levels, and the older, earlier. */
static int64_t draw_signup(const struct cs_demo_person *person, struct cs_rng *rng)
{
    const int64_t first = cs_date_to_days(SIGNUP_FIRST),
                  last = cs_date_to_days(SIGNUP_LAST);
    const double mean = 300 + 350.0 * person->level + 6.0 * person->age;
    const double ago = -log(1.0 - cs_rng_unit(rng)) * mean;

    return last - (int64_t)fmod(ago, (double)(last - first + 1));
}

static int64_t draw_balance(const struct cs_demo_person *person, struct cs_rng *rng)
{
    if (chance(rng, logistic(-1.3 - 0.6 * person->wealth)))
        return 0;
    if (chance(rng, 0.06))
        return 999;
    const double cents = exp(9.6 + 0.8 * person->wealth + 0.7 * normal(rng));
    return (int64_t)clamp(round(cents), 1, BALANCE_CENTS_MAX);
}

static unsigned draw_device(const struct cs_demo_person *person, struct cs_rng *rng)
{
    const double young = (45.0 - person->age) / 20.0;
    const double weight[CS_DEMO_DEVICES] = { exp(0.6 * young), 0.8,
                                             0.25 * exp(-0.4 * young) };

    return choose(rng, weight, CS_DEMO_DEVICES);
}

static int64_t draw_basket(const struct cs_demo_person *person, struct cs_rng *rng)
{
    static const int64_t prices[] = { 1999, 2999, 4990, 9900 };

    if (chance(rng, logistic(-0.6 - 0.7 * person->interest)))
        return -1;
    if (chance(rng, 0.3))
        return prices[cs_rng_below(rng, sizeof prices / sizeof *prices)];
    const double cents =
        exp(8.2 + 0.4 * person->wealth + 0.2 * person->level + 0.6 * normal(rng));
    return (int64_t)clamp(round(cents), 100, BASKET_CENTS_MAX);
}

/* 40 % test, 40 % control, 20 % neither, whoever they are. */
static unsigned draw_arm(struct cs_rng *rng)
{
    static const double weight[CS_DEMO_ARMS] = { 0.4, 0.4, 0.2 };

    return choose(rng, weight, CS_DEMO_ARMS);
}

static void draw_person(struct cs_demo_person *person, struct cs_rng *rng)
{
    person->wealth = normal(rng);
    person->interest = normal(rng);
    person->age = draw_age(person, rng);
    person->region = draw_region(person, rng);
    person->level = draw_level(person, rng);
    person->signup = draw_signup(person, rng);
    person->balance_cents = draw_balance(person, rng);
    person->arm = draw_arm(rng);
    person->device = draw_device(person, rng);
    person->pages = (unsigned)clamp(exp(1.4 + 0.6 * person->interest + 0.5 * normal(rng)),
                                    1, PAGES_MAX);
    person->member = chance(rng, logistic(-0.8 + 0.9 * person->level + person->interest));
    person->basket_cents = draw_basket(person, rng);
}

/* Log-odds without the e-mail, but for the intercept. */
static double base_score(const struct cs_demo_person *person)
{
    return 0.45 * person->interest + 0.2 * person->wealth + 0.2 * person->level +
           0.4 * person->member + 0.25 * (person->device == 0) +
           0.02 * ((double)person->pages - 5) - 0.01 * ((double)person->age - 44);
}

/* Size of the effect, but for its scale. */
static double effect_score(const struct cs_demo_person *person)
{
    if (person->age >= 60)
        return 0;
    return 0.5 + (person->region == 1 ? 1.0 : 0) + (person->age < 35 ? 0.7 : 0);
}

/* Of one outcome: without (0) or with the e-mail. */
static double set_chances(struct cs_demo_person *people, size_t n, int with,
                          double intercept, double scale)
{
    double sum = 0;

    for (size_t i = 0; i < n; i++) {
        const double score = intercept + base_score(&people[i]);

        people[i].chance[with] = logistic(score + scale * effect_score(&people[i]));
        sum += people[i].chance[with];
    }
    return sum / (double)n;
}

/* Bisects for intercept and scale, of which the mean chances are increasing functions. */
static void solve_chances(struct cs_demo_person *people, size_t n)
{
    double lo = -20, hi = 20, intercept = 0;

    while (hi - lo > 1e-9) {
        intercept = (lo + hi) / 2;
        const double mean = set_chances(people, n, 0, intercept, 0);
        *(mean < CS_DEMO_BASE ? &lo : &hi) = intercept;
    }
    for (lo = 0, hi = 20; hi - lo > 1e-9;) {
        const double scale = (lo + hi) / 2;
        const double mean = set_chances(people, n, 1, intercept, scale);

        *(mean < CS_DEMO_BASE + CS_DEMO_LIFT ? &lo : &hi) = scale;
    }
}

void cs_demo_people(struct cs_demo_person *people, size_t n, uint64_t seed)
{
    struct cs_rng rng;

    cs_rng_init_labelled(&rng, seed, "demo/people");
    for (size_t i = 0; i < n; i++)
        draw_person(&people[i], &rng);
    solve_chances(people, n);
    for (size_t i = 0; i < n; i++) { /* one draw decides both: the e-mail deters no one */
        const double u = cs_rng_unit(&rng);

        people[i].converted[0] = u < people[i].chance[0];
        people[i].converted[1] = u < people[i].chance[1];
    }
}
