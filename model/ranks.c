#include "model/ranks.h"

#include <math.h>
#include <stdlib.h>

#include "crypto/secret.h"

struct item {
    double key;
    uint32_t next; /* between equal keys */
    uint32_t row;
};

static int compare_values(const void *a, const void *b)
{
    const struct item *x = a, *y = b;

    if (x->key != y->key)
        return x->key < y->key ? -1 : 1;
    return (x->next > y->next) - (x->next < y->next);
}

/* Ranks of the items, which are then in order. */
static void rank(struct cs_ranks *ranks, struct item *items)
{
    qsort(items, ranks->n, sizeof *items, compare_values);
    ranks->n_different = 0;
    for (size_t i = 0; i < ranks->n; i++) {
        if (i == 0 || compare_values(&items[i - 1], &items[i]) != 0)
            ranks->n_different++;
        ranks->of[items[i].row] = (uint32_t)(ranks->n_different - 1);
    }
}

enum cs_status cs_ranks_make(struct cs_ranks *ranks, const double *values, size_t n)
{
    struct item *items = calloc(n + 1, sizeof *items);

    *ranks = (struct cs_ranks){ .of = calloc(n + 1, sizeof *ranks->of), .n = n };
    for (size_t i = 0; items != NULL && i < n; i++)
        items[i] =
            (struct item){ isnan(values[i]) ? INFINITY : values[i], 0, (uint32_t)i };
    if (items != NULL && ranks->of != NULL)
        rank(ranks, items);
    if (items != NULL)
        cs_wipe_free(items, (n + 1) * sizeof *items);
    if (items != NULL && ranks->of != NULL)
        return CS_OK;
    cs_ranks_wipe(ranks);
    return CS_MEMORY;
}

enum cs_status cs_ranks_join(struct cs_ranks *ranks, const struct cs_ranks *other)
{
    struct item *items = calloc(ranks->n + 1, sizeof *items);

    CS_REQUIRE(ranks->n == other->n);
    if (items == NULL)
        return CS_MEMORY;
    for (size_t i = 0; i < ranks->n; i++)
        items[i] = (struct item){ ranks->of[i], other->of[i], (uint32_t)i };
    rank(ranks, items);
    cs_wipe_free(items, (ranks->n + 1) * sizeof *items);
    return CS_OK;
}

void cs_ranks_wipe(struct cs_ranks *ranks)
{
    if (ranks->of != NULL)
        cs_wipe_free(ranks->of, ranks->n * sizeof *ranks->of);
    *ranks = (struct cs_ranks){ 0 };
}
