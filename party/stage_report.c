/* report and publish: the A/B report, the receipt and what is needed to make the report
 * again; then, when both parties have all their files, the files appear. */
#include <stdlib.h>
#include <string.h>

#include "crypto/sha256.h"
#include "party/measured.h"
#include "party/receipt.h"
#include "party/report.h"
#include "party/resume.h"
#include "party/stages.h"

static enum cs_status write_study(FILE *stream, const struct cs_job *job)
{
    fwrite(job->study_text, 1, job->study_bytes, stream);
    return CS_OK;
}

static enum cs_status write_measured(FILE *stream, const struct cs_job *job)
{
    return cs_measured_write(stream, job->study, job->plan, job->cells,
                             job->densities.given, job->judgements);
}

static enum cs_status write_receipt(FILE *stream, const struct cs_job *job)
{
    fwrite(job->receipt, 1, job->receipt_bytes, stream);
    return CS_OK;
}

/* Stages a file that `write` fills; write errors are found by the commit. */
static enum cs_status stage_file(struct cs_job *job, const char *name,
                                 enum cs_status (*write)(FILE *stream,
                                                         const struct cs_job *job))
{
    char path[CS_PATH_BYTES];
    struct cs_file file = { 0 };
    enum cs_status st = CS_OK;

    CS_TRY(cs_staging_add(path, &job->staging, name, job->fault));
    CS_TRY(cs_file_create(&file, path, job->fault));
    CS_TRY(write(file.stream, job));
    CS_TRY(cs_file_commit(&file, job->fault));
out:
    cs_file_discard(&file);
    return st;
}

/* What `write` writes, as text; the caller frees. */
static enum cs_status take_text(char **text, size_t *n_bytes,
                                enum cs_status (*write)(FILE *stream,
                                                        const struct cs_job *job),
                                const struct cs_job *job)
{
    FILE *stream = open_memstream(text, n_bytes);
    enum cs_status st = CS_MEMORY;

    if (stream == NULL)
        return CS_MEMORY;
    CS_TRY(write(stream, job));
out:
    if (fclose(stream) != 0 && st == CS_OK)
        st = CS_MEMORY;
    return st;
}

static enum cs_status stage_report(struct cs_job *job)
{
    struct cs_recorded recorded[2] = { { .is_there = false } };
    char path[CS_PATH_BYTES];
    enum cs_status st = CS_OK;
    struct cs_ab *ab = NULL;

    const struct cs_noisy noisy = { job->study, job->plan, job->cells };
    const struct cs_crowd crowd = { &job->population, &job->refined.people };
    CS_TRY(cs_ab_analyse(&ab, &noisy, job->densities.given, &crowd));
    CS_TRY(cs_recorded_read(&recorded[job->node.party], job->study, job->receipt,
                            job->receipt_bytes, "receipt.json", job->fault));
    const struct cs_report report = { job->study, ab, job->plan, job->judgements,
                                      recorded };
    CS_TRY(cs_staging_add(path, &job->staging, "report.txt", job->fault));
    CS_TRY(cs_staging_add(path, &job->staging, "report.json", job->fault));
    CS_TRY(cs_staging_add(path, &job->staging, "report.html", job->fault));
    CS_TRY(cs_report_write(job->staging.part, &report, job->fault));
out:
    cs_ab_free(ab);
    return st;
}

/* What both were told is the same: values that were found, shapes, tables, judgements. A
 * dialogue before this one need not notice that it is not. */
static enum cs_status agree_on_measured(struct cs_job *job)
{
    uint8_t digest[CS_SHA256_BYTES];
    enum cs_status st = CS_OK;
    size_t n_bytes = 0;
    char *text = NULL;

    CS_TRY(take_text(&text, &n_bytes, write_measured, job));
    CS_TRY(cs_sha256(digest, NULL, 0, text, n_bytes));
    CS_TRY(cs_channel_agree(job->channel, digest,
                            "the two nodes were told different results of one run; run "
                            "the same version of cosynth at both",
                            job->fault));
out:
    free(text);
    return st;
}

enum cs_status cs_stage_report(struct cs_job *job)
{
    enum cs_status st = CS_OK;

    CS_TRY(stage_file(job, "study.yaml", write_study));
    CS_TRY(stage_file(job, "measured.json", write_measured));
    CS_TRY(take_text(&job->receipt, &job->receipt_bytes, cs_receipt_write, job));
    CS_TRY(stage_file(job, "receipt.json", write_receipt));
    CS_TRY(stage_report(job));
    CS_TRY(agree_on_measured(job));
out:
    return st;
}

/* Waits until the peer is as far. */
static enum cs_status meet(struct cs_job *job)
{
    static const uint8_t here[1] = { 1 };
    uint8_t theirs[sizeof here];

    return cs_channel_swap(job->channel, CS_FRAME_BYE, here, theirs, sizeof here);
}

/* A peer that was lost before it had its outputs can only come to them with this node. */
static enum cs_status part(struct cs_job *job)
{
    if (meet(job) == CS_OK)
        return cs_resume_end(job);
    cs_monitor_say(&job->monitor,
                   "the outputs are complete; whether the peer has its own is not known: "
                   "if it has not, run again at both, which costs nothing");
    return CS_OK;
}

enum cs_status cs_stage_publish(struct cs_job *job)
{
    enum cs_status st = CS_OK;

    CS_TRY(meet(job));
    CS_TRY(cs_staging_publish(&job->staging, job->fault));
    CS_TRY(cs_checkpoint_keep(&job->checkpoint, CS_STEP_PUBLISHED, 0, NULL, 0));
    CS_TRY(part(job));
    if (job->study->unprotected)
        cs_monitor_mark(&job->monitor, CS_UNPROTECTED_MARK);
out:
    return st;
}
