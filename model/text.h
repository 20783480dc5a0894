/* text.h: a text that grows, for canonical forms.
 *
 *   Ownership  bytes is the caller's after cs_text_take, else cs_text_wipe frees it
 *   Errors     a lack of memory is kept and told by cs_text_take
 */
#ifndef CS_MODEL_TEXT_H
#define CS_MODEL_TEXT_H

#include <stdbool.h>
#include <stddef.h>

#include "crypto/status.h"

struct cs_text {
    char *bytes; /* NUL-terminated */
    size_t n_bytes, capacity;
    bool failed;
};

void cs_text_add(struct cs_text *text, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Adds value in double quotes; quotes, backslashes and equal signs in it are escaped, so
 * that ` = ` never stands within quotes. */
void cs_text_add_quoted(struct cs_text *text, const char *value);

/* Hands the bytes over and leaves an empty text. */
CS_MUST_USE enum cs_status cs_text_take(struct cs_text *text, char **bytes);
void cs_text_wipe(struct cs_text *text);

#endif
