/* What model/fit.h promises, one test for each promise. */
#include "model/fit.h"

#include <sodium.h>
#include <string.h>

#include "tests/support/check.h"
#include "tests/support/fitting.h"

enum { STUDIES = 12, ROWS = 200, DIGEST_BYTES = 16 };

static struct cs_fitting fitting;
static struct cs_codes people;
static struct cs_fit_result result;

static void set_up(size_t n_people, size_t n_rows, uint32_t noise, uint64_t number)
{
    struct cs_rng rng;

    cs_rng_init_labelled(&rng, number, "tests of fit");
    cs_fitting_init(&fitting, n_rows, noise, &rng);
    fitting.input.people.n_both = n_people;
    assert_ok(cs_codes_init(&people, n_people, fitting.input.n_columns));
}

/* The same with a third of the people at A only and a quarter at B only. */
static void set_up_scattered(uint32_t noise, uint64_t number)
{
    const struct cs_presence apart = { ROWS - ROWS / 3 - ROWS / 4,
                                       { ROWS / 3, ROWS / 4 } };
    struct cs_rng rng;

    set_up(ROWS, ROWS, noise, number);
    cs_rng_init_labelled(&rng, number, "scattered people");
    cs_fitting_scatter(&fitting, apart, noise, &rng);
}

static void tear_down(void)
{
    cs_codes_wipe(&people);
    cs_fitting_wipe(&fitting);
}

static void digest_people(uint8_t digest[DIGEST_BYTES])
{
    assert_ok(cs_fit(&people, &result, &fitting.input, NULL));
    crypto_generichash(digest, DIGEST_BYTES, people.code,
                       people.n_columns * people.n_rows, NULL, 0);
}

static void assert_codes_in_range(void)
{
    for (size_t c = 0; c < people.n_columns; c++)
        for (size_t r = 0; r < people.n_rows; r++)
            assert_true(cs_codes_column(&people, c)[r] < fitting.n_codes[c]);
}

/* Sum of the distances of all tables from their targets, in people who are misplaced. */
static int64_t misplaced(void)
{
    int64_t sum = 0;

    for (size_t t = 0; t < FITTING_TABLES; t++) {
        int32_t count[64];

        cs_fitting_count(count, &fitting, t, &people);
        for (size_t k = 0; k < fitting.table[t].n_cells; k++) {
            const int64_t d = (int64_t)count[k] - fitting.table[t].target[k];
            sum += d < 0 ? -d : d;
        }
    }
    return sum / 2;
}

static void consistent_tables_are_reproduced(void **state)
{
    (void)state;

    for (uint64_t s = 0; s < STUDIES; s++) {
        set_up(ROWS, ROWS, 0, s);
        assert_ok(cs_fit(&people, &result, &fitting.input, NULL));
        if (misplaced() * 100 > ROWS * FITTING_TABLES)
            fail_msg("study %u: %d of %d are misplaced", (unsigned)s, (int)misplaced(),
                     ROWS * FITTING_TABLES);
        tear_down();
    }
}

static void consistent_tables_of_scattered_people_are_reproduced(void **state)
{
    (void)state;

    for (uint64_t s = 0; s < STUDIES; s++) {
        set_up_scattered(0, s);
        assert_ok(cs_fit(&people, &result, &fitting.input, NULL));
        if (misplaced() * 100 > ROWS * FITTING_TABLES)
            fail_msg("study %u: %d of %d are misplaced", (unsigned)s, (int)misplaced(),
                     ROWS * FITTING_TABLES);
        tear_down();
    }
}

static void a_row_has_the_parts_of_the_parties_it_is_at(void **state)
{
    size_t n_codes = 0;
    (void)state;

    for (uint64_t s = 0; s < STUDIES; s++) {
        set_up_scattered(5, s);
        fitting.input.exact = fitting.exact;
        assert_ok(cs_fit(&people, &result, &fitting.input, NULL));
        for (size_t c = 0; c < people.n_columns; c++)
            for (size_t r = 0; r < ROWS; r++)
                if (cs_presence_has(&fitting.input.people, (enum cs_party)fitting.part[c],
                                    r))
                    n_codes += cs_codes_column(&people, c)[r] != 0;
                else
                    assert_int_equal(cs_codes_column(&people, c)[r], 0);
        tear_down();
    }
    assert_true(n_codes > STUDIES * ROWS / 2); /* the control: others are not all 0 */
}

/* The control of the tests above: candidates as they come are far from such a match. */
static void candidates_by_themselves_do_not_match(void **state)
{
    int64_t n = 0;
    struct cs_rng rng;
    (void)state;

    cs_rng_init_labelled(&rng, 9, "control");
    for (uint64_t s = 0; s < STUDIES; s++) {
        set_up(ROWS, ROWS, 0, s);
        for (size_t c = 0; c < people.n_columns; c++)
            for (size_t r = 0; r < ROWS; r++)
                cs_codes_column(&people, c)[r] =
                    (uint8_t)cs_rng_below(&rng, (uint32_t)fitting.n_codes[c]);
        n += misplaced();
        tear_down();
    }
    assert_true(n * 100 > 3 * STUDIES * ROWS * FITTING_TABLES);
}

static void the_same_input_gives_the_same_bytes_and_another_seed_or_label_others(void **s)
{
    uint8_t digest[4][DIGEST_BYTES];
    (void)s;

    set_up(ROWS, 50, 8, 3);
    digest_people(digest[0]);
    digest_people(digest[1]);
    fitting.input.seed = 2;
    digest_people(digest[2]);
    fitting.input.seed = 1;
    fitting.input.label = "refit";
    digest_people(digest[3]);
    assert_memory_equal(digest[0], digest[1], DIGEST_BYTES);
    assert_memory_not_equal(digest[0], digest[2], DIGEST_BYTES);
    assert_memory_not_equal(digest[0], digest[3], DIGEST_BYTES);
    tear_down();
}

/* The two nodes must agree, whatever built them: the bytes are part of the contract. A
 * change of the moves or of their random numbers changes them, for both nodes alike. */
static void the_population_is_the_same_in_every_build(void **state)
{
    char hex[2 * DIGEST_BYTES + 1];
    uint8_t digest[DIGEST_BYTES];
    (void)state;

    set_up(1000, 300, 6, 7);
    fitting.exact[0] += 1000 - 300;
    fitting.input.exact = fitting.exact;
    digest_people(digest);
    sodium_bin2hex(hex, sizeof hex, digest, sizeof digest);
    assert_string_equal(hex, "4a00a7479eaa938a108a38978aa3a53f");
    tear_down();
}

static void scattered_people_are_the_same_in_every_build(void **state)
{
    char hex[2 * DIGEST_BYTES + 1];
    uint8_t digest[DIGEST_BYTES];
    (void)state;

    set_up_scattered(6, 7);
    fitting.input.exact = fitting.exact;
    digest_people(digest);
    sodium_bin2hex(hex, sizeof hex, digest, sizeof digest);
    assert_string_equal(hex, "7880b633967f7ac6695b8bf1e280fb7e");
    tear_down();
}

static void assert_exact(void)
{
    const size_t width = fitting.n_codes[fitting.input.conversion];
    const uint8_t *arm = cs_codes_column(&people, fitting.input.arm);
    const uint8_t *conversion = cs_codes_column(&people, fitting.input.conversion);
    int32_t count[16] = { 0 };

    for (size_t r = 0; r < fitting.input.people.n_both; r++)
        count[arm[r] * width + conversion[r]]++;
    assert_memory_equal(count, fitting.exact,
                        fitting.n_codes[fitting.input.arm] * width * sizeof *count);
}

static void arm_by_conversion_is_matched_exactly(void **state)
{
    (void)state;

    for (uint64_t s = 0; s < STUDIES; s++) {
        set_up(ROWS, ROWS, 5, s); /* whatever the tables say */
        fitting.input.exact = fitting.exact;
        assert_ok(cs_fit(&people, &result, &fitting.input, NULL));
        assert_exact();
        assert_codes_in_range();
        tear_down();
        set_up_scattered(5, s);
        fitting.input.exact = fitting.exact;
        assert_ok(cs_fit(&people, &result, &fitting.input, NULL));
        assert_exact();
        tear_down();
    }
}

/* All of one arm and conversion; then all of another, in which no candidate is. */
static void a_cell_that_nobody_is_in_can_be_asked_for(void **state)
{
    (void)state;

    for (uint64_t s = 0; s < STUDIES; s++)
        for (size_t k = 0; k < 2; k++) {
            set_up(ROWS, 1, 0, s);
            const size_t n = fitting.n_codes[fitting.input.arm] *
                             fitting.n_codes[fitting.input.conversion];
            memset(fitting.exact, 0, sizeof fitting.exact);
            fitting.exact[k == 0 ? 0 : n - 1] = ROWS;
            fitting.input.exact = fitting.exact;
            assert_ok(cs_fit(&people, &result, &fitting.input, NULL));
            assert_exact();
            tear_down();
        }
}

static void counts_that_do_not_add_up_stop_the_program(void **state)
{
    enum cs_status st = CS_OK;
    (void)state;

    set_up(ROWS, ROWS, 0, 1);
    fitting.input.exact = fitting.exact;
    fitting.exact[0]++;
    assert_stops(st = cs_fit(&people, &result, &fitting.input, NULL));
    (void)st;
    tear_down();
}

static void one_person_and_one_candidate_are_enough(void **state)
{
    (void)state;

    for (uint64_t s = 0; s < STUDIES; s++) {
        set_up(1, 1, 0, s);
        assert_ok(cs_fit(&people, &result, &fitting.input, NULL));
        assert_memory_equal(people.code, fitting.rows.code, people.n_columns);
        assert_true(result.chi_square == 0);
        tear_down();
    }
}

static void there_may_be_more_or_fewer_people_than_candidates(void **state)
{
    (void)state;

    for (size_t n = 7; n < 1000; n *= 11) {
        set_up(n, 60, 2, n);
        assert_ok(cs_fit(&people, &result, &fitting.input, NULL));
        assert_codes_in_range();
        assert_true(result.moves <= 40 * n && result.accepted <= result.moves);
        tear_down();
    }
}

/* A level without candidates is left empty, even where the tables ask for people in it.
 */
static void a_level_that_no_candidate_has_is_left_empty(void **state)
{
    (void)state;

    set_up(ROWS, ROWS, 0, 5);
    for (size_t c = 0; c < people.n_columns; c++)
        if (fitting.n_codes[c] > 1)
            for (size_t r = 0; r < ROWS; r++)
                cs_codes_column(&fitting.rows, c)[r] = 0;
    assert_ok(cs_fit(&people, &result, &fitting.input, NULL));
    for (size_t i = 0; i < people.n_columns * ROWS; i++)
        assert_int_equal(people.code[i], 0);
    tear_down();
}

struct telling {
    unsigned n, stop_at;
    double last;
};

static enum cs_status tell(void *arg, double done)
{
    struct telling *telling = arg;

    assert_true(done >= telling->last && done <= 1);
    telling->last = done;
    return ++telling->n == telling->stop_at ? CS_CLOSED : CS_OK;
}

static void progress_rises_and_can_stop_the_fit(void **state)
{
    struct telling all = { 0, 0, 0 }, some = { 0, 5, 0 };
    const struct cs_progress to_the_end = { tell, &all }, stops = { tell, &some };
    (void)state;

    set_up(ROWS, ROWS, 0, 1);
    assert_ok(cs_fit(&people, &result, &fitting.input, &to_the_end));
    assert_true(all.n >= 20);
    assert_int_equal(cs_fit(&people, &result, &fitting.input, &stops), CS_CLOSED);
    assert_int_equal(some.n, 5);
    tear_down();
}

static void remember_point(void *arg, double value)
{
    struct telling *telling = arg;

    telling->n++;
    telling->last = value;
}

static void the_curve_ends_at_the_chi_square_and_changes_nothing(void **state)
{
    struct telling heard = { 0, 0, 0 };
    const struct cs_curve curve = { remember_point, &heard };
    uint8_t watched[DIGEST_BYTES], alone[DIGEST_BYTES];
    (void)state;

    set_up(ROWS, ROWS, 3, 1);
    digest_people(alone);
    fitting.input.curve = &curve;
    digest_people(watched);
    assert_memory_equal(watched, alone, DIGEST_BYTES);
    assert_true(heard.n >= 20 && heard.last == result.chi_square);
    tear_down();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(consistent_tables_are_reproduced),
        cmocka_unit_test(consistent_tables_of_scattered_people_are_reproduced),
        cmocka_unit_test(a_row_has_the_parts_of_the_parties_it_is_at),
        cmocka_unit_test(candidates_by_themselves_do_not_match),
        cmocka_unit_test(
            the_same_input_gives_the_same_bytes_and_another_seed_or_label_others),
        cmocka_unit_test(the_population_is_the_same_in_every_build),
        cmocka_unit_test(scattered_people_are_the_same_in_every_build),
        cmocka_unit_test(arm_by_conversion_is_matched_exactly),
        cmocka_unit_test(a_cell_that_nobody_is_in_can_be_asked_for),
        cmocka_unit_test(counts_that_do_not_add_up_stop_the_program),
        cmocka_unit_test(one_person_and_one_candidate_are_enough),
        cmocka_unit_test(the_curve_ends_at_the_chi_square_and_changes_nothing),
        cmocka_unit_test(there_may_be_more_or_fewer_people_than_candidates),
        cmocka_unit_test(a_level_that_no_candidate_has_is_left_empty),
        cmocka_unit_test(progress_rises_and_can_stop_the_fit),
    };
    return CS_RUN("model/fit", tests);
}
