/* measure_parts.h: what the parts of a measurement have in common.
 *
 * Inside protocol/measure*.c alone.
 */
#ifndef CS_PROTOCOL_MEASURE_PARTS_H
#define CS_PROTOCOL_MEASURE_PARTS_H

#include "crypto/progress.h"
#include "crypto/rng.h"
#include "model/plan.h"
#include "model/table.h"
#include "protocol/channel.h"

struct cs_measuring {
    const struct cs_schema *schema;
    const struct cs_plan *plan;
    const struct cs_table *table;
    struct cs_rng *secret;
    struct cs_channel *channel;
    const struct cs_progress *progress;
    uint32_t *word; /* (n_cells): counts or shares of them, mod 2^32 [secret] */
};

/* The codes of several of this party's columns as one code, the last column fastest:
 * (n_rows), to be wiped and freed by the caller. */
CS_MUST_USE enum cs_status cs_measure_combine(uint16_t **combined, size_t *n_codes,
                                              const struct cs_measuring *measuring,
                                              const size_t *columns, size_t n_columns);

/* This party's shares of all cross tables, without noise, into measuring->word. */
CS_MUST_USE enum cs_status cs_measure_share_cross(struct cs_measuring *measuring,
                                                  unsigned ot_k);

#endif
