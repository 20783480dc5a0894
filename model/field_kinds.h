/* field_kinds.h: what each type of field is: read from text, written in canonical
 * notation, and described in words. The types are those of model/fields.h. */
#ifndef CS_MODEL_FIELD_KINDS_H
#define CS_MODEL_FIELD_KINDS_H

#include <stdbool.h>
#include <stdint.h>

#include "model/fields.h"

struct cs_field_kind {
    /* CS_CONFIG: the text is not such a value, or out of the field's range. NULL for
     * what the caller reads by itself. */
    enum cs_status (*parse)(void *member, const struct cs_field *field, const char *text);
    void (*write)(struct cs_text *text, const struct cs_field *field, const void *member);
    /* What belongs there, as `a whole number from 1 to 8`. */
    void (*describe)(struct cs_text *words, const struct cs_field *field);
};

const struct cs_field_kind *cs_field_kind(enum cs_field_type type);

/* Digits alone, at most 18 of them. */
bool cs_field_parse_digits(uint64_t *value, const char *text);

#endif
