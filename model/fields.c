#include "model/fields.h"

#include <stdint.h>
#include <string.h>

#include "model/field_kinds.h"
#include "model/spelling.h"

static void *member_of(void *into, const struct cs_field *field)
{
    return (char *)into + field->offset;
}

static enum cs_status say_expected(const struct cs_field *field,
                                   const struct cs_yaml *map, const char *problem,
                                   struct cs_fault *fault)
{
    struct cs_text words = { 0 };

    cs_field_kind(field->type)->describe(&words, field);
    cs_yaml_say(fault, map, field->key, "%s; it must be %s", problem,
                words.failed ? "another" : words.bytes);
    cs_text_wipe(&words);
    return CS_CONFIG;
}

static const struct cs_field *nearest_field(const struct cs_section *section,
                                            const char *key)
{
    const struct cs_field *nearest = NULL;
    size_t least = cs_spelling_limit(key);

    for (size_t i = 0; i < section->n_fields; i++)
        if (cs_spelling_nearer(&least, key, section->fields[i].key))
            nearest = &section->fields[i];
    return nearest;
}

static enum cs_status say_unknown(const struct cs_section *section,
                                  const struct cs_yaml *child, struct cs_fault *fault)
{
    const struct cs_field *nearest = nearest_field(section, child->key);
    struct cs_text keys = { 0 };

    for (size_t i = 0; i < section->n_fields; i++)
        cs_text_add(&keys, "%s %s", i > 0 ? "," : "", section->fields[i].key);
    if (nearest != NULL)
        cs_yaml_say(fault, child, NULL, "is not a key of %s; did you mean `%s`?",
                    section->title, nearest->key);
    else
        cs_yaml_say(fault, child, NULL, "is not a key of %s; its keys are%s",
                    section->title, keys.failed ? "" : keys.bytes);
    cs_text_wipe(&keys);
    return CS_CONFIG;
}

static const struct cs_field *find_field(const struct cs_section *section,
                                         const char *key)
{
    for (size_t i = 0; i < section->n_fields; i++)
        if (strcmp(section->fields[i].key, key) == 0)
            return &section->fields[i];
    return NULL;
}

static enum cs_status refuse_unknown(const struct cs_section *section,
                                     const struct cs_yaml *map, struct cs_fault *fault)
{
    for (const struct cs_yaml *child = map->first; child != NULL; child = child->next)
        if (find_field(section, child->key) == NULL)
            return say_unknown(section, child, fault);
    return CS_OK;
}

static bool is_null(const struct cs_yaml *scalar)
{
    static const char *const nulls[] = { "", "~", "null", "Null", "NULL" };

    for (size_t i = 0; i < sizeof nulls / sizeof *nulls && !scalar->quoted; i++)
        if (strcmp(scalar->text, nulls[i]) == 0)
            return true;
    return false;
}

enum cs_status cs_field_scalar(const struct cs_yaml *node, struct cs_fault *fault)
{
    if (node->kind != CS_YAML_SCALAR)
        return cs_yaml_say(fault, node, NULL, "is a %s; write a single value",
                           node->kind == CS_YAML_LIST ? "list" : "map");
    if (is_null(node))
        return cs_yaml_say(fault, node, NULL,
                           "has no value; write one, or leave the key out");
    return CS_OK;
}

enum cs_status cs_field_size(size_t *value, const struct cs_yaml *node, size_t low,
                             size_t high, struct cs_fault *fault)
{
    enum cs_status st = cs_field_scalar(node, fault);
    uint64_t wide;

    if (st != CS_OK)
        return st;
    if (node->quoted || !cs_field_parse_digits(&wide, node->text) || wide < low ||
        wide > high)
        return cs_yaml_say(fault, node, NULL,
                           "is out of range; it must be a whole number from %zu to %zu",
                           low, high);
    *value = (size_t)wide;
    return CS_OK;
}

static bool is_of_its_kind(const struct cs_yaml *value, const struct cs_field *field)
{
    switch (field->type) {
    case CS_FIELD_NAMES:
        return value->kind != CS_YAML_MAP;
    case CS_FIELD_LIST:
        return value->kind == CS_YAML_LIST;
    case CS_FIELD_LISTS:
        return value->kind != CS_YAML_SCALAR;
    case CS_FIELD_MAP:
        return value->kind == CS_YAML_MAP;
    default:
        return value->kind == CS_YAML_SCALAR;
    }
}

/* Numbers and booleans in quotes are texts. */
static bool may_be_quoted(const struct cs_field *field)
{
    return field->type == CS_FIELD_TEXT || field->type == CS_FIELD_CHOICE ||
           field->type == CS_FIELD_SCALAR;
}

static enum cs_status parse(void *into, const struct cs_field *field,
                            const struct cs_yaml *map, const struct cs_yaml *value,
                            struct cs_fault *fault)
{
    enum cs_status st = CS_CONFIG;

    if (value->quoted && !may_be_quoted(field))
        return say_expected(field, map, "is a text in quotes", fault);
    st = cs_field_kind(field->type)->parse(member_of(into, field), field, value->text);
    if (st == CS_CONFIG)
        return say_expected(field, map, "is not a value that can be used", fault);
    return st;
}

static enum cs_status read_value(void *into, const struct cs_field *field,
                                 const struct cs_yaml *map, const struct cs_yaml *value,
                                 struct cs_fault *fault)
{
    if (!is_of_its_kind(value, field))
        return say_expected(field, map, "is of the wrong kind", fault);
    if (value->kind != CS_YAML_SCALAR)
        return CS_OK;
    const enum cs_status st = cs_field_scalar(value, fault);
    if (st != CS_OK || cs_field_kind(field->type)->parse == NULL)
        return st;
    return parse(into, field, map, value, fault);
}

static enum cs_status read_absent(void *into, const struct cs_field *field,
                                  const struct cs_yaml *map, struct cs_fault *fault)
{
    const struct cs_field_kind *kind = cs_field_kind(field->type);

    if (field->fallback == NULL)
        return say_expected(field, map, "is missing", fault);
    if (kind->parse == NULL || field->fallback[0] == '\0')
        return CS_OK;
    const enum cs_status st = kind->parse(member_of(into, field), field, field->fallback);
    CS_REQUIRE(st != CS_CONFIG);
    return st;
}

static enum cs_status read_field(void *into, const struct cs_field *field,
                                 const struct cs_yaml *map, struct cs_fault *fault)
{
    const struct cs_yaml *value = map != NULL ? cs_yaml_get(map, field->key) : NULL;

    CS_REQUIRE(map != NULL || field->fallback != NULL);
    if (value != NULL)
        return read_value(into, field, map, value, fault);
    return read_absent(into, field, map, fault);
}

enum cs_status cs_fields_read_one(void *into, const struct cs_section *section,
                                  const char *key, const struct cs_yaml *map,
                                  struct cs_fault *fault)
{
    const struct cs_field *field = find_field(section, key);

    CS_REQUIRE(field != NULL);
    return read_field(into, field, map, fault);
}

enum cs_status cs_fields_read(void *into, const struct cs_section *section,
                              const struct cs_yaml *map, struct cs_fault *fault)
{
    enum cs_status st = CS_OK;

    if (map != NULL && map->kind != CS_YAML_MAP)
        return cs_yaml_say(
            fault, map, NULL,
            "is not a map; write key: value pairs, as docs/STUDY.md shows");
    if (map != NULL)
        CS_TRY(refuse_unknown(section, map, fault));
    for (size_t i = 0; i < section->n_fields; i++)
        CS_TRY(read_field(into, &section->fields[i], map, fault));
out:
    return st;
}

void cs_fields_write(struct cs_text *text, const char *prefix,
                     const struct cs_section *section, const void *from)
{
    for (size_t i = 0; i < section->n_fields; i++) {
        const struct cs_field *field = &section->fields[i];
        const struct cs_field_kind *kind = cs_field_kind(field->type);

        if (kind->write == NULL)
            continue;
        cs_text_add(text, "%s%s%s = ", prefix, prefix[0] != '\0' ? "." : "", field->key);
        kind->write(text, field, (const char *)from + field->offset);
        cs_text_add(text, "\n");
    }
}
