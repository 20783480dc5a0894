/* densities.h: the shapes of both parties' numeric columns, measured privately by their
 * owners and told to the peer (model/density.h).
 *
 * With them both nodes decode every column in the same way, and agree on the edges of the
 * columns that are binned by quantiles.
 *
 *   Errors     CS_PROTOCOL, with words, for what is not a density of that column; what a
 *              channel gives
 *   Ownership  _wipe frees what was measured, after a failure too
 *   Secrecy    the table is secret, a density is a private result; all of a party's are
 *              measured before one is sent
 */
#ifndef CS_PROTOCOL_DENSITIES_H
#define CS_PROTOCOL_DENSITIES_H

#include "model/density.h"
#include "model/plan.h"
#include "model/table.h"
#include "protocol/checkpoint.h"

struct cs_densities {
    struct cs_density *of_column;    /* (n_columns of the schema) */
    const struct cs_density **given; /* (n_columns): into of_column, NULL where none */
    size_t n_columns;
};

/* Measures and exchanges what the plan says, in its order, and sets the edges of quantile
 * columns in the schema. Own ones are kept as CS_STEP_DENSITIES, by their place in the
 * plan. */
CS_MUST_USE enum cs_status
cs_densities_measure(struct cs_densities *densities, struct cs_schema *schema,
                     const struct cs_plan *plan, const struct cs_table *table,
                     const struct cs_checkpoint *checkpoint, struct cs_rng *secret,
                     struct cs_channel *channel);
void cs_densities_wipe(struct cs_densities *densities);

#endif
