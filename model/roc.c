#include "model/roc.h"

#include <math.h>
#include <stdlib.h>

#include "crypto/secret.h"

struct scored {
    double score;
    bool is_true;
};

static int compare_falling(const void *a, const void *b)
{
    const double x = ((const struct scored *)a)->score;
    const double y = ((const struct scored *)b)->score;

    return (x < y) - (x > y);
}

static enum cs_status make_room(struct cs_roc *roc, size_t n)
{
    *roc = (struct cs_roc){
        .thresholds = calloc(n + 1, sizeof *roc->thresholds),
        .true_taken = calloc(n + 1, sizeof *roc->true_taken),
        .false_taken = calloc(n + 1, sizeof *roc->false_taken),
    };
    return roc->thresholds == NULL || roc->true_taken == NULL || roc->false_taken == NULL
               ? CS_MEMORY
               : CS_OK;
}

static void walk(struct cs_roc *roc, const struct scored *sorted, size_t n)
{
    roc->thresholds[0] = INFINITY;
    roc->n_points = 1;
    for (size_t i = 0; i < n; i++) {
        roc->n_true += sorted[i].is_true;
        roc->n_false += !sorted[i].is_true;
        if (i + 1 < n && sorted[i + 1].score == sorted[i].score)
            continue;
        roc->thresholds[roc->n_points] = sorted[i].score;
        roc->true_taken[roc->n_points] = roc->n_true;
        roc->false_taken[roc->n_points++] = roc->n_false;
    }
}

enum cs_status cs_roc_make(struct cs_roc *roc, const double *scores, const bool *is_true,
                           size_t n)
{
    struct scored *sorted = calloc(n + 1, sizeof *sorted);
    enum cs_status st = make_room(roc, n);

    if (sorted == NULL)
        st = CS_MEMORY;
    if (st == CS_OK) {
        for (size_t i = 0; i < n; i++)
            sorted[i] =
                (struct scored){ isnan(scores[i]) ? -INFINITY : scores[i], is_true[i] };
        qsort(sorted, n, sizeof *sorted, compare_falling);
        walk(roc, sorted, n);
    }
    cs_wipe_free(sorted, (n + 1) * sizeof *sorted);
    if (st != CS_OK)
        cs_roc_wipe(roc);
    return st;
}

void cs_roc_wipe(struct cs_roc *roc)
{
    free(roc->thresholds);
    free(roc->true_taken);
    free(roc->false_taken);
    *roc = (struct cs_roc){ 0 };
}

double cs_roc_area(const struct cs_roc *roc)
{
    double twice = 0;

    for (size_t k = 1; k < roc->n_points; k++)
        twice += (double)(roc->false_taken[k] - roc->false_taken[k - 1]) *
                 (double)(roc->true_taken[k] + roc->true_taken[k - 1]);
    return twice / 2 / (double)roc->n_true / (double)roc->n_false;
}

double cs_roc_at(const struct cs_roc *roc, double rate)
{
    const double wanted = rate * (double)roc->n_false;
    size_t k = 0;

    while (k + 1 < roc->n_points && (double)roc->false_taken[k + 1] <= wanted)
        k++;
    double taken = (double)roc->true_taken[k];
    if (k + 1 < roc->n_points)
        taken += (wanted - (double)roc->false_taken[k]) /
                 (double)(roc->false_taken[k + 1] - roc->false_taken[k]) *
                 (double)(roc->true_taken[k + 1] - roc->true_taken[k]);
    return taken / (double)roc->n_true;
}

double cs_roc_advantage(const struct cs_roc *roc)
{
    const size_t half = (roc->n_true + roc->n_false + 1) / 2;
    size_t k = 0;

    while (k + 1 < roc->n_points && roc->true_taken[k] + roc->false_taken[k] < half)
        k++;
    return (double)roc->true_taken[k] / (double)roc->n_true -
           (double)roc->false_taken[k] / (double)roc->n_false;
}
