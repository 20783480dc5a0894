/* stages.h: the stages of a run, one file each (stage_<name>.c); job.c has their order.
 */
#ifndef CS_PARTY_STAGES_H
#define CS_PARTY_STAGES_H

#include "party/job.h"

CS_MUST_USE enum cs_status cs_stage_load(struct cs_job *job);
CS_MUST_USE enum cs_status cs_stage_hello(struct cs_job *job);
CS_MUST_USE enum cs_status cs_stage_link(struct cs_job *job);
CS_MUST_USE enum cs_status cs_stage_measure(struct cs_job *job);
CS_MUST_USE enum cs_status cs_stage_fit(struct cs_job *job);
CS_MUST_USE enum cs_status cs_stage_train(struct cs_job *job);
CS_MUST_USE enum cs_status cs_stage_judge(struct cs_job *job);
CS_MUST_USE enum cs_status cs_stage_propose(struct cs_job *job);
CS_MUST_USE enum cs_status cs_stage_refit(struct cs_job *job);
CS_MUST_USE enum cs_status cs_stage_emit(struct cs_job *job);
CS_MUST_USE enum cs_status cs_stage_report(struct cs_job *job);
CS_MUST_USE enum cs_status cs_stage_publish(struct cs_job *job);

/* Not of a run: says on standard output what a run would do with what load has read. */
CS_MUST_USE enum cs_status cs_stage_check(struct cs_job *job);

#endif
