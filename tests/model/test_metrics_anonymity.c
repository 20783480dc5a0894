/* Groups of people who look alike: how small they are, and what they give away. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/check.h"
#include "tests/support/comparison.h"

enum {
    ANONYMITY_REAL,
    ANONYMITY_SYNTHETIC,
    DIVERSITY_REAL,
    DIVERSITY_SYNTHETIC,
    CLOSENESS_REAL,
    CLOSENESS_SYNTHETIC,
    MAP,
    PRESENCE,
    N_METRICS
};

enum { FILE_BYTES = 4096 };

/* Rows for a file of two groups far apart. */
struct group {
    int rows;
    const char *sensitive; /* a letter for each row, from the first again and again */
};

static void write_file(char text[static FILE_BYTES], struct group left,
                       struct group right)
{
    const struct group groups[] = { left, right };
    int at = sprintf(text, "x,s\n");

    for (int g = 0; g < 2; g++)
        for (int i = 0; i < groups[g].rows; i++) {
            const int letter = i % (int)strlen(groups[g].sensitive);

            at +=
                sprintf(text + at, "%g,%c\n", g + .001 * i, groups[g].sensitive[letter]);
        }
    assert_true(at < FILE_BYTES);
}

static void measure(double values[static N_METRICS], const char *real,
                    const char *synthetic, size_t n_sensitive, enum cs_compat compat)
{
    struct cs_compared compared;

    cs_comparison_of(&compared, real, synthetic, NULL, 0);
    const struct cs_compared_column *const sensitive[] = { &compared.columns[1] };
    const struct cs_evaluation evaluation = { .compared = &compared,
                                              .compat = compat,
                                              .sensitive = sensitive,
                                              .n_sensitive = n_sensitive };
    assert_int_equal(cs_metrics_anonymity.n, N_METRICS);
    assert_ok(cs_metrics_anonymity.measure(values, &evaluation));
    cs_compared_wipe(&compared);
}

static void assert_value(double value, double expected, double within)
{
    if (!(fabs(value - expected) <= within))
        fail_msg("%.12g is not %.12g", value, expected);
}

/* 40 rows are for two clusters alone. Of the 15 on the left all are ill. */
static void a_cluster_with_one_sensitive_value_is_found(void **state)
{
    char real[FILE_BYTES], synthetic[FILE_BYTES];
    double values[N_METRICS];
    (void)state;

    write_file(real, (struct group){ 15, "i" }, (struct group){ 25, "iwwww" });
    write_file(synthetic, (struct group){ 5, "iw" }, (struct group){ 35, "iw" });
    measure(values, real, synthetic, 1, CS_COMPAT_NONE);
    assert_value(values[ANONYMITY_REAL], 15, 0);
    assert_value(values[ANONYMITY_SYNTHETIC], 5, 0);
    assert_value(values[DIVERSITY_REAL], 1, 0);
    assert_value(values[DIVERSITY_SYNTHETIC], 2, 0);
    assert_value(values[CLOSENESS_REAL], 1 - 20 / 40.0, 1e-12);
    assert_value(values[CLOSENESS_SYNTHETIC], 3 / 5.0 - 21 / 40.0, 1e-12);
    assert_value(values[MAP], 5, 0);
    assert_value(values[PRESENCE], 15 / 5.0, 1e-12);
}

/* The same shares in both clusters: to belong to one tells nothing. */
static void values_that_are_spread_evenly_are_close(void **state)
{
    char real[FILE_BYTES];
    double values[N_METRICS];
    (void)state;

    write_file(real, (struct group){ 16, "abcd" }, (struct group){ 20, "abcd" });
    measure(values, real, real, 1, CS_COMPAT_NONE);
    assert_value(values[CLOSENESS_REAL], 0, 1e-12);
    assert_value(values[DIVERSITY_REAL], 4, 0);
    assert_value(values[PRESENCE], 1, 1e-12);
}

/* The salaries of Li, Li and Venkatasubramanian (2007), section 5.1: of 3 to 11 thousand,
 * those who have 3, 4 or 5 are at a distance of .375. */
static void numbers_are_as_far_apart_as_their_ranks(void **state)
{
    char text[FILE_BYTES];
    double values[N_METRICS];
    int at = sprintf(text, "x,s\n");
    (void)state;

    for (int i = 0; i < 45; i++)
        at += sprintf(text + at, "%g,%d\n", (i % 9 < 3 ? 0 : 1) + .001 * i,
                      i % 9 == 8 ? 11 : 3 + i % 9);
    measure(values, text, text, 1, CS_COMPAT_NONE);
    assert_value(values[CLOSENESS_REAL], .375, 1e-12);
    assert_value(values[DIVERSITY_REAL], 3, 0);
}

static void clusters_are_of_the_columns_that_are_not_sensitive(void **state)
{
    char real[FILE_BYTES];
    double values[N_METRICS];
    (void)state;

    write_file(real, (struct group){ 12, "ab" }, (struct group){ 26, "ab" });
    measure(values, real, real, 1, CS_COMPAT_NONE);
    assert_value(values[ANONYMITY_REAL], 12, 0);
    measure(values, real, real, 0, CS_COMPAT_NONE);
    assert_true(isnan(values[DIVERSITY_REAL]) && isnan(values[CLOSENESS_REAL]));
}

/* Too few rows for any cluster; synthcity begins at 999. */
static void few_rows_are_in_no_cluster(void **state)
{
    char real[FILE_BYTES];
    double values[N_METRICS];
    (void)state;

    write_file(real, (struct group){ 9, "ab" }, (struct group){ 10, "ab" });
    measure(values, real, real, 1, CS_COMPAT_NONE);
    for (size_t m = 0; m < N_METRICS; m++)
        assert_true(isnan(values[m]));
    measure(values, real, real, 1, CS_COMPAT_SYNTHCITY);
    assert_value(values[ANONYMITY_REAL], 999, 0);
    assert_true(isnan(values[CLOSENESS_REAL]));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_cluster_with_one_sensitive_value_is_found),
        cmocka_unit_test(values_that_are_spread_evenly_are_close),
        cmocka_unit_test(numbers_are_as_far_apart_as_their_ranks),
        cmocka_unit_test(clusters_are_of_the_columns_that_are_not_sensitive),
        cmocka_unit_test(few_rows_are_in_no_cluster),
    };
    return CS_RUN("model/metrics_anonymity", tests);
}
