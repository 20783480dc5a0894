/* train.h: the federated rounds of fine-tuning on real rows (McMahan et al.,
 * "Communication-Efficient Learning of Deep Networks from Decentralized Data", 2017,
 * algorithm 1, with DP-SGD as the local step).
 *
 * A round: remember the federated blocks; some steps of DP-SGD on this party's rows;
 * average the change of the federated blocks over the parties, weighted by their numbers
 * of rows (protocol/average.h); add the average to what was remembered. Blocks that only
 * this party has keep their own steps, and so does everything if the study says
 * `federate: false` or a party does not train.
 *
 * In an unprotected study the steps are plain ones, as many as the recipe has.
 *
 * What a party trained in a round is kept (protocol/checkpoint.h) before any of it is
 * averaged. A run that goes on trains no round again that was kept: both begin with the
 * last round that both have, and average what they had trained. Whoever has later rounds
 * too uses them when their turn comes.
 *
 *   Privacy   spends what the plan charged for this party's training: plan->training
 *   Errors    CS_CONFIG: the noise is too large, with words. Training that diverges is no
 *             error: such a change is not given away, and candidates are judged
 */
#ifndef CS_PROTOCOL_TRAIN_H
#define CS_PROTOCOL_TRAIN_H

#include "crypto/progress.h"
#include "model/generator.h"
#include "model/plan.h"
#include "protocol/checkpoint.h"
#include "protocol/reveal.h"

/* rows are this party's, n_rows both parties' numbers of them. Both parties call it. */
CS_MUST_USE enum cs_status
cs_train(struct cs_generator *generator, const struct cs_codes *rows,
         const struct cs_study *study, const struct cs_plan *plan,
         const size_t n_rows[static 2], struct cs_openings *openings,
         const struct cs_checkpoint *checkpoint, struct cs_rng *secret,
         struct cs_channel *channel, const struct cs_progress *progress,
         struct cs_fault *fault, enum cs_party party);

#endif
