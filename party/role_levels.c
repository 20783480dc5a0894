#include "party/role_levels.h"

#include <string.h>
#include <strings.h>

#include "crypto/status.h"

/* A level that is one of the whole words, or that has one of the parts in it. */
struct hints {
    const char *const *whole, *const *parts; /* NULL-terminated */
};

static const struct hints control_hints = {
    (const char *const[]){ "0", "no", "n", "none", "false", "c", NULL },
    (const char *const[]){ "control", "no ", "placebo", "holdout", "hold-out", NULL },
};

static const struct hints test_hints = {
    (const char *const[]){ "1", "yes", "y", "true", "t", NULL },
    (const char *const[]){ "test", "treat", "variant", NULL },
};

static const struct hints conversion_hints = {
    (const char *const[]){ "1", "yes", "y", "true", "t", NULL },
    (const char *const[]){ "convert", "bought", "purchase", NULL },
};

static bool begins_with(const char *text, const char *part)
{
    return strncasecmp(text, part, strlen(part)) == 0;
}

static bool fits(const char *level, const struct hints *hints)
{
    for (size_t k = 0; hints->whole[k] != NULL; k++)
        if (strcasecmp(level, hints->whole[k]) == 0)
            return true;
    for (size_t k = 0; hints->parts[k] != NULL; k++)
        for (const char *at = level; *at != '\0'; at++)
            if (begins_with(at, hints->parts[k]))
                return true;
    return false;
}

/* The first level that fits, or else the one that is there, neither being taken. */
static void guess(struct cs_argument_list *list, const struct cs_column *column,
                  const struct hints *hints, size_t otherwise,
                  const struct cs_argument_list *taken)
{
    size_t chosen = otherwise;

    if (list->n > 0)
        return;
    for (size_t k = column->n_values; k-- > 0;)
        if (fits(column->values[k], hints) &&
            !cs_argument_list_has(taken, column->values[k]))
            chosen = k;
    if (cs_argument_list_has(taken, column->values[chosen]))
        chosen = (chosen + 1) % column->n_values;
    list->value[list->n++] = column->values[chosen];
}

void cs_role_levels_of_arm(struct cs_argument_list *test,
                           struct cs_argument_list *control,
                           const struct cs_column *column)
{
    CS_REQUIRE(column->n_values >= 2);
    guess(control, column, &control_hints, 0, test);
    guess(test, column, &test_hints, column->n_values - 1, control);
}

void cs_role_levels_of_conversion(struct cs_argument_list *converted,
                                  const struct cs_column *column)
{
    static const struct cs_argument_list none;

    CS_REQUIRE(column->n_values >= 2);
    guess(converted, column, &conversion_hints, column->n_values - 1, &none);
}
