/* measure.h: the tables of the plan, counted and opened with noise.
 *
 * Own tables are counted by their owner, noised, and told to the peer, all of them in one
 * OWN_TABLE, A's first: each over its own rows. Cross tables are over the people who are
 * at both. They are additive shares out of the secret-shared GROUP BY
 * (protocol/group_by.h): A's columns are the index, so A receives, and B's columns are
 * the one-hot vector. Tables with the same columns at A are one GROUP BY.
 *
 * Where people were linked privately, both hold shares of B's codes at each place
 * (protocol/linked.h). Block by block of places, those become shares of one-hot words
 * (protocol/one_hot.h), zero where nobody is linked, and then the vectors of every GROUP
 * BY. Nothing is opened on the way, so neither learns who is linked, nor how many.
 *
 * Each party adds the noise it relies on to its own share before the sum is opened
 * (protocol/reveal.h), so a cross cell carries both; or both draw one noise as shares, on
 * the same session of transfers (protocol/joint_noise.h), as the plan says of the table.
 *
 * A run that goes on (protocol/checkpoint.h) draws nothing twice: own tables are told
 * again as they were, shares of cross tables that both have kept are opened as they are,
 * and tables that both have are not opened again. Both say KEPT when they have kept their
 * shares; from then on a party opens those or none. If only one of the two has the opened
 * cells, what comes out must be those.
 *
 * What the peer sends is checked: a count of people is between 0 and the number of rows
 * (for a cross table, of the party that has fewer), so a noisy one further out than the
 * noise can reach is CS_PROTOCOL, with words. A peer that counts wrongly within these
 * bounds, or adds no noise to protect itself, is not found out.
 *
 * In an unprotected study no noise is added anywhere: the cells are the counts.
 *
 *   Memory      beyond the cells: for aligned rows some two bytes a row and table of a
 *               group; for linked ones a bounded block, whatever the number of places
 *   Errors      CS_PROTOCOL as above; CS_DISAGREE: the peer lost shares that this party
 *               has been opening; those of protocol/group_by.h and protocol/reveal.h
 *   Secrecy     the table is secret, all that comes out of here is opened; the peer and
 *               the network see times that depend on the noise only in sum
 */
#ifndef CS_PROTOCOL_MEASURE_H
#define CS_PROTOCOL_MEASURE_H

#include "crypto/progress.h"
#include "model/plan.h"
#include "model/table.h"
#include "protocol/checkpoint.h"
#include "protocol/linked.h"
#include "protocol/reveal.h"

/* cells: (plan->n_cells) noisy counts, the same at both; the codes of `table` are
 * complete. linked is NULL if row i of either party is the same person. */
CS_MUST_USE enum cs_status
cs_measure_tables(int64_t *cells, const struct cs_study *study,
                  const struct cs_plan *plan, const struct cs_table *table,
                  const struct cs_linked *linked, struct cs_openings *openings,
                  const struct cs_checkpoint *checkpoint, struct cs_rng *secret,
                  struct cs_channel *channel, const struct cs_progress *progress);

#endif
