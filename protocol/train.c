#include "protocol/train.h"

#include <math.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "protocol/average.h"

/* The federated blocks one after another, as one array: what they were, how they
 * changed, how they changed on average. */
struct federation {
    struct cs_block *block; /* (n_blocks) */
    size_t n_blocks, n;
    float *before, *change; /* (n) */
    double *average;        /* (n) */
};

static void federation_wipe(struct federation *federation)
{
    if (federation->change != NULL)
        sodium_memzero(federation->change, federation->n * sizeof(float));
    free(federation->block);
    free(federation->before);
    free(federation->change);
    free(federation->average);
    sodium_memzero(federation, sizeof *federation);
}

static enum cs_status federation_init(struct federation *federation,
                                      struct cs_generator *generator,
                                      const struct cs_study *study, enum cs_party party)
{
    enum cs_status st = CS_OK;

    CS_TRY(cs_generator_common(&federation->block, &federation->n_blocks, generator,
                               study, party));
    for (size_t i = 0; i < federation->n_blocks; i++)
        federation->n += federation->block[i].n;
    federation->before = calloc(federation->n + 1, sizeof *federation->before);
    federation->change = calloc(federation->n + 1, sizeof *federation->change);
    federation->average = calloc(federation->n + 1, sizeof *federation->average);
    if (federation->before == NULL || federation->change == NULL ||
        federation->average == NULL)
        st = CS_MEMORY;
out:
    return st;
}

static void remember(struct federation *federation)
{
    float *before = federation->before;

    for (size_t b = 0; b < federation->n_blocks; b++)
        for (size_t i = 0; i < federation->block[b].n; i++)
            *before++ = federation->block[b].weight[i];
}

static void find_change(struct federation *federation)
{
    size_t at = 0;

    for (size_t b = 0; b < federation->n_blocks; b++)
        for (size_t i = 0; i < federation->block[b].n; i++, at++)
            federation->change[at] =
                federation->block[b].weight[i] - federation->before[at];
}

/* Weights that diverged have no change that could be averaged: nothing is given then, so
 * that the peer is not stopped by it. What is made of the generator is model/judge.h's.
 */
static void drop_divergence(struct federation *federation)
{
    bool is_sound = true;

    for (size_t i = 0; i < federation->n; i++)
        is_sound = is_sound && fabsf(federation->change[i]) < CS_AVERAGE_MAX;
    if (!is_sound)
        memset(federation->change, 0, federation->n * sizeof *federation->change);
}

static void apply_average(struct federation *federation)
{
    size_t at = 0;

    for (size_t b = 0; b < federation->n_blocks; b++)
        for (size_t i = 0; i < federation->block[b].n; i++, at++)
            federation->block[b].weight[i] =
                (float)((double)federation->before[at] + federation->average[at]);
}

/* Steps done before a round, of all: the rounds differ by one step at most. */
static unsigned steps_before(unsigned round, unsigned n_rounds, unsigned n_steps)
{
    return (unsigned)((uint64_t)n_steps * round / n_rounds);
}

/* By DP-SGD; plain where the study wants no privacy. */
static enum cs_status step_on_rows(struct cs_generator *generator,
                                   const struct cs_codes *rows,
                                   const struct cs_training_spec *spec, double rate,
                                   struct cs_rng *secret)
{
    double loss;

    return spec->sigma > 0
               ? cs_generator_step_private(generator, rows, spec->sampling_rate,
                                           spec->sigma, rate, secret)
               : cs_generator_step(generator, rows, rate, &loss, secret);
}

static enum cs_status
train_locally(struct cs_generator *generator, const struct cs_codes *rows,
              const struct cs_training_spec *spec, const struct cs_recipe *recipe,
              unsigned first, unsigned end, struct cs_rng *secret,
              const struct cs_progress *progress, struct cs_fault *fault)
{
    enum cs_status st = CS_OK;

    for (unsigned step = first; step < end; step++) {
        CS_TRY(cs_progress_tell(progress, (double)step / spec->steps));
        CS_TRY(step_on_rows(
            generator, rows, spec,
            cs_pace_rate(&recipe->private, recipe->spec.schedule, step), secret));
    }
out:
    if (st == CS_CONFIG)
        cs_fault_say(fault, st,
                     "the noise of training is too large for so many weights; give "
                     "training more of the budget (privacy.tables), make "
                     "generator.layers narrower, or set generator.train_on: population");
    return st;
}

static enum cs_status share_change(struct federation *federation,
                                   const struct cs_study *study,
                                   const size_t n_rows[static 2], unsigned round,
                                   struct cs_openings *openings, struct cs_rng *secret,
                                   struct cs_channel *channel, enum cs_party party)
{
    enum cs_status st = CS_OK;
    const uint64_t weight[2] = { n_rows[CS_A], n_rows[CS_B] };
    char purpose[64];

    snprintf(purpose, sizeof purpose, "average of weights, round %u", round + 1);
    find_change(federation);
    drop_divergence(federation);
    CS_TRY(cs_average(federation->average, federation->change, federation->n, weight,
                      study->generator.aggregation, purpose, openings, secret, channel,
                      party));
    apply_average(federation);
out:
    return st;
}

enum cs_status cs_train(struct cs_generator *generator, const struct cs_codes *rows,
                        const struct cs_study *study, const struct cs_plan *plan,
                        const size_t n_rows[static 2], struct cs_openings *openings,
                        struct cs_rng *secret, struct cs_channel *channel,
                        const struct cs_progress *progress, struct cs_fault *fault,
                        enum cs_party party)
{
    enum cs_status st = CS_OK;
    const struct cs_training_spec *spec = &plan->training[party];
    const unsigned n_rounds = study->generator.rounds;
    struct federation federation = { 0 };

    if (!spec->enabled)
        return CS_OK;
    if (study->generator.federate && plan->training[1 - party].enabled)
        CS_TRY(federation_init(&federation, generator, study, party));
    for (unsigned round = 0; round < n_rounds; round++) {
        remember(&federation);
        CS_TRY(train_locally(generator, rows, spec, &plan->recipe[party],
                             steps_before(round, n_rounds, spec->steps),
                             steps_before(round + 1, n_rounds, spec->steps), secret,
                             progress, fault));
        if (federation.n > 0)
            CS_TRY(share_change(&federation, study, n_rows, round, openings, secret,
                                channel, party));
    }
    cs_generator_settle(generator);
    CS_TRY(cs_progress_tell(progress, 1));
out:
    federation_wipe(&federation);
    return st;
}
