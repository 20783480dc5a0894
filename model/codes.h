/* codes.h: rows as codes, column by column. Real rows, candidates and the population are
 * all this one shape; which columns they are is said where the array is made. */
#ifndef CS_MODEL_CODES_H
#define CS_MODEL_CODES_H

#include <stddef.h>
#include <stdint.h>

#include "crypto/status.h"

struct cs_codes {
    size_t n_rows, n_columns;
    uint8_t *code; /* (n_columns, n_rows): one column's codes lie together */
};

CS_MUST_USE enum cs_status cs_codes_init(struct cs_codes *codes, size_t n_rows,
                                         size_t n_columns);

/* Frees, after zeroing: codes may be secret. */
void cs_codes_wipe(struct cs_codes *codes);

static inline uint8_t *cs_codes_column(const struct cs_codes *codes, size_t column)
{
    return codes->code + column * codes->n_rows;
}

#endif
