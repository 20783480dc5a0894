#include "model/kernel.h"

#include <math.h>
#include <stdlib.h>

#include "tests/support/check.h"
#include "tests/support/invented.h"

enum { SAMPLE = 1500, QUERIES = 100 }; /* several stretches, the last of them not full */

struct world {
    struct cs_compared compared;
    struct cs_features features;
    uint32_t rows[SAMPLE + QUERIES];
    struct cs_rows sample, queries;
};

static struct world *make_world(void)
{
    struct world *w = calloc(1, sizeof *w);

    cs_invented(&w->compared, (size_t[]){ SAMPLE, QUERIES, 0 }, CS_DRAWN_APART);
    assert_ok(cs_features_make(&w->features, &w->compared, NULL));
    for (uint32_t i = 0; i < SAMPLE + QUERIES; i++)
        w->rows[i] = i;
    w->sample = (struct cs_rows){ w->rows, SAMPLE };
    w->queries = (struct cs_rows){ w->rows + SAMPLE, QUERIES };
    return w;
}

static void free_world(struct world *w)
{
    cs_features_wipe(&w->features);
    cs_compared_wipe(&w->compared);
    free(w);
}

/* ---- the naive twin: the formula, in doubles ---- */

static double slow_deviation(const double *x, size_t n)
{
    double mean = 0, square = 0;

    for (size_t i = 0; i < n; i++)
        mean += x[i] / (double)n;
    for (size_t i = 0; i < n; i++)
        square += (x[i] - mean) * (x[i] - mean) / (double)n;
    return sqrt(square);
}

static double slow_density(const struct cs_compared *c, size_t query)
{
    const double d = CS_INVENTED_COLUMNS, n = SAMPLE;
    double density = 0;

    for (size_t i = 0; i < SAMPLE; i++) {
        double product = 1;

        for (size_t k = 0; k < c->n_columns; k++) {
            const struct cs_compared_column *column = &c->columns[k];
            const double x = column->values[CS_SYNTHETIC][query];
            const double y = column->values[CS_REAL][i];
            const double levels = (double)column->n_levels;

            if (column->is_number) {
                const double h = slow_deviation(column->values[CS_REAL], SAMPLE) *
                                 pow(n, -1 / (d + 4));

                product *= exp(-.5 * (x - y) * (x - y) / h / h);
            } else {
                const double l = (levels - 1) / levels * pow(n, -2 / (d + 4));

                product *= x == y ? 1 - l : l / (levels - 1);
            }
        }
        density += product / n;
    }
    return density;
}

static void densities_are_those_of_the_formula(void **state)
{
    struct world *w = make_world();
    double logs[QUERIES];
    (void)state;

    assert_ok(
        cs_kernel_log_density(logs, &w->features, w->queries, w->sample, NULL, NULL));
    const double summand = log(slow_density(&w->compared, 0)) - logs[0];
    for (size_t q = 1; q < QUERIES; q += 7) {
        const double slow = log(slow_density(&w->compared, q)) - summand;

        if (!(fabs(logs[q] - slow) < 1e-4))
            fail_msg("query %zu: %g is not %g", q, logs[q], slow);
    }
    free_world(w);
}

static void workers_change_nothing(void **state)
{
    struct world *w = make_world();
    double alone[QUERIES], shared[QUERIES];
    struct cs_workers *workers;
    (void)state;

    assert_ok(cs_workers_new(&workers, 3));
    assert_ok(
        cs_kernel_log_density(alone, &w->features, w->queries, w->sample, NULL, NULL));
    assert_ok(cs_kernel_log_density(shared, &w->features, w->queries, w->sample, workers,
                                    NULL));
    assert_memory_equal(alone, shared, sizeof alone);
    cs_workers_free(workers);
    free_world(w);
}

/* One row far from all has a density still, if a small one. */
static void far_rows_have_low_but_finite_densities(void **state)
{
    struct world *w = make_world();
    double logs[QUERIES];
    (void)state;

    for (size_t j = 0; j < w->features.n_numbers; j++)
        w->features.numbers[SAMPLE * w->features.n_numbers + j] = (float)CS_FEATURES_FAR;
    assert_ok(
        cs_kernel_log_density(logs, &w->features, w->queries, w->sample, NULL, NULL));
    assert_true(isfinite(logs[0]));
    for (size_t q = 1; q < QUERIES; q++)
        assert_true(logs[q] > logs[0] + 10);
    free_world(w);
}

static enum cs_status stop(void *arg, double done)
{
    (void)arg;
    (void)done;
    return CS_CLOSED;
}

static void what_the_progress_returns_ends_it(void **state)
{
    const struct cs_progress progress = { stop, NULL };
    struct world *w = make_world();
    double logs[QUERIES];
    (void)state;

    assert_int_equal(
        cs_kernel_log_density(logs, &w->features, w->queries, w->sample, NULL, &progress),
        CS_CLOSED);
    free_world(w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(densities_are_those_of_the_formula),
        cmocka_unit_test(workers_change_nothing),
        cmocka_unit_test(far_rows_have_low_but_finite_densities),
        cmocka_unit_test(what_the_progress_returns_ends_it),
    };
    return CS_RUN("model/kernel", tests);
}
