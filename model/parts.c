#include "model/parts.h"

#include <stdlib.h>
#include <string.h>

#include "model/elementary.h"

/* ---- birth and death ---- */

enum cs_status cs_parts_init(struct cs_parts *parts, struct cs_workers *workers)
{
    const size_t n = cs_workers_count(workers);

    *parts = (struct cs_parts){ .workers = workers };
    parts->part = calloc(n, sizeof *parts->part);
    if (parts->part == NULL)
        return CS_MEMORY;
    parts->n = n;
    return CS_OK;
}

enum cs_status cs_part_prepare(struct cs_part *part, size_t n_weights,
                               const struct cs_affine *layers, size_t n_layers,
                               size_t n_covered)
{
    part->own = calloc(n_weights, sizeof *part->own);
    if (part->own == NULL)
        return CS_MEMORY;
    return cs_dpsgd_new(&part->dpsgd, layers, n_layers, n_covered, CS_PART_ROWS);
}

void cs_parts_wipe(struct cs_parts *parts)
{
    for (size_t k = 0; k < parts->n; k++) {
        cs_dpsgd_free(parts->part[k].dpsgd);
        cs_rng_wipe(&parts->part[k].rng);
        free(parts->part[k].own);
    }
    free(parts->part);
    memset(parts, 0, sizeof *parts);
}

void cs_part_choose(struct cs_part *part, size_t n_rows)
{
    for (size_t slot = 0; slot < part->n; slot++)
        part->row[slot] = cs_rng_below(&part->rng, (uint32_t)n_rows);
}

static size_t smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* Makes parts of the items from `done` to n, or as many as there are, each with that
 * share or what is left, and a stream of its own; returns how many. */
static size_t deal(struct cs_parts *parts, size_t done, size_t n, size_t share,
                   struct cs_rng *rng)
{
    size_t k = 0;

    for (; k < parts->n && done < n; k++) {
        struct cs_part *part = &parts->part[k];

        part->first = done;
        part->share = part->n = smaller(n - done, share);
        cs_rng_init_child(&part->rng, rng);
        done += part->share;
    }
    return k;
}

/* ---- a plain batch ---- */

/* Every part has a gradient of its own, which must be added: few large parts are better
 * than many, but that two cores should have as much to do. */
size_t cs_parts_share(size_t n, size_t at_once)
{
    const size_t pair = 2 * 2 * at_once, n_parts = 2 * ((n + pair - 1) / pair);

    return (n + n_parts - 1) / n_parts;
}

/* What the parts of one batch have in common. */
struct plain {
    struct cs_parts *parts;
    const struct cs_lesson *lesson;
};

static void do_share(void *context, size_t k)
{
    const struct plain *plain = context;
    const struct cs_lesson *lesson = plain->lesson;
    struct cs_part *part = &plain->parts->part[k];

    part->loss = 0;
    for (size_t left = part->share; left > 0; left -= part->n) {
        part->n = smaller(left, lesson->at_once);
        part->loss += lesson->work(lesson->context, k);
    }
}

/* sum += gradient, which becomes zero. */
CS_EACH_WIDTH static void move(float *restrict sum, float *restrict gradient, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        sum[i] += gradient[i];
        gradient[i] = 0;
    }
}

/* The first part of a batch, which need not wait for another's sum, adds to the sum. */
static void place_gradients(struct cs_parts *parts, float *gradient, size_t n_parts)
{
    for (size_t k = 0; k < n_parts; k++) {
        struct cs_part *part = &parts->part[k];

        part->gradient = part->first == 0 ? gradient : part->own;
    }
}

double cs_parts_learn(struct cs_parts *parts, float *gradient,
                      const struct cs_lesson *lesson, struct cs_rng *rng)
{
    const size_t share = cs_parts_share(lesson->n, lesson->at_once);
    const size_t first = lesson->first_weight, n = lesson->n_weights;
    struct plain plain = { parts, lesson };
    size_t done = 0;
    double loss = 0;

    memset(gradient + first, 0, n * sizeof *gradient);
    while (done < lesson->n) {
        const size_t n_parts = deal(parts, done, lesson->n, share, rng);

        place_gradients(parts, gradient, n_parts);
        cs_workers_run(parts->workers, do_share, &plain, n_parts);
        for (size_t k = 0; k < n_parts; k++) {
            struct cs_part *part = &parts->part[k];

            loss += part->loss;
            done += part->share;
            if (part->gradient == part->own)
                move(gradient + first, part->own + first, n);
        }
    }
    return loss;
}

/* ---- a private batch ---- */

static void do_private(struct cs_parts *parts, const struct cs_private_lesson *lesson,
                       size_t n_parts)
{
    cs_workers_run(parts->workers, lesson->work, lesson->context, n_parts);
    for (size_t k = 0; k < n_parts; k++)
        parts->part[k].n = 0;
}

/* Takes rows part by part; learns when all parts that work at once are full. */
static void learn_from_some(struct cs_parts *parts,
                            const struct cs_private_lesson *lesson, struct cs_rng *secret)
{
    struct cs_part *part = parts->part;
    size_t k = 0;

    for (size_t row = 0; row < lesson->n_rows; row++) {
        if (!cs_dpsgd_takes(lesson->sampling_rate, secret))
            continue;
        part[k].row[part[k].n++] = (uint32_t)row;
        if (part[k].n < CS_PART_ROWS)
            continue;
        cs_rng_init_child(&part[k++].rng, secret);
        if (k == parts->n) {
            do_private(parts, lesson, k);
            k = 0;
        }
    }
    if (part[k].n > 0)
        cs_rng_init_child(&part[k++].rng, secret);
    do_private(parts, lesson, k);
}

void cs_parts_learn_privately(struct cs_parts *parts, float *gradient,
                              const struct cs_private_lesson *lesson,
                              struct cs_rng *secret)
{
    struct cs_part *part = parts->part;

    for (size_t k = 0; k < parts->n; k++) {
        cs_dpsgd_begin(part[k].dpsgd, lesson->clip, lesson->sigma);
        part[k].n = 0;
    }
    learn_from_some(parts, lesson, secret);
    for (size_t k = 1; k < parts->n; k++)
        cs_dpsgd_absorb(part[0].dpsgd, part[k].dpsgd);
    cs_dpsgd_finish(part[0].dpsgd, gradient,
                    lesson->sampling_rate * (double)lesson->n_rows, secret);
}

/* ---- samples ---- */

static void recall(struct cs_part *part, const struct cs_sampling *sampling)
{
    for (size_t slot = 0; slot < part->n; slot++)
        part->row[slot] = (uint32_t)cs_memory_recall(
            sampling->memory, sampling->label[part->first + slot], &part->rng);
}

void cs_parts_sample(struct cs_parts *parts, const struct cs_sampling *sampling,
                     struct cs_rng *rng)
{
    size_t done = 0;

    while (done < sampling->n_rows) {
        const size_t n_parts = deal(parts, done, sampling->n_rows, CS_PART_ROWS, rng);

        for (size_t k = 0; k < n_parts; k++) {
            recall(&parts->part[k], sampling);
            done += parts->part[k].share;
        }
        cs_workers_run(parts->workers, sampling->work, sampling->context, n_parts);
    }
}
