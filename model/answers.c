#include "model/answers.h"

#include <math.h>
#include <stdlib.h>

#include "crypto/secret.h"
#include "model/sample.h"

/* ---- numbers ---- */

/* Those that become classes: one more than how many edges are below. */
struct edges {
    double at[CS_ANSWERS_BINS - 1]; /* (n), ascending */
    size_t n;
};

static void add_edge(struct edges *edges, double x)
{
    if (edges->n == 0 || x > edges->at[edges->n - 1])
        edges->at[edges->n++] = x;
}

/* Half way between values that follow each other. */
static void part_values(struct edges *edges, const struct cs_sample *real)
{
    for (size_t i = 1; i < real->n; i++)
        if (real->values[i] > real->values[i - 1])
            add_edge(edges, real->values[i - 1] / 2 + real->values[i] / 2);
}

static void part_deciles(struct edges *edges, const struct cs_sample *real)
{
    for (size_t k = 1; k < CS_ANSWERS_BINS; k++)
        add_edge(edges,
                 cs_sample_quantile(real->values, real->n, (double)k / CS_ANSWERS_BINS));
}

static double bin_of(const struct edges *edges, double x)
{
    size_t bin = 0;

    while (bin < edges->n && edges->at[bin] < x)
        bin++;
    return isnan(x) ? NAN : (double)bin;
}

static enum cs_status class_numbers(struct cs_answers *answers,
                                    const struct cs_compared *compared,
                                    const struct cs_compared_column *column,
                                    bool as_classes)
{
    struct edges edges = { .n = 0 };
    struct cs_sample real = { 0 };
    enum cs_status st;

    CS_TRY(cs_sample_sort(&real, column->values[CS_REAL], compared->n_rows[CS_REAL]));
    answers->is_learnable = real.n_distinct > 1;
    if (real.n_distinct < CS_ANSWERS_FEW)
        part_values(&edges, &real);
    else if (as_classes)
        part_deciles(&edges, &real);
    if (edges.n == 0)
        goto out;
    answers->n_classes = edges.n + 1;
    for (size_t i = 0; i < answers->n; i++)
        answers->values[i] = bin_of(&edges, answers->values[i]);
out:
    cs_sample_wipe(&real);
    return st;
}

/* ---- levels ---- */

struct level {
    size_t level, n_rows;
};

static int compare_rarer(const void *a, const void *b)
{
    const struct level *x = a, *y = b;

    if (x->n_rows != y->n_rows)
        return x->n_rows < y->n_rows ? 1 : -1;
    return x->level < y->level ? -1 : 1;
}

/* The class of each level (n_levels): the more rows it has, the lower; the last takes all
 * that are left. */
static void class_levels(size_t *classes, struct level *levels, size_t n_levels)
{
    qsort(levels, n_levels, sizeof *levels, compare_rarer);
    for (size_t l = 0; l < n_levels; l++)
        classes[levels[l].level] = l < CS_LOSS_SCORES_MAX ? l : CS_LOSS_SCORES_MAX - 1;
}

static enum cs_status join_rare(struct cs_answers *answers,
                                const struct cs_compared *compared,
                                const struct cs_compared_column *column)
{
    struct level *levels = calloc(column->n_levels, sizeof *levels);
    size_t *classes = calloc(column->n_levels, sizeof *classes);
    enum cs_status st = CS_MEMORY;

    if (levels == NULL || classes == NULL)
        goto out;
    for (size_t l = 0; l < column->n_levels; l++)
        levels[l].level = l;
    for (size_t i = 0; i < compared->n_rows[CS_REAL]; i++)
        if (!isnan(answers->values[i]))
            levels[(size_t)answers->values[i]].n_rows++;
    class_levels(classes, levels, column->n_levels);
    for (size_t i = 0; i < answers->n; i++)
        if (!isnan(answers->values[i]))
            answers->values[i] = (double)classes[(size_t)answers->values[i]];
    answers->n_classes = CS_LOSS_SCORES_MAX;
    st = CS_OK;
out:
    free(levels);
    free(classes);
    return st;
}

/* ---- all ---- */

static void list_rows(struct cs_answers *answers, const struct cs_compared *compared,
                      struct cs_rng *rng)
{
    size_t at = 0, row = 0;

    for (size_t s = 0; s < CS_SIDES; s++) {
        answers->first[s] = at;
        for (size_t i = 0; i < compared->n_rows[s]; i++, row++)
            if (!isnan(answers->values[row]))
                answers->rows[at++] = (uint32_t)row;
        cs_folds_draw(answers->rows + answers->first[s], at - answers->first[s],
                      at - answers->first[s], rng);
    }
    answers->first[CS_SIDES] = at;
}

enum cs_status cs_answers_make(struct cs_answers *answers,
                               const struct cs_compared *compared,
                               const struct cs_compared_column *column, bool as_classes,
                               struct cs_rng *rng)
{
    enum cs_status st = CS_MEMORY;
    size_t at = 0;

    *answers = (struct cs_answers){ .n_classes = column->n_levels };
    for (size_t s = 0; s < CS_SIDES; s++)
        answers->n += compared->n_rows[s];
    answers->values = calloc(answers->n, sizeof *answers->values);
    answers->rows = calloc(answers->n, sizeof *answers->rows);
    if (answers->values == NULL || answers->rows == NULL)
        goto out;
    for (size_t s = 0; s < CS_SIDES; s++)
        for (size_t i = 0; i < compared->n_rows[s]; i++)
            answers->values[at++] = column->values[s][i];
    answers->is_learnable = column->n_levels > 1;
    st = CS_OK;
    if (column->is_number)
        CS_TRY(class_numbers(answers, compared, column, as_classes));
    else if (column->n_levels > CS_LOSS_SCORES_MAX)
        CS_TRY(join_rare(answers, compared, column));
    list_rows(answers, compared, rng);
out:
    if (st != CS_OK)
        cs_answers_wipe(answers);
    return st;
}

void cs_answers_wipe(struct cs_answers *answers)
{
    cs_wipe_free(answers->values, answers->n * sizeof *answers->values);
    free(answers->rows);
    *answers = (struct cs_answers){ 0 };
}

struct cs_rows cs_answers_of(const struct cs_answers *answers, enum cs_side side)
{
    return (struct cs_rows){ answers->rows + answers->first[side],
                             answers->first[side + 1] - answers->first[side] };
}
