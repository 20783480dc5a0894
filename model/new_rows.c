#include "model/new_rows.h"

#include <math.h>
#include <stdlib.h>

#include "crypto/secret.h"
#include "model/ranks.h"

#define JOB_ROWS 256u

static const double tolerance = .01;

/* A real row by what must be the same, then by one number. */
struct item {
    uint32_t group;
    double key;
    uint32_t row;
};

struct search {
    const struct cs_compared *compared;
    struct cs_ranks groups; /* real rows, then synthetic ones: categories, empty fields */
    size_t n_real, n_synthetic;
    size_t key;         /* the number by which rows of a group are sorted, or n_columns */
    struct item *items; /* (n_real), in order */
    bool *is_new;       /* (n_synthetic) */
};

/* ---- groups ---- */

static void fill_marks(double *marks, const struct cs_compared_column *column,
                       const struct search *s)
{
    for (size_t i = 0; i < s->n_real + s->n_synthetic; i++) {
        const double x = i < s->n_real ? column->values[CS_REAL][i]
                                       : column->values[CS_SYNTHETIC][i - s->n_real];

        marks[i] = column->is_number ? isnan(x) : x;
    }
}

static enum cs_status find_groups(struct search *s)
{
    const size_t n = s->n_real + s->n_synthetic;
    double *marks = calloc(n, sizeof *marks);
    struct cs_ranks ranks = { 0 };
    enum cs_status st;

    if (marks == NULL)
        return CS_MEMORY;
    CS_TRY(cs_ranks_make(&s->groups, marks, n));
    for (size_t k = 0; k < s->compared->n_columns; k++) {
        fill_marks(marks, &s->compared->columns[k], s);
        CS_TRY(cs_ranks_make(&ranks, marks, n));
        CS_TRY(cs_ranks_join(&s->groups, &ranks));
        cs_ranks_wipe(&ranks);
    }
out:
    cs_ranks_wipe(&ranks);
    cs_wipe_free(marks, n * sizeof *marks);
    return st;
}

/* The number with the most different real values leaves the fewest rows to look at. */
static enum cs_status find_key(struct search *s)
{
    size_t most = 0;
    enum cs_status st = CS_OK;

    s->key = s->compared->n_columns;
    for (size_t k = 0; k < s->compared->n_columns; k++) {
        const struct cs_compared_column *column = &s->compared->columns[k];
        struct cs_ranks ranks;

        if (!column->is_number)
            continue;
        CS_TRY(cs_ranks_make(&ranks, column->values[CS_REAL], s->n_real));
        if (ranks.n_different > most) {
            most = ranks.n_different;
            s->key = k;
        }
        cs_ranks_wipe(&ranks);
    }
out:
    return st;
}

/* Empty ones are those of all rows of their group. */
static double key_of(const struct search *s, enum cs_side side, size_t i)
{
    if (s->key == s->compared->n_columns)
        return 0;
    const double x = s->compared->columns[s->key].values[side][i];
    return isnan(x) ? 0 : x;
}

static int compare(const void *a, const void *b)
{
    const struct item *x = a, *y = b;

    if (x->group != y->group)
        return x->group < y->group ? -1 : 1;
    return (x->key > y->key) - (x->key < y->key);
}

static enum cs_status sort_real(struct search *s)
{
    s->items = calloc(s->n_real, sizeof *s->items);
    s->is_new = calloc(s->n_synthetic, sizeof *s->is_new);
    if (s->items == NULL || s->is_new == NULL)
        return CS_MEMORY;
    for (size_t i = 0; i < s->n_real; i++)
        s->items[i] =
            (struct item){ s->groups.of[i], key_of(s, CS_REAL, i), (uint32_t)i };
    qsort(s->items, s->n_real, sizeof *s->items, compare);
    return CS_OK;
}

/* ---- matches ---- */

static bool numbers_match(const struct search *s, size_t real, size_t synthetic)
{
    for (size_t k = 0; k < s->compared->n_columns; k++) {
        const struct cs_compared_column *column = &s->compared->columns[k];
        const double x = column->values[CS_SYNTHETIC][synthetic];

        if (column->is_number && !isnan(x) &&
            !(fabs(column->values[CS_REAL][real] - x) <= fabs(tolerance * x)))
            return false;
    }
    return true;
}

/* The first item that is not below. */
static size_t find_first(const struct search *s, const struct item *least)
{
    size_t low = 0, high = s->n_real;

    while (low < high) {
        const size_t middle = low + (high - low) / 2;

        if (compare(&s->items[middle], least) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* Keys are looked at a little farther than the tolerance, for rounding. */
static bool has_match(const struct search *s, size_t j)
{
    const double key = key_of(s, CS_SYNTHETIC, j), far = 1.1 * fabs(tolerance * key);
    const struct item least = { .group = s->groups.of[s->n_real + j], .key = key - far };

    for (size_t i = find_first(s, &least); i < s->n_real; i++) {
        if (s->items[i].group != least.group || s->items[i].key > key + far)
            return false;
        if (numbers_match(s, s->items[i].row, j))
            return true;
    }
    return false;
}

static void search_some(void *context, size_t job)
{
    const struct search *s = context;

    for (size_t j = job * JOB_ROWS; j < (job + 1) * JOB_ROWS && j < s->n_synthetic; j++)
        s->is_new[j] = !has_match(s, j);
}

enum cs_status cs_new_rows_count(size_t *n, const struct cs_compared *compared,
                                 struct cs_workers *workers,
                                 const struct cs_progress *progress)
{
    struct search s = { .compared = compared,
                        .n_real = compared->n_rows[CS_REAL],
                        .n_synthetic = compared->n_rows[CS_SYNTHETIC] };
    enum cs_status st;

    *n = 0;
    CS_TRY(cs_progress_tell(progress, 0));
    CS_TRY(find_groups(&s));
    CS_TRY(find_key(&s));
    CS_TRY(sort_real(&s));
    CS_TRY(cs_progress_tell(progress, .5));
    cs_workers_run(workers, search_some, &s, (s.n_synthetic + JOB_ROWS - 1) / JOB_ROWS);
    for (size_t j = 0; j < s.n_synthetic; j++)
        *n += s.is_new[j];
out:
    if (s.items != NULL)
        cs_wipe_free(s.items, s.n_real * sizeof *s.items);
    free(s.is_new);
    cs_ranks_wipe(&s.groups);
    return st;
}
