/* What protocol/equality.h promises, one test for each promise. The twin is `==`. */
#include "protocol/equality.h"

#include <stdlib.h>
#include <string.h>

#include "tests/support/check.h"
#include "tests/support/duet.h"
#include "tests/support/record.h"
#include "tests/support/uniform.h"

enum { PAIRS = 35000, SENDER = 0, RECEIVER = 1 };

struct call {
    size_t n;
    unsigned n_bits;
};

/* The tags of both, and what each gets; calls take pairs one after the other. */
struct play {
    const struct call *call;
    size_t n_calls;
    uint64_t tag[2][PAIRS];
    uint8_t bit[2][PAIRS];
    const struct cs_progress *progress; /* of the receiver */
};

static struct play play;

static enum cs_status call_at(size_t i, size_t at, struct cs_ot_sender *sender,
                              struct cs_ot_receiver *receiver, struct cs_rng *rng,
                              struct cs_channel *peer)
{
    const struct call *const call = &play.call[i];

    if (sender != NULL)
        return cs_equality_send(play.bit[SENDER] + at, play.tag[SENDER] + at, call->n,
                                call->n_bits, sender, rng, peer, NULL);
    return cs_equality_recv(play.bit[RECEIVER] + at, play.tag[RECEIVER] + at, call->n,
                            call->n_bits, receiver, peer, play.progress);
}

static enum cs_status part(struct cs_channel *peer, int role, void *arg)
{
    struct cs_ot_sender *sender = NULL;
    struct cs_ot_receiver *receiver = NULL;
    struct cs_rng rng;
    enum cs_status st = CS_OK;
    size_t at = 0;
    (void)arg;

    cs_rng_init_labelled(&rng, (uint64_t)role, "test_equality");
    if (role == SENDER)
        CS_TRY(cs_ot_sender_new(&sender, 4, &rng, peer));
    else
        CS_TRY(cs_ot_receiver_new(&receiver, 4, &rng, peer));
    for (size_t i = 0; i < play.n_calls; at += play.call[i++].n)
        CS_TRY(call_at(i, at, sender, receiver, &rng, peer));
out:
    cs_ot_sender_free(sender);
    cs_ot_receiver_free(receiver);
    return st;
}

static void run_with(enum cs_status result[2], const struct cs_duet_options *options)
{
    memset(play.bit, 0x55, sizeof play.bit);
    cs_duet_with(part, (void *[]){ NULL, NULL }, result, options);
}

static void run_well(const struct cs_tamper *tamper)
{
    enum cs_status result[2];

    run_with(result, &(struct cs_duet_options){ .tamper = tamper });
    assert_ok(result[SENDER]);
    assert_ok(result[RECEIVER]);
}

static void prepare(const struct call *call, size_t n_calls)
{
    memset(&play, 0, sizeof play);
    play.call = call;
    play.n_calls = n_calls;
}

static void draw_words(uint64_t *word, size_t n, const char *label)
{
    struct cs_rng rng;

    cs_rng_init_labelled(&rng, n, label);
    cs_rng_bytes(&rng, word, n * sizeof *word);
}

static void draw_both(size_t n)
{
    draw_words(play.tag[RECEIVER], n, "tags of the receiver");
    draw_words(play.tag[SENDER], n, "tags of the sender");
}

/* Of n pairs that were compared by their n_bits lowest bits. */
static size_t n_wrong(size_t first, const struct call *call)
{
    const uint64_t counted = UINT64_MAX >> (64 - call->n_bits);
    size_t wrong = 0;

    for (size_t i = first; i < first + call->n; i++) {
        const bool equal = ((play.tag[0][i] ^ play.tag[1][i]) & counted) == 0;

        wrong += (play.bit[0][i] ^ play.bit[1][i]) != equal;
    }
    return wrong;
}

static void assert_right(void)
{
    size_t at = 0;

    for (size_t i = 0; i < play.n_calls; at += play.call[i++].n)
        if (n_wrong(at, &play.call[i]) != 0)
            fail_msg("%zu of %zu pairs of %u bits are wrong", n_wrong(at, &play.call[i]),
                     play.call[i].n, play.call[i].n_bits);
}

/* ---- the result ----------------------------------------------------------------- */

/* A third of the pairs is equal, a third differs in one bit, a third at random. */
static void the_bits_open_to_equality_whatever_the_number_of_pairs(void **state)
{
    static const struct call calls[] = { { 0, 61 },   { 1, 61 },           { 2, 61 },
                                         { 127, 61 }, { 128, 63 },         { 129, 61 },
                                         { 1, 1 },    { 1000, 61 },        { 8064, 5 },
                                         { 8065, 2 }, { PAIRS - 17517, 1 } };
    (void)state;

    prepare(calls, COUNT(calls));
    draw_both(PAIRS);
    for (size_t i = 0; i < PAIRS; i++)
        if (i % 3 < 2)
            play.tag[SENDER][i] = play.tag[RECEIVER][i] ^ ((uint64_t)(i % 3) << i % 61);
    run_well(NULL);
    assert_right();
}

/* For every number of bits: equal tags, then tags that differ in bit 0, 1, ... */
static void a_difference_in_any_one_bit_is_seen(void **state)
{
    struct call calls[63];
    size_t at = 0;
    (void)state;

    for (unsigned i = 0; i < COUNT(calls); i++)
        calls[i] = (struct call){ i + 2, i + 1 };
    prepare(calls, COUNT(calls));
    draw_words(play.tag[RECEIVER], PAIRS, "tags");
    memcpy(play.tag[SENDER], play.tag[RECEIVER], sizeof play.tag[SENDER]);
    for (size_t i = 0; i < COUNT(calls); at += calls[i++].n)
        for (unsigned bit = 0; bit < calls[i].n_bits; bit++)
            play.tag[SENDER][at + 1 + bit] ^= (uint64_t)1 << bit;

    run_well(NULL);
    assert_right();
}

static void every_distance_but_none_is_unequal(void **state)
{
    static const struct call call = { 64 * 64, 63 };
    (void)state;

    prepare(&call, 1);
    draw_words(play.tag[RECEIVER], call.n, "tags");
    for (size_t i = 0; i < call.n; i++)
        play.tag[SENDER][i] = play.tag[RECEIVER][i] ^ (((uint64_t)1 << i % 64) - 1);
    run_well(NULL);
    assert_right();
}

static void bits_beyond_the_counted_ones_do_not_count(void **state)
{
    static const struct call call = { 300, 40 };
    (void)state;

    prepare(&call, 1);
    draw_both(call.n);
    for (size_t i = 0; i < call.n; i++)
        play.tag[SENDER][i] =
            play.tag[SENDER][i] << 40 | (play.tag[RECEIVER][i] & ((1ull << 40) - 1));
    run_well(NULL);
    assert_right();
    assert_int_equal(play.bit[0][7] ^ play.bit[1][7], 1);
}

static void more_bits_than_a_sum_mod_64_can_tell_stop_the_program(void **state)
{
    enum cs_status st = CS_OK;
    uint64_t tag = 0;
    uint8_t bit;
    (void)state;

    assert_stops(st = cs_equality_recv(&bit, &tag, 1, 64, NULL, NULL, NULL));
    assert_stops(st = cs_equality_send(&bit, &tag, 1, 64, NULL, NULL, NULL, NULL));
    assert_stops(st = cs_equality_recv(&bit, &tag, 1, 0, NULL, NULL, NULL));
    (void)st;
}

/* ---- secrecy -------------------------------------------------------------------- */

/* Six standard deviations. */
static void assert_half_are_ones(const uint8_t *bit, size_t n)
{
    double ones = 0;

    for (size_t i = 0; i < n; i++)
        ones += bit[i];
    const double off = ones - (double)n / 2;
    if (off * off > 36.0 * (double)n / 4)
        fail_msg("%.0f of %zu are ones", ones, n);
}

static void either_share_alone_is_a_fair_coin(void **state)
{
    static const struct call call = { 8000, 61 };
    (void)state;

    for (int equal = 0; equal < 2; equal++) {
        prepare(&call, 1);
        memset(play.tag[SENDER], equal ? 0 : 0xff, sizeof play.tag[SENDER]);
        run_well(NULL);
        assert_right();
        assert_half_are_ones(play.bit[SENDER], call.n);
        assert_half_are_ones(play.bit[RECEIVER], call.n);
    }
}

static void what_crosses_is_uniform_and_of_one_size_whatever_the_tags(void **state)
{
    static const struct call call = { 8064, 61 };
    const size_t n_corrections = 8064 * 61 * 3 / 4, n_tables = 8064 * 8;
    size_t n_chosen = 0;
    (void)state;

    for (int equal = 0; equal < 2; equal++) {
        prepare(&call, 1);
        memset(play.tag[SENDER], equal ? 0 : 0xff, sizeof play.tag[SENDER]);
        struct cs_record *sent = cs_recorded(run_well, SENDER, CS_FRAME_EQUALITY);
        assert_int_equal(sent->n_bytes, n_corrections + n_tables);
        assert_true(cs_bytes_are_uniform(sent->bytes, n_corrections));
        assert_true(cs_bytes_are_uniform(sent->bytes + n_corrections, n_tables));
        free(sent);

        struct cs_record *chosen = cs_recorded(run_well, RECEIVER, CS_FRAME_OT_EXTEND);
        assert_true(!equal || chosen->n_bytes == n_chosen);
        n_chosen = chosen->n_bytes;
        assert_true(cs_bytes_are_uniform(chosen->bytes, chosen->n_bytes));
        free(chosen);
    }
}

/* The controls of the test above. With the same randomness two transcripts have the same
 * pads: what is left without these are the tags. Of an unmasked table nearly all entries
 * are alike. */
static void corrections_and_tables_without_their_masks_are_not_uniform(void **state)
{
    static const struct call call = { 8064, 61 };
    const size_t n_corrections = 8064 * 61 * 3 / 4;
    uint64_t table[8064];
    (void)state;

    prepare(&call, 1);
    struct cs_record *zeros = cs_recorded(run_well, SENDER, CS_FRAME_EQUALITY);
    draw_words(play.tag[SENDER], call.n, "tags");
    struct cs_record *others = cs_recorded(run_well, SENDER, CS_FRAME_EQUALITY);
    for (size_t i = 0; i < n_corrections; i++)
        others->bytes[i] ^= zeros->bytes[i];
    assert_false(cs_bytes_are_uniform(others->bytes, n_corrections));
    free(zeros);
    free(others);

    draw_words(table, COUNT(table), "where and which");
    for (size_t i = 0; i < COUNT(table); i++)
        table[i] = (uint64_t)1 << (table[i] & 63) ^ (0 - (table[i] >> 63));
    assert_false(cs_bytes_are_uniform(table, sizeof table));
}

/* ---- progress ------------------------------------------------------------------- */

struct watch {
    double last;
    enum cs_status answer;
};

static enum cs_status look_on(void *arg, double done)
{
    struct watch *watch = arg;

    assert_true(done >= watch->last && done <= 1);
    watch->last = done;
    return watch->answer;
}

static void progress_ends_at_one_and_may_end_the_call(void **state)
{
    static const struct call call = { 9000, 5 };
    struct watch watch = { 0, CS_OK };
    const struct cs_progress progress = { look_on, &watch };
    enum cs_status result[2];
    (void)state;

    prepare(&call, 1);
    play.progress = &progress;
    run_well(NULL);
    assert_true(watch.last == 1);

    watch = (struct watch){ 0, CS_ABORTED };
    run_with(result, &(struct cs_duet_options){ 0 });
    assert_int_equal(result[RECEIVER], CS_ABORTED);
    assert_int_equal(result[SENDER], CS_CLOSED);
}

/* ---- parties that deviate -------------------------------------------------------- */

/* Two batches: the sender's frames are corrections, corrections, tables, tables. */
static void run_hurt(enum cs_status result[2], const struct cs_tamper *tamper)
{
    static const struct call call = { 8064 + 100, 2 };

    prepare(&call, 1);
    memset(play.tag, 0xff, sizeof play.tag);
    run_with(result, &(struct cs_duet_options){ .tamper = tamper, .timeout_ms = 1000 });
}

static struct cs_tamper hurt(enum cs_tamper_act act, size_t index)
{
    return (struct cs_tamper){
        .act = act, .role = SENDER, .kind = CS_FRAME_EQUALITY, .index = index
    };
}

static void a_cut_or_repeated_message_is_a_protocol_error(void **state)
{
    enum cs_status result[2];
    (void)state;

    for (size_t index = 0; index < 4; index++) {
        const struct cs_tamper cut = hurt(CS_TAMPER_CUT, index);
        const struct cs_tamper repeat = hurt(CS_TAMPER_REPEAT, index);

        run_hurt(result, &cut);
        assert_int_equal(result[RECEIVER], CS_PROTOCOL);
        run_hurt(result, &repeat); /* after the last nothing is received */
        assert_int_equal(result[RECEIVER], index < 3 ? CS_PROTOCOL : CS_OK);
    }
}

/* A later frame in the place of the lost one is out of sequence; after the last there is
 * silence. */
static void a_lost_message_ends_both(void **state)
{
    enum cs_status result[2];
    (void)state;

    for (size_t index = 0; index < 4; index++) {
        const struct cs_tamper lose = hurt(CS_TAMPER_LOSE, index);

        run_hurt(result, &lose);
        assert_true(result[RECEIVER] == CS_PROTOCOL || cs_is_silence(result[RECEIVER]));
        assert_true(index == 3 || cs_is_silence(result[SENDER]));
    }
}

static void a_late_message_is_waited_for_until_the_timeout(void **state)
{
    enum cs_status result[2];
    struct cs_tamper late = hurt(CS_TAMPER_DELAY, 0);
    (void)state;

    late.delay_ms = 50;
    run_hurt(result, &late);
    assert_ok(result[RECEIVER]);
    assert_right();

    late.delay_ms = 1500;
    run_hurt(result, &late);
    assert_int_equal(result[RECEIVER], CS_TIMEOUT);
    assert_int_equal(result[SENDER], CS_CLOSED);
}

static void altered_choices_are_a_protocol_error(void **state)
{
    enum cs_status result[2];
    (void)state;

    for (size_t index = 0; index < 3; index++) {
        const struct cs_tamper alter = { .act = CS_TAMPER_ALTER,
                                         .role = RECEIVER,
                                         .kind = CS_FRAME_OT_EXTEND,
                                         .index = index,
                                         .at = 100 };

        run_hurt(result, &alter);
        assert_int_equal(result[SENDER], CS_PROTOCOL);
        assert_true(cs_is_silence(result[RECEIVER]));
    }
}

/* What the header says is not found: one wrong correction, one wrong pair. */
static void an_altered_correction_spoils_one_pair_unnoticed(void **state)
{
    const struct cs_tamper alter = hurt(CS_TAMPER_ALTER, 0);
    enum cs_status result[2];
    (void)state;

    run_hurt(result, &alter);
    assert_ok(result[SENDER]);
    assert_ok(result[RECEIVER]);
    assert_int_equal(n_wrong(0, play.call), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_bits_open_to_equality_whatever_the_number_of_pairs),
        cmocka_unit_test(a_difference_in_any_one_bit_is_seen),
        cmocka_unit_test(every_distance_but_none_is_unequal),
        cmocka_unit_test(bits_beyond_the_counted_ones_do_not_count),
        cmocka_unit_test(more_bits_than_a_sum_mod_64_can_tell_stop_the_program),
        cmocka_unit_test(either_share_alone_is_a_fair_coin),
        cmocka_unit_test(what_crosses_is_uniform_and_of_one_size_whatever_the_tags),
        cmocka_unit_test(corrections_and_tables_without_their_masks_are_not_uniform),
        cmocka_unit_test(progress_ends_at_one_and_may_end_the_call),
        cmocka_unit_test(a_cut_or_repeated_message_is_a_protocol_error),
        cmocka_unit_test(a_lost_message_ends_both),
        cmocka_unit_test(a_late_message_is_waited_for_until_the_timeout),
        cmocka_unit_test(altered_choices_are_a_protocol_error),
        cmocka_unit_test(an_altered_correction_spoils_one_pair_unnoticed),
    };
    return CS_RUN("protocol/equality", tests);
}
