/* train, judge and propose: this party's generator, first on the fitted population, which
 * is private already, then on real rows in federated rounds; whether it is worth
 * anything; and candidate rows from it. */
#include <stdlib.h>

#include "crypto/secret.h"
#include "party/stages.h"
#include "party/start.h"
#include "protocol/train.h"
#include "protocol/verdicts.h"

/* The label of a stream of random words of the party's own. */
static const char *by_party(const struct cs_job *job, const char *a, const char *b)
{
    return job->node.party == CS_A ? a : b;
}

/* A column of the fitted population, of the people at this party. */
static void own_column(uint8_t *own, const struct cs_job *job, size_t column)
{
    const struct cs_presence *people = &job->targets.people;
    const enum cs_party party = job->node.party;
    const uint8_t *code = cs_codes_column(&job->first, column);

    for (size_t i = 0; i < cs_presence_at(people, party); i++)
        own[i] = code[cs_presence_row(people, party, i)];
}

/* All columns of this party, in the order of its file. */
static enum cs_status own_columns(struct cs_codes *own, const struct cs_job *job)
{
    const struct cs_schema *schema = &job->study->schema;
    const enum cs_party party = job->node.party;
    const size_t n_rows = cs_presence_at(&job->targets.people, party);
    const enum cs_status st = cs_codes_init(own, n_rows, schema->n_order[party]);

    for (size_t i = 0; st == CS_OK && i < schema->n_order[party]; i++)
        own_column(cs_codes_column(own, i), job, schema->order[party][i]);
    return st;
}

static size_t n_threads(const struct cs_job *job)
{
    const size_t said = job->options->threads;

    if (said > 0)
        return said;
    return job->node.threads > 0 ? job->node.threads : cs_workers_cores();
}

/* A new generator, with the weights of the start if there is one. */
static enum cs_status make_generator(struct cs_job *job)
{
    const enum cs_party party = job->node.party;
    struct cs_recipe recipe = job->plan->recipe[party];
    enum cs_status st;

    if (cs_start_given(job))
        cs_recipe_start(&recipe);
    CS_TRY(cs_workers_new(&job->workers, n_threads(job)));
    CS_TRY(cs_generator_new(&job->trained, job->study, &recipe, party, job->workers));
    if (cs_start_given(job))
        cs_start_weights(job);
out:
    return st;
}

/* Weights from the population, once in a run. */
static enum cs_status fit_once(struct cs_job *job, const struct cs_codes *own,
                               struct cs_rng *rng, const struct cs_progress *progress)
{
    const size_t n_bytes = cs_generator_state_bytes(job->trained);
    uint8_t *state = malloc(n_bytes);
    enum cs_status st = CS_MEMORY;
    bool found;

    if (state == NULL)
        goto out;
    CS_TRY(cs_checkpoint_recall(&found, &job->checkpoint, CS_STEP_TAUGHT, 0, state,
                                n_bytes));
    if (found) {
        cs_generator_put_state(job->trained, state);
    } else {
        CS_TRY(cs_generator_fit(job->trained, own, rng, cs_job_curve(job), progress));
        cs_generator_take_state(state, job->trained);
        CS_TRY(cs_checkpoint_keep(&job->checkpoint, CS_STEP_TAUGHT, 0, state, n_bytes));
    }
    CS_TRY(cs_kept_take(&job->before, job->trained));
out:
    cs_wipe_free(state, n_bytes);
    return st;
}

enum cs_status cs_stage_train(struct cs_job *job)
{
    const uint64_t seed = job->study->seed;
    enum cs_status st = CS_OK;
    struct cs_codes own = { 0 };
    struct cs_rng rng;

    CS_TRY(own_columns(&own, job));
    CS_TRY(make_generator(job));
    struct cs_progress_piece first = { &job->monitor.progress, 0, 0.7 };
    struct cs_progress_piece second = { &job->monitor.progress, 0.7, 1 };
    struct cs_progress fitting = cs_progress_of(&first),
                       training = cs_progress_of(&second);
    cs_rng_init_labelled(&rng, seed, by_party(job, "train a", "train b"));
    if (job->study->generator.train_on != CS_TRAIN_ON_ROWS)
        CS_TRY(fit_once(job, &own, &rng, &fitting));
    cs_rng_init_labelled(&rng, seed, by_party(job, "remember a", "remember b"));
    CS_TRY(cs_generator_remember(job->trained, &own, &rng));
    CS_TRY(cs_train(job->trained, &job->table->codes, job->study, job->plan, job->n_rows,
                    &job->openings, &job->checkpoint, &job->secret, job->channel,
                    &training, job->fault, job->node.party));
out:
    cs_codes_wipe(&own);
    return st;
}

enum cs_status cs_stage_judge(struct cs_job *job)
{
    const enum cs_party party = job->node.party;
    const struct cs_noisy noisy = { job->study, job->plan, job->cells };
    enum cs_status st = CS_OK;
    struct cs_codes own = { 0 };
    struct cs_rng rng;

    CS_TRY(own_columns(&own, job));
    cs_rng_init_labelled(&rng, job->study->seed, by_party(job, "judge a", "judge b"));
    const struct cs_evidence evidence = { &noisy, &job->targets, &own, party };
    job->generator = job->trained;
    job->trained = NULL;
    CS_TRY(cs_judge(&job->judgements[party], &job->generator,
                    job->plan->training[party].enabled, &job->before, &evidence, &rng));
    CS_TRY(cs_verdicts_swap(job->judgements, job->channel, party));
out:
    cs_codes_wipe(&own);
    return st;
}

/* As many candidates as people at this party, with the labels of these. */
enum cs_status cs_stage_propose(struct cs_job *job)
{
    const enum cs_party party = job->node.party;
    const struct cs_schema *schema = &job->study->schema;
    const struct cs_presence *people = &job->targets.people;
    const size_t n_own = cs_presence_at(people, party);
    const size_t n_theirs = cs_presence_at(people, !party);
    enum cs_status st = CS_OK;
    struct cs_codes own = { 0 }, label = { 0 };
    struct cs_rng rng;

    CS_TRY(cs_codes_init(&own, n_own, schema->n_order[party]));
    CS_TRY(cs_codes_init(&label, n_own, 1));
    own_column(label.code, job, party == CS_A ? job->study->arm : job->study->conversion);
    cs_rng_init_labelled(&rng, job->study->seed, by_party(job, "propose a", "propose b"));
    CS_TRY(cs_generator_sample(job->generator, &own, label.code, &rng));
    CS_TRY(cs_propose(job->candidates, &own, n_theirs, schema, party, job->channel));
out:
    cs_codes_wipe(&label);
    cs_codes_wipe(&own);
    return st;
}
