/* fit and refit: the population that agrees with the noisy tables, the same at both. */
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

enum cs_status cs_stage_fit(struct cs_job *job)
{
    const struct cs_noisy noisy = { job->study, job->plan, job->cells };
    struct cs_known known = { .learned = NULL };
    enum cs_status st = CS_OK;
    struct cs_codes independent = { 0 };
    struct cs_rng rng;

    if (cs_start_given(job)) {
        CS_TRY(cs_start_people(job));
        known.prior = &job->prior;
    }
    CS_TRY(cs_targets_make(&job->targets, &noisy, CS_LEARN_ROWS_MAX, &known, job->fault));
    CS_TRY(cs_codes_init(&independent, cs_presence_all(&job->targets.people),
                         job->targets.n_columns));
    cs_rng_init_labelled(&rng, job->study->seed, "independent candidates");
    cs_targets_draw(&independent, &job->targets, &rng);
    if (cs_start_given(job))
        cs_prior_mix(&independent, &job->prior, &rng);
    CS_TRY(fit(&job->first, &job->fitted[0], &job->targets, &independent, &independent,
               "fit", job));
out:
    cs_codes_wipe(&independent);
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

    CS_TRY(cs_targets_make(&job->refined, &noisy, CS_FIT_ROWS_MAX, &known, job->fault));
    CS_TRY(fit(&job->population, &job->fitted[1], &job->refined, &job->candidates[CS_A],
               &job->candidates[CS_B], "refit", job));
    CS_TRY(cs_order_rows(&job->population, &job->refined.people));
    CS_TRY(cs_propose_agree(job->population_digest, &job->population, job->channel,
                            job->fault));
out:
    return st;
}
