/* reveal.h: the one place where shared values are opened.
 *
 * Whatever is opened was in the plan: the caller names its purpose, and each opening is
 * appended to a list that ends in the run's receipt. Shares are committed to before they
 * are sent (BLAKE2b-256 of a random key and the share), so that neither party can choose
 * its share after having seen the other's.
 */
#ifndef CS_PROTOCOL_REVEAL_H
#define CS_PROTOCOL_REVEAL_H

#include "crypto/rng.h"
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

/* x = mine + the peer's, (n). Both parties call it with the same purpose and n. */
CS_MUST_USE enum cs_status cs_reveal32(uint32_t *x, const uint32_t *mine, size_t n,
                                       const char *purpose, struct cs_openings *openings,
                                       struct cs_rng *secret, struct cs_channel *channel);
CS_MUST_USE enum cs_status cs_reveal64(uint64_t *x, const uint64_t *mine, size_t n,
                                       const char *purpose, struct cs_openings *openings,
                                       struct cs_rng *secret, struct cs_channel *channel);

void cs_openings_wipe(struct cs_openings *openings);

#endif
