/* ranks.h: which of the different values of a column each row has.
 *
 *   Ownership  cs_ranks_wipe frees; may be called on zeros
 *   Errors     CS_MEMORY
 *   Secrecy    of rows; wiped
 */
#ifndef CS_MODEL_RANKS_H
#define CS_MODEL_RANKS_H

#include <stddef.h>
#include <stdint.h>

#include "crypto/status.h"

struct cs_ranks {
    uint32_t *of; /* (n): the place of its value among all different ones [secret] */
    size_t n, n_different;
};

/* Of values (n); NAN is one value, beyond all others. */
CS_MUST_USE enum cs_status cs_ranks_make(struct cs_ranks *ranks, const double *values,
                                         size_t n);

/* Of pairs: each rank and that of the same row in other; the first counts most. */
CS_MUST_USE enum cs_status cs_ranks_join(struct cs_ranks *ranks,
                                         const struct cs_ranks *other);
void cs_ranks_wipe(struct cs_ranks *ranks);

#endif
