/* ledger_show.h: a ledger for people to read: what was spent, by data set.
 *
 *   Errors     as in party/store.h
 */
#ifndef CS_PARTY_LEDGER_SHOW_H
#define CS_PARTY_LEDGER_SHOW_H

#include <stdio.h>

#include "party/limit.h"
#include "party/store.h"

/* Each data set with its runs; limit may be NULL: it is not known. */
CS_MUST_USE enum cs_status cs_ledger_show(FILE *stream, struct cs_store *store,
                                          const struct cs_limit *limit,
                                          struct cs_fault *fault);

#endif
