#include "model/features.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "crypto/secret.h"
#include "model/sample.h"

/* A column, and what is made of it. */
struct work {
    const struct cs_compared *compared;
    const struct cs_compared_column *column;
    struct cs_features_column *feature;
    double mean, deviation;              /* of the real numbers */
    double edges[CS_FEATURES_CODES - 2]; /* (n_edges), ascending: upper ends of bins */
    size_t n_edges;
};

/* ---- what a number is measured by ---- */

static void look_at_real(struct work *work)
{
    const double *x = work->column->values[CS_REAL];
    const size_t n = work->compared->n_rows[CS_REAL];
    double there = 0, square = 0;

    work->mean = 0;
    for (size_t i = 0; i < n; i++)
        if (!isnan(x[i]))
            work->mean += (x[i] - work->mean) / ++there;
    for (size_t i = 0; i < n; i++)
        if (!isnan(x[i]))
            square += (x[i] - work->mean) * (x[i] - work->mean) / there;
    work->deviation = square > 0 ? sqrt(square) : 1;
}

/* Of all files' values: the edges know nothing of which file a row is of. */
static enum cs_status gather(struct cs_sample *sample, const struct work *work)
{
    size_t n = 0;

    for (size_t s = 0; s < CS_SIDES; s++)
        n += work->compared->n_rows[s];
    double *all = calloc(n, sizeof *all);
    if (all == NULL)
        return CS_MEMORY;
    for (size_t s = 0, at = 0; s < CS_SIDES; s++)
        for (size_t i = 0; i < work->compared->n_rows[s]; i++)
            all[at++] = work->column->values[s][i];
    const enum cs_status st = cs_sample_sort(sample, all, n);
    cs_wipe_free(all, n * sizeof *all);
    return st;
}

static void add_edge(struct work *work, double edge)
{
    if (work->n_edges == 0 || edge > work->edges[work->n_edges - 1])
        work->edges[work->n_edges++] = edge;
}

/* Each value, if there are bins for all; else quantiles. */
static enum cs_status find_edges(struct work *work)
{
    const size_t most = CS_FEATURES_CODES - 2;
    struct cs_sample sample = { 0 };
    enum cs_status st;

    CS_TRY(gather(&sample, work));
    for (size_t i = 0; sample.n_distinct <= most && i < sample.n; i++)
        add_edge(work, sample.values[i]);
    for (size_t k = 1; sample.n_distinct > most && k <= most; k++)
        add_edge(work, sample.values[k * (sample.n - 1) / most]);
    work->feature->n_codes = work->n_edges + 2; /* none, and beyond the last */
out:
    cs_sample_wipe(&sample);
    return st;
}

/* ---- values ---- */

/* What is no number comes of a range beyond all numbers: far. */
static float standard(const struct work *work, double x)
{
    const double z = (x - work->mean) / work->deviation;

    return (float)fmax(fmin(z, CS_FEATURES_FAR), -CS_FEATURES_FAR);
}

/* 1 + how many edges are below it; 0 for a field that is empty. */
static uint8_t bin_of(const struct work *work, double x)
{
    size_t low = 0, high = work->n_edges;

    if (isnan(x))
        return 0;
    while (low < high) {
        const size_t middle = (low + high) / 2;

        if (work->edges[middle] < x)
            low = middle + 1;
        else
            high = middle;
    }
    return (uint8_t)(low + 1);
}

static void put_number(struct cs_features *features, const struct work *work, size_t row,
                       double x)
{
    float *at = features->numbers + row * features->n_numbers + work->feature->number;

    if (!isnan(x))
        at[0] = standard(work, x);
    else
        at[1] = 1;
    features
        ->codes[row * features->n_columns + (size_t)(work->feature - features->columns)] =
        bin_of(work, x);
}

static void put_level(struct cs_features *features, const struct work *work, size_t row,
                      double x)
{
    const size_t level = isnan(x) ? work->feature->n_levels - 1 : (size_t)x;

    features->lookup[row * features->n_lookups + work->feature->lookup] =
        (uint16_t)(work->feature->level + level);
    features
        ->codes[row * features->n_columns + (size_t)(work->feature - features->columns)] =
        (uint8_t)level;
}

static enum cs_status fill_column(struct cs_features *features, struct work *work)
{
    enum cs_status st = CS_OK;

    if (work->feature->is_number) {
        look_at_real(work);
        CS_TRY(find_edges(work));
    }
    for (size_t s = 0; s < CS_SIDES; s++)
        for (size_t i = 0; i < work->compared->n_rows[s]; i++)
            (work->feature->is_number ? put_number : put_level)(
                features, work, features->first[s] + i, work->column->values[s][i]);
out:
    return st;
}

/* ---- which columns, and where ---- */

static void place_number(struct cs_features *features, struct cs_features_column *feature,
                         bool has_missing)
{
    *feature = (struct cs_features_column){ .is_number = true,
                                            .number = features->n_numbers,
                                            .n_numbers = has_missing ? 2 : 1 };
    features->n_numbers += feature->n_numbers;
}

static void place_category(struct cs_features *features,
                           struct cs_features_column *feature, size_t n_levels)
{
    *feature = (struct cs_features_column){ .level = features->n_levels,
                                            .n_levels = n_levels,
                                            .lookup = features->n_lookups,
                                            .n_codes = n_levels };
    features->n_lookups++;
    features->n_levels += n_levels;
}

/* Says with of[j] which column of the files the feature j is. */
static void place_columns(struct cs_features *features, size_t *of,
                          const struct cs_compared *compared, const bool *excluded)
{
    for (size_t k = 0; k < compared->n_columns; k++) {
        const struct cs_compared_column *column = &compared->columns[k];
        struct cs_features_column *feature = &features->columns[features->n_columns];
        const bool has_missing = cs_compared_has_missing(compared, column);
        const size_t n_levels = column->n_levels + has_missing;
        const bool fits = n_levels <= CS_FEATURES_CODES &&
                          features->n_levels + n_levels <= UINT16_MAX + 1u;

        if ((excluded != NULL && excluded[k]) || (!column->is_number && !fits))
            continue;
        if (column->is_number)
            place_number(features, feature, has_missing);
        else
            place_category(features, feature, n_levels);
        of[features->n_columns++] = k;
    }
}

static enum cs_status make_room(struct cs_features *features)
{
    const size_t n = features->n;

    features->numbers = calloc(n * features->n_numbers + 1, sizeof *features->numbers);
    features->lookup = calloc(n * features->n_lookups + 1, sizeof *features->lookup);
    features->codes = calloc(n * features->n_columns + 1, sizeof *features->codes);
    return features->numbers == NULL || features->lookup == NULL ||
                   features->codes == NULL
               ? CS_MEMORY
               : CS_OK;
}

static enum cs_status fill(struct cs_features *features, const size_t *of,
                           const struct cs_compared *compared)
{
    enum cs_status st = CS_OK;

    for (size_t j = 0; j < features->n_columns; j++) {
        struct work work = { .compared = compared,
                             .column = &compared->columns[of[j]],
                             .feature = &features->columns[j] };

        CS_TRY(fill_column(features, &work));
    }
out:
    return st;
}

enum cs_status cs_features_make(struct cs_features *features,
                                const struct cs_compared *compared, const bool *excluded)
{
    size_t *of = calloc(compared->n_columns, sizeof *of);
    enum cs_status st = CS_MEMORY;

    *features = (struct cs_features){ 0 };
    features->columns = calloc(compared->n_columns, sizeof *features->columns);
    if (of == NULL || features->columns == NULL)
        goto out;
    for (size_t s = 0; s < CS_SIDES; s++)
        features->first[s + 1] = features->n += compared->n_rows[s];
    place_columns(features, of, compared, excluded);
    CS_TRY(make_room(features));
    CS_TRY(fill(features, of, compared));
out:
    free(of);
    if (st != CS_OK)
        cs_features_wipe(features);
    return st;
}

/* ---- one column shuffled ---- */

enum cs_status cs_features_copy(struct cs_features *copy,
                                const struct cs_features *features)
{
    enum cs_status st = CS_MEMORY;
    const size_t n = features->n;

    *copy = *features;
    copy->columns = calloc(features->n_columns + 1, sizeof *copy->columns);
    CS_TRY(make_room(copy));
    if (copy->columns == NULL) {
        st = CS_MEMORY;
        goto out;
    }
    memcpy(copy->columns, features->columns, copy->n_columns * sizeof *copy->columns);
    memcpy(copy->numbers, features->numbers, n * copy->n_numbers * sizeof *copy->numbers);
    memcpy(copy->lookup, features->lookup, n * copy->n_lookups * sizeof *copy->lookup);
    memcpy(copy->codes, features->codes, n * copy->n_columns * sizeof *copy->codes);
out:
    if (st != CS_OK)
        cs_features_wipe(copy);
    return st;
}

static void swap(void *a, void *b, size_t n_bytes)
{
    uint8_t aside[2 * sizeof(float)];

    CS_REQUIRE(n_bytes <= sizeof aside);
    memcpy(aside, a, n_bytes);
    memcpy(a, b, n_bytes);
    memcpy(b, aside, n_bytes);
}

static void swap_rows(struct cs_features *f, size_t column, size_t a, size_t b)
{
    const struct cs_features_column *feature = &f->columns[column];
    const size_t number = feature->number, lookup = feature->lookup;

    if (a == b)
        return;
    swap(&f->codes[a * f->n_columns + column], &f->codes[b * f->n_columns + column], 1);
    if (feature->is_number)
        swap(&f->numbers[a * f->n_numbers + number],
             &f->numbers[b * f->n_numbers + number], feature->n_numbers * sizeof(float));
    else
        swap(&f->lookup[a * f->n_lookups + lookup], &f->lookup[b * f->n_lookups + lookup],
             sizeof *f->lookup);
}

void cs_features_shuffle(struct cs_features *copy, size_t column, struct cs_rows rows,
                         struct cs_rng *rng)
{
    for (size_t i = 0; i + 1 < rows.n; i++)
        swap_rows(copy, column, rows.at[i],
                  rows.at[i + cs_rng_below(rng, (uint32_t)(rows.n - i))]);
}

void cs_features_restore(struct cs_features *copy, const struct cs_features *features,
                         size_t column, struct cs_rows rows)
{
    const struct cs_features_column *f = &features->columns[column];

    for (size_t i = 0; i < rows.n; i++) {
        const size_t row = rows.at[i];

        copy->codes[row * copy->n_columns + column] =
            features->codes[row * copy->n_columns + column];
        for (size_t k = f->number; k < f->number + f->n_numbers; k++)
            copy->numbers[row * copy->n_numbers + k] =
                features->numbers[row * copy->n_numbers + k];
        if (!f->is_number)
            copy->lookup[row * copy->n_lookups + f->lookup] =
                features->lookup[row * copy->n_lookups + f->lookup];
    }
}

void cs_features_wipe(struct cs_features *features)
{
    const size_t n = features->n;

    cs_wipe_free(features->numbers,
                 (n * features->n_numbers + 1) * sizeof *features->numbers);
    cs_wipe_free(features->lookup,
                 (n * features->n_lookups + 1) * sizeof *features->lookup);
    cs_wipe_free(features->codes,
                 (n * features->n_columns + 1) * sizeof *features->codes);
    free(features->columns);
    *features = (struct cs_features){ 0 };
}
