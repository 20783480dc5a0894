/* What model/memory.h promises. */
#include "model/memory.h"

#include <string.h>

#include "tests/support/check.h"

enum { ROWS = 100 };

/* Row i: its number, and one of the labels 0, 1 and 3. */
static void fill(struct cs_memory *memory, struct cs_codes *rows, struct cs_rng *rng)
{
    static const uint8_t labels[] = { 0, 1, 1, 3 };

    assert_ok(cs_codes_init(rows, ROWS, 2));
    for (size_t row = 0; row < ROWS; row++) {
        cs_codes_column(rows, 0)[row] = (uint8_t)row;
        cs_codes_column(rows, 1)[row] = labels[row % COUNT(labels)];
    }
    cs_rng_init_labelled(rng, 1, "memory");
    cs_memory_init(memory, 1);
    assert_ok(cs_memory_fill(memory, rows, rng));
}

static void each_row_is_recalled_once_before_one_is_again(void **state)
{
    struct cs_memory memory;
    struct cs_codes rows;
    struct cs_rng rng;
    unsigned recalled[ROWS] = { 0 };
    (void)state;

    fill(&memory, &rows, &rng);
    for (unsigned turn = 1; turn <= 2; turn++) {
        for (size_t i = 0; i < ROWS; i++) {
            const uint8_t label = cs_codes_column(&rows, 1)[i];
            const size_t row = cs_memory_recall(&memory, label, &rng);

            assert_int_equal(cs_codes_column(&memory.rows, 1)[row], label);
            recalled[cs_codes_column(&memory.rows, 0)[row]]++;
        }
        for (size_t i = 0; i < ROWS; i++)
            assert_int_equal(recalled[i], turn);
    }
    cs_codes_wipe(&rows);
    cs_memory_wipe(&memory);
}

static void rows_of_a_label_come_in_another_order_than_they_had(void **state)
{
    struct cs_memory memory;
    struct cs_codes rows;
    struct cs_rng rng;
    size_t moved = 0;
    (void)state;

    fill(&memory, &rows, &rng);
    for (size_t i = 1; i < memory.start[1]; i++) /* label 0: rows 0, 4, 8, ... */
        moved += cs_codes_column(&memory.rows, 0)[i] != 4 * i;
    assert_true(moved > memory.start[1] / 2);
    cs_codes_wipe(&rows);
    cs_memory_wipe(&memory);
}

static void a_label_that_no_row_has_recalls_any(void **state)
{
    struct cs_memory memory;
    struct cs_codes rows;
    struct cs_rng rng;
    (void)state;

    fill(&memory, &rows, &rng);
    for (int i = 0; i < 50; i++)
        assert_true(cs_memory_recall(&memory, 2, &rng) < ROWS);
    cs_codes_wipe(&rows);
    cs_memory_wipe(&memory);
}

static void what_is_filled_again_is_forgotten(void **state)
{
    struct cs_memory memory;
    struct cs_codes rows, one;
    struct cs_rng rng;
    (void)state;

    fill(&memory, &rows, &rng);
    assert_ok(cs_codes_init(&one, 1, 2));
    memset(one.code, 1, 2);
    assert_ok(cs_memory_fill(&memory, &one, &rng));
    for (uint8_t label = 0; label < 4; label++)
        assert_int_equal(cs_memory_recall(&memory, label, &rng), 0);
    assert_int_equal(memory.rows.code[0], 1);
    cs_codes_wipe(&one);
    cs_codes_wipe(&rows);
    cs_memory_wipe(&memory);
}

/* Expected 40 times each: a row that is never drawn has a chance of 4e-18. */
static void any_row_may_come_up(void **state)
{
    struct cs_memory memory;
    struct cs_codes rows;
    struct cs_rng rng;
    unsigned drawn[ROWS] = { 0 };
    (void)state;

    fill(&memory, &rows, &rng);
    for (size_t i = 0; i < 40 * ROWS; i++)
        drawn[cs_memory_any(&memory, &rng)]++;
    for (size_t row = 0; row < ROWS; row++)
        assert_true(drawn[row] > 0 && drawn[row] < 100);
    cs_codes_wipe(&rows);
    cs_memory_wipe(&memory);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_row_is_recalled_once_before_one_is_again),
        cmocka_unit_test(rows_of_a_label_come_in_another_order_than_they_had),
        cmocka_unit_test(a_label_that_no_row_has_recalls_any),
        cmocka_unit_test(any_row_may_come_up),
        cmocka_unit_test(what_is_filled_again_is_forgotten),
    };
    return CS_RUN("model/memory", tests);
}
