/* What SDMetrics asks of synthetic rows: reference values, copies, guesses by hand, and
 * the naive twins. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "crypto/rng.h"
#include "model/attribution.h"
#include "model/new_rows.h"
#include "tests/support/check.h"
#include "tests/support/comparison.h"

enum {
    CAP,
    ZERO_CAP,
    GENERALIZED_CAP,
    BASELINE,
    OVERFITTING,
    NEW_ROWS,
    CLOSEST_MEAN,
    CLOSEST_MEDIAN,
    N_METRICS
};

static void assert_value(double value, double expected, double within)
{
    if (!(fabs(value - expected) <= within))
        fail_msg("%.12g is not %.12g", value, expected);
}

/* The last column is the sensitive one. */
static void measure(double values[static N_METRICS],
                    const char *const texts[static CS_SIDES], enum cs_compat compat)
{
    struct cs_compared compared;

    cs_comparison_of_files(&compared, texts, NULL, 0);
    const struct cs_compared_column *const sensitive[] = {
        &compared.columns[compared.n_columns - 1]
    };
    const struct cs_evaluation evaluation = {
        .compared = &compared, .compat = compat, .sensitive = sensitive, .n_sensitive = 1
    };
    assert_int_equal(cs_metrics_disclosure.n, N_METRICS);
    assert_ok(cs_metrics_disclosure.measure(values, &evaluation));
    cs_compared_wipe(&compared);
}

static void distances_are_the_reference(void **state)
{
    struct cs_compared compared;
    double values[N_METRICS];
    (void)state;

    cs_comparison_golden(&compared, true);
    cs_comparison_values(values, &cs_metrics_disclosure, &compared, CS_COMPAT_NONE);
    assert_value(values[CLOSEST_MEAN], 0.1161682255, 5.1e-11);
    assert_value(values[CLOSEST_MEDIAN], 0.0924501072, 5.1e-11);
    cs_compared_wipe(&compared);
}

/* ---- copies and strangers ---- */

/* Three numbers and a letter that follows from them, of rows that differ. */
static void write_rows(char *text, size_t n, const char *label)
{
    struct cs_rng rng;
    int at = sprintf(text, "x,y,z,s\n");

    cs_rng_init_labelled(&rng, 1, label);
    for (size_t i = 0; i < n; i++) {
        const double x = 1 + cs_rng_unit(&rng), y = 1 + cs_rng_unit(&rng);

        at += sprintf(text + at, "%.6f,%.6f,%.6f,%c\n", x, y, 1 + cs_rng_unit(&rng),
                      x < 1.5 ? 'a' : 'b');
    }
    cs_rng_wipe(&rng);
}

enum { ROWS = 200, FILE_BYTES = 40 * ROWS };

static void copies_are_not_protected(void **state)
{
    char real[FILE_BYTES], holdout[FILE_BYTES];
    double values[N_METRICS];
    (void)state;

    write_rows(real, ROWS, "real");
    write_rows(holdout, ROWS, "holdout");
    measure(values, (const char *[]){ real, real, holdout }, CS_COMPAT_NONE);
    assert_value(values[BASELINE], 0, 0);
    assert_value(values[OVERFITTING], 0, 0);
    assert_value(values[NEW_ROWS], 0, 0);
    assert_value(values[CLOSEST_MEAN], 0, 0);
    assert_value(values[CLOSEST_MEDIAN], 0, 0);
    assert_true(values[CAP] < .2 && values[ZERO_CAP] < .2 &&
                values[GENERALIZED_CAP] < .2);
}

/* New draws of the same people are as near to those as to others. */
static void new_draws_are_protected(void **state)
{
    char real[FILE_BYTES], holdout[FILE_BYTES], synthetic[FILE_BYTES];
    double values[N_METRICS];
    (void)state;

    write_rows(real, ROWS, "real");
    write_rows(holdout, ROWS, "holdout");
    write_rows(synthetic, ROWS, "synthetic");
    measure(values, (const char *[]){ real, synthetic, holdout }, CS_COMPAT_NONE);
    assert_true(values[OVERFITTING] > .8);
    assert_true(values[NEW_ROWS] > .9);
    assert_true(values[BASELINE] > .5);
}

/* One copy among strangers. */
static void a_leaked_row_is_not_new(void **state)
{
    double values[N_METRICS];
    (void)state;

    measure(
        values,
        (const char *[]){ "x,s\n1,a\n2,b\n3,a\n", "x,s\n10,a\n2,b\n20,b\n30,a\n", NULL },
        CS_COMPAT_NONE);
    assert_value(values[NEW_ROWS], 3 / 4.0, 1e-12);
    assert_true(isnan(values[OVERFITTING]));
}

/* With twice as many real rows as others, the nearest one is more often real: the peer
 * says so of new draws. */
static void a_small_holdout_is_no_sign_of_overfitting(void **state)
{
    char real[FILE_BYTES], holdout[FILE_BYTES], synthetic[FILE_BYTES];
    double equal[N_METRICS], as_peer[N_METRICS];
    (void)state;

    write_rows(real, ROWS, "real");
    write_rows(holdout, ROWS / 8, "holdout");
    write_rows(synthetic, ROWS, "synthetic");
    const char *const texts[] = { real, synthetic, holdout };
    measure(equal, texts, CS_COMPAT_NONE);
    measure(as_peer, texts, CS_COMPAT_SDMETRICS);
    assert_true(equal[OVERFITTING] > .75);
    assert_true(as_peer[OVERFITTING] < .5);
}

/* ---- guesses ---- */

/* The first real row is found twice among the synthetic ones, once rightly; the second
 * once, rightly; the third not: of those that have its l, two of three are right. */
static void guesses_are_those_worked_out_by_hand(void **state)
{
    static const char real[] = "k,l,s\nu,v,p\nu,w,q\nx,v,p\n";
    static const char synthetic[] = "k,l,s\nu,v,p\nu,v,q\nu,w,q\nz,v,p\n";
    double values[N_METRICS];
    (void)state;

    measure(values, (const char *[]){ real, synthetic, NULL }, CS_COMPAT_NONE);
    assert_value(values[CAP], (1 - (.5 + 1) / 2) / .5, 1e-12);
    assert_value(values[ZERO_CAP], fmin((1 - (.5 + 1) / 3) / .5, 1), 1e-12);
    assert_value(values[GENERALIZED_CAP], (1 - (.5 + 1 + 2 / 3.0) / 3) / .5, 1e-12);
}

/* Nobody can be guessed: SDMetrics calls it no protection. */
static void rows_that_are_not_found_are_protected(void **state)
{
    static const char *const texts[] = { "k,s\na,p\nb,q\n", "k,s\nc,p\nd,q\n", NULL };
    double values[N_METRICS];
    (void)state;

    measure(values, texts, CS_COMPAT_NONE);
    assert_value(values[CAP], 1, 0);
    assert_value(values[ZERO_CAP], 1, 0);
    measure(values, texts, CS_COMPAT_SDMETRICS);
    assert_value(values[CAP], 0, 0);
}

static void one_sensitive_value_cannot_be_protected(void **state)
{
    double values[N_METRICS];
    (void)state;

    measure(values, (const char *[]){ "k,s\na,p\nb,p\n", "k,s\na,p\n", NULL },
            CS_COMPAT_NONE);
    assert_true(isnan(values[CAP]) && isnan(values[GENERALIZED_CAP]));
}

/* ---- naive twins ---- */

/* Categories of few levels, some empty, and small numbers. */
static void write_small(char *text, size_t n, const char *label)
{
    struct cs_rng rng;
    int at = sprintf(text, "a,b,n,m,s\n");

    cs_rng_init_labelled(&rng, 2, label);
    for (size_t i = 0; i < n; i++) {
        const uint32_t b = cs_rng_below(&rng, 4);

        at += sprintf(text + at, "%c,%s,%u,", 'p' + (int)cs_rng_below(&rng, 5),
                      b == 0 ? "" : (const char *[]){ "x", "y", "z" }[b - 1],
                      100 + cs_rng_below(&rng, 30));
        at += cs_rng_below(&rng, 3) == 0
                  ? sprintf(text + at, ",")
                  : sprintf(text + at, "%d,", 200 - (int)cs_rng_below(&rng, 6));
        at += sprintf(text + at, "%c\n", 'f' + (int)cs_rng_below(&rng, 3));
    }
    cs_rng_wipe(&rng);
}

static bool same(double x, double y)
{
    return x == y || (isnan(x) && isnan(y));
}

static bool slow_match(const struct cs_compared *compared, size_t i, size_t j)
{
    for (size_t k = 0; k < compared->n_columns; k++) {
        const double real = compared->columns[k].values[CS_REAL][i];
        const double synthetic = compared->columns[k].values[CS_SYNTHETIC][j];
        const bool close = fabs(real - synthetic) <= .01 * fabs(synthetic);

        if (!same(real, synthetic) && !(compared->columns[k].is_number && close))
            return false;
    }
    return true;
}

static void new_rows_are_those_of_the_naive_search(void **state)
{
    char real[FILE_BYTES], synthetic[FILE_BYTES];
    struct cs_workers *workers;
    struct cs_compared compared;
    size_t n, slow = 0;
    (void)state;

    write_small(real, ROWS, "real");
    write_small(synthetic, ROWS, "synthetic");
    cs_comparison_of(&compared, real, synthetic, NULL, 0);
    for (size_t j = 0; j < ROWS; j++) {
        bool matches = false;

        for (size_t i = 0; i < ROWS; i++)
            matches = matches || slow_match(&compared, i, j);
        slow += !matches;
    }
    assert_true(slow > 20 && slow < ROWS - 20);
    assert_ok(cs_workers_new(&workers, 3));
    assert_ok(cs_new_rows_count(&n, &compared, workers, NULL));
    assert_int_equal(n, slow);
    cs_workers_free(workers);
    cs_compared_wipe(&compared);
}

/* Columns of b and a as they are; s is sensitive. */
static void slow_guess(double *found, size_t *n_found, double *closest,
                       const struct cs_compared *compared)
{
    *found = *closest = 0;
    *n_found = 0;
    for (size_t i = 0; i < ROWS; i++) {
        size_t least = 9, n = 0, right = 0;

        for (size_t j = 0; j < ROWS; j++) {
            size_t apart = 0;

            for (size_t k = 0; k < 2; k++)
                apart += !same(compared->columns[k].values[CS_REAL][i],
                               compared->columns[k].values[CS_SYNTHETIC][j]);
            if (apart < least)
                least = apart, n = right = 0;
            n += apart == least;
            right += apart == least && compared->columns[4].values[CS_REAL][i] ==
                                           compared->columns[4].values[CS_SYNTHETIC][j];
        }
        *closest += (double)right / (double)n;
        *found += least == 0 ? (double)right / (double)n : 0;
        *n_found += least == 0;
    }
}

static void guesses_are_those_of_the_naive_search(void **state)
{
    char real[FILE_BYTES], synthetic[FILE_BYTES];
    const bool is_sensitive[] = { false, false, true };
    struct cs_compared compared;
    struct cs_attribution attribution;
    double found, closest;
    size_t n_found;
    (void)state;

    write_small(real, ROWS, "real");
    write_small(synthetic, ROWS, "synthetic");
    cs_comparison_of(&compared, real, synthetic, NULL, 0);
    slow_guess(&found, &n_found, &closest, &compared);
    struct cs_compared_column columns[] = { compared.columns[0], compared.columns[1],
                                            compared.columns[4] };
    struct cs_compared three = compared;
    three.columns = columns;
    three.n_columns = 3;
    assert_ok(cs_attribution_find(&attribution, &three, is_sensitive, NULL, NULL));
    assert_int_equal(attribution.n_known, 2);
    assert_int_equal(attribution.n_found, n_found);
    assert_value(attribution.found, found, 1e-9);
    assert_value(attribution.closest, closest, 1e-9);
    assert_value(attribution.n_possible, 3, 0);
    cs_compared_wipe(&compared);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(distances_are_the_reference),
        cmocka_unit_test(copies_are_not_protected),
        cmocka_unit_test(new_draws_are_protected),
        cmocka_unit_test(a_leaked_row_is_not_new),
        cmocka_unit_test(a_small_holdout_is_no_sign_of_overfitting),
        cmocka_unit_test(guesses_are_those_worked_out_by_hand),
        cmocka_unit_test(rows_that_are_not_found_are_protected),
        cmocka_unit_test(one_sensitive_value_cannot_be_protected),
        cmocka_unit_test(new_rows_are_those_of_the_naive_search),
        cmocka_unit_test(guesses_are_those_of_the_naive_search),
    };
    return CS_RUN("model/metrics_disclosure", tests);
}
