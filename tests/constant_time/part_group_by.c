/* protocol/group_by.h: "codes and indices are secret: time, memory access and traffic
 * depend on n_rows, c and the widths alone". */
#include "protocol/group_by.h"

#include "tests/constant_time/parts.h"
#include "tests/constant_time/taint.h"

enum { ROWS = 70, INDICES = 11, WIDTH = 9 };

static enum cs_status send(struct cs_ct *ct, struct cs_channel *peer)
{
    static uint16_t code[ROWS];
    static uint32_t words[ROWS * WIDTH], share[INDICES * WIDTH];
    const struct cs_hot hot = { (const uint16_t *[]){ code }, (size_t[]){ WIDTH }, 1 };
    enum cs_status st;

    cs_taint_secret(code, sizeof code);
    cs_taint_secret(words, sizeof words);
    CS_TRY(
        cs_group_by_send(share, &hot, ROWS, INDICES, ct->sender, &ct->rng, peer, NULL));
    cs_taint_expect(share, sizeof share);
    CS_TRY(cs_group_by_send_words(share, words, ROWS, INDICES, WIDTH, ct->sender,
                                  &ct->rng, peer, NULL));
    cs_taint_expect(share, sizeof share);
out:
    return st;
}

static enum cs_status receive(struct cs_ct *ct, struct cs_channel *peer)
{
    static uint16_t index[ROWS];
    static uint32_t words[ROWS * WIDTH], share[INDICES * WIDTH];
    enum cs_status st;

    cs_taint_secret(index, sizeof index);
    cs_taint_secret(words, sizeof words);
    CS_TRY(cs_group_by_recv(share, index, NULL, ROWS, INDICES, WIDTH, ct->receiver, peer,
                            NULL));
    cs_taint_expect(share, sizeof share);
    CS_TRY(cs_group_by_recv(share, index, words, ROWS, INDICES, WIDTH, ct->receiver, peer,
                            NULL));
    cs_taint_expect(share, sizeof share);
out:
    return st;
}

enum cs_status cs_ct_group_by(struct cs_ct *ct, int role, struct cs_channel *peer)
{
    return role == 0 ? send(ct, peer) : receive(ct, peer);
}
