/* What protocol/reveal.h promises, one test for each promise. */
#include "protocol/reveal.h"

#include <string.h>

#include "tests/support/check.h"
#include "tests/support/duet.h"

enum { N = 100 };

struct side {
    uint64_t mine[N], x[N];
    size_t n;
    const char *purpose;
    enum cs_party party;
    bool in_32; /* words of 32 bits, of which mine and x hold two an element */
    struct cs_openings openings;
    struct cs_rng secret;
    struct cs_fault fault;
};

static struct side side[2];

static void set_up(void)
{
    memset(side, 0, sizeof side);
    for (int p = 0; p < 2; p++) {
        cs_rng_init_labelled(&side[p].secret, (uint64_t)p, "reveal");
        cs_rng_bytes(&side[p].secret, side[p].mine, sizeof side[p].mine);
        side[p].n = N;
        side[p].purpose = "a sum";
        side[p].party = (enum cs_party)p;
    }
}

static void tear_down(void)
{
    cs_openings_wipe(&side[0].openings);
    cs_openings_wipe(&side[1].openings);
}

static enum cs_status play(struct cs_channel *peer, int role, void *arg)
{
    struct side *own = arg;
    (void)role;

    if (own->in_32)
        return cs_reveal32((uint32_t *)own->x, (const uint32_t *)own->mine, own->n,
                           own->purpose, &own->openings, &own->secret, peer, own->party);
    return cs_reveal64(own->x, own->mine, own->n, own->purpose, &own->openings,
                       &own->secret, peer, own->party);
}

static void run(enum cs_status result[2], const struct cs_tamper *tamper)
{
    cs_duet_with(
        play, (void *[]){ &side[0], &side[1] }, result,
        &(struct cs_duet_options){ .timeout_ms = 2000,
                                   .tamper = tamper,
                                   .faults = { &side[0].fault, &side[1].fault } });
}

static void both_get_the_sum(void **state)
{
    enum cs_status result[2];
    (void)state;

    set_up();
    run(result, NULL);
    for (int p = 0; p < 2; p++) {
        assert_ok(result[p]);
        for (size_t i = 0; i < N; i++)
            assert_true(side[p].x[i] == side[0].mine[i] + side[1].mine[i]);
    }
    tear_down();
}

static void words_of_32_bits_wrap_each_for_itself(void **state)
{
    enum cs_status result[2];
    (void)state;

    set_up();
    side[0].in_32 = side[1].in_32 = true;
    side[0].mine[0] = UINT64_C(0x00000001ffffffff);
    side[1].mine[0] = UINT64_C(0x0000000100000001);
    run(result, NULL);
    assert_ok(result[0]);
    assert_ok(result[1]);
    assert_true(side[0].x[0] == UINT64_C(0x0000000200000000));
    assert_memory_equal(side[0].x, side[1].x, N * sizeof(uint32_t));
    tear_down();
}

static void an_opening_is_recorded_before_it_is_made(void **state)
{
    enum cs_status result[2];
    const struct cs_tamper lose = { .act = CS_TAMPER_LOSE, .kind = CS_FRAME_COMMIT };
    (void)state;

    set_up();
    run(result, &lose);
    assert_int_not_equal(result[1], CS_OK);
    for (int p = 0; p < 2; p++) {
        const struct cs_opening *opening = &side[p].openings.entry[0];

        assert_int_equal(side[p].openings.n, 1);
        assert_string_equal(opening->purpose, "a sum");
        assert_int_equal(opening->n_words, N);
        assert_int_equal(opening->word_bytes, 8);
    }
    tear_down();
}

static void any_number_of_openings_is_kept(void **state)
{
    enum cs_status result[2];
    (void)state;

    set_up();
    for (size_t i = 1; i <= 200; i++) {
        side[0].n = side[1].n = i % 7 + 1;
        run(result, NULL);
        assert_ok(result[0]);
        assert_int_equal(side[0].openings.n, i);
        assert_int_equal(side[0].openings.entry[i - 1].n_words, i % 7 + 1);
    }
    tear_down();
}

struct frames {
    size_t n_commit, n_open;
};

static void count_frames(void *arg, int role, enum cs_frame kind, const uint8_t *body,
                         size_t n_bytes)
{
    struct frames *frames = arg;
    (void)role;
    (void)body;
    (void)n_bytes;

    frames->n_commit += kind == CS_FRAME_COMMIT;
    frames->n_open += kind == CS_FRAME_OPEN;
}

static void assert_nothing_opens(void)
{
    struct frames frames = { 0 };
    const struct cs_tamper look = { .seen = count_frames, .arg = &frames };
    enum cs_status result[2];

    run(result, &look);
    assert_int_equal(result[0], CS_PROTOCOL);
    assert_int_equal(result[1], CS_PROTOCOL);
    assert_int_equal(frames.n_commit, 2); /* the promises: not a key, not a share */
    assert_int_equal(frames.n_open, 0);
    assert_non_null(strstr(side[0].fault.text, "not the next one"));
    tear_down();
}

static void parties_at_different_places_open_nothing(void **state)
{
    (void)state;

    set_up();
    side[1].purpose = "another sum";
    assert_nothing_opens();
    set_up();
    side[1].n = N - 1;
    assert_nothing_opens();
    set_up();
    side[0].in_32 = true;
    assert_nothing_opens();
}

static void assert_found(enum cs_frame kind, size_t index, size_t at)
{
    const struct cs_tamper alter = {
        .act = CS_TAMPER_ALTER, .kind = kind, .index = index, .at = at
    };
    enum cs_status result[2];

    set_up();
    run(result, &alter);
    assert_int_equal(result[1], CS_PROTOCOL);
    assert_non_null(strstr(side[1].fault.text, "committed"));
    for (size_t i = 0; i < N; i++)
        assert_true(side[1].x[i] == 0);
    tear_down();
}

static void a_share_that_is_not_the_one_committed_to_is_refused_with_words(void **state)
{
    (void)state;

    assert_found(CS_FRAME_COMMIT, 0, 0); /* another commitment */
    assert_found(CS_FRAME_COMMIT, 1, 5); /* another key */
    for (size_t at = 0; at < N * 8; at += 113)
        assert_found(CS_FRAME_OPEN, 0, at); /* another share */
}

/* A peer that sends back what it gets: the sum would be twice one's own share. */
static enum cs_status play_or_echo(struct cs_channel *peer, int role, void *arg)
{
    static const struct {
        enum cs_frame kind;
        size_t n_bytes;
    } step[] = { { CS_FRAME_COMMIT, 64 },
                 { CS_FRAME_COMMIT, 32 },
                 { CS_FRAME_OPEN, N * 8 } };
    uint8_t bytes[N * 8];
    enum cs_status st = CS_OK;

    if (role == 0)
        return play(peer, role, arg);
    for (size_t i = 0; i < COUNT(step); i++) {
        CS_TRY(cs_channel_recv(peer, step[i].kind, bytes, step[i].n_bytes));
        CS_TRY(cs_channel_send(peer, step[i].kind, bytes, step[i].n_bytes));
    }
out:
    return st;
}

static void a_share_that_comes_back_is_refused(void **state)
{
    enum cs_status result[2];
    (void)state;

    set_up();
    cs_duet(play_or_echo, (void *[]){ &side[0], &side[1] }, result);
    assert_int_equal(result[0], CS_PROTOCOL);
    assert_ok(result[1]);
    tear_down();
}

/* The control of the test above: it is the party in the commitment that tells. */
static void two_nodes_of_one_party_do_not_open(void **state)
{
    enum cs_status result[2];
    (void)state;

    set_up();
    side[1].party = CS_A;
    run(result, NULL);
    assert_int_equal(result[0], CS_PROTOCOL);
    assert_int_equal(result[1], CS_PROTOCOL);
    tear_down();
}

static void opening_nothing_is_a_bug(void **state)
{
    enum cs_status st = CS_OK;
    (void)state;

    set_up();
    assert_stops(st = cs_reveal64(side[0].x, side[0].mine, 0, "", &side[0].openings,
                                  &side[0].secret, NULL, CS_A));
    assert_stops(st = cs_reveal32(NULL, NULL, 0, "", &side[0].openings, &side[0].secret,
                                  NULL, CS_A));
    (void)st;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(both_get_the_sum),
        cmocka_unit_test(words_of_32_bits_wrap_each_for_itself),
        cmocka_unit_test(an_opening_is_recorded_before_it_is_made),
        cmocka_unit_test(any_number_of_openings_is_kept),
        cmocka_unit_test(parties_at_different_places_open_nothing),
        cmocka_unit_test(a_share_that_is_not_the_one_committed_to_is_refused_with_words),
        cmocka_unit_test(a_share_that_comes_back_is_refused),
        cmocka_unit_test(two_nodes_of_one_party_do_not_open),
        cmocka_unit_test(opening_nothing_is_a_bug),
    };
    return CS_RUN("protocol/reveal", tests);
}
