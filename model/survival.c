#include "model/survival.h"

#include <math.h>
#include <stdlib.h>

#include "crypto/secret.h"

static int compare(const void *a, const void *b)
{
    const struct cs_watched *x = a, *y = b;

    return (x->time > y->time) - (x->time < y->time);
}

enum cs_status cs_survival_make(struct cs_survival *survival, const double *times,
                                const double *events, size_t n)
{
    *survival = (struct cs_survival){ .rows = calloc(n + 1, sizeof *survival->rows),
                                      .capacity = n,
                                      .share = 1 };
    if (survival->rows == NULL)
        return CS_MEMORY;
    for (size_t i = 0; i < n; i++)
        if (!isnan(times[i]) && !isnan(events[i]))
            survival->rows[survival->n++] =
                (struct cs_watched){ times[i], events[i] != 0 };
    qsort(survival->rows, survival->n, sizeof *survival->rows, compare);
    return CS_OK;
}

void cs_survival_wipe(struct cs_survival *survival)
{
    if (survival->rows != NULL)
        cs_wipe_free(survival->rows, survival->capacity * sizeof *survival->rows);
    *survival = (struct cs_survival){ 0 };
}

double cs_survival_next(const struct cs_survival *survival)
{
    return survival->n_passed < survival->n ? survival->rows[survival->n_passed].time
                                            : INFINITY;
}

double cs_survival_pass(struct cs_survival *survival, double time)
{
    const double n_watched = (double)(survival->n - survival->n_passed);
    double events = 0;

    for (; cs_survival_next(survival) == time; survival->n_passed++)
        events += survival->rows[survival->n_passed].event;
    if (events > 0)
        survival->share *= 1 - events / n_watched;
    return events;
}
