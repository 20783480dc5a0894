/* The events of libyaml, not its documents: only events show anchors and tags, and a
 * file that is too deep or too large is left at the node that makes it so. */
#include "model/yaml.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <yaml.h>

#define PATH_BYTES 400
#define WORDS_BYTES 560

struct builder {
    struct cs_yaml_document *document;
    struct cs_yaml *open; /* the list or map that is being filled */
    char *key;            /* of the value to come, in a map */
    unsigned key_line;
    size_t depth, n_nodes;
    bool done;
    struct cs_fault *fault;
};

const struct cs_yaml *cs_yaml_get(const struct cs_yaml *map, const char *key)
{
    for (const struct cs_yaml *child = map->first; child != NULL; child = child->next)
        if (child->key != NULL && strcmp(child->key, key) == 0)
            return child;
    return NULL;
}

/* Appends one step of a path, as far as there is room. */
static void add_step(char path[static PATH_BYTES], const struct cs_yaml *node)
{
    const size_t n = strlen(path);
    const char *dot = n > 0 ? "." : "";
    const struct cs_yaml *name = cs_yaml_get(node, "name");

    if (node->key != NULL)
        snprintf(path + n, PATH_BYTES - n, "%s%s", dot, node->key);
    else if (name != NULL && name->kind == CS_YAML_SCALAR)
        snprintf(path + n, PATH_BYTES - n, "%s%s", dot, name->text);
    else
        snprintf(path + n, PATH_BYTES - n, "[%zu]", node->index + 1);
}

static void write_path(char path[static PATH_BYTES], const struct cs_yaml *node)
{
    const struct cs_yaml *steps[CS_YAML_DEPTH_MAX + 1];
    size_t n = 0;

    path[0] = '\0';
    for (; node->parent != NULL; node = node->parent)
        steps[n++] = node;
    while (n > 0)
        add_step(path, steps[--n]);
}

enum cs_status cs_yaml_say(struct cs_fault *fault, const struct cs_yaml *node,
                           const char *key, const char *format, ...)
{
    const struct cs_yaml *at = key != NULL ? cs_yaml_get(node, key) : NULL;
    char path[PATH_BYTES], words[WORDS_BYTES];
    va_list args;

    write_path(path, node);
    va_start(args, format);
    vsnprintf(words, sizeof words, format, args);
    va_end(args);
    return cs_fault_say(fault, CS_CONFIG, "%s:%u: %s%s%s%s%s", node->document->file_name,
                        (at != NULL ? at : node)->line, path,
                        path[0] != '\0' && key != NULL ? "." : "", key ? key : "",
                        path[0] != '\0' || key != NULL ? ": " : "", words);
}

/* What is wrong at a place that has no node yet. */
static enum cs_status say_at(const struct builder *b, size_t line, const char *words)
{
    char path[PATH_BYTES] = "";

    if (b->open != NULL)
        write_path(path, b->open);
    return cs_fault_say(b->fault, CS_CONFIG, "%s:%zu: %s%s%s", b->document->file_name,
                        line, path, path[0] != '\0' ? ": " : "", words);
}

static bool has_control_character(const char *text, size_t n_bytes)
{
    for (size_t i = 0; i < n_bytes; i++)
        if ((unsigned char)text[i] < 0x20 || text[i] == 0x7f)
            return true;
    return false;
}

static enum cs_status copy_scalar(char **text, const struct builder *b,
                                  const yaml_event_t *event)
{
    const char *value = (const char *)event->data.scalar.value;
    const size_t n_bytes = event->data.scalar.length, line = event->start_mark.line + 1;

    if (n_bytes > CS_YAML_TEXT_MAX)
        return say_at(b, line, "has a text of more than 4096 bytes; make it shorter");
    if (has_control_character(value, n_bytes))
        return say_at(b, line,
                      "has a line break or another control character in a "
                      "text; take it out");
    *text = malloc(n_bytes + 1);
    if (*text == NULL)
        return CS_MEMORY;
    memcpy(*text, value, n_bytes);
    (*text)[n_bytes] = '\0';
    return CS_OK;
}

static enum cs_status open_key(struct builder *b, const yaml_event_t *event)
{
    enum cs_status st = copy_scalar(&b->key, b, event);

    if (st != CS_OK)
        return st;
    b->key_line = (unsigned)event->start_mark.line + 1;
    const struct cs_yaml *first = cs_yaml_get(b->open, b->key);
    if (first != NULL)
        return cs_yaml_say(b->fault, first, NULL, "is given again on line %u; keep one",
                           b->key_line);
    if (b->open->n_children == CS_YAML_KEYS_MAX)
        return say_at(b, b->key_line, "has more than 64 keys; is it the right file?");
    return CS_OK;
}

static void append(struct cs_yaml *parent, struct cs_yaml *child)
{
    child->parent = parent;
    child->index = parent->n_children++;
    if (parent->last != NULL)
        parent->last->next = child;
    else
        parent->first = child;
    parent->last = child;
}

/* A node where the builder stands, for the event's value. */
static enum cs_status add_node(struct builder *b, struct cs_yaml **added,
                               enum cs_yaml_kind kind, const yaml_event_t *event)
{
    const size_t line = event->start_mark.line + 1;
    struct cs_yaml *node;

    if (b->open != NULL && b->open->kind == CS_YAML_MAP && b->key == NULL)
        return say_at(b, line, "has a list or map for a key; keys are text");
    if (++b->n_nodes > CS_YAML_NODES_MAX)
        return say_at(b, line, "has too many entries; is it the right file?");
    node = calloc(1, sizeof *node);
    if (node == NULL)
        return CS_MEMORY;
    node->kind = kind;
    node->line = b->key != NULL ? b->key_line : (unsigned)line;
    node->key = b->key;
    b->key = NULL;
    node->document = b->document;
    node->older = b->document->newest;
    b->document->newest = node;
    if (b->open != NULL)
        append(b->open, node);
    else
        b->document->root = node;
    *added = node;
    return CS_OK;
}

static enum cs_status add_scalar(struct builder *b, const yaml_event_t *event)
{
    struct cs_yaml *node = NULL;
    char *text = NULL;
    enum cs_status st;

    if (b->open != NULL && b->open->kind == CS_YAML_MAP && b->key == NULL)
        return open_key(b, event);
    CS_TRY(copy_scalar(&text, b, event));
    CS_TRY(add_node(b, &node, CS_YAML_SCALAR, event));
    node->quoted = event->data.scalar.style != YAML_PLAIN_SCALAR_STYLE;
    node->text = text;
    text = NULL;
out:
    free(text);
    return st;
}

static enum cs_status open_node(struct builder *b, enum cs_yaml_kind kind,
                                const yaml_event_t *event)
{
    struct cs_yaml *node = NULL;
    const enum cs_status st = add_node(b, &node, kind, event);

    if (st != CS_OK)
        return st;
    if (++b->depth > CS_YAML_DEPTH_MAX)
        return say_at(b, event->start_mark.line + 1, "is nested too deeply; flatten it");
    b->open = node;
    return CS_OK;
}

static void close_node(struct builder *b)
{
    b->open = b->open->parent;
    b->depth--;
}

/* The anchor and the explicit tag of an event, or NULL. */
static void decorations(const yaml_event_t *event, const unsigned char **anchor,
                        const unsigned char **tag)
{
    *anchor = *tag = NULL;
    if (event->type == YAML_SCALAR_EVENT) {
        *anchor = event->data.scalar.anchor;
        *tag = event->data.scalar.tag;
    } else if (event->type == YAML_SEQUENCE_START_EVENT) {
        *anchor = event->data.sequence_start.anchor;
        *tag = event->data.sequence_start.tag;
    } else if (event->type == YAML_MAPPING_START_EVENT) {
        *anchor = event->data.mapping_start.anchor;
        *tag = event->data.mapping_start.tag;
    }
}

static enum cs_status refuse_decorations(const struct builder *b,
                                         const yaml_event_t *event)
{
    const unsigned char *anchor, *tag;

    decorations(event, &anchor, &tag);
    if (anchor != NULL || event->type == YAML_ALIAS_EVENT)
        return say_at(b, event->start_mark.line + 1,
                      "has an anchor (&) or alias (*), which are not read here; write "
                      "the value out, or put it in quotes");
    if (tag != NULL)
        return say_at(b, event->start_mark.line + 1,
                      "has a tag (!), which is not read here; take it out, or put the "
                      "value in quotes");
    return CS_OK;
}

static enum cs_status take_event(struct builder *b, const yaml_event_t *event)
{
    const enum cs_status st = refuse_decorations(b, event);

    if (st != CS_OK)
        return st;
    switch (event->type) {
    case YAML_DOCUMENT_START_EVENT:
        if (b->document->root != NULL)
            return say_at(b, event->start_mark.line + 1,
                          "a second document starts here; a file holds one");
        return CS_OK;
    case YAML_SCALAR_EVENT:
        return add_scalar(b, event);
    case YAML_SEQUENCE_START_EVENT:
        return open_node(b, CS_YAML_LIST, event);
    case YAML_MAPPING_START_EVENT:
        return open_node(b, CS_YAML_MAP, event);
    case YAML_SEQUENCE_END_EVENT:
    case YAML_MAPPING_END_EVENT:
        close_node(b);
        return CS_OK;
    case YAML_STREAM_END_EVENT:
        b->done = true;
        return CS_OK;
    default:
        return CS_OK;
    }
}

static size_t line_of(const char *text, size_t offset)
{
    size_t line = 1;

    for (size_t i = 0; i < offset; i++)
        line += text[i] == '\n';
    return line;
}

static enum cs_status say_problem(const struct builder *b, const yaml_parser_t *parser,
                                  const char *text, size_t n_bytes)
{
    const char *problem = parser->problem != NULL ? parser->problem : "it cannot be read";
    const size_t offset = parser->problem_offset;

    if (parser->error == YAML_MEMORY_ERROR)
        return CS_MEMORY;
    if (parser->error == YAML_READER_ERROR)
        return cs_fault_say(b->fault, CS_CONFIG,
                            "%s:%zu: is not UTF-8 text: %s; save it as UTF-8",
                            b->document->file_name,
                            line_of(text, offset < n_bytes ? offset : n_bytes), problem);
    return cs_fault_say(b->fault, CS_CONFIG,
                        "%s:%zu: is not YAML: %s; check indentation, brackets and quotes",
                        b->document->file_name, parser->problem_mark.line + 1, problem);
}

static enum cs_status build(struct builder *b, yaml_parser_t *parser, const char *text,
                            size_t n_bytes)
{
    while (!b->done) {
        yaml_event_t event;

        if (!yaml_parser_parse(parser, &event))
            return say_problem(b, parser, text, n_bytes);
        const enum cs_status st = take_event(b, &event);
        yaml_event_delete(&event);
        if (st != CS_OK)
            return st;
    }
    if (b->document->root == NULL)
        return say_at(b, 1, "is empty; is it the right file?");
    return CS_OK;
}

static struct cs_yaml_document *new_document(const char *file_name)
{
    struct cs_yaml_document *document = calloc(1, sizeof *document);

    if (document != NULL)
        document->file_name = strdup(file_name);
    if (document != NULL && document->file_name == NULL) {
        free(document);
        document = NULL;
    }
    return document;
}

/* libyaml would skip it too, but indent the first line by it. */
static void skip_byte_order_mark(const char **text, size_t *n_bytes)
{
    if (*n_bytes >= 3 && memcmp(*text, "\xef\xbb\xbf", 3) == 0) {
        *text += 3;
        *n_bytes -= 3;
    }
}

enum cs_status cs_yaml_parse(struct cs_yaml_document **document, const char *text,
                             size_t n_bytes, const char *file_name,
                             struct cs_fault *fault)
{
    struct builder b = { .document = new_document(file_name), .fault = fault };
    enum cs_status st = CS_MEMORY;
    yaml_parser_t parser;

    if (b.document == NULL || !yaml_parser_initialize(&parser))
        goto out;
    skip_byte_order_mark(&text, &n_bytes);
    yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&parser, (const unsigned char *)text, n_bytes);
    st = build(&b, &parser, text, n_bytes);
    yaml_parser_delete(&parser);
    if (st == CS_OK) {
        *document = b.document;
        b.document = NULL;
    }
out:
    free(b.key);
    cs_yaml_free(b.document);
    return st;
}

void cs_yaml_free(struct cs_yaml_document *document)
{
    if (document == NULL)
        return;
    while (document->newest != NULL) {
        struct cs_yaml *node = document->newest;

        document->newest = node->older;
        free(node->key);
        free(node->text);
        free(node);
    }
    free(document->file_name);
    free(document);
}
