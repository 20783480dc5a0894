/* order.h: rows in the order of their codes.
 *
 * Rows at both parties come first, then those at A only, then those at B only, as they
 * did; among these the first column counts most. Rows alike then lie together, so what is
 * spread evenly over rows in their order (model/decode.h) is even among rows alike as
 * well.
 *
 * A stable counting sort by every column, from the last to the first (radix sort: Knuth,
 * "The Art of Computer Programming" 3, section 5.2.5).
 *
 *   Aliasing   rows are permuted in place
 *   Errors     CS_MEMORY, and rows are as they were
 *   Secrecy    time and memory accesses depend on the codes: for synthetic rows alone
 */
#ifndef CS_MODEL_ORDER_H
#define CS_MODEL_ORDER_H

#include "model/codes.h"
#include "model/presence.h"

/* people: where the rows are, cs_presence_all of them; codes < CS_CODES_MAX. */
CS_MUST_USE enum cs_status cs_order_rows(struct cs_codes *rows,
                                         const struct cs_presence *people);

#endif
