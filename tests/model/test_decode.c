/* What model/decode.h promises, one test for each promise. */
#include "model/decode.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/check.h"
#include "tests/support/people.h"

static const struct cs_column *column(size_t index)
{
    return &cs_people_schema().columns[index];
}

static void categories_become_their_text(void **state)
{
    struct cs_decoder decoder;
    (void)state;

    cs_decoder_init(&decoder, column(PEOPLE_REGION), 0, NULL, 1);
    assert_string_equal(cs_decoder_next(&decoder, 0), "north");
    assert_string_equal(cs_decoder_next(&decoder, 1), "a, b");
    assert_string_equal(cs_decoder_next(&decoder, 2), "other");
    assert_string_equal(cs_decoder_next(&decoder, 3), "");
}

static void missing_numbers_are_empty(void **state)
{
    struct cs_decoder decoder;
    (void)state;

    cs_decoder_init(&decoder, column(PEOPLE_SPEND), 0, NULL, 1);
    assert_string_equal(cs_decoder_next(&decoder, 3), "");
}

/* Each of the 18 ages below 18 is as likely as another: chi-square with 17 degrees of
 * freedom passes 55 once in 10^5 runs, and the seed is fixed. */
static void values_without_a_density_are_uniform_within_their_bin(void **state)
{
    enum { N = 18000 };
    struct cs_decoder decoder;
    double count[18] = { 0 }, chi = 0;
    (void)state;

    cs_decoder_init(&decoder, column(PEOPLE_AGE), 0, NULL, 1);
    for (int i = 0; i < N; i++) {
        const int age = atoi(cs_decoder_next(&decoder, 0));
        assert_in_range(age, 0, 17);
        count[age]++;
    }
    for (int age = 0; age < 18; age++)
        chi += (count[age] - N / 18.0) * (count[age] - N / 18.0) / (N / 18.0);
    assert_true(chi < 55);
}

static void values_stay_in_their_bin_and_fall_back_into_it(void **state)
{
    const struct cs_schema schema = cs_people_schema();
    static int64_t edges[] = { 18262, 18300, 18628 };
    struct cs_column columns[PEOPLE_COLUMNS];
    (void)state;

    memcpy(columns, schema.columns, sizeof columns);
    columns[PEOPLE_SINCE].edges = edges;
    for (size_t k = 0; k < PEOPLE_COLUMNS; k++) {
        struct cs_decoder decoder;

        cs_decoder_init(&decoder, &columns[k], 0, NULL, k);
        for (int i = 0; i < 300 && columns[k].n_bins > 0; i++) {
            const uint8_t code = (uint8_t)((size_t)i % columns[k].n_bins);
            const char *text = cs_decoder_next(&decoder, code);
            int64_t grid = 0;

            assert_true(cs_value_parse(&grid, &columns[k], text, strlen(text)));
            assert_int_equal(cs_column_bin(&columns[k], grid), code);
            assert_true(grid >= columns[k].min && grid <= columns[k].max);
        }
    }
}

static void a_density_says_where_in_the_bin(void **state)
{
    int64_t start[] = { 0, 999, 1000, 3001 }, mass[] = { 0, 100, 0 };
    const struct cs_density density = { .n_pieces = 3, .start = start, .mass = mass };
    struct cs_decoder decoder;
    (void)state;

    cs_decoder_init(&decoder, column(PEOPLE_SPEND), 0, &density, 1);
    for (int i = 0; i < 50; i++)
        assert_string_equal(cs_decoder_next(&decoder, 0), "9.99");
}

/* Separate draws would give each ninth of the mass 100 rows, give or take 9. */
static void a_density_is_spread_over_the_rows_without_chance(void **state)
{
    enum { PIECES = 9, ROWS = 900 };
    int64_t start[PIECES + 1], mass[PIECES];
    struct cs_density density = { PIECES, start, mass };
    struct cs_decoder decoder;
    int count[PIECES] = { 0 };
    (void)state;

    for (int k = 0; k <= PIECES; k++)
        start[k] = 2 * k;
    for (int k = 0; k < PIECES; k++)
        mass[k] = 50;
    cs_decoder_init(&decoder, column(PEOPLE_AGE), 0, &density, 1);
    for (int i = 0; i < ROWS; i++)
        count[atoi(cs_decoder_next(&decoder, 0)) / 2]++;
    for (int k = 0; k < PIECES; k++)
        assert_in_range(count[k], ROWS / PIECES - 3, ROWS / PIECES + 3);
}

/* Of 16 by 16 places of two columns, over 4096 rows of one code, the emptiest has so
 * many. */
static int fewest_together(size_t other)
{
    enum { PLACES = 16, ROWS = 4096 };
    int64_t start[PLACES + 1], mass[PLACES];
    const struct cs_density density = { PLACES, start, mass };
    struct cs_decoder x, y;
    int count[PLACES][PLACES] = { { 0 } }, fewest = ROWS;

    for (int k = 0; k <= PLACES; k++)
        start[k] = k;
    for (int k = 0; k < PLACES; k++)
        mass[k] = 1;
    cs_decoder_init(&x, column(PEOPLE_AGE), 3, &density, 1);
    cs_decoder_init(&y, column(PEOPLE_AGE), other, &density, 2);
    for (int i = 0; i < ROWS; i++) {
        const int in_x = atoi(cs_decoder_next(&x, 0)),
                  in_y = atoi(cs_decoder_next(&y, 0));

        count[in_x][in_y]++;
    }
    for (int i = 0; i < PLACES; i++)
        for (int j = 0; j < PLACES; j++)
            fewest = count[i][j] < fewest ? count[i][j] : fewest;
    return fewest;
}

/* Evenly it would be 16 each. The control: by one step for both, most have nobody. */
static void columns_of_different_numbers_do_not_move_together(void **state)
{
    (void)state;

    assert_in_range(fewest_together(200), 8, 16);
    assert_int_equal(fewest_together(3), 0);
}

/* The fraction of the root of 2, in 2^-52, and of the 256th prime, 1619. */
static void steps_are_the_square_roots_of_primes(void **state)
{
    struct cs_decoder decoder;
    (void)state;

    cs_decoder_init(&decoder, column(PEOPLE_AGE), 0, NULL, 1);
    assert_true(decoder.step >> 12 == UINT64_C(0x6a09e667f3bcc));
    cs_decoder_init(&decoder, column(PEOPLE_AGE), CS_COLUMNS_MAX - 1, NULL, 1);
    assert_true(fabs((double)decoder.step * 0x1p-64 - (sqrt(1619) - 40)) < 1e-12);
    assert_stops(cs_decoder_init(&decoder, column(PEOPLE_AGE), CS_COLUMNS_MAX, NULL, 1));
}

static void same_seed_and_name_give_the_same_values(void **state)
{
    struct cs_column renamed = *column(PEOPLE_AGE);
    struct cs_decoder x, y, other_seed, other_name;
    int n_seed = 0, n_name = 0;
    (void)state;

    renamed.name = "age of the other";
    cs_decoder_init(&x, column(PEOPLE_AGE), 0, NULL, 7);
    cs_decoder_init(&y, column(PEOPLE_AGE), 0, NULL, 7);
    cs_decoder_init(&other_seed, column(PEOPLE_AGE), 0, NULL, 8);
    cs_decoder_init(&other_name, &renamed, 0, NULL, 7);
    for (int i = 0; i < 100; i++) {
        const char *text = cs_decoder_next(&x, 1);

        assert_string_equal(text, cs_decoder_next(&y, 1));
        n_seed += strcmp(text, cs_decoder_next(&other_seed, 1)) == 0;
        n_name += strcmp(text, cs_decoder_next(&other_name, 1)) == 0;
    }
    assert_true(n_seed < 20 && n_name < 20);
}

static void widest_bin_of_a_grid_is_drawn_from(void **state)
{
    int64_t edges[] = { -CS_GRID_MAX, CS_GRID_MAX };
    const struct cs_column wide = {
        .name = "wide",
        .type = CS_INTEGER,
        .edges = edges,
        .n_bins = 1,
        .n_codes = 1,
        .other = -1,
        .missing = -1,
    };
    struct cs_decoder decoder;
    int n_negative = 0;
    (void)state;

    cs_decoder_init(&decoder, &wide, 0, NULL, 1);
    for (int i = 0; i < 1000; i++)
        n_negative += cs_decoder_next(&decoder, 0)[0] == '-';
    assert_in_range(n_negative, 420, 580);
}

static void codes_beyond_the_column_stop_the_program(void **state)
{
    struct cs_decoder decoder;
    (void)state;

    cs_decoder_init(&decoder, column(PEOPLE_AGE), 0, NULL, 1);
    assert_stops(cs_decoder_next(&decoder, 3));
    assert_stops(cs_decoder_init(&decoder, column(PEOPLE_SINCE), 0, NULL, 1));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(categories_become_their_text),
        cmocka_unit_test(missing_numbers_are_empty),
        cmocka_unit_test(values_without_a_density_are_uniform_within_their_bin),
        cmocka_unit_test(values_stay_in_their_bin_and_fall_back_into_it),
        cmocka_unit_test(a_density_says_where_in_the_bin),
        cmocka_unit_test(a_density_is_spread_over_the_rows_without_chance),
        cmocka_unit_test(columns_of_different_numbers_do_not_move_together),
        cmocka_unit_test(steps_are_the_square_roots_of_primes),
        cmocka_unit_test(same_seed_and_name_give_the_same_values),
        cmocka_unit_test(widest_bin_of_a_grid_is_drawn_from),
        cmocka_unit_test(codes_beyond_the_column_stop_the_program),
    };
    return CS_RUN("model/decode", tests);
}
