/* Is it a file of the same kind, and not the same file (docs/EVALUATE.md, "sanity")? */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "crypto/secret.h"
#include "model/metrics.h"

enum { MISMATCH, COMMON, DUPLICATES, NEAREST, CLOSE, DISTANT, N_METRICS };

static const struct cs_metric metrics[N_METRICS] = {
    [MISMATCH] = { "data_mismatch.score", CS_LOWER, 0, 1,
                   "Columns that are numbers in one file and texts in the other, of all "
                   "columns and one." },
    [COMMON] = { "common_rows_proportion.score", CS_LOWER, 0, 1,
                 "Different rows that stand in both files, for each real row." },
    [DUPLICATES] = { "duplicate_rows.synthetic", CS_UNDIRECTED, 0, 1,
                     "Share of synthetic rows that repeat an earlier synthetic row." },
    [NEAREST] = { "nearest_syn_neighbor_distance.mean", CS_LOWER, 0, 1,
                  "Distance of a real row to its nearest synthetic one, between the "
                  "least and the greatest such distance, mean." },
    [CLOSE] = { "close_values_probability.score", CS_HIGHER, 0, 1,
                "Share of real rows for which that is .2 at most." },
    [DISTANT] = { "distant_values_probability.score", CS_LOWER, 0, 1,
                  "Share of real rows for which that is .8 at least." },
};

/* All rows of one file, column after column in each, for sorting whole. */
struct rows {
    double *cells;         /* (n, width) [secret] */
    const double **sorted; /* (n), into cells */
    size_t n, width;
};

static void wipe_rows(struct rows *rows)
{
    free(rows->sorted);
    if (rows->cells != NULL)
        cs_wipe_free(rows->cells, rows->n * rows->width * sizeof *rows->cells);
}

/* The width goes before the cells of each row, for the comparison. NAN is a value like
 * any other: infinity, which no field can be. */
static enum cs_status fill_rows(struct rows *rows, const struct cs_compared *compared,
                                enum cs_side side)
{
    *rows =
        (struct rows){ .n = compared->n_rows[side], .width = compared->n_columns + 1 };
    rows->cells = calloc(rows->n * rows->width, sizeof *rows->cells);
    rows->sorted = calloc(rows->n, sizeof *rows->sorted);
    if (rows->cells == NULL || rows->sorted == NULL)
        return CS_MEMORY;
    for (size_t i = 0; i < rows->n; i++) {
        double *row = rows->cells + i * rows->width;

        rows->sorted[i] = row;
        row[0] = (double)compared->n_columns;
        for (size_t k = 0; k < compared->n_columns; k++) {
            const double value = compared->columns[k].values[side][i];

            row[1 + k] = isnan(value) ? INFINITY : value;
        }
    }
    return CS_OK;
}

static int compare_rows(const double *x, const double *y)
{
    const size_t width = (size_t)x[0];

    for (size_t k = 1; k <= width; k++)
        if (x[k] != y[k])
            return x[k] < y[k] ? -1 : 1;
    return 0;
}

static int compare(const void *a, const void *b)
{
    return compare_rows(*(const double *const *)a, *(const double *const *)b);
}

/* Sorts, keeps one of each, and returns how many there are. */
static size_t keep_different(struct rows *rows)
{
    size_t n = 0;

    qsort(rows->sorted, rows->n, sizeof *rows->sorted, compare);
    for (size_t i = 0; i < rows->n; i++)
        if (n == 0 || compare_rows(rows->sorted[n - 1], rows->sorted[i]) != 0)
            rows->sorted[n++] = rows->sorted[i];
    return n;
}

static size_t count_common(const struct rows *one, size_t n_one, const struct rows *other,
                           size_t n_other)
{
    size_t i = 0, j = 0, n = 0;

    while (i < n_one && j < n_other) {
        const int order = compare_rows(one->sorted[i], other->sorted[j]);

        n += order == 0;
        i += order <= 0;
        j += order >= 0;
    }
    return n;
}

static double mismatch(const struct cs_compared *compared)
{
    size_t n = 0;

    for (size_t k = 0; k < compared->n_columns; k++)
        n += compared->columns[k].differs;
    return (double)n / (double)(compared->n_columns + 1);
}

/* The 1e-8 is synthcity's. */
static void measure_nearest(double *values, const struct cs_near *near)
{
    double least = INFINITY, most = 0;

    for (size_t i = 0; i < near->n; i++) {
        least = fmin(least, near->distances[i * near->k]);
        most = fmax(most, near->distances[i * near->k]);
    }
    const double range = most - least + 1e-8;
    values[NEAREST] = values[CLOSE] = values[DISTANT] = 0;
    for (size_t i = 0; i < near->n; i++) {
        const double x = (near->distances[i * near->k] - least) / range;

        values[NEAREST] += x / (double)near->n;
        values[CLOSE] += (x <= .2) / (double)near->n;
        values[DISTANT] += (x >= .8) / (double)near->n;
    }
}

static enum cs_status measure(double *values, const struct cs_evaluation *e)
{
    const struct cs_neighbourhood *near;
    struct rows rows[2] = { { NULL } };
    enum cs_status st = CS_OK;
    size_t n[2];

    for (size_t s = 0; s < 2; s++) {
        CS_TRY(fill_rows(&rows[s], e->compared, (enum cs_side)s));
        n[s] = keep_different(&rows[s]);
    }
    values[MISMATCH] = mismatch(e->compared);
    values[COMMON] =
        (double)count_common(&rows[0], n[0], &rows[1], n[1]) / ((double)rows[0].n + 1e-8);
    values[DUPLICATES] = 1 - (double)n[1] / (double)rows[1].n;
    CS_TRY(cs_evaluation_neighbours(&near, e, e->compat == CS_COMPAT_SYNTHCITY));
    measure_nearest(values, &near->other[CS_REAL]);
out:
    for (size_t s = 0; s < 2; s++)
        wipe_rows(&rows[s]);
    return st;
}

const struct cs_metric_group cs_metrics_sanity = {
    .name = "sanity",
    .metrics = metrics,
    .n = N_METRICS,
    .measure = measure,
};
