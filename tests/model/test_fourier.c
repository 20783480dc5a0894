/* What model/fourier.h promises. */
#include "model/fourier.h"

#include <math.h>

#include "crypto/rng.h"
#include "tests/support/check.h"

enum { N = 64 }; /* the longest of those that are tried */

static void draw(double x[N])
{
    struct cs_rng rng;

    cs_rng_init_labelled(&rng, 1, "fourier");
    for (size_t i = 0; i < N; i++)
        x[i] = cs_rng_unit(&rng) - .5;
}

/* The sum of the header, term by term. */
static struct cs_complex sum(const double *x, size_t n, size_t k)
{
    struct cs_complex all = { 0 };

    for (size_t j = 0; j < n; j++) {
        const double angle = -2 * acos(-1) * (double)(j * k) / (double)n;

        all.re += x[j] * cos(angle);
        all.im += x[j] * sin(angle);
    }
    return all;
}

static void forward_is_the_sum_of_the_header(void **state)
{
    struct cs_fourier fourier;
    struct cs_complex spectrum[N / 2 + 1];
    double x[N];
    (void)state;

    draw(x);
    for (size_t n = 4; n <= N; n *= 2) {
        assert_int_equal(cs_fourier_init(&fourier, n), CS_OK);
        cs_fourier_forward(&fourier, spectrum, x);
        for (size_t k = 0; k <= n / 2; k++) {
            assert_true(fabs(spectrum[k].re - sum(x, n, k).re) < 1e-13);
            assert_true(fabs(spectrum[k].im - sum(x, n, k).im) < 1e-13);
        }
        cs_fourier_wipe(&fourier);
    }
}

static void back_undoes_forward(void **state)
{
    struct cs_fourier fourier;
    struct cs_complex spectrum[N / 2 + 1];
    double x[N], again[N];
    (void)state;

    draw(x);
    for (size_t n = 4; n <= N; n *= 2) {
        assert_int_equal(cs_fourier_init(&fourier, n), CS_OK);
        cs_fourier_forward(&fourier, spectrum, x);
        cs_fourier_back(&fourier, again, spectrum);
        for (size_t i = 0; i < n; i++)
            assert_true(fabs(again[i] - x[i]) < 1e-15);
        cs_fourier_wipe(&fourier);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(forward_is_the_sum_of_the_header),
        cmocka_unit_test(back_undoes_forward),
    };
    return CS_RUN("model/fourier", tests);
}
