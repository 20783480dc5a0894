/* arguments.h: the words of a command line, by a table.
 *
 *   Errors     CS_CONFIG with what is wrong and where to look
 *   Ownership  texts point into argv
 */
#ifndef CS_PARTY_ARGUMENTS_H
#define CS_PARTY_ARGUMENTS_H

#include <stdbool.h>
#include <stddef.h>

#include "crypto/fault.h"

#define CS_ARGUMENT_LIST_MAX 64

/* The values of an option that may be given several times, in their order. */
struct cs_argument_list {
    const char *value[CS_ARGUMENT_LIST_MAX]; /* (n) */
    size_t n;
};

bool cs_argument_list_has(const struct cs_argument_list *list, const char *value);

struct cs_argument {
    const char *name; /* without the dashes */
    /* What it sets; just one is not NULL. */
    const char **text;
    struct cs_argument_list *list;
    double *number; /* positive, below 10^12; INFINITY for `none` if that has a meaning */
    double *share;  /* from 0 to 1 */
    unsigned long *count;
    bool *flag;
    bool none; /* of a number: `none` has a meaning */
};

/* Reads `--name VALUE`, `--name=VALUE` and `--flag`, of several the last unless it is a
 * list, by the table (n_arguments), and exactly n_positional other words. argv[0] is the
 * command's name. */
CS_MUST_USE enum cs_status cs_arguments_read(int argc, char **argv,
                                             const struct cs_argument *arguments,
                                             size_t n_arguments, const char **positional,
                                             size_t n_positional, struct cs_fault *fault);

/* The same with any number of other words, but at least that many. */
CS_MUST_USE enum cs_status cs_arguments_read_list(int argc, char **argv,
                                                  const struct cs_argument *arguments,
                                                  size_t n_arguments,
                                                  struct cs_argument_list *positional,
                                                  size_t least, struct cs_fault *fault);

#endif
