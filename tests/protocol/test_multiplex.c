/* What protocol/multiplex.h promises, one test for each promise. The twin is a
 * multiplication. */
#include "protocol/multiplex.h"

#include <stdlib.h>
#include <string.h>

#include "tests/support/check.h"
#include "tests/support/duet.h"
#include "tests/support/record.h"
#include "tests/support/uniform.h"

enum { ROWS = 33000, WORDS = 80000 };

struct call {
    size_t n, n_words;
};

/* Shares of both, and what each gets; every call takes the same rows. */
struct play {
    const struct call *call;
    size_t n_calls;
    uint8_t bit[2][ROWS];
    uint64_t string[2][WORDS], out[2][WORDS];
    const struct cs_progress *progress; /* of A */
};

static struct play play;

/* A sets up the forward session, in which it receives, before the other. */
static enum cs_status new_sessions(struct cs_ot_sender **sender,
                                   struct cs_ot_receiver **receiver, int role,
                                   struct cs_rng *rng, struct cs_channel *peer)
{
    enum cs_status st = CS_OK;

    if (role == CS_A)
        CS_TRY(cs_ot_receiver_new(receiver, 2, rng, peer));
    CS_TRY(cs_ot_sender_new(sender, 2, rng, peer));
    if (role == CS_B)
        CS_TRY(cs_ot_receiver_new(receiver, 2, rng, peer));
out:
    return st;
}

static enum cs_status part(struct cs_channel *peer, int role, void *arg)
{
    struct cs_ot_sender *sender = NULL;
    struct cs_ot_receiver *receiver = NULL;
    struct cs_rng rng;
    enum cs_status st = CS_OK;
    (void)arg;

    cs_rng_init_labelled(&rng, (uint64_t)role, "test_multiplex");
    CS_TRY(new_sessions(&sender, &receiver, role, &rng, peer));
    for (size_t i = 0; i < play.n_calls; i++)
        CS_TRY(cs_multiplex(play.out[role], play.bit[role], play.string[role],
                            play.call[i].n, play.call[i].n_words, sender, receiver, peer,
                            (enum cs_party)role, role == CS_A ? play.progress : NULL));
out:
    cs_ot_sender_free(sender);
    cs_ot_receiver_free(receiver);
    return st;
}

static void run_with(enum cs_status result[2], const struct cs_duet_options *options)
{
    memset(play.out, 0x55, sizeof play.out);
    cs_duet_with(part, (void *[]){ NULL, NULL }, result, options);
}

static void run_well(const struct cs_tamper *tamper)
{
    enum cs_status result[2];

    run_with(result, &(struct cs_duet_options){ .tamper = tamper });
    assert_ok(result[CS_A]);
    assert_ok(result[CS_B]);
}

static void prepare(const struct call *call)
{
    memset(&play, 0, sizeof play);
    play.call = call;
    play.n_calls = 1;
}

static void draw_inputs(void)
{
    struct cs_rng rng;

    cs_rng_init_labelled(&rng, 1, "inputs");
    cs_rng_bytes(&rng, play.bit, sizeof play.bit);
    cs_rng_bytes(&rng, play.string, sizeof play.string);
    for (size_t row = 0; row < ROWS; row++)
        for (int role = 0; role < 2; role++)
            play.bit[role][row] &= 1;
}

static size_t n_wrong(void)
{
    const size_t n_words = play.call->n_words;
    size_t wrong = 0;

    for (size_t i = 0; i < play.call->n * n_words; i++) {
        const uint64_t bit = play.bit[0][i / n_words] ^ play.bit[1][i / n_words];
        const uint64_t string = play.string[0][i] ^ play.string[1][i];

        wrong += (play.out[0][i] ^ play.out[1][i]) != bit * string;
    }
    return wrong;
}

/* ---- the result ----------------------------------------------------------------- */

static void shares_open_to_the_string_or_zeros_and_no_more_is_written(void **state)
{
    static const struct call calls[] = {
        { 0, 1 },     { 1, 1 },     { 1, 3 },        { 2, 2 },
        { 127, 5 },   { 128, 1 },   { 129, 2 },      { 1000, 3 },
        { 1000, 64 }, { 100, 777 }, { ROWS - 1, 2 }, { 3, 20000 },
    };
    (void)state;

    for (size_t i = 0; i < COUNT(calls); i++) {
        prepare(&calls[i]);
        draw_inputs();
        run_well(NULL);
        if (n_wrong() != 0)
            fail_msg("%zu rows of %zu words: %zu words are wrong", calls[i].n,
                     calls[i].n_words, n_wrong());
        for (int role = 0; role < 2; role++)
            assert_int_equal(play.out[role][calls[i].n * calls[i].n_words],
                             0x5555555555555555);
    }
}

static void all_shares_of_a_bit_give_its_product(void **state)
{
    static const struct call call = { 4, 3 };
    (void)state;

    prepare(&call);
    draw_inputs();
    for (int role = 0; role < 2; role++)
        for (size_t row = 0; row < 4; row++)
            play.bit[role][row] = row >> role & 1;
    run_well(NULL);
    assert_int_equal(n_wrong(), 0);
}

static void a_session_serves_any_number_of_calls(void **state)
{
    static const struct call calls[] = { { 100, 2 }, { 7, 9 }, { 300, 3 } };
    (void)state;

    prepare(calls);
    play.n_calls = COUNT(calls);
    draw_inputs();
    run_well(NULL);
    play.call = &calls[2];
    assert_int_equal(n_wrong(), 0);
}

/* ---- secrecy -------------------------------------------------------------------- */

/* Shares that are all alike would show in what is made of them. */
static void draw_alike(int bit)
{
    memset(play.bit, 0, sizeof play.bit);
    memset(play.bit[CS_A], bit, sizeof play.bit[CS_A]);
    memset(play.string, 0, sizeof play.string);
}

static void either_share_alone_is_uniform(void **state)
{
    static const struct call call = { 10000, 3 };
    (void)state;

    for (int bit = 0; bit < 2; bit++) {
        prepare(&call);
        draw_alike(bit);
        run_well(NULL);
        assert_int_equal(n_wrong(), 0);
        for (int role = 0; role < 2; role++)
            assert_true(cs_bytes_are_uniform(play.out[role], 10000 * 3 * 8));
    }
}

static void what_crosses_is_uniform_and_of_one_size_whatever_the_shares(void **state)
{
    static const struct call call = { 10000, 3 };
    (void)state;

    for (int role = 0; role < 2; role++)
        for (int bit = 0; bit < 2; bit++) {
            prepare(&call);
            draw_alike(bit);
            struct cs_record *sent = cs_recorded(run_well, role, CS_FRAME_MULTIPLEX);
            assert_int_equal(sent->n_bytes, 10000 * 3 * 8);
            assert_true(cs_bytes_are_uniform(sent->bytes, sent->n_bytes));
            free(sent);
        }
}

/* The control of the test above: with the same randomness two transcripts have the same
 * masks, and what is left without these is one share of the strings. */
static void corrections_without_their_masks_are_not_uniform(void **state)
{
    static const struct call call = { 10000, 3 };
    (void)state;

    for (int role = 0; role < 2; role++) {
        prepare(&call);
        draw_alike(0);
        struct cs_record *zeros = cs_recorded(run_well, role, CS_FRAME_MULTIPLEX);
        memset(play.string[role], 0x21, sizeof play.string[role]);
        struct cs_record *others = cs_recorded(run_well, role, CS_FRAME_MULTIPLEX);
        for (size_t i = 0; i < zeros->n_bytes; i++)
            zeros->bytes[i] ^= others->bytes[i];
        assert_memory_equal(zeros->bytes, play.string[role], zeros->n_bytes);
        assert_false(cs_bytes_are_uniform(zeros->bytes, zeros->n_bytes));
        free(zeros);
        free(others);
    }
}

/* ---- progress ------------------------------------------------------------------- */

struct watch {
    double last;
    enum cs_status answer;
};

static enum cs_status look_on(void *arg, double done)
{
    struct watch *watch = arg;

    assert_true(done > watch->last && done <= 1);
    watch->last = done;
    return watch->answer;
}

static void progress_ends_at_one_and_may_end_the_call(void **state)
{
    static const struct call call = { ROWS, 1 };
    struct watch watch = { 0, CS_OK };
    const struct cs_progress progress = { look_on, &watch };
    enum cs_status result[2];
    (void)state;

    prepare(&call);
    play.progress = &progress;
    run_well(NULL);
    assert_true(watch.last == 1);

    watch = (struct watch){ 0, CS_ABORTED };
    run_with(result, &(struct cs_duet_options){ 0 });
    assert_int_equal(result[CS_A], CS_ABORTED);
    assert_int_equal(result[CS_B], CS_CLOSED);
}

/* ---- parties that deviate -------------------------------------------------------- */

/* Two calls, so that there is a message after the first. */
static void run_hurt(enum cs_status result[2], const struct cs_tamper *tamper)
{
    static const struct call calls[] = { { 200, 3 }, { 200, 3 } };

    prepare(calls);
    play.n_calls = COUNT(calls);
    memset(play.bit[CS_A], 1, sizeof play.bit[CS_A]);
    memset(play.bit[CS_B], 1, sizeof play.bit[CS_B]);
    run_with(result, &(struct cs_duet_options){ .tamper = tamper, .timeout_ms = 1000 });
}

static void a_cut_or_repeated_message_is_a_protocol_error(void **state)
{
    static const enum cs_tamper_act acts[] = { CS_TAMPER_CUT, CS_TAMPER_REPEAT };
    enum cs_status result[2];
    (void)state;

    for (int role = 0; role < 2; role++)
        for (size_t act = 0; act < COUNT(acts); act++) {
            const struct cs_tamper hurt = { .act = acts[act],
                                            .role = role,
                                            .kind = CS_FRAME_MULTIPLEX };

            run_hurt(result, &hurt);
            assert_int_equal(result[!role], CS_PROTOCOL);
            assert_int_equal(result[role], CS_CLOSED);
        }
}

/* Of the first call, then of the last. */
static void a_lost_message_ends_the_one_that_waits_for_it(void **state)
{
    enum cs_status result[2];
    (void)state;

    for (int role = 0; role < 2; role++)
        for (size_t index = 0; index < 2; index++) {
            const struct cs_tamper lose = { .act = CS_TAMPER_LOSE,
                                            .role = role,
                                            .kind = CS_FRAME_MULTIPLEX,
                                            .index = index };

            run_hurt(result, &lose);
            assert_true(result[!role] == CS_PROTOCOL || cs_is_silence(result[!role]));
            assert_true(index == 1 || cs_is_silence(result[role]));
        }
}

static void a_late_message_is_waited_for_until_the_timeout(void **state)
{
    enum cs_status result[2];
    struct cs_tamper late = {
        .act = CS_TAMPER_DELAY, .role = CS_B, .kind = CS_FRAME_MULTIPLEX, .delay_ms = 50
    };
    (void)state;

    run_hurt(result, &late);
    assert_ok(result[CS_A]);
    assert_int_equal(n_wrong(), 0);

    late.delay_ms = 1500;
    run_hurt(result, &late);
    assert_int_equal(result[CS_A], CS_TIMEOUT);
    assert_int_equal(result[CS_B], CS_CLOSED);
}

static void altered_choices_are_a_protocol_error(void **state)
{
    enum cs_status result[2];
    (void)state;

    for (int role = 0; role < 2; role++) {
        const struct cs_tamper alter = {
            .act = CS_TAMPER_ALTER, .role = role, .kind = CS_FRAME_OT_EXTEND, .at = 100
        };

        run_hurt(result, &alter);
        assert_int_equal(result[!role], CS_PROTOCOL);
        assert_true(cs_is_silence(result[role]));
    }
}

/* What the header says is not found: one wrong correction, one wrong word where the bit
 * of the other party is 1. */
static void an_altered_correction_spoils_one_word_unnoticed(void **state)
{
    enum cs_status result[2];
    (void)state;

    for (int role = 0; role < 2; role++) {
        const struct cs_tamper alter = {
            .act = CS_TAMPER_ALTER, .role = role, .kind = CS_FRAME_MULTIPLEX, .index = 1
        };

        run_hurt(result, &alter);
        assert_ok(result[CS_A]);
        assert_ok(result[CS_B]);
        assert_int_equal(n_wrong(), 1);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(shares_open_to_the_string_or_zeros_and_no_more_is_written),
        cmocka_unit_test(all_shares_of_a_bit_give_its_product),
        cmocka_unit_test(a_session_serves_any_number_of_calls),
        cmocka_unit_test(either_share_alone_is_uniform),
        cmocka_unit_test(what_crosses_is_uniform_and_of_one_size_whatever_the_shares),
        cmocka_unit_test(corrections_without_their_masks_are_not_uniform),
        cmocka_unit_test(progress_ends_at_one_and_may_end_the_call),
        cmocka_unit_test(a_cut_or_repeated_message_is_a_protocol_error),
        cmocka_unit_test(a_lost_message_ends_the_one_that_waits_for_it),
        cmocka_unit_test(a_late_message_is_waited_for_until_the_timeout),
        cmocka_unit_test(altered_choices_are_a_protocol_error),
        cmocka_unit_test(an_altered_correction_spoils_one_word_unnoticed),
    };
    return CS_RUN("protocol/multiplex", tests);
}
