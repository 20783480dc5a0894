/* link.h: `link: private`: who is at both parties, as shares that neither can read.
 *
 * Circuit-PSI (Pinkas, Schneider, Tkachenko, Yanai, "Efficient Circuit-Based PSI with
 * Linear Communication", EUROCRYPT 2019 (2019/241), section 3; Rindal, Schoppmann,
 * "VOLE-PSI", EUROCRYPT 2021 (2021/266), section 5; Chandran, Gupta, Shah, "Circuit-PSI
 * with Linear Complexity via Relaxed Batch OPPRF", 2022 (2021/034)), of parts that have a
 * header each:
 *
 *   elements   identifiers' digests under a key of this run; large inputs in buckets
 *              (crypto/buckets.h)
 *   bins       A puts each of its elements into one of three bins, B each into all three
 *              (crypto/cuckoo.h)
 *   OPRF       A gets F_j(x) of the one element of bin j, B can evaluate F_j anywhere
 *              (protocol/oprf.h)
 *   hint       B draws a tag and a mask for each bin, and sends a key-value store
 *              (crypto/okvs.h) of F_j(y) ^ (tag_j, payload of y ^ mask_j) by (y, j); A
 *              finds (tag_j, payload ^ mask_j) if its element is at B, else random words
 *   equality   shares of: A's tag is B's (protocol/equality.h)
 *   product    shares of that bit times the payload (protocol/multiplex.h)
 *
 * A person of B answers to one identifier, the first it has. A person of A is looked up
 * by each of its own, in order; the first that answers counts. So nobody is linked to
 * two. With more than one identifier A's people stand at several bins: the shares are
 * brought into the order of A's rows (protocol/permute.h) and combined.
 *
 * A tag has 40 bits more than the bins have, up to 63: that two different people agree
 * anywhere has probability 2^-40 up to 2^23 bins, and doubles with the bins.
 *
 *   What is learned   nothing but the numbers of rows, which HELLO says. Buckets, bins,
 *                     hints are of sizes that follow from these.
 *   What holds        against parties that follow the protocol. What one that does not
 *                     may do is in docs/PRIVACY.md. Frames altered on the way are found
 *                     out (protocol/transcript.h).
 *   Memory            some 400 bytes for each of 2^20 rows, however many there are, and
 *                     what is in struct cs_linked.
 *   Errors            those of the channel; CS_PROTOCOL; CS_MEMORY; CS_INPUT, with words,
 *                     if hashing fails, which is to happen once in 2^40 runs
 */
#ifndef CS_PROTOCOL_LINK_H
#define CS_PROTOCOL_LINK_H

#include "crypto/fault.h"
#include "crypto/progress.h"
#include "crypto/rng.h"
#include "model/id.h"
#include "model/schema.h"
#include "protocol/channel.h"
#include "protocol/linked.h"

#define CS_LINK_ROWS_MAX ((size_t)1 << 27) /* of a party, times its identifiers */

struct cs_link_input {
    enum cs_party party;
    size_t n_rows[2];
    size_t n_ids; /* that a person of A may have; the same at both */

    /* (n_ids, n_rows) at A, (n_rows) at B; zero: has none. All others differ. [secret] */
    const uint8_t (*id)[CS_ID_BYTES];

    size_t n_words;          /* of a person's payload, > 0; the same at both */
    const uint64_t *payload; /* at B: (n_rows, n_words); NULL at A [secret] */
    unsigned ot_k;           /* of protocol/ot.h */
};

/* Whether so many rows may be linked; CS_INPUT, with words. The peer's number is only
 * what it says: to be asked before anything is spent, or memory taken for them. */
CS_MUST_USE enum cs_status cs_link_check_rows(const size_t n_rows[static 2], size_t n_ids,
                                              struct cs_fault *fault);

/* On success linked is the caller's, to be wiped by cs_linked_wipe. */
CS_MUST_USE enum cs_status cs_link(struct cs_linked *linked,
                                   const struct cs_link_input *input,
                                   struct cs_rng *secret, struct cs_channel *channel,
                                   const struct cs_progress *progress,
                                   struct cs_fault *fault);

#endif
