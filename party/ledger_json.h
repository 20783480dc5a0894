/* ledger_json.h: a ledger for programs to read; docs/LEDGER.md has the forms.
 *
 *   Errors     as in party/store.h, and CS_MEMORY
 */
#ifndef CS_PARTY_LEDGER_JSON_H
#define CS_PARTY_LEDGER_JSON_H

#include <stdio.h>

#include "party/limit.h"
#include "party/store.h"

/* What was spent, by data set, and the runs; limit may be NULL: it is not known. */
CS_MUST_USE enum cs_status cs_ledger_json_show(FILE *stream, struct cs_store *store,
                                               const struct cs_limit *limit,
                                               struct cs_fault *fault);

/* All rows of all tables. */
CS_MUST_USE enum cs_status cs_ledger_json_export(FILE *stream, struct cs_store *store,
                                                 struct cs_fault *fault);

#endif
