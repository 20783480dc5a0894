/* What protocol/permute.h promises, one test for each promise. The twin reads
 * in[source[i]]. */
#include "protocol/permute.h"

#include <stdlib.h>
#include <string.h>

#include "tests/support/check.h"
#include "tests/support/duet.h"
#include "tests/support/record.h"
#include "tests/support/uniform.h"

enum { ROWS = 20000, WORDS = 40000, SENDER = 0, RECEIVER = 1 };

struct shape {
    size_t n_in, n_out, n_words;
};

/* The inputs of both, and what each gets; calls take rows one after the other. */
struct play {
    struct shape shape[64];
    size_t n_calls;
    uint64_t in[2][WORDS], out[2][WORDS]; /* (n_in, n_words), (n_out, n_words) */
    uint32_t source[ROWS];
    const struct cs_progress *progress; /* of the receiver */
};

static struct play play;

static enum cs_status as_sender(struct cs_channel *peer, struct cs_rng *rng)
{
    const uint64_t *in = play.in[SENDER];
    uint64_t *out = play.out[SENDER];
    struct cs_ot_sender *ot = NULL;
    enum cs_status st = CS_OK;

    CS_TRY(cs_ot_sender_new(&ot, 4, rng, peer));
    for (size_t i = 0; i < play.n_calls; i++) {
        const struct shape s = play.shape[i];

        CS_TRY(cs_permute_send(out, in, s.n_in, s.n_out, s.n_words, ot, peer, NULL));
        in += s.n_in * s.n_words;
        out += s.n_out * s.n_words;
    }
out:
    cs_ot_sender_free(ot);
    return st;
}

static enum cs_status as_receiver(struct cs_channel *peer, struct cs_rng *rng)
{
    const uint64_t *in = play.in[RECEIVER];
    uint64_t *out = play.out[RECEIVER];
    const uint32_t *source = play.source;
    struct cs_ot_receiver *ot = NULL;
    enum cs_status st = CS_OK;

    CS_TRY(cs_ot_receiver_new(&ot, 4, rng, peer));
    for (size_t i = 0; i < play.n_calls; i++) {
        const struct shape s = play.shape[i];

        CS_TRY(cs_permute_recv(out, in, source, s.n_in, s.n_out, s.n_words, ot, peer,
                               play.progress));
        in += s.n_in * s.n_words;
        out += s.n_out * s.n_words;
        source += s.n_out;
    }
out:
    cs_ot_receiver_free(ot);
    return st;
}

static enum cs_status part(struct cs_channel *peer, int role, void *arg)
{
    struct cs_rng rng;
    (void)arg;

    cs_rng_init_labelled(&rng, (uint64_t)role, "test_permute");
    return role == SENDER ? as_sender(peer, &rng) : as_receiver(peer, &rng);
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
    assert_ok(result[SENDER]);
    assert_ok(result[RECEIVER]);
}

/* A random wish of n_out different rows, each place left to nobody in one of `nobody`
 * cases (0: none). */
static void wish(uint32_t *source, const struct shape *s, uint32_t nobody,
                 struct cs_rng *rng)
{
    uint32_t *const order = malloc((s->n_in + 1) * sizeof *order);

    assert_non_null(order);
    for (uint32_t i = 0; i < s->n_in; i++) {
        const uint32_t j = cs_rng_below(rng, i + 1);

        order[i] = order[j];
        order[j] = i;
    }
    for (size_t i = 0; i < s->n_out; i++)
        source[i] =
            nobody > 0 && cs_rng_below(rng, nobody) == 0 ? CS_PERMUTE_NOBODY : order[i];
    free(order);
}

static void prepare(const struct shape *shape, size_t n_calls, uint32_t nobody)
{
    struct cs_rng rng;
    size_t n_in = 0, n_out = 0;

    memset(&play, 0, sizeof play);
    memcpy(play.shape, shape, n_calls * sizeof *shape);
    play.n_calls = n_calls;
    cs_rng_init_labelled(&rng, nobody, "inputs");
    cs_rng_bytes(&rng, play.in, sizeof play.in);
    for (size_t i = 0; i < n_calls; i++) {
        assert_true((n_in += shape[i].n_in * shape[i].n_words) <= WORDS);
        assert_true(n_out + shape[i].n_out <= ROWS);
        wish(play.source + n_out, &shape[i], nobody, &rng);
        n_out += shape[i].n_out;
    }
}

/* The words of one call that do not open to what was wished for. */
static size_t n_wrong_in(const struct shape *s, size_t in, size_t out,
                         const uint32_t *source)
{
    size_t wrong = 0;

    for (size_t i = 0; i < s->n_out; i++)
        for (size_t word = 0; word < s->n_words; word++) {
            const size_t from = in + source[i] * s->n_words + word;
            const size_t to = out + i * s->n_words + word;
            const uint64_t wanted =
                source[i] == CS_PERMUTE_NOBODY ? 0 : play.in[0][from] ^ play.in[1][from];

            wrong += (play.out[0][to] ^ play.out[1][to]) != wanted;
        }
    return wrong;
}

static size_t n_wrong(void)
{
    const uint32_t *source = play.source;
    size_t in = 0, out = 0, wrong = 0;

    for (size_t i = 0; i < play.n_calls; i++) {
        const struct shape *const s = &play.shape[i];

        wrong += n_wrong_in(s, in, out, source);
        in += s->n_in * s->n_words;
        out += s->n_out * s->n_words;
        source += s->n_out;
    }
    return wrong;
}

/* ---- the result ----------------------------------------------------------------- */

/* The last three take more transfers than a batch. */
static void the_shares_open_to_the_rows_wished_for(void **state)
{
    static const struct shape shapes[] = {
        { 0, 0, 2 },       { 1, 0, 1 },       { 1, 1, 2 },      { 2, 1, 3 },
        { 2, 2, 1 },       { 3, 3, 2 },       { 5, 4, 5 },      { 999, 0, 2 },
        { 64, 64, 2 },     { 65, 33, 4 },     { 100, 100, 7 },  { 129, 100, 1 },
        { 300, 1, 16 },    { 1000, 1000, 2 }, { 1023, 700, 3 }, { 7000, 7000, 1 },
        { 9000, 6001, 2 },
    };
    (void)state;

    for (uint32_t nobody = 0; nobody < 3; nobody++) { /* none, all, half */
        prepare(shapes, COUNT(shapes), nobody);
        run_well(NULL);
        assert_int_equal(n_wrong(), 0);
    }
}

static bool is_wish(const uint32_t source[3])
{
    for (int i = 0; i < 3; i++)
        for (int j = 0; j < i; j++)
            if (source[i] == source[j] && source[i] != CS_PERMUTE_NOBODY)
                return false;
    return true;
}

static void every_wish_of_three_rows_comes_true(void **state)
{
    static const uint32_t rows[4] = { 0, 1, 2, CS_PERMUTE_NOBODY };
    struct shape shapes[34];
    size_t n_wishes = 0;
    (void)state;

    for (size_t i = 0; i < COUNT(shapes); i++)
        shapes[i] = (struct shape){ 3, 3, 2 };
    prepare(shapes, COUNT(shapes), 0);
    for (size_t i = 0; i < 64; i++) {
        const uint32_t source[3] = { rows[i / 16], rows[i / 4 % 4], rows[i % 4] };

        if (is_wish(source))
            memcpy(play.source + 3 * n_wishes++, source, sizeof source);
    }
    assert_int_equal(n_wishes, COUNT(shapes));
    run_well(NULL);
    assert_int_equal(n_wrong(), 0);
}

static void a_row_wished_for_twice_or_not_there_stops_the_program(void **state)
{
    const uint32_t twice[] = { 1, 2, 1 }, beyond[] = { 0, 3 };
    uint64_t in[3] = { 0 }, out[4];
    enum cs_status st = CS_OK;
    (void)state;

    assert_stops(st = cs_permute_recv(out, in, twice, 3, 3, 1, NULL, NULL, NULL));
    assert_stops(st = cs_permute_recv(out, in, beyond, 3, 2, 1, NULL, NULL, NULL));
    assert_stops(st = cs_permute_send(out, in, 3, 4, 1, NULL, NULL, NULL));
    assert_stops(st = cs_permute_send(out, in, 3, 3, 0, NULL, NULL, NULL));
    (void)st;
}

/* ---- secrecy -------------------------------------------------------------------- */

static const struct shape wide = { 5000, 5000, 2 };

/* With shares of zero, all of them zeros, and nearly no row moved. */
static void prepare_zeros(void)
{
    prepare(&wide, 1, 0);
    memset(play.in, 0, sizeof play.in);
    for (uint32_t i = 0; i < wide.n_in; i++)
        play.source[i] = i;
}

static void either_share_alone_is_uniform(void **state)
{
    const size_t n_bytes = wide.n_out * wide.n_words * sizeof(uint64_t);
    (void)state;

    prepare_zeros();
    assert_false(cs_bytes_are_uniform(play.in[SENDER], n_bytes));
    run_well(NULL);
    assert_int_equal(n_wrong(), 0);
    assert_true(cs_bytes_are_uniform(play.out[SENDER], n_bytes));
    assert_true(cs_bytes_are_uniform(play.out[RECEIVER], n_bytes));
}

/* Switches leave the sum of a party's shares as it was; it takes gates to renew it. */
static void the_sum_of_all_shares_of_a_party_is_renewed(void **state)
{
    uint64_t sum[2] = { 0 };
    (void)state;

    prepare_zeros();
    run_well(NULL);
    for (size_t i = 0; i < wide.n_out; i++)
        for (int role = 0; role < 2; role++)
            sum[role] ^= play.out[role][wide.n_words * i];
    assert_int_equal(sum[0], sum[1]);
    assert_int_not_equal(sum[0], 0);
}

static void what_the_sender_sends_is_uniform_and_of_one_size(void **state)
{
    const size_t n_bytes = cs_permute_transfers(wide.n_in, wide.n_out) * 16;
    (void)state;

    for (int zeros = 0; zeros < 2; zeros++) {
        if (zeros)
            prepare_zeros();
        else
            prepare(&wide, 1, 2);
        struct cs_record *const sent = cs_recorded(run_well, SENDER, CS_FRAME_PERMUTE);

        assert_int_equal(sent->n_bytes, n_bytes);
        assert_true(cs_bytes_are_uniform(sent->bytes, sent->n_bytes));
        free(sent);
    }
}

/* The control of the test above. With the same randomness two transcripts have the same
 * pads: what is left without these are the rows. */
static void words_without_their_pads_are_not_uniform(void **state)
{
    (void)state;

    prepare_zeros();
    struct cs_record *const one = cs_recorded(run_well, SENDER, CS_FRAME_PERMUTE);
    play.in[SENDER][0] = UINT64_MAX;
    struct cs_record *const other = cs_recorded(run_well, SENDER, CS_FRAME_PERMUTE);

    for (size_t i = 0; i < one->n_bytes; i++)
        other->bytes[i] ^= one->bytes[i];
    assert_false(cs_bytes_are_uniform(other->bytes, other->n_bytes));
    free(one);
    free(other);
}

/* Where shares are zero, a message is its masks: here that of the first layer. */
static void no_two_words_of_a_message_have_the_same_mask(void **state)
{
    static uint64_t e[100 * 7];
    (void)state;

    prepare(&(struct shape){ 200, 200, 7 }, 1, 0);
    memset(play.in, 0, sizeof play.in);
    struct cs_record *const sent = cs_recorded(run_well, SENDER, CS_FRAME_PERMUTE);
    memcpy(e, sent->bytes, sizeof e);
    for (size_t i = 0; i < COUNT(e); i++)
        for (size_t j = 0; j < i; j++)
            assert_int_not_equal(e[i], e[j]);
    free(sent);
}

static void the_receiver_sends_uniform_choices_whatever_its_wish(void **state)
{
    (void)state;

    prepare(&wide, 1, 0);
    struct cs_record *const one = cs_recorded(run_well, RECEIVER, CS_FRAME_OT_EXTEND);
    prepare_zeros();
    struct cs_record *const other = cs_recorded(run_well, RECEIVER, CS_FRAME_OT_EXTEND);
    prepare(&wide, 1, 0);
    struct cs_record *const rest = cs_recorded(run_well, RECEIVER, CS_FRAME_PERMUTE);

    assert_int_equal(one->n_bytes, other->n_bytes);
    assert_true(cs_bytes_are_uniform(one->bytes, one->n_bytes));
    assert_true(cs_bytes_are_uniform(other->bytes, other->n_bytes));
    assert_int_equal(rest->n_bytes, 0);
    free(one);
    free(other);
    free(rest);
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
    struct watch watch = { 0, CS_OK };
    const struct cs_progress progress = { look_on, &watch };
    enum cs_status result[2];
    (void)state;

    prepare(&(struct shape){ 9000, 9000, 1 }, 1, 0);
    play.progress = &progress;
    run_well(NULL);
    assert_true(watch.last == 1);

    watch = (struct watch){ 0, CS_ABORTED };
    run_with(result, &(struct cs_duet_options){ 0 });
    assert_int_equal(result[RECEIVER], CS_ABORTED);
    assert_int_equal(result[SENDER], CS_CLOSED);
}

/* ---- parties that deviate, wires that hurt --------------------------------------- */

/* Three batches, a frame of the sender each. */
static void run_hurt(enum cs_status result[2], const struct cs_tamper *tamper)
{
    prepare(&(struct shape){ 7000, 7000, 1 }, 1, 0);
    run_with(result, &(struct cs_duet_options){ .tamper = tamper, .timeout_ms = 2000 });
}

static struct cs_tamper hurt(enum cs_tamper_act act, size_t index)
{
    return (struct cs_tamper){
        .act = act, .role = SENDER, .kind = CS_FRAME_PERMUTE, .index = index
    };
}

static void a_cut_or_repeated_message_is_a_protocol_error(void **state)
{
    enum cs_status result[2];
    (void)state;

    for (size_t index = 0; index < 3; index++) {
        const struct cs_tamper cut = hurt(CS_TAMPER_CUT, index);
        const struct cs_tamper repeat = hurt(CS_TAMPER_REPEAT, index);

        run_hurt(result, &cut);
        assert_int_equal(result[RECEIVER], CS_PROTOCOL);
        run_hurt(result, &repeat); /* after the last nothing is received */
        assert_int_equal(result[RECEIVER], index < 2 ? CS_PROTOCOL : CS_OK);
    }
}

/* A later frame in the place of the lost one is out of sequence; after the last there is
 * silence. The sender still waits for choices if it was the first. */
static void a_lost_message_ends_whoever_still_waits(void **state)
{
    enum cs_status result[2];
    (void)state;

    for (size_t index = 0; index < 3; index++) {
        const struct cs_tamper lose = hurt(CS_TAMPER_LOSE, index);

        run_hurt(result, &lose);
        assert_true(result[RECEIVER] == CS_PROTOCOL || cs_is_silence(result[RECEIVER]));
        assert_true(index > 0 || cs_is_silence(result[SENDER]));
    }
}

static void altered_choices_are_a_protocol_error_before_anything_is_sent(void **state)
{
    const struct cs_tamper alter = {
        .act = CS_TAMPER_ALTER, .role = RECEIVER, .kind = CS_FRAME_OT_EXTEND, .at = 100
    };
    enum cs_status result[2];
    (void)state;

    run_hurt(result, &alter);
    assert_int_equal(result[SENDER], CS_PROTOCOL);
    assert_int_equal(result[RECEIVER], CS_CLOSED);
}

/* What the header says is not found: the last word, whose row the last gate lets through,
 * is wrong, and no other. */
static void an_altered_word_spoils_a_row_unnoticed(void **state)
{
    const struct cs_tamper alter = hurt(CS_TAMPER_ALTER, 2);
    enum cs_status result[2];
    (void)state;

    run_hurt(result, &alter);
    assert_ok(result[SENDER]);
    assert_ok(result[RECEIVER]);
    assert_int_equal(n_wrong(), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_shares_open_to_the_rows_wished_for),
        cmocka_unit_test(every_wish_of_three_rows_comes_true),
        cmocka_unit_test(a_row_wished_for_twice_or_not_there_stops_the_program),
        cmocka_unit_test(either_share_alone_is_uniform),
        cmocka_unit_test(the_sum_of_all_shares_of_a_party_is_renewed),
        cmocka_unit_test(what_the_sender_sends_is_uniform_and_of_one_size),
        cmocka_unit_test(words_without_their_pads_are_not_uniform),
        cmocka_unit_test(no_two_words_of_a_message_have_the_same_mask),
        cmocka_unit_test(the_receiver_sends_uniform_choices_whatever_its_wish),
        cmocka_unit_test(progress_ends_at_one_and_may_end_the_call),
        cmocka_unit_test(a_cut_or_repeated_message_is_a_protocol_error),
        cmocka_unit_test(a_lost_message_ends_whoever_still_waits),
        cmocka_unit_test(altered_choices_are_a_protocol_error_before_anything_is_sent),
        cmocka_unit_test(an_altered_word_spoils_a_row_unnoticed),
    };
    return CS_RUN("protocol/permute", tests);
}
