/* What the check of protocol/ot_matrix.h finds: a receiver that does all else well, but
 * uses other choices towards some trees. */
#include "protocol/ot_matrix.h"

#include <string.h>

#include "crypto/rng.h"
#include "crypto/vole.h"
#include "tests/support/check.h"

enum { N = 300, BLOCKS = 3, WITH_MASK = BLOCKS + 1 };

static struct cs_ot_matrix receiver, sender;
static const struct cs_block none = { 0, 0 };

/* Both matrices, as if set up together; the sender lacks seed `missing` of each tree. */
static struct cs_block set_up(unsigned k, uint64_t missing)
{
    struct cs_block delta = { 0, 0 };
    struct cs_rng rng;

    cs_rng_init_labelled(&rng, k, "matrix");
    assert_ok(cs_ot_matrix_init(&receiver, k));
    assert_ok(cs_ot_matrix_init(&sender, k));
    cs_rng_bytes(&rng, receiver.seed, (receiver.n_trees << k) * sizeof *receiver.seed);
    memcpy(sender.seed, receiver.seed, (receiver.n_trees << k) * sizeof *sender.seed);
    for (size_t tree = 0; tree < sender.n_trees; tree++) {
        struct cs_block *const seed = sender.seed + (tree << k);
        const size_t first = tree * k;

        seed[missing] = none;
        cs_vole_shift(seed, k, missing);
        *(first < 64 ? &delta.lo : &delta.hi) |= missing << first % 64;
    }
    return delta;
}

static void draw_choices(struct cs_block u[static WITH_MASK])
{
    struct cs_rng rng;

    cs_rng_init_labelled(&rng, 1, "choices");
    cs_rng_bytes(&rng, u, WITH_MASK * sizeof *u);
}

/* The receiver's half of a chunk, with `error` added to the choices towards the first
 * n_wrong trees in the given block, and the sender's verdict. */
static bool passes(struct cs_block delta, size_t n_wrong, size_t block,
                   struct cs_block error)
{
    struct cs_block u[WITH_MASK];
    struct cs_ot_answer answer;
    uint8_t digest[32];

    draw_choices(u);
    cs_ot_matrix_fill_v(&receiver, u, BLOCKS);
    for (size_t tree = 0; tree < n_wrong; tree++) {
        struct cs_block *const c = &receiver.correction[tree * WITH_MASK + block];

        *c = cs_block_xor(*c, error);
    }
    assert_ok(cs_ot_matrix_challenge(&receiver, N));
    answer.u = cs_ot_matrix_weigh(&receiver, u, BLOCKS);
    cs_ot_matrix_digest(answer.digest, &receiver, answer.u, none, BLOCKS);

    memcpy(sender.correction, receiver.correction,
           cs_ot_matrix_message_bytes(&sender, BLOCKS));
    cs_ot_matrix_fill_w(&sender, delta, BLOCKS);
    assert_ok(cs_ot_matrix_challenge(&sender, N));
    cs_ot_matrix_digest(digest, &sender, answer.u, delta, BLOCKS);
    return memcmp(digest, answer.digest, sizeof digest) == 0;
}

static void tear_down(void)
{
    cs_ot_matrix_wipe(&receiver);
    cs_ot_matrix_wipe(&sender);
}

static const unsigned whole[] = { 1, 2, 4, 8 }; /* 128 is whole trees of these */

static void an_honest_receiver_passes(void **state)
{
    (void)state;

    for (size_t i = 0; i < COUNT(whole); i++)
        for (uint64_t missing = 0; missing < 1u << whole[i]; missing++) {
            const struct cs_block delta = set_up(whole[i], missing);

            assert_true(passes(delta, 0, 0, none));
            tear_down();
        }
}

static void one_other_choice_towards_one_tree_is_found(void **state)
{
    (void)state;

    for (size_t i = 0; i < COUNT(whole); i++) {
        const struct cs_block delta = set_up(whole[i], (1u << whole[i]) - 1);

        for (size_t block = 0; block < WITH_MASK; block++)
            for (unsigned bit = 0; bit < 64; bit += 7)
                assert_false(
                    passes(delta, 1, block, (struct cs_block){ UINT64_C(1) << bit, 0 }));
        tear_down();
    }
}

static void other_choices_towards_all_trees_but_one_are_found(void **state)
{
    (void)state;

    for (size_t i = 0; i < COUNT(whole); i++) {
        const struct cs_block delta = set_up(whole[i], 1);

        assert_false(passes(delta, sender.n_trees - 1, 0, (struct cs_block){ 8, 8 }));
        tear_down();
    }
}

/* What is left to a cheat, as the header says: it guessed that delta is 0 there. The
 * control of the tests above as well: it is delta that makes the difference. */
static void a_cheat_that_guessed_delta_passes(void **state)
{
    (void)state;

    for (size_t i = 0; i < COUNT(whole); i++) {
        const struct cs_block delta = set_up(whole[i], 0);

        assert_true(passes(delta, 1, 0, (struct cs_block){ 8, 8 }));
        tear_down();
    }
}

static void weights_depend_on_all_that_both_know(void **state)
{
    struct cs_block first;
    (void)state;

    set_up(2, 1);
    assert_ok(cs_ot_matrix_challenge(&receiver, N));
    first = receiver.weight[0];
    for (int change = 0; change < 4; change++) {
        size_t n = N;

        if (change == 0)
            receiver.chunk++;
        else if (change == 1)
            n--;
        else if (change == 2)
            receiver.session[31] ^= 1;
        else
            receiver.correction[receiver.n_trees * WITH_MASK - 1].hi ^= 1;
        assert_ok(cs_ot_matrix_challenge(&receiver, n));
        assert_memory_not_equal(&first, &receiver.weight[0], sizeof first);
        first = receiver.weight[0];
    }
    tear_down();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_honest_receiver_passes),
        cmocka_unit_test(one_other_choice_towards_one_tree_is_found),
        cmocka_unit_test(other_choices_towards_all_trees_but_one_are_found),
        cmocka_unit_test(a_cheat_that_guessed_delta_passes),
        cmocka_unit_test(weights_depend_on_all_that_both_know),
    };
    return CS_RUN("protocol/ot_matrix", tests);
}
