/* What model/dpsgd.h promises, against a naive twin that forms every row's gradient. */
#include "model/dpsgd.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "model/net.h"
#include "tests/support/check.h"
#include "tests/support/toy.h"

enum { FEATURES = 3, LABELS = 3, CAPACITY = 32 };

static const struct cs_net_column features[FEATURES] = { { "colour", 4 },
                                                         { "size", 7 },
                                                         { "age", 20 } };
static const struct cs_net_column label = { "arm", LABELS };
static const struct cs_generator_spec spec = {
    .latent = 3, .layers = { 9, 6 }, .n_layers = 2, .activation = CS_RELU, .kl = 0.5
};
static const double quiet = 1e-3; /* a sigma whose noise is far below the sum */

struct fixture {
    struct cs_net *net;
    struct cs_dpsgd *dpsgd;
    struct cs_rng rng;
    size_t n;                /* weights */
    float *gradient, *other; /* (n) */
    double *sum;             /* (n) */
};

/* A batch of random rows after its backward pass. */
static void setup(struct fixture *f, uint64_t seed)
{
    memset(f, 0, sizeof *f);
    cs_rng_init_labelled(&f->rng, seed, "dpsgd");
    assert_ok(cs_net_new(&f->net, features, FEATURES, &label, &spec, seed, CAPACITY));
    f->n = f->net->weights.n;
    assert_ok(cs_dpsgd_new(&f->dpsgd, f->net->layer, f->net->n_layers, f->n, CAPACITY));
    f->gradient = calloc(f->n, sizeof *f->gradient);
    f->other = calloc(f->n, sizeof *f->other);
    f->sum = calloc(f->n, sizeof *f->sum);
    for (size_t slot = 0; slot < CAPACITY; slot++) {
        for (size_t j = 0; j < FEATURES; j++)
            cs_net_set_feature(
                f->net, slot, j,
                (uint8_t)cs_rng_below(&f->rng, (uint32_t)features[j].n_codes));
        cs_net_set_label(f->net, slot, (uint8_t)cs_rng_below(&f->rng, LABELS));
    }
    cs_toy_fill(f->net->noise, CAPACITY * f->net->latent, &f->rng);
    cs_net_forward(f->net, CAPACITY);
    cs_net_backward(f->net, CAPACITY);
}

static void teardown(struct fixture *f)
{
    cs_net_free(f->net);
    cs_dpsgd_free(f->dpsgd);
    free(f->gradient);
    free(f->other);
    free(f->sum);
}

/* The row's own gradient, formed by moving every layer's view to that row; the layer
 * `without` (n_layers: none) is left out. */
static void gradient_of_row(struct fixture *f, float *gradient, size_t row,
                            size_t without)
{
    memset(gradient, 0, f->n * sizeof *gradient);
    for (size_t l = 0; l < f->net->n_layers; l++) {
        struct cs_affine alone = f->net->layer[l];

        if (l == without)
            continue;
        if (alone.n_lookups > 0)
            alone.lookup += row * alone.n_lookups;
        else
            alone.x += row * alone.n_in;
        alone.d_y += row * alone.n_out;
        cs_affine_gradient(&alone, gradient, 1);
    }
}

static double norm_of(const float *x, size_t n)
{
    double sum = 0;

    for (size_t i = 0; i < n; i++)
        sum += (double)x[i] * (double)x[i];
    return sqrt(sum);
}

/* The naive twin of _add: sum of clipped rows; norms leave out the layer `without`. */
static void naive_sum(struct fixture *f, size_t rows, double clip, size_t without)
{
    memset(f->sum, 0, f->n * sizeof *f->sum);
    for (size_t row = 0; row < rows; row++) {
        gradient_of_row(f, f->gradient, row, without);
        const double scale = fmin(1, clip / norm_of(f->gradient, f->n));

        gradient_of_row(f, f->gradient, row, f->net->n_layers);
        for (size_t i = 0; i < f->n; i++)
            f->sum[i] += scale * (double)f->gradient[i];
    }
}

/* Largest difference of _finish's gradient from the naive sum, in units of clip. */
static double worst(const struct fixture *f, const float *gradient, double clip)
{
    double most = 0;

    for (size_t i = 0; i < f->n; i++)
        most = fmax(most, fabs((double)gradient[i] - f->sum[i]) / clip);
    return most;
}

static void run(struct fixture *f, float *gradient, size_t rows, double clip)
{
    cs_dpsgd_begin(f->dpsgd, clip, quiet);
    cs_dpsgd_add(f->dpsgd, rows);
    cs_dpsgd_finish(f->dpsgd, gradient, 1, &f->rng);
}

static const double clips[] = { 0.1, 2, 15 }; /* all rows clipped, some, few */
static const double close = 10 * 1e-3;        /* ten standard deviations of the noise */

static void clipped_sum_is_that_of_row_by_row_clipping(void **state)
{
    struct fixture f;
    (void)state;

    setup(&f, 1);
    for (size_t c = 0; c < COUNT(clips); c++) {
        naive_sum(&f, CAPACITY, clips[c], f.net->n_layers);
        run(&f, f.other, CAPACITY, clips[c]);
        assert_true(worst(&f, f.other, clips[c]) < close);
    }
    teardown(&f);
}

/* The control of the test above: a norm that forgets any one layer shows. */
static void a_norm_without_one_layer_is_noticed(void **state)
{
    struct fixture f;
    (void)state;

    setup(&f, 1);
    run(&f, f.other, CAPACITY, clips[0]);
    for (size_t l = 0; l < f.net->n_layers; l++) {
        naive_sum(&f, CAPACITY, clips[0], l);
        assert_true(worst(&f, f.other, clips[0]) > close);
    }
    teardown(&f);
}

static void without_clipping_the_sum_is_the_plain_gradient(void **state)
{
    const double clip = 1e4, step = 0x1p-20 * 1e4 + close * 1e4;
    struct fixture f;
    (void)state;

    setup(&f, 2);
    run(&f, f.other, CAPACITY, clip);
    cs_net_add_gradient(f.net, f.gradient, CAPACITY);
    for (size_t i = 0; i < f.n; i++)
        assert_true(fabs((double)f.other[i] - (double)f.gradient[i]) < step);
    teardown(&f);
}

/* The sums with and without the last row, before the noise, on the noise's own grid. */
static double distance_of_one_row(struct fixture *f, size_t rows, double clip)
{
    double sum = 0;
    double *with = calloc(f->n, sizeof *with);

    cs_dpsgd_begin(f->dpsgd, clip, quiet);
    cs_dpsgd_add(f->dpsgd, rows);
    memcpy(with, f->dpsgd->sum, f->n * sizeof *with);
    cs_dpsgd_begin(f->dpsgd, clip, quiet);
    cs_dpsgd_add(f->dpsgd, rows - 1);
    for (size_t i = 0; i < f->n; i++) {
        const double difference = (with[i] - f->dpsgd->sum[i]) * 0x1p-30;
        sum += difference * difference;
    }
    free(with);
    return sqrt(sum);
}

static void one_row_moves_the_sum_by_no_more_than_the_limit(void **state)
{
    struct fixture f;
    (void)state;

    setup(&f, 3);
    for (size_t rows = 1; rows <= CAPACITY; rows++) {
        const double moved = distance_of_one_row(&f, rows, clips[0]);

        assert_true(moved <= cs_dpsgd_limit(quiet, f.n));
        assert_true(moved > 0.99 * cs_dpsgd_limit(quiet, f.n)); /* and is clipped to it */
    }
    teardown(&f);
}

/* Exactness: the rows one by one, last to first, each as the difference of two batches,
 * give the same bits as all at once. */
static void sums_do_not_depend_on_the_order_of_addition(void **state)
{
    struct fixture f;
    double *all;
    (void)state;

    setup(&f, 4);
    all = calloc(f.n, sizeof *all);
    cs_dpsgd_begin(f.dpsgd, 2, quiet);
    cs_dpsgd_add(f.dpsgd, CAPACITY);
    memcpy(all, f.dpsgd->sum, f.n * sizeof *all);
    cs_dpsgd_begin(f.dpsgd, 2, quiet);
    for (size_t row = CAPACITY; row-- > 0;) {
        cs_dpsgd_add(f.dpsgd, row + 1); /* rows 0 .. row */
        if (row > 0) {                  /* and the same without the last of them */
            for (size_t i = 0; i < f.n; i++)
                f.dpsgd->sum[i] = -f.dpsgd->sum[i];
            cs_dpsgd_add(f.dpsgd, row);
            for (size_t i = 0; i < f.n; i++)
                f.dpsgd->sum[i] = -f.dpsgd->sum[i];
        }
    }
    assert_memory_equal(all, f.dpsgd->sum, f.n * sizeof *all);
    free(all);
    teardown(&f);
}

static void a_row_that_is_not_finite_contributes_nothing(void **state)
{
    struct fixture f;
    (void)state;

    setup(&f, 5);
    f.net->layer[1].d_y[0] = NAN;
    f.net->layer[2].d_y[f.net->layer[2].n_out] = INFINITY;
    cs_dpsgd_begin(f.dpsgd, 1, quiet);
    cs_dpsgd_add(f.dpsgd, 2);
    for (size_t i = 0; i < f.n; i++)
        assert_true(f.dpsgd->sum[i] == 0);
    teardown(&f);
}

/* The grid of inputs ends at 2^20; a longer one would not fit the sums. */
static void an_input_out_of_range_is_left_out(void **state)
{
    struct fixture f;
    double square = 0;
    (void)state;

    setup(&f, 5);
    f.net->layer[0].y[0] = 2e6f; /* what layer 1 reads */
    cs_dpsgd_begin(f.dpsgd, 1, quiet);
    cs_dpsgd_add(f.dpsgd, 1);
    for (size_t i = 0; i < f.n; i++)
        square += f.dpsgd->sum[i] * f.dpsgd->sum[i];
    assert_true(sqrt(square) * 0x1p-30 < 1e-3); /* clipping leaves next to nothing */
    teardown(&f);
}

/* Chi-square of n draws of N(0, 1) has mean n and variance 2n. */
static void an_empty_batch_is_noise_of_the_declared_deviation(void **state)
{
    const double clip = 0.7, sigma = 3, expected = 40;
    enum { TIMES = 8 };
    struct fixture f;
    double square = 0, n;
    (void)state;

    setup(&f, 6);
    n = TIMES * (double)f.n;
    for (int t = 0; t < TIMES; t++) {
        cs_dpsgd_begin(f.dpsgd, clip, sigma);
        cs_dpsgd_finish(f.dpsgd, f.gradient, expected, &f.rng);
        square += pow(norm_of(f.gradient, f.n) * expected / (sigma * clip), 2);
    }
    assert_true(fabs(square - n) < 5 * sqrt(2 * n));
    teardown(&f);
}

/* The number of rows taken is binomial: five standard deviations, at several rates. */
static void rows_are_taken_with_the_declared_probability(void **state)
{
    static const double rates[] = { 0.001, 0.06, 0.5, 0.999 };
    const int n = 100000;
    struct cs_rng rng;
    (void)state;

    cs_rng_init_labelled(&rng, 7, "dpsgd");
    for (size_t r = 0; r < COUNT(rates); r++) {
        int taken = 0;

        for (int i = 0; i < n; i++)
            taken += cs_dpsgd_takes(rates[r], &rng);
        const double deviation = sqrt(n * rates[r] * (1 - rates[r]));
        assert_true(fabs(taken - n * rates[r]) < 5 * deviation);
    }
    for (int i = 0; i < 1000; i++)
        assert_true(cs_dpsgd_takes(1, &rng));
}

static void noise_too_large_for_so_many_weights_leaves_no_limit(void **state)
{
    (void)state;

    assert_true(cs_dpsgd_limit(3, 60000) > 0.98 && cs_dpsgd_limit(3, 60000) < 1);
    assert_true(cs_dpsgd_limit(100, 1000000) <= 0);
}

/* Two objects share the rows, as two threads would: the sum has the same bits. */
static void sums_of_several_are_absorbed_exactly(void **state)
{
    struct fixture f, g;
    double *all;
    (void)state;

    setup(&f, 4);
    setup(&g, 5);
    all = calloc(f.n, sizeof *all);
    cs_dpsgd_begin(f.dpsgd, 2, quiet);
    cs_dpsgd_begin(g.dpsgd, 2, quiet);
    cs_dpsgd_add(f.dpsgd, CAPACITY);
    cs_dpsgd_add(g.dpsgd, CAPACITY / 2);
    for (size_t i = 0; i < f.n; i++)
        all[i] = f.dpsgd->sum[i] + g.dpsgd->sum[i];
    cs_dpsgd_absorb(f.dpsgd, g.dpsgd);
    assert_memory_equal(f.dpsgd->sum, all, f.n * sizeof *all);
    assert_int_equal(f.dpsgd->n_taken, CAPACITY + CAPACITY / 2);
    assert_int_equal(g.dpsgd->n_taken, 0);
    for (size_t i = 0; i < g.n; i++)
        assert_true(g.dpsgd->sum[i] == 0);
    cs_dpsgd_begin(g.dpsgd, 3, quiet);
    assert_stops(cs_dpsgd_absorb(f.dpsgd, g.dpsgd)); /* another step's */
    free(all);
    teardown(&f);
    teardown(&g);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(clipped_sum_is_that_of_row_by_row_clipping),
        cmocka_unit_test(a_norm_without_one_layer_is_noticed),
        cmocka_unit_test(without_clipping_the_sum_is_the_plain_gradient),
        cmocka_unit_test(one_row_moves_the_sum_by_no_more_than_the_limit),
        cmocka_unit_test(sums_do_not_depend_on_the_order_of_addition),
        cmocka_unit_test(sums_of_several_are_absorbed_exactly),
        cmocka_unit_test(a_row_that_is_not_finite_contributes_nothing),
        cmocka_unit_test(an_input_out_of_range_is_left_out),
        cmocka_unit_test(an_empty_batch_is_noise_of_the_declared_deviation),
        cmocka_unit_test(rows_are_taken_with_the_declared_probability),
        cmocka_unit_test(noise_too_large_for_so_many_weights_leaves_no_limit),
    };
    return CS_RUN("model/dpsgd", tests);
}
