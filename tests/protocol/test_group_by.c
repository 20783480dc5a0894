/* What protocol/group_by.h promises, one test for each promise. The twin counts in the
 * clear. */
#include "protocol/group_by.h"

#include <stdlib.h>
#include <string.h>

#include "tests/support/check.h"
#include "tests/support/duet.h"
#include "tests/support/record.h"
#include "tests/support/uniform.h"

enum { ROWS = 17000, COLUMNS = 4, CELLS = 129 * 300, SENDER = 0, RECEIVER = 1 };

struct shape {
    size_t n_rows, c;
    size_t width[COLUMNS], n_columns;
    unsigned k;
};

/* The inputs of both, and what each gets. */
struct play {
    struct shape shape;
    uint16_t index[ROWS], code[COLUMNS][ROWS];
    uint32_t share[2][CELLS], truth[CELLS];
    uint64_t seed[2]; /* of either party's randomness */
    size_t n_calls;
    uint32_t *words[2]; /* NULL, or shares of the vectors (n_rows, W) */
};

static struct play play;

static size_t width_of(const struct shape *shape)
{
    size_t W = 0;

    for (size_t j = 0; j < shape->n_columns; j++)
        W += shape->width[j];
    return W;
}

static void count_in_the_clear(void)
{
    const size_t W = width_of(&play.shape);

    memset(play.truth, 0, sizeof play.truth);
    for (size_t row = 0; row < play.shape.n_rows; row++) {
        uint32_t *cell = play.truth + play.index[row] * W;

        for (size_t j = 0; j < play.shape.n_columns; cell += play.shape.width[j++])
            cell[play.code[j][row]]++;
    }
}

/* Shares of the vectors, in place of the sender's columns. */
static void share_vectors(uint64_t seed)
{
    const size_t W = width_of(&play.shape);
    struct cs_rng rng;

    cs_rng_init_labelled(&rng, seed, "words");
    for (int p = 0; p < 2; p++) {
        play.words[p] = calloc(play.shape.n_rows * W + 1, sizeof *play.words[p]);
        assert_non_null(play.words[p]);
    }
    for (size_t row = 0; row < play.shape.n_rows; row++) {
        uint32_t *word = play.words[SENDER] + row * W;

        for (size_t j = 0; j < play.shape.n_columns; word += play.shape.width[j++])
            word[play.code[j][row]] = 1;
    }
    for (size_t i = 0; i < play.shape.n_rows * W; i++) {
        play.words[RECEIVER][i] = cs_rng_u32(&rng);
        play.words[SENDER][i] -= play.words[RECEIVER][i];
    }
}

static void free_vectors(void)
{
    for (int p = 0; p < 2; p++) {
        free(play.words[p]);
        play.words[p] = NULL;
    }
}

static void draw_inputs(const struct shape *shape, uint64_t seed)
{
    struct cs_rng rng;

    cs_rng_init_labelled(&rng, seed, "inputs");
    play.shape = *shape;
    play.n_calls = 1;
    play.seed[0] = play.seed[1] = seed;
    for (size_t row = 0; row < shape->n_rows; row++) {
        play.index[row] = (uint16_t)cs_rng_below(&rng, (uint32_t)shape->c);
        for (size_t j = 0; j < shape->n_columns; j++)
            play.code[j][row] = (uint16_t)cs_rng_below(&rng, (uint32_t)shape->width[j]);
    }
    count_in_the_clear();
}

static enum cs_status as_sender(struct cs_channel *peer)
{
    const uint16_t *code[COLUMNS];
    const struct cs_hot hot = { code, play.shape.width, play.shape.n_columns };
    struct cs_ot_sender *ot = NULL;
    struct cs_rng rng;
    enum cs_status st = CS_OK;

    for (size_t j = 0; j < COLUMNS; j++)
        code[j] = play.code[j];
    cs_rng_init_labelled(&rng, play.seed[SENDER], "sender");
    CS_TRY(cs_ot_sender_new(&ot, play.shape.k, &rng, peer));
    for (size_t i = 0; i < play.n_calls; i++)
        CS_TRY(play.words[SENDER] == NULL
                   ? cs_group_by_send(play.share[SENDER], &hot, play.shape.n_rows,
                                      play.shape.c, ot, &rng, peer, NULL)
                   : cs_group_by_send_words(play.share[SENDER], play.words[SENDER],
                                            play.shape.n_rows, play.shape.c,
                                            width_of(&play.shape), ot, &rng, peer, NULL));
out:
    cs_ot_sender_free(ot);
    return st;
}

static enum cs_status as_receiver(struct cs_channel *peer)
{
    struct cs_ot_receiver *ot = NULL;
    struct cs_rng rng;
    enum cs_status st = CS_OK;

    cs_rng_init_labelled(&rng, play.seed[RECEIVER], "receiver");
    CS_TRY(cs_ot_receiver_new(&ot, play.shape.k, &rng, peer));
    for (size_t i = 0; i < play.n_calls; i++)
        CS_TRY(cs_group_by_recv(play.share[RECEIVER], play.index, play.words[RECEIVER],
                                play.shape.n_rows, play.shape.c, width_of(&play.shape),
                                ot, peer, NULL));
out:
    cs_ot_receiver_free(ot);
    return st;
}

static enum cs_status part(struct cs_channel *peer, int role, void *arg)
{
    (void)arg;
    return role == SENDER ? as_sender(peer) : as_receiver(peer);
}

static void run_with(enum cs_status result[2], const struct cs_duet_options *options)
{
    memset(play.share, 0, sizeof play.share);
    cs_duet_with(part, (void *[]){ NULL, NULL }, result, options);
}

static void run_well(const struct cs_tamper *tamper)
{
    enum cs_status result[2];

    run_with(result, &(struct cs_duet_options){ .tamper = tamper });
    assert_ok(result[SENDER]);
    assert_ok(result[RECEIVER]);
}

static size_t n_wrong(void)
{
    const size_t n = play.shape.c * width_of(&play.shape);
    size_t wrong = 0;

    for (size_t i = 0; i < n; i++)
        wrong += play.share[0][i] + play.share[1][i] != play.n_calls * play.truth[i];
    return wrong;
}

/* ---- the result ----------------------------------------------------------------- */

static const struct shape shapes[] = {
    { 0, 5, { 3 }, 1, 2 },       { 1, 1, { 1 }, 1, 2 },
    { 1, 2, { 2, 3 }, 2, 1 },    { 7, 1, { 4, 1, 5 }, 3, 2 },
    { 7, 3, { 13 }, 1, 8 },      { 63, 5, { 64, 2 }, 2, 2 },
    { 64, 4, { 2 }, 1, 2 },      { 65, 17, { 16, 3 }, 2, 4 },
    { 100, 129, { 300 }, 1, 2 }, { 1000, 64, { 2, 64 }, 2, 2 },
    { 1000, 21, { 13 }, 1, 4 },  { 5000, 2, { 7, 2, 9, 2 }, 4, 1 },
    { ROWS, 5, { 3, 2 }, 2, 2 },
};

static void shares_add_up_to_the_table(void **state)
{
    (void)state;

    for (size_t i = 0; i < COUNT(shapes); i++) {
        draw_inputs(&shapes[i], i);
        run_well(NULL);
        if (n_wrong() != 0)
            fail_msg("shape %zu: %zu cells are wrong", i, n_wrong());
    }
}

static void vectors_may_be_shared_by_both(void **state)
{
    (void)state;

    for (size_t i = 0; i < COUNT(shapes); i++) {
        draw_inputs(&shapes[i], i);
        share_vectors(i);
        run_well(NULL);
        if (n_wrong() != 0)
            fail_msg("shape %zu: %zu cells are wrong", i, n_wrong());
        free_vectors();
    }
}

static void calls_add_to_what_is_there(void **state)
{
    (void)state;
    draw_inputs(&(struct shape){ 300, 6, { 5 }, 1, 2 }, 1);
    play.n_calls = 3;
    run_well(NULL);
    assert_int_equal(n_wrong(), 0);
}

static void a_code_out_of_range_stops_the_program(void **state)
{
    const uint16_t index[] = { 0, 1, 3 }, *code[] = { index };
    const struct cs_hot hot = { code, (const size_t[]){ 3 }, 1 };
    uint32_t share[9];
    enum cs_status st = CS_OK;
    (void)state;

    assert_stops(st = cs_group_by_recv(share, index, NULL, 3, 3, 1, NULL, NULL, NULL));
    assert_stops(st = cs_group_by_send(share, &hot, 3, 3, NULL, NULL, NULL, NULL));
    (void)st;
}

/* ---- secrecy -------------------------------------------------------------------- */

static void either_share_alone_is_uniform(void **state)
{
    const struct shape shape = { 3, 64, { 64 }, 1, 2 }; /* nearly all cells are 0 */
    const size_t n_bytes = shape.c * shape.width[0] * sizeof(uint32_t);
    (void)state;

    draw_inputs(&shape, 3);
    run_well(NULL);
    assert_true(cs_bytes_are_uniform(play.share[SENDER], n_bytes));
    assert_true(cs_bytes_are_uniform(play.share[RECEIVER], n_bytes));
}

static void what_the_sender_sends_is_uniform_whatever_its_codes(void **state)
{
    const struct shape shape = { 2000, 5, { 40 }, 1, 2 };
    (void)state;

    draw_inputs(&shape, 5);
    memset(play.code, 0, sizeof play.code);
    struct cs_record *record = cs_recorded(run_well, SENDER, CS_FRAME_GROUP_BY);
    assert_int_equal(record->n_bytes, 2000 * (2 * 3 * 16 + 40 * 4));
    assert_true(cs_bytes_are_uniform(record->bytes, record->n_bytes));
    free(record);
}

static void what_the_sender_sends_is_uniform_whatever_its_words(void **state)
{
    (void)state;

    draw_inputs(&(struct shape){ 2000, 5, { 40 }, 1, 2 }, 9);
    share_vectors(9);
    memset(play.words[SENDER], 0, 2000 * 40 * sizeof *play.words[SENDER]);
    struct cs_record *record = cs_recorded(run_well, SENDER, CS_FRAME_GROUP_BY);
    assert_true(cs_bytes_are_uniform(record->bytes, record->n_bytes));
    free(record);
    free_vectors();
}

/* u without the one-hot word is the same: with the same randomness, two transcripts
 * differ by v alone, one word a row and column. */
static void vectors_differ_by_the_codes_alone(void **state)
{
    const struct shape shape = { 64, 4, { 10 }, 1, 2 };
    const size_t sums = 64 * 2 * 2 * 16;
    (void)state;

    draw_inputs(&shape, 6);
    struct cs_record *one = cs_recorded(run_well, SENDER, CS_FRAME_GROUP_BY);
    for (size_t row = 0; row < 64; row++)
        play.code[0][row] = (uint16_t)((play.code[0][row] + 1) % 10);
    struct cs_record *other = cs_recorded(run_well, SENDER, CS_FRAME_GROUP_BY);

    assert_int_equal(one->n_bytes, other->n_bytes);
    assert_memory_equal(one->bytes, other->bytes, sums);
    for (size_t row = 0; row < 64; row++)
        for (size_t word = 0; word < 10; word++) {
            const uint32_t now = word == play.code[0][row];
            const uint32_t before = (word + 1) % 10 == play.code[0][row];
            uint32_t u[2];

            memcpy(&u[0], one->bytes + sums + (row * 10 + word) * 4, 4);
            memcpy(&u[1], other->bytes + sums + (row * 10 + word) * 4, 4);
            assert_int_equal(u[1] - u[0], now - before);
        }
    free(one);
    free(other);
}

/* The receiver's frames of the GROUP BY are those of the OT extension: masked choices,
 * and nothing in answer to what the sender sends. */
static void the_receiver_sends_the_same_amount_whatever_its_indices(void **state)
{
    const struct shape shape = { 500, 64, { 3 }, 1, 2 };
    (void)state;

    draw_inputs(&shape, 7);
    struct cs_record *one = cs_recorded(run_well, RECEIVER, CS_FRAME_OT_EXTEND);
    memset(play.index, 0, sizeof play.index);
    struct cs_record *other = cs_recorded(run_well, RECEIVER, CS_FRAME_OT_EXTEND);
    assert_int_equal(one->n_bytes, other->n_bytes);
    assert_true(cs_bytes_are_uniform(other->bytes, other->n_bytes));
    free(one);
    free(other);
}

/* ---- parties that deviate -------------------------------------------------------- */

static void run_hurt(enum cs_status result[2], const struct cs_tamper *tamper)
{
    draw_inputs(&(struct shape){ 100, 6, { 9 }, 1, 2 }, 8);
    run_with(result, &(struct cs_duet_options){ .tamper = tamper, .timeout_ms = 1000 });
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

static void a_cut_or_repeated_message_is_a_protocol_error(void **state)
{
    static const struct cs_tamper hurt[] = {
        { .act = CS_TAMPER_CUT, .role = RECEIVER, .kind = CS_FRAME_OT_EXTEND },
        { .act = CS_TAMPER_REPEAT, .role = RECEIVER, .kind = CS_FRAME_OT_CHECK },
        { .act = CS_TAMPER_CUT, .role = SENDER, .kind = CS_FRAME_GROUP_BY },
    };
    (void)state;

    for (size_t i = 0; i < COUNT(hurt); i++) {
        enum cs_status result[2];

        run_hurt(result, &hurt[i]);
        assert_int_equal(result[!hurt[i].role], CS_PROTOCOL);
    }
}

/* What the header says is not found: a sender that sends a wrong word spoils one cell. */
static void an_altered_vector_spoils_the_result_unnoticed(void **state)
{
    const struct cs_tamper alter = { .act = CS_TAMPER_ALTER,
                                     .role = SENDER,
                                     .kind = CS_FRAME_GROUP_BY };
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
        cmocka_unit_test(shares_add_up_to_the_table),
        cmocka_unit_test(vectors_may_be_shared_by_both),
        cmocka_unit_test(calls_add_to_what_is_there),
        cmocka_unit_test(a_code_out_of_range_stops_the_program),
        cmocka_unit_test(either_share_alone_is_uniform),
        cmocka_unit_test(what_the_sender_sends_is_uniform_whatever_its_codes),
        cmocka_unit_test(what_the_sender_sends_is_uniform_whatever_its_words),
        cmocka_unit_test(vectors_differ_by_the_codes_alone),
        cmocka_unit_test(the_receiver_sends_the_same_amount_whatever_its_indices),
        cmocka_unit_test(altered_choices_are_a_protocol_error_before_anything_is_sent),
        cmocka_unit_test(a_cut_or_repeated_message_is_a_protocol_error),
        cmocka_unit_test(an_altered_vector_spoils_the_result_unnoticed),
    };
    return CS_RUN("protocol/group_by", tests);
}
