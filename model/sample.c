#include "model/sample.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

#include "crypto/secret.h"

static int compare(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

enum cs_status cs_sample_sort(struct cs_sample *sample, const double *values, size_t n)
{
    *sample = (struct cs_sample){ .n_all = n, .values = calloc(n + 1, sizeof(double)) };
    if (sample->values == NULL)
        return CS_MEMORY;
    for (size_t i = 0; i < n; i++)
        if (!isnan(values[i]))
            sample->values[sample->n++] = values[i];
    sample->n_empty = n - sample->n;
    qsort(sample->values, sample->n, sizeof(double), compare);
    for (size_t i = 0; i < sample->n; i++) {
        sample->mean += sample->values[i];
        sample->n_distinct += i == 0 || sample->values[i] != sample->values[i - 1];
    }
    sample->mean /= sample->n > 0 ? (double)sample->n : 1;
    return CS_OK;
}

void cs_sample_wipe(struct cs_sample *sample)
{
    if (sample->values != NULL)
        cs_wipe_free(sample->values, (sample->n_all + 1) * sizeof(double));
    *sample = (struct cs_sample){ 0 };
}

size_t cs_sample_below(const struct cs_sample *sample, double x)
{
    size_t low = 0, high = sample->n;

    while (low < high) {
        const size_t middle = low + (high - low) / 2;

        if (sample->values[middle] < x)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

size_t cs_sample_up_to(const struct cs_sample *sample, double x)
{
    return cs_sample_below(sample, nextafter(x, INFINITY));
}

double cs_sample_quantile(const double *values, size_t n, double share)
{
    const double at = share * (double)(n - 1);
    const size_t i = (size_t)at;

    CS_REQUIRE(n > 0);
    if (i + 1 >= n)
        return values[n - 1];
    return values[i] + (at - (double)i) * (values[i + 1] - values[i]);
}

/* Both samples in one order, value by value. */
struct walk {
    const struct cs_sample *sample[2];
    size_t at[2];     /* how many of each have been passed */
    size_t passed[2]; /* of them with the last value */
    double value;
};

static bool step(struct walk *w)
{
    bool more = false;

    for (size_t s = 0; s < 2; s++) {
        if (w->at[s] == w->sample[s]->n)
            continue;
        const double next = w->sample[s]->values[w->at[s]];
        w->value = more && w->value <= next ? w->value : next;
        more = true;
    }
    for (size_t s = 0; s < 2 && more; s++) {
        const size_t before = w->at[s];

        while (w->at[s] < w->sample[s]->n && w->sample[s]->values[w->at[s]] == w->value)
            w->at[s]++;
        w->passed[s] = w->at[s] - before;
    }
    return more;
}

/* Difference of the shares of numbers of the two. */
static double difference(const struct walk *w, const size_t *numbers)
{
    return fabs((double)numbers[0] / (double)w->sample[0]->n -
                (double)numbers[1] / (double)w->sample[1]->n);
}

double cs_sample_ks(const struct cs_sample *one, const struct cs_sample *other)
{
    struct walk w = { .sample = { one, other } };
    double most = 0;

    while (step(&w))
        most = fmax(most, difference(&w, w.at));
    return most;
}

double cs_sample_wasserstein(const struct cs_sample *one, const struct cs_sample *other)
{
    struct walk w = { .sample = { one, other } };
    double area = 0, height = 0, from = 0;

    while (step(&w)) {
        area += height * (w.value - from);
        height = difference(&w, w.at);
        from = w.value;
    }
    return area;
}

double cs_sample_total_variation(const struct cs_sample *one,
                                 const struct cs_sample *other)
{
    struct walk w = { .sample = { one, other } };
    double sum = 0;

    while (step(&w))
        sum += difference(&w, w.passed);
    return sum / 2;
}
