/* What protocol/verdicts.h promises. */
#include "protocol/verdicts.h"

#include <string.h>

#include "tests/support/check.h"
#include "tests/support/duet.h"

static const struct cs_judgement told[2] = {
    [CS_A] = { .chosen = CS_FITTED,
               .found = { [CS_TUNED] = { CS_COLLAPSED, { CS_UNKNOWN, 700, 1000, 5000 } },
                          [CS_FITTED] = { CS_STANDS, { 1100, 1, 900000, 4000 } },
                          [CS_SEPARATE] = { CS_STANDS, { 9000, 2, 800000, 3 } } } },
    [CS_B] = { .chosen = CS_SEPARATE,
               .found = { [CS_SEPARATE] = { CS_STANDS, { 4, 3, 2, 1 } } } },
};

static struct cs_judgement known[2][2];
static struct cs_fault fault[2];

static enum cs_status play(struct cs_channel *peer, int role, void *arg)
{
    (void)arg;
    return cs_verdicts_swap(known[role], peer, (enum cs_party)role);
}

static void run(enum cs_status result[2])
{
    memset(fault, 0, sizeof fault);
    cs_duet_with(play, (void *[]){ NULL, NULL }, result,
                 &(struct cs_duet_options){ .faults = { &fault[0], &fault[1] } });
}

static void both_know_both_judgements(void **state)
{
    enum cs_status result[2];
    (void)state;

    for (int p = 0; p < 2; p++)
        known[p][p] = told[p];
    run(result);
    for (int p = 0; p < 2; p++) {
        assert_ok(result[p]);
        assert_memory_equal(known[p], told, sizeof told);
    }
}

static void what_is_no_judgement_is_refused_with_words(void **state)
{
    const struct cs_judgement none[] = {
        { .chosen = CS_CONTENDERS },
        { .chosen = CS_TUNED }, /* which is absent */
        { .chosen = CS_TUNED, .found = { [CS_TUNED] = { .standing = 1000 } } },
        { .chosen = CS_TUNED,
          .found = { [CS_TUNED] = { .standing = CS_STANDS },
                     [CS_FITTED] = { .standing = CS_NO_BETTER + 1 } } },
    };
    (void)state;

    for (size_t i = 0; i < COUNT(none); i++)
        for (int p = 0; p < 2; p++) {
            enum cs_status result[2];

            known[p][p] = told[p];
            known[!p][!p] = none[i];
            run(result);
            assert_int_equal(result[p], CS_PROTOCOL);
            assert_non_null(strstr(fault[p].text, "judgement"));
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(both_know_both_judgements),
        cmocka_unit_test(what_is_no_judgement_is_refused_with_words),
    };
    return CS_RUN("protocol/verdicts", tests);
}
