/* json_object.h: JSON objects and lists, put together without a look at each step.
 *
 * jansson's objects steal what is put into them, whether or not the call succeeds, and
 * report a failed allocation by -1, NULL in being such a failure too. An object remembers
 * whether anything failed, so that one look at the end is enough: _finish and _list are
 * NULL then, and putting that into another object makes it fail as well.
 */
#ifndef CS_PARTY_JSON_OBJECT_H
#define CS_PARTY_JSON_OBJECT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "crypto/status.h"

struct json_t; /* jansson's */
struct json_error_t;

struct cs_json {
    struct json_t *json;
    bool failed;
};

struct cs_json cs_json_new(void);
void cs_json_put(struct cs_json *object, const char *key, struct json_t *value);

/* A number; null for what is none, or infinite. */
void cs_json_put_real(struct cs_json *object, const char *key, double value);

/* The finished object, the caller's; NULL if anything failed on the way. */
struct json_t *cs_json_finish(struct cs_json *object);

/* Whether a text was refused for want of memory: of all else jansson says something. */
bool cs_json_lacked_memory(const struct json_error_t *error);

/* What `item` makes of 0 to n - 1. */
struct json_t *cs_json_list(struct json_t *(*item)(const void *of, size_t i),
                            const void *of, size_t n);

/* A page and the end of its line; the page is stolen, as by an object. Numbers have that
 * many significant digits. CS_MEMORY, also where page is NULL: a stream that fails shows
 * that itself, by ferror. */
CS_MUST_USE enum cs_status cs_json_write(FILE *stream, struct json_t *page,
                                         unsigned digits);

#endif
