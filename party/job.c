#include "party/job.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "party/resume.h"
#include "party/stages.h"

/* The run, top to bottom. Each stage reads what stands left of its arrow and sets what
 * stands right of it (see struct cs_job). */
/* clang-format off */
static const struct {
    const char *name;
    enum cs_status (*run)(struct cs_job *job);
} stages[] = {
    { "load",    cs_stage_load },    /* files                    -> the inputs, ledger       */
    { "hello",   cs_stage_hello },   /* study, self              -> channel, n_rows          */
    { "link",    cs_stage_link },    /* table, n_rows            -> plan, densities, linked  */
    { "measure", cs_stage_measure }, /* table, plan, linked      -> cells                    */
    { "fit",     cs_stage_fit },     /* cells                    -> targets, first           */
    { "train",   cs_stage_train },   /* first, table, plan       -> trained, before          */
    { "judge",   cs_stage_judge },   /* trained, cells, first    -> generator, judgements    */
    { "propose", cs_stage_propose }, /* generator                -> candidates               */
    { "refit",   cs_stage_refit },   /* cells, candidates        -> refined, population      */
    { "emit",    cs_stage_emit },    /* population, generator    -> rows and model, staged   */
    { "report",  cs_stage_report },  /* population, cells        -> reports, receipt, staged */
    { "publish", cs_stage_publish }, /* both parties are ready   -> the output folder        */
};
/* clang-format on */

enum { N_STAGES = sizeof stages / sizeof *stages, SESSIONS_MAX = 32 };

static void job_init(struct cs_job *job, const struct cs_job_options *options,
                     struct cs_fault *fault)
{
    memset(job, 0, sizeof *job);
    job->options = options;
    job->fault = fault;
    job->channel = options->channel;
    cs_staging_init(&job->staging);
    cs_journal_init(&job->journal);
    cs_monitor_init(&job->monitor, &options->log, "");
    cs_rng_init_random(&job->secret);
}

static void job_wipe(struct cs_job *job)
{
    cs_staging_discard(&job->staging);
    cs_journal_close(&job->journal);
    cs_ledger_free(job->ledger);
    cs_checkpoint_file_free(job->kept);
    cs_channel_free(job->channel);
    cs_table_free(job->table);
    cs_generator_free(job->trained);
    cs_generator_free(job->generator);
    cs_workers_free(job->workers);
    cs_kept_wipe(&job->before);
    cs_identity_wipe(&job->self);
    cs_rng_wipe(&job->secret);
    cs_codes_wipe(&job->candidates[0]);
    cs_codes_wipe(&job->candidates[1]);
    cs_codes_wipe(&job->first);
    cs_codes_wipe(&job->population);
    cs_targets_wipe(&job->targets);
    cs_targets_wipe(&job->refined);
    cs_prior_wipe(&job->prior);
    cs_saved_wipe(&job->start);
    cs_densities_wipe(&job->densities);
    cs_linked_wipe(&job->linked);
    cs_openings_wipe(&job->openings);
    cs_plan_free(job->plan);
    cs_study_free(job->study);
    cs_node_wipe(&job->node);
    free(job->cells);
    free(job->study_text);
    free(job->receipt);
}

const char *cs_job_stage(size_t i)
{
    return i < N_STAGES ? stages[i].name : NULL;
}

const struct cs_curve *cs_job_curve(const struct cs_job *job)
{
    const bool watched = job->monitor.journal != NULL;

    return watched && !job->study->unprotected ? &job->monitor.curve : NULL;
}

struct cs_ledger_charge cs_job_charge(const struct cs_job *job,
                                      const struct cs_plan *plan)
{
    return (struct cs_ledger_charge){ .party = job->node.party,
                                      .data_set = job->data_set,
                                      .run_id = job->checkpoint.run_id,
                                      .goes_on = cs_resume_goes_on(job),
                                      .study = job->study,
                                      .plan = plan,
                                      .limit = job->node.limit };
}

/* Tells the peer, if it still listens: the stage and the class, nothing of this host. */
static void abandon(struct cs_job *job, const char *stage, enum cs_status st)
{
    char words[128];

    if (job->channel == NULL || st == CS_ABORTED || st == CS_CLOSED)
        return;
    snprintf(words, sizeof words, "in stage %s: %s", stage, cs_status_text(st));
    cs_channel_abort(job->channel, st, words);
}

static enum cs_status run_stages(struct cs_job *job, size_t n_stages)
{
    enum cs_status st = CS_OK;

    for (size_t i = 0; i < n_stages && st == CS_OK; i++) {
        job->fault->stage = stages[i].name;
        cs_monitor_begin(&job->monitor, stages[i].name);
        st = stages[i].run(job);
        cs_monitor_end(&job->monitor, st == CS_OK);
        if (st == CS_OK)
            continue;
        cs_staging_discard(&job->staging); /* goes no further in a run that is stopped */
        abandon(job, stages[i].name, st);
    }
    return st;
}

/* One session of the run: until it ends, or the peer is lost; then *again. */
static enum cs_status run_session(bool *again, const struct cs_job_options *options,
                                  struct cs_fault *fault)
{
    struct cs_job job;
    enum cs_status st, noted;

    job_init(&job, options, fault);
    st = cs_interrupt_begin(&job.interrupt, &job.staging, fault);
    if (st == CS_OK) {
        st = run_stages(&job, N_STAGES);
        cs_staging_discard(&job.staging);
        cs_interrupt_end(&job.interrupt);
    }
    if (cs_resume_is_needless(&job, st)) {
        cs_monitor_say(&job.monitor, "the outputs are complete, and no peer came that "
                                     "would need this node");
        st = CS_OK;
    }
    *again = cs_resume_is_due(&job, st);
    if (*again)
        cs_monitor_say(&job.monitor,
                       "the peer was lost (%s); the run goes on when it is back",
                       cs_status_text(st));
    if (cs_resume_is_vain(&job, st) && cs_resume_end(&job) != CS_OK)
        cs_monitor_say(&job.monitor, "give the run up with --fresh");
    noted = cs_ledger_end(job.ledger, st != CS_OK ? fault->stage : NULL, fault);
    st = st != CS_OK ? st : noted;
    if (!*again)
        cs_monitor_exit(&job.monitor, st, fault);
    job_wipe(&job);
    return st;
}

enum cs_status cs_job_run(const struct cs_job_options *options, struct cs_fault *fault)
{
    struct cs_job_options session = *options;
    bool again = true;
    enum cs_status st = CS_OK;

    for (unsigned i = 0; i < SESSIONS_MAX && again; i++) {
        *fault = (struct cs_fault){ .stage = fault->stage };
        st = run_session(&again, &session, fault);
        session.fresh = false;
    }
    return st;
}

enum cs_status cs_job_look(const struct cs_job_options *options,
                           enum cs_status (*look)(struct cs_job *job, void *arg),
                           void *arg, struct cs_fault *fault)
{
    struct cs_job job;
    enum cs_status st;

    job_init(&job, options, fault);
    CS_TRY(run_stages(&job, 1));
    CS_TRY(look(&job, arg));
out:
    cs_monitor_exit(&job.monitor, st, fault);
    job_wipe(&job);
    return st;
}

static enum cs_status check(struct cs_job *job, void *arg)
{
    (void)arg;
    return cs_stage_check(job);
}

enum cs_status cs_job_check(const struct cs_job_options *options, struct cs_fault *fault)
{
    return cs_job_look(options, check, NULL, fault);
}
