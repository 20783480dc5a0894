/* What model/ab.h promises, one test for each promise. */
#include "model/ab.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "crypto/rng.h"
#include "model/estimate.h"
#include "tests/support/check.h"

#define assert_near(x, y, tolerance) assert_true(fabs((x) - (y)) <= (tolerance))

/* One column of A, the arm (neither, control, test), the conversion (no, yes). */
enum { REGION, ARM, VISIT, N_COLUMNS };
enum { REGIONS = 3, ARM_CODES = 3, VISITS = 2 };
enum { PAIR_CELLS = ARM_CODES * VISITS, CELLS = PAIR_CELLS + REGIONS * PAIR_CELLS };

static struct cs_column columns[N_COLUMNS] = {
    [REGION] = { .name = (char *)"region", .n_codes = REGIONS, .at = { true, false } },
    [ARM] = { .name = (char *)"arm", .n_codes = ARM_CODES, .at = { true, false } },
    [VISIT] = { .name = (char *)"visit", .n_codes = VISITS, .at = { false, true } },
};
static const struct cs_study study = {
    .arm = ARM,
    .conversion = VISIT,
    .tests = { { .levels = { 1 << 2 } } },
    .n_tests = 1,
    .control = { 1 << 1 },
    .outcomes = { { .column = VISIT, .converted = { 1 << 1 } } },
    .n_outcomes = 1,
    .schema = { .columns = columns, .n_columns = N_COLUMNS },
    .segment_minimum = 50,
};

/* A study's people by region, arm and visit. */
typedef int64_t people[REGIONS][ARM_CODES][VISITS];

struct measured {
    struct cs_table_spec tables[2];
    struct cs_plan plan;
    int64_t cells[CELLS];
};

/* arm x visit, and region x arm x visit, each party's noise of variance s2. */
static void plan_tables(struct measured *m, double s2)
{
    const uint64_t s2_q16 = (uint64_t)(s2 * 65536) + 1;

    memset(m, 0, sizeof *m);
    m->tables[0] = (struct cs_table_spec){ .kind = CS_CROSS,
                                           .n_columns = 2,
                                           .column = { ARM, VISIT },
                                           .s2_q16 = s2_q16,
                                           .n_cells = PAIR_CELLS };
    m->tables[1] = (struct cs_table_spec){ .kind = CS_CROSS,
                                           .n_columns = 3,
                                           .column = { REGION, ARM, VISIT },
                                           .s2_q16 = s2_q16,
                                           .n_cells = REGIONS * PAIR_CELLS,
                                           .first_cell = PAIR_CELLS };
    m->plan = (struct cs_plan){ .tables = m->tables, .n_tables = 2, .n_cells = CELLS };
}

static double gauss(struct cs_rng *rng)
{
    const double pi = 3.14159265358979323846;

    return sqrt(-2 * log(1 - cs_rng_unit(rng))) * cos(2 * pi * cs_rng_unit(rng));
}

/* rng NULL: no noise. */
static void measure(struct measured *m, people real, double s2, struct cs_rng *rng)
{
    plan_tables(m, s2);
    for (size_t region = 0; region < REGIONS; region++)
        for (size_t arm = 0; arm < ARM_CODES; arm++)
            for (size_t visit = 0; visit < VISITS; visit++) {
                const size_t pair = VISITS * arm + visit;

                m->cells[pair] += real[region][arm][visit];
                m->cells[PAIR_CELLS * (region + 1) + pair] += real[region][arm][visit];
            }
    for (size_t c = 0; rng != NULL && c < CELLS; c++)
        m->cells[c] += (int64_t)round(sqrt(2 * s2) * gauss(rng));
}

static void populate(struct cs_codes *population, people counts)
{
    size_t n = 0;

    for (size_t i = 0; i < sizeof(people) / sizeof(int64_t); i++)
        n += (size_t)(&counts[0][0][0])[i];
    assert_ok(cs_codes_init(population, n, N_COLUMNS));
    for (uint8_t region = 0; region < REGIONS; region++)
        for (uint8_t arm = 0; arm < ARM_CODES; arm++)
            for (uint8_t visit = 0; visit < VISITS; visit++)
                for (int64_t i = 0; i < counts[region][arm][visit]; i++) {
                    n--;
                    cs_codes_column(population, REGION)[n] = region;
                    cs_codes_column(population, ARM)[n] = arm;
                    cs_codes_column(population, VISIT)[n] = visit;
                }
}

/* The analysis of a population of `synthetic` people given what was measured. */
static struct cs_ab *analyse(people synthetic, const struct measured *m)
{
    struct cs_codes population;
    const struct cs_noisy noisy = { &study, &m->plan, m->cells };
    struct cs_presence where = { 0 };
    const struct cs_crowd crowd = { &population, &where };
    struct cs_ab *ab = NULL;

    populate(&population, synthetic);
    where.n_both = population.n_rows;
    assert_ok(cs_ab_analyse(&ab, &noisy, NULL, &crowd));
    cs_codes_wipe(&population);
    return ab;
}

/* Test 15 %, control 10 %, neither 5 %; region 2 has 20 people in each arm. */
static people small = {
    { { 95, 5 }, { 540, 60 }, { 510, 90 } },
    { { 95, 5 }, { 342, 38 }, { 323, 57 } },
    { { 95, 5 }, { 18, 2 }, { 17, 3 } },
};

static void without_noise_the_numbers_are_exact(void **state)
{
    struct measured m;
    (void)state;
    measure(&m, small, 0, NULL);

    struct cs_ab *ab = analyse(small, &m);

    assert_int_equal(ab->answers->agreement.n_tables, 2);
    assert_int_equal(ab->answers->synthetic.verdict, CS_REPORTED);
    assert_near(ab->answers->synthetic.rate[CS_TEST].people, 1000, 0);
    assert_near(ab->answers->synthetic.rate[CS_CONTROL].total, 100, 0);
    assert_near(ab->answers->synthetic.rate[CS_NEITHER].value, .05, 1e-12);
    assert_near(ab->answers->synthetic.lift.value, .05, 1e-12);
    assert_near(ab->answers->direct.lift.value, .05, 1e-9);
    assert_near(ab->answers->synthetic.relative.value, .5, 1e-12);
    assert_true(ab->answers->agreement.agree);
    assert_near(ab->answers->split.test, .5, 1e-9);
    assert_near(ab->answers->split.p, 1, 1e-6);
    cs_ab_free(ab);
}

static void a_segment_below_the_minimum_is_not_reported(void **state)
{
    struct measured m;
    (void)state;
    measure(&m, small, 0, NULL);

    struct cs_ab *ab = analyse(small, &m);

    assert_int_equal(ab->answers->n_segments, REGIONS);
    for (unsigned region = 0; region < REGIONS; region++) {
        assert_int_equal(ab->answers->segments[region].column[0], REGION);
        assert_int_equal(ab->answers->segments[region].code[0], region);
        assert_int_equal(ab->answers->segments[region].synthetic.verdict,
                         region < 2 ? CS_REPORTED : CS_FEW_PEOPLE);
    }
    assert_near(ab->answers->segments[1].synthetic.rate[CS_TEST].people, 380, 0);
    assert_near(ab->answers->segments[1].synthetic.lift.value, .05, 1e-12);
    cs_ab_free(ab);
}

static void reported_segments_alone_count_for_the_adjustment(void **state)
{
    struct measured m;
    (void)state;
    measure(&m, small, 0, NULL);

    struct cs_ab *ab = analyse(small, &m);
    const double p = ab->answers->segments[0].synthetic.lift.p,
                 q = ab->answers->segments[1].synthetic.lift.p;

    assert_true(p < q);
    assert_near(ab->answers->segments[0].p_adjusted, fmin(2 * p, q), 1e-12);
    assert_near(ab->answers->segments[1].p_adjusted, q, 1e-12);
    cs_ab_free(ab);
}

static void segments_drown_in_noise_before_the_whole_does(void **state)
{
    struct measured m;
    (void)state;
    measure(&m, small, 3000, NULL); /* 77 people a cell: 5 deviations are 550 */

    struct cs_ab *ab = analyse(small, &m);

    assert_int_equal(ab->answers->synthetic.verdict, CS_REPORTED);
    assert_int_equal(ab->answers->segments[0].synthetic.verdict, CS_REPORTED);
    assert_int_equal(ab->answers->segments[1].synthetic.verdict, CS_NOISY_PEOPLE);
    cs_ab_free(ab);
}

static void a_segment_that_was_not_measured_is_not_reported(void **state)
{
    struct measured m;
    (void)state;
    measure(&m, small, 0, NULL);
    m.plan.n_tables = 1;

    struct cs_ab *ab = analyse(small, &m);

    assert_int_equal(ab->answers->synthetic.verdict, CS_REPORTED);
    assert_int_equal(ab->answers->segments[0].synthetic.verdict, CS_NOT_MEASURED);
    m.plan.n_tables = 0;
    cs_ab_free(ab);
    ab = analyse(small, &m);
    assert_int_equal(ab->answers->synthetic.verdict, CS_NOT_MEASURED);
    assert_false(ab->answers->agreement.agree);
    cs_ab_free(ab);
}

static void a_population_that_left_its_tables_is_flagged(void **state)
{
    people other;
    struct measured m;
    (void)state;
    measure(&m, small, 10, NULL);

    memcpy(other, small, sizeof other);
    other[0][2][1] += 5; /* within the noise */
    struct cs_ab *ab = analyse(other, &m);
    assert_true(ab->answers->agreement.agree);
    cs_ab_free(ab);

    other[0][2][1] += 45;
    ab = analyse(other, &m);
    assert_false(ab->answers->agreement.agree);
    assert_true(ab->answers->synthetic.lift.low == ab->answers->direct.lift.low);
    cs_ab_free(ab);
}

static void tables_that_contradict_each_other_are_flagged(void **state)
{
    struct measured m;
    (void)state;

    measure(&m, small, 10, NULL);
    struct cs_ab *ab = analyse(small, &m);
    assert_true(ab->answers->agreement.tables_p > .99);
    cs_ab_free(ab);

    m.cells[3] += 60; /* the deviation of the difference is 9 */
    ab = analyse(small, &m);
    assert_true(ab->answers->agreement.tables_p < .001);
    cs_ab_free(ab);
}

/* 1000 : 900 has chi-square 100^2 / 1900, p = .0218; noise makes it less surprising. */
static void unequal_arms_are_noticed(void **state)
{
    people uneven = { { { 0, 0 }, { 810, 90 }, { 850, 150 } } };
    struct measured m;
    (void)state;

    measure(&m, uneven, 0, NULL);
    struct cs_ab *ab = analyse(uneven, &m);
    assert_near(ab->answers->split.test, 1000. / 1900, 1e-9);
    assert_near(ab->answers->split.p, erfc(100 / sqrt(1900) / sqrt(2)), 1e-6);
    cs_ab_free(ab);

    measure(&m, uneven, 500, NULL);
    ab = analyse(uneven, &m);
    assert_true(ab->answers->split.p > .04);
    cs_ab_free(ab);
}

/* A random study of 2000 people whose true rates are known: .10 for control, .16 for
 * test, region 0 with .05 more in both. */
enum { DRAWN = 2000 };
static const double true_lift = .06;

static void draw_people(people real, struct cs_rng *rng)
{
    memset(real, 0, sizeof(people));
    for (size_t i = 0; i < DRAWN; i++) {
        const size_t region = cs_rng_below(rng, 10) < 5 ? 0 : 1 + cs_rng_below(rng, 2);
        const size_t arm = cs_rng_below(rng, 5) < 4 ? 1 + cs_rng_below(rng, 2) : 0;
        const double rate = .1 + (arm == 2 ? true_lift : 0) + (region == 0 ? .05 : 0);

        real[region][arm][cs_rng_unit(rng) < rate]++;
    }
}

/* A population with the arm x visit counts of the tables' combined estimate. */
static void fit(people synthetic, const struct measured *m)
{
    const size_t question[] = { ARM, VISIT };
    const struct cs_noisy noisy = { &study, &m->plan, m->cells };
    double estimate[PAIR_CELLS], variance;

    memset(synthetic, 0, sizeof(people));
    cs_estimate_marginal(estimate, &variance, CS_AT_BOTH, question, 2, &noisy);
    for (size_t arm = 0; arm < ARM_CODES; arm++)
        for (size_t visit = 0; visit < VISITS; visit++)
            synthetic[0][arm][visit] =
                (int64_t)fmax(0, round(estimate[VISITS * arm + visit]));
}

static bool within(double value, double middle, double variance)
{
    return fabs(value - middle) <= CS_Z95 * sqrt(variance);
}

/* Coverage of the 95 % intervals over many random studies. What leaves the noise out of
 * the variance must fall short: the control that the noise matters here. */
static void the_interval_covers_the_true_lift(void **state)
{
    enum { STUDIES = 400 };
    size_t covered = 0, covered_relative = 0, covered_segment = 0, by_sampling_alone = 0,
           contradicted = 0;
    struct cs_rng rng;
    (void)state;

    cs_rng_init_labelled(&rng, 7, "test_ab");
    for (size_t i = 0; i < STUDIES; i++) {
        people real, synthetic;
        struct measured m;

        draw_people(real, &rng);
        measure(&m, real, 60, &rng);
        fit(synthetic, &m);
        struct cs_ab *ab = analyse(synthetic, &m);
        const struct cs_lift *lift = &ab->answers->synthetic.lift;
        const struct cs_lift *region = &ab->answers->segments[0].direct.lift;

        assert_int_equal(ab->answers->synthetic.verdict, CS_REPORTED);
        assert_true(ab->answers->agreement.agree);
        covered += lift->low <= true_lift && true_lift <= lift->high;
        by_sampling_alone += within(lift->value, true_lift, lift->sampling);
        covered_relative += ab->answers->synthetic.relative.low <= true_lift / .125 &&
                            true_lift / .125 <= ab->answers->synthetic.relative.high;
        contradicted += ab->answers->agreement.tables_p < .05;
        covered_segment += region->low <= true_lift && true_lift <= region->high;
        cs_ab_free(ab);
    }
    print_message("covered %zu, relative %zu, segment %zu, by sampling alone %zu of %d\n",
                  covered, covered_relative, covered_segment, by_sampling_alone, STUDIES);
    assert_in_range(contradicted, .02 * STUDIES, .08 * STUDIES);
    assert_in_range(covered, .92 * STUDIES, .98 * STUDIES);
    assert_in_range(covered_relative, .92 * STUDIES, .98 * STUDIES);
    assert_in_range(covered_segment, .92 * STUDIES, .98 * STUDIES);
    assert_true(by_sampling_alone < .9 * STUDIES);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_noise_the_numbers_are_exact),
        cmocka_unit_test(a_segment_below_the_minimum_is_not_reported),
        cmocka_unit_test(reported_segments_alone_count_for_the_adjustment),
        cmocka_unit_test(segments_drown_in_noise_before_the_whole_does),
        cmocka_unit_test(a_segment_that_was_not_measured_is_not_reported),
        cmocka_unit_test(a_population_that_left_its_tables_is_flagged),
        cmocka_unit_test(tables_that_contradict_each_other_are_flagged),
        cmocka_unit_test(unequal_arms_are_noticed),
        cmocka_unit_test(the_interval_covers_the_true_lift),
    };

    return CS_RUN("model/ab", tests);
}
