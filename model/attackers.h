/* attackers.h: scores that attackers give to people, some of whom were in the real file
 * and some in the holdout alone: the surer of a member, the higher.
 *
 * All attackers have the synthetic file; those that compare with others have a part of
 * the holdout whose people they are not asked about.
 *
 *   CS_GAN_LEAKS  how near a synthetic row is: minus the distance (Chen et al.,
 *                 "GAN-Leaks: A Taxonomy of Membership Inference Attacks against
 *                 Generative Models", 2020, with a full black box)
 *   CS_DCR_DIFF   by how much nearer a synthetic row is than one of others; GAN-leaks
 *                 calibrated, as they have it too, ranks people just so
 *   CS_DOMIAS     how much denser synthetic rows are here than those of others: the
 *                 logarithm of the quotient of two kernel densities (van Breugel et al.,
 *                 "Membership Inference Attacks against Synthetic Data through
 *                 Overfitting Detection", 2023)
 *
 *   Ownership  cs_suspects_wipe frees; may be called on zeros
 *   Errors     CS_MEMORY, and what the progress returns
 *   Secrecy    scores are of rows; wiped
 */
#ifndef CS_MODEL_ATTACKERS_H
#define CS_MODEL_ATTACKERS_H

#include "crypto/progress.h"
#include "model/compared.h"
#include "model/workers.h"

enum cs_attacker { CS_GAN_LEAKS, CS_DCR_DIFF, CS_DOMIAS };
#define CS_ATTACKERS 3u

/* Of members, and of others as many. */
#define CS_SUSPECTS_MAX 4000u

struct cs_suspects {
    size_t n;                     /* half of them members; 0 of too small a holdout */
    bool *is_member;              /* (n) [secret] */
    double *scores[CS_ATTACKERS]; /* (n) [secret] */
};

CS_MUST_USE enum cs_status cs_suspects_score(struct cs_suspects *suspects,
                                             const struct cs_compared *compared,
                                             uint64_t seed, struct cs_workers *workers,
                                             const struct cs_progress *progress);
void cs_suspects_wipe(struct cs_suspects *suspects);

#endif
