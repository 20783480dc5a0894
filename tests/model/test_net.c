/* What model/net.h promises: the whole network against differences, and its blocks. */
#include "model/net.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/check.h"
#include "tests/support/toy.h"
#include "tests/vectors/net.h"

enum { FEATURES = 3, LABELS = 3, CAPACITY = 64, ROWS = 7 };

static const struct cs_net_column features[FEATURES] = { { "colour", 4 },
                                                         { "size", 7 },
                                                         { "age", 20 } };
static const struct cs_net_column label = { "arm", LABELS };
static const struct cs_generator_spec spec = {
    .latent = 3, .layers = { 9, 6 }, .n_layers = 2, .activation = CS_TANH, .kl = 0.5
};

static struct cs_net *new_net_of(const struct cs_generator_spec *like)
{
    struct cs_net *net = NULL;

    assert_ok(cs_net_new(&net, features, FEATURES, &label, like, 11, CAPACITY));
    return net;
}

static struct cs_net *new_net(void)
{
    return new_net_of(&spec);
}

static void fill_slot(struct cs_net *net, size_t slot, struct cs_rng *rng)
{
    for (size_t j = 0; j < FEATURES; j++)
        cs_net_set_feature(net, slot, j,
                           (uint8_t)cs_rng_below(rng, (uint32_t)features[j].n_codes));
    cs_net_set_label(net, slot, (uint8_t)cs_rng_below(rng, LABELS));
    cs_toy_fill(net->noise + slot * net->latent, net->latent, rng);
}

static double loss_of(struct cs_net *net)
{
    double loss = 0;

    cs_net_forward(net, ROWS);
    for (size_t row = 0; row < ROWS; row++)
        loss += (double)net->loss[row] + spec.kl * (double)net->kl[row];
    return loss;
}

/* Block by block, along a random direction: the slope that the gradient foretells. */
static void check_gradient(const struct cs_generator_spec *like)
{
    const float h = 0x1p-7f;
    struct cs_rng rng;
    struct cs_net *net = new_net_of(like);
    float *gradient = calloc(net->weights.n, sizeof *gradient);

    cs_rng_init_labelled(&rng, 1, "net");
    cs_net_drop(net, &rng);
    for (size_t slot = 0; slot < ROWS; slot++)
        fill_slot(net, slot, &rng);
    cs_net_forward(net, ROWS);
    cs_net_backward(net, ROWS);
    cs_net_add_gradient(net, gradient, ROWS);
    for (size_t b = 0; b < net->weights.n_blocks; b++) {
        struct cs_weight_block *block = &net->weights.block[b];
        const size_t start = (size_t)(block->weight - net->weights.weight);
        double foretold = 0, above, below;

        for (size_t i = 0; i < block->n; i++) {
            const float sign = i % 3 == 0 ? 1.0f : -1.0f;
            foretold += (double)sign * (double)gradient[start + i];
            block->weight[i] += sign * h;
        }
        above = loss_of(net);
        for (size_t i = 0; i < block->n; i++)
            block->weight[i] -= (i % 3 == 0 ? 2.0f : -2.0f) * h;
        below = loss_of(net);
        for (size_t i = 0; i < block->n; i++)
            block->weight[i] += (i % 3 == 0 ? 1.0f : -1.0f) * h;
        const double slope = (above - below) / (2 * (double)h);
        if (fabs(slope - foretold) > 0.02 * (1 + fabs(slope)))
            fail_msg("%s: %g, foretold %g", block->name, slope, foretold);
    }
    free(gradient);
    cs_net_free(net);
}

static void gradient_is_that_of_central_differences_in_every_block(void **state)
{
    struct cs_generator_spec smooth = spec, thinned = spec;
    (void)state;

    check_gradient(&spec);
    smooth.activation = CS_GELU;
    check_gradient(&smooth);
    thinned.dropout = .5;
    check_gradient(&thinned);
}

static void dropout_leaves_units_out_until_it_is_told_to_stop(void **state)
{
    struct cs_generator_spec thinned = spec;
    struct cs_rng rng;
    struct cs_net *net, *plain = new_net();
    (void)state;

    thinned.dropout = .5;
    net = new_net_of(&thinned);
    for (size_t slot = 0; slot < ROWS; slot++) {
        cs_rng_init_labelled(&rng, slot, "net");
        fill_slot(net, slot, &rng);
        cs_rng_init_labelled(&rng, slot, "net");
        fill_slot(plain, slot, &rng);
    }
    const double wanted = loss_of(plain);
    assert_true(loss_of(net) == wanted);
    cs_net_drop(net, &rng);
    assert_true(loss_of(net) != wanted);
    cs_net_drop_none(net);
    assert_true(loss_of(net) == wanted);
    cs_net_free(net);
    cs_net_free(plain);
}

/* Weights and noise as tests/vectors/net.py has them. */
static struct cs_net *new_golden_net(void)
{
    static const struct cs_net_column two[] = { { "colour", 4 }, { "size", 3 } };
    static const struct cs_net_column arm = { "arm", 2 };
    static const struct cs_generator_spec small = {
        .latent = 2, .layers = { 4, 3 }, .n_layers = 2, .activation = CS_TANH, .kl = 0.5
    };
    static const uint8_t codes[][3] = { { 0, 2, 1 }, { 3, 0, 0 }, { 2, 1, 1 } };
    struct cs_net *net = NULL;

    assert_ok(cs_net_new(&net, two, COUNT(two), &arm, &small, 1, COUNT(codes)));
    assert_int_equal(net->weights.n, COUNT(golden_gradient));
    for (size_t i = 0; i < net->weights.n; i++)
        net->weights.weight[i] = (float)(0.5 * sin((double)(i + 1)));
    for (size_t i = 0; i < COUNT(codes) * small.latent; i++)
        net->noise[i] = (float)cos((double)(i + 1));
    for (size_t row = 0; row < COUNT(codes); row++) {
        cs_net_set_feature(net, row, 0, codes[row][0]);
        cs_net_set_feature(net, row, 1, codes[row][1]);
        cs_net_set_label(net, row, codes[row][2]);
    }
    return net;
}

static void numbers_are_those_that_were_computed_elsewhere(void **state)
{
    const size_t rows = COUNT(golden_loss);
    struct cs_net *net = new_golden_net();
    float gradient[COUNT(golden_gradient)] = { 0 };
    (void)state;

    cs_net_forward(net, rows);
    cs_net_backward(net, rows);
    cs_net_add_gradient(net, gradient, rows);
    for (size_t row = 0; row < rows; row++) {
        assert_true(fabs((double)net->loss[row] - golden_loss[row]) < 2e-6);
        assert_true(fabs((double)net->kl[row] - golden_kl[row]) < 2e-6);
    }
    for (size_t i = 0; i < COUNT(gradient); i++)
        if (fabs((double)gradient[i] - golden_gradient[i]) > 2e-6)
            fail_msg("weight %zu: %g, not %g", i, (double)gradient[i],
                     golden_gradient[i]);
    cs_net_free(net);
}

static void gradients_of_batches_add_up(void **state)
{
    struct cs_net *net = new_golden_net();
    const size_t rows = COUNT(golden_loss);
    float gradient[COUNT(golden_gradient)] = { 0 };
    (void)state;

    for (size_t batch = 0; batch < 3; batch++) {
        cs_net_forward(net, rows);
        cs_net_backward(net, rows);
        cs_net_add_gradient(net, gradient, rows);
    }
    for (size_t i = 0; i < COUNT(gradient); i++)
        assert_true(fabs((double)gradient[i] - 3 * (double)golden_gradient[i]) < 1e-5);
    cs_net_free(net);
}

static void a_batch_by_columns_is_that_by_rows(void **state)
{
    static const uint8_t codes[4][6] = { { 3, 0, 2, 1, 3, 2 },
                                         { 6, 5, 4, 0, 1, 2 },
                                         { 19, 0, 7, 8, 9, 1 },
                                         { 0, 1, 2, 2, 1, 0 } };
    static const uint32_t picked[] = { 5, 0, 0, 3, 1 };
    const size_t n = COUNT(picked);
    struct cs_net *net = new_net(), *twin = new_net();
    (void)state;

    for (size_t j = 0; j < FEATURES; j++)
        cs_net_set_features(net, j, codes[j], picked, n);
    cs_net_set_labels(net, codes[FEATURES], picked, n);
    for (size_t slot = 0; slot < n; slot++) {
        for (size_t j = 0; j < FEATURES; j++)
            cs_net_set_feature(twin, slot, j, codes[j][picked[slot]]);
        cs_net_set_label(twin, slot, codes[FEATURES][picked[slot]]);
    }
    assert_memory_equal(net->lookup, twin->lookup,
                        n * (FEATURES + 1) * sizeof *net->lookup);
    assert_memory_equal(net->label_lookup, twin->label_lookup,
                        n * sizeof *net->label_lookup);
    cs_net_free(net);
    cs_net_free(twin);
}

static void blocks_are_named_by_their_place_and_fill_the_weights(void **state)
{
    static const struct {
        const char *name;
        size_t n;
    } wanted[] = {
        { "trunk/encoder/0/bias", 9 },   { "trunk/encoder/1/weight", 54 },
        { "trunk/encoder/1/bias", 6 },   { "trunk/latent/0/weight", 36 },
        { "trunk/latent/0/bias", 6 },    { "trunk/decoder/0/weight", 18 },
        { "trunk/decoder/0/bias", 6 },   { "trunk/decoder/1/weight", 54 },
        { "trunk/decoder/1/bias", 9 },   { "column/colour/in", 36 },
        { "column/size/in", 63 },        { "column/age/in", 180 },
        { "column/arm/in", 27 },         { "column/colour/out", 36 },
        { "column/size/out", 63 },       { "column/age/out", 180 },
        { "column/colour/out/bias", 4 }, { "column/size/out/bias", 7 },
        { "column/age/out/bias", 20 },   { "column/arm/label", 18 },
    };
    struct cs_net *net = new_net();
    size_t n = 0;
    (void)state;

    assert_int_equal(net->weights.n_blocks, COUNT(wanted));
    for (size_t b = 0; b < COUNT(wanted); b++) {
        assert_string_equal(net->weights.block[b].name, wanted[b].name);
        assert_int_equal(net->weights.block[b].n, wanted[b].n);
        assert_ptr_equal(net->weights.block[b].weight, net->weights.weight + n);
        n += wanted[b].n;
    }
    assert_int_equal(net->weights.n, n);
    assert_int_equal(cs_net_n_weights(4 + 7 + 20, LABELS, &spec), n);
    cs_net_free(net);
}

/* Two parties' trunks start equal though their columns differ. */
static void a_block_starts_from_the_seed_and_its_name_alone(void **state)
{
    const struct cs_net_column other[] = { { "income", 5 }, { "size", 7 } };
    struct cs_net *net = new_net(), *peer = NULL;
    size_t n_same = 0;
    (void)state;

    assert_ok(cs_net_new(&peer, other, COUNT(other), &label, &spec, 11, CAPACITY));
    for (size_t b = 0; b < net->weights.n_blocks; b++)
        for (size_t c = 0; c < peer->weights.n_blocks; c++) {
            const struct cs_weight_block *x = &net->weights.block[b];
            const struct cs_weight_block *y = &peer->weights.block[c];

            if (strcmp(x->name, y->name) == 0) {
                assert_memory_equal(x->weight, y->weight, x->n * sizeof(float));
                n_same++;
            }
        }
    assert_int_equal(n_same, 9 + 3 + 2); /* trunk; in, out, bias of size; of arm */
    cs_net_free(net);
    cs_net_free(peer);
}

/* The row's gradient at a slot of a full batch of strangers. */
static const float *gradient_at(struct cs_net *net, size_t slot)
{
    struct cs_rng rng;
    const struct cs_affine *last = &net->layer[0]; /* backward ends there */

    cs_rng_init_labelled(&rng, slot, "neighbours");
    for (size_t other = 0; other < net->capacity; other++)
        fill_slot(net, other, &rng);
    cs_rng_init_labelled(&rng, 0, "the row");
    fill_slot(net, slot, &rng);
    cs_net_forward(net, net->capacity);
    cs_net_backward(net, net->capacity);
    return last->d_y + slot * last->n_out;
}

/* What the sensitivity of DP-SGD rests on: the same bits at any place in a batch of the
 * capacity, whatever stands in the other slots; at sizes small and usual. */
static void numbers_of_a_row_do_not_depend_on_its_place_or_neighbours(void **state)
{
    static const struct {
        size_t width, latent, capacity, stride;
    } sizes[] = { { 9, 3, 64, 1 },     { 64, 16, 128, 3 },  { 128, 8, 128, 1 },
                  { 128, 16, 128, 1 }, { 200, 16, 128, 5 }, { 200, 16, 256, 85 } };
    (void)state;

    for (size_t s = 0; s < COUNT(sizes); s++) {
        const struct cs_generator_spec sized = { .latent = sizes[s].latent,
                                                 .layers = { sizes[s].width,
                                                             sizes[s].width },
                                                 .n_layers = 2 };
        const size_t n_bytes = sizes[s].width * sizeof(float);
        struct cs_net *net = NULL;
        float wanted[200];

        assert_ok(
            cs_net_new(&net, features, FEATURES, &label, &sized, 11, sizes[s].capacity));
        memcpy(wanted, gradient_at(net, 0), n_bytes);
        for (size_t slot = 0; slot < net->capacity; slot += sizes[s].stride)
            assert_memory_equal(gradient_at(net, slot), wanted, n_bytes);
        cs_net_free(net);
    }
}

/* Its numbers are the net's, also after a weight moved, and its batch is its own. */
static void a_twin_computes_with_the_weights_of_its_net(void **state)
{
    struct cs_net *net = new_net(), *twin = NULL;
    struct cs_rng rng;
    (void)state;

    assert_ok(cs_net_new_twin(&twin, net));
    cs_rng_init_labelled(&rng, 3, "net");
    for (size_t slot = 0; slot < ROWS; slot++)
        fill_slot(twin, slot, &rng);
    const double alone = loss_of(net), before = loss_of(twin);
    assert_true(alone != before);
    assert_true(loss_of(net) == alone);
    for (size_t i = 0; i < net->weights.n; i++)
        net->weights.weight[i] *= 1.5f;
    const double after = loss_of(twin);
    assert_true(after != before);
    cs_rng_init_labelled(&rng, 3, "net");
    for (size_t slot = 0; slot < ROWS; slot++)
        fill_slot(net, slot, &rng);
    assert_true(loss_of(net) == after);
    cs_net_free(twin);
    cs_net_free(net);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gradient_is_that_of_central_differences_in_every_block),
        cmocka_unit_test(dropout_leaves_units_out_until_it_is_told_to_stop),
        cmocka_unit_test(numbers_are_those_that_were_computed_elsewhere),
        cmocka_unit_test(gradients_of_batches_add_up),
        cmocka_unit_test(a_batch_by_columns_is_that_by_rows),
        cmocka_unit_test(blocks_are_named_by_their_place_and_fill_the_weights),
        cmocka_unit_test(a_block_starts_from_the_seed_and_its_name_alone),
        cmocka_unit_test(numbers_of_a_row_do_not_depend_on_its_place_or_neighbours),
        cmocka_unit_test(a_twin_computes_with_the_weights_of_its_net),
    };
    return CS_RUN("model/net", tests);
}
