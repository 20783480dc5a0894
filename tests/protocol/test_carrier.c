/* What protocol/carrier.h promises, over lines in memory that are hurt at message k, for
 * every k. */
#include "protocol/carrier.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "protocol/clock.h"
#include "tests/support/check.h"
#include "tests/support/cuts.h"
#include "tests/support/pause.h"

enum { TIMEOUT_MS = 400, RECONNECT_MS = 800, JOIN_MS = 3000, WORDS = 12 };

struct node {
    struct cs_lines lines;
    int role;
    unsigned reconnect_ms;
    enum cs_status (*part)(struct cs_channel *, struct node *);
    enum cs_status st;
    struct cs_fault fault;
    struct cs_traffic traffic;
    uint64_t sum; /* of what was received */
};

static void *run_node(void *arg)
{
    struct node *node = arg;
    struct cs_channel *channel = NULL;
    struct cs_transport transport;
    struct cs_rng rng;
    size_t n;

    cs_rng_init_random(&rng);
    const struct cs_carrier_options options = { JOIN_MS, TIMEOUT_MS, node->reconnect_ms,
                                                &rng, &node->fault };
    node->st = cs_carrier_join(&transport, node->lines, &options);
    if (node->st == CS_OK)
        node->st = cs_channel_new(&channel, transport, TIMEOUT_MS, &node->fault);
    if (node->st == CS_OK)
        node->st = node->part(channel, node);
    if (channel != NULL)
        node->traffic = cs_channel_traffic(channel, &n)[0];
    if (node->st != CS_OK && channel != NULL)
        cs_channel_abort(channel, node->st, "test");
    cs_channel_free(channel);
    return NULL;
}

/* A small dialogue: each says words of growing length in turn, then both at once. */
static enum cs_status converse(struct cs_channel *peer, struct node *node)
{
    uint8_t mine[WORDS * 100], theirs[WORDS * 100];
    enum cs_status st = CS_OK;

    for (size_t i = 0; i < WORDS; i++) {
        const size_t n_bytes = 1 + 100 * i / 2;

        memset(mine, (int)i + 1, sizeof mine);
        if (i % 3 == 2)
            CS_TRY(cs_channel_swap(peer, CS_FRAME_OPEN, mine, theirs, n_bytes));
        else if ((int)(i % 3) == node->role)
            CS_TRY(cs_channel_send(peer, CS_FRAME_OPEN, mine, n_bytes));
        else
            CS_TRY(cs_channel_recv(peer, CS_FRAME_OPEN, theirs, n_bytes));
        if ((int)(i % 3) != node->role)
            node->sum = node->sum * 31 + theirs[0] + theirs[n_bytes - 1];
    }
out:
    return st;
}

struct outcome {
    struct node node[2];
    size_t n_messages, n_lines;
};

static struct outcome run(enum cs_status (*part)(struct cs_channel *, struct node *),
                          struct cs_cut_plan plan, unsigned reconnect_ms)
{
    struct cs_cuts *cuts = cs_cuts_new(&plan);
    struct outcome outcome = { 0 };
    pthread_t thread;

    for (int i = 0; i < 2; i++)
        outcome.node[i] = (struct node){ .lines = cs_cuts_lines(cuts, i),
                                         .role = i,
                                         .reconnect_ms = reconnect_ms,
                                         .part = part };
    assert_int_equal(pthread_create(&thread, NULL, run_node, &outcome.node[1]), 0);
    run_node(&outcome.node[0]);
    assert_int_equal(pthread_join(thread, NULL), 0);
    outcome.n_messages = cs_cuts_n_messages(cuts);
    outcome.n_lines = cs_cuts_n_lines(cuts);
    cs_cuts_free(cuts);
    return outcome;
}

static void expect_same(const struct outcome *one, const struct outcome *other, size_t k)
{
    for (int i = 0; i < 2; i++) {
        const struct cs_traffic *a = &one->node[i].traffic, *b = &other->node[i].traffic;

        if (other->node[i].st != CS_OK)
            fail_msg("message %zu: end %d: %s: %s", k, i,
                     cs_status_text(other->node[i].st), other->node[i].fault.text);
        assert_true(one->node[i].sum == other->node[i].sum);
        assert_true(a->sent_bytes == b->sent_bytes);
        assert_true(a->received_bytes == b->received_bytes);
        assert_true(a->sent_frames == b->sent_frames);
        assert_true(a->rounds == b->rounds);
    }
}

/* ---- every message is hurt once ------------------------------------------------ */

/* As often as times, from message k on; a cut of the very last message, which the other
 * end does not wait for, costs the time for closing. */
static void hurt_every_message(enum cs_cut act, size_t again, size_t times, size_t step)
{
    const struct outcome whole = run(converse, (struct cs_cut_plan){ 0 }, RECONNECT_MS);

    expect_same(&whole, &whole, 0);
    assert_int_equal(whole.n_lines, 1);
    assert_true(whole.n_messages > WORDS);
    for (size_t k = 0; k + again * (times - 1) <= whole.n_messages; k += step) {
        const struct cs_cut_plan plan = { act, k, again, times, 0 };
        const struct outcome hurt = run(converse, plan, RECONNECT_MS);

        expect_same(&whole, &hurt, k);
        if (act != CS_CUT_REPEAT && k + 4 < whole.n_messages) /* the end may be cut off */
            assert_true(hurt.n_lines > 1);
    }
}

static void a_line_that_breaks_with_a_message_loses_nothing(void **state)
{
    (void)state;
    hurt_every_message(CS_CUT_LOSE, 0, 1, 1);
}

static void a_line_that_breaks_within_a_message_loses_nothing(void **state)
{
    (void)state;
    hurt_every_message(CS_CUT_PART, 0, 1, 1);
    hurt_every_message(CS_CUT_PART, 1, 3, 1);
}

static void a_line_that_breaks_after_a_message_repeats_nothing(void **state)
{
    (void)state;
    hurt_every_message(CS_CUT_AFTER, 0, 1, 1);
}

static void lines_that_break_again_and_again_lose_nothing(void **state)
{
    (void)state;
    hurt_every_message(CS_CUT_LOSE, 5, 3, 1);
    hurt_every_message(CS_CUT_AFTER, 3, 4, 1);
}

static void a_message_that_cannot_be_opened_is_sent_again(void **state)
{
    (void)state;
    hurt_every_message(CS_CUT_GARBLE, 0, 1, 1);
}

static void a_message_that_comes_twice_is_delivered_once(void **state)
{
    (void)state;
    hurt_every_message(CS_CUT_REPEAT, 0, 1, 1);
    hurt_every_message(CS_CUT_REPEAT, 1, 20, 1);
}

static void a_line_that_falls_silent_is_replaced(void **state)
{
    (void)state;
    hurt_every_message(CS_CUT_STALL, 0, 1, 7);
}

/* What the handshake wrote may still be on its way when the peer's greeting is there. */
static void a_line_carries_nothing_before_this_end_has_greeted(void **state)
{
    const struct outcome whole = run(converse, (struct cs_cut_plan){ 0 }, RECONNECT_MS);
    const struct outcome busy =
        run(converse, (struct cs_cut_plan){ .act = CS_CUT_BUSY }, RECONNECT_MS);
    (void)state;

    expect_same(&whole, &busy, 0);
    assert_int_equal(busy.n_lines, 1);
}

/* The control: the same cuts, with nothing sent again, do not pass. */
static void without_sending_again_a_cut_is_noticed(void **state)
{
    const struct outcome whole = run(converse, (struct cs_cut_plan){ 0 }, RECONNECT_MS);
    size_t n_failed = 0;
    (void)state;

    for (size_t k = 2; k < 12; k += 3) {
        const struct outcome hurt =
            run(converse, (struct cs_cut_plan){ CS_CUT_PRETEND, k, 0, 1, 0 }, 200);
        n_failed += hurt.node[0].st != CS_OK && hurt.node[1].st != CS_OK;
    }
    assert_true(whole.n_messages > 12);
    assert_true(n_failed >= 3); /* an acknowledgement may be lost without harm */
}

/* ---- when no line comes any more ----------------------------------------------- */

static void a_peer_that_does_not_come_back_is_a_timeout_in_time(void **state)
{
    const uint64_t start = cs_clock_ms();
    (void)state;

    const struct outcome gone =
        run(converse, (struct cs_cut_plan){ CS_CUT_LOSE, 8, 0, 1, 1 }, 700);
    assert_int_equal(gone.node[0].st, CS_TIMEOUT);
    assert_int_equal(gone.node[1].st, CS_TIMEOUT);
    assert_non_null(strstr(gone.node[0].fault.text, "did not come back within"));
    assert_true(cs_clock_ms() - start < 6000);
}

static void without_reconnect_a_cut_is_the_end_at_once(void **state)
{
    const uint64_t start = cs_clock_ms();
    (void)state;

    const struct outcome gone =
        run(converse, (struct cs_cut_plan){ CS_CUT_LOSE, 8, 0, 1, 0 }, 0);
    assert_int_equal(gone.node[0].st, CS_CLOSED);
    assert_int_equal(gone.node[1].st, CS_CLOSED);
    assert_int_equal(gone.n_lines, 1);
    assert_true(cs_clock_ms() - start < 2000);
}

/* ---- long bodies, long work ---------------------------------------------------- */

static enum cs_status much_one_way(struct cs_channel *peer, struct node *node)
{
    const size_t n_bytes = 3 * (size_t)CS_CARRIER_WINDOW_BYTES / 2;
    uint8_t *bytes = calloc(1, n_bytes);
    enum cs_status st;

    assert_non_null(bytes);
    if (node->role == 0) {
        bytes[n_bytes - 1] = 9;
        st = cs_channel_send(peer, CS_FRAME_OPEN, bytes, n_bytes);
    } else {
        st = cs_channel_recv(peer, CS_FRAME_OPEN, bytes, n_bytes);
        node->sum = bytes[n_bytes - 1];
    }
    free(bytes);
    return st;
}

static void more_than_a_window_passes_though_it_is_cut(void **state)
{
    (void)state;

    const struct outcome cut =
        run(much_one_way, (struct cs_cut_plan){ CS_CUT_LOSE, 3, 11, 4, 0 }, RECONNECT_MS);
    assert_ok(cut.node[0].st);
    assert_ok(cut.node[1].st);
    assert_int_equal(cut.node[1].sum, 9);
    assert_true(cut.n_lines > 3);
}

/* Neither end receives: what is kept is bounded, and the wait for room too. */
static enum cs_status both_send(struct cs_channel *peer, struct node *node)
{
    const size_t n_bytes = 3 * (size_t)CS_CARRIER_WINDOW_BYTES / 2;
    uint8_t *bytes = calloc(1, n_bytes);
    (void)node;

    assert_non_null(bytes);
    const enum cs_status st = cs_channel_send(peer, CS_FRAME_OPEN, bytes, n_bytes);
    free(bytes);
    return st;
}

static void a_window_that_nobody_empties_is_a_timeout(void **state)
{
    (void)state;

    const struct outcome full = run(both_send, (struct cs_cut_plan){ 0 }, 600);
    assert_true(full.node[0].st == CS_TIMEOUT || full.node[1].st == CS_TIMEOUT);
    assert_int_not_equal(full.node[0].st, CS_OK);
    assert_int_not_equal(full.node[1].st, CS_OK);
}

static enum cs_status one_works(struct cs_channel *peer, struct node *node)
{
    enum cs_status st = CS_OK;
    uint8_t word = 1;

    if (node->role == 0)
        return cs_channel_recv(peer, CS_FRAME_OPEN, &word, sizeof word);
    for (int i = 0; i < 15 * TIMEOUT_MS / 50; i++) {
        cs_pause_ms(10);
        CS_TRY(cs_channel_tick(peer));
    }
    CS_TRY(cs_channel_send(peer, CS_FRAME_OPEN, &word, sizeof word));
out:
    return st;
}

static void long_work_with_ticks_keeps_one_line(void **state)
{
    (void)state;

    const struct outcome worked = run(one_works, (struct cs_cut_plan){ 0 }, RECONNECT_MS);
    assert_ok(worked.node[0].st);
    assert_ok(worked.node[1].st);
    assert_int_equal(worked.n_lines, 1);
}

static enum cs_status one_gives_up(struct cs_channel *peer, struct node *node)
{
    uint8_t word;

    if (node->role == 0)
        return CS_INPUT;
    return cs_channel_recv(peer, CS_FRAME_OPEN, &word, sizeof word);
}

static void an_abort_arrives_though_it_is_cut(void **state)
{
    (void)state;

    for (size_t k = 2; k < 6; k++) {
        const struct outcome cut = run(
            one_gives_up, (struct cs_cut_plan){ CS_CUT_LOSE, k, 0, 1, 0 }, RECONNECT_MS);
        assert_int_equal(cut.node[0].st, CS_INPUT);
        assert_int_equal(cut.node[1].st, CS_ABORTED);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_line_that_breaks_with_a_message_loses_nothing),
        cmocka_unit_test(a_line_that_breaks_within_a_message_loses_nothing),
        cmocka_unit_test(a_line_that_breaks_after_a_message_repeats_nothing),
        cmocka_unit_test(lines_that_break_again_and_again_lose_nothing),
        cmocka_unit_test(a_message_that_cannot_be_opened_is_sent_again),
        cmocka_unit_test(a_message_that_comes_twice_is_delivered_once),
        cmocka_unit_test(a_line_that_falls_silent_is_replaced),
        cmocka_unit_test(a_line_carries_nothing_before_this_end_has_greeted),
        cmocka_unit_test(without_sending_again_a_cut_is_noticed),
        cmocka_unit_test(a_peer_that_does_not_come_back_is_a_timeout_in_time),
        cmocka_unit_test(without_reconnect_a_cut_is_the_end_at_once),
        cmocka_unit_test(more_than_a_window_passes_though_it_is_cut),
        cmocka_unit_test(a_window_that_nobody_empties_is_a_timeout),
        cmocka_unit_test(long_work_with_ticks_keeps_one_line),
        cmocka_unit_test(an_abort_arrives_though_it_is_cut),
    };
    return CS_RUN("protocol/carrier", tests);
}
