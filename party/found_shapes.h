/* found_shapes.h: the private shapes of numeric outcomes, as JSON: of measured.json, and
 * back.
 *
 *   {column: {"start": [grid points, one more than masses], "mass": [rows]}, ..}
 *
 * with every outcome that is a mean and whose shape was measured, and no other.
 */
#ifndef CS_PARTY_FOUND_SHAPES_H
#define CS_PARTY_FOUND_SHAPES_H

#include "model/study.h"
#include "protocol/densities.h"

struct json_t; /* jansson's */

/* Does the study have any? */
bool cs_found_shapes_any(const struct cs_study *study);

/* The object, to be freed as jansson's are; NULL if there is no memory. shapes:
 * (n_columns of the schema), those of such outcomes not NULL. */
struct json_t *cs_found_shapes_json(const struct cs_study *study,
                                    const struct cs_density *const *shapes);

/* json: NULL where the study has none. CS_INPUT if it is not of that form, with a shape
 * that goes from one bound of its column to the other; CS_MEMORY; shapes is then fit for
 * cs_densities_wipe only. */
CS_MUST_USE enum cs_status cs_found_shapes_read(struct cs_densities *shapes,
                                                const struct cs_study *study,
                                                const struct json_t *json);

#endif
