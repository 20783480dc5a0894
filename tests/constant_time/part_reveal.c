/* protocol/reveal.h: "shares are secret until then, the sum is opened". */
#include "protocol/reveal.h"

#include "tests/constant_time/parts.h"
#include "tests/constant_time/taint.h"

enum { N = 10 };

enum cs_status cs_ct_reveal(struct cs_ct *ct, int role, struct cs_channel *peer)
{
    static uint64_t mine[2][N], sum[2][N];
    struct cs_openings openings = { .entry = NULL };
    enum cs_status st;

    cs_taint_secret(mine[role], sizeof mine[role]);
    st = cs_reveal64(sum[role], mine[role], N, "a test", &openings, &ct->rng, peer,
                     role == 0 ? CS_A : CS_B);
    cs_openings_wipe(&openings);
    return st;
}
