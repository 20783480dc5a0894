/* What model/pld.h promises, against closed forms and published accountants. */
#include "model/pld.h"

#include <math.h>

#include "model/account.h"
#include "tests/support/check.h"

static void compose(struct cs_pld *pld, const struct cs_pld_part *parts, size_t n_parts)
{
    double tilt;
    struct cs_account account = { .parts = (struct cs_pld_part *)parts,
                                  .n = n_parts,
                                  .capacity = n_parts };
    struct cs_renyi curve;

    cs_account_curve(&curve, &account);
    const double reach = cs_renyi_reach(&tilt, &curve, 1e-13);
    assert_int_equal(cs_pld_compose(pld, parts, n_parts, reach, tilt), CS_OK);
}

static double epsilon(double q, double sigma, unsigned steps, double delta)
{
    const struct cs_pld_part part = { .q = q, .sigma = sigma, .times = steps };
    struct cs_pld pld;

    compose(&pld, &part, 1);
    const double found = cs_pld_epsilon(&pld, delta);
    cs_pld_wipe(&pld);
    return found;
}

static double delta_of(struct cs_pld_part part, double epsilon)
{
    struct cs_pld pld;

    compose(&pld, &part, 1);
    const double found = cs_pld_delta(&pld, epsilon);
    cs_pld_wipe(&pld);
    return found;
}

/* Balle and Wang, "Improving the Gaussian Mechanism for Differential Privacy", 2018,
 * theorem 8; mu is sensitivity / standard deviation. */
static double gauss_delta(double mu, double epsilon)
{
    return erfc(-(mu / 2 - epsilon / mu) / sqrt(2)) / 2 -
           exp(epsilon) * erfc((mu / 2 + epsilon / mu) / sqrt(2)) / 2;
}

/* Canonne, Kamath, Steinke, 2020, theorem 7. */
static double discrete_delta(double s2, double epsilon)
{
    double all = 0, with = 0, without = 0;

    for (double x = -400; x <= 400; x++) {
        const double p = exp(-x * x / (2 * s2));

        all += p;
        with += x > epsilon * s2 - .5 ? p : 0;
        without += x > epsilon * s2 + .5 ? p : 0;
    }
    return (with - exp(epsilon) * without) / all;
}

static void assert_within(double got, double truth, double relative)
{
    if (!(got >= truth * (1 - 1e-9) && got <= truth * (1 + relative)))
        fail_msg("%.12g, the truth is %.12g", got, truth);
}

static void one_table_agrees_with_the_closed_form(void **state)
{
    (void)state;
    for (double s2 = .4; s2 < 1000; s2 *= 3)
        for (double e = .1; e < 2; e *= 1.7)
            if (discrete_delta(s2, e) > 1e-9)
                assert_within(delta_of((struct cs_pld_part){ .s2 = s2, .times = 1 }, e),
                              discrete_delta(s2, e), .02);
}

/* Of a few hundred discrete Gaussians the sum of the losses is a Gaussian to the eye. */
static void many_tables_are_one_gaussian(void **state)
{
    (void)state;
    for (double e = .5; e <= 4; e *= 2)
        for (double s2 = 25; s2 < 2000; s2 *= 3)
            if (gauss_delta(sqrt(200 / s2), e) > 1e-8)
                assert_within(delta_of((struct cs_pld_part){ .s2 = s2, .times = 200 }, e),
                              gauss_delta(sqrt(200 / s2), e) * (1 - 1e-4), .003);
}

/* By one accountant with a grid of 1e-4; ours lies below, the truth below both. */
static void training_agrees_with_a_published_accountant(void **state)
{
    static const struct {
        double q, sigma;
        unsigned steps;
        double delta, epsilon;
    } known[] = {
        { 200. / 32561, 0.8, 1629, 1e-5, 2.360004 },
        { 200. / 32561, 1.0, 1629, 1e-5, 1.365724 },
        { 200. / 32561, 1.5, 4885, 1e-5, 1.248504 },
        { 500. / 32561, 1.0, 6513, 1e-5, 8.009092 },
        { 500. / 32561, 2.5, 19537, 1e-5, 3.867069 },
        { 500. / 32561, 0.8, 19537, 1e-5, 25.658115 },
        { .01, 2.5, 5000, 1e-5, 1.121752 },
        { .0256, 1.5, 3907, 1e-5, 5.512880 },
        { .032, 0.8, 3125, 1e-5, 20.342472 },
        { .05, 2, 500, 1e-5, 2.532034 },
        { .1, 5, 1000, 1e-6, 2.988919 },
        { .25, 8, 400, 1e-5, 2.592070 },
        { .5, 10, 100, 1e-5, 2.015267 },
        { .001, 1, 10000, 1e-5, .475987 },
        { .001, .6, 1000, 1e-6, 2.106668 },
        { .0025, 1.3, 6000, 1e-5, .640111 },
        { 1, 1, 1, 1e-5, 4.377178 },
        { 1, 5, 1, 1e-5, .725522 },
    };
    (void)state;
    for (size_t i = 0; i < COUNT(known); i++)
        assert_within(epsilon(known[i].q, known[i].sigma, known[i].steps, known[i].delta),
                      known[i].epsilon * .995, .006);
}

/* Exact: sampling everybody is the Gaussian mechanism. */
static void sampling_everybody_is_the_gaussian_mechanism(void **state)
{
    (void)state;
    for (double sigma = .5; sigma < 6; sigma *= 1.5)
        for (double e = .25; e < 8; e *= 2)
            if (gauss_delta(1 / sigma, e) > 1e-9)
                assert_within(
                    delta_of((struct cs_pld_part){ .q = 1, .sigma = sigma, .times = 1 },
                             e),
                    gauss_delta(1 / sigma, e), .02);
}

/* Of one step there is a closed form: that of the Gaussian mechanism at a larger epsilon
 * (Balle, Barthe, Gaboardi, "Privacy Amplification by Subsampling", 2018, theorem 2). */
static void one_step_agrees_with_amplification_by_sampling(void **state)
{
    (void)state;
    for (double q = .001; q < 1; q *= 5)
        for (double sigma = .6; sigma < 4; sigma *= 1.8)
            for (double e = .05; e < 3; e *= 3) {
                const struct cs_pld_part step = { .q = q, .sigma = sigma, .times = 1 };
                const double truth = q * gauss_delta(1 / sigma, log1p(expm1(e) / q));
                if (truth > 1e-8)
                    assert_within(delta_of(step, e), truth, .02);
            }
}

static void published_deltas_are_met(void **state)
{
    (void)state;
    assert_within(
        delta_of((struct cs_pld_part){ .q = 1, .sigma = sqrt(3), .times = 3 }, 1),
        .126936 * (1 - 1e-5), 2e-5);
    assert_within(delta_of((struct cs_pld_part){ .q = .2, .sigma = .5, .times = 3 }, 1),
                  .15594 * (1 - 1e-4), 2e-4);
}

static void a_renyi_curve_proves_no_less(void **state)
{
    static const double rates[] = { .001, .02, .3 }, sigmas[] = { .7, 1.5, 6 };
    (void)state;
    for (size_t i = 0; i < 3; i++)
        for (size_t k = 0; k < 3; k++) {
            struct cs_renyi curve;

            cs_renyi_init(&curve);
            cs_renyi_add_sampled(&curve, rates[i], sigmas[k], 300);
            assert_true(epsilon(rates[i], sigmas[k], 300, 1e-6) <=
                        cs_renyi_epsilon(&curve, 1e-6) * 1.001);
        }
}

/* Tables and training of both parties on one ring; more of anything costs more. */
static void parts_of_all_kinds_add_up(void **state)
{
    struct cs_pld_part parts[] = { { .s2 = 400, .times = 60 },
                                   { .q = .1, .sigma = 6, .times = 50 },
                                   { .q = .05, .sigma = 6, .times = 50 } };
    struct cs_pld pld;
    double before = 0;
    (void)state;

    for (size_t n = 1; n <= COUNT(parts); n++) {
        compose(&pld, parts, n);
        const double all = cs_pld_epsilon(&pld, 1e-6);
        assert_true(all > before);
        before = all;
        cs_pld_wipe(&pld);
    }
    parts[1].sigma = 4;
    compose(&pld, parts, COUNT(parts));
    assert_true(cs_pld_epsilon(&pld, 1e-6) > before);
    assert_true(cs_pld_epsilon(&pld, 1e-7) > cs_pld_epsilon(&pld, 1e-6));
    cs_pld_wipe(&pld);
}

enum { ATOMS = 241 };

/* The discrete Gaussian, cut at 20 deviations; `skew` makes one side heavier. */
static void fill_mass(double mass[ATOMS], double s2, double skew)
{
    for (int i = 0; i < ATOMS; i++) {
        const double x = i - ATOMS / 2;
        mass[i] = exp(-x * x / (2 * s2)) * (x > 0 ? exp(-skew * x) : 1);
    }
}

static void noise_by_its_masses_costs_what_the_same_table_does(void **state)
{
    double mass[ATOMS];
    (void)state;

    fill_mass(mass, 36, 0);
    for (double e = .1; e < .8; e *= 1.7) {
        const struct cs_pld_part noise = { .mass = mass, .n = ATOMS, .times = 3 };
        const double table = delta_of((struct cs_pld_part){ .s2 = 36, .times = 3 }, e);
        assert_within(delta_of(noise, e), table * (1 - 1e-6), 2e-6);
    }
}

/* delta = sum of max(0, p - exp(epsilon) p'), in the worse direction. */
static double shifted_delta(const double mass[ATOMS], double epsilon)
{
    double all = 0, up = 0, down = 0;

    for (int i = 0; i < ATOMS; i++) {
        const double before = i > 0 ? mass[i - 1] : 0;
        const double after = i < ATOMS - 1 ? mass[i + 1] : 0;

        all += mass[i];
        up += fmax(0, mass[i] - exp(epsilon) * before);
        down += fmax(0, mass[i] - exp(epsilon) * after);
    }
    return fmax(up, down) / all;
}

static void skewed_noise_costs_what_its_worse_direction_does(void **state)
{
    double mass[ATOMS];
    (void)state;

    for (double skew = -.01; skew < .1; skew += .03) {
        fill_mass(mass, 25, skew);
        for (double e = .1; e < .8; e *= 1.7) {
            const struct cs_pld_part noise = { .mass = mass, .n = ATOMS, .times = 1 };
            assert_within(delta_of(noise, e), shifted_delta(mass, e), .01);
        }
    }
}

/* A fair sum of four bits: its ends are 1 / 16 of it, whatever epsilon is. */
static void the_ends_of_noise_count_as_infinite(void **state)
{
    static const double bits[] = { 1, 4, 6, 4, 1 };
    const struct cs_pld_part noise = { .mass = bits, .n = COUNT(bits), .times = 2 };
    struct cs_pld pld;
    (void)state;

    assert_int_equal(cs_pld_compose(&pld, &noise, 1, 10, 5), CS_OK);
    const double ends = 1 - (15. / 16) * (15. / 16);
    assert_within(cs_pld_delta(&pld, 9), ends, 1e-9);
    assert_true(isinf(cs_pld_epsilon(&pld, ends - 1e-6)));
    assert_true(cs_pld_epsilon(&pld, ends + 1e-6) <= 2 * log(6) + 1e-3);
    cs_pld_wipe(&pld);
}

/* By how much, relative to N_Z(0, s2), it is off at x to draw y from N(0, s2 - r2), and
 * then an integer near it (docs/NUMERICS.md, "Discrete noise from continuous"). */
static double two_steps_are_off(double x, double s2, double r2)
{
    const double fine = 1 / 64., spread = s2 - r2;
    double got = 0, all = 0;

    for (double y = x - 30; y <= x + 30; y += fine) { /* the trapezoidal rule */
        double near = 0;
        for (double z = floor(y) - 20; z <= floor(y) + 21; z++)
            near += exp(-(z - y) * (z - y) / (2 * r2));
        got += fine * exp(-y * y / (2 * spread) - (x - y) * (x - y) / (2 * r2)) / near;
    }
    for (double z = -200; z <= 200; z++)
        all += exp(-z * z / (2 * s2));
    return got / sqrt(2 * acos(-1) * spread) * all / exp(-x * x / (2 * s2)) - 1;
}

static void discrete_noise_is_a_function_of_continuous_noise(void **state)
{
    (void)state;
    for (double x = -9; x <= 9; x += 3) {
        assert_true(fabs(two_steps_are_off(x, 25, 2.25)) < 1e-12);
        for (double r2 = .25; r2 < 1; r2 += .25) /* where the bound can be seen */
            assert_true(fabs(two_steps_are_off(x, 25, r2)) <
                        5 * exp(-2 * acos(-1) * acos(-1) * r2) + 1e-12);
    }
    assert_true(fabs(two_steps_are_off(3, 25, .1)) > 1e-4);
}

/* From CS_PLD_TABLE_S2 on a table is a function of a Gaussian with 2.25 less. */
static void wide_tables_cost_little_more_than_their_atoms(void **state)
{
    (void)state;
    for (double e = .01; e < .2; e *= 2) {
        const double below = delta_of(
            (struct cs_pld_part){ .s2 = CS_PLD_TABLE_S2 - 1e-6, .times = 20 }, e);
        const double above =
            delta_of((struct cs_pld_part){ .s2 = CS_PLD_TABLE_S2, .times = 20 }, e);
        assert_within(above, below, .02);
    }
}

static void what_is_beyond_the_ring_counts_as_infinite(void **state)
{
    const struct cs_pld_part part = { .s2 = 1, .times = 1 };
    struct cs_pld pld;
    (void)state;

    assert_int_equal(cs_pld_compose(&pld, &part, 1, 2, 1), CS_OK);
    assert_true(cs_pld_delta(&pld, 1.99) > .05);
    assert_true(isinf(cs_pld_epsilon(&pld, 1e-6)));
    cs_pld_wipe(&pld);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_table_agrees_with_the_closed_form),
        cmocka_unit_test(many_tables_are_one_gaussian),
        cmocka_unit_test(training_agrees_with_a_published_accountant),
        cmocka_unit_test(sampling_everybody_is_the_gaussian_mechanism),
        cmocka_unit_test(one_step_agrees_with_amplification_by_sampling),
        cmocka_unit_test(published_deltas_are_met),
        cmocka_unit_test(a_renyi_curve_proves_no_less),
        cmocka_unit_test(parts_of_all_kinds_add_up),
        cmocka_unit_test(noise_by_its_masses_costs_what_the_same_table_does),
        cmocka_unit_test(skewed_noise_costs_what_its_worse_direction_does),
        cmocka_unit_test(the_ends_of_noise_count_as_infinite),
        cmocka_unit_test(discrete_noise_is_a_function_of_continuous_noise),
        cmocka_unit_test(wide_tables_cost_little_more_than_their_atoms),
        cmocka_unit_test(what_is_beyond_the_ring_counts_as_infinite),
    };
    return CS_RUN("model/pld", tests);
}
