/* What model/estimate.h promises, one test for each promise. */
#include "model/estimate.h"

#include <math.h>
#include <string.h>

#include "crypto/rng.h"
#include "tests/support/check.h"

enum { X, Y, Z, ALONE, N_COLUMNS };

static struct cs_column columns[N_COLUMNS] = {
    [X] = { .n_codes = 3, .at = { true, false } },
    [Y] = { .n_codes = 2, .at = { false, true } },
    [Z] = { .n_codes = 4, .at = { true, false } },
    [ALONE] = { .n_codes = 2, .at = { true, false } },
};
static struct cs_study study = { .schema = { .columns = columns,
                                             .n_columns = N_COLUMNS } };

#define S2(value) ((uint64_t)((value)*65536))

/* x, y; x, z, y (the order is not that of the question); x, z. */
static struct cs_table_spec tables[] = {
    { .kind = CS_CROSS, .n_columns = 2, .column = { X, Y }, .s2_q16 = S2(10) },
    { .kind = CS_CROSS, .n_columns = 3, .column = { Z, X, Y }, .s2_q16 = S2(5) },
    { .kind = CS_OWN_A, .n_columns = 2, .column = { X, Z }, .s2_q16 = S2(7) },
};
enum { CELLS = 6 + 24 + 12 };
static struct cs_plan plan = { .tables = tables, .n_tables = 3, .n_cells = CELLS };

static int set_up(void **state)
{
    size_t first = 0;
    (void)state;

    for (size_t t = 0; t < plan.n_tables; t++) {
        tables[t].n_cells =
            cs_estimate_cells(tables[t].column, tables[t].n_columns, &study.schema);
        tables[t].first_cell = first;
        first += tables[t].n_cells;
    }
    return first != CELLS;
}

/* A population's counts: truth[x][z][y] people. */
static int64_t people(size_t x, size_t z, size_t y)
{
    return (int64_t)(100 * x + 10 * z + y + 1);
}

static void count(int64_t cells[static CELLS])
{
    memset(cells, 0, CELLS * sizeof *cells);
    for (size_t x = 0; x < 3; x++)
        for (size_t z = 0; z < 4; z++)
            for (size_t y = 0; y < 2; y++) {
                cells[2 * x + y] += people(x, z, y);
                cells[6 + 6 * z + 2 * x + y] += people(x, z, y);
                cells[30 + 4 * x + z] += people(x, z, y);
            }
}

static void without_noise_the_estimate_is_the_count(void **state)
{
    int64_t cells[CELLS];
    const struct cs_noisy noisy = { &study, &plan, cells };
    double estimate[24], variance;
    (void)state;
    count(cells);

    const size_t xzy[] = { X, Z, Y };
    assert_int_equal(
        cs_estimate_marginal(estimate, &variance, CS_AT_BOTH, xzy, 3, &noisy), 1);
    for (size_t x = 0; x < 3; x++)
        for (size_t z = 0; z < 4; z++)
            for (size_t y = 0; y < 2; y++)
                assert_true(estimate[8 * x + 2 * z + y] == (double)people(x, z, y));

    const size_t yx[] = { Y, X };
    assert_int_equal(cs_estimate_marginal(estimate, &variance, CS_AT_BOTH, yx, 2, &noisy),
                     2);
    for (size_t x = 0; x < 3; x++)
        for (size_t y = 0; y < 2; y++)
            assert_true(fabs(estimate[3 * y + x] - (double)cells[2 * x + y]) < 1e-9);
}

static void tables_weigh_by_the_inverse_of_their_variance(void **state)
{
    int64_t cells[CELLS] = { 0 };
    const struct cs_noisy noisy = { &study, &plan, cells };
    double estimate[6], variance;
    const size_t xy[] = { X, Y };
    (void)state;

    /* Cell (2, 1) is 100 in one table, 2 * 5 * 4 summed over z in the other: the
     * variances are 20 and 40, the weights 2/3 and 1/3. */
    cells[5] = 100;
    for (size_t z = 0; z < 4; z++)
        cells[6 + 6 * z + 5] = 10;
    assert_int_equal(cs_estimate_marginal(estimate, &variance, CS_AT_BOTH, xy, 2, &noisy),
                     2);

    assert_true(fabs(estimate[5] - (100 * 2. / 3 + 40 * 1. / 3)) < 1e-9);
    assert_true(fabs(variance - 1 / (1. / 20 + 1. / 40)) < 1e-9);
    assert_true(estimate[0] == 0);
}

static void own_tables_carry_the_noise_of_one_party(void **state)
{
    int64_t cells[CELLS];
    const struct cs_noisy noisy = { &study, &plan, cells };
    double estimate[4], variance;
    const size_t z[] = { Z };
    (void)state;
    count(cells);

    assert_int_equal(cs_estimate_marginal(estimate, &variance, CS_AT_BOTH, z, 1, &noisy),
                     2);

    /* Six cells of the cross table with 2 * 5 each; three of the own with 7. */
    assert_true(fabs(variance - 1 / (1. / 60 + 1. / 21)) < 1e-9);
}

/* x is in two tables across the parties, of 4 and 12 cells with 10 and 20 a level: 2 *
 * 2 * 10 and 8 * 2 * 5 of noise; and in one of A's own: 4 * 7. */
static void with_private_links_tables_of_one_scope_alone_are_combined(void **state)
{
    static const size_t x[] = { X };
    int64_t cells[CELLS];
    const struct cs_noisy noisy = { &study, &plan, cells };
    double estimate[3], variance;
    (void)state;
    count(cells);
    for (size_t k = 30; k < CELLS; k++)
        cells[k] *= 3; /* A has other people as well */

    study.link = CS_LINK_PRIVATE;
    assert_int_equal(cs_estimate_marginal(estimate, &variance, CS_AT_BOTH, x, 1, &noisy),
                     2);
    assert_true(fabs(variance - 1 / (1. / 40 + 1. / 80)) < 1e-9);
    assert_true(fabs(estimate[0] - (double)(cells[0] + cells[1])) < 1e-9);
    assert_int_equal(cs_estimate_marginal(estimate, &variance, CS_AT_A, x, 1, &noisy), 1);
    assert_true(fabs(variance - 28) < 1e-9);
    assert_true(fabs(estimate[0] - 3 * (double)(cells[0] + cells[1])) < 1e-9);
    assert_int_equal(cs_estimate_marginal(estimate, &variance, CS_AT_B, x, 1, &noisy), 0);

    const double both = cs_estimate_people(&variance, CS_AT_BOTH, &noisy);
    assert_true(fabs(variance - 1 / (1. / 120 + 1. / 240)) < 1e-9);
    const double at_a = cs_estimate_people(&variance, CS_AT_A, &noisy);
    assert_true(fabs(variance - 84) < 1e-9);
    assert_true(fabs(at_a - 3 * both) < 1e-6);
    assert_true(cs_estimate_people(&variance, CS_AT_B, &noisy) == 0);
    assert_true(isinf(variance));
    study.link = CS_LINK_ALIGNED;

    /* the control: where everybody is at both, all three tables are combined */
    assert_int_equal(cs_estimate_marginal(estimate, &variance, CS_AT_A, x, 1, &noisy), 3);
}

static void no_table_no_estimate(void **state)
{
    const int64_t cells[CELLS] = { 0 };
    const struct cs_noisy noisy = { &study, &plan, cells };
    double estimate[8] = { 42 }, variance = 43;
    const size_t columns_of[][2] = { { ALONE, X }, { Z, ALONE } };
    (void)state;

    for (size_t i = 0; i < COUNT(columns_of); i++)
        assert_int_equal(cs_estimate_marginal(estimate, &variance, CS_AT_BOTH,
                                              columns_of[i], 2, &noisy),
                         0);
    assert_true(estimate[0] == 42 && variance == 43);
}

/* Cell (0, 0) is 30 more in one table: its estimate moves by 20, the distances are 10 and
 * 20, the variances 20 and 40. */
static void tables_that_contradict_each_other_are_noticed(void **state)
{
    int64_t cells[CELLS];
    const struct cs_noisy noisy = { &study, &plan, cells };
    double chi_square;
    size_t n_degrees;
    const size_t xy[] = { X, Y }, xyz[] = { X, Y, Z };
    (void)state;
    count(cells);

    assert_ok(
        cs_estimate_contradiction(&chi_square, &n_degrees, CS_AT_BOTH, xy, 2, &noisy));
    assert_int_equal(n_degrees, 6);
    assert_true(chi_square < 1e-9);

    cells[0] += 30;
    assert_ok(
        cs_estimate_contradiction(&chi_square, &n_degrees, CS_AT_BOTH, xy, 2, &noisy));
    assert_true(fabs(chi_square - (100 / 20. + 400 / 40.)) < 1e-9);

    assert_ok(
        cs_estimate_contradiction(&chi_square, &n_degrees, CS_AT_BOTH, xyz, 3, &noisy));
    assert_true(n_degrees == 0 && chi_square == 0);
}

static double gauss(struct cs_rng *rng)
{
    const double pi = 3.14159265358979323846;

    return sqrt(-2 * log(1 - cs_rng_unit(rng))) * cos(2 * pi * cs_rng_unit(rng));
}

static void add_noise(int64_t cells[static CELLS], const int64_t truth[static CELLS],
                      struct cs_rng *rng)
{
    for (size_t t = 0; t < plan.n_tables; t++)
        for (size_t c = tables[t].first_cell;
             c < tables[t].first_cell + tables[t].n_cells; c++)
            cells[c] = truth[c] +
                       (int64_t)round(sqrt(cs_estimate_noise(&tables[t])) * gauss(rng));
}

enum { DRAWS = 4000 };

/* No bias, and the variance that is claimed. */
static void assert_spread(double sum, double square, double variance)
{
    const double mean = sum / DRAWS, spread = square / DRAWS - mean * mean;

    assert_true(fabs(mean) < 4 * sqrt(variance / DRAWS));
    assert_true(fabs(spread / variance - 1) < 4 * sqrt(2. / DRAWS) + .02);
}

/* And less of it than in the best single table. */
static void the_estimate_is_unbiased_and_has_the_least_variance(void **state)
{
    const size_t xy[] = { X, Y };
    int64_t truth[CELLS], cells[CELLS];
    const struct cs_noisy noisy = { &study, &plan, cells };
    double estimate[6], variance = 0, sum = 0, square = 0;
    struct cs_rng rng;
    (void)state;

    cs_rng_init_labelled(&rng, 1, "test_estimate");
    count(truth);
    for (size_t d = 0; d < DRAWS; d++) {
        add_noise(cells, truth, &rng);
        cs_estimate_marginal(estimate, &variance, CS_AT_BOTH, xy, 2, &noisy);
        sum += estimate[3] - (double)truth[3];
        square += pow(estimate[3] - (double)truth[3], 2);
    }
    assert_spread(sum, square, variance);
    assert_true(variance < .9 * cs_estimate_noise(&tables[0]));
}

/* x by y is known to be 100 with variance 20, and is 4 * 10 by levels of z with variance
 * 10 each: 10 * 60 / (4 * 10 + 20) more for each of them. */
static void levels_move_to_what_their_sum_is_known_to_be(void **state)
{
    int64_t cells[CELLS] = { 0 };
    const struct cs_noisy noisy = { &study, &plan, cells };
    const size_t zxy[] = { Z, X, Y };
    struct cs_level_noise noise;
    double estimate[24];
    size_t n_tables;
    (void)state;

    cells[5] = 100;
    for (size_t z = 0; z < 4; z++)
        cells[6 + 6 * z + 5] = 10;
    assert_ok(
        cs_estimate_levels(estimate, &noise, &n_tables, CS_AT_BOTH, zxy, 3, 2, &noisy));

    assert_int_equal(n_tables, 1);
    for (size_t z = 0; z < 4; z++)
        assert_true(fabs(estimate[6 * z + 5] - 20) < 1e-9);
    assert_true(estimate[0] == 0);
    assert_true(fabs(noise.variance - 10 * (1 - 10. / 60)) < 1e-9);
    assert_true(noise.apart == 10);
}

static void levels_whose_sum_no_other_table_has_stay_as_they_are(void **state)
{
    int64_t cells[CELLS];
    const struct cs_noisy noisy = { &study, &plan, cells };
    const size_t xzy[] = { X, Z, Y }, alone[] = { ALONE, X, Y };
    struct cs_level_noise noise;
    double estimate[24], marginal[24], v_marginal;
    size_t n_tables;
    (void)state;

    count(cells);
    cells[7] += 30;
    assert_ok(cs_estimate_levels(estimate, &noise, &n_tables, CS_AT_BOTH, xzy, 3, 2,
                                 &noisy)); /* z by y: in the table of all three alone */
    cs_estimate_marginal(marginal, &v_marginal, CS_AT_BOTH, xzy, 3, &noisy);
    assert_memory_equal(estimate, marginal, sizeof estimate);
    assert_true(noise.variance == v_marginal && noise.apart == v_marginal);
    assert_ok(
        cs_estimate_levels(estimate, &noise, &n_tables, CS_AT_BOTH, alone, 3, 2, &noisy));
    assert_int_equal(n_tables, 0);
}

static void estimates_of_levels_are_unbiased_and_have_less_variance(void **state)
{
    const size_t zxy[] = { Z, X, Y };
    int64_t truth[CELLS], cells[CELLS];
    const struct cs_noisy noisy = { &study, &plan, cells };
    struct cs_level_noise noise = { 0 };
    double estimate[24], sum = 0, square = 0, difference = 0;
    struct cs_rng rng;
    size_t n_tables;
    (void)state;

    cs_rng_init_labelled(&rng, 1, "test_estimate, levels");
    count(truth);
    for (size_t d = 0; d < DRAWS; d++) {
        add_noise(cells, truth, &rng);
        assert_ok(cs_estimate_levels(estimate, &noise, &n_tables, CS_AT_BOTH, zxy, 3, 2,
                                     &noisy));
        sum += estimate[9] - (double)truth[6 + 9];
        square += pow(estimate[9] - (double)truth[6 + 9], 2);
        difference +=
            pow(estimate[9] - estimate[15] - (double)(truth[6 + 9] - truth[6 + 15]), 2);
    }
    assert_spread(sum, square, noise.variance);
    assert_spread(0, difference, 2 * noise.apart);
    assert_true(noise.variance < .9 * cs_estimate_noise(&tables[1]));
}

/* The plan of an unprotected study. */
static void counts_without_noise_have_no_variance_and_no_doubt(void **state)
{
    struct cs_table_spec exact[COUNT(tables)];
    const struct cs_plan without = { .tables = exact, .n_tables = 3, .n_cells = CELLS };
    int64_t cells[CELLS];
    const struct cs_noisy noisy = { &study, &without, cells };
    const size_t yx[] = { Y, X };
    double estimate[6], variance = 9, chi_square = 9;
    size_t n_degrees = 9;
    (void)state;

    count(cells);
    memcpy(exact, tables, sizeof exact);
    for (size_t t = 0; t < 3; t++)
        exact[t].s2_q16 = 0;
    assert_int_equal(cs_estimate_marginal(estimate, &variance, CS_AT_BOTH, yx, 2, &noisy),
                     2);
    for (size_t x = 0; x < 3; x++)
        for (size_t y = 0; y < 2; y++)
            assert_true(fabs(estimate[3 * y + x] - (double)cells[2 * x + y]) < 1e-9);
    assert_true(variance == 0);

    double all = 0;
    for (size_t k = 0; k < 6; k++)
        all += (double)cells[k];
    variance = 9;
    assert_true(fabs(cs_estimate_people(&variance, CS_AT_BOTH, &noisy) - all) < 1e-9);
    assert_true(variance == 0);
    assert_ok(
        cs_estimate_contradiction(&chi_square, &n_degrees, CS_AT_BOTH, yx, 2, &noisy));
    assert_true(n_degrees == 0 && chi_square == 0);
}

static void noise_is_that_of_both_parties_or_the_one_they_drew_together(void **state)
{
    const struct cs_table_spec joint = { .kind = CS_CROSS,
                                         .s2_q16 = S2(10),
                                         .joint = { 0, 40 } };
    (void)state;

    assert_true(cs_estimate_noise(&tables[0]) == 20);
    assert_true(cs_estimate_noise(&tables[2]) == 7);
    assert_true(cs_estimate_noise(&joint) == 10);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(noise_is_that_of_both_parties_or_the_one_they_drew_together),
        cmocka_unit_test_setup(without_noise_the_estimate_is_the_count, set_up),
        cmocka_unit_test_setup(tables_weigh_by_the_inverse_of_their_variance, set_up),
        cmocka_unit_test_setup(own_tables_carry_the_noise_of_one_party, set_up),
        cmocka_unit_test_setup(with_private_links_tables_of_one_scope_alone_are_combined,
                               set_up),
        cmocka_unit_test_setup(no_table_no_estimate, set_up),
        cmocka_unit_test_setup(tables_that_contradict_each_other_are_noticed, set_up),
        cmocka_unit_test_setup(the_estimate_is_unbiased_and_has_the_least_variance,
                               set_up),
        cmocka_unit_test_setup(levels_move_to_what_their_sum_is_known_to_be, set_up),
        cmocka_unit_test_setup(levels_whose_sum_no_other_table_has_stay_as_they_are,
                               set_up),
        cmocka_unit_test_setup(estimates_of_levels_are_unbiased_and_have_less_variance,
                               set_up),
        cmocka_unit_test_setup(counts_without_noise_have_no_variance_and_no_doubt,
                               set_up),
    };

    return CS_RUN("model/estimate", tests);
}
