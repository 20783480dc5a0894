/* limit.h: how much of a person's privacy the owner of a file lets be spent, in all.
 *
 * A person's cost over several runs is at most the sum of their epsilons and of their
 * deltas: basic composition (Dwork, Roth, "The Algorithmic Foundations of Differential
 * Privacy", 2014, theorem 3.16).
 */
#ifndef CS_PARTY_LIMIT_H
#define CS_PARTY_LIMIT_H

#include "model/fields.h"

/* Whose runs add up: those on the same people, or all of the ledger, whose files may
 * share people. */
enum cs_limit_per { CS_LIMIT_PER_DATA_SET, CS_LIMIT_PER_LEDGER };

struct cs_cost {
    double epsilon, delta; /* INFINITY and 0: without privacy */
};

struct cs_limit {
    double epsilon, delta; /* INFINITY: none */
    enum cs_limit_per per;
};

/* The keys of `ledger_limit` in a node file, of a struct cs_limit. */
const struct cs_section *cs_limit_section(void);

bool cs_limit_is_none(const struct cs_limit *limit);

/* CS_CONFIG if spent and asked together are over the limit, but for the last bits of a
 * sum, with all three in words; path is the ledger's. */
CS_MUST_USE enum cs_status cs_limit_check(const struct cs_limit *limit,
                                          const struct cs_cost *spent,
                                          const struct cs_cost *asked, const char *path,
                                          struct cs_fault *fault);

#endif
