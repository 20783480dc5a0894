/* What protocol/ot_base.h promises, one test for each promise. */
#include "protocol/ot_base.h"

#include <string.h>

#include "tests/support/check.h"
#include "tests/support/duet.h"

struct side {
    uint64_t seed;
    struct cs_block choice; /* receiver */
    struct cs_block pad[2 * CS_OT_BASE];
    uint8_t session[CS_OT_SESSION_BYTES];
};

static enum cs_status play(struct cs_channel *peer, int role, void *arg)
{
    struct side *side = arg;
    struct cs_rng rng;

    cs_rng_init_labelled(&rng, side->seed, role == 0 ? "sender" : "receiver");
    if (role == 0)
        return cs_ot_base_send(side->pad, side->session, &rng, peer);
    return cs_ot_base_recv(side->pad, side->session, side->choice, &rng, peer);
}

static const struct cs_block choice = { 0x0123456789abcdef, 0xfedcba9876543210 };

static void the_receiver_gets_the_pads_of_its_choice_alone(void **state)
{
    static struct side sender = { .seed = 1 }, receiver = { .seed = 1 };
    enum cs_status result[2];
    (void)state;

    receiver.choice = choice;
    cs_duet(play, (void *[]){ &sender, &receiver }, result);
    assert_ok(result[0]);
    assert_ok(result[1]);
    assert_memory_equal(sender.session, receiver.session, CS_OT_SESSION_BYTES);
    for (unsigned i = 0; i < CS_OT_BASE; i++) {
        const size_t b = cs_block_bit(choice, i);
        const struct cs_block *const mine = &receiver.pad[i];

        assert_memory_equal(mine, &sender.pad[b * CS_OT_BASE + i], sizeof *mine);
        assert_memory_not_equal(mine, &sender.pad[(1 - b) * CS_OT_BASE + i],
                                sizeof *mine);
        for (unsigned j = 0; j < i; j++)
            assert_memory_not_equal(mine, &receiver.pad[j], sizeof *mine);
    }
}

static void another_nonce_gives_other_pads(void **state)
{
    static struct side sender[2] = { { .seed = 2 }, { .seed = 3 } };
    static struct side receiver[2] = { { .seed = 2 }, { .seed = 2 } };
    enum cs_status result[2];
    (void)state;

    for (int i = 0; i < 2; i++) {
        cs_duet(play, (void *[]){ &sender[i], &receiver[i] }, result);
        assert_ok(result[0]);
    }
    assert_memory_not_equal(sender[0].session, sender[1].session, CS_OT_SESSION_BYTES);
    for (unsigned i = 0; i < CS_OT_BASE; i++)
        assert_memory_not_equal(&receiver[0].pad[i], &receiver[1].pad[i],
                                sizeof *receiver->pad);
}

/* One role is honest; the other sends bodies of the right length, but what is in them is
 * no element of the group (0xff), or the neutral one (0). */
struct forgery {
    int role;
    uint8_t byte;
};

static enum cs_status forge(struct cs_channel *peer, int role, void *arg)
{
    const struct forgery *forgery = arg;
    uint8_t nonce[32] = { 0 }, theirs[32], points[CS_OT_BASE * 64];
    enum cs_status st = CS_OK;

    if (role != forgery->role)
        return play(peer, role, &(struct side){ .seed = 4 });
    CS_TRY(cs_channel_swap(peer, CS_FRAME_BASE_OT, nonce, theirs, sizeof nonce));
    if (role == 0)
        CS_TRY(cs_channel_recv(peer, CS_FRAME_BASE_OT, points, sizeof points));
    memset(points, forgery->byte, sizeof points);
    CS_TRY(cs_channel_send(peer, CS_FRAME_BASE_OT, points,
                           role == 0 ? CS_OT_BASE * 32 : sizeof points));
out:
    return st;
}

static void what_is_no_point_is_a_protocol_error(void **state)
{
    /* From the receiver the neutral element is as good as any: H hides it. */
    struct forgery forgeries[] = { { 0, 0xff }, { 0, 0 }, { 1, 0xff } };
    (void)state;

    for (size_t i = 0; i < COUNT(forgeries); i++) {
        enum cs_status result[2];

        cs_duet(forge, (void *[]){ &forgeries[i], &forgeries[i] }, result);
        assert_int_equal(result[!forgeries[i].role], CS_PROTOCOL);
    }
}

struct seen {
    uint8_t first[2][CS_OT_BASE * 64];
    int n;
};

static void keep_points(void *arg, int role, enum cs_frame kind, const uint8_t *body,
                        size_t n_bytes)
{
    struct seen *seen = arg;

    (void)kind;
    if (role == 1 && n_bytes == sizeof seen->first[0])
        memcpy(seen->first[seen->n], body, n_bytes);
}

/* With the same randomness, the two points change places with the choice bit, so that
 * each position holds either a hash to the group or a key minus one: both uniform. Here:
 * the bytes of all points, over both choices, look uniform. */
static void points_sent_show_no_choice(void **state)
{
    static struct seen seen;
    static struct side sender, receiver;
    const struct cs_tamper tamper = { .seen = keep_points, .arg = &seen };
    const struct cs_block choices[2] = { { 0, 0 }, { UINT64_MAX, UINT64_MAX } };
    size_t ones[2] = { 0, 0 };
    (void)state;

    for (seen.n = 0; seen.n < 2; seen.n++) {
        enum cs_status result[2];

        sender.seed = receiver.seed = 5;
        receiver.choice = choices[seen.n];
        cs_duet_with(play, (void *[]){ &sender, &receiver }, result,
                     &(struct cs_duet_options){ .tamper = &tamper });
        assert_ok(result[1]);
        for (size_t i = 0; i < sizeof seen.first[0]; i++)
            ones[seen.n] += (size_t)__builtin_popcount(seen.first[seen.n][i]);
    }
    /* 65,536 bits, three of 256 are always 0 in a point: five standard deviations. */
    for (int i = 0; i < 2; i++)
        assert_in_range(ones[i], 32640 - 640, 32640 + 640);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_receiver_gets_the_pads_of_its_choice_alone),
        cmocka_unit_test(another_nonce_gives_other_pads),
        cmocka_unit_test(what_is_no_point_is_a_protocol_error),
        cmocka_unit_test(points_sent_show_no_choice),
    };
    return CS_RUN("protocol/ot_base", tests);
}
