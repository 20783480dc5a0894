/* What protocol/hello.h promises, one test for each promise. */
#include "protocol/hello.h"

#include <string.h>

#include "protocol/wire.h"
#include "tests/support/check.h"
#include "tests/support/duet.h"

struct greeting {
    struct cs_hello own;
    struct cs_fault fault;
    uint64_t peer_rows;
};

static const uint8_t digest[2][CS_DIGEST_BYTES] = { { 1 }, { 2 } };

static enum cs_status greet(struct cs_channel *peer, int role, void *arg)
{
    struct greeting *greeting = arg;
    (void)role;

    return cs_hello(&greeting->peer_rows, &greeting->own, peer, &greeting->fault);
}

static void prepare(struct greeting greeting[2])
{
    for (int i = 0; i < 2; i++)
        greeting[i] = (struct greeting){ .own = { (enum cs_party)i, digest[0],
                                                  "study = x\n", 100 + (uint64_t)i } };
}

static void run(struct greeting greeting[2], enum cs_status results[2],
                const struct cs_tamper *tamper)
{
    cs_duet_with(greet, (void *[]){ &greeting[0], &greeting[1] }, results,
                 &(struct cs_duet_options){ .timeout_ms = 300, .tamper = tamper });
}

static void each_learns_the_others_rows(void **state)
{
    struct greeting greeting[2];
    enum cs_status results[2];
    (void)state;

    prepare(greeting);
    run(greeting, results, NULL);
    assert_ok(results[0]);
    assert_ok(results[1]);
    assert_int_equal(greeting[0].peer_rows, 101);
    assert_int_equal(greeting[1].peer_rows, 100);
}

static void expect_disagree(struct greeting greeting[2], const char *first,
                            const char *second)
{
    const char *const words[2] = { first, second };
    enum cs_status results[2];

    run(greeting, results, NULL);
    for (int i = 0; i < 2; i++) {
        assert_int_equal(results[i], CS_DISAGREE);
        if (strstr(greeting[i].fault.text, words[i]) == NULL)
            fail_msg("'%s' lacks '%s'", greeting[i].fault.text, words[i]);
    }
}

static void two_nodes_of_one_party_are_told(void **state)
{
    struct greeting greeting[2];
    (void)state;

    prepare(greeting);
    greeting[0].own.party = CS_B;
    expect_disagree(greeting, "both nodes are party b", "both nodes are party b");
}

static void both_name_the_field_in_which_studies_differ(void **state)
{
    struct greeting greeting[2];
    (void)state;

    prepare(greeting);
    greeting[1].own.digest = digest[1];
    greeting[0].own.canonical = "study = x\nprivacy.epsilon = 3\nseed = 1\n";
    greeting[1].own.canonical = "study = x\nprivacy.epsilon = 1\nseed = 2\n";
    expect_disagree(greeting, "privacy.epsilon: here 3, at the peer 1",
                    "privacy.epsilon: here 1, at the peer 3");
}

static void the_peers_study_cannot_move_the_cursor(void **state)
{
    struct greeting greeting[2];
    enum cs_status results[2];
    (void)state;

    prepare(greeting);
    greeting[1].own.digest = digest[1];
    greeting[1].own.canonical = "study = \033[2J\xc2\x9b\n";
    run(greeting, results, NULL);
    assert_int_equal(results[0], CS_DISAGREE);
    for (const char *c = greeting[0].fault.text; *c != '\0'; c++)
        assert_true(*c >= ' ' && *c <= '~');
}

static void a_study_that_only_claims_to_differ_is_told(void **state)
{
    struct greeting greeting[2];
    (void)state;

    prepare(greeting);
    greeting[1].own.digest = digest[1];
    expect_disagree(greeting, "they read the same", "they read the same");
}

static enum cs_status from_the_future(struct cs_channel *peer, int role, void *arg)
{
    /* version 3, party 1, a digest of 32 zeros, and a field that we do not know */
    uint8_t message[44] = { 8, 3, 16, 1, 26, 32 };
    uint8_t answer[64];
    size_t n_bytes;
    enum cs_status st = CS_OK;

    if (role == 0)
        return greet(peer, role, arg);
    message[38] = 34;
    message[39] = 4;
    CS_TRY(cs_channel_send(peer, CS_FRAME_HELLO, message, sizeof message));
    CS_TRY(cs_channel_recv_some(peer, CS_FRAME_HELLO, answer, &n_bytes, sizeof answer));
out:
    return st;
}

static void another_version_is_told_whatever_it_says_besides(void **state)
{
    struct greeting greeting[2];
    enum cs_status results[2];
    (void)state;

    prepare(greeting);
    cs_duet(from_the_future, (void *[]){ &greeting[0], NULL }, results);
    assert_int_equal(results[0], CS_DISAGREE);
    assert_non_null(strstr(greeting[0].fault.text, "version 3"));
}

/* Whichever frame of whichever party is hurt: nobody ends well, and nobody hangs. What
 * is altered within the number of rows alone is for TLS to notice. */
static void a_hurt_frame_ends_in_an_error_at_both(void **state)
{
    const enum cs_tamper_act act[] = { CS_TAMPER_LOSE, CS_TAMPER_CUT, CS_TAMPER_ALTER };
    (void)state;

    for (size_t i = 0; i < COUNT(act); i++)
        for (int role = 0; role < 2; role++) {
            const struct cs_tamper tamper = { .act = act[i], .role = role };
            struct greeting greeting[2];
            enum cs_status results[2];

            prepare(greeting);
            run(greeting, results, &tamper);
            assert_int_not_equal(results[0], CS_OK);
            assert_int_not_equal(results[1], CS_OK);
        }
}

static void a_greeting_sent_twice_is_noticed(void **state)
{
    const struct cs_tamper tamper = { .act = CS_TAMPER_REPEAT };
    struct greeting greeting[2];
    enum cs_status results[2];
    (void)state;

    prepare(greeting);
    run(greeting, results, &tamper);
    assert_int_equal(results[1], CS_PROTOCOL);
}

static void rows_that_are_lost_or_cut_are_noticed(void **state)
{
    const enum cs_tamper_act act[] = { CS_TAMPER_LOSE, CS_TAMPER_CUT };
    (void)state;

    for (size_t i = 0; i < COUNT(act); i++) {
        const struct cs_tamper tamper = { .act = act[i], .role = 1, .index = 1 };
        struct greeting greeting[2];
        enum cs_status results[2];

        prepare(greeting);
        run(greeting, results, &tamper);
        assert_int_not_equal(results[0], CS_OK);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_learns_the_others_rows),
        cmocka_unit_test(two_nodes_of_one_party_are_told),
        cmocka_unit_test(both_name_the_field_in_which_studies_differ),
        cmocka_unit_test(the_peers_study_cannot_move_the_cursor),
        cmocka_unit_test(a_study_that_only_claims_to_differ_is_told),
        cmocka_unit_test(another_version_is_told_whatever_it_says_besides),
        cmocka_unit_test(a_hurt_frame_ends_in_an_error_at_both),
        cmocka_unit_test(a_greeting_sent_twice_is_noticed),
        cmocka_unit_test(rows_that_are_lost_or_cut_are_noticed),
    };
    return CS_RUN("protocol/hello", tests);
}
