#include "tests/support/manual.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "model/real.h"
#include "tests/support/check.h"

#define MANUAL_BYTES (256 * 1024)
#define CELL_BYTES 512
#define POWERS_FROM 1e9 /* from here bounds are written as powers of ten */

struct row {
    char type[CELL_BYTES], fallback[CELL_BYTES];
};

static char *read_manual(void)
{
    const char *root = getenv("CS_SOURCE_DIR");
    char path[1024], *text = calloc(1, MANUAL_BYTES);

    snprintf(path, sizeof path, "%s/docs/STUDY.md", root != NULL ? root : ".");
    FILE *stream = fopen(path, "rb");
    assert_non_null(text);
    assert_non_null(stream);
    assert_true(fread(text, 1, MANUAL_BYTES - 1, stream) > 0);
    fclose(stream);
    return text;
}

/* The text under the heading, up to the next one: cut out of the manual. */
static char *find_part(char *manual, const char *heading)
{
    char line[128];

    snprintf(line, sizeof line, "\n%s\n", heading);
    char *part = strstr(manual, line);
    if (part == NULL)
        fail_msg("docs/STUDY.md has no heading `%s`", heading);
    part += strlen(line);
    char *end = strstr(part, "\n#");
    if (end != NULL)
        end[1] = '\0';
    return part;
}

static bool find_row(struct row *row, const char *part, const char *key)
{
    char start[64];

    snprintf(start, sizeof start, "\n| `%s` | ", key);
    const char *at = strstr(part, start);
    return at != NULL && sscanf(at + strlen(start), "%511[^|]| %511[^|]|", row->type,
                                row->fallback) == 2;
}

static void check_type(const char *heading, const struct cs_field *field,
                       const struct row *row)
{
    /* `type` of a column is described by the one choice that its section is for */
    const bool has_choices = field->choices != NULL && strcmp(field->key, "type") != 0;

    for (size_t i = 0; has_choices && field->choices[i] != NULL; i++)
        if (strstr(row->type, field->choices[i]) == NULL)
            fail_msg("%s: `%s` lacks the choice `%s`", heading, field->key,
                     field->choices[i]);
    if (field->type != CS_FIELD_INTEGER && field->type != CS_FIELD_REAL)
        return;
    char high[CS_REAL_BYTES + 1];
    cs_real_format(high, field->high);
    if (field->high < POWERS_FROM && field->type == CS_FIELD_INTEGER)
        snprintf(high, sizeof high, "%.0f ", field->high);
    if (field->high < POWERS_FROM && strstr(row->type, high) == NULL)
        fail_msg("%s: `%s` lacks its upper bound %s", heading, field->key, high);
}

static void check_fallback(const char *heading, const struct cs_field *field,
                           const struct row *row)
{
    char wanted[64];

    if (field->fallback == NULL)
        snprintf(wanted, sizeof wanted, "required");
    else if (field->fallback[0] != '\0')
        snprintf(wanted, sizeof wanted, "`%s`", field->fallback);
    else
        wanted[0] = '\0';
    if (strstr(row->fallback, wanted) == NULL)
        fail_msg("%s: the default of `%s` is %s", heading, field->key, wanted);
    if (field->fallback != NULL && strcmp(row->fallback, "required ") == 0)
        fail_msg("%s: `%s` is not required", heading, field->key);
}

static size_t count_rows(const char *part)
{
    size_t n = 0;

    for (const char *at = part; (at = strstr(at, "\n| `")) != NULL; at++)
        n++;
    return n;
}

void cs_manual_check(const char *heading, const struct cs_section *section)
{
    char *manual = read_manual();
    const char *part = find_part(manual, heading);

    for (size_t i = 0; i < section->n_fields; i++) {
        struct row row;

        if (!find_row(&row, part, section->fields[i].key))
            fail_msg("%s: `%s` is not explained", heading, section->fields[i].key);
        check_type(heading, &section->fields[i], &row);
        check_fallback(heading, &section->fields[i], &row);
    }
    if (count_rows(part) != section->n_fields)
        fail_msg("%s: explains a key that there is not", heading);
    free(manual);
}

char *cs_manual_example(size_t n)
{
    char *manual = read_manual(), *at = manual;

    for (size_t i = 0; i <= n && at != NULL; i++) {
        at = strstr(at, "```yaml\n");
        at = at != NULL ? at + strlen("```yaml\n") : NULL;
    }
    if (at == NULL || strstr(at, "```") == NULL)
        fail_msg("docs/STUDY.md has no block of YAML %zu", n);
    *strstr(at, "```") = '\0';
    char *example = strdup(at);
    free(manual);
    assert_non_null(example);
    return example;
}
