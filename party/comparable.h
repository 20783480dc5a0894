/* comparable.h: whether finished runs can be compared: the same party's, not one run
 * twice, the same question, at one delta, and as many people as noise allows for. */
#ifndef CS_PARTY_COMPARABLE_H
#define CS_PARTY_COMPARABLE_H

#include "party/finished.h"

/* Two numbers of people that are further apart than this many standard deviations of
 * their noise are of different people: by luck in one of a million comparisons. */
#define CS_COMPARABLE_DEVIATIONS 5

CS_MUST_USE enum cs_status cs_comparable_check(const struct cs_finished *runs,
                                               size_t n_runs, struct cs_fault *fault);

/* The scope (enum cs_scope) of whom one run measured another number than the other, 0 if
 * there is none. Of a scope that one did not measure nothing is said. */
size_t cs_comparable_people(const struct cs_finished *one,
                            const struct cs_finished *other);

#endif
