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
#include "protocol/checkpoint.h"
#include "protocol/linked.h"
#include "protocol/ot.h"

struct cs_measuring {
    const struct cs_schema *schema;
    const struct cs_plan *plan;
    const struct cs_table *table;
    const struct cs_linked *linked; /* NULL: row i of either is the same person */
    const struct cs_checkpoint *checkpoint;
    struct cs_rng *secret;
    struct cs_channel *channel;
    const struct cs_progress *progress;
    struct cs_ot_sender *sender;     /* at B, while cross tables are shared */
    struct cs_ot_receiver *receiver; /* at A */
    uint32_t *word; /* (n_cells): counts or shares of them, mod 2^32 [secret] */
};

/* The tables of one GROUP BY: the same columns at A. */
struct cs_measure_group {
    size_t index[3]; /* A's columns */
    size_t n_index;
    size_t n_codes;  /* of the index: product of their codes */
    size_t n_tables; /* table[] below are plan->tables indices */
    size_t *table;
    size_t *width; /* (n_tables): of B's columns of each table */
    size_t width_sum;
    uint32_t *share; /* (n_codes, width_sum): its tables' words side by side [secret] */
};

/* This party's codes of a column of the schema: (n_rows). */
const uint8_t *cs_measure_codes(const struct cs_measuring *measuring, size_t column);

/* The codes of several of this party's columns as one code, the last column fastest:
 * (n_rows), to be wiped and freed by the caller. */
CS_MUST_USE enum cs_status cs_measure_combine(uint16_t **combined, size_t *n_codes,
                                              const struct cs_measuring *measuring,
                                              const size_t *columns, size_t n_columns);

/* This party's shares of all cross tables into measuring->word, with the noise that is
 * drawn jointly, if any is. */
CS_MUST_USE enum cs_status cs_measure_share_cross(struct cs_measuring *measuring,
                                                  unsigned ot_k);

/* The two ways to the shares of all groups: over the rows of both in turn, or over the
 * places of a private linkage. */
CS_MUST_USE enum cs_status cs_measure_aligned(const struct cs_measuring *measuring,
                                              struct cs_measure_group *groups, size_t n);
CS_MUST_USE enum cs_status cs_measure_linked(const struct cs_measuring *measuring,
                                             struct cs_measure_group *groups, size_t n);

#endif
