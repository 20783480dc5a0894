/* Which tables a study asks for: what model/plan.h and model/choice.h promise. */
#include "model/choice.h"

#include "tests/support/check.h"
#include "tests/support/sketch.h"

static const struct cs_sketch_column two[] = { { "arm", "a", 3, CS_SKETCH_CATEGORY },
                                               { "bought", "b", 2, CS_SKETCH_CATEGORY } };

static size_t count(const struct cs_plan *plan, enum cs_table_kind kind, size_t n_columns)
{
    size_t n = 0;

    for (size_t t = 0; t < plan->n_tables; t++)
        n += plan->tables[t].kind == kind && plan->tables[t].n_columns == n_columns;
    return n;
}

static void all_pairs_and_label_triples_are_measured(void **state)
{
    struct cs_sketch f;
    (void)state;

    cs_sketch_hillstrom(&f);
    struct cs_plan *plan = cs_sketch_plan(&f);
    assert_int_equal(plan->n_tables, 53);
    assert_int_equal(count(plan, CS_OWN_A, 2), 15);
    assert_int_equal(count(plan, CS_OWN_B, 2), 6);
    assert_int_equal(count(plan, CS_CROSS, 2), 24);
    assert_int_equal(count(plan, CS_CROSS, 3), 8);
    assert_int_equal(plan->n_left_out, 0);
    assert_int_equal(plan->n_details, 1);
    cs_plan_free(plan);

    cs_sketch_adult(&f);
    plan = cs_sketch_plan(&f);
    assert_int_equal(plan->n_tables, 28 + 21 + 56 + 13);
    assert_int_equal(plan->n_details, 5);
    cs_plan_free(plan);
}

/* Hillstrom with a second outcome (mens), and segments by newbie and womens. */
static void ask_more(struct cs_sketch *f)
{
    cs_sketch_hillstrom(f);
    f->study.outcomes[f->study.n_outcomes++].column = 6;
    f->study.pairs[0][0] = 4;
    f->study.pairs[0][1] = 7;
    f->study.n_pairs = 1;
}

static void every_outcome_has_its_triples(void **state)
{
    struct cs_sketch f;
    (void)state;

    ask_more(&f);
    f.study.n_pairs = 0;
    struct cs_plan *plan = cs_sketch_plan(&f);
    assert_int_equal(count(plan, CS_CROSS, 3), 8 + 7); /* arm x visit x mens once */
    assert_non_null(cs_sketch_find(&f, plan, "segment x recency x mens"));
    assert_non_null(cs_sketch_find(&f, plan, "segment x womens x mens"));
    assert_non_null(cs_sketch_find(&f, plan, "segment x mens x visit"));
    assert_null(cs_sketch_find(&f, plan, "segment x visit x mens"));
    cs_plan_free(plan);
}

/* Each is the answer's own table. */
static void arm_and_outcome_have_the_weight_of_the_conversion(void **state)
{
    struct cs_sketch f;
    (void)state;

    ask_more(&f);
    struct cs_plan *plan = cs_sketch_plan(&f);
    const struct cs_table_spec *visit = cs_sketch_find(&f, plan, "segment x visit");
    const struct cs_table_spec *mens = cs_sketch_find(&f, plan, "segment x mens");
    const struct cs_table_spec *womens = cs_sketch_find(&f, plan, "segment x womens");
    assert_int_equal(mens->weight, visit->weight);
    assert_true(womens->weight < mens->weight / 4);
    cs_plan_free(plan);
}

static void a_pair_has_a_table_of_four_columns_for_every_outcome(void **state)
{
    struct cs_sketch f;
    (void)state;

    ask_more(&f);
    struct cs_plan *plan = cs_sketch_plan(&f);
    const struct cs_table_spec *spec =
        cs_sketch_find(&f, plan, "segment x newbie x womens x visit");
    assert_non_null(spec);
    assert_int_equal(spec->n_a, 2);
    assert_int_equal(spec->n_cells, 4 * 3 * 3 * 3);
    assert_false(cs_table_spec_is_fitted(spec));
    assert_true(cs_table_spec_is_fitted(&plan->tables[0]));
    assert_non_null(cs_sketch_find(&f, plan, "segment x newbie x womens x mens"));
    assert_int_equal(count(plan, CS_CROSS, 4), 2);
    assert_int_equal(plan->tables[plan->n_tables - 1].n_columns, 4); /* they come last */
    assert_int_equal(plan->tables[plan->n_tables - 3].n_columns, 3);
    assert_int_equal(count(plan, CS_OWN_A, 3), 0);
    cs_plan_free(plan);
}

/* Where everybody at A counts, linked or not. */
static void a_pair_of_a_has_a_table_of_everybody_there(void **state)
{
    struct cs_sketch f;
    (void)state;

    ask_more(&f);
    f.study.link = CS_LINK_PRIVATE;
    f.study.pairs[0][1] = 3;
    struct cs_plan *plan = cs_sketch_plan(&f);
    const struct cs_table_spec *own =
        cs_sketch_find(&f, plan, "segment x newbie x channel");
    assert_non_null(own);
    assert_int_equal(own->kind, CS_OWN_A);
    cs_plan_free(plan);

    f.study.unlinked = CS_UNLINKED_EXCLUDED;
    plan = cs_sketch_plan(&f);
    assert_null(cs_sketch_find(&f, plan, "segment x newbie x channel"));
    cs_plan_free(plan);
}

/* 40 columns have 780 pairs; eight outcomes 276 tables of three columns. */
static void tables_of_further_outcomes_go_after_pairs(void **state)
{
    static struct cs_sketch_column many[40];
    struct cs_sketch f;
    (void)state;

    for (size_t i = 0; i < COUNT(many); i++)
        many[i] =
            (struct cs_sketch_column){ "x", i < 20 ? "a" : "b", 4, CS_SKETCH_CATEGORY };
    cs_sketch_init(&f, many, COUNT(many), 0, 39);
    for (size_t i = 20; i < 27; i++)
        f.study.outcomes[f.study.n_outcomes++].column = i;
    assert_false(cs_choice_holds_all(&f.study));
    struct cs_plan *plan = cs_sketch_plan(&f);
    assert_int_equal(plan->n_tables, CS_PLAN_TABLES_MAX);
    assert_true(plan->n_left_out > 0);
    /* of arm, outcome and another column there are fewer than 300: all stay */
    assert_int_equal(count(plan, CS_CROSS, 3), 38 + 37 + 36 + 35 + 34 + 33 + 32 + 31);
    cs_plan_free(plan);
}

static void columns_of_a_stand_first(void **state)
{
    struct cs_sketch f;
    (void)state;

    cs_sketch_hillstrom(&f);
    struct cs_plan *plan = cs_sketch_plan(&f);
    const struct cs_table_spec *spec =
        cs_sketch_find(&f, plan, "segment x recency x visit");
    assert_non_null(spec);
    assert_int_equal(spec->n_a, 2);
    assert_int_equal(spec->n_cells, 4 * 12 * 3);
    spec = cs_sketch_find(&f, plan, "segment x mens x visit");
    assert_non_null(spec);
    assert_int_equal(spec->n_a, 1);
    cs_plan_free(plan);
}

/* As with `link: private`: each party measures its own, and both together the pair. */
static void columns_of_one_name_are_columns_of_their_own(void **state)
{
    static const struct cs_sketch_column columns[] = {
        { "arm", "a", 3, CS_SKETCH_CATEGORY },
        { "age", "a", 5, CS_SKETCH_CATEGORY },
        { "bought", "b", 2, CS_SKETCH_CATEGORY },
        { "age", "b", 5, CS_SKETCH_CATEGORY },
    };
    struct cs_sketch f;
    (void)state;

    cs_sketch_init(&f, columns, COUNT(columns), 0, 2);
    struct cs_plan *plan = cs_sketch_plan(&f);
    assert_int_equal(cs_sketch_find(&f, plan, "arm x age (a)")->kind, CS_OWN_A);
    assert_int_equal(cs_sketch_find(&f, plan, "bought x age (b)")->kind, CS_OWN_B);
    assert_int_equal(cs_sketch_find(&f, plan, "age (a) x age (b)")->kind, CS_CROSS);
    assert_non_null(cs_sketch_find(&f, plan, "arm x age (a) x bought"));
    assert_non_null(cs_sketch_find(&f, plan, "arm x age (b) x bought"));
    assert_null(cs_sketch_find(&f, plan, "arm x age x bought"));
    cs_plan_free(plan);
}

static void a_column_at_both_counts_as_the_first_partys(void **state)
{
    struct cs_sketch f;
    (void)state;

    cs_sketch_common(&f);
    struct cs_plan *plan = cs_sketch_plan(&f);
    assert_int_equal(cs_sketch_find(&f, plan, "city x age")->kind, CS_OWN_A);
    assert_int_equal(cs_sketch_find(&f, plan, "city x y")->kind, CS_OWN_B);
    assert_int_equal(cs_sketch_find(&f, plan, "arm x y")->kind, CS_CROSS);
    const struct cs_table_spec *spec = cs_sketch_find(&f, plan, "arm x city x bought");
    assert_int_equal(spec->kind, CS_CROSS);
    assert_int_equal(spec->n_a, 2);
    assert_int_equal(plan->n_tables, 15 + 4);
    assert_int_equal(plan->n_details, 1);
    assert_int_equal(plan->details[0].party, CS_A);
    cs_plan_free(plan);
}

static void a_party_of_one_column_measures_it_alone(void **state)
{
    struct cs_sketch f;
    (void)state;

    cs_sketch_init(&f, two, COUNT(two), 0, 1);
    struct cs_plan *plan = cs_sketch_plan(&f);
    assert_int_equal(plan->n_tables, 3);
    assert_int_equal(cs_sketch_find(&f, plan, "arm")->kind, CS_OWN_A);
    assert_int_equal(cs_sketch_find(&f, plan, "bought")->kind, CS_OWN_B);
    assert_int_equal(cs_sketch_find(&f, plan, "arm x bought")->kind, CS_CROSS);
    cs_plan_free(plan);
}

static void cells_lie_side_by_side(void **state)
{
    struct cs_sketch f;
    size_t next = 0;
    (void)state;

    cs_sketch_adult(&f);
    struct cs_plan *plan = cs_sketch_plan(&f);
    for (size_t t = 0; t < plan->n_tables; t++) {
        assert_int_equal(plan->tables[t].first_cell, next);
        assert_int_equal(plan->tables[t].n_cells,
                         cs_table_spec_cells(&plan->tables[t], &f.study.schema));
        next += plan->tables[t].n_cells;
    }
    assert_int_equal(plan->n_cells, next);
    cs_plan_free(plan);
}

static void too_many_tables_lose_the_widest_pairs_of_features(void **state)
{
    struct cs_sketch f;
    struct cs_sketch_column wide[40];
    (void)state;

    for (size_t i = 0; i < COUNT(wide); i++)
        wide[i] = (struct cs_sketch_column){ "c", i < 20 ? "a" : "b", 2 + i % 20,
                                             CS_SKETCH_CATEGORY };
    cs_sketch_init(&f, wide, COUNT(wide), 0, 39);
    struct cs_plan *plan = cs_sketch_plan(&f);
    assert_int_equal(plan->n_tables, CS_PLAN_TABLES_MAX);
    assert_int_equal(plan->n_left_out, 780 + 38 - CS_PLAN_TABLES_MAX);
    assert_int_equal(count(plan, CS_CROSS, 3), 38);
    size_t with_label = 0, most_cells = 0;
    for (size_t t = 0; t < plan->n_tables; t++) {
        const struct cs_table_spec *spec = &plan->tables[t];
        const bool label = spec->column[0] == 0 || spec->column[1] == 39;
        if (spec->n_columns == 2 && label)
            with_label++;
        else if (spec->n_columns == 2 && spec->n_cells > most_cells)
            most_cells = spec->n_cells;
    }
    assert_int_equal(with_label, 39 + 38);
    assert_true(most_cells < 21 * 21 / 2);
    cs_plan_free(plan);
}

static void too_many_cells_are_refused_with_words(void **state)
{
    struct cs_sketch f;
    struct cs_sketch_column wide[70];
    (void)state;

    for (size_t i = 0; i < COUNT(wide); i++)
        wide[i] =
            (struct cs_sketch_column){ "c", i < 35 ? "a" : "b", 64, CS_SKETCH_CATEGORY };
    cs_sketch_init(&f, wide, COUNT(wide), 0, 69);
    cs_sketch_assert_refused(&f, "cells");
}

static void a_name_is_cut_where_the_words_end(void **state)
{
    struct cs_sketch f;
    char words[8];
    (void)state;

    cs_sketch_init(&f, two, COUNT(two), 0, 1);
    struct cs_plan *plan = cs_sketch_plan(&f);
    cs_table_spec_name(words, sizeof words, &plan->tables[2], &f.study.schema);
    assert_string_equal(words, "arm x b");
    cs_plan_free(plan);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_pairs_and_label_triples_are_measured),
        cmocka_unit_test(every_outcome_has_its_triples),
        cmocka_unit_test(arm_and_outcome_have_the_weight_of_the_conversion),
        cmocka_unit_test(a_pair_has_a_table_of_four_columns_for_every_outcome),
        cmocka_unit_test(a_pair_of_a_has_a_table_of_everybody_there),
        cmocka_unit_test(tables_of_further_outcomes_go_after_pairs),
        cmocka_unit_test(columns_of_a_stand_first),
        cmocka_unit_test(columns_of_one_name_are_columns_of_their_own),
        cmocka_unit_test(a_column_at_both_counts_as_the_first_partys),
        cmocka_unit_test(a_party_of_one_column_measures_it_alone),
        cmocka_unit_test(cells_lie_side_by_side),
        cmocka_unit_test(too_many_tables_lose_the_widest_pairs_of_features),
        cmocka_unit_test(too_many_cells_are_refused_with_words),
        cmocka_unit_test(a_name_is_cut_where_the_words_end),
    };
    return CS_RUN("model/choice", tests);
}
