/* What model/matrix.h promises: each product against three loops, those that treat all
 * rows alike to the bit. */
#include "model/matrix.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "model/workers.h"
#include "tests/support/check.h"
#include "tests/support/toy.h"

enum { MAX = 40 * 40 };

/* Around the sizes of which products are made, and at which BLAS changes its kernel. */
static const struct {
    size_t rows, n_out, n_in;
} shapes[] = { { 1, 1, 1 },    { 2, 3, 5 },   { 7, 16, 4 },  { 8, 15, 16 },
               { 16, 17, 31 }, { 33, 40, 8 }, { 3, 5, 300 }, { 5, 300, 3 } };

struct arrays {
    float x[MAX], w[MAX], y[MAX], d_x[MAX], d_w[MAX];
};

static void fill(struct arrays *a, struct cs_rng *rng)
{
    cs_toy_fill(a->x, MAX, rng);
    cs_toy_fill(a->w, MAX, rng);
    cs_toy_fill(a->y, MAX, rng);
    cs_toy_fill(a->d_x, MAX, rng);
    cs_toy_fill(a->d_w, MAX, rng);
}

static void assert_close(float is, double wanted)
{
    if (fabs((double)is - wanted) > 1e-5 * (1 + fabs(wanted)))
        fail_msg("%g, wanted %g", (double)is, wanted);
}

static void assert_same(float is, float wanted)
{
    if (memcmp(&is, &wanted, sizeof is) != 0)
        fail_msg("%a, wanted %a", (double)is, (double)wanted);
}

static void forward_is_x_times_w_transposed_plus_y_to_the_bit(void **state)
{
    struct cs_rng rng;
    struct arrays a, b;
    (void)state;

    cs_rng_init_labelled(&rng, 1, "matrix");
    for (size_t s = 0; s < COUNT(shapes); s++) {
        const size_t rows = shapes[s].rows, n_out = shapes[s].n_out,
                     n_in = shapes[s].n_in;

        fill(&a, &rng);
        b = a;
        cs_matrix_add_product_t(a.y, a.x, a.w, rows, n_out, n_in);
        for (size_t i = 0; i < rows; i++)
            for (size_t j = 0; j < n_out; j++) {
                float sum = b.y[i * n_out + j];
                for (size_t k = 0; k < n_in; k++)
                    sum += b.x[i * n_in + k] * b.w[j * n_in + k];
                assert_same(a.y[i * n_out + j], sum);
            }
    }
}

static void backward_is_d_y_times_w_to_the_bit(void **state)
{
    struct cs_rng rng;
    struct arrays a;
    (void)state;

    cs_rng_init_labelled(&rng, 2, "matrix");
    for (size_t s = 0; s < COUNT(shapes); s++) {
        const size_t rows = shapes[s].rows, n_out = shapes[s].n_out,
                     n_in = shapes[s].n_in;

        fill(&a, &rng);
        cs_matrix_product(a.d_x, a.y, a.w, rows, n_in, n_out);
        for (size_t i = 0; i < rows; i++)
            for (size_t j = 0; j < n_in; j++) {
                float sum = 0;
                for (size_t k = 0; k < n_out; k++)
                    sum += a.y[i * n_out + k] * a.w[k * n_in + j];
                assert_same(a.d_x[i * n_in + j], sum);
            }
    }
}

static void gradient_adds_d_y_transposed_times_x(void **state)
{
    struct cs_rng rng;
    struct arrays a, b;
    (void)state;

    cs_rng_init_labelled(&rng, 3, "matrix");
    for (size_t s = 0; s < COUNT(shapes); s++) {
        const size_t rows = shapes[s].rows, n_out = shapes[s].n_out,
                     n_in = shapes[s].n_in;

        fill(&a, &rng);
        b = a;
        cs_matrix_add_t_product(a.d_w, a.y, a.x, n_out, n_in, rows);
        for (size_t i = 0; i < n_out; i++)
            for (size_t j = 0; j < n_in; j++) {
                double sum = (double)b.d_w[i * n_in + j];
                for (size_t k = 0; k < rows; k++)
                    sum += (double)b.y[k * n_out + i] * (double)b.x[k * n_in + j];
                assert_close(a.d_w[i * n_in + j], sum);
            }
    }
}

/* What DP-SGD rests on: whole numbers come out whole, at the top of the range too. */
static void sums_of_whole_numbers_are_exact_in_doubles(void **state)
{
    enum { ROWS = 300, OUT = 19, IN = 21 };
    static double x[ROWS * IN], y[ROWS * OUT], sum[OUT * IN];
    struct cs_rng rng;
    (void)state;

    cs_rng_init_labelled(&rng, 4, "matrix");
    for (size_t i = 0; i < COUNT(x); i++)
        x[i] = (double)cs_rng_below(&rng, 1u << 21) - 0x1p20;
    for (size_t i = 0; i < COUNT(y); i++)
        y[i] = (double)cs_rng_below(&rng, 1u << 23) - 0x1p22;
    cs_matrix_add_t_product64(sum, y, x, OUT, IN, ROWS);
    for (size_t i = 0; i < OUT; i++)
        for (size_t j = 0; j < IN; j++) {
            int64_t wanted = 0;
            for (size_t k = 0; k < ROWS; k++)
                wanted += (int64_t)y[k * OUT + i] * (int64_t)x[k * IN + j];
            assert_true((int64_t)sum[i * IN + j] == wanted);
        }
}

/* Products of whole numbers, which are exact, by three threads at the same time: BLAS may
 * have one buffer for all. */
enum { SIDE = 40, PRODUCTS = 3000 };

struct products {
    float x[SIDE * SIDE], w[SIDE * SIDE], wanted[SIDE * SIDE];
    bool wrong[PRODUCTS];
};

static void multiply(void *context, size_t k)
{
    struct products *p = context;
    float y[SIDE * SIDE] = { 0 };

    cs_matrix_add_t_product(y, p->x, p->w, SIDE, SIDE, SIDE);
    p->wrong[k] = memcmp(y, p->wanted, sizeof y) != 0;
}

static void products_at_the_same_time_do_not_meet(void **state)
{
    static struct products p;
    struct cs_workers *workers = NULL;
    (void)state;

    for (size_t i = 0; i < SIDE * SIDE; i++) {
        p.x[i] = (float)(i % 17);
        p.w[i] = (float)(i % 23);
    }
    cs_matrix_add_t_product(p.wanted, p.x, p.w, SIDE, SIDE, SIDE);
    assert_ok(cs_workers_new(&workers, 3));
    cs_workers_run(workers, multiply, &p, PRODUCTS);
    for (size_t k = 0; k < PRODUCTS; k++)
        assert_false(p.wrong[k]);
    cs_workers_free(workers);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(forward_is_x_times_w_transposed_plus_y_to_the_bit),
        cmocka_unit_test(backward_is_d_y_times_w_to_the_bit),
        cmocka_unit_test(gradient_adds_d_y_transposed_times_x),
        cmocka_unit_test(sums_of_whole_numbers_are_exact_in_doubles),
        cmocka_unit_test(products_at_the_same_time_do_not_meet),
    };
    return CS_RUN("model/matrix", tests);
}
