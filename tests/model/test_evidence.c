/* What model/evidence.h promises. */
#include "model/evidence.h"

#include <math.h>
#include <string.h>

#include "tests/support/check.h"
#include "tests/support/hearing.h"
#include "tests/support/toy.h"

enum { PEOPLE = 4000, TRIES = 60 };

#define NOISE (UINT64_C(400) << 16) /* of standard deviation 20 */

static struct cs_test_hearing hearing;
static struct cs_rng rng;

static void set_up(uint64_t seed)
{
    cs_test_hearing_init(&hearing, NULL, PEOPLE, NOISE, CS_B, seed);
    cs_rng_init_labelled(&rng, seed, "tests of evidence");
}

static struct cs_comparison compare(const struct cs_codes *one,
                                    const struct cs_codes *other)
{
    struct cs_comparison comparison;

    assert_ok(cs_evidence_compare(&comparison, &hearing.evidence, one, other));
    return comparison;
}

/* Drawn anew from the same distribution: nothing of them is in the tables. */
static void fresh(struct cs_codes *rows)
{
    cs_toy_rows(rows, PEOPLE, hearing.study, CS_B, &rng);
}

static void rows_of_the_true_distribution_have_a_chi_square_of_about_one(void **state)
{
    struct cs_codes rows, shuffled;
    (void)state;

    set_up(1);
    fresh(&rows);
    cs_test_hearing_shuffle(&shuffled, &hearing, &rng);
    const struct cs_comparison c = compare(&rows, &shuffled);
    const double n = (double)c.n_cells;

    assert_true(n > 100);
    /* the people are drawn too, so their draws count twice here */
    assert_true(c.chi_square[0] / n > .8 && c.chi_square[0] / n < 2);
    assert_true(c.chi_square[1] / n > 4);
    assert_true(c.chi_square[1] - c.chi_square[0] > 10 * c.deviation);
    cs_codes_wipe(&rows);
    cs_codes_wipe(&shuffled);
    cs_test_hearing_wipe(&hearing);
}

/* Half as many rows, each of twice as many people, are as near. */
static void a_comparison_does_not_depend_on_the_number_of_rows(void **state)
{
    struct cs_codes rows, few;
    (void)state;

    set_up(1);
    fresh(&rows);
    cs_toy_rows(&few, PEOPLE / 2, hearing.study, CS_B, &rng);
    const struct cs_comparison c = compare(&few, &rows);

    assert_true(fabs(c.chi_square[0] / c.chi_square[1] - 1) < .3);
    cs_codes_wipe(&rows);
    cs_codes_wipe(&few);
    cs_test_hearing_wipe(&hearing);
}

/* Over noises and draws: how far apart two sets of one distribution are. */
static void equals_differ_by_no_more_than_is_said(void **state)
{
    double sum = 0;
    (void)state;

    for (uint64_t seed = 1; seed <= TRIES; seed++) {
        struct cs_codes one, other;

        set_up(seed);
        fresh(&one);
        fresh(&other);
        const struct cs_comparison c = compare(&one, &other);
        const double z = (c.chi_square[0] - c.chi_square[1]) / c.deviation;

        sum += z * z / TRIES;
        cs_codes_wipe(&one);
        cs_codes_wipe(&other);
        cs_test_hearing_wipe(&hearing);
    }
    assert_true(.5 * .5 < sum && sum < 1.2 * 1.2);
}

static void only_the_own_tables_of_the_party_are_looked_at(void **state)
{
    struct cs_codes rows, shuffled;
    (void)state;

    set_up(1);
    fresh(&rows);
    cs_test_hearing_shuffle(&shuffled, &hearing, &rng);
    const struct cs_comparison before = compare(&rows, &shuffled);
    for (size_t t = 0; t < hearing.plan->n_tables; t++) {
        const struct cs_table_spec *spec = &hearing.plan->tables[t];

        if (spec->kind == CS_CROSS)
            for (size_t k = 0; k < spec->n_cells; k++)
                hearing.cells[spec->first_cell + k] *= 2;
    }
    hearing.study->link = CS_LINK_PRIVATE; /* cross tables do not count who is at b */
    const struct cs_comparison after = compare(&rows, &shuffled);

    assert_true(fabs(after.chi_square[0] / before.chi_square[0] - 1) < .05);
    assert_int_equal(after.n_cells, before.n_cells);
    cs_codes_wipe(&rows);
    cs_codes_wipe(&shuffled);
    cs_test_hearing_wipe(&hearing);
}

static void what_is_missing_are_the_people_of_codes_never_shown(void **state)
{
    struct cs_codes rows;
    size_t n = 0;
    (void)state;

    set_up(1);
    fresh(&rows);
    const double before = cs_evidence_missing(&hearing.evidence, &rows);
    assert_true(before < .1); /* noise makes people of codes that nobody has */
    uint8_t *device = cs_codes_column(&rows, 2);
    for (size_t r = 0; r < PEOPLE; r++) {
        n += cs_codes_column(hearing.evidence.people, 2)[r] == 0;
        if (device[r] == 0)
            device[r] = 1;
    }
    const double share = (double)n / PEOPLE;

    assert_true(share > 2 * before);
    assert_true(fabs(cs_evidence_missing(&hearing.evidence, &rows) - share) < .03);
    cs_codes_wipe(&rows);
    cs_test_hearing_wipe(&hearing);
}

static double variety(const uint8_t *codes, size_t n)
{
    struct cs_codes rows = { n, 1, (uint8_t *)codes };
    double found;

    assert_ok(cs_evidence_variety(&found, &rows));
    return found;
}

static void variety_is_the_effective_number_of_different_rows(void **state)
{
    (void)state;
    assert_true(variety((uint8_t[]){ 3, 3, 3, 3 }, 4) == 1);
    assert_true(variety((uint8_t[]){ 1, 2, 1, 2 }, 4) ==
                3); /* 12 / 4: few rows say little */
    assert_true(variety((uint8_t[]){ 2, 1, 2, 2 }, 4) == 2);
    assert_true(variety((uint8_t[]){ 4, 1, 3, 2 }, 4) == 4);
    assert_true(variety((uint8_t[]){ 4 }, 1) == 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_of_the_true_distribution_have_a_chi_square_of_about_one),
        cmocka_unit_test(a_comparison_does_not_depend_on_the_number_of_rows),
        cmocka_unit_test(equals_differ_by_no_more_than_is_said),
        cmocka_unit_test(only_the_own_tables_of_the_party_are_looked_at),
        cmocka_unit_test(what_is_missing_are_the_people_of_codes_never_shown),
        cmocka_unit_test(variety_is_the_effective_number_of_different_rows),
    };
    return CS_RUN("model/evidence", tests);
}
