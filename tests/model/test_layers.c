/* Every layer against central differences, every fused kernel against its naive twin. */
#include "model/layers.h"

#include <math.h>
#include <string.h>

#include "tests/support/check.h"
#include "tests/support/toy.h"

enum { ROWS = 3, IN = 5, OUT = 4, LATENT = 11, LOOKUPS = 3 };

static void assert_near(double is, double wanted)
{
    if (fabs(is - wanted) > 2e-3 * (1 + fabs(wanted)))
        fail_msg("%g, wanted %g", is, wanted);
}

/* The loss of these tests: a fixed random weighting of a layer's output. */
static double weigh(const float *y, const float *d_y, size_t n)
{
    double sum = 0;

    for (size_t i = 0; i < n; i++)
        sum += (double)y[i] * (double)d_y[i];
    return sum;
}

/* ---- affine ---- */

struct affine_case {
    struct cs_affine layer;
    float weights[IN * OUT + OUT], x[ROWS * IN], y[ROWS * OUT], d_y[ROWS * OUT];
    uint16_t lookup[ROWS * LOOKUPS];
};

static void init_affine(struct affine_case *c, size_t n_lookups, struct cs_rng *rng)
{
    static const uint16_t lookup[ROWS * LOOKUPS] = { 0, 3, 4, 1, 3, 0, 2, 0, 4 };

    *c = (struct affine_case){
        .layer = { .n_in = IN, .n_out = OUT, .n_lookups = n_lookups, .bias = IN * OUT }
    };
    c->layer.x = c->x;
    c->layer.lookup = c->lookup;
    c->layer.y = c->y;
    c->layer.d_y = c->d_y;
    memcpy(c->lookup, lookup, sizeof lookup);
    cs_toy_fill(c->weights, COUNT(c->weights), rng);
    cs_toy_fill(c->x, COUNT(c->x), rng);
    cs_toy_fill(c->d_y, COUNT(c->d_y), rng);
}

static double affine_loss(struct affine_case *c)
{
    cs_affine_forward(&c->layer, c->weights, ROWS);
    return weigh(c->y, c->d_y, COUNT(c->y));
}

/* (loss with *at + h, minus with *at - h) / 2h. */
static double affine_difference(struct affine_case *c, float *at)
{
    const float h = 0x1p-6f, was = *at;

    *at = was + h;
    const double above = affine_loss(c);
    *at = was - h;
    const double below = affine_loss(c);
    *at = was;
    return (above - below) / (2 * (double)h);
}

static void affine_gradient_is_that_of_central_differences(void **state)
{
    struct cs_rng rng;
    struct affine_case c;
    (void)state;

    cs_rng_init_labelled(&rng, 1, "layers");
    for (size_t n_lookups = 0; n_lookups <= LOOKUPS; n_lookups += LOOKUPS) {
        float d_weights[IN * OUT + OUT] = { 0 };

        init_affine(&c, n_lookups, &rng);
        cs_affine_gradient(&c.layer, d_weights, ROWS);
        for (size_t i = 0; i < COUNT(d_weights); i++)
            assert_near((double)d_weights[i], affine_difference(&c, &c.weights[i]));
    }
}

static void affine_backward_is_that_of_central_differences(void **state)
{
    struct cs_rng rng;
    struct affine_case c;
    float d_x[ROWS * IN];
    (void)state;

    cs_rng_init_labelled(&rng, 2, "layers");
    init_affine(&c, 0, &rng);
    cs_affine_backward(&c.layer, d_x, c.weights, ROWS);
    for (size_t i = 0; i < COUNT(d_x); i++)
        assert_near((double)d_x[i], affine_difference(&c, &c.x[i]));
}

/* The naive twin of a sum of table rows: the product with a one-hot matrix. */
static void lookups_are_the_product_with_one_hot_input(void **state)
{
    struct cs_rng rng;
    struct affine_case c, dense;
    (void)state;

    cs_rng_init_labelled(&rng, 3, "layers");
    init_affine(&c, LOOKUPS, &rng);
    init_affine(&dense, 0, &rng);
    memset(dense.x, 0, sizeof dense.x);
    for (size_t i = 0; i < ROWS * LOOKUPS; i++)
        dense.x[i / LOOKUPS * IN + c.lookup[i]] = 1;
    for (size_t i = 0; i < IN * OUT; i++) /* (in, out) to (out, in) */
        dense.weights[i % OUT * IN + i / OUT] = c.weights[i];
    memcpy(dense.weights + IN * OUT, c.weights + IN * OUT, OUT * sizeof(float));
    cs_affine_forward(&c.layer, c.weights, ROWS);
    cs_affine_forward(&dense.layer, dense.weights, ROWS);
    for (size_t i = 0; i < COUNT(c.y); i++)
        assert_near((double)c.y[i], (double)dense.y[i]);
}

static void a_layer_without_a_bias_adds(void **state)
{
    struct cs_rng rng;
    struct affine_case c;
    float before[ROWS * OUT], with[ROWS * OUT];
    (void)state;

    cs_rng_init_labelled(&rng, 4, "layers");
    init_affine(&c, LOOKUPS, &rng);
    memset(c.weights + IN * OUT, 0, OUT * sizeof(float));
    cs_affine_forward(&c.layer, c.weights, ROWS);
    memcpy(with, c.y, sizeof with);
    cs_toy_fill(c.y, COUNT(c.y), &rng);
    memcpy(before, c.y, sizeof before);
    c.layer.bias = CS_NO_BIAS;
    cs_affine_forward(&c.layer, c.weights, ROWS);
    for (size_t i = 0; i < COUNT(with); i++)
        assert_near((double)c.y[i], (double)before[i] + (double)with[i]);
}

/* The naive twin of a ghost norm: the gradient of that row alone. */
static void ghost_norms_are_those_of_one_row_alone(void **state)
{
    struct cs_rng rng;
    struct affine_case c;
    (void)state;

    cs_rng_init_labelled(&rng, 5, "layers");
    for (size_t variant = 0; variant < 4; variant++) {
        double norm2[ROWS] = { 0 };

        init_affine(&c, variant % 2 == 0 ? 0 : LOOKUPS, &rng);
        c.layer.bias = variant < 2 ? IN * OUT : CS_NO_BIAS;
        cs_affine_add_norm2(&c.layer, norm2, ROWS);
        for (size_t row = 0; row < ROWS; row++) {
            float d_weights[IN * OUT + OUT] = { 0 };
            struct cs_affine alone = c.layer;

            alone.x += row * IN;
            alone.lookup += row * LOOKUPS;
            alone.d_y += row * OUT;
            cs_affine_gradient(&alone, d_weights, 1);
            const double wanted = weigh(d_weights, d_weights, COUNT(d_weights));
            assert_true(fabs(norm2[row] - wanted) < 1e-5 * wanted);
        }
    }
}

/* ---- activations ---- */

static const enum cs_activation kinds[] = { CS_RELU, CS_LEAKY_RELU, CS_ELU, CS_GELU,
                                            CS_TANH };

static void slopes_are_those_of_central_differences(void **state)
{
    static const float at[] = { -3, -0.7f, -0.1f, 0.1f, 0.9f, 4 };
    const float h = 0x1p-8f;
    (void)state;

    for (size_t k = 0; k < COUNT(kinds); k++)
        for (size_t i = 0; i < COUNT(at); i++) {
            float above = at[i] + h, below = at[i] - h, y = at[i], d = 2, before;

            cs_activation_forward(&above, &before, 1, kinds[k]);
            cs_activation_forward(&below, &before, 1, kinds[k]);
            cs_activation_forward(&y, &before, 1, kinds[k]);
            cs_activation_backward(&d, &y, &before, 1, kinds[k]);
            assert_near((double)d, (double)((above - below) / h));
        }
}

static void activations_have_their_values(void **state)
{
    static const float wanted[][2] = {
        { 0, 2 },
        { -0.02f, 2 },
        { -0.86466f, 2 },
        { -0.0455f, 1.9545f },
        { -0.96403f, 0.96403f },
    };
    (void)state;

    for (size_t k = 0; k < COUNT(kinds); k++) {
        float y[] = { -2, 2 }, before[2];

        cs_activation_forward(y, before, 2, kinds[k]);
        assert_near((double)y[0], (double)wanted[k][0]);
        assert_near((double)y[1], (double)wanted[k][1]);
    }
}

/* ---- dropout ---- */

static void dropout_keeps_its_share_and_the_mean(void **state)
{
    enum { N = 1 << 16 };
    static const double rates[] = { 0, .1, .5, .9 };
    static float mask[N];
    struct cs_rng rng;
    (void)state;

    cs_rng_init_labelled(&rng, 8, "layers");
    for (size_t r = 0; r < COUNT(rates); r++) {
        size_t dropped = 0;
        double sum = 0;

        cs_dropout_draw(mask, N, rates[r], &rng);
        for (size_t i = 0; i < N; i++) {
            dropped += mask[i] <= 0;
            sum += (double)mask[i];
        }
        /* five standard deviations of the share of N draws, of the mean three times as
         * large at most */
        const double error = 5 * sqrt(rates[r] * (1 - rates[r]) / N) + 1e-4;
        assert_true(fabs((double)dropped / N - rates[r]) < error);
        assert_true(fabs(sum / N - 1) < error / (1 - rates[r]));
    }
}

static void what_dropout_leaves_out_has_no_output_and_no_gradient(void **state)
{
    static const float y[] = { 1, -2, 3 }, mask[] = { 2, 0, 2 };
    float kept[3], d_y[] = { 5, 6, -7 };
    (void)state;

    cs_dropout_forward(kept, y, mask, 3);
    cs_dropout_backward(d_y, mask, 3);
    for (size_t i = 0; i < 3; i++)
        assert_true(kept[i] == y[i] * mask[i]);
    assert_true(d_y[0] == 10 && d_y[1] == 0 && d_y[2] == -14);
}

/* ---- the latent ---- */

static const float kl_weight = 0.7f;

static double latent_loss(const float *head, const float *noise, const float *d_z)
{
    float z[ROWS * LATENT], kl[ROWS];
    double loss;

    cs_latent_forward(z, kl, head, noise, ROWS, LATENT);
    loss = weigh(z, d_z, COUNT(z));
    for (size_t row = 0; row < ROWS; row++)
        loss += (double)kl_weight * (double)kl[row];
    return loss;
}

static void latent_gradient_is_that_of_central_differences(void **state)
{
    const float h = 0x1p-6f;
    struct cs_rng rng;
    float head[ROWS * 2 * LATENT], d_head[ROWS * 2 * LATENT];
    float noise[ROWS * LATENT], d_z[ROWS * LATENT];
    (void)state;

    cs_rng_init_labelled(&rng, 6, "layers");
    cs_toy_fill(head, COUNT(head), &rng);
    cs_toy_fill(noise, COUNT(noise), &rng);
    cs_toy_fill(d_z, COUNT(d_z), &rng);
    cs_latent_backward(d_head, d_z, head, noise, kl_weight, ROWS, LATENT);
    for (size_t i = 0; i < COUNT(head); i++) {
        const float was = head[i];

        head[i] = was + h;
        const double above = latent_loss(head, noise, d_z);
        head[i] = was - h;
        const double below = latent_loss(head, noise, d_z);
        head[i] = was;
        assert_near((double)d_head[i], (above - below) / (2 * (double)h));
    }
}

static void divergence_is_zero_at_the_prior_alone(void **state)
{
    static const float prior[2 * LATENT], noise[LATENT];
    float head[2 * LATENT] = { 0 }, z[LATENT], kl;
    (void)state;

    cs_latent_forward(z, &kl, prior, noise, 1, LATENT);
    assert_true(kl == 0);
    for (size_t i = 0; i < COUNT(head); i++) {
        head[i] = 0.5f;
        cs_latent_forward(z, &kl, head, noise, 1, LATENT);
        assert_true(kl > 0);
        head[i] = 0;
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(affine_gradient_is_that_of_central_differences),
        cmocka_unit_test(affine_backward_is_that_of_central_differences),
        cmocka_unit_test(lookups_are_the_product_with_one_hot_input),
        cmocka_unit_test(a_layer_without_a_bias_adds),
        cmocka_unit_test(ghost_norms_are_those_of_one_row_alone),
        cmocka_unit_test(slopes_are_those_of_central_differences),
        cmocka_unit_test(activations_have_their_values),
        cmocka_unit_test(dropout_keeps_its_share_and_the_mean),
        cmocka_unit_test(what_dropout_leaves_out_has_no_output_and_no_gradient),
        cmocka_unit_test(latent_gradient_is_that_of_central_differences),
        cmocka_unit_test(divergence_is_zero_at_the_prior_alone),
    };
    return CS_RUN("model/layers", tests);
}
