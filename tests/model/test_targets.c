/* What model/targets.h promises, one test for each promise. */
#include "model/targets.h"

#include <math.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "crypto/gauss.h"
#include "tests/support/check.h"
#include "tests/support/sketch.h"

enum { ARM, X, Y, BOUGHT, N_COLUMNS, ROWS = 20000, MISSING = 11 };

static const struct cs_sketch_column columns[N_COLUMNS] = {
    [ARM] = { "arm", "a", 3, CS_SKETCH_CATEGORY },
    [X] = { "x", "a", 12, CS_SKETCH_CATEGORY },
    [Y] = { "y", "b", 10, CS_SKETCH_CATEGORY },
    [BOUGHT] = { "bought", "b", 2, CS_SKETCH_CATEGORY },
};

static struct cs_sketch sketch;
static struct cs_plan *plan;
static int64_t *cells, *truth;
static struct cs_targets targets;
static struct cs_fault fault;

/* A row's code of a column: skewed, so that some cells are full and others nearly empty.
 * Columns are independent, but that y is x / 2 where `linked`. */
static size_t draw(size_t column, struct cs_rng *rng)
{
    const uint32_t n = (uint32_t)columns[column].n_codes;
    const uint32_t i = cs_rng_below(rng, n), j = cs_rng_below(rng, n);

    return i < j ? i : j;
}

static void count_rows(bool linked, struct cs_rng *rng)
{
    for (size_t r = 0; r < ROWS; r++) {
        size_t row[N_COLUMNS];

        for (size_t c = 0; c < N_COLUMNS; c++)
            row[c] = draw(c, rng);
        if (linked)
            row[Y] = row[X] / 2;
        for (size_t t = 0; t < plan->n_tables; t++) {
            const struct cs_table_spec *spec = &plan->tables[t];
            size_t cell = 0;

            for (size_t i = 0; i < spec->n_columns; i++)
                cell = cell * columns[spec->column[i]].n_codes + row[spec->column[i]];
            truth[spec->first_cell + cell]++;
        }
    }
}

/* Counts of ROWS rows with noise of this variance in cells of own tables. */
static void set_up(bool linked, uint64_t s2_q16)
{
    struct cs_rng rng;

    cs_rng_init_labelled(&rng, 1, "tests of targets");
    cs_sketch_init(&sketch, columns, N_COLUMNS, ARM, BOUGHT);
    for (size_t c = 0; c < N_COLUMNS; c++)
        sketch.column[c].other = sketch.column[c].missing = -1;
    sketch.column[X].missing = MISSING;
    sketch.study.epsilon = 10;
    sketch.study.generator.train_on = CS_TRAIN_ON_POPULATION;
    sketch.study.tests[0] = (struct cs_test_arm){ (char *)"test", { 1 } };
    sketch.study.control.bits = 2;
    plan = cs_sketch_plan(&sketch);
    memset(&fault, 0, sizeof fault);
    cells = calloc(plan->n_cells, sizeof *cells);
    truth = calloc(plan->n_cells, sizeof *truth);
    assert_true(cells != NULL && truth != NULL);
    count_rows(linked, &rng);
    for (size_t t = 0; t < plan->n_tables; t++) {
        struct cs_table_spec *spec = &plan->tables[t];

        spec->s2_q16 = s2_q16;
        for (int party = 0; party < (spec->kind == CS_CROSS ? 2 : 1); party++) {
            int64_t *noise = calloc(spec->n_cells, sizeof *noise);

            cs_gauss_fill_var(noise, spec->n_cells, s2_q16, &rng);
            for (size_t k = 0; k < spec->n_cells; k++)
                cells[spec->first_cell + k] += noise[k];
            free(noise);
        }
    }
    for (size_t k = 0; k < plan->n_cells; k++)
        cells[k] += truth[k];
}

static void tear_down(void)
{
    cs_targets_wipe(&targets);
    cs_plan_free(plan);
    free(cells);
    free(truth);
}

static void make(void)
{
    const struct cs_noisy noisy = { &sketch.study, plan, cells };

    assert_ok(cs_targets_make(&targets, &noisy, CS_FIT_ROWS_MAX, &(struct cs_known){ 0 },
                              &fault));
}

static void without_noise_targets_are_the_counts(void **state)
{
    (void)state;

    set_up(false, 1);
    make();
    assert_int_equal(targets.people.n_both, ROWS);
    for (size_t k = 0; k < plan->n_cells; k++)
        assert_int_equal(targets.target[k], truth[k]);
    tear_down();
}

static double distance(const int32_t *target, const int64_t *raw)
{
    double sum = 0;

    for (size_t k = 0; k < plan->n_cells; k++) {
        const double d = (double)(target != NULL ? target[k] : raw[k]) - (double)truth[k];
        sum += d * d;
    }
    return sqrt(sum);
}

/* By a quarter at least, be columns independent, which is what cells are drawn towards,
 * or as far from it as can be. What was measured is its own control: 1. */
static void
under_heavy_noise_targets_are_closer_to_the_truth_than_what_was_measured(void **state)
{
    (void)state;

    set_up(false, 900 << 16);
    make();
    const double gain = distance(targets.target, NULL) / distance(NULL, cells);
    tear_down();
    set_up(true, 900 << 16);
    make();
    const double gain_linked = distance(targets.target, NULL) / distance(NULL, cells);
    tear_down();
    if (gain > .75 || gain_linked > .75)
        fail_msg("distances are %.3f and %.3f of what was measured", gain, gain_linked);
}

/* y is x / 2: of 120 cells of x by y, twelve have people. */
static void combinations_that_do_not_occur_have_targets_near_zero(void **state)
{
    const struct cs_table_spec *spec;
    size_t n_empty = 0;
    double sum = 0;
    (void)state;

    set_up(true, 25 << 16);
    make();
    spec = cs_sketch_find(&sketch, plan, "x x y");
    assert_non_null(spec);
    for (size_t k = spec->first_cell; k < spec->first_cell + spec->n_cells; k++)
        if (truth[k] == 0) {
            sum += fabs((double)targets.target[k]);
            n_empty++;
        }
    assert_true(n_empty >= 108);
    /* as measured, the mean of |noise| is .8 * sqrt(50) = 5.6 */
    if (sum / (double)n_empty > 2)
        fail_msg("empty cells have %.2f people on average", sum / (double)n_empty);
    tear_down();
}

static void targets_are_scaled_to_the_rows_of_the_study(void **state)
{
    (void)state;

    set_up(false, 1);
    sketch.study.rows = 3 * ROWS;
    make();
    assert_int_equal(targets.people.n_both, 3 * ROWS);
    for (size_t k = 0; k < plan->n_cells; k++)
        assert_int_equal(targets.target[k], 3 * truth[k]);
    tear_down();
}

static void the_exact_counts_are_those_of_arm_by_conversion(void **state)
{
    (void)state;

    set_up(false, 1);
    make();
    const struct cs_table_spec *spec = cs_sketch_find(&sketch, plan, "arm x bought");
    assert_non_null(spec);
    for (size_t k = 0; k < spec->n_cells; k++)
        assert_int_equal(targets.exact[k], truth[spec->first_cell + k]);
    tear_down();

    set_up(false, 900 << 16);
    make();
    int64_t sum = 0;
    for (size_t k = 0; k < columns[ARM].n_codes * columns[BOUGHT].n_codes; k++) {
        assert_true(targets.exact[k] >= 0);
        sum += targets.exact[k];
    }
    assert_int_equal(sum, targets.people.n_both);
    tear_down();
}

/* Nobody lacks x any more: noise is all that is left there. */
static void levels_that_the_noise_hides_are_never_drawn(void **state)
{
    struct cs_codes rows;
    struct cs_rng rng;
    (void)state;

    set_up(false, 100 << 16);
    for (size_t t = 0; t < plan->n_tables; t++) {
        const struct cs_table_spec *spec = &plan->tables[t];
        size_t below = spec->n_cells;

        for (size_t i = 0; i < spec->n_columns; i++) {
            below /= columns[spec->column[i]].n_codes;
            for (size_t k = 0; spec->column[i] == X && k < spec->n_cells; k++)
                if (k / below % columns[X].n_codes == MISSING)
                    cells[spec->first_cell + k] -= truth[spec->first_cell + k];
        }
    }
    make();
    assert_true(targets.total[X * CS_CODES_MAX + MISSING] == 0);
    assert_true(targets.total[X * CS_CODES_MAX + 10] > 0);
    assert_ok(cs_codes_init(&rows, ROWS, N_COLUMNS));
    cs_rng_init_labelled(&rng, 2, "tests of targets");
    cs_targets_draw(&rows, &targets, &rng);
    size_t n_ten = 0;
    for (size_t r = 0; r < ROWS; r++) {
        assert_int_not_equal(cs_codes_column(&rows, X)[r], MISSING);
        n_ten += cs_codes_column(&rows, X)[r] == 10;
    }
    assert_true(n_ten > 0); /* the control: a rare level is drawn */
    cs_codes_wipe(&rows);
    tear_down();
}

static void assert_refused(const char *words)
{
    const struct cs_noisy noisy = { &sketch.study, plan, cells };

    assert_int_equal(cs_targets_make(&targets, &noisy, CS_FIT_ROWS_MAX,
                                     &(struct cs_known){ 0 }, &fault),
                     CS_INPUT);
    if (strstr(fault.text, words) == NULL)
        fail_msg("wanted `%s`, got `%s`", words, fault.text);
    assert_null(targets.target); /* nothing to wipe is left */
    tear_down();
}

static void an_arm_that_the_noise_hides_is_refused_with_words(void **state)
{
    (void)state;

    set_up(false, 1);
    sketch.study.tests[0].levels.bits = 0;
    assert_refused("the noise hides whether anybody is in the test arm");
    set_up(false, 1);
    sketch.study.control.bits = 0;
    assert_refused("the noise hides whether anybody is in the control arm");
}

static void people_that_the_noise_hides_are_refused_with_words(void **state)
{
    (void)state;

    set_up(false, 900 << 16);
    for (size_t k = 0; k < plan->n_cells; k++)
        cells[k] -= truth[k];
    assert_refused("whether there is anybody at all");
}

/* Whatever the peer sent within the noise: a few people, blown up to as many as a study
 * may ask for, at the largest noise. */
static void targets_stay_within_what_a_fit_takes(void **state)
{
    (void)state;

    set_up(false, 1);
    for (size_t t = 0; t < plan->n_tables; t++) {
        struct cs_table_spec *spec = &plan->tables[t];

        if (spec->n_columns == 2 && t % 2 == 0)
            continue;
        spec->s2_q16 = CS_GAUSS_S2_Q16_MAX;
        for (size_t k = 0; k < spec->n_cells; k++)
            cells[spec->first_cell + k] += k % 2 == 0 ? 1600000 : -1600000;
    }
    sketch.study.rows = 100000000;
    make();
    for (size_t k = 0; k < plan->n_cells; k++) {
        assert_in_range(targets.target[k] + (int64_t)CS_FIT_TARGET_MAX, 0,
                        2 * (int64_t)CS_FIT_TARGET_MAX);
        assert_in_range(targets.variance_q16[k], 1, CS_FIT_VARIANCE_Q16_MAX);
    }
    tear_down();
}

/* Both parties must get the same bits, whatever built their nodes. */
static void targets_are_the_same_in_every_build(void **state)
{
    crypto_generichash_state hash;
    uint8_t digest[16];
    char hex[33];
    (void)state;

    set_up(true, 200 << 16);
    make();
    crypto_generichash_init(&hash, NULL, 0, sizeof digest);
    crypto_generichash_update(&hash, (uint8_t *)targets.target,
                              plan->n_cells * sizeof *targets.target);
    crypto_generichash_update(&hash, (uint8_t *)targets.variance_q16,
                              plan->n_cells * sizeof *targets.variance_q16);
    crypto_generichash_update(&hash, (uint8_t *)targets.total,
                              N_COLUMNS * CS_CODES_MAX * sizeof *targets.total);
    crypto_generichash_update(&hash, (uint8_t *)targets.exact,
                              columns[ARM].n_codes * columns[BOUGHT].n_codes *
                                  sizeof *targets.exact);
    crypto_generichash_final(&hash, digest, sizeof digest);
    sodium_bin2hex(hex, sizeof hex, digest, sizeof digest);
    assert_string_equal(hex, "eff8bfe01815ca1236e4576aa0afc4b3");
    tear_down();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_noise_targets_are_the_counts),
        cmocka_unit_test(
            under_heavy_noise_targets_are_closer_to_the_truth_than_what_was_measured),
        cmocka_unit_test(combinations_that_do_not_occur_have_targets_near_zero),
        cmocka_unit_test(targets_are_scaled_to_the_rows_of_the_study),
        cmocka_unit_test(the_exact_counts_are_those_of_arm_by_conversion),
        cmocka_unit_test(levels_that_the_noise_hides_are_never_drawn),
        cmocka_unit_test(an_arm_that_the_noise_hides_is_refused_with_words),
        cmocka_unit_test(people_that_the_noise_hides_are_refused_with_words),
        cmocka_unit_test(targets_stay_within_what_a_fit_takes),
        cmocka_unit_test(targets_are_the_same_in_every_build),
    };
    return CS_RUN("model/targets", tests);
}
