#include "party/arguments.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "model/real.h"

static bool read_count(unsigned long *count, const char *value)
{
    char *end = NULL;

    if (value[0] < '0' || value[0] > '9') /* no sign, no space, no name */
        return false;
    errno = 0;
    *count = strtoul(value, &end, 10);
    return errno == 0 && *end == '\0';
}

/* The whole of value as a number of the kind, and in its range. */
static bool read_number(const struct cs_argument *argument, const char *value)
{
    double number;

    if (argument->none && strcmp(value, "none") == 0) {
        *argument->number = INFINITY;
        return true;
    }
    if (argument->count != NULL)
        return read_count(argument->count, value);
    if (value[0] == '+' || !cs_real_parse(&number, value))
        return false;
    *(argument->share != NULL ? argument->share : argument->number) = number;
    return argument->share != NULL ? number >= 0 && number <= 1
                                   : number > 0 && number < 1e12;
}

static const char *needed_number(const struct cs_argument *argument)
{
    if (argument->count != NULL)
        return "a whole number";
    if (argument->share != NULL)
        return "a number from 0 to 1";
    return argument->none ? "a positive number, or none" : "a positive number";
}

bool cs_argument_list_has(const struct cs_argument_list *list, const char *value)
{
    for (size_t k = 0; k < list->n; k++)
        if (strcmp(list->value[k], value) == 0)
            return true;
    return false;
}

static bool append(struct cs_argument_list *list, const char *value)
{
    if (value[0] == '\0' || list->n == CS_ARGUMENT_LIST_MAX)
        return false;
    list->value[list->n++] = value;
    return true;
}

static enum cs_status set_value(const struct cs_argument *argument, const char *value,
                                const char *command, struct cs_fault *fault)
{
    const char *needed = NULL;

    if (argument->text != NULL && value[0] != '\0')
        *argument->text = value;
    else if (argument->text != NULL)
        needed = "a value";
    else if (argument->list != NULL)
        needed = append(argument->list, value) ? NULL : "values, 64 at most";
    else if (!read_number(argument, value))
        needed = needed_number(argument);
    if (needed != NULL)
        return cs_fault_say(fault, CS_CONFIG, "--%s needs %s; see `cosynth %s --help`",
                            argument->name, needed, command);
    return CS_OK;
}

static const struct cs_argument *find(const struct cs_argument *arguments, size_t n,
                                      const char *word, size_t n_word)
{
    for (size_t i = 0; i < n; i++)
        if (strlen(arguments[i].name) == n_word &&
            strncmp(arguments[i].name, word, n_word) == 0)
            return &arguments[i];
    return NULL;
}

/* One option at argv[*at]; leaves *at on its last word. */
static enum cs_status read_option(int *at, int argc, char **argv,
                                  const struct cs_argument *arguments, size_t n_arguments,
                                  struct cs_fault *fault)
{
    const char *word = argv[*at] + 2, *equals = strchr(word, '=');
    const size_t n_word = equals != NULL ? (size_t)(equals - word) : strlen(word);
    const struct cs_argument *argument = find(arguments, n_arguments, word, n_word);

    if (argument == NULL)
        return cs_fault_say(fault, CS_CONFIG,
                            "%s: there is no such option; see `cosynth %s --help`",
                            argv[*at], argv[0]);
    if (argument->flag != NULL && equals != NULL)
        return cs_fault_say(fault, CS_CONFIG,
                            "--%s takes no value; see `cosynth %s --help`",
                            argument->name, argv[0]);
    if (argument->flag != NULL) {
        *argument->flag = true;
        return CS_OK;
    }
    if (equals != NULL)
        return set_value(argument, equals + 1, argv[0], fault);
    if (*at + 1 == argc)
        return cs_fault_say(fault, CS_CONFIG,
                            "--%s needs a value; see `cosynth %s --help`", argument->name,
                            argv[0]);
    ++*at;
    return set_value(argument, argv[*at], argv[0], fault);
}

/* Other words go to positional, (capacity), *n of them. */
static enum cs_status read_words(int argc, char **argv,
                                 const struct cs_argument *arguments, size_t n_arguments,
                                 const char **positional, size_t capacity, size_t *n,
                                 struct cs_fault *fault)
{
    *n = 0;
    for (int i = 1; i < argc; i++) {
        if (strncmp(argv[i], "--", 2) == 0) {
            const enum cs_status st =
                read_option(&i, argc, argv, arguments, n_arguments, fault);
            if (st != CS_OK)
                return st;
        } else if (*n < capacity) {
            positional[(*n)++] = argv[i];
        } else {
            return cs_fault_say(fault, CS_CONFIG,
                                "%s: one word too many; see `cosynth %s --help`", argv[i],
                                argv[0]);
        }
    }
    return CS_OK;
}

static enum cs_status need_words(size_t n, size_t least, const char *command,
                                 struct cs_fault *fault)
{
    if (n >= least)
        return CS_OK;
    return cs_fault_say(fault, CS_CONFIG, "%zu more %s needed; see `cosynth %s --help`",
                        least - n, least - n == 1 ? "word is" : "words are", command);
}

enum cs_status cs_arguments_read(int argc, char **argv,
                                 const struct cs_argument *arguments, size_t n_arguments,
                                 const char **positional, size_t n_positional,
                                 struct cs_fault *fault)
{
    enum cs_status st;
    size_t n;

    CS_TRY(read_words(argc, argv, arguments, n_arguments, positional, n_positional, &n,
                      fault));
    CS_TRY(need_words(n, n_positional, argv[0], fault));
out:
    return st;
}

enum cs_status cs_arguments_read_list(int argc, char **argv,
                                      const struct cs_argument *arguments,
                                      size_t n_arguments,
                                      struct cs_argument_list *positional, size_t least,
                                      struct cs_fault *fault)
{
    enum cs_status st;

    CS_TRY(read_words(argc, argv, arguments, n_arguments, positional->value,
                      CS_ARGUMENT_LIST_MAX, &positional->n, fault));
    CS_TRY(need_words(positional->n, least, argv[0], fault));
out:
    return st;
}
