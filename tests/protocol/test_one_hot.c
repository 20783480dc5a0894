/* What protocol/one_hot.h promises, one test for each promise. The twin shifts a one in
 * the clear. */
#include "protocol/one_hot.h"

#include <stdlib.h>
#include <string.h>

#include "tests/support/check.h"
#include "tests/support/duet.h"
#include "tests/support/record.h"
#include "tests/support/uniform.h"

enum { COLUMNS_MAX = 4, SENDER = 0, RECEIVER = 1 };

struct shape {
    size_t n_rows, n_columns;
    unsigned n_bits[COLUMNS_MAX];
};

struct play {
    struct shape shape;
    struct cs_one_hot column[2][COLUMNS_MAX]; /* of either party */
    uint16_t *code[2][COLUMNS_MAX];
    uint64_t seed[2];
};

static struct play play;

static void draw_inputs(const struct shape *shape, uint64_t seed)
{
    struct cs_rng rng;

    cs_rng_init_labelled(&rng, seed, "codes");
    play.shape = *shape;
    play.seed[0] = play.seed[1] = seed;
    for (int p = 0; p < 2; p++)
        for (size_t i = 0; i < shape->n_columns; i++) {
            uint16_t *const code = calloc(shape->n_rows + 1, sizeof *code);
            uint32_t *const word =
                calloc((shape->n_rows << shape->n_bits[i]) + 1, sizeof *word);

            assert_non_null(code);
            assert_non_null(word);
            for (size_t row = 0; row < shape->n_rows; row++)
                code[row] = (uint16_t)cs_rng_below(&rng, 1u << shape->n_bits[i]);
            play.code[p][i] = code;
            play.column[p][i] = (struct cs_one_hot){ code, shape->n_bits[i], word };
        }
}

static void free_inputs(void)
{
    for (int p = 0; p < 2; p++)
        for (size_t i = 0; i < play.shape.n_columns; i++) {
            free(play.code[p][i]);
            free(play.column[p][i].word);
        }
}

static enum cs_status part(struct cs_channel *peer, int role, void *arg)
{
    const struct shape *const shape = &play.shape;
    struct cs_ot_sender *sender = NULL;
    struct cs_ot_receiver *receiver = NULL;
    struct cs_rng rng;
    enum cs_status st = CS_OK;
    (void)arg;

    cs_rng_init_labelled(&rng, play.seed[role], role == SENDER ? "sender" : "receiver");
    if (role == SENDER) {
        CS_TRY(cs_ot_sender_new(&sender, 2, &rng, peer));
        CS_TRY(cs_one_hot_send(play.column[role], shape->n_columns, shape->n_rows, sender,
                               &rng, peer));
    } else {
        CS_TRY(cs_ot_receiver_new(&receiver, 2, &rng, peer));
        CS_TRY(cs_one_hot_recv(play.column[role], shape->n_columns, shape->n_rows,
                               receiver, peer));
    }
out:
    cs_ot_sender_free(sender);
    cs_ot_receiver_free(receiver);
    return st;
}

static void run_well(const struct cs_tamper *tamper)
{
    enum cs_status result[2];

    cs_duet_with(part, (void *[]){ NULL, NULL }, result,
                 &(struct cs_duet_options){ .tamper = tamper });
    assert_ok(result[SENDER]);
    assert_ok(result[RECEIVER]);
}

static size_t n_wrong(void)
{
    size_t wrong = 0;

    for (size_t i = 0; i < play.shape.n_columns; i++) {
        const size_t W = (size_t)1 << play.shape.n_bits[i];
        const uint32_t *word0 = play.column[0][i].word, *word1 = play.column[1][i].word;

        for (size_t row = 0; row < play.shape.n_rows; row++, word0 += W, word1 += W)
            for (size_t j = 0; j < W; j++) {
                const uint32_t one =
                    j == (play.code[0][i][row] ^ (size_t)play.code[1][i][row]);

                wrong += word0[j] + word1[j] != one;
            }
    }
    return wrong;
}

/* ---- the result -------------------------------------------------------------------- */

static void words_add_up_to_a_one_at_the_code(void **state)
{
    static const struct shape shapes[] = {
        { 0, 1, { 3 } },          { 1, 1, { 1 } },
        { 1, 1, { 7 } },          { 63, 2, { 1, 2 } },
        { 64, 2, { 3, 4 } },      { 65, 2, { 5, 6 } },
        { 130, 3, { 7, 0, 8 } },  { 70, 3, { 9, 10, 1 } },
        { 65, 1, { 11 } },        { 3, 1, { 12 } },
        { 9, 1, { 0 } },          { 3000, 4, { 7, 6, 1, 4 } },
        { 2000, 3, { 1, 1, 2 } }, { 500, 4, { 5, 5, 5, 5 } },
        { 5, 0, { 0 } },
    };
    (void)state;

    for (size_t i = 0; i < COUNT(shapes); i++) {
        draw_inputs(&shapes[i], i);
        run_well(NULL);
        if (n_wrong() != 0)
            fail_msg("shape %zu: %zu words are wrong", i, n_wrong());
        free_inputs();
    }
}

static void every_pair_of_codes_is_right(void **state)
{
    (void)state;

    for (unsigned n_bits = 1; n_bits <= 6; n_bits++) {
        const size_t W = (size_t)1 << n_bits;

        draw_inputs(&(struct shape){ W * W, 1, { n_bits } }, n_bits);
        for (size_t row = 0; row < W * W; row++) {
            play.code[SENDER][0][row] = (uint16_t)(row % W);
            play.code[RECEIVER][0][row] = (uint16_t)(row / W);
        }
        run_well(NULL);
        assert_int_equal(n_wrong(), 0);
        free_inputs();
    }
}

static void a_code_out_of_range_stops_the_program(void **state)
{
    enum cs_status st = CS_OK;
    (void)state;

    draw_inputs(&(struct shape){ 10, 1, { 3 } }, 1);
    play.code[RECEIVER][0][9] = 8;
    assert_stops(st = cs_one_hot_recv(play.column[RECEIVER], 1, 10, NULL, NULL));
    play.column[RECEIVER][0].n_bits = CS_ONE_HOT_BITS_MAX + 1;
    assert_stops(st = cs_one_hot_recv(play.column[RECEIVER], 1, 10, NULL, NULL));
    (void)st;
    free_inputs();
}

/* ---- secrecy ----------------------------------------------------------------------- */

/* The same codes in all rows at both: what is not masked shows. */
static const struct shape alike = { 3000, 1, { 5 } };

static void draw_alike(uint16_t at_sender, uint16_t at_receiver)
{
    draw_inputs(&alike, 3);
    for (size_t row = 0; row < alike.n_rows; row++) {
        play.code[SENDER][0][row] = at_sender;
        play.code[RECEIVER][0][row] = at_receiver;
    }
}

static void either_share_alone_is_uniform(void **state)
{
    const size_t n = alike.n_rows << alike.n_bits[0];
    (void)state;

    draw_alike(0, 17);
    run_well(NULL);
    uint32_t *const word[2] = { play.column[0][0].word, play.column[1][0].word };

    assert_true(cs_bytes_are_uniform(word[0], n * sizeof *word[0]));
    assert_true(cs_bytes_are_uniform(word[1], n * sizeof *word[1]));
    for (size_t i = 0; i < n; i++) /* the control: the words they share */
        word[0][i] += word[1][i];
    assert_false(cs_bytes_are_uniform(word[0], n * sizeof *word[0]));
    free_inputs();
}

static void what_crosses_the_wire_is_uniform_whatever_the_codes(void **state)
{
    (void)state;

    draw_alike(0, 0);
    struct cs_record *words = cs_recorded(run_well, SENDER, CS_FRAME_ONE_HOT);
    struct cs_record *choices = cs_recorded(run_well, RECEIVER, CS_FRAME_OT_EXTEND);

    /* two digits of 32 words, and two blocks a bit */
    assert_int_equal(words->n_bytes, alike.n_rows * (2 * 32 * 4 + 2 * 5 * 16));
    assert_true(cs_bytes_are_uniform(words->bytes, words->n_bytes));
    assert_true(cs_bytes_are_uniform(choices->bytes, choices->n_bytes));
    free(words);
    free(choices);
    free_inputs();
}

/* Another code at the sender with the same randomness moves its one in u, nothing else:
 * so u is what the header says, and the test above is one of its mask. */
static void what_the_sender_sends_differs_by_its_code_alone(void **state)
{
    const size_t n_rows = 64, sums = n_rows * 2 * 3 * 16;
    (void)state;

    draw_inputs(&(struct shape){ n_rows, 1, { 3 } }, 4);
    struct cs_record *one = cs_recorded(run_well, SENDER, CS_FRAME_ONE_HOT);
    for (size_t row = 0; row < n_rows; row++)
        play.code[SENDER][0][row] ^= 5;
    struct cs_record *other = cs_recorded(run_well, SENDER, CS_FRAME_ONE_HOT);

    assert_int_equal(one->n_bytes, sums + n_rows * 8 * 4);
    assert_memory_equal(one->bytes, other->bytes, sums);
    for (size_t row = 0; row < n_rows; row++)
        for (size_t j = 0; j < 8; j++) {
            const size_t at = sums + (j / 4 * n_rows + row) * 16 + j % 4 * 4;
            const uint32_t now = j == play.code[SENDER][0][row];
            const uint32_t before = (j ^ 5) == play.code[SENDER][0][row];
            uint32_t u[2];

            memcpy(&u[0], one->bytes + at, sizeof u[0]);
            memcpy(&u[1], other->bytes + at, sizeof u[1]);
            assert_int_equal(u[1] - u[0], now - before);
        }
    free(one);
    free(other);
    free_inputs();
}

/* ---- frames that are hurt ---------------------------------------------------------- */

static void run_hurt(enum cs_status result[2], const struct cs_tamper *tamper)
{
    draw_inputs(&(struct shape){ 100, 2, { 6, 1 } }, 5);
    cs_duet_with(part, (void *[]){ NULL, NULL }, result,
                 &(struct cs_duet_options){ .tamper = tamper, .timeout_ms = 1000 });
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
    free_inputs();
}

static void a_message_that_is_cut_lost_or_repeated_is_found(void **state)
{
    static const enum cs_tamper_act act[] = { CS_TAMPER_CUT, CS_TAMPER_LOSE,
                                              CS_TAMPER_REPEAT };
    (void)state;

    for (size_t i = 0; i < COUNT(act); i++) {
        const struct cs_tamper hurt = { .act = act[i],
                                        .role = SENDER,
                                        .kind = CS_FRAME_ONE_HOT };
        enum cs_status result[2];

        run_hurt(result, &hurt);
        /* the sender may have said all that it has to say */
        assert_true(result[SENDER] == CS_OK || result[SENDER] == CS_CLOSED);
        assert_int_equal(result[RECEIVER], CS_PROTOCOL);
        free_inputs();
    }
}

/* What the header says is not found: a wrong word of the sender's spoils words of one
 * row. */
static void an_altered_word_spoils_the_result_unnoticed(void **state)
{
    const struct cs_tamper alter = { .act = CS_TAMPER_ALTER,
                                     .role = SENDER,
                                     .kind = CS_FRAME_ONE_HOT };
    enum cs_status result[2];
    (void)state;

    run_hurt(result, &alter);
    assert_ok(result[SENDER]);
    assert_ok(result[RECEIVER]);
    assert_int_equal(n_wrong(), 1);
    free_inputs();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_add_up_to_a_one_at_the_code),
        cmocka_unit_test(every_pair_of_codes_is_right),
        cmocka_unit_test(a_code_out_of_range_stops_the_program),
        cmocka_unit_test(either_share_alone_is_uniform),
        cmocka_unit_test(what_crosses_the_wire_is_uniform_whatever_the_codes),
        cmocka_unit_test(what_the_sender_sends_differs_by_its_code_alone),
        cmocka_unit_test(altered_choices_are_a_protocol_error_before_anything_is_sent),
        cmocka_unit_test(a_message_that_is_cut_lost_or_repeated_is_found),
        cmocka_unit_test(an_altered_word_spoils_the_result_unnoticed),
    };
    return CS_RUN("protocol/one_hot", tests);
}
