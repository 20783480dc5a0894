/* What model/hidden.h promises: a hidden layer below another one, with every activation,
 * with and without dropout. */
#include "model/hidden.h"

#include <math.h>
#include <string.h>

#include "tests/support/check.h"
#include "tests/support/toy.h"

enum {
    ROWS = 3,
    IN = 4,
    WIDTH = 5,
    OUT = 2,
    N_WEIGHTS = IN * WIDTH + WIDTH + WIDTH * OUT
};

static const enum cs_activation kinds[] = { CS_RELU, CS_LEAKY_RELU, CS_ELU, CS_GELU,
                                            CS_TANH };

struct fixture {
    enum cs_activation kind;
    struct cs_affine hidden, above;
    struct cs_activations activations;
    float weights[N_WEIGHTS], x[ROWS * IN], y[ROWS * OUT], d_y[ROWS * OUT];
    struct cs_rng rng;
};

static void place(struct fixture *f, bool drops)
{
    cs_hidden_place(&f->hidden, &f->activations, ROWS, f->kind, drops);
}

static void setup(struct fixture *f, enum cs_activation kind, bool drops)
{
    memset(f, 0, sizeof *f);
    f->kind = kind;
    cs_rng_init_labelled(&f->rng, 1, "hidden");
    cs_assemble_shape(&f->hidden, IN, WIDTH, 0);
    cs_assemble_shape(&f->above, WIDTH, OUT, 0);
    f->hidden.bias = IN * WIDTH;
    f->above.weight = f->hidden.bias + WIDTH;
    f->hidden.x = f->x;
    f->above.y = f->y;
    f->above.d_y = f->d_y;
    place(f, drops);
    assert_ok(cs_activations_allocate(&f->activations));
    place(f, drops);
    f->above.x = cs_hidden_output(&f->hidden);
    cs_toy_fill(f->weights, N_WEIGHTS, &f->rng);
    cs_toy_fill(f->x, COUNT(f->x), &f->rng);
    cs_toy_fill(f->d_y, COUNT(f->d_y), &f->rng);
}

/* The output of the layer above, weighed by d_y. */
static double loss(struct fixture *f)
{
    double sum = 0;

    cs_affine_forward(&f->hidden, f->weights, ROWS);
    cs_hidden_activate(&f->hidden, ROWS, f->kind);
    memset(f->y, 0, sizeof f->y); /* no bias: forward adds */
    cs_affine_forward(&f->above, f->weights, ROWS);
    for (size_t i = 0; i < COUNT(f->y); i++)
        sum += (double)f->y[i] * (double)f->d_y[i];
    return sum;
}

/* A bias of the hidden layer moves its input of all rows alike: so the sum of its d_y is
 * the slope. */
static void check_gradient(struct fixture *f)
{
    const float h = 0x1p-8f;

    loss(f);
    cs_hidden_backward(&f->hidden, &f->above, f->weights, ROWS, f->kind);
    for (size_t i = 0; i < WIDTH; i++) {
        float *bias = &f->weights[f->hidden.bias + i];
        double slope = 0;

        for (size_t row = 0; row < ROWS; row++)
            slope += (double)f->hidden.d_y[row * WIDTH + i];
        *bias += h;
        const double over = loss(f);
        *bias -= 2 * h;
        const double under = loss(f);
        *bias += h;
        const double wanted = (over - under) / (2 * (double)h);
        if (fabs(slope - wanted) > 3e-3 * (1 + fabs(wanted)))
            fail_msg("kind %d, unit %zu: %g, wanted %g", f->kind, i, slope, wanted);
    }
}

static void backward_is_that_of_central_differences(void **state)
{
    (void)state;

    for (size_t k = 0; k < 2 * COUNT(kinds); k++) {
        const bool drops = k % 2 != 0;
        struct fixture f;

        setup(&f, kinds[k / 2], drops);
        if (drops)
            cs_hidden_drop(&f.hidden, 1, ROWS, .3, &f.rng);
        check_gradient(&f);
        cs_activations_wipe(&f.activations);
    }
}

/* A unit that is left out says nothing to the layer above and learns nothing. */
static void what_is_left_out_has_no_output_and_no_gradient(void **state)
{
    struct fixture f;
    size_t n_left_out = 0;
    (void)state;

    setup(&f, CS_TANH, true);
    cs_hidden_drop(&f.hidden, 1, ROWS, .5, &f.rng);
    loss(&f);
    cs_hidden_backward(&f.hidden, &f.above, f.weights, ROWS, f.kind);
    for (size_t i = 0; i < ROWS * WIDTH; i++) {
        const bool is_left_out = f.hidden.mask[i] == 0;

        n_left_out += is_left_out;
        assert_true((cs_hidden_output(&f.hidden)[i] == 0) == is_left_out);
        assert_true((f.hidden.d_y[i] == 0) == is_left_out);
    }
    assert_true(n_left_out > 0 && n_left_out < ROWS * WIDTH);
    cs_activations_wipe(&f.activations);
}

static void with_nothing_left_out_it_is_a_layer_without_dropout(void **state)
{
    struct fixture with, without;
    (void)state;

    setup(&with, CS_GELU, true);
    setup(&without, CS_GELU, false);
    cs_hidden_drop(&with.hidden, 1, ROWS, .5, &with.rng);
    assert_true(loss(&with) != loss(&without));
    cs_hidden_drop_none(&with.hidden, 1, ROWS);
    cs_hidden_drop_none(&without.hidden, 1, ROWS); /* has none */
    assert_true(loss(&with) == loss(&without));
    cs_activations_wipe(&with.activations);
    cs_activations_wipe(&without.activations);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(backward_is_that_of_central_differences),
        cmocka_unit_test(what_is_left_out_has_no_output_and_no_gradient),
        cmocka_unit_test(with_nothing_left_out_it_is_a_layer_without_dropout),
    };
    return CS_RUN("model/hidden", tests);
}
