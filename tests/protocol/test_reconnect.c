/* What protocol/channel_nng.h promises of networks that break, and of strangers, over
 * real sockets on this host. */
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "protocol/channel_nng.h"
#include "protocol/clock.h"
#include "tests/support/check.h"
#include "tests/support/loopback.h"
#include "tests/support/pause.h"
#include "tests/support/proxy.h"

enum { TIMEOUT_MS = 2000, RECONNECT_MS = 8000 };

/* ---- both ends on two threads, perhaps a proxy between ------------------------- */

static void nodes_init(struct cs_loopback_node node[2],
                       const struct cs_loopback *loopback,
                       enum cs_status (*part)(struct cs_channel *, int))
{
    cs_loopback_nodes(node, loopback, part);
    for (int i = 0; i < 2; i++) {
        node[i].options.timeout_ms = TIMEOUT_MS;
        node[i].options.reconnect_ms = RECONNECT_MS;
    }
}

/* Returns how many connections it took; *n_bytes, how many bytes crossed. */
static unsigned run_through(struct cs_proxy_options options, uint64_t *n_bytes,
                            struct cs_loopback *loopback, struct cs_loopback_node node[2])
{
    struct cs_loopback near;

    cs_loopback_init(&near);
    options.port = cs_loopback_port(near.url);
    options.to_port = cs_loopback_port(loopback->url);
    node[1].options.url = near.url;
    struct cs_proxy *proxy = cs_proxy_start(&options);
    cs_loopback_run(node);
    const unsigned n = cs_proxy_n_connections(proxy);
    *n_bytes = cs_proxy_n_bytes(proxy);
    cs_proxy_stop(proxy);
    return n;
}

static void expect_ok(const struct cs_loopback_node node[2], const char *what,
                      uint64_t at)
{
    for (int i = 0; i < 2; i++)
        if (node[i].st != CS_OK)
            fail_msg("%s %llu: end %d: %s: %s", what, (unsigned long long)at, i,
                     cs_status_text(node[i].st), node[i].fault.text);
}

static enum cs_status converse(struct cs_channel *peer, int role)
{
    uint8_t mine[700], theirs[700];
    enum cs_status st = CS_OK;

    for (uint8_t i = 0; i < 6; i++) {
        const size_t n_bytes = 1 + 100u * i;

        memset(mine, 16 * role + i, sizeof mine);
        CS_TRY(cs_channel_swap(peer, CS_FRAME_OPEN, mine, theirs, n_bytes));
        if (theirs[0] != 16 * !role + i || theirs[n_bytes - 1] != theirs[0])
            return CS_INPUT;
    }
out:
    return st;
}

static void a_cut_at_any_byte_changes_nothing(void **state)
{
    struct cs_loopback loopback;
    struct cs_loopback_node node[2];
    uint64_t n_whole, n_bytes;
    (void)state;

    cs_loopback_init(&loopback);
    nodes_init(node, &loopback, converse);
    assert_int_equal(
        run_through((struct cs_proxy_options){ 0 }, &n_whole, &loopback, node), 1);
    for (uint64_t at = 1; at + 300 < n_whole; at += 331) {
        cs_loopback_init(&loopback);
        nodes_init(node, &loopback, converse);
        const unsigned n =
            run_through((struct cs_proxy_options){ .cut_every = at, .n_cuts = 1 },
                        &n_bytes, &loopback, node);
        expect_ok(node, "byte", at);
        assert_true(n >= 2);
    }
}

static enum cs_status swap_half_a_megabyte(struct cs_channel *peer, int role)
{
    enum { PIECE = 10000 };
    uint8_t mine[PIECE], theirs[PIECE];
    enum cs_status st = CS_OK;

    for (uint8_t i = 0; i < 25; i++) {
        memset(mine, 100 * role + i, sizeof mine);
        CS_TRY(cs_channel_swap(peer, CS_FRAME_OPEN, mine, theirs, sizeof mine));
        if (theirs[0] != 100 * !role + i)
            return CS_INPUT;
    }
out:
    return st;
}

static void cuts_again_and_again_change_nothing(void **state)
{
    struct cs_loopback loopback;
    struct cs_loopback_node node[2];
    uint64_t n_bytes;
    (void)state;

    cs_loopback_init(&loopback);
    nodes_init(node, &loopback, swap_half_a_megabyte);
    const unsigned n = run_through((struct cs_proxy_options){ .cut_every = 50000 },
                                   &n_bytes, &loopback, node);
    expect_ok(node, "every", 50000);
    assert_true(n > 8);
}

static struct cs_outages outages[2]; /* for converse_and_look */

static enum cs_status converse_and_look(struct cs_channel *peer, int role)
{
    const enum cs_status st = converse(peer, role);

    outages[role] = cs_channel_outages(peer);
    return st;
}

static void what_the_network_does_is_counted(void **state)
{
    struct cs_loopback loopback;
    struct cs_loopback_node node[2];
    uint64_t n_bytes;
    (void)state;

    cs_loopback_init(&loopback);
    nodes_init(node, &loopback, converse_and_look);
    run_through((struct cs_proxy_options){ 0 }, &n_bytes, &loopback, node);
    expect_ok(node, "no cut", 0);
    for (int i = 0; i < 2; i++)
        assert_true(outages[i].n_cuts == 0 && outages[i].down_ms == 0);

    cs_loopback_init(&loopback);
    nodes_init(node, &loopback, converse_and_look);
    run_through((struct cs_proxy_options){ .stall_at = 4000 }, &n_bytes, &loopback, node);
    expect_ok(node, "silent from byte", 4000);
    uint64_t longest_ms = 0;
    for (int i = 0; i < 2; i++) {
        assert_int_equal(outages[i].n_cuts, 1);
        assert_int_equal(outages[i].n_intruders, 0);
        if (outages[i].down_ms > longest_ms)
            longest_ms = outages[i].down_ms;
    }
    assert_true(longest_ms >= TIMEOUT_MS / 2 && longest_ms < 3 * TIMEOUT_MS);
}

static void a_connection_that_falls_silent_is_replaced(void **state)
{
    (void)state;

    for (uint64_t at = 500; at < 4000; at += 2500) {
        struct cs_loopback loopback;
        struct cs_loopback_node node[2];
        uint64_t n_bytes;

        cs_loopback_init(&loopback);
        nodes_init(node, &loopback, converse);
        const unsigned n = run_through((struct cs_proxy_options){ .stall_at = at },
                                       &n_bytes, &loopback, node);
        expect_ok(node, "silent from byte", at);
        assert_true(n >= 2);
    }
}

static void a_slow_and_far_peer_is_a_peer(void **state)
{
    struct cs_loopback loopback;
    struct cs_loopback_node node[2];
    uint64_t n_bytes;
    (void)state;

    cs_loopback_init(&loopback);
    nodes_init(node, &loopback, converse);
    const struct cs_proxy_options far = { .delay_ms = 50, .rate_bytes = 20000 };
    assert_int_equal(run_through(far, &n_bytes, &loopback, node), 1);
    expect_ok(node, "delay", 50);
}

/* ---- strangers ----------------------------------------------------------------- */

static void strangers_who_keep_silent_do_not_keep_the_peer_out(void **state)
{
    enum { STRANGERS = 40 };
    struct cs_loopback loopback;
    struct cs_loopback_node node[2];
    pthread_t thread;
    int stranger[STRANGERS];
    (void)state;

    cs_loopback_init(&loopback);
    nodes_init(node, &loopback, converse);
    assert_int_equal(pthread_create(&thread, NULL, cs_loopback_run_node, &node[0]), 0);
    for (int i = 0; i < STRANGERS; i++) {
        stranger[i] = cs_loopback_connect(loopback.url);
        if (i % 2 == 0) /* the beginning of a ClientHello, and no end */
            assert_int_equal(write(stranger[i], "\x16\x03\x01\x02\x00\x01", 6), 6);
    }
    const uint64_t start = cs_clock_ms();
    cs_loopback_run_node(&node[1]);
    assert_int_equal(pthread_join(thread, NULL), 0);
    expect_ok(node, "strangers", STRANGERS);
    assert_true(cs_clock_ms() - start < 5000);
    for (int i = 0; i < STRANGERS; i++)
        close(stranger[i]);
}

static void whoever_shows_another_certificate_does_not_keep_the_peer_out(void **state)
{
    struct cs_loopback loopback, other;
    struct cs_loopback_node node[2], stranger[2];
    pthread_t thread;
    (void)state;

    cs_loopback_init(&loopback);
    cs_loopback_init(&other);
    nodes_init(node, &loopback, converse);
    nodes_init(stranger, &loopback, converse);
    stranger[1].options.identity = &other.identity[1];
    assert_int_equal(pthread_create(&thread, NULL, cs_loopback_run_node, &node[0]), 0);
    cs_loopback_run_node(&stranger[1]);
    assert_int_equal(stranger[1].st, CS_AUTH);
    cs_loopback_run_node(&node[1]);
    assert_int_equal(pthread_join(thread, NULL), 0);
    expect_ok(node, "another certificate", 0);
}

/* ---- a second node with the same key ------------------------------------------- */

enum { WHILE = 800 }; /* dialogues, which take more than the timeout */

static struct cs_loopback_node second; /* for with_a_second */

static enum cs_status with_a_second(struct cs_channel *peer, int role)
{
    enum cs_status st = converse(peer, role);
    pthread_t thread;

    if (st == CS_OK && role == 1) {
        assert_int_equal(pthread_create(&thread, NULL, cs_loopback_run_node, &second), 0);
        for (int i = 0; i < WHILE && st == CS_OK; i++) {
            st = converse(peer, role);
            cs_pause_ms(5);
        }
        pthread_join(thread, NULL);
    }
    for (int i = 0; i < WHILE && st == CS_OK && role == 0; i++)
        st = converse(peer, role);
    outages[role] = cs_channel_outages(peer);
    return st;
}

static void a_second_node_with_the_same_key_is_refused(void **state)
{
    struct cs_loopback loopback;
    struct cs_loopback_node node[2];
    (void)state;

    cs_loopback_init(&loopback);
    nodes_init(node, &loopback, with_a_second);
    second = node[1];
    second.part = converse;
    cs_loopback_run(node);
    expect_ok(node, "second", 0);
    assert_int_equal(second.st, CS_CONFIG);
    assert_non_null(strstr(second.fault.text, "running twice"));
    assert_true(outages[0].n_intruders > 0);
    assert_int_equal(outages[1].n_intruders, 0);
}

/* ---- a peer that was started again --------------------------------------------- */

static enum cs_status killed_after_a_while(struct cs_channel *peer, int role)
{
    const enum cs_status st = converse(peer, role);

    if (role == 1)
        raise(SIGKILL);
    return st != CS_OK ? st : converse(peer, role);
}

static pid_t start_process(struct cs_loopback_node *node)
{
    const pid_t child = fork();

    if (child == 0) {
        cs_loopback_run_node(node);
        if (node->st != CS_OK && strstr(node->fault.text, "started again") != NULL)
            _exit(100 + (int)node->st);
        _exit((int)node->st);
    }
    return child;
}

static int status_of(pid_t child)
{
    int status = 0;

    assert_int_equal(waitpid(child, &status, 0), child);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void a_peer_that_was_started_again_is_told_apart(void **state)
{
    struct cs_loopback loopback;
    struct cs_loopback_node node[2];
    pid_t child[2];
    const uint64_t start = cs_clock_ms();
    (void)state;

    cs_loopback_init(&loopback);
    nodes_init(node, &loopback, killed_after_a_while);
    node[1].options.join_ms = 3000;
    for (int i = 0; i < 2; i++)
        child[i] = start_process(&node[i]);
    assert_int_equal(status_of(child[1]), -1);
    const int again = status_of(start_process(&node[1]));
    assert_int_equal(status_of(child[0]), 100 + CS_CLOSED);
    assert_int_equal(again, CS_TIMEOUT);
    assert_true(cs_clock_ms() - start < 15000);
}

static void a_peer_that_was_killed_is_waited_for_and_no_longer(void **state)
{
    struct cs_loopback loopback;
    struct cs_loopback_node node[2];
    pid_t child[2];
    const uint64_t start = cs_clock_ms();
    (void)state;

    cs_loopback_init(&loopback);
    nodes_init(node, &loopback, killed_after_a_while);
    node[0].options.reconnect_ms = TIMEOUT_MS;
    for (int i = 0; i < 2; i++)
        child[i] = start_process(&node[i]);
    assert_int_equal(status_of(child[1]), -1);
    assert_int_equal(status_of(child[0]), CS_TIMEOUT);
    assert_true(cs_clock_ms() - start >= TIMEOUT_MS && cs_clock_ms() - start < 8000);
}

/* ---- a peer that is ended in order --------------------------------------------- */

static void *stop_channel(void *channel)
{
    cs_pause_ms(200);
    cs_channel_stop(channel, 1000);
    _exit(CS_OK);
}

/* Says that it is there, lets another thread end this process and goes on. */
static enum cs_status begin_to_end(struct cs_channel *peer, int role)
{
    pthread_t thread;

    if (role == 1)
        CS_REQUIRE(pthread_create(&thread, NULL, stop_channel, peer) == 0);
    return converse(peer, role);
}

static enum cs_status stopped_while_it_waits(struct cs_channel *peer, int role)
{
    const enum cs_status st = begin_to_end(peer, role);
    uint8_t byte;

    return st != CS_OK ? st : cs_channel_recv(peer, CS_FRAME_OPEN, &byte, 1);
}

static enum cs_status stopped_while_it_computes(struct cs_channel *peer, int role)
{
    const enum cs_status st = begin_to_end(peer, role);
    uint8_t byte;

    if (role == 1)
        pause();
    return st != CS_OK ? st : cs_channel_recv(peer, CS_FRAME_OPEN, &byte, 1);
}

static enum cs_status stopped_while_it_speaks(struct cs_channel *peer, int role)
{
    static uint8_t bytes[CS_FRAME_BYTES];
    enum cs_status st = begin_to_end(peer, role);

    while (st == CS_OK)
        st = role == 1 ? cs_channel_send(peer, CS_FRAME_OPEN, bytes, sizeof bytes)
                       : cs_channel_recv(peer, CS_FRAME_OPEN, bytes, sizeof bytes);
    return st;
}

static enum cs_status stopped_while_both_compute(struct cs_channel *peer, int role)
{
    enum cs_status st = begin_to_end(peer, role);

    while (st == CS_OK) {
        cs_pause_ms(10);
        st = role == 1 ? CS_OK : cs_channel_tick(peer);
    }
    return st;
}

static void the_peer_of_a_node_that_is_stopped_hears_it_at_once(void **state)
{
    static const cs_loopback_part parts[] = { stopped_while_it_waits,
                                              stopped_while_it_computes,
                                              stopped_while_it_speaks,
                                              stopped_while_both_compute };
    (void)state;

    for (size_t i = 0; i < COUNT(parts); i++) {
        struct cs_loopback loopback;
        struct cs_loopback_node node[2];
        pid_t child[2];
        const uint64_t start = cs_clock_ms();

        cs_loopback_init(&loopback);
        nodes_init(node, &loopback, parts[i]);
        for (int p = 0; p < 2; p++)
            child[p] = start_process(&node[p]);
        assert_int_equal(status_of(child[1]), CS_OK);
        assert_int_equal(status_of(child[0]), CS_ABORTED);
        assert_true(cs_clock_ms() - start < 5000);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        /* these fork, and come before NNG starts threads in this process */
        cmocka_unit_test(a_peer_that_was_started_again_is_told_apart),
        cmocka_unit_test(a_peer_that_was_killed_is_waited_for_and_no_longer),
        cmocka_unit_test(the_peer_of_a_node_that_is_stopped_hears_it_at_once),
        cmocka_unit_test_setup(a_cut_at_any_byte_changes_nothing, cs_loopback_set_up),
        cmocka_unit_test(cuts_again_and_again_change_nothing),
        cmocka_unit_test(a_connection_that_falls_silent_is_replaced),
        cmocka_unit_test(what_the_network_does_is_counted),
        cmocka_unit_test(a_slow_and_far_peer_is_a_peer),
        cmocka_unit_test(strangers_who_keep_silent_do_not_keep_the_peer_out),
        cmocka_unit_test(whoever_shows_another_certificate_does_not_keep_the_peer_out),
        cmocka_unit_test(a_second_node_with_the_same_key_is_refused),
    };
    return CS_RUN("protocol/reconnect", tests);
}
