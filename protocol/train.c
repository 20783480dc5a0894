#include "protocol/train.h"

#include <math.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "crypto/secret.h"
#include "protocol/average.h"

/* The federated blocks one after another, as one array: what they were, how they
 * changed, how they changed on average. */
struct federation {
    struct cs_weight_block *block; /* (n_blocks) */
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
        CS_TRY(step_on_rows(generator, rows, spec,
                            cs_pace_rate(&recipe->private, recipe->spec.schedule, step),
                            secret));
    }
out:
    if (st == CS_CONFIG)
        cs_fault_say(fault, st,
                     "the noise of training is too large for so many weights; give "
                     "training more of the budget (privacy.tables), make "
                     "generator.layers narrower, or set generator.train_on: population");
    return st;
}

static void name_round(char purpose[static 64], unsigned round)
{
    snprintf(purpose, 64, "average of weights, round %u", round);
}

/* ---- a run of rounds; the first is round 1 --------------------------------------- */

struct tuition {
    struct cs_generator *generator;
    const struct cs_codes *rows;
    const struct cs_study *study;
    const struct cs_plan *plan;
    const size_t *n_rows;
    struct cs_openings *openings;
    const struct cs_checkpoint *checkpoint;
    struct cs_rng *secret;
    struct cs_channel *channel;
    const struct cs_progress *progress;
    struct cs_fault *fault;
    enum cs_party party;
    struct federation federation;
};

static enum cs_status share_change(struct tuition *t, unsigned round)
{
    struct federation *federation = &t->federation;
    const uint64_t weight[2] = { t->n_rows[CS_A], t->n_rows[CS_B] };
    enum cs_status st = CS_OK;
    char purpose[64];

    name_round(purpose, round);
    find_change(federation);
    drop_divergence(federation);
    CS_TRY(cs_average(federation->average, federation->change, federation->n, weight,
                      t->study->generator.aggregation, purpose, t->openings, t->secret,
                      t->channel, t->party));
    apply_average(federation);
out:
    return st;
}

/* A round as it is kept: what the federated weights were before it, and the generator
 * after this party's steps. */
static size_t round_bytes(const struct tuition *t)
{
    return t->federation.n * sizeof(float) + cs_generator_state_bytes(t->generator);
}

static enum cs_status keep_round(const struct tuition *t, unsigned round)
{
    const size_t n_bytes = round_bytes(t), n_before = t->federation.n * sizeof(float);
    enum cs_status st = CS_MEMORY;
    uint8_t *bytes = malloc(n_bytes);

    if (bytes == NULL)
        goto out;
    if (n_before > 0)
        memcpy(bytes, t->federation.before, n_before);
    cs_generator_take_state(bytes + n_before, t->generator);
    st = cs_checkpoint_keep(t->checkpoint, CS_STEP_ROUND, round, bytes, n_bytes);
out:
    cs_wipe_free(bytes, n_bytes);
    return st;
}

static enum cs_status recall_round(bool *found, struct tuition *t, unsigned round)
{
    const size_t n_bytes = round_bytes(t), n_before = t->federation.n * sizeof(float);
    enum cs_status st = CS_MEMORY;
    uint8_t *bytes = malloc(n_bytes);

    if (bytes == NULL)
        goto out;
    CS_TRY(
        cs_checkpoint_recall(found, t->checkpoint, CS_STEP_ROUND, round, bytes, n_bytes));
    if (!*found)
        goto out;
    if (n_before > 0)
        memcpy(t->federation.before, bytes, n_before);
    cs_generator_put_state(t->generator, bytes + n_before);
out:
    cs_wipe_free(bytes, n_bytes);
    return st;
}

/* Once in a run. */
static enum cs_status train_once(struct tuition *t, unsigned round)
{
    const struct cs_training_spec *spec = &t->plan->training[t->party];
    const unsigned n_rounds = t->study->generator.rounds;
    enum cs_status st = CS_OK;
    bool found;

    CS_TRY(recall_round(&found, t, round));
    if (found)
        return CS_OK;
    remember(&t->federation);
    CS_TRY(train_locally(t->generator, t->rows, spec, &t->plan->recipe[t->party],
                         steps_before(round - 1, n_rounds, spec->steps),
                         steps_before(round, n_rounds, spec->steps), t->secret,
                         t->progress, t->fault));
    CS_TRY(keep_round(t, round));
out:
    return st;
}

/* The round to begin with: the last that was kept, by both where they average. */
static unsigned first_round(const struct tuition *t)
{
    const struct cs_checkpoint *checkpoint = t->checkpoint;
    const unsigned kept = checkpoint == NULL    ? 0
                          : t->federation.n > 0 ? checkpoint->common_rounds
                                                : checkpoint->own_rounds;

    return kept > 0 ? kept : 1;
}

/* Those that an earlier session averaged. */
static enum cs_status note_openings(const struct tuition *t, unsigned first)
{
    enum cs_status st = CS_OK;
    char purpose[64];

    for (unsigned round = 1; round < first && t->federation.n > 0; round++) {
        name_round(purpose, round);
        CS_TRY(cs_openings_add(t->openings, purpose, t->federation.n, sizeof(uint64_t)));
    }
out:
    return st;
}

static enum cs_status train_rounds(struct tuition *t)
{
    const unsigned first = first_round(t);
    enum cs_status st = CS_OK;

    CS_TRY(note_openings(t, first));
    for (unsigned round = first; round <= t->study->generator.rounds; round++) {
        CS_TRY(train_once(t, round));
        if (t->federation.n > 0)
            CS_TRY(share_change(t, round));
    }
    cs_generator_settle(t->generator);
    CS_TRY(cs_progress_tell(t->progress, 1));
out:
    return st;
}

enum cs_status cs_train(struct cs_generator *generator, const struct cs_codes *rows,
                        const struct cs_study *study, const struct cs_plan *plan,
                        const size_t n_rows[static 2], struct cs_openings *openings,
                        const struct cs_checkpoint *checkpoint, struct cs_rng *secret,
                        struct cs_channel *channel, const struct cs_progress *progress,
                        struct cs_fault *fault, enum cs_party party)
{
    struct tuition t = { generator, rows,       study,  plan,    n_rows,
                         openings,  checkpoint, secret, channel, progress,
                         fault,     party,      { 0 } };
    enum cs_status st = CS_OK;

    if (!plan->training[party].enabled)
        return CS_OK;
    if (study->generator.federate && plan->training[1 - party].enabled)
        CS_TRY(federation_init(&t.federation, generator, study, party));
    CS_TRY(train_rounds(&t));
out:
    federation_wipe(&t.federation);
    return st;
}
