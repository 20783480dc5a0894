/* reveal.h: the one place where shared values are opened.
 *
 * Whatever is opened was in the plan: the caller names its purpose, and each opening is
 * appended to a list that ends in the run's receipt, before a share is sent.
 *
 *   1. both send COMMIT {terms, commitment}; terms is BLAKE2b-256 of the sizes and the
 *      purpose, the commitment BLAKE2b-256, under a random key, of the party, the terms
 *      and the share. Other terms end the run here: two parties at different places open
 *      nothing.
 *   2. both send COMMIT {key}, then OPEN {share}, and compare the peer's with what it
 *      committed to. So neither can choose its share after having seen the other's, nor
 *      send back the other's own.
 *
 * A party that deviates can still commit to a false share, or leave when it has seen the
 * other's.
 *
 *   Aliasing   x may be the same array as mine
 *   Errors     CS_PROTOCOL, with words, for other terms and for another share than the
 *              one committed to; CS_MEMORY; what a channel gives
 *   Secrecy    shares are secret until then, the sum is opened. A random key from
 *              `secret` keeps a commitment to a share of few bits from being tried out.
 */
#ifndef CS_PROTOCOL_REVEAL_H
#define CS_PROTOCOL_REVEAL_H

#include "crypto/rng.h"
#include "model/schema.h"
#include "protocol/channel.h"

struct cs_opening {
    char purpose[96];
    uint64_t n_words;
    unsigned word_bytes;
};

struct cs_openings {
    struct cs_opening *entry;
    size_t n, capacity;
};

/* x = mine + the peer's, (n), n > 0. Both parties call it with the same purpose and n. */
CS_MUST_USE enum cs_status cs_reveal32(uint32_t *x, const uint32_t *mine, size_t n,
                                       const char *purpose, struct cs_openings *openings,
                                       struct cs_rng *secret, struct cs_channel *channel,
                                       enum cs_party party);
CS_MUST_USE enum cs_status cs_reveal64(uint64_t *x, const uint64_t *mine, size_t n,
                                       const char *purpose, struct cs_openings *openings,
                                       struct cs_rng *secret, struct cs_channel *channel,
                                       enum cs_party party);

/* Enters an opening of a session before this one, so that the list has all of the run. */
CS_MUST_USE enum cs_status cs_openings_add(struct cs_openings *openings,
                                           const char *purpose, size_t n_words,
                                           unsigned word_bytes);
void cs_openings_wipe(struct cs_openings *openings);

#endif
