/* transcript.h: did both ends see the same frames?
 *
 * TLS keeps the network from altering a frame, and most dialogues notice one that is
 * wrong. The linkage does not: a bit of its matrices that flips in a node's memory makes
 * a person unlinked, and nobody can tell. So both ends take a tag of all that they sent
 * and of all that they received, and compare at the end.
 *
 * The tags are Poly1305 (RFC 8439, section 2.5), a key for each direction: BLAKE2b-256 of
 * both parties' nonces and the direction. A change that was made without knowing the key
 * passes with probability below 2^-90 for 2^30 bytes. Against the peer itself the tags do
 * nothing: it may send what it likes, and say so.
 *
 *   Ownership   the transcript is the caller's, _free takes NULL and ends the watch
 *   Errors      those of the channel; CS_PROTOCOL if the tags differ; CS_MEMORY
 */
#ifndef CS_PROTOCOL_TRANSCRIPT_H
#define CS_PROTOCOL_TRANSCRIPT_H

#include "crypto/rng.h"
#include "protocol/channel.h"

struct cs_transcript;

/* Both call it: from here on the channel's frames count, heartbeats do not. */
CS_MUST_USE enum cs_status cs_transcript_begin(struct cs_transcript **transcript,
                                               struct cs_rng *secret,
                                               struct cs_channel *channel);

/* Both call it, once: the frames since are compared. */
CS_MUST_USE enum cs_status cs_transcript_end(struct cs_transcript *transcript);

void cs_transcript_free(struct cs_transcript *transcript);

/* For the channel. */
void cs_transcript_sent(struct cs_transcript *transcript, const void *body,
                        size_t n_bytes);
void cs_transcript_received(struct cs_transcript *transcript, const void *body,
                            size_t n_bytes);

#endif
