/* link: who stands in which row; then the plan, which needs the numbers of rows, and its
 * charge: whatever is released follows later. */
#include <string.h>

#include "party/stages.h"
#include "protocol/align.h"

/* The parties' arithmetic may differ in a last bit; the plan is rounded so that it does
 * not matter, and compared to be sure. */
static enum cs_status agree_on_plan(struct cs_job *job)
{
    uint8_t theirs[CS_DIGEST_BYTES];
    const enum cs_status st = cs_channel_swap(job->channel, CS_FRAME_DIGEST,
                                              job->plan->digest, theirs, sizeof theirs);

    if (st == CS_OK && memcmp(theirs, job->plan->digest, sizeof theirs) != 0)
        return cs_fault_say(
            job->fault, CS_DISAGREE,
            "the two nodes made different plans of the same study; run the "
            "same version of cosynth at both");
    return st;
}

static enum cs_status charge(struct cs_job *job)
{
    const struct cs_ledger_charge all = { .party = job->node.party,
                                          .data_set = job->data_set,
                                          .study = job->study,
                                          .plan = job->plan };

    return cs_ledger_charge(job->ledger, &all, job->fault);
}

enum cs_status cs_stage_link(struct cs_job *job)
{
    enum cs_status st = CS_OK;

    CS_TRY(cs_align((const uint8_t(*)[CS_ID_BYTES])job->table->ids.digest[0],
                    job->table->codes.n_rows, job->node.party, &job->secret, job->channel,
                    job->fault));
    CS_TRY(cs_plan_make(&job->plan, job->study, job->n_rows, job->fault));
    CS_TRY(agree_on_plan(job));
    CS_TRY(charge(job));
out:
    return st;
}
