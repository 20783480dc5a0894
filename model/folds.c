#include "model/folds.h"

#include <stdlib.h>
#include <string.h>

/* The first steps of a shuffle (Fisher and Yates; Durstenfeld, 1964). */
void cs_folds_draw(uint32_t *rows, size_t n, size_t want, struct cs_rng *rng)
{
    CS_REQUIRE(want <= n && n <= UINT32_MAX);
    for (size_t i = 0; i < want; i++) {
        const size_t j = i + cs_rng_below(rng, (uint32_t)(n - i));
        const uint32_t row = rows[i];

        rows[i] = rows[j];
        rows[j] = row;
    }
}

/* Places of the rows, class by class, each in random order. */
static void order_classes(uint32_t *order, const uint32_t *class_of, size_t n,
                          size_t n_classes, struct cs_rng *rng)
{
    size_t end = 0;

    for (size_t c = 0; c < n_classes; c++) {
        const size_t start = end;

        for (size_t i = 0; i < n; i++)
            if (class_of == NULL || class_of[i] == c)
                order[end++] = (uint32_t)i;
        cs_folds_draw(order + start, end - start, end - start, rng);
    }
    CS_REQUIRE(end == n);
}

/* Every CS_FOLDS-th of them, from each of the first ones on, is a part. */
static void deal(struct cs_folds *folds, const uint32_t *order, const uint32_t *rows,
                 struct cs_rng *rng)
{
    size_t at = 0;

    for (size_t part = 0; part < CS_FOLDS; part++) {
        folds->first[part] = at;
        for (size_t i = part; i < folds->n; i += CS_FOLDS)
            folds->rows[at++] = rows[order[i]];
        cs_folds_draw(folds->rows + folds->first[part], at - folds->first[part],
                      at - folds->first[part], rng);
    }
    folds->first[CS_FOLDS] = at;
    memcpy(folds->rows + at, folds->rows, at * sizeof *folds->rows);
}

enum cs_status cs_folds_make(struct cs_folds *folds, struct cs_rows rows,
                             const uint32_t *class_of, size_t n_classes,
                             struct cs_rng *rng)
{
    uint32_t *order = calloc(rows.n + 1, sizeof *order);
    enum cs_status st = CS_MEMORY;

    *folds = (struct cs_folds){ .n = rows.n };
    folds->rows = calloc(2 * rows.n + 1, sizeof *folds->rows);
    if (order != NULL && folds->rows != NULL) {
        order_classes(order, class_of, rows.n, class_of == NULL ? 1 : n_classes, rng);
        deal(folds, order, rows.at, rng);
        st = CS_OK;
    }
    free(order);
    if (st != CS_OK)
        cs_folds_wipe(folds);
    return st;
}

void cs_folds_wipe(struct cs_folds *folds)
{
    free(folds->rows);
    *folds = (struct cs_folds){ 0 };
}

struct cs_rows cs_folds_part(const struct cs_folds *folds, size_t part)
{
    return (struct cs_rows){ folds->rows + folds->first[part],
                             folds->first[part + 1] - folds->first[part] };
}

struct cs_rows cs_folds_rest(const struct cs_folds *folds, size_t part)
{
    return (struct cs_rows){ folds->rows + folds->first[part + 1],
                             folds->n - cs_folds_part(folds, part).n };
}
