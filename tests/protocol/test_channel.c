/* What protocol/channel.h promises, one test for each promise, over memory. */
#include "protocol/channel.h"

#include <stdlib.h>
#include <string.h>

#include "tests/support/check.h"
#include "tests/support/duet.h"
#include "tests/support/pause.h"

static void fill(uint8_t *bytes, size_t n_bytes, uint32_t seed)
{
    for (size_t i = 0; i < n_bytes; i++) {
        seed = seed * 1664525 + 1013904223;
        bytes[i] = (uint8_t)(seed >> 24);
    }
}

/* Runs part and expects these two statuses. */
static void expect(cs_part part, void *arg, const struct cs_duet_options *options,
                   enum cs_status first, enum cs_status second)
{
    enum cs_status results[2];

    cs_duet_with(part, (void *[]){ arg, arg }, results, options);
    assert_int_equal(results[0], first);
    assert_int_equal(results[1], second);
}

/* ---- bodies -------------------------------------------------------------------- */

/* Party 0 sends a body of *arg bytes, party 1 sees that it is the same. */
static enum cs_status carry(struct cs_channel *peer, int role, void *arg)
{
    const size_t n_bytes = *(const size_t *)arg;
    uint8_t *sent = malloc(n_bytes + 1), *got = calloc(1, n_bytes + 1);
    enum cs_status st = CS_OK;

    fill(sent, n_bytes, 1);
    if (role == 0) {
        st = cs_channel_send(peer, CS_FRAME_OPEN, sent, n_bytes);
    } else {
        st = cs_channel_recv(peer, CS_FRAME_OPEN, got, n_bytes);
        if (st == CS_OK && memcmp(sent, got, n_bytes) != 0)
            st = CS_INPUT;
    }
    free(sent);
    free(got);
    return st;
}

static void bodies_of_any_length_arrive_as_sent(void **state)
{
    const size_t length[] = { 0,
                              1,
                              127,
                              128,
                              CS_FRAME_BYTES - 1,
                              CS_FRAME_BYTES,
                              CS_FRAME_BYTES + 1,
                              3 * CS_FRAME_BYTES,
                              3 * CS_FRAME_BYTES + 5 };
    (void)state;

    for (size_t i = 0; i < COUNT(length); i++)
        expect(carry, (void *)&length[i], &(struct cs_duet_options){ 0 }, CS_OK, CS_OK);
}

static void count_frame(void *arg, int role, enum cs_frame kind, const uint8_t *body,
                        size_t n_bytes)
{
    (void)role;
    (void)kind;
    (void)body;
    assert_true(n_bytes <= CS_FRAME_BYTES);
    ++*(size_t *)arg;
}

static void a_long_body_travels_as_several_frames(void **state)
{
    size_t n_bytes = 3 * CS_FRAME_BYTES + 5, n_frames = 0;
    const struct cs_tamper look = { .seen = count_frame, .arg = &n_frames };
    (void)state;

    expect(carry, &n_bytes, &(struct cs_duet_options){ .tamper = &look }, CS_OK, CS_OK);
    assert_int_equal(n_frames, 4);
}

static enum cs_status swap_much(struct cs_channel *peer, int role, void *arg)
{
    const size_t n_bytes = 64u << 20;
    uint8_t *mine = malloc(n_bytes), *theirs = malloc(n_bytes);
    (void)arg;

    memset(mine, role + 1, n_bytes);
    enum cs_status st = cs_channel_swap(peer, CS_FRAME_OPEN, mine, theirs, n_bytes);
    if (st == CS_OK && (theirs[0] != 2 - role || theirs[n_bytes - 1] != 2 - role))
        st = CS_INPUT;
    free(mine);
    free(theirs);
    return st;
}

static void both_can_swap_64_megabytes(void **state)
{
    (void)state;
    expect(swap_much, NULL, &(struct cs_duet_options){ 0 }, CS_OK, CS_OK);
}

/* The control: sending everything before receiving anything does lock up. */
static enum cs_status send_then_receive(struct cs_channel *peer, int role, void *arg)
{
    const size_t n_bytes = 8u << 20;
    uint8_t *mine = calloc(1, n_bytes);
    enum cs_status st = CS_OK;
    (void)role;
    (void)arg;

    CS_TRY(cs_channel_send(peer, CS_FRAME_OPEN, mine, n_bytes));
    CS_TRY(cs_channel_recv(peer, CS_FRAME_OPEN, mine, n_bytes));
out:
    if (st == CS_TIMEOUT)
        cs_pause_ms(400); /* so that the other times out too, and does not see us go */
    free(mine);
    return st;
}

static void more_than_a_socket_holds_is_not_sent_blindly(void **state)
{
    (void)state;
    expect(send_then_receive, NULL, &(struct cs_duet_options){ .timeout_ms = 200 },
           CS_TIMEOUT, CS_TIMEOUT);
}

/* ---- what the protocol does not allow ------------------------------------------- */

static enum cs_status one_word(struct cs_channel *peer, int role, void *arg)
{
    uint8_t bytes[8] = { 0 };
    size_t n_bytes = 0;
    enum cs_status st = CS_OK;

    if (role == 0)
        return cs_channel_send(peer, CS_FRAME_COMMIT, bytes, sizeof bytes);
    switch (*(const int *)arg) {
    case 0: /* another kind */
        return cs_channel_recv(peer, CS_FRAME_OPEN, bytes, sizeof bytes);
    case 1: /* shorter than sent */
        return cs_channel_recv(peer, CS_FRAME_COMMIT, bytes, sizeof bytes - 1);
    case 2: /* longer than sent, within the bound of some */
        st = cs_channel_recv_some(peer, CS_FRAME_COMMIT, bytes, &n_bytes, sizeof bytes);
        return st == CS_OK && n_bytes == sizeof bytes ? CS_OK : CS_INPUT;
    default: /* over that bound */
        return cs_channel_recv_some(peer, CS_FRAME_COMMIT, bytes, &n_bytes,
                                    sizeof bytes - 1);
    }
}

static void another_kind_or_length_is_a_protocol_error(void **state)
{
    const enum cs_status expected[] = { CS_PROTOCOL, CS_PROTOCOL, CS_OK, CS_PROTOCOL };
    (void)state;

    for (int i = 0; i < 4; i++)
        expect(one_word, &i, &(struct cs_duet_options){ 0 }, CS_OK, expected[i]);
}

static enum cs_status ping_pong(struct cs_channel *peer, int role, void *arg)
{
    enum cs_status st = CS_OK;
    uint8_t ball[16] = { 1 };
    (void)arg;

    for (int i = 0; i < 3; i++) {
        if (role == i % 2)
            CS_TRY(cs_channel_send(peer, CS_FRAME_OPEN, ball, sizeof ball));
        else
            CS_TRY(cs_channel_recv(peer, CS_FRAME_OPEN, ball, sizeof ball));
    }
out:
    return st;
}

/* Both wait; whoever gives up first is seen to go by the other. */
static void a_lost_frame_ends_the_wait_of_both(void **state)
{
    const struct cs_tamper lose = { .act = CS_TAMPER_LOSE };
    enum cs_status results[2];
    (void)state;

    cs_duet_with(ping_pong, (void *[]){ NULL, NULL }, results,
                 &(struct cs_duet_options){ .timeout_ms = 200, .tamper = &lose });
    assert_true(results[0] == CS_TIMEOUT || results[1] == CS_TIMEOUT);
    for (int i = 0; i < 2; i++)
        assert_true(results[i] == CS_TIMEOUT || results[i] == CS_CLOSED);
}

static enum cs_status two_words(struct cs_channel *peer, int role, void *arg)
{
    enum cs_status st = CS_OK;
    uint8_t word[8] = { 0 };
    (void)arg;

    for (int i = 0; i < 2; i++) {
        if (role == 0)
            CS_TRY(cs_channel_send(peer, CS_FRAME_OPEN, word, sizeof word));
        else
            CS_TRY(cs_channel_recv(peer, CS_FRAME_OPEN, word, sizeof word));
    }
out:
    return st;
}

static void lost_cut_and_repeated_frames_are_noticed(void **state)
{
    const enum cs_tamper_act act[] = { CS_TAMPER_LOSE, CS_TAMPER_CUT, CS_TAMPER_REPEAT };
    (void)state;

    for (size_t i = 0; i < COUNT(act); i++) {
        const struct cs_tamper tamper = { .act = act[i] };
        struct cs_fault fault = { 0 };

        enum cs_status results[2];

        cs_duet_with(
            two_words, (void *[]){ NULL, NULL }, results,
            &(struct cs_duet_options){ .tamper = &tamper, .faults = { NULL, &fault } });
        assert_true(results[0] == CS_OK || results[0] == CS_CLOSED); /* who is faster */
        assert_int_equal(results[1], CS_PROTOCOL);
        assert_string_not_equal(fault.text, "");
    }
}

static void a_frame_that_is_late_within_the_timeout_is_no_error(void **state)
{
    const struct cs_tamper late = { .act = CS_TAMPER_DELAY, .delay_ms = 100 };
    (void)state;

    expect(ping_pong, NULL, &(struct cs_duet_options){ .tamper = &late }, CS_OK, CS_OK);
}

static enum cs_status raw_bytes(const void *bytes, size_t n_bytes, struct cs_fault *fault)
{
    struct cs_transport ends[2];
    struct cs_channel *channel = NULL;
    uint8_t word[8];

    assert_ok(cs_transport_mem_pair(ends));
    assert_ok(cs_channel_new(&channel, ends[0], 200, fault));
    assert_ok(ends[1].send(ends[1].self, bytes, n_bytes, 200));
    const enum cs_status st = cs_channel_recv(channel, CS_FRAME_OPEN, word, sizeof word);
    cs_channel_free(channel);
    ends[1].close(ends[1].self);
    return st;
}

static void bytes_that_are_no_frame_are_refused(void **state)
{
    static const uint8_t frame[] = { 8, CS_FRAME_OPEN, 26, 8, 1, 2, 3, 4, 5, 6, 7, 8 };
    static const uint8_t unknown[] = {
        8, CS_FRAME_OPEN, 26, 8, 1, 2, 3, 4, 5, 6, 7, 8, 34, 0
    };
    static const uint8_t kind[] = { 8, CS_FRAME_BYE + 1, 26, 8, 1, 2, 3, 4, 5, 6, 7, 8 };
    struct cs_fault fault = { 0 };
    (void)state;

    assert_ok(raw_bytes(frame, sizeof frame, &fault)); /* the control */
    assert_int_equal(raw_bytes("", 0, &fault), CS_PROTOCOL);
    assert_int_equal(raw_bytes("\xff\xff\xff", 3, &fault), CS_PROTOCOL);
    assert_int_equal(raw_bytes(frame, sizeof frame - 1, &fault), CS_PROTOCOL);
    assert_int_equal(raw_bytes(unknown, sizeof unknown, &fault), CS_PROTOCOL);
    assert_int_equal(raw_bytes(kind, sizeof kind, &fault), CS_PROTOCOL);
}

/* ---- giving up ------------------------------------------------------------------ */

static enum cs_status walk_out(struct cs_channel *peer, int role, void *arg)
{
    uint8_t word[8];

    if (role == 0) {
        if (arg != NULL)
            cs_channel_abort(peer, CS_INPUT, arg);
        return CS_INPUT;
    }
    return cs_channel_recv(peer, CS_FRAME_OPEN, word, sizeof word);
}

static void a_peer_that_ends_is_seen_at_once(void **state)
{
    (void)state;
    expect(walk_out, NULL, &(struct cs_duet_options){ 0 }, CS_INPUT, CS_CLOSED);
}

static void words_of_an_abort_arrive_at_the_peer(void **state)
{
    struct cs_fault fault = { 0 };
    (void)state;

    expect(walk_out, "b.csv: line 7: a quote is not closed",
           &(struct cs_duet_options){ .faults = { NULL, &fault } }, CS_INPUT, CS_ABORTED);
    assert_non_null(strstr(fault.text, "b.csv: line 7: a quote is not closed"));
    assert_non_null(strstr(fault.text, cs_status_text(CS_INPUT)));
}

static void words_of_an_abort_are_short_and_printable(void **state)
{
    char words[4096];
    struct cs_fault fault = { 0 };
    (void)state;

    memset(words, 'x', sizeof words);
    memcpy(words, "\033[31m\xc2\x9b\n", 8);
    words[sizeof words - 1] = '\0';
    expect(walk_out, words, &(struct cs_duet_options){ .faults = { NULL, &fault } },
           CS_INPUT, CS_ABORTED);
    for (const char *c = fault.text; *c != '\0'; c++)
        assert_true(*c >= ' ' && *c <= '~');
    assert_true(strlen(fault.text) < 700);
}

static enum cs_status send_to_a_quitter(struct cs_channel *peer, int role, void *arg)
{
    enum cs_status st = CS_OK;
    uint8_t word[8] = { 0 };
    (void)arg;

    if (role == 0) {
        cs_channel_abort(peer, CS_MEMORY, "no room for 3 GB");
        return CS_MEMORY;
    }
    for (int i = 0; i < 200 && st == CS_OK; i++) {
        st = cs_channel_send(peer, CS_FRAME_OPEN, word, sizeof word);
        cs_pause_ms(5);
    }
    return st;
}

static void a_sender_hears_the_abort_as_well(void **state)
{
    (void)state;
    expect(send_to_a_quitter, NULL, &(struct cs_duet_options){ 0 }, CS_MEMORY,
           CS_ABORTED);
}

static void after_an_error_a_channel_does_nothing_more(void **state)
{
    struct cs_channel *ends[2];
    uint8_t word[8] = { 0 };
    (void)state;

    assert_ok(cs_channel_mem_pair(ends, 20, NULL));
    assert_int_equal(cs_channel_recv(ends[0], CS_FRAME_OPEN, word, 8), CS_TIMEOUT);
    assert_int_equal(cs_channel_send(ends[0], CS_FRAME_OPEN, word, 8), CS_TIMEOUT);
    assert_int_equal(cs_channel_swap(ends[0], CS_FRAME_OPEN, word, word, 8), CS_TIMEOUT);
    assert_int_equal(cs_channel_tick(ends[0]), CS_TIMEOUT);
    cs_channel_free(ends[0]);
    cs_channel_free(ends[1]);
}

/* ---- heartbeats ----------------------------------------------------------------- */

/* Party 0 works for three timeouts before it sends; *arg says whether it ticks. */
static enum cs_status work_long(struct cs_channel *peer, int role, void *arg)
{
    enum cs_status st = CS_OK;
    uint8_t word[8] = { 0 };

    if (role == 1)
        return cs_channel_recv(peer, CS_FRAME_OPEN, word, sizeof word);
    for (int i = 0; i < 60; i++) {
        cs_pause_ms(cs_patient_ms(20));
        if (*(const bool *)arg)
            CS_TRY(cs_channel_tick(peer));
    }
    CS_TRY(cs_channel_send(peer, CS_FRAME_OPEN, word, sizeof word));
out:
    return st;
}

static void ticks_keep_a_waiting_peer_patient(void **state)
{
    bool ticks = true;
    (void)state;

    expect(work_long, &ticks, &(struct cs_duet_options){ .timeout_ms = 400 }, CS_OK,
           CS_OK);
}

static void silence_for_longer_than_the_timeout_ends_the_wait(void **state)
{
    bool ticks = false;
    (void)state;

    expect(work_long, &ticks, &(struct cs_duet_options){ .timeout_ms = 400 }, CS_CLOSED,
           CS_TIMEOUT);
}

static enum cs_status tick_till_the_end(struct cs_channel *peer, int role, void *arg)
{
    enum cs_status st = CS_OK;

    if (role == 0) {
        if (arg != NULL)
            cs_channel_abort(peer, CS_IO, arg);
        return CS_IO;
    }
    for (int i = 0; i < 200 && st == CS_OK; i++) {
        st = cs_channel_tick(peer);
        cs_pause_ms(5);
    }
    return st;
}

static void a_tick_finds_out_that_the_peer_is_gone(void **state)
{
    (void)state;
    expect(tick_till_the_end, NULL, &(struct cs_duet_options){ 0 }, CS_IO, CS_CLOSED);
    expect(tick_till_the_end, "the disk is full", &(struct cs_duet_options){ 0 }, CS_IO,
           CS_ABORTED);
}

static void a_tick_keeps_what_the_peer_has_sent(void **state)
{
    struct cs_channel *ends[2];
    uint8_t word[8] = { 42 }, got[8] = { 0 };
    (void)state;

    assert_ok(cs_channel_mem_pair(ends, 1000, NULL));
    assert_ok(cs_channel_send(ends[0], CS_FRAME_OPEN, word, sizeof word));
    cs_channel_free(ends[0]);
    assert_ok(cs_channel_tick(ends[1]));
    assert_ok(cs_channel_tick(ends[1]));
    assert_ok(cs_channel_recv(ends[1], CS_FRAME_OPEN, got, sizeof got));
    assert_memory_equal(got, word, sizeof word);
    cs_channel_free(ends[1]);
}

/* ---- counting ------------------------------------------------------------------- */

static void traffic_is_counted_by_stage(void **state)
{
    struct cs_channel *ends[2];
    const struct cs_traffic *one, *other;
    size_t n;
    uint8_t word[100] = { 0 };
    (void)state;

    assert_ok(cs_channel_mem_pair(ends, 1000, NULL));
    for (int i = 0; i < 2; i++)
        cs_channel_stage(ends[i], "link");
    for (int i = 0; i < 3; i++) {
        assert_ok(cs_channel_send(ends[0], CS_FRAME_OPEN, word, sizeof word));
        assert_ok(cs_channel_send(ends[0], CS_FRAME_OPEN, word, sizeof word));
        assert_ok(cs_channel_recv(ends[1], CS_FRAME_OPEN, word, sizeof word));
        assert_ok(cs_channel_recv(ends[1], CS_FRAME_OPEN, word, sizeof word));
        assert_ok(cs_channel_send(ends[1], CS_FRAME_OPEN, word, sizeof word));
        assert_ok(cs_channel_recv(ends[0], CS_FRAME_OPEN, word, sizeof word));
    }
    cs_channel_stage(ends[0], "fit");
    assert_ok(cs_channel_send(ends[0], CS_FRAME_OPEN, word, sizeof word));

    one = cs_channel_traffic(ends[0], &n);
    other = cs_channel_traffic(ends[1], &n);
    assert_int_equal(n, 2);
    assert_string_equal(one[1].stage, "link");
    assert_int_equal(one[1].sent_frames, 6);
    assert_int_equal(one[1].received_frames, 3);
    assert_int_equal(one[1].rounds, 3);
    assert_int_equal(other[1].rounds, 2); /* it waits first */
    assert_int_equal(one[1].sent_bytes, other[1].received_bytes);
    assert_true(one[1].sent_bytes >= 600 && one[1].sent_bytes < 700);
    assert_string_equal(one[2].stage, "fit");
    assert_int_equal(one[2].sent_frames, 1);
    cs_channel_free(ends[0]);
    cs_channel_free(ends[1]);
}

static void freeing_no_channel_is_nothing(void **state)
{
    (void)state;
    cs_channel_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bodies_of_any_length_arrive_as_sent),
        cmocka_unit_test(a_long_body_travels_as_several_frames),
        cmocka_unit_test(both_can_swap_64_megabytes),
        cmocka_unit_test(more_than_a_socket_holds_is_not_sent_blindly),
        cmocka_unit_test(another_kind_or_length_is_a_protocol_error),
        cmocka_unit_test(a_lost_frame_ends_the_wait_of_both),
        cmocka_unit_test(lost_cut_and_repeated_frames_are_noticed),
        cmocka_unit_test(a_frame_that_is_late_within_the_timeout_is_no_error),
        cmocka_unit_test(bytes_that_are_no_frame_are_refused),
        cmocka_unit_test(a_peer_that_ends_is_seen_at_once),
        cmocka_unit_test(words_of_an_abort_arrive_at_the_peer),
        cmocka_unit_test(words_of_an_abort_are_short_and_printable),
        cmocka_unit_test(a_sender_hears_the_abort_as_well),
        cmocka_unit_test(after_an_error_a_channel_does_nothing_more),
        cmocka_unit_test(ticks_keep_a_waiting_peer_patient),
        cmocka_unit_test(silence_for_longer_than_the_timeout_ends_the_wait),
        cmocka_unit_test(a_tick_finds_out_that_the_peer_is_gone),
        cmocka_unit_test(a_tick_keeps_what_the_peer_has_sent),
        cmocka_unit_test(traffic_is_counted_by_stage),
        cmocka_unit_test(freeing_no_channel_is_nothing),
    };
    return CS_RUN("protocol/channel", tests);
}
