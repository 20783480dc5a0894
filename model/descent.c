#include "model/descent.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "crypto/secret.h"

/* Gradients and directions, and those of the pairs. */
#define BLOCK_VECTORS (4 + 2 * CS_DESCENT_PAIRS)

/* A step, and how the gradient changed along it. */
struct pair {
    double *step, *change;
    double product; /* of both */
};

struct descent {
    size_t n;
    cs_descent_function function;
    void *context;
    double *x, *gradient, *direction;
    double *next, *next_gradient;
    double value;
    struct pair pairs[CS_DESCENT_PAIRS]; /* a ring: the k-th is at k % CS_DESCENT_PAIRS */
    size_t n_pairs;                      /* that were kept so far */
    double *block;
};

static double dot(const double *x, const double *y, size_t n)
{
    double sum = 0;

    for (size_t i = 0; i < n; i++)
        sum += x[i] * y[i];
    return sum;
}

static void add(double *y, double factor, const double *x, size_t n)
{
    for (size_t i = 0; i < n; i++)
        y[i] += factor * x[i];
}

static double steepest(const double *gradient, size_t n)
{
    double most = 0;

    for (size_t i = 0; i < n; i++)
        most = fmax(most, fabs(gradient[i]));
    return most;
}

static struct pair *pair_at(struct descent *d, size_t k)
{
    return &d->pairs[k % CS_DESCENT_PAIRS];
}

/* direction = -(guess of the inverse curvature) gradient: the two loops of algorithm 7.4.
 */
static void find_direction(struct descent *d)
{
    const size_t last = d->n_pairs;
    const size_t first = last > CS_DESCENT_PAIRS ? last - CS_DESCENT_PAIRS : 0;
    double share[CS_DESCENT_PAIRS];

    for (size_t i = 0; i < d->n; i++)
        d->direction[i] = -d->gradient[i];
    for (size_t k = last; k-- > first;) {
        const struct pair *p = pair_at(d, k);

        share[k % CS_DESCENT_PAIRS] = dot(p->step, d->direction, d->n) / p->product;
        add(d->direction, -share[k % CS_DESCENT_PAIRS], p->change, d->n);
    }
    const struct pair *newest = pair_at(d, last + CS_DESCENT_PAIRS - 1);
    const double scale = last > 0
                             ? newest->product / dot(newest->change, newest->change, d->n)
                             : 1 / fmax(1, sqrt(dot(d->gradient, d->gradient, d->n)));
    for (size_t i = 0; i < d->n; i++)
        d->direction[i] *= scale;
    for (size_t k = first; k < last; k++) {
        const struct pair *p = pair_at(d, k);

        add(d->direction,
            share[k % CS_DESCENT_PAIRS] - dot(p->change, d->direction, d->n) / p->product,
            p->step, d->n);
    }
}

/* Goes to next; false if no step makes the function fall. */
static bool search_line(struct descent *d)
{
    const double enough = 1e-4, slope = dot(d->gradient, d->direction, d->n);
    double length = 1;

    for (unsigned halved = 0; halved < 40 && slope < 0; halved++, length /= 2) {
        memcpy(d->next, d->x, d->n * sizeof *d->x);
        add(d->next, length, d->direction, d->n);
        const double value = d->function(d->next_gradient, d->next, d->context);
        if (value <= d->value + enough * length * slope) {
            d->value = value;
            return true;
        }
    }
    return false;
}

static void keep_pair(struct descent *d)
{
    struct pair *p = pair_at(d, d->n_pairs);

    for (size_t i = 0; i < d->n; i++) {
        p->step[i] = d->next[i] - d->x[i];
        p->change[i] = d->next_gradient[i] - d->gradient[i];
    }
    p->product = dot(p->step, p->change, d->n);
    if (p->product > 1e-10 * dot(p->change, p->change, d->n))
        d->n_pairs++;
}

static enum cs_status make_room(struct descent *d)
{
    d->block = calloc(d->n, BLOCK_VECTORS * sizeof *d->block);
    if (d->block == NULL)
        return CS_MEMORY;
    double *at = d->block;
    double **const places[] = { &d->gradient, &d->direction, &d->next,
                                &d->next_gradient };
    for (size_t k = 0; k < sizeof places / sizeof *places; k++, at += d->n)
        *places[k] = at;
    for (size_t k = 0; k < CS_DESCENT_PAIRS; k++, at += 2 * d->n) {
        d->pairs[k].step = at;
        d->pairs[k].change = at + d->n;
    }
    return CS_OK;
}

enum cs_status cs_descent(double *x, size_t n, cs_descent_function function,
                          void *context, unsigned steps_max, double flat)
{
    struct descent d = { .n = n, .function = function, .context = context, .x = x };
    const enum cs_status st = make_room(&d);

    if (st != CS_OK)
        return st;
    d.value = function(d.gradient, x, context);
    for (unsigned step = 0; step < steps_max && steepest(d.gradient, n) > flat; step++) {
        find_direction(&d);
        if (!search_line(&d))
            break;
        keep_pair(&d);
        memcpy(x, d.next, n * sizeof *x);
        memcpy(d.gradient, d.next_gradient, n * sizeof *d.gradient);
    }
    cs_wipe_free(d.block, n * BLOCK_VECTORS * sizeof *d.block);
    return CS_OK;
}
