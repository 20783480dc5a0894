/* condition.h: the text of a condition (model/filter.h), taken apart.
 *
 *   Ownership  a condition borrows its text
 *   Errors     CS_CONFIG with words: what is not there, and what was meant perhaps
 */
#ifndef CS_MODEL_CONDITION_H
#define CS_MODEL_CONDITION_H

#include "crypto/fault.h"
#include "model/schema.h"

enum cs_operator {
    CS_EQUAL,
    CS_UNEQUAL,
    CS_BELOW,
    CS_AT_MOST,
    CS_ABOVE,
    CS_AT_LEAST,
    CS_IN,
};

struct cs_condition {
    const char *text; /* as it was given */
    size_t column;
    enum cs_operator operator;
    const char *value; /* within the text */
};

CS_MUST_USE enum cs_status cs_condition_read(struct cs_condition *condition,
                                             const struct cs_schema *schema,
                                             const char *text, struct cs_fault *fault);

/* Which column a name means, as cs_schema_name tells it. */
CS_MUST_USE enum cs_status cs_condition_find(size_t *column,
                                             const struct cs_schema *schema,
                                             const char *name, struct cs_fault *fault);

/* The code of a category that the first n bytes of text are, or -1; no bytes are a
 * missing one. */
int cs_condition_code(const struct cs_column *column, const char *text, size_t n);

/* Says that value is none of the category's, and which was meant perhaps. */
enum cs_status cs_condition_no_value(const struct cs_column *column, const char *value,
                                     struct cs_fault *fault);

/* How many bytes of a list its first value has: up to the last comma before which a
 * category stands, for these may hold commas; else up to the first. */
size_t cs_condition_item(const struct cs_column *column, const char *list);

/* The grid value of a numeric column that the first n bytes of text are, exactly. */
CS_MUST_USE enum cs_status cs_condition_grid(int64_t *grid,
                                             const struct cs_column *column,
                                             const char *text, size_t n,
                                             struct cs_fault *fault);

#endif
