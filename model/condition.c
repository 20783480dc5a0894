#include "model/condition.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "model/real.h"
#include "model/spelling.h"
#include "model/text.h"
#include "model/value.h"

/* Longer ones first where one begins as another. */
static const struct {
    const char *text;
    enum cs_operator operator;
} operators[] = {
    { "==", CS_EQUAL }, { "!=", CS_UNEQUAL }, { "<=", CS_AT_MOST }, { ">=", CS_AT_LEAST },
    { "=", CS_EQUAL },  { "<", CS_BELOW },    { ">", CS_ABOVE },    { "in ", CS_IN },
};

/* ---- columns by name ---- */

static enum cs_status say_no_column(const struct cs_schema *schema, const char *name,
                                    struct cs_fault *fault)
{
    char told[CS_COLUMN_NAME_BYTES], nearest[CS_COLUMN_NAME_BYTES] = "";
    size_t least = cs_spelling_limit(name);
    struct cs_text names = { 0 };

    for (size_t i = 0; i < schema->n_columns; i++) {
        cs_schema_name(told, schema, i);
        cs_text_add(&names, "%s%s", i > 0 ? ", " : "", told);
        if (strcmp(schema->columns[i].name, name) == 0 ||
            cs_spelling_nearer(&least, name, told))
            memcpy(nearest, told, sizeof nearest);
    }
    if (nearest[0] != '\0')
        cs_fault_say(fault, CS_CONFIG,
                     "`%s` is no column of the study; did you mean `%s`?", name, nearest);
    else
        cs_fault_say(fault, CS_CONFIG, "`%s` is no column of the study; there are %s",
                     name, names.failed ? "others" : names.bytes);
    cs_text_wipe(&names);
    return CS_CONFIG;
}

enum cs_status cs_condition_find(size_t *column, const struct cs_schema *schema,
                                 const char *name, struct cs_fault *fault)
{
    *column = cs_schema_find(schema, name);
    return *column < schema->n_columns ? CS_OK : say_no_column(schema, name, fault);
}

/* ---- a condition's parts ---- */

static const char *skip_spaces(const char *text)
{
    return text + strspn(text, " ");
}

/* Whether an operator stands at text; *value is what follows. */
static bool read_operator(enum cs_operator *operator, const char ** value,
                          const char *text)
{
    for (size_t i = 0; i < sizeof operators / sizeof *operators; i++) {
        const size_t n = strlen(operators[i].text);

        if (strncmp(text, operators[i].text, n) == 0) {
            *operator= operators[i].operator;
            *value = skip_spaces(text + n);
            return true;
        }
    }
    return false;
}

/* The longest name of a column that an operator follows. */
static bool split(struct cs_condition *condition, const struct cs_schema *schema)
{
    size_t longest = 0;

    for (size_t i = 0; i < schema->n_columns; i++) {
        char told[CS_COLUMN_NAME_BYTES];
        struct cs_condition found = { condition->text, i, CS_EQUAL, NULL };

        cs_schema_name(told, schema, i);
        const size_t n = strlen(told);
        if (n > longest && strncmp(condition->text, told, n) == 0 &&
            read_operator(&found.operator, & found.value,
                          skip_spaces(condition->text + n))) {
            longest = n;
            *condition = found;
        }
    }
    return longest > 0;
}

/* What stands before the first operator is no column, or there is no operator. */
static enum cs_status refuse_condition(const struct cs_schema *schema, const char *text,
                                       struct cs_fault *fault)
{
    size_t n = strcspn(text, "=!<>");
    const char *in = strstr(text, " in ");
    char name[CS_COLUMN_NAME_BYTES];

    if (text[n] == '\0' && in == NULL)
        return cs_fault_say(
            fault, CS_CONFIG,
            "`%s` is no condition; write COLUMN=VALUE, with =, !=, <, <=, "
            ">, >= or in",
            text);
    if (text[n] == '\0')
        n = (size_t)(in - text);
    while (n > 0 && text[n - 1] == ' ')
        n--;
    snprintf(name, sizeof name, "%.*s", (int)(n < sizeof name ? n : sizeof name - 1),
             text);
    return say_no_column(schema, name, fault);
}

enum cs_status cs_condition_read(struct cs_condition *condition,
                                 const struct cs_schema *schema, const char *text,
                                 struct cs_fault *fault)
{
    *condition = (struct cs_condition){ .text = text };
    return split(condition, schema) ? CS_OK : refuse_condition(schema, text, fault);
}

/* ---- values ---- */

/* The code of the category that the first n bytes of text are, or -1. */
int cs_condition_code(const struct cs_column *column, const char *text, size_t n)
{
    for (size_t code = 0; code < column->n_values; code++)
        if (strlen(column->values[code]) == n &&
            memcmp(column->values[code], text, n) == 0)
            return (int)code;
    if (n == 5 && memcmp(text, "other", 5) == 0)
        return column->other;
    return n == 0 ? column->missing : -1;
}

enum cs_status cs_condition_no_value(const struct cs_column *column, const char *value,
                                     struct cs_fault *fault)
{
    size_t least = cs_spelling_limit(value);
    const char *nearest = NULL;
    struct cs_text values = { 0 };

    for (size_t i = 0; i < column->n_values; i++) {
        cs_text_add(&values, "%s%s", i > 0 ? ", " : "", column->values[i]);
        if (cs_spelling_nearer(&least, value, column->values[i]))
            nearest = column->values[i];
    }
    if (nearest != NULL)
        cs_fault_say(fault, CS_CONFIG, "`%s` is no value of `%s`; did you mean `%s`?",
                     value, column->name, nearest);
    else
        cs_fault_say(fault, CS_CONFIG, "`%s` is no value of `%s`; it is one of %s", value,
                     column->name, values.failed ? "others" : values.bytes);
    cs_text_wipe(&values);
    return CS_CONFIG;
}

/* How many bytes of a list its first value has: up to the last comma before which a
 * category stands, for these may hold commas; else up to the first. */
size_t cs_condition_item(const struct cs_column *column, const char *list)
{
    const size_t first = strcspn(list, ",");
    size_t best = first;

    for (size_t n = first; column->type == CS_CATEGORY;
         n += 1 + strcspn(list + n + 1, ",")) {
        if (cs_condition_code(column, list, n) >= 0)
            best = n;
        if (list[n] == '\0')
            break;
    }
    return best;
}

/* The grid value that is text, exactly. */
enum cs_status cs_condition_grid(int64_t *grid, const struct cs_column *column,
                                 const char *text, size_t n, struct cs_fault *fault)
{
    char copy[CS_VALUE_BYTES], shown[CS_VALUE_BYTES];
    double real;

    snprintf(copy, sizeof copy, "%.*s", (int)(n < sizeof copy ? n : sizeof copy - 1),
             text);
    if (n >= sizeof copy || !cs_value_parse(grid, column, copy, n)) {
        cs_value_format(shown, column, column->min);
        return cs_fault_say(fault, CS_CONFIG,
                            "`%s` is no value of `%s`; write one as in the data, such as "
                            "%s",
                            copy, column->name, shown);
    }
    if (column->type == CS_NUMBER && cs_real_parse(&real, copy) &&
        fabs(real * pow(10, column->decimals) - (double)*grid) > 1e-3)
        return cs_fault_say(fault, CS_CONFIG,
                            "`%s` has more decimals than `%s`, which has %u; round it",
                            copy, column->name, column->decimals);
    return CS_OK;
}
