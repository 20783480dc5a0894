/* category.h: the code of a category's text, found by hashing. */
#ifndef CS_MODEL_CATEGORY_H
#define CS_MODEL_CATEGORY_H

#include <stddef.h>
#include <stdint.h>

#include "model/schema.h"

#define CS_CATEGORY_SLOTS 256 /* at least four for each value, so that probes are few */

/* An open-addressed table over the values of a column, which it borrows. */
struct cs_category {
    const struct cs_column *column;
    uint8_t slot[CS_CATEGORY_SLOTS]; /* code + 1, or 0 */
    size_t n_bytes[CS_CODES_MAX];    /* of each value */
};

void cs_category_init(struct cs_category *category, const struct cs_column *column);

/* Code of the value that is text, or -1 if the column does not list it. */
int cs_category_find(const struct cs_category *category, const char *text,
                     size_t n_bytes);

#endif
