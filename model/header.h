/* header.h: where the columns of a study stand in the header of a CSV file.
 *
 *   Errors     CS_INPUT with the file, the name of the column and the names of the header
 *   Ownership  of nothing but its own memory; roles are looked up by field
 */
#ifndef CS_MODEL_HEADER_H
#define CS_MODEL_HEADER_H

#include "crypto/fault.h"
#include "model/schema.h"

/* What a field of a record is, if not the index of a column in the party's order. */
enum {
    CS_HEADER_UNUSED = -1,
    CS_HEADER_ID = -2 /* the first identifier; the next ones are -3, -4, .. */
};

struct cs_header {
    char **names; /* (n_names) */
    size_t n_names;
    int *role; /* (n_names): CS_HEADER_*, or an index into schema->order[party] */
    size_t *file_order; /* (n_order[party]): columns of the schema as the file has them */
};

CS_MUST_USE enum cs_status cs_header_add(struct cs_header *header, const char *name,
                                         size_t n_bytes);

/* Once all names are there: fills role and file_order. ids (n_ids): names of the
 * identifiers' columns. */
CS_MUST_USE enum cs_status cs_header_match(struct cs_header *header,
                                           const struct cs_schema *schema,
                                           enum cs_party party, const char *const *ids,
                                           size_t n_ids, const char *file_name,
                                           struct cs_fault *fault);

void cs_header_wipe(struct cs_header *header);

#endif
