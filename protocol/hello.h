/* hello.h: the first dialogue: do both nodes mean the same run?
 *
 *   1. both send HELLO {version, party, digest of the study}
 *   2. if the digests differ: both send STUDY, the canonical form, and both find the
 *      first field that differs
 *   3. both send HELLO {rows}
 *
 *   Errors     CS_DISAGREE, at both, with words that say what differs: the version,
 *              the party (two nodes of party a), or the field of the study. What a
 *              channel gives.
 *   Secrecy    the peer learns the study and the number of rows.
 */
#ifndef CS_PROTOCOL_HELLO_H
#define CS_PROTOCOL_HELLO_H

#include "model/study.h"
#include "protocol/channel.h"

#define CS_PROTOCOL_VERSION 2

struct cs_hello {
    enum cs_party party;
    const uint8_t *digest; /* (CS_DIGEST_BYTES) of the study */
    const char *canonical; /* the study in canonical form */
    uint64_t n_rows;       /* of this party's input */
};

CS_MUST_USE enum cs_status cs_hello(uint64_t *peer_rows, const struct cs_hello *own,
                                    struct cs_channel *channel, struct cs_fault *fault);

#endif
