/* What crypto/progress.h promises. */
#include "crypto/progress.h"

#include "tests/support/check.h"

struct heard {
    double done;
    enum cs_status answer;
};

static enum cs_status hear(void *arg, double done)
{
    struct heard *heard = arg;

    heard->done = done;
    return heard->answer;
}

static void a_piece_is_told_to_the_whole_as_its_part(void **state)
{
    struct heard heard = { -1, CS_OK };
    const struct cs_progress whole = { hear, &heard };
    struct cs_progress_piece half = { &whole, .5, 1 };
    const struct cs_progress second = cs_progress_of(&half);
    struct cs_progress_piece last = { &second, .5, 1 };
    const struct cs_progress quarter = cs_progress_of(&last);
    (void)state;

    assert_ok(cs_progress_tell(&second, 0));
    assert_true(heard.done == .5);
    assert_ok(cs_progress_tell(&second, .5));
    assert_true(heard.done == .75);
    assert_ok(cs_progress_tell(&quarter, 0)); /* a piece of a piece */
    assert_true(heard.done == .75);
    assert_ok(cs_progress_tell(&quarter, 1));
    assert_true(heard.done == 1);
}

static void what_the_whole_answers_comes_back_through_the_pieces(void **state)
{
    struct heard heard = { -1, CS_ABORTED };
    const struct cs_progress whole = { hear, &heard };
    struct cs_progress_piece half = { &whole, 0, .5 };
    const struct cs_progress first = cs_progress_of(&half);
    (void)state;

    assert_int_equal(cs_progress_tell(&first, 1), CS_ABORTED);
    assert_true(heard.done == .5);
}

static void nobody_need_listen(void **state)
{
    struct cs_progress_piece half = { NULL, 0, .5 };
    const struct cs_progress first = cs_progress_of(&half);
    (void)state;

    assert_ok(cs_progress_tell(NULL, .5));
    assert_ok(cs_progress_tell(&first, .5));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_piece_is_told_to_the_whole_as_its_part),
        cmocka_unit_test(what_the_whole_answers_comes_back_through_the_pieces),
        cmocka_unit_test(nobody_need_listen),
    };
    return CS_RUN("crypto/progress", tests);
}
