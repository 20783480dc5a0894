/* What model/kind.h promises to every kind. */
#include "model/kind.h"

#include <math.h>
#include <stdlib.h>

#include "tests/support/check.h"
#include "tests/support/study.h"

/* A's file has the arm third, B's the conversion last. */
static void the_label_is_the_arm_at_a_and_the_conversion_at_b(void **state)
{
    struct cs_study *study = cs_test_study(NULL);
    (void)state;

    assert_int_equal(cs_kind_label(study, CS_A), 2);
    assert_int_equal(cs_kind_label(study, CS_B), 4);
    cs_study_free(study);
}

static void columns_come_in_the_order_of_the_file_and_the_label_last(void **state)
{
    static const char *const names[2][5] = {
        { "age", "region", "score", "arm" },
        { "age", "spend", "device", "since", "converted" },
    };
    struct cs_study *study = cs_test_study(NULL);
    (void)state;

    for (int party = CS_A; party <= CS_B; party++) {
        const struct cs_schema *schema = &study->schema;
        struct cs_net_column *columns;

        assert_ok(cs_kind_columns(&columns, study, (enum cs_party)party));
        for (size_t j = 0; j < schema->n_order[party]; j++)
            assert_string_equal(columns[j].name, names[party][j]);
        const size_t label = party == CS_A ? study->arm : study->conversion;
        assert_int_equal(columns[schema->n_order[party] - 1].n_codes,
                         schema->columns[label].n_codes);
        free(columns);
    }
    cs_study_free(study);
}

enum { N = 40000, COLUMNS = 3, LABEL = 1 };

/* Of features before and after the label, each within 4.5 standard deviations; what
 * cannot be is never drawn. */
static void codes_have_the_frequencies_of_their_probabilities(void **state)
{
    static const size_t first[] = { 0, 3, 7 };
    static const float p[] = { .2f, 0, .8f, .5f, .25f, .2f, .05f };
    double count[COUNT(p)] = { 0 };
    struct cs_codes out;
    struct cs_rng rng;
    (void)state;

    cs_rng_init_labelled(&rng, 1, "kind");
    assert_ok(cs_codes_init(&out, N, COLUMNS));
    for (size_t row = 0; row < N; row++) {
        cs_kind_draw_row(&out, row, p, first, LABEL, (uint8_t)(row % 5), &rng);
        assert_int_equal(cs_codes_column(&out, LABEL)[row], row % 5);
        count[first[0] + cs_codes_column(&out, 0)[row]]++;
        count[first[1] + cs_codes_column(&out, 2)[row]]++;
    }
    for (size_t i = 0; i < COUNT(p); i++) {
        const double wanted = N * (double)p[i];

        if (fabs(count[i] - wanted) > 4.5 * sqrt(wanted * (1 - (double)p[i])))
            fail_msg("code %zu: %g, wanted %g", i, count[i], wanted);
    }
    cs_codes_wipe(&out);
}

static void features_are_drawn_independently(void **state)
{
    static const size_t first[] = { 0, 2, 4 };
    static const float p[] = { .5f, .5f, .5f, .5f };
    struct cs_codes out;
    struct cs_rng rng;
    double same = 0;
    (void)state;

    cs_rng_init_labelled(&rng, 2, "kind");
    assert_ok(cs_codes_init(&out, N, COLUMNS));
    for (size_t row = 0; row < N; row++) {
        cs_kind_draw_row(&out, row, p, first, LABEL, 0, &rng);
        same += cs_codes_column(&out, 0)[row] == cs_codes_column(&out, 2)[row];
    }
    assert_true(fabs(same - N / 2.) < 4.5 * sqrt(N / 4.));
    cs_codes_wipe(&out);
}

/* Rounding may leave a sum below one: the rest is the last code's. */
static void probabilities_that_miss_one_draw_codes_that_exist(void **state)
{
    static const size_t first[] = { 0, 2, 4 };
    static const float p[] = { 0, 0, .25f, .25f };
    struct cs_codes out;
    struct cs_rng rng;
    (void)state;

    cs_rng_init_labelled(&rng, 3, "kind");
    assert_ok(cs_codes_init(&out, 100, COLUMNS));
    for (size_t row = 0; row < out.n_rows; row++) {
        cs_kind_draw_row(&out, row, p, first, LABEL, 0, &rng);
        assert_int_equal(cs_codes_column(&out, 0)[row], 1);
        assert_true(cs_codes_column(&out, 2)[row] < 2);
    }
    cs_codes_wipe(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_label_is_the_arm_at_a_and_the_conversion_at_b),
        cmocka_unit_test(columns_come_in_the_order_of_the_file_and_the_label_last),
        cmocka_unit_test(codes_have_the_frequencies_of_their_probabilities),
        cmocka_unit_test(features_are_drawn_independently),
        cmocka_unit_test(probabilities_that_miss_one_draw_codes_that_exist),
    };
    return CS_RUN("model/kind", tests);
}
