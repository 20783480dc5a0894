/* presence.h: which rows of a population are at which party.
 *
 * A person is at both parties, at A only or at B only. The rows of a population come in
 * that order, so three numbers say it all. A row has the columns of the parties it is at;
 * the codes of the others are zero, and nobody reads them. With `link: aligned` everybody
 * is at both.
 *
 * A scope says of whom a table is: of all people at A, of all at B, or of those at both.
 * It is a set of bits, the parties at which a person must be to count; where a row is, is
 * such a set too.
 *
 *   Errors     none; row < cs_presence_all, i < cs_presence_at
 */
#ifndef CS_MODEL_PRESENCE_H
#define CS_MODEL_PRESENCE_H

#include <stdbool.h>
#include <stddef.h>

#include "model/schema.h"

enum cs_scope { CS_AT_A = 1, CS_AT_B = 2, CS_AT_BOTH = CS_AT_A | CS_AT_B };

enum { CS_SCOPES = CS_AT_BOTH + 1 }; /* of an array by scope */

static inline enum cs_scope cs_scope_of(enum cs_party party)
{
    return party == CS_A ? CS_AT_A : CS_AT_B;
}

struct cs_presence {
    size_t n_both;
    size_t n_only[2]; /* by enum cs_party */
};

static inline size_t cs_presence_all(const struct cs_presence *people)
{
    return people->n_both + people->n_only[CS_A] + people->n_only[CS_B];
}

/* How many are at a party. */
static inline size_t cs_presence_at(const struct cs_presence *people, enum cs_party party)
{
    return people->n_both + people->n_only[party];
}

static inline bool cs_presence_is_both(const struct cs_presence *people, size_t row)
{
    return row < people->n_both;
}

static inline bool cs_presence_has(const struct cs_presence *people, enum cs_party party,
                                   size_t row)
{
    const bool at_b_only = row >= people->n_both + people->n_only[CS_A];

    return row < people->n_both || at_b_only == (party == CS_B);
}

/* How many are in a scope. */
static inline size_t cs_presence_in(const struct cs_presence *people, enum cs_scope scope)
{
    if (scope == CS_AT_BOTH)
        return people->n_both;
    return cs_presence_at(people, scope == CS_AT_A ? CS_A : CS_B);
}

/* Where a row is. */
static inline enum cs_scope cs_presence_of(const struct cs_presence *people, size_t row)
{
    if (row < people->n_both)
        return CS_AT_BOTH;
    return row - people->n_both < people->n_only[CS_A] ? CS_AT_A : CS_AT_B;
}

static inline bool cs_presence_counts(const struct cs_presence *people,
                                      enum cs_scope scope, size_t row)
{
    return (cs_presence_of(people, row) & scope) == scope;
}

/* The row of the i-th person at a party. */
static inline size_t cs_presence_row(const struct cs_presence *people,
                                     enum cs_party party, size_t i)
{
    return i < people->n_both || party == CS_A ? i : i + people->n_only[CS_A];
}

#endif
