/* fields.h: the keys of a map in a YAML file as a table: one row a key, with its type,
 * its range, its default, and the member of a struct it is read into.
 *
 * The same table reads the file (unknown keys, wrong types and values out of range are
 * refused with words that say what belongs there), writes the canonical form, and is
 * what docs/STUDY.md is checked against.
 *
 *   Ownership  texts that are read are the caller's, in its struct, on failure too
 *   Errors     CS_CONFIG with `file:line: path.to.key: what is wrong; what to do`
 */
#ifndef CS_MODEL_FIELDS_H
#define CS_MODEL_FIELDS_H

#include <stddef.h>

#include "crypto/fault.h"
#include "model/text.h"
#include "model/yaml.h"

enum cs_field_type {
    CS_FIELD_TEXT,    /* char *; low..high bytes */
    CS_FIELD_BOOL,    /* bool */
    CS_FIELD_INTEGER, /* unsigned, size_t or uint64_t; low..high */
    CS_FIELD_REAL,    /* double; low..high, or above low; `none` */
    CS_FIELD_CHOICE,  /* an enum, whose constants are in the order of the choices */
    CS_FIELD_SCALAR,  /* the rest: only its kind is looked at, the caller reads it */
    CS_FIELD_NAMES,   /* a scalar or a list of them, read by the caller */
    CS_FIELD_LIST,
    CS_FIELD_LISTS, /* a list or a map of lists, read by the caller */
    CS_FIELD_MAP,
};

struct cs_field {
    const char *key;
    enum cs_field_type type;
    size_t offset, n_bytes; /* of the member: CS_MEMBER */
    double low, high;
    bool above; /* low itself is out of range */
    bool none;  /* of a REAL: the word `none` belongs there too, and is INFINITY */
    const char *const *choices; /* NULL-terminated */
    const char *fallback;       /* what counts if the key is absent; NULL: it must be
                                   there; empty: the member is left as it is */
};

/* The keys of one map of the file. */
struct cs_section {
    const char *title; /* in words */
    const char
        *path; /* its key in the root, "" for the root; NULL if it has no one place */
    const struct cs_field *fields;
    size_t n_fields;
};

#define CS_MEMBER(type, member)                                                          \
    .offset = offsetof(type, member), .n_bytes = sizeof(((type *)NULL)->member)

#define CS_REQUIRED .fallback = NULL

/* Reads map into the members of *into; map NULL: all keys are absent. */
CS_MUST_USE enum cs_status cs_fields_read(void *into, const struct cs_section *section,
                                          const struct cs_yaml *map,
                                          struct cs_fault *fault);

/* Reads the one key of map, whatever else is there. */
CS_MUST_USE enum cs_status cs_fields_read_one(void *into,
                                              const struct cs_section *section,
                                              const char *key, const struct cs_yaml *map,
                                              struct cs_fault *fault);

/* A line `prefix.key = value` for every member. */
void cs_fields_write(struct cs_text *text, const char *prefix,
                     const struct cs_section *section, const void *from);

/* Whether the node is a scalar with a value; says so if not. */
CS_MUST_USE enum cs_status cs_field_scalar(const struct cs_yaml *node,
                                           struct cs_fault *fault);

/* A whole number in low..high, as of a list's items. */
CS_MUST_USE enum cs_status cs_field_size(size_t *value, const struct cs_yaml *node,
                                         size_t low, size_t high, struct cs_fault *fault);

#endif
