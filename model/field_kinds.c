#include "model/field_kinds.h"

#include <math.h>
#include <string.h>

#include "model/real.h"

static enum cs_status parse_text(void *member, const struct cs_field *field,
                                 const char *text)
{
    char *copy = NULL;

    if ((double)strlen(text) < field->low || (double)strlen(text) > field->high)
        return CS_CONFIG;
    copy = strdup(text);
    memcpy(member, &copy, sizeof copy);
    return copy != NULL ? CS_OK : CS_MEMORY;
}

static void write_text(struct cs_text *text, const struct cs_field *field,
                       const void *member)
{
    char *value;

    (void)field;
    memcpy(&value, member, sizeof value);
    if (value == NULL)
        cs_text_add(text, "none");
    else
        cs_text_add_quoted(text, value);
}

static void describe_text(struct cs_text *words, const struct cs_field *field)
{
    cs_text_add(words, "a text of %.0f to %.0f bytes", field->low, field->high);
}

static enum cs_status parse_bool(void *member, const struct cs_field *field,
                                 const char *text)
{
    const bool value = strcmp(text, "true") == 0;

    (void)field;
    memcpy(member, &value, sizeof value);
    return value || strcmp(text, "false") == 0 ? CS_OK : CS_CONFIG;
}

static void write_bool(struct cs_text *text, const struct cs_field *field,
                       const void *member)
{
    bool value;

    (void)field;
    memcpy(&value, member, sizeof value);
    cs_text_add(text, "%s", value ? "true" : "false");
}

static void describe_bool(struct cs_text *words, const struct cs_field *field)
{
    (void)field;
    cs_text_add(words, "true or false");
}

bool cs_field_parse_digits(uint64_t *value, const char *text)
{
    const size_t n = strlen(text);

    if (n == 0 || n > 18 || strspn(text, "0123456789") != n)
        return false;
    *value = 0;
    for (size_t i = 0; i < n; i++)
        *value = *value * 10 + (uint64_t)(text[i] - '0');
    return true;
}

static enum cs_status parse_integer(void *member, const struct cs_field *field,
                                    const char *text)
{
    uint64_t value;

    if (!cs_field_parse_digits(&value, text) || value < (uint64_t)field->low ||
        value > (uint64_t)field->high)
        return CS_CONFIG;
    const uint32_t narrow = (uint32_t)value;
    memcpy(member, field->n_bytes == 4 ? (const void *)&narrow : (const void *)&value,
           field->n_bytes);
    return CS_OK;
}

static void write_integer(struct cs_text *text, const struct cs_field *field,
                          const void *member)
{
    uint64_t wide = 0;
    uint32_t narrow = 0;

    memcpy(field->n_bytes == 4 ? (void *)&narrow : (void *)&wide, member, field->n_bytes);
    cs_text_add(text, "%llu", (unsigned long long)(wide + narrow));
}

static void describe_integer(struct cs_text *words, const struct cs_field *field)
{
    cs_text_add(words, "a whole number from %.0f to %.0f", field->low, field->high);
}

static enum cs_status parse_real(void *member, const struct cs_field *field,
                                 const char *text)
{
    const bool none = field->none && strcmp(text, "none") == 0;
    double value = INFINITY;

    if (!none && (!cs_real_parse(&value, text) || value < field->low ||
                  value > field->high || (field->above && value <= field->low)))
        return CS_CONFIG;
    memcpy(member, &value, sizeof value);
    return CS_OK;
}

static void write_real(struct cs_text *text, const struct cs_field *field,
                       const void *member)
{
    char digits[CS_REAL_BYTES];
    double value;

    memcpy(&value, member, sizeof value);
    if (field->none && isinf(value)) {
        cs_text_add(text, "none");
        return;
    }
    cs_real_format(digits, value);
    cs_text_add(text, "%s", digits);
}

static void describe_real(struct cs_text *words, const struct cs_field *field)
{
    char low[CS_REAL_BYTES], high[CS_REAL_BYTES];

    cs_real_format(low, field->low);
    cs_real_format(high, field->high);
    cs_text_add(words,
                field->above ? "a number above %s, at most %s" : "a number from %s to %s",
                low, high);
    if (field->none)
        cs_text_add(words, ", or none");
}

static enum cs_status parse_choice(void *member, const struct cs_field *field,
                                   const char *text)
{
    for (unsigned i = 0; field->choices[i] != NULL; i++)
        if (strcmp(field->choices[i], text) == 0) {
            memcpy(member, &i, sizeof i);
            return CS_OK;
        }
    return CS_CONFIG;
}

static void write_choice(struct cs_text *text, const struct cs_field *field,
                         const void *member)
{
    unsigned i;

    memcpy(&i, member, sizeof i);
    cs_text_add(text, "%s", field->choices[i]);
}

static void describe_choice(struct cs_text *words, const struct cs_field *field)
{
    cs_text_add(words, "one of %s", field->choices[0]);
    for (size_t i = 1; field->choices[i] != NULL; i++)
        cs_text_add(words, ", %s", field->choices[i]);
}

static void describe_scalar(struct cs_text *words, const struct cs_field *field)
{
    (void)field;
    cs_text_add(words, "a single value");
}

static void describe_names(struct cs_text *words, const struct cs_field *field)
{
    (void)field;
    cs_text_add(words, "a name, or a list of names, as [.., ..]");
}

static void describe_list(struct cs_text *words, const struct cs_field *field)
{
    (void)field;
    cs_text_add(words, "a list, as [.., ..]");
}

static void describe_lists(struct cs_text *words, const struct cs_field *field)
{
    (void)field;
    cs_text_add(words, "a list, as [.., ..], or lists by name, as {name: [..], ..}");
}

static void describe_map(struct cs_text *words, const struct cs_field *field)
{
    (void)field;
    cs_text_add(words, "a map, as {key: value, ..}");
}

const struct cs_field_kind *cs_field_kind(enum cs_field_type type)
{
    static const struct cs_field_kind kinds[] = {
        [CS_FIELD_TEXT] = { parse_text, write_text, describe_text },
        [CS_FIELD_BOOL] = { parse_bool, write_bool, describe_bool },
        [CS_FIELD_INTEGER] = { parse_integer, write_integer, describe_integer },
        [CS_FIELD_REAL] = { parse_real, write_real, describe_real },
        [CS_FIELD_CHOICE] = { parse_choice, write_choice, describe_choice },
        [CS_FIELD_SCALAR] = { NULL, NULL, describe_scalar },
        [CS_FIELD_NAMES] = { NULL, NULL, describe_names },
        [CS_FIELD_LIST] = { NULL, NULL, describe_list },
        [CS_FIELD_LISTS] = { NULL, NULL, describe_lists },
        [CS_FIELD_MAP] = { NULL, NULL, describe_map },
    };

    return &kinds[type];
}
