/* joint_noise.h: noise that neither party knows, drawn by both, as additive shares.
 *
 * In: for each draw a weighted sum of fair bits (crypto/binomial.h). Out: shares mod 2^32
 * of N, added to what is there. Each bit is the exclusive or of one bit of
 * either party, drawn by it, so it is fair as long as one of them is (Dwork, Kenthapadi,
 * McSherry, Mironov, Naor, "Our Data, Ourselves", 2006, on noise from shared coins). With
 * bits a and b
 *
 *     a xor b = a + b - 2 a b,
 *
 * and a b is shared by one oblivious transfer (Gilboa, "Two Party RSA Key Generation",
 * 1999, section 4.1, of one bit; correlated as in Asharov, Lindell, Schneider, Zohner,
 * 2013/552, section 5.4). The receiver chooses by a; pads are random, their low words
 * count:
 *
 *     sender     sends d = pad0 + b - pad1, and has - pad0
 *     receiver   has pad_a + a d = pad0 + a b
 *
 * so a weight w brings w (b + 2 pad0) to the sender and w (a - 2 (pad0 + a b)) to the
 * receiver.
 *
 * What the parties see: the receiver, of each bit, pad_a and d, which the other pad
 * masks; so two uniform words that are independent of b. The sender sees the OT
 * extension's corrections, which hide a. Of the bits of the noise a party knows its own
 * half, and given that they are fair still: what it sees, its share and N are
 * independent. A share is uniform but for its lowest bit, which is that of the party's
 * own bits; added to the uniform share of a cell it shows nothing, and both together,
 * once opened, the noisy cell.
 *
 * What holds against a party that deviates: whatever bits it takes, N has its
 * distribution. A receiver has no other way to deviate. A sender whose d is not made like
 * this gives a bit of the receiver's the weight w (1 - 2 t) for a t of its choice: an odd
 * multiple of w, never none. So it cannot take noise out, but it can make a lattice of
 * it, which shows what is between; it is not found out unless a cell is then beyond what
 * noise explains (protocol/measure.h). The sender of a GROUP BY can as much by its
 * vectors (protocol/group_by.h): where the peer is not trusted to follow the protocol
 * neither is protected, and `noise: each` does not help.
 *
 * Traffic of a bit: 4 bytes from the sender, 128 / k bits from the receiver; a round for
 * 131072 bits.
 *
 *   Memory      5 MB at the sender, 3 MB at the receiver, whatever is drawn
 *   Errors      those of the channel and of ot.h, CS_MEMORY
 *   Secrecy     bits, pads and shares are secret: time, memory access and traffic depend
 *               on the distributions and the numbers of draws alone
 */
#ifndef CS_PROTOCOL_JOINT_NOISE_H
#define CS_PROTOCOL_JOINT_NOISE_H

#include "crypto/binomial.h"
#include "crypto/rng.h"
#include "protocol/channel.h"
#include "protocol/ot.h"

/* Draws of one distribution. */
struct cs_joint_noise {
    struct cs_binomial binomial;
    uint32_t *share; /* (n) [secret] */
    size_t n;        /* > 0 */
};

/* Adds to the shares of all parts; both parties name the same distributions and
 * numbers. */
CS_MUST_USE enum cs_status cs_joint_noise_send(const struct cs_joint_noise *parts,
                                               size_t n_parts, struct cs_ot_sender *ot,
                                               struct cs_rng *secret,
                                               struct cs_channel *channel);
CS_MUST_USE enum cs_status cs_joint_noise_recv(const struct cs_joint_noise *parts,
                                               size_t n_parts, struct cs_ot_receiver *ot,
                                               struct cs_rng *secret,
                                               struct cs_channel *channel);

#endif
