/* revive.h: the generator of a saved model, as it was when it was saved.
 *
 *   Errors     CS_MEMORY; CS_INPUT with words if the model lacks weights, which is seen
 *              before memory is taken for them
 *   Ownership  the generator borrows the model's study
 */
#ifndef CS_PARTY_REVIVE_H
#define CS_PARTY_REVIVE_H

#include "model/generator.h"
#include "party/saved.h"

/* It remembers the synthetic people at its party. The workers are borrowed for its life.
 */
CS_MUST_USE enum cs_status cs_revive(struct cs_generator **generator,
                                     const struct cs_saved *saved,
                                     struct cs_workers *workers, struct cs_fault *fault);

#endif
