/* yaml.h: a YAML file as a tree of scalars, lists and maps, each with its line.
 *
 * The reader takes the plain part of YAML that a configuration needs and refuses the
 * rest with a line: anchors and aliases (so nothing can grow beyond the file), tags,
 * several documents, keys that are not text, keys given twice, control characters. The
 * tree has at most CS_YAML_NODES_MAX nodes and CS_YAML_DEPTH_MAX levels.
 *
 *   Ownership   the document owns all nodes and texts; cs_yaml_free frees them
 *   Errors      CS_CONFIG with `file:line: path.to.key: what is wrong; what to do`
 */
#ifndef CS_MODEL_YAML_H
#define CS_MODEL_YAML_H

#include <stdbool.h>
#include <stddef.h>

#include "crypto/fault.h"

#define CS_YAML_NODES_MAX 65536
#define CS_YAML_DEPTH_MAX 16
#define CS_YAML_KEYS_MAX 64   /* of one map */
#define CS_YAML_TEXT_MAX 4096 /* bytes of one scalar */

enum cs_yaml_kind { CS_YAML_SCALAR, CS_YAML_LIST, CS_YAML_MAP };

struct cs_yaml {
    enum cs_yaml_kind kind;
    unsigned line; /* from 1; of the key, where it has one */
    char *key;     /* in a map; else NULL */
    char *text;    /* of a scalar; else NULL */
    bool quoted;   /* the scalar stands in quotes, or is a block of text */
    size_t index;  /* in its list or map, from 0 */
    size_t n_children;
    struct cs_yaml *parent, *next; /* next: in the same list or map */
    struct cs_yaml *first, *last;  /* children */
    const struct cs_yaml_document *document;
    struct cs_yaml *older; /* in the document, to free them all */
};

struct cs_yaml_document {
    char *file_name;
    struct cs_yaml *root;
    struct cs_yaml *newest;
};

/* Reads text (n_bytes); file_name is for words alone. */
CS_MUST_USE enum cs_status cs_yaml_parse(struct cs_yaml_document **document,
                                         const char *text, size_t n_bytes,
                                         const char *file_name, struct cs_fault *fault);
void cs_yaml_free(struct cs_yaml_document *document);

/* The value of key in map, or NULL. */
const struct cs_yaml *cs_yaml_get(const struct cs_yaml *map, const char *key);

/* Says `file:line: path: words` of the node, or of the key that node lacks or has (key
 * not NULL), and returns CS_CONFIG. An item of a list goes by its `name` if it has one.
 */
enum cs_status cs_yaml_say(struct cs_fault *fault, const struct cs_yaml *node,
                           const char *key, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

#endif
