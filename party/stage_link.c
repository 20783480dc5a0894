/* link: who stands in which row, or, privately, shares of that; before it the plan, which
 * needs the numbers of rows, and its charge: whatever is released follows later. */
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "crypto/secret.h"
#include "party/resume.h"
#include "party/stages.h"
#include "protocol/align.h"
#include "protocol/discoveries.h"
#include "protocol/link.h"

/* The parties' arithmetic may differ in a last bit; the plan is rounded so that it does
 * not matter, and compared to be sure, with the run that it is to be charged to. */
static enum cs_status agree_on_plan(struct cs_job *job)
{
    const struct cs_checkpoint *run = &job->checkpoint;
    uint8_t digest[CS_AGREED_BYTES];
    crypto_generichash_state hash;

    crypto_generichash_init(&hash, NULL, 0, sizeof digest);
    crypto_generichash_update(&hash, job->plan->digest, sizeof job->plan->digest);
    crypto_generichash_update(&hash, run->run_id, sizeof run->run_id);
    crypto_generichash_update(&hash, run->session, sizeof run->session);
    crypto_generichash_final(&hash, digest, sizeof digest);
    return cs_channel_agree(job->channel, digest,
                            "the two nodes made different plans of the same study, or "
                            "take it for different runs; run the same version of cosynth "
                            "at both",
                            job->fault);
}

/* What both can pay is agreed on, and paid: a party whose limit does not allow the plan
 * ends before the other is charged. */
static enum cs_status agree_and_charge(struct cs_job *job)
{
    const struct cs_ledger_charge all = cs_job_charge(job, job->plan);
    enum cs_status st = CS_OK;

    if (!cs_resume_goes_on(job)) /* else it is paid for, or just not yet */
        CS_TRY(cs_ledger_allows(job->ledger, &all, job->fault));
    CS_TRY(agree_on_plan(job));
    CS_TRY(cs_ledger_check_run(job->ledger, &all, job->fault));
    CS_TRY(cs_resume_begin(job));
    CS_TRY(cs_ledger_charge(&job->charged, job->ledger, &all, job->fault));
    cs_journal_charged(&job->journal, job->plan->epsilon_spent);
    if (job->charged.before)
        cs_monitor_say(&job->monitor, "ledger: this run has been paid for before");
out:
    return st;
}

/* A's identifiers one after another, or the one that each person of B answers to. */
static enum cs_status gather_ids(uint8_t (**id)[CS_ID_BYTES], const struct cs_job *job)
{
    const struct cs_ids *ids = &job->table->ids;
    const size_t n = job->table->codes.n_rows;
    uint8_t(*made)[CS_ID_BYTES] = calloc(n * ids->n, sizeof *made);

    if (made == NULL)
        return CS_MEMORY;
    if (job->node.party == CS_A)
        for (size_t k = 0; k < ids->n; k++)
            memcpy(made[k * n], ids->digest[k], n * sizeof *made);
    else
        for (size_t row = 0; row < n; row++) {
            const uint8_t *first = cs_ids_first(ids, row);

            if (first != NULL)
                memcpy(made[row], first, sizeof *made);
        }
    *id = made;
    return CS_OK;
}

/* B's codes of everybody, as words. */
static enum cs_status pack(uint64_t **payload, const struct cs_payload *layout,
                           const struct cs_job *job)
{
    const struct cs_codes *codes = &job->table->codes;
    uint64_t *made = calloc(codes->n_rows * layout->n_words, sizeof *made);

    if (made == NULL)
        return CS_MEMORY;
    for (size_t row = 0; row < codes->n_rows; row++)
        cs_payload_pack(made + row * layout->n_words, layout, &job->study->schema, codes,
                        row);
    *payload = made;
    return CS_OK;
}

static enum cs_status link_privately(struct cs_job *job, const struct cs_payload *layout)
{
    const size_t n_ids = job->table->ids.n;
    const size_t n = job->table->codes.n_rows;
    enum cs_status st = CS_OK;
    uint8_t(*id)[CS_ID_BYTES] = NULL;
    uint64_t *payload = NULL;

    CS_TRY(gather_ids(&id, job));
    if (job->node.party == CS_B)
        CS_TRY(pack(&payload, layout, job));
    const struct cs_link_input input = {
        .party = job->node.party,
        .n_rows = { job->n_rows[CS_A], job->n_rows[CS_B] },
        .n_ids = n_ids,
        .id = (const uint8_t(*)[CS_ID_BYTES])id,
        .n_words = layout->n_words,
        .payload = payload,
        .ot_k = job->study->ot_k,
    };
    CS_TRY(cs_link(&job->linked, &input, &job->secret, job->channel,
                   &job->monitor.progress, job->fault));
out:
    cs_wipe_free(id, n * n_ids * sizeof *id);
    cs_wipe_free(payload, n * layout->n_words * sizeof *payload);
    return st;
}

/* Not again if both have the shares of an earlier session, or what comes out of them. */
static enum cs_status link_once(struct cs_job *job)
{
    const struct cs_checkpoint *checkpoint = &job->checkpoint;
    struct cs_payload layout;
    enum cs_status st = CS_OK;
    uint8_t *bytes = NULL;
    size_t n_bytes = 0;

    if (cs_checkpoint_is_common(checkpoint, CS_STEP_SHARES) ||
        cs_checkpoint_is_common(checkpoint, CS_STEP_CELLS))
        return CS_OK;
    cs_payload_init(&layout, &job->study->schema);
    if (cs_checkpoint_is_common(checkpoint, CS_STEP_LINKED)) {
        CS_TRY(
            cs_checkpoint_recall_some(&bytes, &n_bytes, checkpoint, CS_STEP_LINKED, 0));
        CS_TRY(cs_linked_unpack(&job->linked, bytes, n_bytes, layout.n_words,
                                job->node.party));
    } else {
        CS_TRY(link_privately(job, &layout));
        CS_TRY(cs_linked_pack(&bytes, &n_bytes, &job->linked));
        CS_TRY(cs_checkpoint_keep(checkpoint, CS_STEP_LINKED, 0, bytes, n_bytes));
    }
out:
    cs_wipe_free(bytes, n_bytes);
    return st;
}

/* Before the plan is made of them, and paid for. An honest peer whose rows are not as
 * many has found out by now where people are aligned. */
static enum cs_status check_rows(const struct cs_job *job)
{
    if (job->study->link == CS_LINK_PRIVATE)
        return cs_link_check_rows(job->n_rows, job->table->ids.n, job->fault);
    return job->n_rows[CS_A] == job->n_rows[CS_B]
               ? CS_OK
               : cs_channel_refuse(job->channel, "two numbers of rows");
}

enum cs_status cs_stage_link(struct cs_job *job)
{
    const bool aligned = job->study->link == CS_LINK_ALIGNED;
    enum cs_status st = CS_OK;

    if (aligned)
        CS_TRY(cs_align((const uint8_t(*)[CS_ID_BYTES])job->table->ids.digest[0],
                        job->table->codes.n_rows, job->node.party, &job->secret,
                        job->channel, job->fault));
    CS_TRY(check_rows(job));
    CS_TRY(cs_plan_make(&job->plan, job->study, job->n_rows, job->fault));
    CS_TRY(agree_and_charge(job));
    CS_TRY(cs_discoveries_make(&job->study->schema, job->plan, job->table,
                               &job->checkpoint, &job->secret, job->channel));
    CS_TRY(cs_densities_measure(&job->densities, &job->study->schema, job->plan,
                                job->table, &job->checkpoint, &job->secret,
                                job->channel));
    cs_table_encode(job->table, &job->study->schema);
    if (!aligned)
        CS_TRY(link_once(job));
out:
    return st;
}
