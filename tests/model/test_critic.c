/* What model/critic.h promises. */
#include "model/critic.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "model/dpsgd.h"
#include "tests/support/check.h"
#include "tests/support/toy.h"

enum { COLUMNS = 3, CAPACITY = 32, PACKS = 7, CODES = 4 + 7 + 20 };

static const struct cs_net_column columns[COLUMNS] = { { "colour", 4 },
                                                       { "size", 7 },
                                                       { "age", 20 } };
static const struct cs_generator_spec spec = {
    .layers = { 9, 6 }, .n_layers = 2, .activation = CS_TANH, .packing = 2
};
static const double quiet = 1e-3; /* a sigma whose noise is far below the sum */

struct fixture {
    struct cs_weights weights;
    struct cs_critic critic;
    struct cs_rng rng;
    float *weight, *gradient; /* (weights.n) */
};

/* A critic that has seen a batch of random packs. */
static void setup(struct fixture *f, const struct cs_generator_spec *of, size_t capacity)
{
    memset(f, 0, sizeof *f);
    cs_rng_init_labelled(&f->rng, 1, "critic");
    assert_ok(cs_critic_init(&f->critic, &f->weights, columns, COLUMNS, of, capacity));
    assert_ok(cs_weights_allocate(&f->weights));
    cs_assemble_draw(&f->weights, f->critic.layer, f->critic.n_layers, 1);
    f->weight = f->weights.weight;
    f->gradient = calloc(f->weights.n, sizeof *f->gradient);
    for (size_t pack = 0; pack < capacity; pack++)
        for (size_t place = 0; place < f->critic.packing; place++)
            for (size_t j = 0; j < COLUMNS; j++)
                cs_critic_set(
                    &f->critic, pack, place, j,
                    (uint8_t)cs_rng_below(&f->rng, (uint32_t)columns[j].n_codes));
    cs_critic_forward(&f->critic, f->weight, capacity);
}

static void teardown(struct fixture *f)
{
    cs_critic_wipe(&f->critic);
    cs_weights_wipe(&f->weights);
    free(f->gradient);
}

static double norm_of(const float *x, size_t n)
{
    double sum = 0;

    for (size_t i = 0; i < n; i++)
        sum += (double)x[i] * (double)x[i];
    return sqrt(sum);
}

/* ---- gradients ---- */

static double loss_of(struct fixture *f)
{
    cs_critic_forward(&f->critic, f->weight, PACKS);
    return cs_critic_expect_fooled(&f->critic, PACKS);
}

static void move(struct cs_weight_block *block, float by)
{
    for (size_t i = 0; i < block->n; i++)
        block->weight[i] += i % 3 == 0 ? by : -by;
}

static void gradient_is_that_of_central_differences_in_every_block(void **state)
{
    const float h = 0x1p-7f;
    struct fixture f;
    (void)state;

    setup(&f, &spec, CAPACITY);
    loss_of(&f);
    cs_critic_backward(&f.critic, f.weight, PACKS);
    cs_critic_gradient(&f.critic, f.gradient, PACKS);
    for (size_t b = 0; b < f.weights.n_blocks; b++) {
        struct cs_weight_block *block = &f.weights.block[b];
        const float *d = f.gradient + (block->weight - f.weight);
        double foretold = 0;

        for (size_t i = 0; i < block->n; i++)
            foretold += (i % 3 == 0 ? 1 : -1) * (double)d[i];
        move(block, h);
        const double above = loss_of(&f);
        move(block, -2 * h);
        const double slope = (above - loss_of(&f)) / (2 * (double)h);
        move(block, h);
        if (fabs(slope - foretold) > 0.02 * (1 + fabs(slope)))
            fail_msg("%s: %g, foretold %g", block->name, slope, foretold);
    }
    teardown(&f);
}

/* A little more of a code adds that much of its row of the table to what the first layer
 * gets, which is what its bias does. */
static void inputs_have_the_gradient_of_a_little_more_of_a_code(void **state)
{
    const float h = 0x1p-7f;
    struct fixture f;
    float d_hot[2 * CODES], *bias;
    (void)state;

    setup(&f, &spec, CAPACITY);
    const struct cs_affine *in = &f.critic.layer[0];
    bias = f.weight + in->bias;
    cs_critic_forward(&f.critic, f.weight, 1);
    cs_critic_expect_fooled(&f.critic, 1);
    cs_critic_backward(&f.critic, f.weight, 1);
    cs_critic_inputs(&f.critic, d_hot, f.weight, 1);
    for (size_t code = 0; code < 2 * CODES; code += 5) {
        const float *row = f.weight + in->weight + code * in->n_out;
        double loss[2];

        for (int side = 0; side < 2; side++) {
            for (size_t i = 0; i < in->n_out; i++)
                bias[i] = (side == 0 ? h : -h) * row[i];
            cs_critic_forward(&f.critic, f.weight, 1);
            loss[side] = cs_critic_expect_fooled(&f.critic, 1);
        }
        memset(bias, 0, in->n_out * sizeof *bias);
        const double slope = (loss[0] - loss[1]) / (2 * (double)h);
        assert_true(fabs(slope - (double)d_hot[code]) < 0.02 * (0.1 + fabs(slope)));
    }
    teardown(&f);
}

static void the_hinge_asks_no_more_than_its_margin(void **state)
{
    static const float scores[] = { -2, -.5f, .25f, 3 };
    static const float d_real[] = { -1, -1, -1, 0 }, d_false[] = { 0, 1, 1, 1 };
    struct fixture f;
    (void)state;

    setup(&f, &spec, CAPACITY);
    struct cs_affine *score = &f.critic.layer[f.critic.n_layers - 1];
    memcpy(score->y, scores, sizeof scores);
    assert_true(cs_critic_expect_real(&f.critic, 4) == 3 + 1.5 + .75 + 0);
    assert_memory_equal(score->d_y, d_real, sizeof d_real);
    assert_true(cs_critic_expect_false(&f.critic, 4) == 0 + .5 + 1.25 + 4);
    assert_memory_equal(score->d_y, d_false, sizeof d_false);
    score->y[2] = NAN;
    assert_true(isnan(cs_critic_expect_real(&f.critic, 4)));
    assert_true(isnan(cs_critic_expect_false(&f.critic, 4)));
    teardown(&f);
}

/* ---- clipping ---- */

/* The pack's own gradient, formed by moving every layer's view to that pack. */
static void gradient_of_pack(struct fixture *f, float *gradient, size_t pack)
{
    memset(gradient, 0, f->weights.n * sizeof *gradient);
    for (size_t l = 0; l < f->critic.n_layers; l++) {
        struct cs_affine alone = f->critic.layer[l];

        if (alone.n_lookups > 0)
            alone.lookup += pack * alone.n_lookups;
        else
            alone.x += pack * alone.n_in;
        alone.d_y += pack * alone.n_out;
        cs_affine_gradient(&alone, gradient, 1);
    }
}

/* The naive twin of clipping: the sum of every pack's gradient, clipped by itself. */
static void naive_sum(struct fixture *f, float *sum, double clip)
{
    memset(sum, 0, f->weights.n * sizeof *sum);
    for (size_t pack = 0; pack < CAPACITY; pack++) {
        gradient_of_pack(f, f->gradient, pack);
        const double scale = fmin(1, clip / norm_of(f->gradient, f->weights.n));

        for (size_t i = 0; i < f->weights.n; i++)
            sum[i] += (float)scale * f->gradient[i];
    }
}

static double worst(const float *x, const float *y, size_t n)
{
    double most = 0;

    for (size_t i = 0; i < n; i++)
        most = fmax(most, fabs((double)x[i] - (double)y[i]));
    return most;
}

static const double clips[] = { .05, 2, 1e3 }; /* all packs are clipped, some, none */

static void clipped_gradients_are_those_of_pack_by_pack_clipping(void **state)
{
    (void)state;

    for (size_t c = 0; c < COUNT(clips); c++) {
        const double clip = clips[c], close = fmin(clip, 10);
        struct fixture f;

        setup(&f, &spec, CAPACITY);
        const size_t n = f.weights.n;
        float *wanted = calloc(n, sizeof *wanted), *private = calloc(n, sizeof *private);
        struct cs_dpsgd *dpsgd = NULL;
        assert_ok(cs_dpsgd_new(&dpsgd, f.critic.layer, f.critic.n_layers, n, CAPACITY));
        cs_critic_expect_real(&f.critic, CAPACITY);
        cs_critic_backward(&f.critic, f.weight, CAPACITY);
        naive_sum(&f, wanted, clip);
        cs_dpsgd_begin(dpsgd, clip, quiet);
        cs_dpsgd_add(dpsgd, CAPACITY);
        cs_dpsgd_finish(dpsgd, private, 1, &f.rng);
        assert_true(worst(private, wanted, n) < 10 * quiet * clip);
        cs_critic_clip(&f.critic, CAPACITY, clip);
        memset(f.gradient, 0, n * sizeof *f.gradient);
        cs_critic_gradient(&f.critic, f.gradient, CAPACITY);
        assert_true(worst(f.gradient, wanted, n) < 1e-4 * close);
        cs_dpsgd_free(dpsgd);
        free(wanted);
        free(private);
        teardown(&f);
    }
}

static void one_pack_moves_the_private_sum_by_no_more_than_the_limit(void **state)
{
    struct fixture f;
    struct cs_dpsgd *dpsgd = NULL;
    (void)state;

    setup(&f, &spec, CAPACITY);
    const size_t n = f.weights.n;
    double *with = calloc(n, sizeof *with);
    assert_ok(cs_dpsgd_new(&dpsgd, f.critic.layer, f.critic.n_layers, n, CAPACITY));
    cs_critic_expect_fooled(&f.critic, CAPACITY); /* of every pack */
    cs_critic_backward(&f.critic, f.weight, CAPACITY);
    for (size_t rows = CAPACITY; rows > CAPACITY - 5; rows--) {
        double sum = 0;

        cs_dpsgd_begin(dpsgd, clips[0], quiet);
        cs_dpsgd_add(dpsgd, rows);
        memcpy(with, dpsgd->sum, n * sizeof *with);
        cs_dpsgd_begin(dpsgd, clips[0], quiet);
        cs_dpsgd_add(dpsgd, rows - 1);
        for (size_t i = 0; i < n; i++)
            sum += pow((with[i] - dpsgd->sum[i]) * 0x1p-30, 2);
        assert_true(sqrt(sum) <= cs_dpsgd_limit(quiet, n));
        if (sqrt(sum) < 0.9 * cs_dpsgd_limit(quiet, n)) /* it is clipped, and counts */
            fail_msg("%g", sqrt(sum));
    }
    cs_dpsgd_free(dpsgd);
    free(with);
    teardown(&f);
}

/* What the sensitivity rests on: a pack's numbers are the same at any place of a batch of
 * the capacity, whatever stands in the other slots. */
static void numbers_of_a_pack_do_not_depend_on_its_place_or_neighbours(void **state)
{
    static const struct cs_generator_spec wide = { .layers = { 128, 128 },
                                                   .n_layers = 2,
                                                   .packing = 1 };
    enum { MANY = 256 };
    static const size_t places[] = { 1, 50, 255 };
    struct fixture f;
    float wanted[128], score;
    (void)state;

    setup(&f, &wide, MANY);
    const struct cs_affine *in = &f.critic.layer[0];
    for (size_t p = 0; p <= COUNT(places); p++) {
        const size_t at = p == 0 ? 0 : places[p - 1];

        for (size_t pack = 0; pack < MANY; pack++)
            for (size_t j = 0; j < COLUMNS; j++)
                cs_critic_set(&f.critic, pack, 0, j,
                              pack == at ? 3
                                         : (uint8_t)cs_rng_below(
                                               &f.rng, (uint32_t)columns[j].n_codes));
        const float *scores = cs_critic_forward(&f.critic, f.weight, MANY);
        cs_critic_expect_fooled(&f.critic, MANY);
        cs_critic_backward(&f.critic, f.weight, MANY);
        if (p == 0) {
            score = scores[at];
            memcpy(wanted, in->d_y + at * in->n_out, sizeof wanted);
        }
        assert_memory_equal(&scores[at], &score, sizeof score);
        assert_memory_equal(in->d_y + at * in->n_out, wanted, sizeof wanted);
    }
    teardown(&f);
}

/* ---- the slope ---- */

/* The spectral norm of a matrix (rows, columns), by long iteration. */
static double spectral_norm(const float *w, size_t rows, size_t n, struct cs_rng *rng)
{
    double v[512], next[512], norm = 0;

    assert_true(n <= COUNT(v));
    for (size_t j = 0; j < n; j++)
        v[j] = cs_rng_unit(rng) - .5;
    for (int round = 0; round < 1000; round++) {
        double sum = 0;

        memset(next, 0, sizeof next);
        for (size_t i = 0; i < rows; i++) {
            double product = 0;

            for (size_t j = 0; j < n; j++)
                product += (double)w[i * n + j] * v[j];
            for (size_t j = 0; j < n; j++)
                next[j] += product * (double)w[i * n + j];
        }
        for (size_t j = 0; j < n; j++)
            sum += next[j] * next[j];
        norm = sqrt(sqrt(sum));
        for (size_t j = 0; j < n; j++)
            v[j] = next[j] / sqrt(sum);
    }
    return norm;
}

static double norm_of_layer(struct fixture *f, size_t l)
{
    const struct cs_affine *layer = &f->critic.layer[l];
    const bool is_table = layer->n_lookups > 0;

    return spectral_norm(f->weight + layer->weight, is_table ? layer->n_in : layer->n_out,
                         is_table ? layer->n_out : layer->n_in, &f->rng);
}

static void projection_bounds_every_matrix_and_leaves_small_ones(void **state)
{
    struct fixture f;
    (void)state;

    setup(&f, &spec, CAPACITY);
    for (size_t i = 0; i < f.weights.n; i++)
        f.weight[i] *= 10;
    for (size_t l = 0; l < f.critic.n_layers; l++)
        assert_true(norm_of_layer(&f, l) > 1.5 * CS_CRITIC_NORM); /* the control */
    for (int step = 0; step < 100; step++)
        cs_critic_project(&f.critic, f.weight);
    for (size_t l = 0; l < f.critic.n_layers; l++)
        assert_true(fabs(norm_of_layer(&f, l) - CS_CRITIC_NORM) < .02 * CS_CRITIC_NORM);
    for (size_t i = 0; i < f.weights.n; i++)
        f.gradient[i] = f.weight[i] *= .5f;
    cs_critic_project(&f.critic, f.weight);
    assert_memory_equal(f.gradient, f.weight, f.weights.n * sizeof *f.weight);
    teardown(&f);
}

static void blocks_are_named_by_their_place_and_counted(void **state)
{
    static const char *const names[] = {
        "column/colour/critic/in/0", "column/size/critic/in/0", "column/age/critic/in/0",
        "column/colour/critic/in/1", "column/size/critic/in/1", "column/age/critic/in/1",
        "trunk/critic/0/bias",       "trunk/critic/1/weight",   "trunk/critic/1/bias",
        "trunk/critic/2/weight",     "trunk/critic/2/bias",
    };
    struct fixture f;
    (void)state;

    setup(&f, &spec, CAPACITY);
    assert_int_equal(f.weights.n_blocks, COUNT(names));
    for (size_t b = 0; b < COUNT(names); b++)
        assert_string_equal(f.weights.block[b].name, names[b]);
    assert_int_equal(cs_critic_n_weights(CODES, &spec), f.weights.n);
    assert_int_equal(f.critic.n_weights, f.weights.n);
    teardown(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gradient_is_that_of_central_differences_in_every_block),
        cmocka_unit_test(inputs_have_the_gradient_of_a_little_more_of_a_code),
        cmocka_unit_test(the_hinge_asks_no_more_than_its_margin),
        cmocka_unit_test(clipped_gradients_are_those_of_pack_by_pack_clipping),
        cmocka_unit_test(one_pack_moves_the_private_sum_by_no_more_than_the_limit),
        cmocka_unit_test(numbers_of_a_pack_do_not_depend_on_its_place_or_neighbours),
        cmocka_unit_test(projection_bounds_every_matrix_and_leaves_small_ones),
        cmocka_unit_test(blocks_are_named_by_their_place_and_counted),
    };
    return CS_RUN("model/critic", tests);
}
