/* resume.h: a run that did not end goes on (protocol/checkpoint.h), told the operator.
 *
 * What makes it the same run is its binding: study, party, both keys, the data file, the
 * people it is about, and the version of cosynth.
 *
 *   Errors     those of party/checkpoint_file.h and protocol/checkpoint.h, with words
 */
#ifndef CS_PARTY_RESUME_H
#define CS_PARTY_RESUME_H

#include "party/job.h"

/* In hello, before the peer is called: opens what was kept, or gives it up if the
 * operator says so. */
CS_MUST_USE enum cs_status cs_resume_open(struct cs_job *job);

/* For who only asks, after load: whether a run of this job is kept that goes on, and is
 * paid for. Refuses what cs_resume_open would; changes nothing. */
CS_MUST_USE enum cs_status cs_resume_look(bool *goes_on, const struct cs_job *job);

/* Then: agrees with the peer on the run, and on what is done already. */
CS_MUST_USE enum cs_status cs_resume_agree(struct cs_job *job);

/* Whether the run was begun by an earlier session; how many there are with this one. */
bool cs_resume_goes_on(const struct cs_job *job);
uint32_t cs_resume_sessions(const struct cs_job *job);

/* Before the charge: from here on the run is known under its identity. */
CS_MUST_USE enum cs_status cs_resume_begin(struct cs_job *job);

/* Whether the outputs are there since an earlier session, and no peer came (st) that may
 * not have its own yet. */
bool cs_resume_is_needless(const struct cs_job *job, enum cs_status st);

/* Whether to begin once more: the peer was lost (st), after both had agreed on the run
 * and this node kept of it what it needs. Not between two processes of one host. */
bool cs_resume_is_due(const struct cs_job *job, enum cs_status st);

/* Whether what the run failed with (st) comes again however often it goes on: it follows
 * from what was measured. */
bool cs_resume_is_vain(const struct cs_job *job, enum cs_status st);

/* The run is over: nothing is kept any more. */
CS_MUST_USE enum cs_status cs_resume_end(struct cs_job *job);

/* What CS_STEP_RUN holds, for `cosynth status`. */
#define CS_RESUME_NAME_BYTES 64
struct cs_resume_run {
    uint8_t run_id[CS_RUN_ID_BYTES];
    int64_t begun; /* seconds since 1970, UTC */
    char study[CS_RESUME_NAME_BYTES];
};

/* *found: whether a run was begun. */
CS_MUST_USE enum cs_status cs_resume_read(bool *found, struct cs_resume_run *run,
                                          const struct cs_checkpoint_file *file);

#endif
