/* start.h: `generator.start`: a run that begins with what another has learned.
 *
 * The saved model (party/saved.h) gives two things: its weights to this party's
 * generator, and its synthetic people to the fits, which draw noisy cells towards what
 * they say and take candidates from them (model/transfer.h). Both parties must hold the
 * same people: the digest of what follows from them is compared.
 *
 *   Path       `{party}` in it is a or b; relative to the folder of the node file
 *   Errors     those of cs_saved_read; CS_CONFIG for a model that was made without
 *              privacy, unless this study is; CS_DISAGREE if the parties' models are not
 *              of one run; with words. Without a start nothing is done
 *   Privacy    the model is a private result of its own study, with its own budget
 */
#ifndef CS_PARTY_START_H
#define CS_PARTY_START_H

#include "party/job.h"

/* Reads the model: in load, before anything is spent. */
CS_MUST_USE enum cs_status cs_start_read(struct cs_job *job);

/* Its people as this study sees them, and whether the peer sees the same. */
CS_MUST_USE enum cs_status cs_start_people(struct cs_job *job);

/* Its weights, into the generator. */
void cs_start_weights(struct cs_job *job);

static inline bool cs_start_given(const struct cs_job *job)
{
    return job->start.study != NULL;
}

#endif
