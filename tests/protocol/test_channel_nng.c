/* What protocol/channel_nng.h promises, over real sockets on this host. */
#include "protocol/channel_nng.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "protocol/clock.h"
#include "tests/support/check.h"
#include "tests/support/loopback.h"
#include "tests/support/pause.h"

/* ---- both ends on two threads -------------------------------------------------- */

static void expect(enum cs_status (*part)(struct cs_channel *, int), enum cs_status first,
                   enum cs_status second)
{
    struct cs_loopback loopback;
    struct cs_loopback_node node[2];

    cs_loopback_init(&loopback);
    cs_loopback_nodes(node, &loopback, part);
    cs_loopback_run(node);
    assert_int_equal(node[0].st, first);
    assert_int_equal(node[1].st, second);
}

static enum cs_status swap_much(struct cs_channel *peer, int role)
{
    const size_t n_bytes = (64u << 20) + 3;
    uint8_t *mine = malloc(n_bytes), *theirs = malloc(n_bytes);

    memset(mine, role + 1, n_bytes);
    enum cs_status st = cs_channel_swap(peer, CS_FRAME_OPEN, mine, theirs, n_bytes);
    for (size_t i = 0; st == CS_OK && i < n_bytes; i += 1000)
        if (theirs[i] != 2 - role)
            st = CS_INPUT;
    free(mine);
    free(theirs);
    return st;
}

static void both_can_swap_64_megabytes(void **state)
{
    (void)state;
    expect(swap_much, CS_OK, CS_OK);
}

static enum cs_status small_words(struct cs_channel *peer, int role)
{
    enum cs_status st = CS_OK;
    uint32_t word = 0;

    for (uint32_t i = 0; i < 200; i++) {
        if (role == (int)(i % 2)) {
            CS_TRY(cs_channel_send(peer, CS_FRAME_OPEN, &i, sizeof i));
        } else {
            CS_TRY(cs_channel_recv(peer, CS_FRAME_OPEN, &word, sizeof word));
            if (word != i)
                return CS_INPUT;
        }
    }
out:
    return st;
}

static void small_frames_arrive_in_order(void **state)
{
    (void)state;
    expect(small_words, CS_OK, CS_OK);
}

/* ---- the last words ------------------------------------------------------------ */

static enum cs_status one_gives_up(struct cs_channel *peer, int role)
{
    uint8_t word[8];

    if (role == 1)
        return cs_channel_recv(peer, CS_FRAME_OPEN, word, sizeof word);
    cs_channel_abort(peer, CS_INPUT, "a.csv: line 3: two few fields");
    return CS_INPUT;
}

static void words_of_an_abort_arrive_before_the_socket_closes(void **state)
{
    struct cs_loopback loopback;
    struct cs_loopback_node node[2];
    (void)state;

    cs_loopback_init(&loopback);
    cs_loopback_nodes(node, &loopback, one_gives_up);
    cs_loopback_run(node);
    assert_int_equal(node[1].st, CS_ABORTED);
    assert_non_null(strstr(node[1].fault.text, "a.csv: line 3: two few fields"));
}

/* Three frames are sent and the channel freed at once; the peer reads them later. */
static enum cs_status send_and_go(struct cs_channel *peer, int role)
{
    enum cs_status st = CS_OK;
    static const uint8_t sent[CS_FRAME_BYTES] = { 7 };
    static uint8_t got[CS_FRAME_BYTES];

    if (role == 1)
        cs_pause_ms(300);
    for (int i = 0; i < 3; i++) {
        if (role == 0)
            CS_TRY(cs_channel_send(peer, CS_FRAME_OPEN, sent, sizeof sent));
        else
            CS_TRY(cs_channel_recv(peer, CS_FRAME_OPEN, got, sizeof got));
    }
    if (role == 1 && memcmp(sent, got, sizeof got) != 0)
        st = CS_INPUT;
out:
    return st;
}

static void frames_sent_before_closing_arrive(void **state)
{
    (void)state;
    expect(send_and_go, CS_OK, CS_OK);
}

static enum cs_status one_leaves(struct cs_channel *peer, int role)
{
    uint8_t word[8];

    return role == 0 ? CS_OK : cs_channel_recv(peer, CS_FRAME_OPEN, word, sizeof word);
}

static void a_peer_that_ends_is_seen_at_once(void **state)
{
    const uint64_t start = cs_clock_ms();
    (void)state;

    expect(one_leaves, CS_OK, CS_CLOSED);
    assert_true(cs_clock_ms() - start < 5000);
}

static enum cs_status both_wait(struct cs_channel *peer, int role)
{
    uint8_t word[8];
    (void)role;

    return cs_channel_recv(peer, CS_FRAME_OPEN, word, sizeof word);
}

static void a_silent_peer_is_a_timeout(void **state)
{
    struct cs_loopback loopback;
    struct cs_loopback_node node[2];
    (void)state;

    cs_loopback_init(&loopback);
    cs_loopback_nodes(node, &loopback, both_wait);
    node[0].options.timeout_ms = 300;
    cs_loopback_run(node);
    assert_int_equal(node[0].st, CS_TIMEOUT);
    assert_int_equal(node[1].st, CS_CLOSED);
}

/* ---- who the peer is ----------------------------------------------------------- */

/* Role `fooled` expects another certificate than its peer's. */
static void expect_auth(int fooled)
{
    const uint8_t other[CS_FINGERPRINT_BYTES] = { 1 };
    struct cs_loopback loopback;
    struct cs_loopback_node node[2];
    char seen[CS_FINGERPRINT_TEXT_BYTES];
    const uint64_t start = cs_clock_ms();

    cs_loopback_init(&loopback);
    cs_loopback_nodes(node, &loopback, NULL);
    node[fooled].options.peer_fingerprint = other;
    node[0].options.join_ms = 2000; /* the listener waits: the true peer may still come */
    cs_loopback_run(node);
    cs_fingerprint_text(seen, loopback.identity[!fooled].fingerprint);
    for (int i = 0; i < 2; i++) {
        assert_int_equal(node[i].st, CS_AUTH);
        assert_non_null(strstr(node[i].fault.text, seen));
    }
    assert_true(cs_clock_ms() - start < 5000);
}

static void a_wrong_fingerprint_at_the_listener_is_said_at_both(void **state)
{
    (void)state;
    expect_auth(0);
}

static void a_wrong_fingerprint_at_the_dialer_is_said_at_both(void **state)
{
    (void)state;
    expect_auth(1);
}

/* ---- addresses ----------------------------------------------------------------- */

static enum cs_status join_alone(const char *url, bool listens, const char *words)
{
    struct cs_loopback loopback;
    struct cs_channel *peer = NULL;
    struct cs_fault fault = { 0 };

    cs_loopback_init(&loopback);
    struct cs_nng_options options = cs_loopback_options(&loopback, listens ? 0 : 1);
    options.join_ms = 300;
    if (url != NULL)
        options.url = url;
    const enum cs_status st = cs_channel_nng_join(&peer, &options, &fault);
    assert_null(peer);
    if (strstr(fault.text, words) == NULL)
        fail_msg("'%s' lacks '%s'", fault.text, words);
    return st;
}

static void a_peer_that_never_comes_is_a_timeout(void **state)
{
    const uint64_t start = cs_clock_ms();
    (void)state;

    assert_int_equal(join_alone(NULL, true, "no peer came"), CS_TIMEOUT);
    assert_int_equal(join_alone(NULL, false, "no node answered"), CS_TIMEOUT);
    assert_true(cs_clock_ms() - start < 5000);
}

static void addresses_that_cannot_be_used_are_told(void **state)
{
    (void)state;

    assert_int_equal(join_alone("127.0.0.1:7000", true, "tcp://HOST:PORT"), CS_CONFIG);
    assert_int_equal(join_alone("tcp://127.0.0.1", false, "tcp://HOST:PORT"), CS_CONFIG);
    assert_int_equal(join_alone("ipc:///x", false, "tcp://HOST:PORT"), CS_CONFIG);
    assert_int_equal(join_alone("tcp://no-such-host.invalid:7000", false, "not known"),
                     CS_CONFIG);
}

static int listen_raw(const char *url)
{
    struct sockaddr_in address = { .sin_family = AF_INET,
                                   .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    const int descriptor = socket(AF_INET, SOCK_STREAM, 0);

    address.sin_port = htons((uint16_t)cs_loopback_port(url));
    assert_int_equal(bind(descriptor, (struct sockaddr *)&address, sizeof address), 0);
    assert_int_equal(listen(descriptor, 1), 0);
    return descriptor;
}

static void a_port_in_use_is_told(void **state)
{
    struct cs_loopback loopback;
    (void)state;

    cs_loopback_init(&loopback);
    const int taken = listen_raw(loopback.url);
    assert_int_equal(join_alone(loopback.url, true, "another program listens"),
                     CS_CONFIG);
    close(taken);
}

/* ---- strangers ----------------------------------------------------------------- */

static const char *third_url; /* for with_a_third */

static void who_comes_and_goes_is_not_the_peer(void **state)
{
    struct cs_loopback loopback;
    struct cs_loopback_node node[2];
    pthread_t thread[2];
    (void)state;

    cs_loopback_init(&loopback);
    cs_loopback_nodes(node, &loopback, small_words);
    assert_int_equal(pthread_create(&thread[0], NULL, cs_loopback_run_node, &node[0]), 0);
    const int scan = cs_loopback_connect(loopback.url);
    cs_pause_ms(100);
    close(scan);
    assert_int_equal(pthread_create(&thread[1], NULL, cs_loopback_run_node, &node[1]), 0);
    for (int i = 0; i < 2; i++)
        assert_int_equal(pthread_join(thread[i], NULL), 0);
    assert_ok(node[0].st);
    assert_ok(node[1].st);
}

/* In the middle of a session somebody else connects and says what is no TLS: that one is
 * sent away. */
static enum cs_status with_a_third(struct cs_channel *peer, int role)
{
    enum cs_status st = small_words(peer, role);
    uint8_t answer[64];

    if (st == CS_OK && role == 0) {
        const int third = cs_loopback_connect(third_url);

        if (write(third, "GET / HTTP/1.1\r\n\r\n", 18) != 18)
            st = CS_INPUT;
        ssize_t got = 1;
        for (int i = 0; i < 400 && st == CS_OK && got != 0; i++) {
            st = cs_channel_tick(peer);
            cs_pause_ms(5);
            got = recv(third, answer, sizeof answer, MSG_DONTWAIT);
            if (got < 0 && errno != EAGAIN)
                got = 0;
        }
        if (got != 0)
            st = CS_INPUT; /* still let in */
        close(third);
    }
    return st != CS_OK ? st : small_words(peer, role);
}

static void a_third_node_does_not_disturb_a_session(void **state)
{
    struct cs_loopback loopback;
    struct cs_loopback_node node[2];
    (void)state;

    cs_loopback_init(&loopback);
    third_url = loopback.url;
    cs_loopback_nodes(node, &loopback, with_a_third);
    cs_loopback_run(node);
    assert_ok(node[0].st);
    assert_ok(node[1].st);
}

/* ---- two processes ------------------------------------------------------------- */

/* Plays a node in a process of its own (NNG does not survive a fork, so that the parent
 * of the two does not use it before). */
static pid_t start_process(struct cs_loopback_node *node)
{
    const pid_t child = fork();

    if (child == 0) {
        cs_loopback_run_node(node);
        _exit((int)node->st);
    }
    return child;
}

/* Returns the first one's status; *status is what waitpid says of the second. */
static int run_processes(enum cs_status (*part)(struct cs_channel *, int), int *status)
{
    struct cs_loopback loopback;
    struct cs_loopback_node node[2];
    pid_t child[2];
    int first = -1;

    cs_loopback_init(&loopback);
    cs_loopback_nodes(node, &loopback, part);
    for (int i = 0; i < 2; i++)
        child[i] = start_process(&node[i]);
    assert_int_equal(waitpid(child[0], &first, 0), child[0]);
    assert_int_equal(waitpid(child[1], status, 0), child[1]);
    assert_true(WIFEXITED(first));
    return WEXITSTATUS(first);
}

static void two_processes_meet(void **state)
{
    int status = -1;
    (void)state;

    assert_int_equal(run_processes(small_words, &status), CS_OK);
    assert_int_equal(status, 0);
}

static enum cs_status killed(struct cs_channel *peer, int role)
{
    if (role == 1) {
        cs_pause_ms(200);
        raise(SIGKILL);
    }
    return both_wait(peer, role);
}

static void a_killed_peer_is_seen_at_once(void **state)
{
    const uint64_t start = cs_clock_ms();
    int status = 0;
    (void)state;

    assert_int_equal(run_processes(killed, &status), CS_CLOSED);
    assert_true(WIFSIGNALED(status));
    assert_true(cs_clock_ms() - start < 5000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        /* these fork, and come before NNG starts threads in this process */
        cmocka_unit_test(two_processes_meet),
        cmocka_unit_test(a_killed_peer_is_seen_at_once),
        cmocka_unit_test_setup(both_can_swap_64_megabytes, cs_loopback_set_up),
        cmocka_unit_test(small_frames_arrive_in_order),
        cmocka_unit_test(words_of_an_abort_arrive_before_the_socket_closes),
        cmocka_unit_test(frames_sent_before_closing_arrive),
        cmocka_unit_test(a_peer_that_ends_is_seen_at_once),
        cmocka_unit_test(a_silent_peer_is_a_timeout),
        cmocka_unit_test(a_wrong_fingerprint_at_the_listener_is_said_at_both),
        cmocka_unit_test(a_wrong_fingerprint_at_the_dialer_is_said_at_both),
        cmocka_unit_test(a_peer_that_never_comes_is_a_timeout),
        cmocka_unit_test(addresses_that_cannot_be_used_are_told),
        cmocka_unit_test(a_port_in_use_is_told),
        cmocka_unit_test(who_comes_and_goes_is_not_the_peer),
        cmocka_unit_test(a_third_node_does_not_disturb_a_session),
    };
    return CS_RUN("protocol/channel_nng", tests);
}
