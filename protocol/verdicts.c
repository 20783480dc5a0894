#include "protocol/verdicts.h"

enum { WORDS = 1 + CS_CONTENDERS * (1 + CS_FIGURES) };

static void pack(uint32_t word[static WORDS], const struct cs_judgement *judgement)
{
    *word++ = (uint32_t)judgement->chosen;
    for (size_t c = 0; c < CS_CONTENDERS; c++) {
        *word++ = (uint32_t)judgement->found[c].standing;
        for (size_t f = 0; f < CS_FIGURES; f++)
            *word++ = judgement->found[c].figure[f];
    }
}

static void unpack(struct cs_judgement *judgement, const uint32_t word[static WORDS])
{
    judgement->chosen = (enum cs_contender) * word++;
    for (size_t c = 0; c < CS_CONTENDERS; c++) {
        judgement->found[c].standing = (enum cs_standing) * word++;
        for (size_t f = 0; f < CS_FIGURES; f++)
            judgement->found[c].figure[f] = *word++;
    }
}

enum cs_status cs_verdicts_swap(struct cs_judgement judgements[static 2],
                                struct cs_channel *channel, enum cs_party party)
{
    uint32_t mine[WORDS], theirs[WORDS];
    enum cs_status st = CS_OK;

    pack(mine, &judgements[party]);
    CS_TRY(cs_channel_swap(channel, CS_FRAME_JUDGEMENT, mine, theirs, sizeof mine));
    unpack(&judgements[!party], theirs);
    if (!cs_judgement_is_whole(&judgements[!party]))
        st = cs_channel_refuse(channel, "a judgement that is none");
out:
    return st;
}
