/* link_parts.h: what the parts of the linkage have in common.
 *
 * Inside protocol/link*.c alone.
 */
#ifndef CS_PROTOCOL_LINK_PARTS_H
#define CS_PROTOCOL_LINK_PARTS_H

#include "crypto/aes.h"
#include "crypto/buckets.h"
#include "protocol/link.h"
#include "protocol/oprf.h"
#include "protocol/ot.h"

struct cs_linking {
    enum cs_party party;
    struct cs_rng *secret;
    struct cs_channel *channel;

    struct cs_aes keyed, masks; /* elements of this run; masks of wide values */
    struct cs_ot_sender *sender;
    struct cs_ot_receiver *receiver;
    struct cs_oprf_receiver *asks;  /* at A */
    struct cs_oprf_sender *answers; /* at B */

    struct cs_buckets asked, answered; /* A's elements, B's */
    size_t n_bins;                     /* of a bucket */
    size_t n_keys;                     /* of a bucket's hint */
    size_t n_words;                    /* of a payload */
    size_t width;                      /* blocks of tag and payload together */
    unsigned tag_bits;
};

/* One bucket's elements, and where their shares go. */
struct cs_link_bucket {
    const struct cs_block *element; /* (n) [secret] */
    const uint64_t *payload;        /* at B: (n, n_words) [secret] */
    size_t n;
    uint32_t *owner;   /* at A: (n_bins) index of the element in a bin, or
                          CS_CUCKOO_NOBODY */
    uint8_t *bit;      /* (n_bins) */
    uint64_t *product; /* (n_bins, n_words) */
};

CS_MUST_USE enum cs_status cs_link_ask(const struct cs_linking *linking,
                                       const struct cs_link_bucket *bucket,
                                       const struct cs_progress *progress);
CS_MUST_USE enum cs_status cs_link_answer(const struct cs_linking *linking,
                                          const struct cs_link_bucket *bucket,
                                          const struct cs_progress *progress);

/* With several identifiers: from places that are bins to places that are A's rows. A row
 * has what its first identifier says, or its second, ... */
CS_MUST_USE enum cs_status cs_link_combine(struct cs_linked *linked,
                                           const struct cs_linking *linking,
                                           const struct cs_link_input *input,
                                           const struct cs_progress *progress);

#endif
