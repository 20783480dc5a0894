/* utf8.h: is this text UTF-8? After The Unicode Standard, version 15, table 3-7:
 * no surrogates, no overlong forms, nothing beyond U+10FFFF. */
#ifndef CS_MODEL_UTF8_H
#define CS_MODEL_UTF8_H

#include <stddef.h>

/* How many of the first bytes are whole, valid characters; n_bytes if all are. */
size_t cs_utf8_valid_bytes(const char *text, size_t n_bytes);

#endif
