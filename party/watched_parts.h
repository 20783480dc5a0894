/* watched_parts.h: what the files party/watched*.c share: texts and numbers out of JSON,
 * of a file that may hold anything. */
#ifndef CS_PARTY_WATCHED_PARTS_H
#define CS_PARTY_WATCHED_PARTS_H

#include "party/watched.h"

struct json_t; /* jansson's */

/* A text for a terminal: control characters become `?`; cut to fit, at a character. False
 * if it is no text. */
bool cs_watched_text(char *text, size_t n_bytes, const struct json_t *json);

/* False if it is no finite number of at least 0. */
bool cs_watched_number(double *number, const struct json_t *json);
bool cs_watched_count(uint64_t *count, const struct json_t *json);

/* The party, by its letter; false if it is none. */
bool cs_watched_party(char *party, const struct json_t *json);

/* What a stage has said to the peer, if its object has that. */
bool cs_watched_traffic(struct cs_watched_stage *stage, const struct json_t *json);

/* receipt.json: `name` is its path, for errors. */
CS_MUST_USE enum cs_status cs_watched_receipt(struct cs_watched *watched,
                                              const char *text, size_t n_bytes,
                                              const char *name, struct cs_fault *fault);

#endif
