/* average.h: the weighted average of two parties' numbers, by secret shares or by masks.
 *
 * Numbers become words of Z_2^64 with CS_AVERAGE_BITS fraction bits, already multiplied
 * by the party's weight, so that the sum of the two words is the average.
 *
 *   shares   each party splits its words into two additive shares and sends one; both add
 *            up what they hold and open the sum (protocol/reveal.h).
 *   masks    the parties agree on a key by X25519 (libsodium's crypto_kx) and expand it
 *            with ChaCha20: A adds the mask, B subtracts it; both open the sum. One word
 *            a number crosses instead of two (Bonawitz et al., "Practical Secure
 *            Aggregation for Privacy-Preserving Machine Learning", 2017, section 4, for
 *            two).
 *
 * What this hides, plainly: each word on the wire is uniformly random by itself. Who saw
 * all frames of both parties in the clear could add them up: under `shares` a party's
 * share and what it opens give its own numbers, under `masks` the average alone. Nobody
 * sees them in the clear but the peer: TLS is what protects against the network. From the
 * peer neither hides anything: the average of two minus one's own is the other's. What
 * protects a party's rows from the peer is that its numbers are differentially private by
 * its own noise before they get here.
 *
 *   Errors   CS_CONFIG: a number is not finite or not below CS_AVERAGE_MAX (training
 *            diverged). CS_PROTOCOL: the average is not below it, so the peer's part was
 *            not a number either, or the keys differ. Else those of the channel and of
 *            memory. A peer that follows the protocol with other numbers than its own is
 *            not found out: the model is semi-honest here.
 */
#ifndef CS_PROTOCOL_AVERAGE_H
#define CS_PROTOCOL_AVERAGE_H

#include "model/study.h"
#include "protocol/reveal.h"

#define CS_AVERAGE_BITS 40
#define CS_AVERAGE_MAX 0x1p20f

/* average = (weight[CS_A] * A's + weight[CS_B] * B's) / (sum of weights), (n), the same
 * numbers at both, off by at most 2^-CS_AVERAGE_BITS; mine is party's. The weights are
 * public and not both zero. */
CS_MUST_USE enum cs_status cs_average(double *average, const float *mine, size_t n,
                                      const uint64_t weight[static 2],
                                      enum cs_aggregation aggregation,
                                      const char *purpose, struct cs_openings *openings,
                                      struct cs_rng *secret, struct cs_channel *channel,
                                      enum cs_party party);

#endif
