/* train and propose: this party's generator, first on the fitted population, which is
 * private already, then on real rows in federated rounds; and candidate rows from it. */
#include <string.h>

#include "party/stages.h"
#include "protocol/train.h"

/* This party's columns of a population, in the order of its file. */
static enum cs_status own_columns(struct cs_codes *own, const struct cs_codes *population,
                                  const struct cs_schema *schema, enum cs_party party)
{
    const enum cs_status st =
        cs_codes_init(own, population->n_rows, schema->n_order[party]);

    for (size_t i = 0; st == CS_OK && i < schema->n_order[party]; i++)
        memcpy(cs_codes_column(own, i),
               cs_codes_column(population, schema->order[party][i]), population->n_rows);
    return st;
}

enum cs_status cs_stage_train(struct cs_job *job)
{
    const enum cs_party party = job->node.party;
    enum cs_status st = CS_OK;
    struct cs_codes own = { 0 };
    struct cs_rng rng;

    CS_TRY(own_columns(&own, &job->first, &job->study->schema, party));
    CS_TRY(cs_generator_new(&job->generator, job->study, party));
    cs_rng_init_labelled(&rng, job->study->seed, party == CS_A ? "train a" : "train b");
    struct cs_progress_piece first = { &job->monitor.progress, 0, 0.7 };
    struct cs_progress_piece second = { &job->monitor.progress, 0.7, 1 };
    struct cs_progress fitting = cs_progress_of(&first),
                       training = cs_progress_of(&second);
    CS_TRY(cs_generator_fit(job->generator, &own, &rng, &fitting));
    CS_TRY(cs_train(job->generator, &job->table->codes, job->study, job->plan,
                    job->n_rows, &job->openings, &job->secret, job->channel, &training,
                    job->fault, party));
out:
    cs_codes_wipe(&own);
    return st;
}

/* As many candidates as people, with the labels of the fitted population. */
enum cs_status cs_stage_propose(struct cs_job *job)
{
    const enum cs_party party = job->node.party;
    const size_t label = party == CS_A ? job->study->arm : job->study->conversion;
    enum cs_status st = CS_OK;
    struct cs_codes own = { 0 };
    struct cs_rng rng;

    CS_TRY(cs_codes_init(&own, job->first.n_rows, job->study->schema.n_order[party]));
    cs_rng_init_labelled(&rng, job->study->seed,
                         party == CS_A ? "propose a" : "propose b");
    CS_TRY(cs_generator_sample(job->generator, &own, cs_codes_column(&job->first, label),
                               &rng));
    CS_TRY(cs_propose(job->candidates, &own, &job->study->schema, party, job->channel));
out:
    cs_codes_wipe(&own);
    return st;
}
