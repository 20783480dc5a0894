/* What protocol/linked.h promises, one test for each promise. */
#include "protocol/linked.h"

#include <stdlib.h>
#include <string.h>

#include "crypto/rng.h"
#include "tests/support/check.h"

enum { ROWS = 5 };

/* A schema of random columns, and B's rows of it. */
struct plot {
    struct cs_schema schema;
    struct cs_column column[CS_COLUMNS_MAX];
    size_t order[CS_COLUMNS_MAX];
    struct cs_codes codes;
    struct cs_payload layout;
};

static struct plot plot;

static void draw(struct cs_rng *rng, size_t n_columns)
{
    memset(&plot, 0, sizeof plot);
    plot.schema = (struct cs_schema){ .columns = plot.column,
                                      .n_columns = n_columns,
                                      .order = { NULL, plot.order } };
    for (size_t c = 0; c < n_columns; c++) {
        struct cs_column *column = &plot.column[c];

        column->n_codes = 1 + cs_rng_below(rng, CS_CODES_MAX);
        column->at[CS_A] = cs_rng_below(rng, 3) == 0;
        column->at[CS_B] = !column->at[CS_A] || cs_rng_below(rng, 2) == 0;
        if (column->at[CS_B])
            plot.order[plot.schema.n_order[CS_B]++] = c;
    }
    assert_ok(cs_codes_init(&plot.codes, ROWS, plot.schema.n_order[CS_B]));
    for (size_t i = 0; i < plot.codes.n_columns; i++)
        for (size_t row = 0; row < ROWS; row++)
            cs_codes_column(&plot.codes, i)[row] =
                (uint8_t)cs_rng_below(rng, (uint32_t)plot.column[plot.order[i]].n_codes);
    cs_payload_init(&plot.layout, &plot.schema);
}

static bool only_b_has(size_t column)
{
    return plot.column[column].at[CS_B] && !plot.column[column].at[CS_A];
}

static void exclusive_or_shares_of_words_are_shares_of_every_code(void **state)
{
    uint64_t packed[CS_COLUMNS_MAX], share[CS_COLUMNS_MAX];
    struct cs_rng rng;
    (void)state;

    cs_rng_init_labelled(&rng, 1, "linked");
    for (size_t i = 0; i < 60; i++) {
        draw(&rng, 1 + cs_rng_below(&rng, i < 50 ? 20 : CS_COLUMNS_MAX));
        for (size_t row = 0; row < ROWS; row++) {
            cs_payload_pack(packed, &plot.layout, &plot.schema, &plot.codes, row);
            for (size_t w = 0; w < plot.layout.n_words; w++)
                packed[w] ^= share[w] = cs_rng_u64(&rng);
            for (size_t j = 0; j < plot.codes.n_columns; j++) {
                const size_t c = plot.order[j];

                if (only_b_has(c))
                    assert_int_equal(cs_payload_code(packed, &plot.layout, c) ^
                                         cs_payload_code(share, &plot.layout, c),
                                     cs_codes_column(&plot.codes, j)[row]);
            }
        }
        cs_codes_wipe(&plot.codes);
    }
}

static void columns_do_not_overlap_nor_straddle_words(void **state)
{
    struct cs_rng rng;
    (void)state;

    cs_rng_init_labelled(&rng, 2, "linked");
    draw(&rng, CS_COLUMNS_MAX);
    uint64_t used[CS_COLUMNS_MAX] = { 0 };
    for (size_t c = 0; c < CS_COLUMNS_MAX; c++) {
        const struct cs_payload_field *field = &plot.layout.field[c];

        if (!only_b_has(c) || field->n_bits == 0)
            continue;
        const uint64_t bits = ((UINT64_C(1) << field->n_bits) - 1) << field->shift;

        assert_true(field->shift + field->n_bits <= 64);
        assert_true(field->word < plot.layout.n_words);
        assert_int_equal(used[field->word] & bits, 0);
        used[field->word] |= bits;
    }
    cs_codes_wipe(&plot.codes);
}

static void a_column_takes_as_few_bits_as_its_codes_need(void **state)
{
    (void)state;
    assert_int_equal(cs_payload_bits(1), 0);
    assert_int_equal(cs_payload_bits(2), 1);
    assert_int_equal(cs_payload_bits(3), 2);
    assert_int_equal(cs_payload_bits(32), 5);
    assert_int_equal(cs_payload_bits(33), 6);
    assert_int_equal(cs_payload_bits(64), 6);
    assert_stops((void)cs_payload_bits(0));
    assert_stops((void)cs_payload_bits(65));
}

static void wiping_leaves_zeros(void **state)
{
    struct cs_linked linked = { .n_places = 3, .n_words = 2 };
    const struct cs_linked none = { 0 };
    (void)state;

    linked.row = calloc(3, sizeof *linked.row);
    linked.payload = calloc(6, sizeof *linked.payload);
    cs_linked_wipe(&linked);
    assert_memory_equal(&linked, &none, sizeof none);
    cs_linked_wipe(&linked);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(exclusive_or_shares_of_words_are_shares_of_every_code),
        cmocka_unit_test(columns_do_not_overlap_nor_straddle_words),
        cmocka_unit_test(a_column_takes_as_few_bits_as_its_codes_need),
        cmocka_unit_test(wiping_leaves_zeros),
    };
    return CS_RUN("protocol/linked", tests);
}
