/* hello: the sealed channel, and that both sides mean the same run. */
#include "party/doctor.h"
#include "party/resume.h"
#include "party/stages.h"
#include "protocol/channel_nng.h"
#include "protocol/hello.h"

enum { MS = 1000 };

static enum cs_status join(struct cs_job *job)
{
    const enum cs_party party = job->node.party;
    const bool listens = job->node.listen != NULL;
    const bool on_one_host = job->options->address != NULL; /* no cable is cut there */
    const struct cs_nng_options options = {
        .url = on_one_host ? job->options->address
               : listens   ? job->node.listen
                           : job->node.connect,
        .is_listener = listens,
        .identity = &job->self,
        .peer_fingerprint = job->study->fingerprint[!party],
        .join_ms = job->node.wait_seconds * MS,
        .timeout_ms = job->node.timeout_seconds * MS,
        .reconnect_ms = on_one_host ? 0 : job->node.reconnect_seconds * MS,
    };

    return cs_channel_nng_join(&job->channel, &options, job->fault);
}

enum cs_status cs_stage_hello(struct cs_job *job)
{
    const enum cs_party party = job->node.party;
    const struct cs_hello hello = {
        .party = party,
        .digest = job->study->digest,
        .canonical = job->study->canonical,
        .n_rows = job->table->codes.n_rows,
    };
    enum cs_status st = CS_OK;
    uint64_t peer_rows = 0;

    CS_TRY(cs_doctor_memory_of_run(job));
    CS_TRY(cs_resume_open(job));
    if (job->channel == NULL)
        CS_TRY(join(job));
    job->monitor.channel = job->channel;
    cs_interrupt_tell(&job->interrupt, job->channel);
    cs_channel_stage(job->channel, "hello");
    CS_TRY(cs_hello(&peer_rows, &hello, job->channel, job->fault));
    job->n_rows[party] = hello.n_rows;
    job->n_rows[!party] = peer_rows;
    CS_TRY(cs_resume_agree(job));
    cs_log_run(&job->monitor.log, job->checkpoint.run_id);
out:
    return st;
}
