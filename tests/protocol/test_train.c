/* What protocol/train.h promises. */
#include "protocol/train.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/check.h"
#include "tests/support/drawer.h"
#include "tests/support/duet.h"
#include "tests/support/study.h"
#include "tests/support/toy.h"

enum { ROWS = 400, STEPS = 5 };

/* Five steps; where there are three rounds, of one, two and two steps. */
#define GENERATOR(more)                                                                  \
    "generator: {kind: vae, latent: 3, layers: [8, 6], clip: 5" more "}\n"

struct player {
    struct cs_study *study;
    struct cs_plan plan;
    size_t n_rows[2];
    struct cs_codes rows;
    struct cs_generator *generator;
    struct cs_openings openings;
    struct cs_drawer *drawer; /* what it keeps of the run, or NULL */
    struct cs_rng secret;
    struct cs_fault fault;
};

static enum cs_status play(struct cs_channel *peer, int role, void *arg)
{
    struct player *p = arg;
    struct cs_checkpoint checkpoint = { .store = NULL };
    enum cs_status st = CS_OK;

    if (p->drawer != NULL)
        CS_TRY(cs_checkpoint_agree(&checkpoint, &p->drawer->store, NULL, &p->secret, peer,
                                   &p->fault));
    CS_TRY(cs_train(p->generator, &p->rows, p->study, &p->plan, p->n_rows, &p->openings,
                    &checkpoint, &p->secret, peer, NULL, &p->fault, (enum cs_party)role));
out:
    return st;
}

static void setup(struct player player[2], const char *extra)
{
    memset(player, 0, 2 * sizeof *player);
    for (int p = 0; p < 2; p++) {
        struct player *one = &player[p];

        one->study = cs_test_study(extra);
        for (int q = 0; q < 2; q++)
            one->plan.training[q] = (struct cs_training_spec){ .enabled = true,
                                                               .sampling_rate = 0.1,
                                                               .batch = 40,
                                                               .steps = STEPS,
                                                               .sigma = 2 };
        one->n_rows[CS_A] = ROWS;
        one->n_rows[CS_B] = 3 * ROWS;
        cs_rng_init_labelled(&one->secret, (uint64_t)p, "train");
        cs_toy_rows(&one->rows, one->n_rows[p], one->study, (enum cs_party)p,
                    &one->secret);
        cs_recipe_settle(&one->plan.recipe[p], one->study, one->n_rows, (enum cs_party)p);
        one->plan.recipe[p].private.steps = STEPS;
        assert_ok(cs_generator_new(&one->generator, one->study, &one->plan.recipe[p],
                                   (enum cs_party)p, NULL));
        assert_ok(cs_generator_remember(one->generator, &one->rows, &one->secret));
    }
}

static void teardown(struct player player[2])
{
    for (int p = 0; p < 2; p++) {
        cs_openings_wipe(&player[p].openings);
        cs_generator_free(player[p].generator);
        cs_codes_wipe(&player[p].rows);
        cs_study_free(player[p].study);
    }
}

static void run(struct player player[2], enum cs_status results[2])
{
    void *args[2] = { &player[0], &player[1] };

    cs_duet(play, args, results);
}

static void run_well(struct player player[2])
{
    enum cs_status results[2];

    run(player, results);
    assert_ok(results[0]);
    assert_ok(results[1]);
}

/* The federated blocks of both, which started equal, compared bit by bit. */
static bool trunks_are_equal(struct player player[2])
{
    struct cs_weight_block *common[2];
    size_t n[2];
    bool equal = true;

    for (int p = 0; p < 2; p++)
        assert_ok(cs_generator_common(&common[p], &n[p], player[p].generator,
                                      player[p].study, (enum cs_party)p));
    for (size_t i = 0; i < n[0]; i++)
        equal = equal && memcmp(common[0][i].weight, common[1][i].weight,
                                common[0][i].n * sizeof(float)) == 0;
    free(common[0]);
    free(common[1]);
    return equal;
}

static void federated_blocks_stay_equal_and_local_ones_move(void **state)
{
    static const char *const ways[] = { GENERATOR(", rounds: 3, aggregation: shares"),
                                        GENERATOR(", rounds: 3, aggregation: masks") };
    struct player player[2];
    (void)state;

    for (size_t w = 0; w < COUNT(ways); w++) {
        struct cs_generator *fresh = NULL;
        size_t n, moved = 0;

        setup(player, ways[w]);
        run_well(player);
        assert_true(trunks_are_equal(player));
        assert_ok(cs_generator_new(&fresh, player[0].study, &player[0].plan.recipe[CS_A],
                                   CS_A, NULL));
        const struct cs_weight_block *was = cs_generator_blocks(fresh, &n);
        const struct cs_weight_block *is = cs_generator_blocks(player[0].generator, &n);
        for (size_t b = 0; b < n; b++)
            moved += memcmp(was[b].weight, is[b].weight, is[b].n * sizeof(float)) != 0;
        assert_int_equal(moved, n);
        cs_generator_free(fresh);
        teardown(player);
    }
}

/* What the two would have done alone, weighted by their rows. */
static void a_round_moves_the_trunk_by_the_weighted_average(void **state)
{
    struct player alone[2], together[2];
    struct cs_weight_block *block[4], *start;
    struct cs_generator *fresh = NULL;
    size_t n;
    (void)state;

    setup(alone, GENERATOR(", rounds: 1, federate: false"));
    setup(together, GENERATOR(", rounds: 1"));
    run_well(alone);
    run_well(together);
    assert_ok(cs_generator_new(&fresh, alone[0].study, &alone[0].plan.recipe[CS_A], CS_A,
                               NULL));
    assert_ok(cs_generator_common(&start, &n, fresh, alone[0].study, CS_A));
    for (int i = 0; i < 4; i++) {
        struct player *player = i < 2 ? &alone[i] : &together[i - 2];

        assert_ok(cs_generator_common(&block[i], &n, player->generator, player->study,
                                      (enum cs_party)(i % 2)));
    }
    for (size_t b = 0; b < n; b++)
        for (size_t i = 0; i < start[b].n; i++) {
            const double s = (double)start[b].weight[i];
            const double by_a = (double)block[0][b].weight[i] - s;
            const double by_b = (double)block[1][b].weight[i] - s;
            const double wanted = s + 0.25 * by_a + 0.75 * by_b;

            assert_true(fabs((double)block[2][b].weight[i] - wanted) < 1e-6);
        }
    for (int i = 0; i < 4; i++)
        free(block[i]);
    free(start);
    cs_generator_free(fresh);
    teardown(alone);
    teardown(together);
}

static void each_round_opens_one_average_and_nothing_else(void **state)
{
    struct player player[2];
    (void)state;

    setup(player, GENERATOR(", rounds: 3"));
    run_well(player);
    for (int p = 0; p < 2; p++) {
        assert_int_equal(player[p].openings.n, 3);
        assert_string_equal(player[p].openings.entry[2].purpose,
                            "average of weights, round 3");
    }
    teardown(player);
}

static void without_federation_nothing_is_opened(void **state)
{
    struct player player[2];
    (void)state;

    setup(player, GENERATOR(", rounds: 3, federate: false"));
    run_well(player);
    assert_int_equal(player[0].openings.n, 0);
    assert_false(trunks_are_equal(player));
    teardown(player);
}

static void a_party_that_does_not_train_keeps_its_weights(void **state)
{
    struct player player[2];
    (void)state;

    setup(player, GENERATOR(", rounds: 3"));
    for (int p = 0; p < 2; p++)
        player[p].plan.training[CS_A].enabled = false;
    run_well(player);
    assert_int_equal(player[0].openings.n, 0);
    assert_int_equal(player[1].openings.n, 0);
    teardown(player);
}

static void step_plainly(struct player *player, enum cs_party party)
{
    const struct cs_recipe *recipe = &player->plan.recipe[party];
    double loss;

    for (unsigned step = 0; step < STEPS; step++)
        assert_ok(
            cs_generator_step(player->generator, &player->rows,
                              cs_pace_rate(&recipe->private, recipe->spec.schedule, step),
                              &loss, &player->secret));
}

static void step_privately(struct player *player)
{
    for (unsigned step = 0; step < STEPS; step++)
        assert_ok(cs_generator_step_private(player->generator, &player->rows, .1, 2, .01,
                                            &player->secret));
}

static bool weights_are_equal(struct cs_generator *one, struct cs_generator *other)
{
    size_t n;
    const struct cs_weight_block *x = cs_generator_blocks(one, &n);
    const struct cs_weight_block *y = cs_generator_blocks(other, &n);

    for (size_t b = 0; b < n; b++)
        if (memcmp(x[b].weight, y[b].weight, x[b].n * sizeof(float)) != 0)
            return false;
    return true;
}

/* With the control: DP-SGD of the same rows does not get there. */
static void without_noise_the_steps_are_plain(void **state)
{
    static const double sigma[] = { 0, 2 };
    (void)state;

    for (size_t i = 0; i < COUNT(sigma); i++) {
        struct player player[2], twin[2];

        setup(player, GENERATOR(", rounds: 3, federate: false"));
        setup(twin, GENERATOR(", rounds: 3, federate: false"));
        for (int p = 0; p < 2; p++)
            player[p].plan.training[CS_A].sigma = player[p].plan.training[CS_B].sigma =
                sigma[i];
        run_well(player);
        for (int p = 0; p < 2; p++) {
            step_plainly(&twin[p], (enum cs_party)p);
            assert_true(weights_are_equal(player[p].generator, twin[p].generator) ==
                        (sigma[i] == 0));
        }
        teardown(player);
        teardown(twin);
    }
}

/* The other's training goes on; what is made of the diverged one is not decided here. */
static void weights_that_diverge_stop_nobody(void **state)
{
    struct player player[2];
    size_t n;
    (void)state;

    setup(player, GENERATOR(", rounds: 3"));
    struct cs_weight_block *block = cs_generator_blocks(player[CS_A].generator, &n);
    for (size_t i = 0; i < block[0].n; i++)
        block[0].weight[i] = NAN;
    run_well(player);
    block = cs_generator_blocks(player[CS_B].generator, &n);
    for (size_t b = 0; b < n; b++)
        for (size_t i = 0; i < block[b].n; i++)
            assert_true(isfinite(block[b].weight[i]));
    assert_int_equal(player[CS_B].openings.n, 3);
    teardown(player);
}

static void noise_too_large_is_the_operators_to_cure(void **state)
{
    struct player player[2];
    enum cs_status results[2];
    (void)state;

    setup(player, GENERATOR(", rounds: 3"));
    for (int p = 0; p < 2; p++)
        player[p].plan.training[CS_B].sigma = 1e5;
    run(player, results);
    assert_int_equal(results[1], CS_CONFIG);
    assert_non_null(strstr(player[1].fault.text, "generator.layers"));
    assert_int_equal(results[0], CS_CLOSED);
    teardown(player);
}

/* What a party trained in a round, of either session. */
static void copy_rounds(struct cs_drawer *copy, const struct cs_drawer *drawer)
{
    cs_drawer_init(copy);
    for (size_t i = 0; i < drawer->n; i++)
        assert_ok(copy->store.keep(copy, drawer->kept[i].step, drawer->kept[i].index,
                                   drawer->kept[i].bytes, drawer->kept[i].n_bytes));
}

/* Rounds that were kept, as they were; how many. */
static size_t count_same(const struct cs_drawer *before, const struct cs_drawer *after)
{
    for (size_t i = 0; i < before->n; i++) {
        const struct cs_drawer_step *same =
            cs_drawer_find(after, before->kept[i].step, before->kept[i].index);

        assert_non_null(same);
        assert_int_equal(same->n_bytes, before->kept[i].n_bytes);
        assert_memory_equal(same->bytes, before->kept[i].bytes, same->n_bytes);
    }
    return before->n;
}

/* Cut at a frame of a party, then a run of new generators that goes on. Returns false
 * when there is no such frame. */
static bool cut_and_go_on(const char *generator, int role, size_t frame, size_t *n_kept)
{
    struct cs_drawer drawer[2], before[2];
    struct player player[2], again[2];
    enum cs_status results[2];
    const struct cs_tamper tamper = { .act = CS_TAMPER_CUT,
                                      .role = role,
                                      .index = frame };

    setup(player, generator);
    setup(again, generator);
    for (int p = 0; p < 2; p++) {
        cs_drawer_init(&drawer[p]);
        player[p].drawer = again[p].drawer = &drawer[p];
        cs_rng_init_random(&again[p].secret); /* other noise, if it draws any */
    }
    cs_duet_tampered(play, (void *[]){ &player[0], &player[1] }, results, &tamper,
                     (struct cs_fault *[]){ &player[0].fault, &player[1].fault });
    for (int p = 0; p < 2; p++)
        copy_rounds(&before[p], &drawer[p]);
    run_well(again);
    for (int p = 0; p < 2; p++) {
        *n_kept += count_same(&before[p], &drawer[p]);
        assert_int_equal(drawer[p].n, 3);
        assert_int_equal(again[p].openings.n, 3);
        cs_drawer_wipe(&before[p]);
        cs_drawer_wipe(&drawer[p]);
    }
    if (strstr(generator, "vae") != NULL) /* a GAN ends with each party's average */
        assert_true(trunks_are_equal(again));
    teardown(player);
    teardown(again);
    return results[0] != CS_OK || results[1] != CS_OK;
}

static void no_round_is_trained_twice_wherever_the_run_is_cut(void **state)
{
    static const char *const generators[] = {
        GENERATOR(", rounds: 3"),
        "generator: {kind: gan, latent: 3, layers: [8, 6], clip: 5, rounds: 3}\n",
    };
    (void)state;

    for (size_t g = 0; g < COUNT(generators); g++)
        for (int role = 0; role < 2; role++) {
            size_t n_kept = 0, frame = 0;

            while (cut_and_go_on(generators[g], role, frame, &n_kept))
                frame += g + 1;
            assert_true(n_kept > 10);
        }
}

/* What goes on from a state is what would have come after it. */
static void a_state_put_into_another_generator_trains_as_the_first_one(void **state)
{
    static const char *const generators[] = {
        GENERATOR(", rounds: 1, average: .9, dropout: .1"),
        "generator: {kind: gan, latent: 3, layers: [8, 6], clip: 5, critic_steps: 2}\n",
    };
    (void)state;

    for (size_t g = 0; g < COUNT(generators); g++) {
        struct player one[2], other[2];
        struct cs_rng rng;

        setup(one, generators[g]);
        setup(other, generators[g]);
        for (int p = 0; p < 2; p++) {
            cs_rng_init_labelled(&rng, 5, "rows");
            assert_ok(cs_generator_remember(one[p].generator, &one[p].rows, &rng));
            cs_rng_init_labelled(&rng, 5, "rows");
            assert_ok(cs_generator_remember(other[p].generator, &other[p].rows, &rng));
            step_plainly(&one[p], (enum cs_party)p);
            step_privately(&one[p]);
            const size_t n_bytes = cs_generator_state_bytes(one[p].generator);
            uint8_t *bytes = malloc(n_bytes);
            assert_non_null(bytes);
            cs_generator_take_state(bytes, one[p].generator);
            cs_generator_put_state(other[p].generator, bytes);
            free(bytes);
            other[p].secret = one[p].secret;
            step_plainly(&one[p], (enum cs_party)p);
            step_plainly(&other[p], (enum cs_party)p);
            step_privately(&one[p]);
            step_privately(&other[p]);
            cs_generator_settle(one[p].generator);
            cs_generator_settle(other[p].generator);
            assert_true(weights_are_equal(one[p].generator, other[p].generator));
        }
        teardown(one);
        teardown(other);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(federated_blocks_stay_equal_and_local_ones_move),
        cmocka_unit_test(a_round_moves_the_trunk_by_the_weighted_average),
        cmocka_unit_test(each_round_opens_one_average_and_nothing_else),
        cmocka_unit_test(without_federation_nothing_is_opened),
        cmocka_unit_test(a_party_that_does_not_train_keeps_its_weights),
        cmocka_unit_test(without_noise_the_steps_are_plain),
        cmocka_unit_test(weights_that_diverge_stop_nobody),
        cmocka_unit_test(noise_too_large_is_the_operators_to_cure),
        cmocka_unit_test(no_round_is_trained_twice_wherever_the_run_is_cut),
        cmocka_unit_test(a_state_put_into_another_generator_trains_as_the_first_one),
    };
    return CS_RUN("protocol/train", tests);
}
