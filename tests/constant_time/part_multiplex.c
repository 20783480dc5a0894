/* protocol/multiplex.h: "shares are secret: time, memory access and traffic depend on n
 * and n_words alone". */
#include "protocol/multiplex.h"

#include "tests/constant_time/parts.h"
#include "tests/constant_time/taint.h"

enum { ROWS = 130, WORDS = 3 };

enum cs_status cs_ct_multiplex(struct cs_ct *ct, int role, struct cs_channel *peer)
{
    static uint64_t out_of[2][ROWS * WORDS], string[2][ROWS * WORDS];
    static uint8_t bit[2][ROWS];
    enum cs_status st;

    cs_taint_secret(bit[role], sizeof bit[role]);
    cs_taint_secret(string[role], sizeof string[role]);
    CS_TRY(cs_multiplex(out_of[role], bit[role], string[role], ROWS, WORDS, ct->sender,
                        ct->receiver, peer, role == 0 ? CS_A : CS_B, NULL));
    cs_taint_expect(out_of[role], sizeof out_of[role]);
out:
    return st;
}
