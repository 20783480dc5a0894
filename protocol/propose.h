/* propose.h: candidate rows of both generators, told to both, and the check that both
 * hold the same population.
 *
 * Candidates are private results (a generator saw private results, and real rows through
 * DP-SGD alone), so each party sends its own as they are. What arrives is checked against
 * the number of codes of each column.
 */
#ifndef CS_PROTOCOL_PROPOSE_H
#define CS_PROTOCOL_PROPOSE_H

#include "crypto/fault.h"
#include "model/codes.h"
#include "model/schema.h"
#include "protocol/channel.h"

/* own: this party's candidates, (n_order[party], n_rows), in the order of its columns.
 * n_theirs: how many rows the peer proposes. candidates[p] gets party p's, spread over
 * all columns of the schema, (n_columns, n_rows); columns that are not of part p stay 0.
 */
CS_MUST_USE enum cs_status cs_propose(struct cs_codes candidates[2],
                                      const struct cs_codes *own, size_t n_theirs,
                                      const struct cs_schema *schema, enum cs_party party,
                                      struct cs_channel *channel);

#define CS_POPULATION_DIGEST_BYTES 32

/* BLAKE2b-256 of the rows, compared with the peer's; CS_DISAGREE, with words, if they
 * differ. */
CS_MUST_USE enum cs_status
cs_propose_agree(uint8_t digest[static CS_POPULATION_DIGEST_BYTES],
                 const struct cs_codes *population, struct cs_channel *channel,
                 struct cs_fault *fault);

#endif
