/* json_file.h: a JSON file that may hold anything, read field by field.
 *
 * A field is named by its path from the top: `privacy.epsilon`, `segments[3].synthetic`.
 *
 *   Errors     CS_CONFIG if the file cannot be opened, CS_INPUT if it is no JSON or a
 *              field is not of its kind: file and field are named, and what to do
 *   Ownership  cs_json_file_close frees what was read; what _at gives lives until then
 */
#ifndef CS_PARTY_JSON_FILE_H
#define CS_PARTY_JSON_FILE_H

#include <stdbool.h>
#include <stdint.h>

#include "party/file.h"

struct json_t; /* jansson's */

struct cs_json_file {
    char path[CS_PATH_BYTES];
    struct json_t *root;
    struct cs_fault *fault;
};

CS_MUST_USE enum cs_status cs_json_file_open(struct cs_json_file *file,
                                             const char *folder, const char *name,
                                             size_t max_bytes, struct cs_fault *fault);
void cs_json_file_close(struct cs_json_file *file); /* nothing after a failed _open */

/* NULL if it is not there. */
const struct json_t *cs_json_at(const struct cs_json_file *file, const char *path);

/* Elements of the array; 0 if it is none. */
size_t cs_json_size(const struct cs_json_file *file, const char *path);

/* The field `schema` must be this. */
CS_MUST_USE enum cs_status cs_json_schema(const struct cs_json_file *file,
                                          const char *schema);

CS_MUST_USE enum cs_status cs_json_number(double *number, const struct cs_json_file *file,
                                          const char *path);
CS_MUST_USE enum cs_status cs_json_count(uint64_t *count, const struct cs_json_file *file,
                                         const char *path);

/* Fit for a terminal: control characters become `?`. Cut to fit, at a character. */
CS_MUST_USE enum cs_status cs_json_text(char *text, size_t n_bytes,
                                        const struct cs_json_file *file,
                                        const char *path);

/* The same of any JSON; false if it is no text. */
bool cs_json_words(char *text, size_t n_bytes, const struct json_t *json);

/* A path with numbers in it, put into `path`, which it returns. */
#define CS_JSON_PATH_BYTES 96
const char *cs_json_path(char path[static CS_JSON_PATH_BYTES], const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Says that a field is not what it should be: `a number`. Always CS_INPUT. */
CS_MUST_USE enum cs_status cs_json_refuse(const struct cs_json_file *file,
                                          const char *path, const char *needed);

#endif
