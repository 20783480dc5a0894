#include "party/resume.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "crypto/bytes.h"
#include "party/version.h"

enum { RUN_BYTES = CS_RUN_ID_BYTES + 8 + CS_RESUME_NAME_BYTES };

/* ---- which run it is --------------------------------------------------------------- */

static void put_run(uint8_t bytes[RUN_BYTES], const struct cs_job *job)
{
    memset(bytes, 0, RUN_BYTES);
    memcpy(bytes, job->checkpoint.run_id, CS_RUN_ID_BYTES);
    cs_bytes_put(bytes + CS_RUN_ID_BYTES, (uint64_t)time(NULL), 8);
    snprintf((char *)bytes + CS_RUN_ID_BYTES + 8, CS_RESUME_NAME_BYTES, "%s",
             job->study->name);
}

enum cs_status cs_resume_read(bool *found, struct cs_resume_run *run,
                              const struct cs_checkpoint_file *file)
{
    const struct cs_checkpoint checkpoint = { .store = cs_checkpoint_file_store(file) };
    uint8_t bytes[RUN_BYTES];
    enum cs_status st;

    CS_TRY(cs_checkpoint_recall(found, &checkpoint, CS_STEP_RUN, 0, bytes, sizeof bytes));
    if (!*found)
        return CS_OK;
    memcpy(run->run_id, bytes, CS_RUN_ID_BYTES);
    run->begun = (int64_t)cs_bytes_get(bytes + CS_RUN_ID_BYTES, 8);
    memcpy(run->study, bytes + CS_RUN_ID_BYTES + 8, CS_RESUME_NAME_BYTES);
    run->study[CS_RESUME_NAME_BYTES - 1] = '\0';
out:
    return st;
}

static void bind(uint8_t binding[CS_BINDING_BYTES], const struct cs_job *job)
{
    const uint8_t party = (uint8_t)job->node.party;
    crypto_generichash_state hash;

    crypto_generichash_init(&hash, NULL, 0, CS_BINDING_BYTES);
    crypto_generichash_update(&hash, (const uint8_t *)CS_VERSION, sizeof CS_VERSION);
    crypto_generichash_update(&hash, &party, 1);
    crypto_generichash_update(&hash, job->study->digest, sizeof job->study->digest);
    crypto_generichash_update(&hash, job->study->fingerprint[0],
                              2 * CS_FINGERPRINT_BYTES);
    crypto_generichash_update(&hash, job->rows_digest, sizeof job->rows_digest);
    crypto_generichash_update(&hash, job->data_set, sizeof job->data_set);
    crypto_generichash_final(&hash, binding, CS_BINDING_BYTES);
}

/* ---- of a job ---------------------------------------------------------------------- */

enum cs_status cs_resume_open(struct cs_job *job)
{
    uint8_t binding[CS_BINDING_BYTES];
    enum cs_status st = CS_OK;

    if (job->options->forgets)
        return CS_OK;
    if (job->options->fresh)
        CS_TRY(cs_checkpoint_file_give_up(job->node.output, job->fault));
    bind(binding, job);
    CS_TRY(cs_checkpoint_file_open(&job->kept, job->node.output, &job->self, binding,
                                   &job->secret, job->fault));
    job->n_before = (uint32_t)cs_checkpoint_file_count(job->kept, CS_STEP_RUN);
    if (cs_resume_goes_on(job))
        cs_monitor_say(&job->monitor, "a run of this study did not end; it goes on");
out:
    return st;
}

enum cs_status cs_resume_look(bool *goes_on, const struct cs_job *job)
{
    struct cs_checkpoint_file *file = NULL;
    uint8_t binding[CS_BINDING_BYTES];
    enum cs_status st = CS_OK;

    bind(binding, job);
    CS_TRY(cs_checkpoint_file_open(&file, job->node.output, &job->self, binding, NULL,
                                   job->fault));
    *goes_on = cs_checkpoint_file_count(file, CS_STEP_RUN) > 0;
out:
    cs_checkpoint_file_free(file);
    return st;
}

enum cs_status cs_resume_agree(struct cs_job *job)
{
    struct cs_resume_run run;
    bool found = false;
    enum cs_status st = CS_OK;

    if (job->kept != NULL)
        CS_TRY(cs_resume_read(&found, &run, job->kept));
    CS_TRY(cs_checkpoint_agree(
        &job->checkpoint, job->kept == NULL ? NULL : cs_checkpoint_file_store(job->kept),
        found ? run.run_id : NULL, &job->secret, job->channel, job->fault));
out:
    return st;
}

bool cs_resume_goes_on(const struct cs_job *job)
{
    return job->n_before > 0;
}

uint32_t cs_resume_sessions(const struct cs_job *job)
{
    return job->n_before + 1;
}

enum cs_status cs_resume_begin(struct cs_job *job)
{
    uint8_t bytes[RUN_BYTES];

    put_run(bytes, job);
    return cs_checkpoint_keep(&job->checkpoint, CS_STEP_RUN, job->n_before, bytes,
                              sizeof bytes);
}

bool cs_resume_is_needless(const struct cs_job *job, enum cs_status st)
{
    return st == CS_TIMEOUT && job->channel == NULL && job->kept != NULL &&
           cs_checkpoint_file_count(job->kept, CS_STEP_PUBLISHED) > 0;
}

bool cs_resume_is_due(const struct cs_job *job, enum cs_status st)
{
    const bool on_one_host =
        job->options->address != NULL || job->options->channel != NULL;
    const bool agreed =
        !sodium_is_zero(job->checkpoint.session, sizeof job->checkpoint.session);

    return (st == CS_CLOSED || st == CS_TIMEOUT) && agreed && job->kept != NULL &&
           job->node.reconnect_seconds > 0 && !on_one_host;
}

bool cs_resume_is_vain(const struct cs_job *job, enum cs_status st)
{
    return (st == CS_CONFIG || st == CS_INPUT) && job->kept != NULL &&
           cs_checkpoint_file_count(job->kept, CS_STEP_CELLS) > 0;
}

enum cs_status cs_resume_end(struct cs_job *job)
{
    return job->kept == NULL ? CS_OK : cs_checkpoint_file_remove(job->kept);
}
