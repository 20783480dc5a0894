/* fit_exact.h: the last step of a fit: among the people at both, arm x conversion is
 * brought to given counts, each time by the row that raises the energy least of some
 * found at random.
 *
 * Inside model/fit*.c alone.
 */
#ifndef CS_MODEL_FIT_EXACT_H
#define CS_MODEL_FIT_EXACT_H

#include "crypto/rng.h"
#include "model/fit_energy.h"

/* Brings the rows of energy to input->exact, which is not NULL. */
CS_MUST_USE enum cs_status cs_fit_match(struct cs_energy *energy,
                                        const struct cs_fit_input *input,
                                        struct cs_rng *rng);

#endif
