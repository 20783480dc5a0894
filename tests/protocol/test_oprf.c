/* What protocol/oprf.h promises, one test for each promise. */
#include "protocol/oprf.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/check.h"
#include "tests/support/duet.h"
#include "tests/support/record.h"
#include "tests/support/uniform.h"

enum { MOST = 17000, CALLS = 4, K = 2, SENDER = 0, RECEIVER = 1 };

/* One session of several calls, all with the same inputs; values are those of the last.
 */
struct play {
    size_t n[CALLS], n_calls;
    bool beyond; /* whether the sender evaluates an instance that is not there */
    struct cs_block in[MOST];

    struct cs_block value[MOST];   /* the receiver's */
    struct cs_block same[MOST];    /* F_j(in[j]) by the sender, */
    struct cs_block near[MOST];    /* of another input of one other bit, */
    struct cs_block shifted[MOST]; /* of the input of the next instance */
    struct cs_block kept[MOST];    /* the receiver's of the call before */
};

static struct play play;

static void draw_inputs(size_t n)
{
    struct cs_rng rng;

    memset(&play, 0, sizeof play);
    cs_rng_init_labelled(&rng, n, "inputs");
    cs_rng_bytes(&rng, play.in, sizeof play.in);
    play.n[0] = n;
    play.n_calls = 1;
}

static void eval_all(const struct cs_oprf_sender *oprf, size_t n)
{
    static uint32_t instance[MOST];
    static struct cs_block in[MOST];

    for (size_t j = 0; j < n; j++)
        instance[j] = (uint32_t)j;
    cs_oprf_eval(oprf, play.same, instance, play.in, n);

    for (size_t j = 0; j < n; j++) {
        in[j] = play.in[j];
        *(j % 2 ? &in[j].lo : &in[j].hi) ^= UINT64_C(1) << j % 64;
    }
    cs_oprf_eval(oprf, play.near, instance, in, n);

    for (size_t j = 0; j < n; j++)
        play.shifted[j] = play.in[(j + 1) % n];
    cs_oprf_eval(oprf, play.shifted, instance, play.shifted, n);
}

static enum cs_status as_sender(struct cs_channel *peer)
{
    struct cs_ot_receiver *ot = NULL;
    struct cs_oprf_sender *oprf = NULL;
    struct cs_rng rng;
    enum cs_status st = CS_OK;

    cs_rng_init_labelled(&rng, 1, "sender");
    CS_TRY(cs_ot_receiver_new(&ot, K, &rng, peer));
    CS_TRY(cs_oprf_sender_new(&oprf, ot, &rng, peer));
    for (size_t i = 0; i < play.n_calls; i++) {
        CS_TRY(cs_oprf_send(oprf, play.n[i], peer, NULL));
        eval_all(oprf, play.n[i]);
    }
    if (play.beyond)
        assert_stops(cs_oprf_eval(oprf, play.same, &(uint32_t){ (uint32_t)play.n[0] },
                                  play.in, 1));
out:
    cs_oprf_sender_free(oprf);
    cs_ot_receiver_free(ot);
    return st;
}

static enum cs_status as_receiver(struct cs_channel *peer)
{
    struct cs_ot_sender *ot = NULL;
    struct cs_oprf_receiver *oprf = NULL;
    struct cs_rng rng;
    enum cs_status st = CS_OK;

    cs_rng_init_labelled(&rng, 1, "receiver");
    CS_TRY(cs_ot_sender_new(&ot, K, &rng, peer));
    CS_TRY(cs_oprf_receiver_new(&oprf, ot, peer));
    for (size_t i = 0; i < play.n_calls; i++) {
        memcpy(play.kept, play.value, sizeof play.kept);
        CS_TRY(cs_oprf_recv(oprf, play.value, play.in, play.n[i], peer, NULL));
    }
out:
    cs_oprf_receiver_free(oprf);
    cs_ot_sender_free(ot);
    return st;
}

static enum cs_status part(struct cs_channel *peer, int role, void *arg)
{
    (void)arg;
    return role == SENDER ? as_sender(peer) : as_receiver(peer);
}

static void run_hurt(enum cs_status result[2], const struct cs_tamper *tamper)
{
    cs_duet_with(part, (void *[]){ NULL, NULL }, result,
                 &(struct cs_duet_options){ .tamper = tamper, .timeout_ms = 1000 });
}

static void run_well(const struct cs_tamper *look)
{
    enum cs_status result[2];

    cs_duet_with(part, (void *[]){ NULL, NULL }, result,
                 &(struct cs_duet_options){ .tamper = look });
    assert_ok(result[SENDER]);
    assert_ok(result[RECEIVER]);
}

static int equal(struct cs_block x, struct cs_block y)
{
    return x.lo == y.lo && x.hi == y.hi;
}

static size_t count_equal(const struct cs_block *x, const struct cs_block *y, size_t n)
{
    size_t n_equal = 0;

    for (size_t j = 0; j < n; j++)
        n_equal += (size_t)equal(x[j], y[j]);
    return n_equal;
}

/* ---- values ---------------------------------------------------------------------- */

static void both_get_the_same_value_of_the_same_input(void **state)
{
    static const size_t sizes[] = { 1, 127, 128, 129, 1000, 8191, 8192, 8193, MOST };
    (void)state;

    for (size_t i = 0; i < COUNT(sizes); i++) {
        draw_inputs(sizes[i]);
        run_well(NULL);
        assert_int_equal(count_equal(play.value, play.same, sizes[i]), sizes[i]);
    }
}

static void another_input_or_instance_has_another_value(void **state)
{
    const size_t n = 9000;
    (void)state;

    draw_inputs(n);
    run_well(NULL);
    assert_int_equal(count_equal(play.value, play.near, n), 0);
    assert_int_equal(count_equal(play.value, play.shifted, n), 0);
    for (size_t j = 0; j < n; j++) /* nor does the next instance have this one's value */
        assert_false(equal(play.value[(j + 1) % n], play.shifted[j]));
}

static void a_session_serves_any_number_of_calls(void **state)
{
    static const size_t n[CALLS] = { 100, 0, 8193, 77 };
    (void)state;

    for (size_t n_calls = 1; n_calls <= CALLS; n_calls++) {
        draw_inputs(0);
        memcpy(play.n, n, sizeof n);
        play.n_calls = n_calls;
        run_well(NULL);
        const size_t last = n[n_calls - 1];
        assert_int_equal(count_equal(play.value, play.same, last), last);
    }
}

static void a_later_call_has_other_functions(void **state)
{
    const size_t n = 200;
    (void)state;

    draw_inputs(n);
    play.n[1] = n;
    play.n_calls = 2;
    run_well(NULL);
    assert_int_equal(count_equal(play.value, play.same, n), n);
    assert_int_equal(count_equal(play.value, play.kept, n), 0);
}

static void equal_inputs_have_values_that_look_random(void **state)
{
    static struct cs_histogram histogram;
    (void)state;

    draw_inputs(MOST);
    memset(play.in, 0, sizeof play.in);
    run_well(NULL);
    cs_histogram_add(&histogram, (const uint8_t *)play.value, sizeof play.value);
    assert_true(cs_histogram_is_uniform(&histogram));
}

static void an_instance_that_is_not_there_stops_the_program(void **state)
{
    (void)state;

    draw_inputs(5);
    play.beyond = true;
    run_well(NULL);
}

/* ---- what crosses the wire ------------------------------------------------------- */

/* All that the receiver sends for the inputs {x, x}, and so on. */
static struct cs_record *recorded(uint64_t x)
{
    for (size_t j = 0; j < MOST; j++)
        play.in[j] = (struct cs_block){ x, x };
    struct cs_record *const record = cs_recorded(run_well, RECEIVER, CS_FRAME_OPRF);

    assert_int_equal(record->n_bytes, play.n[0] * CS_OPRF_BITS / 8);
    return record;
}

/* Code words of equal inputs are equal: it is the masks that make frames uniform. Both
 * runs have the same masks, so their difference is what there is without masks. */
static void what_the_receiver_sends_is_uniform_whatever_its_inputs(void **state)
{
    (void)state;

    draw_inputs(8000);
    struct cs_record *const one = recorded(0), *const other = recorded(5);

    assert_true(cs_bytes_are_uniform(one->bytes, one->n_bytes));
    assert_true(cs_bytes_are_uniform(other->bytes, other->n_bytes));
    for (size_t i = 0; i < one->n_bytes; i++)
        one->bytes[i] ^= other->bytes[i];
    assert_false(cs_bytes_are_uniform(one->bytes, one->n_bytes));
    assert_memory_equal(one->bytes, one->bytes + 16, 16);
    free(one);
    free(other);
}

/* ---- parties that deviate -------------------------------------------------------- */

static void a_frame_that_is_lost_or_cut_ends_the_call(void **state)
{
    static const struct {
        enum cs_tamper_act act;
        int role; /* who sends it; the peer cannot go on */
        size_t index;
        enum cs_status status; /* of either */
    } cases[] = {
        { CS_TAMPER_CUT, SENDER, 0, CS_PROTOCOL },
        { CS_TAMPER_LOSE, SENDER, 0, CS_TIMEOUT },
        { CS_TAMPER_REPEAT, RECEIVER, 0, CS_PROTOCOL },
        { CS_TAMPER_CUT, RECEIVER, 0, CS_PROTOCOL },
        { CS_TAMPER_CUT, RECEIVER, 1, CS_PROTOCOL },
        { CS_TAMPER_LOSE, RECEIVER, 1, CS_CLOSED },
    };
    (void)state;

    for (size_t i = 0; i < COUNT(cases); i++) {
        const struct cs_tamper hurt = { .act = cases[i].act,
                                        .role = cases[i].role,
                                        .kind = CS_FRAME_OPRF,
                                        .index = cases[i].index };
        enum cs_status result[2];

        draw_inputs(9000);
        run_hurt(result, &hurt);
        assert_int_not_equal(result[1 - cases[i].role], CS_OK);
        if (result[0] != cases[i].status && result[1] != cases[i].status)
            fail_msg("case %zu: %s, %s", i, cs_status_text(result[0]),
                     cs_status_text(result[1]));
    }
}

/* A bit of column i matters where bit i of s is one: to half of the columns. */
static void an_altered_bit_changes_one_value_or_none(void **state)
{
    enum { N = 100, TRIES = 16 };
    size_t n_changed = 0;
    (void)state;

    for (size_t t = 0; t < TRIES; t++) {
        const struct cs_tamper alter = {
            .act = CS_TAMPER_ALTER, .role = RECEIVER, .kind = CS_FRAME_OPRF, .at = t * 349
        };
        enum cs_status result[2];

        draw_inputs(N);
        run_hurt(result, &alter);
        assert_ok(result[SENDER]);
        assert_ok(result[RECEIVER]);
        const size_t n_wrong = N - count_equal(play.value, play.same, N);
        assert_in_range(n_wrong, 0, 1);
        n_changed += n_wrong;
    }
    assert_in_range(n_changed, 2, TRIES - 2);
}

static void another_code_changes_every_value(void **state)
{
    const struct cs_tamper alter = {
        .act = CS_TAMPER_ALTER, .role = SENDER, .kind = CS_FRAME_OPRF, .at = 20
    };
    enum cs_status result[2];
    (void)state;

    draw_inputs(100);
    run_hurt(result, &alter);
    assert_int_equal(count_equal(play.value, play.same, 100), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(both_get_the_same_value_of_the_same_input),
        cmocka_unit_test(another_input_or_instance_has_another_value),
        cmocka_unit_test(a_session_serves_any_number_of_calls),
        cmocka_unit_test(a_later_call_has_other_functions),
        cmocka_unit_test(equal_inputs_have_values_that_look_random),
        cmocka_unit_test(an_instance_that_is_not_there_stops_the_program),
        cmocka_unit_test(what_the_receiver_sends_is_uniform_whatever_its_inputs),
        cmocka_unit_test(a_frame_that_is_lost_or_cut_ends_the_call),
        cmocka_unit_test(an_altered_bit_changes_one_value_or_none),
        cmocka_unit_test(another_code_changes_every_value),
    };
    return CS_RUN("protocol/oprf", tests);
}
