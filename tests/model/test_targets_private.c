/* What model/targets.h promises where some people are at one party alone, with the fit
 * that follows from it. */
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "model/targets.h"
#include "tests/support/check.h"
#include "tests/support/town.h"

enum { PEOPLE = 6000, CELLS_MAX = 64 };

static struct cs_town town;
static struct cs_targets targets;
static struct cs_fault fault;

static void set_up(uint64_t s2_q16)
{
    memset(&fault, 0, sizeof fault);
    cs_town_init(&town, PEOPLE, s2_q16);
}

static void make(void)
{
    assert_ok(cs_targets_make(&targets, &town.noisy, CS_FIT_ROWS_MAX,
                              &(struct cs_known){ 0 }, &fault));
}

static void tear_down(void)
{
    cs_targets_wipe(&targets);
    cs_town_wipe(&town);
}

static void without_noise_the_targets_are_the_counts_of_their_scope(void **state)
{
    (void)state;

    set_up(1);
    make();
    assert_memory_equal(&targets.people, &town.people, sizeof targets.people);
    for (size_t k = 0; k < town.plan->n_cells; k++)
        assert_int_equal(targets.target[k], town.truth[k]);
    for (size_t t = 0; t < town.plan->n_tables; t++)
        assert_int_equal(targets.tables[t].scope,
                         cs_table_spec_scope(&town.plan->tables[t], CS_LINK_PRIVATE));
    for (size_t c = 0; c < TOWN_COLUMNS; c++) {
        int64_t linked[CELLS_MAX];

        cs_town_count(linked, &c, 1, CS_AT_BOTH, &town.rows, &town.people);
        for (size_t k = 0; k < targets.n_codes[c]; k++)
            assert_true(
                llabs(linked[k] - (int64_t)targets.linked[c * CS_CODES_MAX + k]) <= 1);
    }
    tear_down();
}

static void of_fewer_people_than_measured_all_tables_are_scaled_alike(void **state)
{
    const size_t most = PEOPLE / 3;
    (void)state;

    set_up(1);
    assert_ok(
        cs_targets_make(&targets, &town.noisy, most, &(struct cs_known){ 0 }, &fault));
    assert_int_equal(cs_presence_all(&targets.people), most);
    for (size_t t = 0; t < town.plan->n_tables; t++) {
        const size_t people = cs_presence_in(&targets.people, targets.tables[t].scope);
        int64_t sum = 0;

        for (size_t k = 0; k < targets.tables[t].n_cells; k++)
            sum += targets.tables[t].target[k];
        assert_true(llabs(sum - (int64_t)people) <= (int64_t)targets.tables[t].n_cells);
    }
    tear_down();
}

/* Three deviations of the noise of all cells of one table are 3 * sqrt(30 * 25): less
 * than half of that, as several tables are combined. */
static void people_of_each_kind_are_counted_through_the_noise(void **state)
{
    static const int64_t most = 41;
    (void)state;

    set_up(25 << 16);
    make();
    for (enum cs_scope scope = CS_AT_A; scope <= CS_AT_BOTH; scope++)
        assert_true(llabs((int64_t)cs_presence_in(&targets.people, scope) -
                          (int64_t)cs_presence_in(&town.people, scope)) <= most);
    tear_down();
}

static void levels_of_the_linked_are_some_of_those_at_the_party(void **state)
{
    (void)state;

    set_up(900 << 16);
    make();
    for (size_t c = 0; c < TOWN_COLUMNS; c++) {
        double sum = 0;

        for (size_t k = 0; k < targets.n_codes[c]; k++) {
            const size_t at = c * CS_CODES_MAX + k;

            assert_true(targets.linked[at] >= 0 &&
                        targets.linked[at] <= targets.total[at] * (1 + 1e-9));
            sum += targets.linked[at];
        }
        assert_int_equal((int64_t)(sum + .5), targets.people.n_both);
    }
    tear_down();
}

/* The table of own pair t among the people at both: they follow those of the plan. */
static const struct cs_fit_table *linked_table(const struct cs_table_spec *spec)
{
    for (size_t t = town.plan->n_tables; t < targets.n_tables; t++)
        if (memcmp(targets.tables[t].column, spec->column, 2 * sizeof *spec->column) == 0)
            return &targets.tables[t];
    return NULL;
}

/* People in other cells than they are, of 100 at both, in all own pairs: as the targets
 * have them, and, the control, if being at both did not depend on anything. */
static void own_pairs_of_the_linked_are_derived(void **state)
{
    double derived = 0, even = 0;
    size_t n = 0;
    (void)state;

    set_up(4 << 16);
    make();
    for (size_t t = 0; t < town.plan->n_tables; t++) {
        const struct cs_table_spec *spec = &town.plan->tables[t];
        const enum cs_scope scope = cs_table_spec_scope(spec, CS_LINK_PRIVATE);
        const double fraction =
            (double)town.people.n_both / (double)cs_presence_in(&town.people, scope);
        int64_t truth[CELLS_MAX], of[2][CELLS_MAX];

        if (scope == CS_AT_BOTH)
            continue;
        const struct cs_fit_table *table = linked_table(spec);
        assert_non_null(table);
        assert_int_equal(table->scope, CS_AT_BOTH);
        assert_int_equal(table->n_cells, spec->n_cells);
        cs_town_count(truth, spec->column, 2, CS_AT_BOTH, &town.rows, &town.people);
        for (size_t k = 0; k < spec->n_cells; k++) {
            of[0][k] = table->target[k];
            of[1][k] = (int64_t)(fraction * (double)town.truth[spec->first_cell + k]);
            assert_true(table->variance_q16[k] >= 65536);
        }
        derived += cs_town_distance(of[0], truth, spec->n_cells);
        even += cs_town_distance(of[1], truth, spec->n_cells);
        n++;
    }
    derived *= 100. / (2. * (double)(n * town.people.n_both));
    even *= 100. / (2. * (double)(n * town.people.n_both));
    print_message("derived %.2f %%, even %.2f %%\n", derived, even);
    assert_int_equal(n, 6);
    assert_int_equal(targets.n_tables, town.plan->n_tables + n);
    assert_true(derived < 2.5 && even > 2 * derived);
    tear_down();
}

static void fit(struct cs_codes *population, size_t n_tables)
{
    struct cs_fit_input input = cs_targets_fit_input(&targets);
    struct cs_codes candidates = { 0 };
    struct cs_fit_result result;
    struct cs_rng rng;

    cs_rng_init_labelled(&rng, 3, "candidates");
    assert_ok(cs_codes_init(&candidates, PEOPLE, TOWN_COLUMNS));
    assert_ok(cs_codes_init(population, cs_presence_all(&targets.people), TOWN_COLUMNS));
    cs_targets_draw(&candidates, &targets, &rng);
    input.candidates[0] = input.candidates[1] = &candidates;
    input.n_tables = n_tables;
    input.seed = 1;
    input.label = "fit";
    assert_ok(cs_fit(population, &result, &input, NULL));
    cs_codes_wipe(&candidates);
}

/* Of 100 people of the scope, those in other cells than the real ones: the mean over the
 * plan's tables of that scope, or, for people at both, over own pairs among them. */
static double misplaced(const struct cs_codes *population, enum cs_scope scope,
                        bool own_pairs)
{
    double sum = 0;
    size_t n = 0;

    for (size_t t = 0; t < town.plan->n_tables; t++) {
        const struct cs_table_spec *spec = &town.plan->tables[t];
        int64_t real[2 * CELLS_MAX], synthetic[2 * CELLS_MAX];

        if (own_pairs ? spec->kind == CS_CROSS
                      : cs_table_spec_scope(spec, CS_LINK_PRIVATE) != scope)
            continue;
        cs_town_count(real, spec->column, spec->n_columns, scope, &town.rows,
                      &town.people);
        cs_town_count(synthetic, spec->column, spec->n_columns, scope, population,
                      &targets.people);
        sum += cs_town_distance(real, synthetic, spec->n_cells) /
               (2. * (double)cs_presence_in(&town.people, scope));
        n++;
    }
    return 100 * sum / (double)n;
}

static void fitted_people_meet_the_tables_of_every_scope(void **state)
{
    struct cs_codes population, without;
    (void)state;

    set_up(16 << 16);
    make();
    fit(&population, targets.n_tables);
    fit(&without, town.plan->n_tables);
    const double a = misplaced(&population, CS_AT_A, false);
    const double b = misplaced(&population, CS_AT_B, false);
    const double both = misplaced(&population, CS_AT_BOTH, false);
    const double linked = misplaced(&population, CS_AT_BOTH, true);
    const double control = misplaced(&without, CS_AT_BOTH, true);
    print_message("misplaced at a %.2f, at b %.2f, at both %.2f %%; own pairs at both "
                  "%.2f, not derived %.2f\n",
                  a, b, both, linked, control);
    assert_true(a < 1.5 && b < 1.5 && both < 4);
    assert_true(linked < 2.5 && control > 1.5 * linked);
    cs_codes_wipe(&population);
    cs_codes_wipe(&without);
    tear_down();
}

static void the_rows_of_the_study_are_all_three_kinds_together(void **state)
{
    (void)state;

    set_up(1);
    town.sketch.study.rows = 2 * PEOPLE;
    make();
    assert_int_equal(cs_presence_all(&targets.people), 2 * PEOPLE);
    assert_int_equal(targets.people.n_both, 2 * town.people.n_both);
    assert_int_equal(targets.people.n_only[CS_A], 2 * town.people.n_only[CS_A]);
    tear_down();
}

/* Cross tables say that four times as many are at both, more than at either. */
static void no_more_are_at_both_than_at_either_party(void **state)
{
    (void)state;

    set_up(1);
    for (size_t t = 0; t < town.plan->n_tables; t++) {
        const struct cs_table_spec *spec = &town.plan->tables[t];

        for (size_t k = 0; k < spec->n_cells && spec->kind == CS_CROSS; k++)
            town.cells[spec->first_cell + k] *= 4;
    }
    make();
    const size_t fewer =
        cs_presence_at(&town.people, CS_A) < cs_presence_at(&town.people, CS_B) ? CS_A
                                                                                : CS_B;
    assert_int_equal(targets.people.n_both,
                     cs_presence_at(&town.people, (enum cs_party)fewer));
    assert_int_equal(targets.people.n_only[fewer], 0);
    tear_down();
}

static void scopes_that_the_noise_hides_are_refused_with_words(void **state)
{
    static const char *const words[] = { "anybody at a", "anybody at b",
                                         "anybody is at both parties" };
    (void)state;

    for (enum cs_table_kind kind = CS_OWN_A; kind <= CS_CROSS; kind++) {
        set_up(25 << 16);
        for (size_t t = 0; t < town.plan->n_tables; t++) {
            const struct cs_table_spec *spec = &town.plan->tables[t];

            for (size_t k = 0; k < spec->n_cells && spec->kind == kind; k++)
                town.cells[spec->first_cell + k] -= town.truth[spec->first_cell + k];
        }
        assert_int_equal(cs_targets_make(&targets, &town.noisy, CS_FIT_ROWS_MAX,
                                         &(struct cs_known){ 0 }, &fault),
                         CS_INPUT);
        if (strstr(fault.text, words[kind]) == NULL)
            fail_msg("wanted `%s`, got `%s`", words[kind], fault.text);
        tear_down();
    }
}

static void targets_are_the_same_in_every_build(void **state)
{
    crypto_generichash_state hash;
    uint8_t digest[16];
    char hex[33];
    (void)state;

    set_up(100 << 16);
    make();
    crypto_generichash_init(&hash, NULL, 0, sizeof digest);
    crypto_generichash_update(&hash, (uint8_t *)targets.target,
                              targets.n_cells * sizeof *targets.target);
    crypto_generichash_update(&hash, (uint8_t *)targets.variance_q16,
                              targets.n_cells * sizeof *targets.variance_q16);
    crypto_generichash_update(&hash, (uint8_t *)targets.linked,
                              TOWN_COLUMNS * CS_CODES_MAX * sizeof *targets.linked);
    crypto_generichash_final(&hash, digest, sizeof digest);
    sodium_bin2hex(hex, sizeof hex, digest, sizeof digest);
    assert_string_equal(hex, "55649566d686aa8ff5224ae601b35dbb");
    tear_down();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_noise_the_targets_are_the_counts_of_their_scope),
        cmocka_unit_test(of_fewer_people_than_measured_all_tables_are_scaled_alike),
        cmocka_unit_test(people_of_each_kind_are_counted_through_the_noise),
        cmocka_unit_test(levels_of_the_linked_are_some_of_those_at_the_party),
        cmocka_unit_test(own_pairs_of_the_linked_are_derived),
        cmocka_unit_test(fitted_people_meet_the_tables_of_every_scope),
        cmocka_unit_test(the_rows_of_the_study_are_all_three_kinds_together),
        cmocka_unit_test(no_more_are_at_both_than_at_either_party),
        cmocka_unit_test(scopes_that_the_noise_hides_are_refused_with_words),
        cmocka_unit_test(targets_are_the_same_in_every_build),
    };
    return CS_RUN("model/targets_private", tests);
}
