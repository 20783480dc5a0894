/* model/account.h against what published accountants say: runs of DP-SGD, and the noise
 * that a budget needs. One step, the Gaussian mechanism and the grid itself have tests of
 * their own (test_renyi.c, test_gaussian.c, test_pld.c). */
#include "model/account.h"

#include <math.h>

#include "tests/support/check.h"

struct run {
    double q, sigma;
    unsigned steps;
    double delta;
    double renyi, pld; /* 0: not told */
};

/* dp_accounting, opacus and tensorflow_privacy: by Renyi curves with all orders, and by
 * privacy loss distributions on a grid of 1e-4 that is rounded up. */
static const struct run runs[] = {
    { 200. / 32561, .8, 1629, 1e-5, 2.870377, 2.360004 },
    { 200. / 32561, 1.0, 1629, 1e-5, 1.615360, 1.365724 },
    { 200. / 32561, 1.5, 1629, 1e-5, .767552, .695376 },
    { 200. / 32561, 2.5, 1629, 1e-5, .397446, .359728 },
    { 200. / 32561, .8, 4885, 1e-5, 4.409385, 3.932018 },
    { 200. / 32561, 1.0, 4885, 1e-5, 2.637971, 2.399200 },
    { 200. / 32561, 1.5, 4885, 1e-5, 1.368009, 1.248504 },
    { 200. / 32561, 2.5, 4885, 1e-5, .713028, .649429 },
    { 500. / 32561, .8, 6513, 1e-5, 14.211207, 13.041609 },
    { 500. / 32561, 1.0, 6513, 1e-5, 8.682119, 8.009092 },
    { 500. / 32561, 1.5, 6513, 1e-5, 4.428748, 4.083132 },
    { 500. / 32561, 2.5, 6513, 1e-5, 2.269174, 2.085477 },
    { 500. / 32561, .8, 19537, 1e-5, 27.490049, 25.658115 },
    { 500. / 32561, 1.0, 19537, 1e-5, 16.661274, 15.500807 },
    { 500. / 32561, 1.5, 19537, 1e-5, 8.316051, 7.717725 },
    { 500. / 32561, 2.5, 19537, 1e-5, 4.185446, 3.867069 },
    { 100. / 10000, .8, 5000, 1e-5, 7.533071, 6.841733 },
    { 100. / 10000, 1.0, 5000, 1e-5, 4.588977, 4.201859 },
    { 100. / 10000, 1.5, 5000, 1e-5, 2.366348, 2.170316 },
    { 100. / 10000, 2.5, 5000, 1e-5, 1.226450, 1.121752 },
    { 256. / 10000, .8, 3907, 1e-5, 19.351799, 17.780236 },
    { 256. / 10000, 1.0, 3907, 1e-5, 11.845017, 10.932257 },
    { 256. / 10000, 1.5, 3907, 1e-5, 5.971054, 5.512880 },
    { 256. / 10000, 2.5, 3907, 1e-5, 3.026559, 2.786070 },
    { 256. / 48842, .8, 9540, 1e-5, 5.146623, 4.662700 },
    { 256. / 48842, 1.0, 9540, 1e-5, 3.144547, 2.878760 },
    { 256. / 48842, 1.5, 9540, 1e-5, 1.645799, 1.506515 },
    { 256. / 48842, 2.5, 9540, 1e-5, .859743, .784782 },
    { 64. / 5000, .8, 3907, 1e-5, 8.714925, 7.922424 },
    { 64. / 5000, 1.0, 3907, 1e-5, 5.311463, 4.863577 },
    { 64. / 5000, 1.5, 3907, 1e-5, 2.723558, 2.499203 },
    { 64. / 5000, 2.5, 3907, 1e-5, 1.406605, 1.287066 },
    { 64. / 2000, .8, 3125, 1e-5, 22.081290, 20.342472 },
    { 64. / 2000, 1.0, 3125, 1e-5, 13.598012, 12.532989 },
    { 64. / 2000, 1.5, 3125, 1e-5, 6.813991, 6.294362 },
    { 64. / 2000, 2.5, 3125, 1e-5, 3.435604, 3.164918 },
    { 500. / 32561, 1, 66, 1e-5, 1.437998, .966472 },
    { 500. / 32561, 1, 660, 1e-5, 2.707159, 2.381602 },
    { 500. / 32561, 1, 1980, 1e-5, 4.557390, 4.143563 },
    { 500. / 32561, 1, 19800, 1e-5, 16.777710, 15.631172 },
    { 500. / 32561, .7, 1980, 1e-5, 10.761939, 9.643390 },
    { 500. / 32561, .5, 660, 1e-5, 18.283653, 15.938959 },
    { 500. / 32561, 1.5, 1980, 1e-5, 2.312814, 2.115606 },
    { 500. / 32561, 2, 6600, 1e-5, 3.019259, 2.779148 },
    { 500. / 32561, 4, 19800, 1e-5, 2.410517, 2.218991 },
    { .001, 1, 10000, 1e-5, .787660, .475987 },
    { .001, .6, 1000, 1e-6, 3.141045, 2.106668 },
    { .01, 1.1, 10000, 1e-5, 5.631992, 5.192620 },
    { .004266666667, 1.1, 14062, 1e-5, 2.596556, 2.381686 },
    { .01, 4, 10000, 1e-5, 1.035490, .946999 },
    { .05, 2, 500, 1e-5, 2.768585, 2.532034 },
    { .1, 2, 200, 1e-5, 3.679746, 3.359661 },
    { .1, 5, 1000, 1e-6, 3.208270, 2.988919 },
    { .25, 8, 400, 1e-5, 2.815312, 2.592070 },
    { .5, 10, 100, 1e-5, 2.193045, 2.015267 },
    { 1, 1, 1, 1e-5, 4.728507, 4.377178 },
    { 1, 5, 1, 1e-5, .794522, .725522 },
    { 1, 10, 100, 1e-5, 4.728507, 4.377178 },
    { 1, 50, 1000, 1e-6, 3.131090, 2.921601 },
    { .0025, 1.3, 6000, 1e-5, .724223, .640111 },
    { .001, 1, 30000, 1e-7, 1.415499, 1.098199 },
    { .004, 1.3, 3750, 1e-5, .922049, .833589 },
    { .004, 1.1, 15000, 1e-5, 2.502871, 2.295468 },
    { .004, .7, 11250, 1e-5, 6.093729, 5.431223 },
    { .0064, 2, 782, 1e-6, .433359, .393742 },
    { .0064, 1, 782, 1e-6, 1.616, 1.199 },
    { 1, 1, 5, 1e-6, 13.376, 12.595 },
    { 1, .7, 2, 1e-5, 10.8602036, 10.1224946 },
    { .01, .7, 120, 1e-5, 3.2392676, 2.4612381 },
    { 1, .35, 2, 1e-5, 26.2880374, 24.7160779 },
    { .01, .35, 120, 1e-5, 22.6248601, 18.6977407 },
    { .04, 1.5, 2250, 1e-5, 7.32911117143, 0 },
};

/* Two accountants that say by how much they may be above: .01. */
static const struct {
    double q, sigma;
    unsigned steps;
    double delta, epsilon;
} above[] = {
    { .001, .8, 100, 1e-6, .270403 },     { .001, 1.5, 100, 1e-6, .039369 },
    { .001, 2, 100, 1e-6, .029105 },      { .001, 3, 100, 1e-6, .021520 },
    { .05, .8, 100, 1e-6, 6.741052 },     { .05, 1.5, 100, 1e-6, 1.953853 },
    { .05, 2, 100, 1e-6, 1.283637 },      { .05, 3, 100, 1e-6, .767934 },
    { .2, .8, 100, 1e-6, 24.333664 },     { .2, 1.5, 100, 1e-6, 8.498978 },
    { .2, 2, 100, 1e-6, 5.672056 },       { .2, 3, 100, 1e-6, 3.381221 },
    { .001, .8, 1000, 1e-6, .477771 },    { .001, 1.5, 1000, 1e-6, .099821 },
    { .001, 2, 1000, 1e-6, .071219 },     { .001, 3, 1000, 1e-6, .047616 },
    { .05, .8, 1000, 1e-6, 19.525843 },   { .05, 1.5, 1000, 1e-6, 6.209969 },
    { .05, 2, 1000, 1e-6, 4.172800 },     { .05, 3, 1000, 1e-6, 2.527574 },
    { .001, .8, 20000, 1e-6, 1.296009 },  { .001, 1.5, 20000, 1e-6, .437005 },
    { .001, 2, 20000, 1e-6, .305838 },    { .001, 3, 20000, 1e-6, .194031 },
    { .05, 1.5, 20000, 1e-6, 38.306618 }, { .05, 2, 20000, 1e-6, 24.421719 },
    { .05, 3, 20000, 1e-6, 13.961115 },   { .001, .8, 50000, 1e-6, 2.034515 },
    { .001, 1.5, 50000, 1e-6, .704218 },  { .001, 2, 50000, 1e-6, .491355 },
    { .001, 3, 50000, 1e-6, .309694 },    { .04, 1.5, 2249, 1e-5, 6.777395712 },
};

static void collect(struct cs_account *account, double q, double sigma, unsigned steps)
{
    const struct cs_pld_part part = { .q = q, .sigma = sigma, .times = steps };

    cs_account_init(account);
    assert_int_equal(cs_account_add(account, &part), CS_OK);
}

static double by_both(double q, double sigma, unsigned steps, double delta)
{
    struct cs_account account;
    double epsilon = 0;

    collect(&account, q, sigma, steps);
    assert_int_equal(cs_account_epsilon(&epsilon, &account, delta), CS_OK);
    cs_account_wipe(&account);
    return epsilon;
}

static double by_renyi(const struct run *run)
{
    struct cs_account account;
    struct cs_renyi curve;

    collect(&account, run->q, run->sigma, run->steps);
    cs_account_curve(&curve, &account);
    cs_account_wipe(&account);
    return cs_renyi_epsilon(&curve, run->delta);
}

/* At some fractional orders theirs are upper bounds, ours the value. */
static void renyi_curves_are_those_of_published_accountants(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(runs); i++) {
        const double off = by_renyi(&runs[i]) / runs[i].renyi - 1;

        if (!(off > -4e-3 && off < 1e-3))
            fail_msg("run %zu is off by %g", i, off);
    }
}

static void runs_cost_what_published_distributions_say(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(runs); i++) {
        const struct run *run = &runs[i];
        const double epsilon = by_both(run->q, run->sigma, run->steps, run->delta);

        if (run->pld == 0)
            continue;
        if (!(epsilon > run->pld * (1 - 3e-4) && epsilon < run->pld * (1 + 1e-3)))
            fail_msg("run %zu costs %g, not %g", i, epsilon, run->pld);
        if (!(epsilon <= by_renyi(run)))
            fail_msg("run %zu: a Renyi curve says less", i);
    }
}

static void bounds_with_known_slack_are_within_it(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(above); i++) {
        const double theirs = above[i].epsilon;
        const double off =
            by_both(above[i].q, above[i].sigma, above[i].steps, above[i].delta) - theirs;

        if (!(off > -.0115 && off < 1e-3 * theirs))
            fail_msg("run %zu is off by %g of %g", i, off, theirs);
    }
}

/* The noise that a budget at delta 1e-5 needs, by Renyi curves and by distributions on a
 * grid of 1e-3, which asks for 2.5 % too much where steps are many and small; the last
 * lines of one query, and of 25 with sensitivity 6. */
static const struct {
    double q;
    unsigned steps;
    double epsilon, renyi, pld;
} calibrations[] = {
    { 500. / 32561, 660, 0.5, 3.179272, 0 },
    { 500. / 32561, 660, 1, 1.814273, 1.68941 },
    { 500. / 32561, 660, 3, 0.955794, 0.90160 },
    { 500. / 32561, 660, 8, 0.659766, 0.62762 },
    { 500. / 32561, 660, 10, 0.611595, 0 },
    { 500. / 32561, 1980, 0.5, 5.329709, 0 },
    { 500. / 32561, 1980, 1, 2.895736, 2.68567 },
    { 500. / 32561, 1980, 3, 1.263615, 1.19614 },
    { 500. / 32561, 1980, 8, 0.781796, 0.75014 },
    { 500. / 32561, 1980, 10, 0.719234, 0 },
    { 500. / 32561, 6600, 0.5, 9.614909, 0 },
    { 500. / 32561, 6600, 1, 5.119697, 4.76267 },
    { 500. / 32561, 6600, 3, 2.009961, 1.88782 },
    { 500. / 32561, 6600, 8, 1.047868, 1.00466 },
    { 500. / 32561, 6600, 10, 0.935892, 0 },
    { 500. / 32561, 19800, 0.5, 16.596043, 0 },
    { 500. / 32561, 19800, 1, 8.783413, 8.29424 },
    { 500. / 32561, 19800, 3, 3.314854, 3.10561 },
    { 500. / 32561, 19800, 8, 1.548038, 1.47313 },
    { 500. / 32561, 19800, 10, 1.337639, 0 },
    { .06289733116, 480, 0.5, 10.673005, 0 },
    { .06289733116, 480, 1, 5.703664, 5.26222 },
    { .06289733116, 480, 3, 2.248933, 2.10208 },
    { .06289733116, 480, 8, 1.156388, 1.09778 },
    { .06289733116, 480, 10, 1.023323, 0 },
    { .1257946623, 400, 0.5, 19.388563, 0 },
    { .1257946623, 400, 1, 10.288335, 9.48866 },
    { .1257946623, 400, 3, 3.900228, 3.63372 },
    { .1257946623, 400, 8, 1.804226, 1.70214 },
    { .1257946623, 400, 10, 1.546578, 0 },
    { .2515893247, 200, 0.5, 27.392643, 0 },
    { .2515893247, 200, 1, 14.514304, 13.38183 },
    { .2515893247, 200, 3, 5.452235, 5.07463 },
    { .2515893247, 200, 8, 2.444948, 2.29429 },
    { .2515893247, 200, 10, 2.065866, 0 },
    { .04, 2250, 8, 1.416, 1.34765625 },
    { .04, 2000, 8, 1.3562, 1.2915 },
    { 512. / 32561, 1000, 1, 2.18954, 0 },
    { 512. / 32561, 1000, 3, 1.05398, 0 },
    { .01, 1, 1, 0, .67379294682 },
    { .001, 25, 1, 0, 3.20956502598 / 6 },
};

static void noise_by_renyi_curves_is_that_of_published_accountants(void **state)
{
    struct cs_renyi nothing;
    (void)state;

    cs_renyi_init(&nothing);
    for (size_t i = 0; i < COUNT(calibrations); i++) {
        const struct cs_renyi_task task = { .epsilon = calibrations[i].epsilon,
                                            .delta = 1e-5,
                                            .q = { calibrations[i].q },
                                            .steps = calibrations[i].steps };
        if (calibrations[i].renyi == 0)
            continue;
        const double off = cs_renyi_sigma(&nothing, &task) / calibrations[i].renyi - 1;
        if (!(off > -4e-3 && off < 1e-3))
            fail_msg("calibration %zu is off by %g", i, off);
    }
}

static void noise_by_distributions_is_that_of_published_accountants(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(calibrations); i++) {
        const double q = calibrations[i].q, sigma = calibrations[i].pld;
        const double epsilon = calibrations[i].epsilon;
        const unsigned steps = calibrations[i].steps;

        if (sigma > 0 && !(by_both(q, sigma * 1.001, steps, 1e-5) < epsilon &&
                           by_both(q, sigma * .97, steps, 1e-5) > epsilon))
            fail_msg("calibration %zu", i);
    }
}

static void the_solver_undoes_the_account(void **state)
{
    static const size_t some[] = { 1, 12, 26 };
    struct cs_account nothing;
    (void)state;

    cs_account_init(&nothing);
    for (size_t i = 0; i < COUNT(some); i++) {
        const double q = calibrations[some[i]].q, epsilon = calibrations[some[i]].epsilon;
        const unsigned steps = calibrations[some[i]].steps;
        const struct cs_pld_part part = { .q = q, .times = steps };
        double sigma = 0;

        assert_int_equal(cs_account_sigma(&sigma, &nothing, &part, epsilon, 1e-5), CS_OK);
        assert_true(by_both(q, sigma, steps, 1e-5) <= epsilon);
        assert_true(by_both(q, sigma * (1 - 1e-3), steps, 1e-5) > epsilon);
    }
}

static void more_of_anything_costs_more(void **state)
{
    const double base = by_both(.02, 1.2, 500, 1e-6);
    (void)state;

    assert_true(by_both(.021, 1.2, 500, 1e-6) > base);
    assert_true(by_both(.02, 1.19, 500, 1e-6) > base);
    assert_true(by_both(.02, 1.2, 501, 1e-6) > base);
    assert_true(by_both(.02, 1.2, 500, .9e-6) > base);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(renyi_curves_are_those_of_published_accountants),
        cmocka_unit_test(runs_cost_what_published_distributions_say),
        cmocka_unit_test(bounds_with_known_slack_are_within_it),
        cmocka_unit_test(noise_by_renyi_curves_is_that_of_published_accountants),
        cmocka_unit_test(noise_by_distributions_is_that_of_published_accountants),
        cmocka_unit_test(the_solver_undoes_the_account),
        cmocka_unit_test(more_of_anything_costs_more),
    };
    return CS_RUN("model/account_known", tests);
}
