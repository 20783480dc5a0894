/* fit and refit: the population that agrees with the noisy tables, the same at both. */
#include <stdlib.h>
#include <string.h>

#include "model/order.h"
#include "party/stages.h"
#include "party/start.h"

/* A population of the targets' size, fitted from the candidates; how it went in result.
 */
static enum cs_status fit(struct cs_codes *population, struct cs_fit_result *result,
                          const struct cs_targets *targets, const struct cs_codes *a,
                          const struct cs_codes *b, const char *label, struct cs_job *job)
{
    struct cs_fit_input input = cs_targets_fit_input(targets);
    enum cs_status st = CS_OK;

    input.candidates[CS_A] = a;
    input.candidates[CS_B] = b;
    input.seed = job->study->seed;
    input.label = label;
    input.curve = cs_job_curve(job);
    CS_TRY(
        cs_codes_init(population, cs_presence_all(&targets->people), targets->n_columns));
    CS_TRY(cs_fit(population, result, &input, &job->monitor.progress));
out:
    return st;
}

/* A population as it is kept: how it was fitted, then its codes. */
static enum cs_status keep_population(enum cs_step step,
                                      const struct cs_codes *population,
                                      const struct cs_fit_result *result,
                                      const struct cs_checkpoint *checkpoint)
{
    const size_t n_codes = population->n_rows * population->n_columns;
    const size_t n_bytes = sizeof *result + n_codes;
    uint8_t *bytes = malloc(n_bytes);

    if (bytes == NULL)
        return CS_MEMORY;
    memcpy(bytes, result, sizeof *result);
    memcpy(bytes + sizeof *result, population->code, n_codes);
    const enum cs_status st = cs_checkpoint_keep(checkpoint, step, 0, bytes, n_bytes);
    free(bytes);
    return st;
}

/* *found: whether it was kept, then population has it. */
static enum cs_status recall_population(bool *found, enum cs_step step,
                                        struct cs_codes *population,
                                        struct cs_fit_result *result,
                                        const struct cs_targets *targets,
                                        const struct cs_checkpoint *checkpoint)
{
    const size_t n_rows = cs_presence_all(&targets->people);
    const size_t n_codes = n_rows * targets->n_columns;
    uint8_t *bytes = malloc(sizeof *result + n_codes);
    enum cs_status st = CS_MEMORY;

    if (bytes == NULL)
        goto out;
    CS_TRY(cs_checkpoint_recall(found, checkpoint, step, 0, bytes,
                                sizeof *result + n_codes));
    if (!*found)
        goto out;
    CS_TRY(cs_codes_init(population, n_rows, targets->n_columns));
    memcpy(result, bytes, sizeof *result);
    memcpy(population->code, bytes + sizeof *result, n_codes);
out:
    free(bytes);
    return st;
}

static enum cs_status fit_first(struct cs_job *job)
{
    struct cs_codes independent = { 0 };
    enum cs_status st = CS_OK;
    struct cs_rng rng;

    CS_TRY(cs_codes_init(&independent, cs_presence_all(&job->targets.people),
                         job->targets.n_columns));
    cs_rng_init_labelled(&rng, job->study->seed, "independent candidates");
    cs_targets_draw(&independent, &job->targets, &rng);
    if (cs_start_given(job))
        cs_prior_mix(&independent, &job->prior, &rng);
    CS_TRY(fit(&job->first, &job->fitted[0], &job->targets, &independent, &independent,
               "fit", job));
    CS_TRY(
        keep_population(CS_STEP_FITTED, &job->first, &job->fitted[0], &job->checkpoint));
out:
    cs_codes_wipe(&independent);
    return st;
}

enum cs_status cs_stage_fit(struct cs_job *job)
{
    const struct cs_noisy noisy = { job->study, job->plan, job->cells };
    struct cs_known known = { .learned = NULL };
    enum cs_status st = CS_OK;
    bool found;

    if (cs_start_given(job)) {
        CS_TRY(cs_start_people(job));
        known.prior = &job->prior;
    }
    CS_TRY(cs_targets_make(&job->targets, &noisy, CS_LEARN_ROWS_MAX, &known, job->fault));
    CS_TRY(recall_population(&found, CS_STEP_FITTED, &job->first, &job->fitted[0],
                             &job->targets, &job->checkpoint));
    if (!found)
        CS_TRY(fit_first(job));
out:
    return st;
}

static enum cs_status fit_people(struct cs_job *job)
{
    enum cs_status st = CS_OK;

    CS_TRY(fit(&job->population, &job->fitted[1], &job->refined, &job->candidates[CS_A],
               &job->candidates[CS_B], "refit", job));
    CS_TRY(cs_order_rows(&job->population, &job->refined.people));
    CS_TRY(keep_population(CS_STEP_POPULATION, &job->population, &job->fitted[1],
                           &job->checkpoint));
out:
    return st;
}

enum cs_status cs_stage_refit(struct cs_job *job)
{
    const struct cs_noisy noisy = { job->study, job->plan, job->cells };
    const struct cs_known known = {
        .learned = job->candidates,
        .prior = cs_start_given(job) ? &job->prior : NULL,
    };
    enum cs_status st = CS_OK;
    bool found = false;

    CS_TRY(cs_targets_make(&job->refined, &noisy, CS_FIT_ROWS_MAX, &known, job->fault));
    if (cs_checkpoint_is_common(&job->checkpoint, CS_STEP_POPULATION))
        CS_TRY(recall_population(&found, CS_STEP_POPULATION, &job->population,
                                 &job->fitted[1], &job->refined, &job->checkpoint));
    if (!found)
        CS_TRY(fit_people(job));
    CS_TRY(cs_propose_agree(job->population_digest, &job->population, job->channel,
                            job->fault));
out:
    return st;
}
