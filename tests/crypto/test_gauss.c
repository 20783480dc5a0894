/* What crypto/gauss.h promises: the distribution, tested against its formula. */
#include "crypto/gauss.h"

#include <math.h>
#include <stdlib.h>

#include "tests/support/check.h"

enum { DRAWS = 60000, CELLS_MAX = 64 };
#define Q16(s2) ((uint64_t)((s2)*65536))

static const double scales[] = { .05, .3, 1, 2.5, 49, 1474.25, 1e6, 1e10 };

static int64_t *draws(double s2, const char *label)
{
    int64_t *x = malloc(DRAWS * sizeof *x);
    struct cs_rng rng;

    assert_non_null(x);
    cs_rng_init_labelled(&rng, 11, label);
    cs_gauss_fill_var(x, DRAWS, Q16(s2), &rng);
    return x;
}

/* Sum of exp(-k^2 / (2 s2)) over lo <= k < hi. */
static double mass(double s2, int64_t lo, int64_t hi)
{
    double sum = 0;

    for (int64_t k = lo; k < hi; k++)
        sum += exp(-(double)k * (double)k / (2 * s2));
    return sum;
}

/* Pearson's chi-square of the draws against the formula, as a number of standard
 * deviations above its mean. Cells are equal stretches over three s each side; the
 * tails belong to the outer ones, and cells that expect under five draws are left out. */
static double misfit(const int64_t *x, double s2)
{
    const double reach = 3 * sqrt(s2);
    const int64_t width = (int64_t)(2 * reach / 40) + 1;
    const int64_t half = (int64_t)(reach / (double)width);
    const int64_t end = (int64_t)(12 * sqrt(s2)) + 2;
    const size_t n_cells = (size_t)(2 * half + 1);
    const double total = mass(s2, -end, end + 1);
    double chi2 = 0;
    size_t count[CELLS_MAX] = { 0 }, used = 0;

    assert_in_range(n_cells, 1, CELLS_MAX);
    for (size_t i = 0; i < DRAWS; i++) {
        int64_t cell = (x[i] + half * width + width / 2) / width;
        if (x[i] < -half * width - width / 2)
            cell = 0;
        if (cell > 2 * half)
            cell = 2 * half;
        count[cell]++;
    }
    for (size_t c = 0; c < n_cells; c++) {
        int64_t lo = ((int64_t)c - half) * width - width / 2, hi = lo + width;
        if (c == 0)
            lo = -end;
        if (c == n_cells - 1)
            hi = end + 1;
        const double expected = DRAWS * mass(s2, lo, hi) / total;
        const double gap = (double)count[c] - expected;
        if (expected >= 5) {
            chi2 += gap * gap / expected;
            used++;
        }
    }
    return used < 2 ? 0 : (chi2 - (double)(used - 1)) / sqrt(2. * (double)(used - 1));
}

static void draws_follow_the_formula(void **state)
{
    (void)state;
    for (size_t k = 0; k < COUNT(scales); k++) {
        int64_t *x = draws(scales[k], "formula");
        assert_true(misfit(x, scales[k]) < 4);
        free(x);
    }
}

/* The control: draws that are off by little must be noticed by the same test. */
static void a_biased_sampler_is_noticed(void **state)
{
    (void)state;
    for (size_t k = 2; k < COUNT(scales) - 2; k++) {
        int64_t *x = draws(scales[k], "biased");
        for (size_t i = 0; i < DRAWS; i += 20) /* every twentieth draw loses its sign */
            x[i] = x[i] < 0 ? -x[i] : x[i];
        assert_true(misfit(x, scales[k]) > 4);
        free(x);
    }
    int64_t *wide = draws(2.7, "wider");
    assert_true(misfit(wide, 2.5) > 4);
    free(wide);
}

static void the_mean_is_zero_and_the_variance_is_right(void **state)
{
    (void)state;
    for (size_t k = 0; k < COUNT(scales); k++) {
        const int64_t end = (int64_t)(12 * sqrt(scales[k])) + 2;
        int64_t *x = draws(scales[k], "moments");
        double sum = 0, squares = 0, variance = scales[k];

        if (scales[k] < 10) {
            variance = 0;
            for (int64_t v = -end; v <= end; v++)
                variance += (double)(v * v) * mass(scales[k], v, v + 1);
            variance /= mass(scales[k], -end, end + 1);
        }
        for (size_t i = 0; i < DRAWS; i++) {
            sum += (double)x[i];
            squares += (double)x[i] * (double)x[i];
        }
        assert_true(fabs(sum / DRAWS) < 4 * sqrt(variance / DRAWS));
        if (scales[k] >= .3) /* below, x is one of three values: the formula test */
            assert_true(fabs(squares / DRAWS / variance - 1) <
                        5 * sqrt(2. / DRAWS) + .02);
        free(x);
    }
}

static void both_signs_are_alike(void **state)
{
    (void)state;
    for (size_t k = 1; k < COUNT(scales); k++) {
        int64_t *x = draws(scales[k], "signs");
        double up = 0, down = 0;

        for (size_t i = 0; i < DRAWS; i++) {
            up += x[i] > 0;
            down += x[i] < 0;
        }
        assert_true(fabs(up - down) < 4 * sqrt(up + down));
        free(x);
    }
}

static void no_noise_or_too_much_stops_the_program(void **state)
{
    struct cs_rng rng;
    int64_t x;
    (void)state;

    cs_rng_init_labelled(&rng, 11, "bounds");
    assert_stops(cs_gauss_fill_var(&x, 1, 0, &rng));
    assert_stops(cs_gauss_fill_var(&x, 1, CS_GAUSS_S2_Q16_MAX + 1, &rng));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(draws_follow_the_formula),
        cmocka_unit_test(a_biased_sampler_is_noticed),
        cmocka_unit_test(the_mean_is_zero_and_the_variance_is_right),
        cmocka_unit_test(both_signs_are_alike),
        cmocka_unit_test(no_noise_or_too_much_stops_the_program),
    };
    return CS_RUN("crypto/gauss", tests);
}
