/* What model/order.h promises, one test for each promise. */
#include "model/order.h"

#include <stdlib.h>
#include <string.h>

#include "crypto/rng.h"
#include "tests/support/check.h"

enum { COLUMNS = 3 };

static const struct cs_presence people = { 300, { 200, 100 } };

static struct cs_codes random_rows(void)
{
    struct cs_codes rows;
    struct cs_rng rng;

    cs_rng_init_labelled(&rng, 1, "order");
    assert_ok(cs_codes_init(&rows, cs_presence_all(&people), COLUMNS));
    for (size_t i = 0; i < COLUMNS * rows.n_rows; i++)
        rows.code[i] = (uint8_t)cs_rng_below(&rng, i < rows.n_rows ? 64 : 5);
    return rows;
}

/* A row as one number, the first column counting most. */
static int32_t number(const struct cs_codes *rows, size_t r)
{
    int32_t sum = 0;

    for (size_t c = 0; c < COLUMNS; c++)
        sum = 64 * sum + cs_codes_column(rows, c)[r];
    return sum;
}

static int by_number(const void *x, const void *y)
{
    return *(const int32_t *)x - *(const int32_t *)y;
}

/* The naive twin: each kind's rows as numbers, by the library's sort. */
static void rows_of_each_kind_are_in_the_order_of_their_codes(void **state)
{
    const size_t first[] = { 0, people.n_both, people.n_both + people.n_only[CS_A],
                             cs_presence_all(&people) };
    struct cs_codes rows = random_rows();
    int32_t want[600];
    (void)state;

    for (size_t r = 0; r < rows.n_rows; r++)
        want[r] = number(&rows, r);
    for (size_t k = 0; k < 3; k++)
        qsort(want + first[k], first[k + 1] - first[k], sizeof *want, by_number);
    assert_ok(cs_order_rows(&rows, &people));
    for (size_t r = 0; r < rows.n_rows; r++)
        assert_int_equal(number(&rows, r), want[r]);
    cs_codes_wipe(&rows);
}

static void a_number_of_people_that_is_not_that_of_rows_stops_the_program(void **state)
{
    const struct cs_presence fewer = { 300, { 200, 99 } };
    struct cs_codes rows = random_rows();
    enum cs_status st = CS_OK;
    (void)state;

    assert_stops(st = cs_order_rows(&rows, &fewer));
    (void)st;
    cs_codes_wipe(&rows);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_of_each_kind_are_in_the_order_of_their_codes),
        cmocka_unit_test(a_number_of_people_that_is_not_that_of_rows_stops_the_program),
    };
    return CS_RUN("model/order", tests);
}
