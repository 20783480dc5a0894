/* What model/forger.h promises. */
#include "model/forger.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/check.h"
#include "tests/support/toy.h"

enum { FEATURES = 3, LABELS = 3, CODES = 4 + 7 + 20, CAPACITY = 64, ROWS = 9 };

static const struct cs_net_column columns[FEATURES + 1] = {
    { "colour", 4 }, { "size", 7 }, { "age", 20 }, { "arm", LABELS }
};
static const struct cs_generator_spec spec = {
    .latent = 3, .layers = { 9, 6 }, .n_layers = 2, .activation = CS_TANH
};

struct fixture {
    struct cs_weights weights;
    struct cs_forger forger;
    struct cs_rng rng;
    float *weight, *gradient;  /* (weights.n) */
    float d_hot[ROWS * CODES]; /* the gradient from above, fixed */
};

static void setup(struct fixture *f)
{
    memset(f, 0, sizeof *f);
    cs_rng_init_labelled(&f->rng, 1, "forger");
    assert_ok(cs_forger_init(&f->forger, &f->weights, columns, FEATURES,
                             &columns[FEATURES], &spec, CAPACITY));
    assert_ok(cs_weights_allocate(&f->weights));
    cs_assemble_draw(&f->weights, f->forger.layer, f->forger.n_layers, 1);
    f->weight = f->weights.weight;
    f->gradient = calloc(f->weights.n, sizeof *f->gradient);
    cs_toy_fill(f->d_hot, COUNT(f->d_hot), &f->rng);
    for (size_t slot = 0; slot < CAPACITY; slot++)
        cs_forger_set(&f->forger, slot, (uint8_t)(slot % LABELS), slot % FEATURES,
                      (uint8_t)(slot % 4));
}

static void teardown(struct fixture *f)
{
    cs_forger_wipe(&f->forger);
    cs_weights_wipe(&f->weights);
    free(f->gradient);
}

/* Always with the same noise. */
static void draw(struct fixture *f)
{
    struct cs_rng rng;

    cs_rng_init_labelled(&rng, 7, "noise");
    cs_forger_draw(&f->forger, f->weight, ROWS, &rng);
}

/* The loss whose gradient backward has: of the softmax, which stands for the codes, and
 * of the conditions. */
static double loss_of(struct fixture *f, double weight)
{
    double loss = 0;

    draw(f);
    for (size_t i = 0; i < ROWS * CODES; i++)
        loss += (double)f->d_hot[i] * (double)f->forger.p[i];
    return loss + weight * cs_forger_backward(&f->forger, f->d_hot, CODES, weight,
                                              f->weight, ROWS);
}

static void move(struct cs_weight_block *block, float by)
{
    for (size_t i = 0; i < block->n; i++)
        block->weight[i] += i % 3 == 0 ? by : -by;
}

static void gradient_is_that_of_central_differences_in_every_block(void **state)
{
    static const double weights[] = { 0, 1, .3 };
    const float h = 0x1p-8f;
    struct fixture f;
    (void)state;

    setup(&f);
    for (size_t w = 0; w < COUNT(weights); w++) {
        memset(f.gradient, 0, f.weights.n * sizeof *f.gradient);
        loss_of(&f, weights[w]);
        cs_forger_gradient(&f.forger, f.gradient, ROWS);
        for (size_t b = 0; b < f.weights.n_blocks; b++) {
            struct cs_weight_block *block = &f.weights.block[b];
            const float *d = f.gradient + (block->weight - f.weight);
            double foretold = 0;

            for (size_t i = 0; i < block->n; i++)
                foretold += (i % 3 == 0 ? 1 : -1) * (double)d[i];
            move(block, h);
            const double above = loss_of(&f, weights[w]);
            move(block, -2 * h);
            const double slope = (above - loss_of(&f, weights[w])) / (2 * (double)h);
            move(block, h);
            if (fabs(slope - foretold) > 0.02 * (1 + fabs(slope)))
                fail_msg("%s: %g, foretold %g", block->name, slope, foretold);
        }
    }
    teardown(&f);
}

/* Codes are drawn with the probabilities of the logits: Gumbel's noise is exact. Without
 * weights but those biases, all rows have the same probabilities. */
static void codes_have_the_frequencies_of_their_probabilities(void **state)
{
    enum { TIMES = 500 };
    static const double wanted[4] = { .1, .2, .3, .4 };
    double count[4] = { 0 };
    struct fixture f;
    (void)state;

    setup(&f);
    const struct cs_affine *logits = &f.forger.layer[f.forger.n_hidden];
    memset(f.weight, 0, f.weights.n * sizeof *f.weight);
    for (size_t code = 0; code < 4; code++)
        f.weight[logits->bias + code] = logf((float)wanted[code]);
    for (int i = 0; i < TIMES; i++) {
        cs_forger_draw(&f.forger, f.weight, CAPACITY, &f.rng);
        for (size_t row = 0; row < CAPACITY; row++)
            count[f.forger.code[row * (FEATURES + 1)]]++;
    }
    for (size_t code = 0; code < 4; code++) /* 32000 draws: sd below .003 */
        assert_true(fabs(count[code] / (TIMES * CAPACITY) - wanted[code]) < .015);
    const float *p = cs_forger_probabilities(&f.forger, f.weight, CAPACITY, &f.rng);
    for (size_t code = 0; code < 4; code++)
        assert_true(fabs((double)p[code] - wanted[code]) < 1e-5);
    teardown(&f);
}

static void a_row_has_the_label_it_was_given_and_codes_that_exist(void **state)
{
    struct fixture f;
    (void)state;

    setup(&f);
    cs_forger_draw(&f.forger, f.weight, CAPACITY, &f.rng);
    for (size_t row = 0; row < CAPACITY; row++) {
        const uint8_t *code = f.forger.code + row * (FEATURES + 1);

        for (size_t j = 0; j < FEATURES; j++)
            assert_true(code[j] < columns[j].n_codes);
        assert_int_equal(code[FEATURES], row % LABELS);
    }
    teardown(&f);
}

static void blocks_are_named_by_their_place(void **state)
{
    static const char *const names[] = {
        "trunk/generator/0/weight",       "trunk/generator/0/bias",
        "trunk/generator/1/weight",       "trunk/generator/1/bias",
        "column/colour/generator/in",     "column/size/generator/in",
        "column/age/generator/in",        "column/arm/generator/in",
        "column/colour/generator/out",    "column/size/generator/out",
        "column/age/generator/out",       "column/colour/generator/out/bias",
        "column/size/generator/out/bias", "column/age/generator/out/bias",
    };
    struct fixture f;
    (void)state;

    setup(&f);
    assert_int_equal(f.weights.n_blocks, COUNT(names));
    for (size_t b = 0; b < COUNT(names); b++)
        assert_string_equal(f.weights.block[b].name, names[b]);
    assert_int_equal(f.forger.n_weights, f.weights.n);
    teardown(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gradient_is_that_of_central_differences_in_every_block),
        cmocka_unit_test(codes_have_the_frequencies_of_their_probabilities),
        cmocka_unit_test(a_row_has_the_label_it_was_given_and_codes_that_exist),
        cmocka_unit_test(blocks_are_named_by_their_place),
    };
    return CS_RUN("model/forger", tests);
}
