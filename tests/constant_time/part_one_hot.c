/* protocol/one_hot.h: "codes and words are secret: time, memory access and traffic depend
 * on counts alone; but that all codes are in range is checked". */
#include "protocol/one_hot.h"

#include "tests/constant_time/parts.h"
#include "tests/constant_time/taint.h"

enum { ROWS = 70, COLUMNS = 3, WORDS_MAX = 32 };

enum cs_status cs_ct_one_hot(struct cs_ct *ct, int role, struct cs_channel *peer)
{
    static const unsigned n_bits[COLUMNS] = { 1, 3, 5 };
    static uint16_t code[2][COLUMNS][ROWS];
    static uint32_t word[2][COLUMNS][ROWS * WORDS_MAX];
    struct cs_one_hot columns[COLUMNS];
    enum cs_status st;

    for (size_t i = 0; i < COLUMNS; i++) {
        cs_taint_low_bits(code[role][i], ROWS, n_bits[i]);
        columns[i] = (struct cs_one_hot){ code[role][i], n_bits[i], word[role][i] };
    }
    if (role == 0)
        CS_TRY(cs_one_hot_send(columns, COLUMNS, ROWS, ct->sender, &ct->rng, peer));
    else
        CS_TRY(cs_one_hot_recv(columns, COLUMNS, ROWS, ct->receiver, peer));
    for (size_t i = 0; i < COLUMNS; i++)
        cs_taint_expect(word[role][i], (sizeof **word[role] * ROWS) << n_bits[i]);
out:
    return st;
}
