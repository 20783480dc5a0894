/* What model/renyi.h promises, against closed forms, quadrature to thirty digits and
 * the figures of published accountants. */
#include "model/renyi.h"

#include <math.h>
#include <stdbool.h>

#include "tests/support/check.h"

static void assert_near(double got, double expected, double relative)
{
    if (!(fabs(got - expected) <= relative * fabs(expected)))
        fail_msg("%.12g, expected %.12g", got, expected);
}

static double epsilon(double q, double sigma, unsigned steps, double delta)
{
    struct cs_renyi curve;

    cs_renyi_init(&curve);
    cs_renyi_add_sampled(&curve, q, sigma, steps);
    return cs_renyi_epsilon(&curve, delta);
}

/* Quadrature to 30 digits of one step. */
static const double orders[8] = { 1.5, 2, 2.5, 4, 8, 16.5, 32, 64 };
static const struct {
    double q, sigma, rdp[8];
} truth[] = {
    { 500. / 32561,
      1,
      { .000298208754706, .00040508948507, .000516369299279, .000882663729347,
        .003405448457, 3.80431394683, 11.6890194232, 27.7574476863 } },
    { .01,
      .7,
      { .000469225776871, .000669464839436, .000909869196284, .00259621705486,
        2.90028446653, 11.934456754, 27.8993371615, 60.6278543235 } },
    { .1,
      2,
      { .00209893459571, .00283622826626, .00359407719941, .00600328296449,
        .0137254301032, .0500751384381, 1.62720230102, 5.66086725842 } },
    { .5,
      4,
      { .0119020919263, .0159950097961, .0201531504727, .0330343102751, .0706588542384,
        .170183441084, .444779481971, 1.3162855955 } },
};

static void one_step_agrees_with_quadrature_at_integer_orders(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(truth); i++)
        for (size_t k = 0; k < COUNT(orders); k++)
            if (orders[k] == floor(orders[k]))
                assert_near(cs_renyi_rdp_sampled(orders[k], truth[i].q, truth[i].sigma),
                            truth[i].rdp[k], 1e-8);
}

static void between_integer_orders_it_is_right_to_three_digits_and_not_below(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(truth); i++)
        for (size_t k = 0; k < COUNT(orders); k++) {
            const double got =
                cs_renyi_rdp_sampled(orders[k], truth[i].q, truth[i].sigma);
            assert_true(got > truth[i].rdp[k] * (1 - 1e-8));
            assert_true(got < truth[i].rdp[k] * (1 + 1e-3));
        }
}

/* (alpha - 1) * rdp is convex, 0 at 1: rising slopes from tenth to tenth. */
static void between_orders_it_is_convex(void **state)
{
    static const double sigmas[] = { .3, .7, 1, 3, 30 };
    (void)state;
    for (size_t s = 0; s < COUNT(sigmas); s++)
        for (double q = 1e-4; q < 1; q *= 9) {
            double before = 0, slope = 0;

            for (int tenth = 11; tenth < 120; tenth++) {
                const double alpha = tenth / 10.;
                const double here =
                    (alpha - 1) * cs_renyi_rdp_sampled(alpha, q, sigmas[s]);
                assert_true(here - before >= slope * (1 - 1e-2) - 1e-12);
                slope = here - before;
                before = here;
            }
        }
}

static void integer_orders_agree_with_closed_forms(void **state)
{
    static const double alpha[] = { 2, 3, 5, 8, 16, 32, 64 };
    static const struct {
        double q, sigma, rdp[7];
    } known[] = {
        { .01,
          1,
          { 1.7181342207e-4, 2.6463757458e-4, 4.6866724217e-4, 8.9364390761e-4,
            3.0878507837, 11.246275937, 27.321731875 } },
        { .01,
          1.3,
          { 8.0705410664e-5, 1.2228799258e-4, 2.0812906761e-4, 3.4438225480e-4,
            6.3137397983e-3, 4.7137326626, 14.256643117 } },
        { .05,
          2,
          { 7.0981156587e-4, 1.0804847593e-3, 1.8568074560e-3, 3.1215266423e-3,
            7.3473141032e-3, .91636960956, 4.9567192096 } },
        { .001,
          1,
          { 1.7182803522e-6, 2.5843814094e-6, 4.3309193280e-6, 6.9879416492e-6,
            .63206000793, 8.8694139056, 24.982597812 } },
        { .1,
          4,
          { 6.4473670180e-4, 9.7284328194e-4, 1.6409874352e-3, 2.6744986198e-3,
            5.6355180581e-3, 1.2720223447e-2, 3.7999885906e-2 } },
    };
    (void)state;
    for (size_t i = 0; i < COUNT(known); i++)
        for (size_t k = 0; k < COUNT(alpha); k++)
            assert_near(cs_renyi_rdp_sampled(alpha[k], known[i].q, known[i].sigma),
                        known[i].rdp[k], 1e-8);
}

/* dp_accounting's, of 50 and 10 steps. */
static void steps_add_up_order_by_order(void **state)
{
    static const double alphas[] = { 5, 50, 100 };
    static const double rdp[] = { 2.18075656e-3, 2.38460375e-2, 167.416308 };
    (void)state;

    for (size_t k = 0; k < COUNT(alphas); k++)
        assert_near(50 * cs_renyi_rdp_sampled(alphas[k], .01, 2.5), rdp[k], 1e-8);
    assert_near(50 * cs_renyi_rdp_sampled(1.5, .01, 2.5), 6.70579741e-4, 1e-1);
    assert_near(50 * cs_renyi_rdp_sampled(2.5, .01, 2.5), 1.08548710e-3, 1e-2);
    assert_near(10 * cs_renyi_rdp_sampled(5, .1, 2), .07737, 1e-3);
}

static void a_known_curve_has_a_known_epsilon(void **state)
{
    struct cs_renyi curve;
    (void)state;

    cs_renyi_init(&curve);
    curve.rho = INFINITY; /* it is no zCDP */
    for (size_t i = 0; i < CS_RENYI_ORDERS; i++) {
        const double order = cs_renyi_order(i);
        const bool listed = order == rint(order) && order >= 2 && order <= 32;
        curve.rdp[i] = listed ? 1.1 : INFINITY;
    }
    assert_near(cs_renyi_epsilon(&curve, 1e-5), 1.32783806176, 1e-10);
    assert_near(sqrt(1 / (2 * cs_renyi_zcdp_rho(1, 1e-6))), 4.530877117, 1e-9);
}

/* Mironov's conversion of 2017, which older figures were made with. */
static double old_epsilon(double q, double sigma, unsigned steps, double delta)
{
    struct cs_renyi curve;
    double least = INFINITY;

    cs_renyi_init(&curve);
    cs_renyi_add_sampled(&curve, q, sigma, steps);
    for (size_t i = 0; i < CS_RENYI_ORDERS; i++)
        least = fmin(least, curve.rdp[i] - log(delta) / (cs_renyi_order(i) - 1));
    return least;
}

static void older_figures_are_met_by_their_conversion(void **state)
{
    (void)state;
    assert_near(old_epsilon(.0025, 1.3, 6000, 1e-5), .941870567, 1e-3);
    assert_near(old_epsilon(.001, 1, 30000, 1e-7), 1.70928734, 1e-3);
    assert_near(old_epsilon(.004, 1.3, 3750, 1e-5), 1.16, 5e-3);
    assert_near(old_epsilon(.004, 1.1, 15000, 1e-5), 2.91, 5e-3);
    assert_near(old_epsilon(.004, .7, 11250, 1e-5), 6.86, 5e-3);
}

/* tensorflow_privacy's least order is 1.25; ours, 1.1, proves far less. */
static void a_run_with_next_to_no_noise_costs_what_is_published(void **state)
{
    const double q = 1024 / 1e8, steps = 976563;
    (void)state;

    assert_near(steps * cs_renyi_rdp_sampled(1.25, q, .1), 5907982.31, 1e-3);
    assert_true(epsilon(q, .1, (unsigned)steps, 1e-7) < 5907982.31);
}

/* What no RDP accountant may go below: the true cost, by privacy loss distributions. */
static void bounds_lie_above_the_true_cost(void **state)
{
    (void)state;
    assert_true(epsilon(500. / 32561, 1, 660, 1e-5) > 2.3816 - 1e-3);
    assert_true(epsilon(.05, 2, 500, 1e-5) > 2.532 - 1e-3);
    assert_true(epsilon(1, 5, 1, 1e-5) > .7255 - 1e-3);
}

static void zcdp_agrees_with_the_closed_form(void **state)
{
    static const double at[][3] = {
        /* epsilon, rho at 1e-5, rho at 1e-9 */
        { .1, .000432993729, .000177138447 }, { .5, .008505530591, .003953191141 },
        { 1, .030556595198, .014973057674 },  { 2, .108256363823, .056130501797 },
        { 3, .224249168246, .120582428911 },  { 5, .550973474939, .311693261607 },
        { 8, 1.229714525761, .732833287382 }, { 10, 1.782695616329, 1.090785704397 }
    };
    (void)state;
    for (size_t i = 0; i < COUNT(at); i++) {
        assert_near(cs_renyi_zcdp_rho(at[i][0], 1e-5), at[i][1], 1e-8);
        assert_near(cs_renyi_zcdp_rho(at[i][0], 1e-9), at[i][2], 1e-8);
        assert_near(cs_renyi_zcdp_epsilon(at[i][1], 1e-5), at[i][0], 1e-8);
    }
    assert_near(cs_renyi_zcdp_epsilon(.1, 8.933245771818e-3), 1, 1e-8);
    assert_near(cs_renyi_zcdp_epsilon(.5, 5.143184063862e-3), 3, 1e-8);
}

/* The curve of a zCDP release, converted on the list of orders, loses next to nothing. */
static void the_list_of_orders_is_dense_enough(void **state)
{
    (void)state;
    for (double rho = 1e-5; rho < 2; rho *= 1.7) {
        struct cs_renyi curve;

        cs_renyi_init(&curve);
        cs_renyi_add_zcdp(&curve, rho);
        const double tight = cs_renyi_zcdp_epsilon(rho, 1e-6);
        assert_true(cs_renyi_epsilon(&curve, 1e-6) == tight);
        curve.rho = INFINITY; /* as if something else were there */
        assert_true(cs_renyi_epsilon(&curve, 1e-6) >= tight - 1e-12);
        assert_near(cs_renyi_epsilon(&curve, 1e-6), tight, 2e-3);
    }
}

static void more_of_anything_costs_more(void **state)
{
    const double base = epsilon(.02, 1.2, 500, 1e-6);
    (void)state;
    assert_true(epsilon(.021, 1.2, 500, 1e-6) > base);
    assert_true(epsilon(.02, 1.19, 500, 1e-6) > base);
    assert_true(epsilon(.02, 1.2, 501, 1e-6) > base);
    assert_true(epsilon(.02, 1.2, 500, .9e-6) > base);
    assert_true(epsilon(0, 1.2, 500, 1e-6) == epsilon(0, 1, 1, 1e-6));
}

static void sampling_everybody_is_the_gaussian_mechanism(void **state)
{
    (void)state;
    assert_near(cs_renyi_rdp_sampled(1.25, 1, 3), 1.25 / (2 * 9.), 1e-12);
    for (double alpha = 2; alpha < 200; alpha *= 2) {
        const double plain = alpha / (2 * 9.);
        assert_near(cs_renyi_rdp_sampled(alpha, 1, 3), plain, 1e-12);
        assert_near(cs_renyi_rdp_sampled(alpha, 1 - 1e-9, 3), plain, 1e-6);
    }
}

static void too_little_noise_costs_infinity_not_less(void **state)
{
    (void)state;
    assert_true(isinf(cs_renyi_rdp_sampled(2, .1, .01)));
    assert_true(isinf(cs_renyi_rdp_sampled(1.5, .1, 0)));
    assert_true(cs_renyi_rdp_sampled(1.1, 1e-5, .1) > 7e-3);
    assert_true(cs_renyi_rdp_sampled(10.5, .5, .06) > 10.5 / (2 * .06 * .06) - 1);
}

/* 1000 steps of 2^32 draws, each apart by 2^-105: 1.06e-19. */
static void a_delta_that_samplers_use_up_proves_nothing(void **state)
{
    (void)state;
    assert_true(isinf(epsilon(.1, 1, 1000, 1e-19)));
    assert_true(isinf(epsilon(.1, 1, 1000, 1.05e-19)));
    assert_true(epsilon(.1, 1, 1000, 1.07e-19) > epsilon(.1, 1, 1000, 1.2e-19) + .1);
    assert_near(epsilon(.1, 1, 1000, 1.06e-16), epsilon(.1, 1, 1000, 1.061e-16), 1e-3);
}

/* dp_accounting's sigma at a large epsilon comes from its bounds at small fractional
 * orders, so it is not quite ours. */
static void the_solver_finds_the_smallest_sigma(void **state)
{
    static const struct {
        double q;
        unsigned steps;
        double epsilon, sigma;
    } known[] = {
        { 500. / 32561, 660, 1, 1.814273 },
        { 500. / 32561, 1980, 3, 1.263615 },
        { .06289733116, 480, .5, 10.673005 },
        { .2515893247, 200, 8, 2.444948 },
    };
    struct cs_renyi nothing;
    (void)state;

    cs_renyi_init(&nothing);
    for (size_t i = 0; i < COUNT(known); i++) {
        const struct cs_renyi_task task = { .epsilon = known[i].epsilon,
                                            .delta = 1e-5,
                                            .q = { known[i].q, 0 },
                                            .steps = known[i].steps };
        const double sigma = cs_renyi_sigma(&nothing, &task);
        assert_near(sigma, known[i].sigma, known[i].epsilon > 5 ? 3e-3 : 1e-3);
        assert_true(epsilon(known[i].q, sigma, known[i].steps, 1e-5) <= known[i].epsilon);
        assert_true(epsilon(known[i].q, sigma * .998, known[i].steps, 1e-5) >
                    known[i].epsilon);
    }
}

/* Two models and a Gaussian release of multiplier 9.04519, together at epsilon 1. */
static void the_solver_counts_what_is_spent_already(void **state)
{
    struct cs_renyi spent;
    const struct cs_renyi_task task = {
        .epsilon = 1, .delta = 1e-5, .q = { 512. / 32561, 512. / 32561 }, .steps = 1000
    };
    (void)state;

    cs_renyi_init(&spent);
    cs_renyi_add_zcdp(&spent, 1 / (2 * 9.04519 * 9.04519));
    assert_near(cs_renyi_sigma(&spent, &task), 3.29635, 1e-3);
    cs_renyi_add_zcdp(&spent, 1);
    assert_true(cs_renyi_sigma(&spent, &task) == 0);
}

/* The discrete Gaussian is s2-zCDP by proof, and all but its ends have no more. */
static void noise_by_its_masses_is_bounded_by_its_moments(void **state)
{
    enum { ATOMS = 141 };
    struct cs_renyi curve, table;
    double mass[ATOMS];
    (void)state;

    for (int i = 0; i < ATOMS; i++)
        mass[i] = exp(-(i - 70.) * (i - 70.) / (2 * 9.));
    cs_renyi_init(&curve);
    cs_renyi_add_noise(&curve, mass, ATOMS, 5);
    cs_renyi_init(&table);
    cs_renyi_add_zcdp(&table, 5 / (2 * 9.));
    for (size_t i = 0; i < 140; i++)
        assert_near(curve.rdp[i], table.rdp[i], 1e-4);
    static const double bits[] = { 1, 4, 6, 4, 1 };
    cs_renyi_init(&curve);
    cs_renyi_add_noise(&curve, bits, COUNT(bits), 2);
    assert_near(curve.apart, 2. / 16, 1e-12);
    const double moment = 4. / 16 * 4 + 6. / 16 * 1.5 + 4. / 16 * (4 / 6.) + .25 / 16;
    assert_near(curve.rdp[9], 2 * log(moment), 1e-9);
    assert_true(isinf(cs_renyi_epsilon(&curve, .12)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_step_agrees_with_quadrature_at_integer_orders),
        cmocka_unit_test(
            between_integer_orders_it_is_right_to_three_digits_and_not_below),
        cmocka_unit_test(between_orders_it_is_convex),
        cmocka_unit_test(integer_orders_agree_with_closed_forms),
        cmocka_unit_test(steps_add_up_order_by_order),
        cmocka_unit_test(a_known_curve_has_a_known_epsilon),
        cmocka_unit_test(older_figures_are_met_by_their_conversion),
        cmocka_unit_test(a_run_with_next_to_no_noise_costs_what_is_published),
        cmocka_unit_test(bounds_lie_above_the_true_cost),
        cmocka_unit_test(zcdp_agrees_with_the_closed_form),
        cmocka_unit_test(the_list_of_orders_is_dense_enough),
        cmocka_unit_test(more_of_anything_costs_more),
        cmocka_unit_test(sampling_everybody_is_the_gaussian_mechanism),
        cmocka_unit_test(too_little_noise_costs_infinity_not_less),
        cmocka_unit_test(a_delta_that_samplers_use_up_proves_nothing),
        cmocka_unit_test(the_solver_finds_the_smallest_sigma),
        cmocka_unit_test(the_solver_counts_what_is_spent_already),
        cmocka_unit_test(noise_by_its_masses_is_bounded_by_its_moments),
    };
    return CS_RUN("model/renyi", tests);
}
