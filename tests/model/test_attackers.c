#include "model/attackers.h"

#include "tests/support/check.h"
#include "tests/support/invented.h"

enum { ROWS = 300 };

static void ask(struct cs_suspects *suspects, size_t n_holdout, enum cs_invention how,
                uint64_t seed)
{
    struct cs_compared compared;

    cs_invented(&compared, (size_t[]){ ROWS, ROWS, n_holdout }, how);
    assert_ok(cs_suspects_score(suspects, &compared, seed, NULL, NULL));
    cs_compared_wipe(&compared);
}

static void half_of_the_holdout_is_asked_about_and_as_many_members(void **state)
{
    struct cs_suspects s;
    (void)state;

    ask(&s, 101, CS_DRAWN, 1);
    assert_int_equal(s.n, 100);
    for (size_t i = 0; i < s.n; i++)
        assert_int_equal(s.is_member[i], i < 50);
    cs_suspects_wipe(&s);
    ask(&s, 10 * ROWS, CS_DRAWN, 1);
    assert_int_equal(s.n, 2 * ROWS);
    cs_suspects_wipe(&s);
}

/* Every member has a copy, 0 away, and nobody else. */
static void who_was_copied_is_nearest(void **state)
{
    struct cs_suspects s;
    (void)state;

    ask(&s, 200, CS_COPIED, 1);
    for (size_t i = 0; i < s.n; i++)
        assert_true(s.is_member[i] ? s.scores[CS_GAN_LEAKS][i] == 0
                                   : s.scores[CS_GAN_LEAKS][i] < 0);
    cs_suspects_wipe(&s);
}

/* The difference of both scores is the distance to the reference, in which nobody is who
 * is asked about. */
static void the_reference_is_of_other_people(void **state)
{
    struct cs_suspects s;
    (void)state;

    ask(&s, 200, CS_DRAWN, 1);
    for (size_t i = 0; i < s.n; i++)
        assert_true(s.scores[CS_DCR_DIFF][i] > s.scores[CS_GAN_LEAKS][i]);
    cs_suspects_wipe(&s);
}

static void the_seed_decides_who_is_asked_about(void **state)
{
    struct cs_suspects one, same, other;
    (void)state;

    ask(&one, 100, CS_DRAWN, 1);
    ask(&same, 100, CS_DRAWN, 1);
    ask(&other, 100, CS_DRAWN, 2);
    for (size_t a = 0; a < CS_ATTACKERS; a++) {
        assert_memory_equal(one.scores[a], same.scores[a], one.n * sizeof(double));
        assert_memory_not_equal(one.scores[a], other.scores[a], one.n * sizeof(double));
    }
    cs_suspects_wipe(&one);
    cs_suspects_wipe(&same);
    cs_suspects_wipe(&other);
}

static void a_single_stranger_is_too_few(void **state)
{
    struct cs_suspects s;
    (void)state;

    ask(&s, 1, CS_DRAWN, 1);
    assert_int_equal(s.n, 0);
    cs_suspects_wipe(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(half_of_the_holdout_is_asked_about_and_as_many_members),
        cmocka_unit_test(who_was_copied_is_nearest),
        cmocka_unit_test(the_reference_is_of_other_people),
        cmocka_unit_test(the_seed_decides_who_is_asked_about),
        cmocka_unit_test(a_single_stranger_is_too_few),
    };
    return CS_RUN("model/attackers", tests);
}
