/* hearing.h: what a party's candidates are judged by, over the toy rows of
 * tests/support/toy.h: noisy tables of both parties' rows, targets made of them, and the
 * party's rows in the place of a fitted population. */
#ifndef CS_TESTS_SUPPORT_HEARING_H
#define CS_TESTS_SUPPORT_HEARING_H

#include "model/evidence.h"

/* Points into itself: do not copy it. */
struct cs_test_hearing {
    struct cs_study *study;
    struct cs_plan *plan;
    struct cs_codes rows[2];
    int64_t *cells;
    struct cs_noisy noisy;
    struct cs_targets targets;
    struct cs_evidence evidence;
};

/* The study of tests/support/study.h with extra, n people at both parties, each party's
 * noise in a cell of variance s2_q16 / 2^16 from the seed, evidence for party. */
void cs_test_hearing_init(struct cs_test_hearing *hearing, const char *extra, size_t n,
                          uint64_t s2_q16, enum cs_party party, uint64_t seed);
void cs_test_hearing_wipe(struct cs_test_hearing *hearing);

/* As many rows of the party with its columns drawn independently of each other from those
 * of its rows; to be wiped. */
void cs_test_hearing_shuffle(struct cs_codes *rows, const struct cs_test_hearing *hearing,
                             struct cs_rng *rng);

#endif
