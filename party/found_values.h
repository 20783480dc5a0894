/* found_values.h: the values of categories that a run found, as JSON: of measured.json,
 * and back.
 *
 *   {"a": {column: [values, ascending by their bytes], ..}, "b": {..}}
 *
 * with every column of the party whose values the study leaves open, and no other.
 */
#ifndef CS_PARTY_FOUND_VALUES_H
#define CS_PARTY_FOUND_VALUES_H

#include "model/schema.h"

struct json_t; /* jansson's */

/* Does the study leave any open? */
bool cs_found_values_any(const struct cs_schema *schema);

/* The object, to be freed as jansson's are; NULL if there is no memory. All columns are
 * closed. */
struct json_t *cs_found_values_json(const struct cs_schema *schema);

/* Closes the columns with them. CS_INPUT if it is not of that form, CS_MEMORY; the schema
 * is then fit for freeing only. */
CS_MUST_USE enum cs_status cs_found_values_read(struct cs_schema *schema,
                                                const struct json_t *json);

#endif
