/* What crypto/status.h promises. */
#include "crypto/status.h"

#include "tests/support/check.h"

static void every_status_has_words_and_says_who_must_act(void **state)
{
    (void)state;

#define X(name, exit_code, text)                                                         \
    assert_string_equal(cs_status_text(CS_##name), text);                                \
    assert_int_equal(cs_status_exit_code(CS_##name), exit_code);                         \
    assert_true(exit_code == 0 ? CS_##name == CS_OK : exit_code >= 2 && exit_code <= 5);
    CS_STATUS_LIST(X)
#undef X
}

/* Counts its steps; leaves at the first that fails. */
static enum cs_status try_steps(const enum cs_status *steps, size_t n, size_t *done)
{
    enum cs_status st = CS_OK;

    for (*done = 0; *done < n; ++*done)
        CS_TRY(steps[*done]);
out:
    return st;
}

static void a_failure_leaves_the_function_at_once_with_its_status(void **state)
{
    const enum cs_status steps[] = { CS_OK, CS_OK, CS_IO, CS_MEMORY };
    size_t done;
    (void)state;

    assert_int_equal(try_steps(steps, 4, &done), CS_IO);
    assert_int_equal(done, 2);
    assert_ok(try_steps(steps, 2, &done));
    assert_int_equal(done, 2);
}

static void require_two(int n)
{
    CS_REQUIRE(n == 2);
}

static void a_broken_precondition_stops_the_program_in_every_build(void **state)
{
    (void)state;

    assert_stops(require_two(3));
    require_two(2); /* the control */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_status_has_words_and_says_who_must_act),
        cmocka_unit_test(a_failure_leaves_the_function_at_once_with_its_status),
        cmocka_unit_test(a_broken_precondition_stops_the_program_in_every_build),
    };
    return CS_RUN("crypto/status", tests);
}
