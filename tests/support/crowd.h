/* crowd.h: two lists of people who partly overlap, and their plaintext join. */
#ifndef CS_TESTS_SUPPORT_CROWD_H
#define CS_TESTS_SUPPORT_CROWD_H

#include <stdbool.h>

#include "protocol/link.h"
#include "tests/support/tamper.h"

/* What both parties hold. Row r of A has identifier i at id_a[i * n_rows[CS_A] + r]. */
struct cs_crowd {
    size_t n_rows[2], n_ids, n_words;
    unsigned ot_k; /* 2, the least work: of protocol/ot.h, where all are tested */
    uint8_t (*id_a)[CS_ID_BYTES]; /* (n_ids, n_rows[CS_A]) */
    uint8_t (*id_b)[CS_ID_BYTES]; /* (n_rows[CS_B]) */
    uint64_t *payload;            /* (n_rows[CS_B], n_words) */
};

/* Room for people; all have no identifier yet, and random payloads from the seed. */
void cs_crowd_init(struct cs_crowd *crowd, const size_t n_rows[2], size_t n_ids,
                   size_t n_words, uint64_t seed);
void cs_crowd_wipe(struct cs_crowd *crowd);

/* Gives everybody one identifier: of A's rows the first n_both are at B, in an order of
 * its own, all others at one party only. One identifier a person. */
void cs_crowd_overlap(struct cs_crowd *crowd, size_t n_both, uint64_t seed);

/* Runs the linkage of both over memory; linked and results by party. */
void cs_crowd_link(struct cs_linked linked[2], enum cs_status results[2],
                   const struct cs_crowd *crowd, const struct cs_tamper *tamper);

/* Whether the shares open to exactly the plaintext join: every row of A that has an
 * identifier stands at one place, with the bit and payload of the first of its
 * identifiers that B has; places of nobody are zero. */
bool cs_crowd_is_joined(const struct cs_linked linked[2], const struct cs_crowd *crowd);

/* All of that at once: links, compares, wipes all. Whether both parties succeed and their
 * shares open to the join. */
bool cs_crowd_links(struct cs_crowd *crowd);
bool cs_crowd_links_overlap(const size_t n_rows[2], size_t n_both, size_t n_words,
                            uint64_t seed);

#endif
