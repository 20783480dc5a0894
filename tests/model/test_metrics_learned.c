/* Metrics of learners: files whose truth is known. */
#include <math.h>
#include <string.h>

#include "tests/support/check.h"
#include "tests/support/comparison.h"
#include "tests/support/invented.h"

enum { ROWS = 500 };
static const size_t n_rows[CS_SIDES] = { ROWS, ROWS, ROWS };

/* All values of a group about invented files. The target is sensitive too; it may be
 * CS_INVENTED_COLUMNS for none. */
static void measure(double *values, const struct cs_metric_group *group,
                    const size_t rows[static CS_SIDES], enum cs_invention how,
                    size_t target, uint64_t seed)
{
    struct cs_neighbourhood neighbourhoods[2] = { { .there = false } };
    struct cs_compared compared;
    struct cs_evaluation e = { .compared = &compared,
                               .seed = seed,
                               .neighbourhoods = neighbourhoods };

    cs_invented(&compared, rows, how);
    e.target = target < CS_INVENTED_COLUMNS ? &compared.columns[target] : NULL;
    e.sensitive = &e.target;
    e.n_sensitive = e.target != NULL;
    assert_ok(group->measure(values, &e));
    cs_compared_wipe(&compared);
}

static void assert_between(const struct cs_metric_group *group, const double *values,
                           const char *metric, double least, double most)
{
    const double value = values[cs_comparison_find(group, metric)];

    if (!(value >= least && value <= most))
        fail_msg("%s is %g, not between %g and %g", metric, value, least, most);
}

/* ---- detection ---- */

static void draws_of_the_same_people_are_not_told_apart(void **state)
{
    const struct cs_metric_group *const group = &cs_metrics_detection;
    double values[CS_METRICS_MAX];
    (void)state;

    measure(values, group, n_rows, CS_DRAWN, CS_INVENTED_COLUMNS, 1);
    assert_between(group, values, "detection_linear.mean", .45, .55);
    assert_between(group, values, "detection_mlp.mean", .45, .55);
    assert_between(group, values, "detection_xgb.mean", .45, .55);
    assert_between(group, values, "LogisticDetection", .9, 1);
}

/* Each column looks as it should: only what sees several at once is sure. */
static void columns_drawn_apart_are_detected(void **state)
{
    const struct cs_metric_group *const group = &cs_metrics_detection;
    double values[CS_METRICS_MAX];
    (void)state;

    measure(values, group, n_rows, CS_DRAWN_APART, CS_INVENTED_COLUMNS, 1);
    assert_between(group, values, "detection_linear.mean", .4, .6);
    assert_between(group, values, "detection_mlp.mean", .95, 1);
    assert_between(group, values, "detection_xgb.mean", .95, 1);
}

static void a_shifted_column_is_detected_by_all(void **state)
{
    static const char real[] = "x\n1\n2\n3\n1\n2\n3\n1\n2\n3\n1\n2\n3\n";
    static const char shifted[] = "x\n6\n7\n8\n6\n7\n8\n6\n7\n8\n6\n7\n8\n";
    const struct cs_metric_group *const group = &cs_metrics_detection;
    struct cs_compared compared;
    double values[CS_METRICS_MAX];
    (void)state;

    cs_comparison_of(&compared, real, shifted, NULL, 0);
    cs_comparison_values(values, group, &compared, CS_COMPAT_NONE);
    assert_between(group, values, "detection_linear.mean", 1, 1);
    assert_between(group, values, "detection_mlp.mean", 1, 1);
    assert_between(group, values, "detection_xgb.mean", 1, 1);
    assert_between(group, values, "LogisticDetection", 0, 0);
    cs_compared_wipe(&compared);
}

/* ---- utility ---- */

static void good_rows_teach_as_much_as_real_ones(void **state)
{
    const struct cs_metric_group *const group = &cs_metrics_utility;
    double values[CS_METRICS_MAX];
    (void)state;

    measure(values, group, n_rows, CS_DRAWN, INVENTED_Y, 1);
    for (size_t m = 0; m < 9; m++)
        assert_between(group, values, group->metrics[m].name, .98, 1);
    measure(values, group, n_rows, CS_DRAWN, INVENTED_C, 1);
    for (size_t m = 0; m < 9; m++)
        assert_between(group, values, group->metrics[m].name, .85, 1);
    measure(values, group, n_rows, CS_DRAWN, INVENTED_Z, 1); /* R^2 */
    for (size_t m = 0; m < 9; m++)
        assert_between(group, values, group->metrics[m].name, .95, 1);
    assert_between(group, values, "feat_rank_distance.corr", .3, 1);
}

static void columns_drawn_apart_teach_nothing(void **state)
{
    const struct cs_metric_group *const group = &cs_metrics_utility;
    double values[CS_METRICS_MAX];
    (void)state;

    measure(values, group, n_rows, CS_DRAWN_APART, INVENTED_C, 1);
    assert_between(group, values, "linear_model.gt", .85, 1);
    assert_between(group, values, "xgb.gt", .85, 1);
    assert_between(group, values, "linear_model.syn_id", .2, .75);
    assert_between(group, values, "mlp.syn_ood", .2, .75);
    assert_between(group, values, "xgb.syn_id", .2, .75);
    measure(values, group, n_rows, CS_DRAWN_APART, INVENTED_Z, 1);
    assert_between(group, values, "linear_model.syn_id", -1, .1);
    assert_between(group, values, "xgb.syn_ood", -2, .1);
}

static void without_a_holdout_or_a_target_there_is_no_value(void **state)
{
    const struct cs_metric_group *const group = &cs_metrics_utility;
    double values[CS_METRICS_MAX];
    (void)state;

    measure(values, group, (size_t[]){ 60, 60, 0 }, CS_DRAWN, INVENTED_Y, 1);
    assert_true(isnan(values[cs_comparison_find(group, "xgb.syn_ood")]));
    assert_true(!isnan(values[cs_comparison_find(group, "xgb.syn_id")]));
    measure(values, group, (size_t[]){ 60, 60, 0 }, CS_DRAWN, CS_INVENTED_COLUMNS, 1);
    for (size_t m = 0; m < group->n; m++)
        assert_true(isnan(values[m]));
}

/* ---- attack ---- */

static void copies_give_their_people_away(void **state)
{
    const struct cs_metric_group *const group = &cs_metrics_attack;
    double values[CS_METRICS_MAX];
    (void)state;

    measure(values, group, n_rows, CS_COPIED, CS_INVENTED_COLUMNS, 1);
    assert_between(group, values, "gan_leaks.aucroc", .999, 1);
    assert_between(group, values, "gan_leaks.tpr_at_fpr_0", .999, 1);
    assert_between(group, values, "gan_leaks.advantage", .99, 1);
    assert_between(group, values, "gan_leaks.epsilon", 4, 6);
    assert_between(group, values, "dcr_diff.aucroc", .65, 1);
    assert_between(group, values, "DomiasMIA_KDE.aucroc", .55, 1);
}

static void draws_of_the_same_people_give_nobody_away(void **state)
{
    const struct cs_metric_group *const group = &cs_metrics_attack;
    double values[CS_METRICS_MAX];
    (void)state;

    measure(values, group, n_rows, CS_DRAWN, CS_INVENTED_COLUMNS, 1);
    assert_between(group, values, "gan_leaks.aucroc", .44, .56);
    assert_between(group, values, "dcr_diff.aucroc", .44, .56);
    assert_between(group, values, "DomiasMIA_KDE.aucroc", .44, .56);
    assert_between(group, values, "gan_leaks.tpr_at_fpr_0.1", .03, .17);
    assert_between(group, values, "DomiasMIA_KDE.epsilon", 0, .2);
}

/* c follows from x but for a fifth of the rows: as well for strangers. */
static void what_follows_is_known_of_strangers_too(void **state)
{
    const struct cs_metric_group *const group = &cs_metrics_attack;
    double values[CS_METRICS_MAX];
    (void)state;

    measure(values, group, n_rows, CS_DRAWN, INVENTED_C, 1);
    assert_between(group, values, "data_leakage_linear.mean", .7, .9);
    assert_between(group, values, "data_leakage_xgb.mean", .7, .9);
    assert_between(group, values, "data_leakage_xgb.holdout", .7, .9);
    assert_between(group, values, "data_leakage_guess", .2, .35);
}

/* d follows from nothing, but who has a copy of it learns it by heart. */
static void what_is_learned_by_heart_is_known_of_the_real_rows_alone(void **state)
{
    const struct cs_metric_group *const group = &cs_metrics_attack;
    double values[CS_METRICS_MAX];
    (void)state;

    measure(values, group, n_rows, CS_COPIED, INVENTED_D, 1);
    assert_between(group, values, "data_leakage_xgb.mean", .7, 1);
    assert_between(group, values, "data_leakage_xgb.holdout", .25, .42);
    measure(values, group, n_rows, CS_DRAWN_APART, INVENTED_C, 1);
    assert_between(group, values, "data_leakage_mlp.mean", .1, .4);
}

/* Deciles: z is 3 x and a little. */
static void numbers_are_foretold_by_their_tenth(void **state)
{
    const struct cs_metric_group *const group = &cs_metrics_attack;
    double values[CS_METRICS_MAX];
    (void)state;

    measure(values, group, n_rows, CS_DRAWN, INVENTED_Z, 1);
    assert_between(group, values, "data_leakage_xgb.mean", .6, 1);
    assert_between(group, values, "data_leakage_guess", .05, .2);
}

static void each_half_of_the_attacks_needs_its_option(void **state)
{
    const struct cs_metric_group *const group = &cs_metrics_attack;
    double values[CS_METRICS_MAX];
    (void)state;

    measure(values, group, (size_t[]){ 60, 60, 0 }, CS_DRAWN, INVENTED_D, 1);
    assert_true(isnan(values[cs_comparison_find(group, "gan_leaks.aucroc")]));
    assert_true(isnan(values[cs_comparison_find(group, "data_leakage_xgb.holdout")]));
    assert_between(group, values, "data_leakage_xgb.mean", 0, 1);
    measure(values, group, (size_t[]){ 60, 60, 60 }, CS_DRAWN, CS_INVENTED_COLUMNS, 1);
    assert_between(group, values, "gan_leaks.aucroc", 0, 1);
    assert_true(isnan(values[cs_comparison_find(group, "data_leakage_xgb.mean")]));
}

/* ---- all ---- */

static void the_seed_alone_decides_what_is_drawn(void **state)
{
    static const struct cs_metric_group *const groups[] = { &cs_metrics_detection,
                                                            &cs_metrics_utility,
                                                            &cs_metrics_attack };
    const size_t few[CS_SIDES] = { 200, 200, 200 };
    double one[CS_METRICS_MAX], same[CS_METRICS_MAX], other[CS_METRICS_MAX];
    (void)state;

    for (size_t g = 0; g < COUNT(groups); g++) {
        measure(one, groups[g], few, CS_DRAWN, INVENTED_C, 1);
        measure(same, groups[g], few, CS_DRAWN, INVENTED_C, 1);
        measure(other, groups[g], few, CS_DRAWN, INVENTED_C, 2);
        assert_memory_equal(one, same, groups[g]->n * sizeof *one);
        assert_memory_not_equal(one, other, groups[g]->n * sizeof *one);
    }
}

/* Files with a single row, or of columns that say nothing. */
static void poor_files_are_no_trouble(void **state)
{
    static const struct cs_metric_group *const groups[] = { &cs_metrics_detection,
                                                            &cs_metrics_utility,
                                                            &cs_metrics_attack };
    static const char *const files[][2] = { { "x,y\n1,a\n", "x,y\n2,b\n" },
                                            { "x,y\n,\n,\n", "x,y\n,\n" },
                                            { "x,y\n1,a\n1,b\n1,a\n", "x,y\n1,a\n" },
                                            { "x,y\n-1.7e308,1\n1.7e308,2\n",
                                              "x,y\n0,-1.7e308\n" } };
    double values[CS_METRICS_MAX];
    (void)state;

    for (size_t f = 0; f < COUNT(files); f++)
        for (size_t g = 0; g < COUNT(groups); g++) {
            struct cs_compared compared;
            struct cs_evaluation e = { .compared = &compared };

            cs_comparison_of(&compared, files[f][0], files[f][1], NULL, 0);
            e.target = &compared.columns[1];
            e.sensitive = &e.target;
            e.n_sensitive = 1;
            assert_ok(groups[g]->measure(values, &e));
            cs_compared_wipe(&compared);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(draws_of_the_same_people_are_not_told_apart),
        cmocka_unit_test(columns_drawn_apart_are_detected),
        cmocka_unit_test(a_shifted_column_is_detected_by_all),
        cmocka_unit_test(good_rows_teach_as_much_as_real_ones),
        cmocka_unit_test(columns_drawn_apart_teach_nothing),
        cmocka_unit_test(without_a_holdout_or_a_target_there_is_no_value),
        cmocka_unit_test(copies_give_their_people_away),
        cmocka_unit_test(draws_of_the_same_people_give_nobody_away),
        cmocka_unit_test(what_follows_is_known_of_strangers_too),
        cmocka_unit_test(what_is_learned_by_heart_is_known_of_the_real_rows_alone),
        cmocka_unit_test(numbers_are_foretold_by_their_tenth),
        cmocka_unit_test(each_half_of_the_attacks_needs_its_option),
        cmocka_unit_test(the_seed_alone_decides_what_is_drawn),
        cmocka_unit_test(poor_files_are_no_trouble),
    };
    return CS_RUN("model/metrics_learned", tests);
}
