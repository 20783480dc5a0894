/* What model/fourier.h promises. */
#include "model/fourier.h"

#include <math.h>

#include "crypto/rng.h"
#include "tests/support/check.h"

enum { N = 64 };

static void draw(struct cs_complex x[N])
{
    struct cs_rng rng;

    cs_rng_init_labelled(&rng, 1, "fourier");
    for (size_t i = 0; i < N; i++)
        x[i] = (struct cs_complex){ cs_rng_unit(&rng) - .5, cs_rng_unit(&rng) - .5 };
}

/* The sum of the header, term by term. */
static struct cs_complex sum(const struct cs_complex x[N], size_t k)
{
    struct cs_complex all = { 0 };

    for (size_t j = 0; j < N; j++) {
        const double angle = -2 * acos(-1) * (double)(j * k) / N;
        const struct cs_complex term =
            cs_complex_times(x[j], (struct cs_complex){ cos(angle), sin(angle) });

        all.re += term.re;
        all.im += term.im;
    }
    return all;
}

static void forward_is_the_sum_of_the_header(void **state)
{
    struct cs_fourier fourier;
    struct cs_complex x[N], there[N];
    (void)state;

    draw(x);
    draw(there);
    assert_int_equal(cs_fourier_init(&fourier, N), CS_OK);
    cs_fourier_forward(&fourier, there);
    for (size_t k = 0; k < N; k++) {
        assert_true(fabs(there[k].re - sum(x, k).re) < 1e-13);
        assert_true(fabs(there[k].im - sum(x, k).im) < 1e-13);
    }
    cs_fourier_wipe(&fourier);
}

static void back_undoes_forward_times_n(void **state)
{
    struct cs_fourier fourier;
    struct cs_complex x[N], again[N];
    (void)state;

    draw(x);
    draw(again);
    assert_int_equal(cs_fourier_init(&fourier, N), CS_OK);
    cs_fourier_forward(&fourier, again);
    cs_fourier_back(&fourier, again);
    for (size_t k = 0; k < N; k++) {
        assert_true(fabs(again[k].re / N - x[k].re) < 1e-14);
        assert_true(fabs(again[k].im / N - x[k].im) < 1e-14);
    }
    cs_fourier_wipe(&fourier);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(forward_is_the_sum_of_the_header),
        cmocka_unit_test(back_undoes_forward_times_n),
    };
    return CS_RUN("model/fourier", tests);
}
