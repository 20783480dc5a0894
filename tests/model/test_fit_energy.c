/* What model/fit_energy.h promises. The naive twin counts all tables anew after every
 * move. */
#include "model/fit_energy.h"

#include <math.h>
#include <string.h>

#include "crypto/wide.h"
#include "tests/support/check.h"
#include "tests/support/fitting.h"

enum { STUDIES = 40, ROWS = 30, MOVES = 100 };

/* In every other study some people are at one party alone. */
static const struct cs_presence scattered = { 12, { 10, 8 } };

static struct cs_fitting fitting;
static struct cs_energy energy;

static bool has(size_t r, size_t column)
{
    return cs_presence_has(&fitting.input.people, (enum cs_party)fitting.part[column], r);
}

static void set_up(size_t n_rows, const struct cs_presence *people, uint32_t noise,
                   struct cs_rng *rng)
{
    uint8_t row[FITTING_COLUMNS];

    cs_fitting_init(&fitting, n_rows, noise, rng);
    if (people != NULL)
        cs_fitting_scatter(&fitting, *people, noise, rng);
    assert_ok(cs_energy_init(&energy, &fitting.input));
    for (size_t r = 0; r < n_rows; r++) {
        for (size_t c = 0; c < fitting.input.n_columns; c++)
            row[c] = has(r, c) ? cs_codes_column(&fitting.rows, c)[r] : 0;
        cs_energy_put_row(&energy, r, row);
    }
}

static void tear_down(void)
{
    cs_energy_wipe(&energy);
    cs_fitting_wipe(&fitting);
}

/* Twice the energy, from the rows alone. */
static int64_t recount(void)
{
    const struct cs_fit_input *input = &fitting.input;
    uint64_t least = UINT64_MAX;
    int64_t sum = 0;

    for (size_t t = 0; t < input->n_tables; t++)
        for (size_t k = 0; k < input->tables[t].n_cells; k++)
            if (input->tables[t].variance_q16[k] < least)
                least = input->tables[t].variance_q16[k];
    for (size_t t = 0; t < input->n_tables; t++)
        for (size_t k = 0; k < input->tables[t].n_cells; k++) {
            int64_t d = -input->tables[t].target[k];
            int64_t weight = (int64_t)((least << 20) / input->tables[t].variance_q16[k]);

            for (size_t r = 0; r < energy.n_rows; r++)
                d += cs_presence_counts(&input->people, input->tables[t].scope, r) &&
                     cs_fitting_cell(&fitting, t, cs_energy_row(&energy, r), 1) == k;
            sum += (weight == 0 ? 1 : weight) * d * d;
        }
    return sum;
}

static void a_changed_row_changes_the_energy_by_what_a_recount_finds(void **state)
{
    struct cs_rng rng;
    (void)state;

    cs_rng_init_labelled(&rng, 1, "row");
    for (size_t s = 0; s < STUDIES; s++) {
        set_up(ROWS, s % 2 == 0 ? NULL : &scattered, 5, &rng);
        int64_t before = recount();
        for (size_t m = 0; m < MOVES; m++) {
            const size_t r = cs_rng_below(&rng, ROWS), drawn = cs_rng_below(&rng, 2);
            const size_t part =
                has(r, drawn == 0 ? 0 : energy.n_columns - 1) ? drawn : !drawn;
            uint8_t row[FITTING_COLUMNS];

            memcpy(row, cs_energy_row(&energy, r), energy.n_columns);
            for (size_t c = 0; c < energy.n_columns; c++)
                if (fitting.part[c] == part)
                    row[c] = (uint8_t)cs_rng_below(&rng, (uint32_t)fitting.n_codes[c]);
            const int64_t change = cs_energy_of_row(&energy, r, row, part);
            cs_energy_set_row(&energy, r, row, part);
            const int64_t after = recount();
            assert_true(change == after - before);
            assert_memory_equal(cs_energy_row(&energy, r), row, energy.n_columns);
            before = after;
        }
        tear_down();
    }
}

static void a_changed_level_changes_the_energy_by_what_a_recount_finds(void **state)
{
    struct cs_rng rng;
    (void)state;

    cs_rng_init_labelled(&rng, 8, "level");
    for (size_t s = 0; s < STUDIES; s++) {
        set_up(ROWS, s % 2 == 0 ? NULL : &scattered, 5, &rng);
        int64_t before = recount();
        for (size_t m = 0; m < MOVES; m++) {
            const size_t r = cs_rng_below(&rng, ROWS);
            const size_t c = cs_rng_below(&rng, (uint32_t)energy.n_columns);
            int64_t change[CS_FIT_LEVELS_MAX];

            if (!has(r, c))
                continue;
            const uint8_t code =
                (uint8_t)cs_rng_below(&rng, (uint32_t)fitting.n_codes[c]);
            cs_energy_of_levels(change, &energy, r, c);
            assert_true(change[cs_energy_row(&energy, r)[c]] == 0);
            cs_energy_set_level(&energy, r, c, code);
            const int64_t after = recount();
            assert_true(change[code] == after - before);
            assert_int_equal(cs_energy_row(&energy, r)[c], code);
            before = after;
        }
        tear_down();
    }
}

static void a_swap_changes_the_energy_by_what_a_recount_finds(void **state)
{
    struct cs_rng rng;
    size_t n_changes[CS_SCOPES] = { 0 };
    (void)state;

    cs_rng_init_labelled(&rng, 2, "swap");
    for (size_t s = 0; s < STUDIES; s++) {
        set_up(ROWS, s % 2 == 0 ? NULL : &scattered, 5, &rng);
        int64_t before = recount();
        for (size_t m = 0; m < MOVES; m++) {
            const size_t r = cs_rng_below(&rng, (uint32_t)energy.people.n_both);
            const size_t other = cs_rng_below(&rng, ROWS);
            const int64_t change = cs_energy_of_swap(&energy, r, other);

            cs_energy_swap(&energy, r, other);
            const int64_t after = recount();
            assert_true(change == after - before);
            n_changes[cs_presence_of(&energy.people, other)] += change != 0;
            before = after;
        }
        tear_down();
    }
    /* the moves were no empty ones */
    assert_true(n_changes[CS_AT_BOTH] > STUDIES * MOVES / 4);
    assert_true(n_changes[CS_AT_A] > STUDIES * MOVES / 40);
    assert_true(n_changes[CS_AT_B] > STUDIES * MOVES / 40);
}

/* Rows 0 and 1 have each other's codes of a part, and their own of the other. */
static void assert_exchanged(size_t part)
{
    for (size_t c = 0; c < energy.n_columns; c++)
        for (size_t row = 0; row < 2; row++) {
            const size_t from = fitting.part[c] == part ? !row : row;
            const uint8_t was = cs_codes_column(&fitting.rows, c)[from];

            assert_int_equal(cs_energy_row(&energy, row)[c], has(from, c) ? was : 0);
        }
}

static void a_swap_exchanges_bs_columns_alone(void **state)
{
    struct cs_rng rng;
    (void)state;

    cs_rng_init_labelled(&rng, 3, "columns");
    set_up(2, NULL, 0, &rng);
    cs_energy_swap(&energy, 0, 1);
    assert_exchanged(1);
    tear_down();
}

static void a_swap_with_a_row_at_one_party_exchanges_its_columns_alone(void **state)
{
    static const struct cs_presence one_more[2] = { { 1, { 1, 0 } }, { 1, { 0, 1 } } };
    struct cs_rng rng;
    (void)state;

    cs_rng_init_labelled(&rng, 6, "columns");
    for (size_t part = 0; part < 2; part++)
        for (size_t first = 0; first < 2; first++) {
            set_up(2, &one_more[part], 0, &rng);
            cs_energy_swap(&energy, first, !first);
            assert_exchanged(part);
            tear_down();
        }
}

static void a_swap_of_two_rows_that_are_not_at_both_stops_the_program(void **state)
{
    static const struct cs_presence apart = { 1, { 1, 1 } };
    struct cs_rng rng;
    int64_t change = 0;
    (void)state;

    cs_rng_init_labelled(&rng, 7, "apart");
    set_up(3, &apart, 0, &rng);
    assert_stops(change = cs_energy_of_swap(&energy, 1, 2));
    assert_stops(cs_energy_swap(&energy, 2, 2));
    (void)change;
    tear_down();
}

static void chi_square_is_the_mean_of_squares_over_variances(void **state)
{
    struct cs_rng rng;
    double sum = 0;
    size_t n = 0;
    (void)state;

    cs_rng_init_labelled(&rng, 4, "chi-square");
    set_up(ROWS, NULL, 9, &rng);
    for (size_t t = 0; t < FITTING_TABLES; t++) {
        int32_t count[64];

        cs_fitting_count(count, &fitting, t, &fitting.rows);
        for (size_t k = 0; k < fitting.table[t].n_cells; k++, n++) {
            const double d = count[k] - fitting.target[64 * t + k];
            sum += d * d * 65536 / (double)fitting.variance_q16[64 * t + k];
        }
    }
    const double want = sum / (double)n, got = cs_energy_chi_square(&energy);
    assert_true(want > 1 && fabs(got - want) < 1e-3 * want);
    tear_down();
}

static void no_energy_overflows_at_the_limits(void **state)
{
    const size_t n_codes[] = { 2, 2 };
    const uint8_t part[] = { 0, 1 }, codes[] = { 1, 0 };
    static int32_t target[] = { CS_FIT_TARGET_MAX, -CS_FIT_TARGET_MAX, -CS_FIT_TARGET_MAX,
                                CS_FIT_TARGET_MAX };
    static uint64_t variance[2][4];
    static struct cs_fit_table table[CS_FIT_TABLES_MAX];
    const struct cs_fit_input input = { .people = { 2, { 0, 0 } },
                                        .n_columns = 2,
                                        .n_codes = n_codes,
                                        .part = part,
                                        .tables = table,
                                        .n_tables = CS_FIT_TABLES_MAX };
    (void)state;

    for (size_t i = 0; i < 2; i++) {
        for (size_t k = 0; k < 4; k++)
            variance[i][k] = i == 0 ? 1 : CS_FIT_VARIANCE_Q16_MAX;
        for (size_t t = 0; t < CS_FIT_TABLES_MAX; t++)
            table[t] =
                (struct cs_fit_table){ CS_AT_BOTH, 2, { 0, 1 }, 4, target, variance[i] };
        assert_ok(cs_energy_init(&energy, &input));
        cs_energy_put_row(&energy, 0, (const uint8_t[]){ 0, 0 });
        cs_energy_put_row(&energy, 1, (const uint8_t[]){ 1, 1 });
        for (size_t k = 1; k < 3; k++) /* as if so many more stood there */
            energy.price[k] += energy.rise[k] * (int64_t)CS_FIT_ROWS_MAX;

        /* In every table two cells are left that have far too few, for two with far too
         * many, all at the largest weight. */
        const int64_t d = CS_FIT_TARGET_MAX + (int64_t)CS_FIT_ROWS_MAX;
        const int64_t swap = cs_energy_of_swap(&energy, 0, 1);
        const int64_t row = cs_energy_of_row(&energy, 0, codes, 0);
        const cs_i128 least = (cs_i128)d * CS_FIT_TABLES_MAX << 20;
        assert_true(swap > 2 * least && row > least);
        assert_true(cs_energy_unit(&energy) > 0);
        assert_true(cs_energy_chi_square(&energy) > 0);
        cs_energy_wipe(&energy);
    }
}

/* -ln((u + 1/2) / 2^12) with 16 bits of fraction. */
static void the_table_of_logarithms_is_right_to_its_last_bit(void **state)
{
    static uint32_t table[1 << CS_FIT_LOG_BITS];
    (void)state;

    cs_fit_log_table(table);
    for (size_t u = 0; u < COUNT(table); u++) {
        const double exact = -log(((double)u + .5) / (double)COUNT(table)) * 65536;
        if (fabs((double)table[u] - exact) > 1)
            fail_msg("-ln of %zu is %u, not %.3f", u, table[u], exact);
    }
}

static void what_is_beyond_the_limits_stops_the_program(void **state)
{
    struct cs_rng rng;
    enum cs_status st = CS_OK;
    (void)state;

    cs_rng_init_labelled(&rng, 5, "limits");
    cs_fitting_init(&fitting, 3, 0, &rng);
    fitting.variance_q16[0] = 0;
    assert_stops(st = cs_energy_init(&energy, &fitting.input));
    fitting.variance_q16[0] = CS_FIT_VARIANCE_Q16_MAX + 1;
    assert_stops(st = cs_energy_init(&energy, &fitting.input));
    fitting.variance_q16[0] = 1;
    fitting.target[0] = CS_FIT_TARGET_MAX + 1;
    assert_stops(st = cs_energy_init(&energy, &fitting.input));
    fitting.target[0] = 0;
    fitting.table[0].scope =
        fitting.part[fitting.table[0].column[0]] == 0 ? CS_AT_B : CS_AT_A;
    assert_stops(st = cs_energy_init(&energy, &fitting.input));
    fitting.table[0].scope = CS_AT_BOTH;
    assert_ok(cs_energy_init(&energy, &fitting.input));
    (void)st;
    tear_down();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_changed_row_changes_the_energy_by_what_a_recount_finds),
        cmocka_unit_test(a_changed_level_changes_the_energy_by_what_a_recount_finds),
        cmocka_unit_test(a_swap_changes_the_energy_by_what_a_recount_finds),
        cmocka_unit_test(a_swap_exchanges_bs_columns_alone),
        cmocka_unit_test(a_swap_with_a_row_at_one_party_exchanges_its_columns_alone),
        cmocka_unit_test(a_swap_of_two_rows_that_are_not_at_both_stops_the_program),
        cmocka_unit_test(chi_square_is_the_mean_of_squares_over_variances),
        cmocka_unit_test(no_energy_overflows_at_the_limits),
        cmocka_unit_test(the_table_of_logarithms_is_right_to_its_last_bit),
        cmocka_unit_test(what_is_beyond_the_limits_stops_the_program),
    };
    return CS_RUN("model/fit_energy", tests);
}
