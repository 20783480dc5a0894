/* What model/moving.h promises. */
#include "model/moving.h"

#include <math.h>
#include <string.h>

#include "tests/support/check.h"
#include "tests/support/toy.h"

enum { N = 5, STEPS = 20 };

/* Two blocks of the weights. */
static void cut(struct cs_weight_block blocks[2], float weights[N])
{
    blocks[0] = (struct cs_weight_block){ .weight = weights, .n = 2 };
    blocks[1] = (struct cs_weight_block){ .weight = weights + 2, .n = N - 2 };
}

/* The naive twin: all weights that there were, weighted. */
static double weighted(float history[STEPS][N], size_t i, double decay)
{
    double sum = 0, weights = 0;

    for (size_t t = 0; t < STEPS; t++) {
        const double weight = pow(decay, (double)(STEPS - 1 - t));

        sum += weight * (double)history[t][i];
        weights += weight;
    }
    return sum / weights;
}

static void settled_weights_are_the_weighted_mean_of_all(void **state)
{
    static const double decays[] = { .5, .9, .999 };
    float weights[N], history[STEPS][N];
    struct cs_weight_block blocks[2];
    struct cs_rng rng;
    (void)state;

    cut(blocks, weights);
    cs_rng_init_labelled(&rng, 1, "moving");
    for (size_t d = 0; d < COUNT(decays); d++) {
        struct cs_moving moving;

        assert_ok(cs_moving_init(&moving, blocks, 2, decays[d]));
        for (size_t t = 0; t < STEPS; t++) {
            cs_toy_fill(weights, N, &rng);
            memcpy(history[t], weights, sizeof weights);
            cs_moving_add(&moving);
        }
        cs_moving_settle(&moving);
        for (size_t i = 0; i < N; i++)
            assert_true(fabs((double)weights[i] - weighted(history, i, decays[d])) <
                        1e-6);
        cs_moving_wipe(&moving);
    }
}

static void a_new_average_begins_after_one_is_settled(void **state)
{
    float weights[N] = { 1, 2, 3, 4, 5 };
    struct cs_weight_block blocks[2];
    struct cs_moving moving;
    (void)state;

    cut(blocks, weights);
    assert_ok(cs_moving_init(&moving, blocks, 2, .9));
    cs_moving_add(&moving);
    cs_moving_settle(&moving);
    weights[4] = 50;
    cs_moving_settle(&moving); /* of no step */
    assert_true(weights[4] == 50);
    cs_moving_add(&moving);
    cs_moving_settle(&moving); /* of one step, which knows nothing of the 5 */
    assert_true(weights[4] == 50);
    cs_moving_wipe(&moving);
}

static void without_decay_the_weights_stay_as_they_are(void **state)
{
    float weights[N] = { 1, 2, 3, 4, 5 };
    struct cs_weight_block blocks[2];
    struct cs_moving moving;
    (void)state;

    cut(blocks, weights);
    assert_ok(cs_moving_init(&moving, blocks, 2, 0));
    cs_moving_add(&moving);
    weights[0] = 7;
    cs_moving_settle(&moving);
    assert_true(weights[0] == 7);
    assert_null(moving.average);
    cs_moving_wipe(&moving);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(settled_weights_are_the_weighted_mean_of_all),
        cmocka_unit_test(a_new_average_begins_after_one_is_settled),
        cmocka_unit_test(without_decay_the_weights_stay_as_they_are),
    };
    return CS_RUN("model/moving", tests);
}
