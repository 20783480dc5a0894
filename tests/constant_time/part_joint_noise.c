/* protocol/joint_noise.h: "bits, pads and shares are secret: time, memory access and
 * traffic depend on the distributions and the numbers of draws alone". */
#include "protocol/joint_noise.h"

#include "tests/constant_time/parts.h"
#include "tests/constant_time/taint.h"

enum { DRAWS = 20, PARTS = 2 };

enum cs_status cs_ct_joint_noise(struct cs_ct *ct, int role, struct cs_channel *peer)
{
    static uint32_t share[2][PARTS][DRAWS];
    struct cs_joint_noise parts[PARTS];
    enum cs_status st;

    for (size_t i = 0; i < PARTS; i++) {
        cs_binomial_choose(&parts[i].binomial, UINT64_C(10) << (16 + 6 * i));
        parts[i].share = share[role][i];
        parts[i].n = DRAWS;
    }
    CS_TRY(role == 0 ? cs_joint_noise_send(parts, PARTS, ct->sender, &ct->rng, peer)
                     : cs_joint_noise_recv(parts, PARTS, ct->receiver, &ct->rng, peer));
    cs_taint_expect(share[role], sizeof share[role]);
out:
    return st;
}
