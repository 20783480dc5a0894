/* What protocol/ot.h promises, one test for each promise. */
#include "protocol/ot.h"

#include <stdlib.h>
#include <string.h>

#include "protocol/ot_matrix.h"
#include "tests/support/check.h"
#include "tests/support/duet.h"

enum { MOST = 20000, SENDER = 0, RECEIVER = 1 };

/* One party of a session of several calls; pads are those of the last. */
struct side {
    unsigned k;
    const size_t *n; /* transfers of each call */
    size_t n_calls;
    uint64_t seed;
    struct cs_block pad0[MOST], pad1[MOST];
    struct cs_block choice[MOST / 128 + 1];
};

static void draw_choices(struct side *side, size_t call)
{
    struct cs_rng rng;

    cs_rng_init_labelled(&rng, side->seed + call, "choices");
    cs_rng_bytes(&rng, side->choice, sizeof side->choice);
}

static enum cs_status as_sender(struct cs_channel *peer, struct side *side)
{
    struct cs_ot_sender *ot = NULL;
    struct cs_rng rng;
    enum cs_status st = CS_OK;

    cs_rng_init_labelled(&rng, side->seed, "sender");
    CS_TRY(cs_ot_sender_new(&ot, side->k, &rng, peer));
    for (size_t i = 0; i < side->n_calls; i++)
        CS_TRY(cs_ot_send(ot, side->pad0, side->pad1, side->n[i], peer));
out:
    cs_ot_sender_free(ot);
    return st;
}

static enum cs_status as_receiver(struct cs_channel *peer, struct side *side)
{
    struct cs_ot_receiver *ot = NULL;
    struct cs_rng rng;
    enum cs_status st = CS_OK;

    cs_rng_init_labelled(&rng, side->seed, "receiver");
    CS_TRY(cs_ot_receiver_new(&ot, side->k, &rng, peer));
    for (size_t i = 0; i < side->n_calls; i++) {
        draw_choices(side, i);
        CS_TRY(cs_ot_recv(ot, side->pad0, side->choice, side->n[i], peer));
    }
out:
    cs_ot_receiver_free(ot);
    return st;
}

static enum cs_status play(struct cs_channel *peer, int role, void *arg)
{
    return role == SENDER ? as_sender(peer, arg) : as_receiver(peer, arg);
}

static struct side sides[2];

static void run(unsigned k, const size_t *n, size_t n_calls, enum cs_status result[2],
                const struct cs_tamper *tamper)
{
    for (int i = 0; i < 2; i++)
        sides[i] = (struct side){ .k = k, .n = n, .n_calls = n_calls, .seed = 7 };
    cs_duet_with(play, (void *[]){ &sides[0], &sides[1] }, result,
                 &(struct cs_duet_options){ .tamper = tamper });
}

static void assert_pads_agree(size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const uint64_t b = cs_block_bit(sides[RECEIVER].choice[i / 128], i % 128);
        const struct cs_block *const mine = &sides[RECEIVER].pad0[i];
        const struct cs_block *const chosen =
            b ? &sides[SENDER].pad1[i] : &sides[SENDER].pad0[i];
        const struct cs_block *const other =
            b ? &sides[SENDER].pad0[i] : &sides[SENDER].pad1[i];

        assert_memory_equal(mine, chosen, sizeof *mine);
        assert_memory_not_equal(mine, other, sizeof *mine);
    }
}

static void pads_agree_where_chosen_for_every_k(void **state)
{
    const size_t n[] = { 1000 };
    (void)state;

    for (unsigned k = 1; k <= 8; k++) {
        enum cs_status result[2];

        run(k, n, 1, result, NULL);
        assert_ok(result[SENDER]);
        assert_ok(result[RECEIVER]);
        assert_pads_agree(n[0]);
    }
}

static void any_number_of_transfers_and_calls_works(void **state)
{
    const size_t n[] = {
        0, 1, 7, 127, 128, 129, 0, CS_OT_CHUNK - 1, CS_OT_CHUNK, CS_OT_CHUNK + 1, MOST, 3
    };
    (void)state;

    for (size_t n_calls = 1; n_calls <= COUNT(n); n_calls++) {
        enum cs_status result[2];

        run(2, n, n_calls, result, NULL);
        assert_ok(result[SENDER]);
        assert_ok(result[RECEIVER]);
        assert_pads_agree(n[n_calls - 1]);
    }
}

/* Also with the same choices and the same randomness. */
static void no_two_calls_give_the_same_pads(void **state)
{
    static struct cs_block first[128];
    const size_t n[] = { 128, 128 };
    enum cs_status result[2];
    (void)state;

    run(4, n, 1, result, NULL);
    memcpy(first, sides[SENDER].pad0, sizeof first);
    run(4, n, 2, result, NULL);
    assert_ok(result[SENDER]);
    for (size_t i = 0; i < 128; i++)
        for (size_t j = 0; j < 128; j++)
            assert_memory_not_equal(&first[i], &sides[SENDER].pad0[j], sizeof *first);
}

static void an_impossible_k_stops_the_program(void **state)
{
    struct cs_ot_sender *ot = NULL;
    struct cs_rng rng;
    enum cs_status st = CS_OK;
    (void)state;

    cs_rng_init_labelled(&rng, 1, "k");
    assert_stops(st = cs_ot_sender_new(&ot, 0, &rng, NULL));
    assert_stops(st = cs_ot_sender_new(&ot, 9, &rng, NULL));
    assert_ok(st);
}

/* ---- what a party that deviates sends -------------------------------------------- */

struct frame { /* one of a run with one call */
    int role;
    enum cs_frame kind;
    size_t index, at; /* byte `at`, from the end, is altered */
};

static void an_altered_frame_is_a_protocol_error(void **state)
{
    static const struct frame frames[] = {
        { SENDER, CS_FRAME_BASE_OT, 0, 5 },       /* nonce: other hashes */
        { SENDER, CS_FRAME_BASE_OT, 1, 100 },     /* points r */
        { RECEIVER, CS_FRAME_BASE_OT, 0, 5 },     /* nonce */
        { RECEIVER, CS_FRAME_BASE_OT, 1, 100 },   /* points y B */
        { RECEIVER, CS_FRAME_OT_CHECK, 0, 3 },    /* a sum of marks */
        { RECEIVER, CS_FRAME_OT_CHECK, 0, 2078 }, /* the digest of marks */
        { RECEIVER, CS_FRAME_OT_EXTEND, 0, 0 },   /* the digest of the columns */
        { RECEIVER, CS_FRAME_OT_EXTEND, 0, 40 },  /* the hash of u */
        { RECEIVER, CS_FRAME_OT_EXTEND, 0, 48 },  /* corrections: the last, a mask */
        { RECEIVER, CS_FRAME_OT_EXTEND, 0, 999 },
    };
    const size_t n[] = { 500 };
    (void)state;

    for (size_t i = 0; i < COUNT(frames); i++) {
        const struct cs_tamper alter = { .act = CS_TAMPER_ALTER,
                                         .role = frames[i].role,
                                         .kind = frames[i].kind,
                                         .index = frames[i].index,
                                         .at = frames[i].at };
        enum cs_status result[2];

        run(2, n, 1, result, &alter);
        if (result[SENDER] != CS_PROTOCOL && result[RECEIVER] != CS_PROTOCOL)
            fail_msg("frame %zu altered: %s, %s", i, cs_status_text(result[SENDER]),
                     cs_status_text(result[RECEIVER]));
    }
}

/* A sum of children is used by who does not walk to that side: altering one of the two
 * is a guess of a bit of delta, found out if wrong; if right, nothing is spoilt. */
static void an_altered_sum_of_children_is_found_or_of_no_effect(void **state)
{
    const size_t n[] = { 500 };
    size_t n_found = 0;
    (void)state;

    for (size_t pair = 0; pair < 8; pair++) {
        enum cs_status both[2];

        for (size_t side = 0; side < 2; side++) {
            const struct cs_tamper alter = { .act = CS_TAMPER_ALTER,
                                             .role = RECEIVER,
                                             .kind = CS_FRAME_BASE_OT,
                                             .index = 2,
                                             .at = (2 * pair + side) * 16 };
            enum cs_status result[2];

            run(2, n, 1, result, &alter);
            both[side] = result[SENDER];
            n_found += result[SENDER] == CS_PROTOCOL;
            if (result[SENDER] == CS_OK)
                assert_pads_agree(n[0]);
        }
        assert_int_not_equal(both[0], both[1]);
    }
    assert_int_equal(n_found, 8);
}

static void a_lost_or_cut_frame_ends_both_parties(void **state)
{
    static const struct {
        int role;
        enum cs_frame kind;
        size_t index;
    } frames[] = {
        { SENDER, CS_FRAME_BASE_OT, 0 },     { SENDER, CS_FRAME_BASE_OT, 1 },
        { RECEIVER, CS_FRAME_BASE_OT, 0 },   { RECEIVER, CS_FRAME_BASE_OT, 1 },
        { RECEIVER, CS_FRAME_BASE_OT, 2 },   { RECEIVER, CS_FRAME_OT_CHECK, 0 },
        { RECEIVER, CS_FRAME_OT_EXTEND, 0 },
    };
    const size_t n[] = { 100 };
    (void)state;

    for (size_t i = 0; i < 2 * COUNT(frames); i++) {
        const size_t at = i / 2;
        const struct cs_tamper hurt = { .act = i % 2 ? CS_TAMPER_CUT : CS_TAMPER_LOSE,
                                        .role = frames[at].role,
                                        .kind = frames[at].kind,
                                        .index = frames[at].index };
        enum cs_status result[2];

        for (int r = 0; r < 2; r++)
            sides[r] = (struct side){ .k = 2, .n = n, .n_calls = 1, .seed = 7 };
        cs_duet_with(play, (void *[]){ &sides[0], &sides[1] }, result,
                     &(struct cs_duet_options){ .tamper = &hurt, .timeout_ms = 250 });
        assert_int_not_equal(result[!frames[at].role], CS_OK);
    }
}

/* ---- what crosses the wire -------------------------------------------------------- */

struct tally {
    size_t n_bytes, count[256];
};

static void count_corrections(void *arg, int role, enum cs_frame kind,
                              const uint8_t *body, size_t n_bytes)
{
    struct tally *tally = arg;

    (void)role;
    if (kind != CS_FRAME_OT_EXTEND)
        return;
    tally->n_bytes += n_bytes;
    for (size_t i = 0; i < n_bytes; i++)
        tally->count[body[i]]++;
}

static void corrections_are_uniform_bytes_of_128_over_k_bits(void **state)
{
    const size_t n[] = { CS_OT_CHUNK };
    (void)state;

    for (unsigned k = 1; k <= 8; k *= 2) {
        struct tally tally = { 0 };
        const struct cs_tamper look = { .seen = count_corrections, .arg = &tally };
        enum cs_status result[2];
        double chi2 = 0;

        run(k, n, 1, result, &look);
        assert_ok(result[SENDER]);
        assert_int_equal(tally.n_bytes,
                         128 / k * CS_OT_ROOM * 16 + sizeof(struct cs_ot_answer));
        for (size_t i = 0; i < 256; i++) {
            const double expected = (double)tally.n_bytes / 256;
            const double off = (double)tally.count[i] - expected;

            chi2 += off * off / expected;
        }
        /* 255 degrees of freedom; outside with probability 1e-6, and the seed is fixed */
        assert_true(chi2 > 160 && chi2 < 380);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pads_agree_where_chosen_for_every_k),
        cmocka_unit_test(any_number_of_transfers_and_calls_works),
        cmocka_unit_test(no_two_calls_give_the_same_pads),
        cmocka_unit_test(an_impossible_k_stops_the_program),
        cmocka_unit_test(an_altered_frame_is_a_protocol_error),
        cmocka_unit_test(an_altered_sum_of_children_is_found_or_of_no_effect),
        cmocka_unit_test(a_lost_or_cut_frame_ends_both_parties),
        cmocka_unit_test(corrections_are_uniform_bytes_of_128_over_k_bits),
    };
    return CS_RUN("protocol/ot", tests);
}
