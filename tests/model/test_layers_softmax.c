/* Softmax and cross-entropy of model/layers.h against their naive twins. */
#include <math.h>

#include "model/layers.h"
#include "tests/support/check.h"
#include "tests/support/toy.h"

enum { ROWS = 3, COLUMNS = 3, WIDTH = 8, STRIDE = COLUMNS + 1 };
static const size_t first[COLUMNS + 1] = { 0, 2, 5, WIDTH };
static const uint16_t hot[ROWS * STRIDE] = { 0, 2, 7, 99, 1, 4, 5, 99, 0, 3, 6, 99 };

static void assert_near(double is, double wanted)
{
    if (fabs(is - wanted) > 2e-3 * (1 + fabs(wanted)))
        fail_msg("%g, wanted %g", is, wanted);
}

/* The naive twin, in doubles: -log of the softmax at the true codes. */
static double naive_loss(const float *logits)
{
    double loss = 0;

    for (size_t j = 0; j < COLUMNS; j++) {
        double sum = 0;

        for (size_t i = first[j]; i < first[j + 1]; i++)
            sum += exp((double)logits[i]);
        loss += log(sum);
    }
    return loss;
}

static double row_loss(const float *logits, size_t row)
{
    double loss = naive_loss(logits + row * WIDTH);

    for (size_t j = 0; j < COLUMNS; j++)
        loss -= (double)logits[row * WIDTH + hot[row * STRIDE + j]];
    return loss;
}

static void cross_entropy_is_its_naive_twin(void **state)
{
    const float h = 0x1p-6f;
    struct cs_rng rng;
    float logits[ROWS * WIDTH], d_logits[ROWS * WIDTH], loss[ROWS];
    (void)state;

    cs_rng_init_labelled(&rng, 7, "layers");
    cs_toy_fill(logits, COUNT(logits), &rng);
    cs_cross_entropy(loss, d_logits, logits, hot, STRIDE, first, ROWS, COLUMNS);
    for (size_t row = 0; row < ROWS; row++)
        assert_near((double)loss[row], row_loss(logits, row));
    for (size_t i = 0; i < COUNT(logits); i++) {
        const float was = logits[i];

        logits[i] = was + h;
        const double above = row_loss(logits, i / WIDTH);
        logits[i] = was - h;
        const double below = row_loss(logits, i / WIDTH);
        logits[i] = was;
        assert_near((double)d_logits[i], (above - below) / (2 * (double)h));
    }
}

static void large_logits_neither_overflow_nor_lose_the_loss(void **state)
{
    float logits[ROWS * WIDTH], d_logits[ROWS * WIDTH], loss[ROWS];
    (void)state;

    for (size_t i = 0; i < COUNT(logits); i++)
        logits[i] = i % 2 == 0 ? 300 : -300;
    cs_cross_entropy(loss, d_logits, logits, hot, STRIDE, first, ROWS, COLUMNS);
    for (size_t i = 0; i < COUNT(d_logits); i++)
        assert_true(isfinite(d_logits[i]) && fabsf(d_logits[i]) <= 1);
    for (size_t row = 0; row < ROWS; row++)
        assert_true(isfinite(loss[row]));
}

/* A row whose logits are all moderate takes another way than one that has a large one. */
static void a_row_that_is_shifted_has_the_same_losses(void **state)
{
    struct cs_rng rng;
    float logits[ROWS * WIDTH], d_logits[ROWS * WIDTH], loss[ROWS];
    float moved[ROWS * WIDTH], d_moved[ROWS * WIDTH], moved_loss[ROWS];
    (void)state;

    cs_rng_init_labelled(&rng, 9, "layers");
    cs_toy_fill(logits, COUNT(logits), &rng);
    for (size_t i = 0; i < COUNT(logits); i++)
        moved[i] = logits[i] + (i % WIDTH < first[1] ? 100 : -90);
    cs_cross_entropy(loss, d_logits, logits, hot, STRIDE, first, ROWS, COLUMNS);
    cs_cross_entropy(moved_loss, d_moved, moved, hot, STRIDE, first, ROWS, COLUMNS);
    for (size_t row = 0; row < ROWS; row++)
        assert_true(fabsf(moved_loss[row] - loss[row]) < 1e-4f);
    for (size_t i = 0; i < COUNT(logits); i++)
        assert_true(fabsf(d_moved[i] - d_logits[i]) < 1e-5f);
}

static void gradients_may_take_the_place_of_the_logits(void **state)
{
    struct cs_rng rng;
    float logits[ROWS * WIDTH], d_logits[ROWS * WIDTH], loss[2][ROWS];
    (void)state;

    cs_rng_init_labelled(&rng, 10, "layers");
    cs_toy_fill(logits, COUNT(logits), &rng);
    logits[3] = 90; /* one row is shifted */
    cs_cross_entropy(loss[0], d_logits, logits, hot, STRIDE, first, ROWS, COLUMNS);
    cs_cross_entropy(loss[1], logits, logits, hot, STRIDE, first, ROWS, COLUMNS);
    assert_memory_equal(logits, d_logits, sizeof logits);
    assert_memory_equal(loss[0], loss[1], sizeof loss[0]);
}

/* What is no number must stay none: the row is then left out of private sums. */
static void a_logit_that_is_no_number_spoils_its_column(void **state)
{
    struct cs_rng rng;
    float logits[ROWS * WIDTH], loss[ROWS];
    (void)state;

    cs_rng_init_labelled(&rng, 11, "layers");
    cs_toy_fill(logits, COUNT(logits), &rng);
    logits[first[1] + 1] = NAN; /* not the true code's */
    cs_cross_entropy(loss, logits, logits, hot, STRIDE, first, ROWS, COLUMNS);
    for (size_t i = 0; i < COUNT(logits); i++)
        assert_int_equal(isnan(logits[i]) != 0, i >= first[1] && i < first[2]);
    assert_true(isnan(loss[0]));
    assert_true(isfinite(loss[1]) && isfinite(loss[2]));
}

static void probabilities_of_a_column_sum_to_one(void **state)
{
    struct cs_rng rng;
    float p[ROWS * WIDTH];
    (void)state;

    cs_rng_init_labelled(&rng, 8, "layers");
    cs_toy_fill(p, COUNT(p), &rng);
    cs_softmax_forward(p, first, ROWS, COLUMNS);
    for (size_t row = 0; row < ROWS; row++)
        for (size_t j = 0; j < COLUMNS; j++) {
            double sum = 0;

            for (size_t i = first[j]; i < first[j + 1]; i++)
                sum += (double)p[row * WIDTH + i];
            assert_near(sum, 1);
        }
}

/* The naive twin: the whole Jacobian, p_i (1 if i = k - p_k), in doubles. */
static double naive_slope(const float *d_p, const float *p, size_t i, size_t j)
{
    double sum = 0;

    for (size_t k = first[j]; k < first[j + 1]; k++)
        sum += (double)d_p[k] * (double)p[k] * ((k == i ? 1 : 0) - (double)p[i]);
    return sum;
}

/* What a row of d_p has beyond the columns is not looked at. */
static void softmax_backward_is_its_naive_twin(void **state)
{
    enum { WIDER = WIDTH + 3 };
    struct cs_rng rng;
    float p[ROWS * WIDTH], d_p[ROWS * WIDER], d_logits[ROWS * WIDTH];
    (void)state;

    cs_rng_init_labelled(&rng, 12, "layers");
    cs_toy_fill(p, COUNT(p), &rng);
    cs_softmax_forward(p, first, ROWS, COLUMNS);
    cs_toy_fill(d_p, COUNT(d_p), &rng);
    for (size_t row = 0; row < ROWS; row++)
        for (size_t i = WIDTH; i < WIDER; i++)
            d_p[row * WIDER + i] = NAN;
    cs_softmax_backward(d_logits, d_p, WIDER, p, first, ROWS, COLUMNS);
    for (size_t row = 0; row < ROWS; row++)
        for (size_t j = 0; j < COLUMNS; j++)
            for (size_t i = first[j]; i < first[j + 1]; i++) {
                const double wanted =
                    naive_slope(d_p + row * WIDER, p + row * WIDTH, i, j);

                assert_true(fabs((double)d_logits[row * WIDTH + i] - wanted) < 1e-6);
            }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cross_entropy_is_its_naive_twin),
        cmocka_unit_test(large_logits_neither_overflow_nor_lose_the_loss),
        cmocka_unit_test(a_row_that_is_shifted_has_the_same_losses),
        cmocka_unit_test(gradients_may_take_the_place_of_the_logits),
        cmocka_unit_test(a_logit_that_is_no_number_spoils_its_column),
        cmocka_unit_test(probabilities_of_a_column_sum_to_one),
        cmocka_unit_test(softmax_backward_is_its_naive_twin),
    };
    return CS_RUN("model/layers_softmax", tests);
}
