/* The distribution of model/normal.h, and its naive twin. Seeds are fixed. */
#include "model/normal.h"

#include <math.h>
#include <stdlib.h>

#include "tests/support/check.h"

enum { N = 1 << 18, CELLS = 64 };

static float *draws(const char *label)
{
    struct cs_rng rng;
    float *x = calloc(N, sizeof *x);

    assert_non_null(x);
    cs_rng_init_labelled(&rng, 1, label);
    cs_normal_fill(x, N, &rng);
    cs_rng_wipe(&rng);
    return x;
}

/* The method in doubles, by the functions of libm, from the same words: of the second,
 * one bit is the sign and one changes sine and cosine. */
static void a_pair_is_that_of_its_two_words(void **state)
{
    struct cs_rng rng, same;
    (void)state;

    cs_rng_init_labelled(&rng, 2, "normal");
    cs_rng_init_labelled(&same, 2, "normal");
    for (size_t i = 0; i < 10000; i++) {
        float pair[2];
        uint32_t word[2];

        cs_normal_fill(pair, 2, &rng);
        cs_rng_bytes(&same, word, sizeof word);
        const double u = (double)((float)(word[0] >> 8) + 0.5f) * 0x1p-24;
        const double radius = sqrt(-2 * log(u)), part = (double)(word[1] & 0x3fffffff);
        const double t = (part * 0x1p-30 - 0.5) * acos(0), sign = word[1] >> 31 ? -1 : 1;
        const double x = sign * radius * cos(t), y = sign * radius * sin(t);
        const int swap = (word[1] >> 30 & 1) != 0;

        assert_true(fabs((double)pair[swap] - x) < 1e-6);
        assert_true(fabs((double)pair[!swap] - y) < 1e-6);
    }
}

/* Each within 4.5 standard deviations of its estimate. */
static void moments_are_those_of_a_standard_normal(void **state)
{
    static const double wanted[] = { 0, 1, 0, 3, 0, 15, 0, 105 };
    static const double variance[] = { 1, 2, 15, 96, 945, 10170, 135135, 2016000 };
    float *x = draws("moments");
    (void)state;

    for (size_t k = 0; k < COUNT(wanted); k++) {
        double sum = 0;

        for (size_t i = 0; i < N; i++)
            sum += pow((double)x[i], (double)(k + 1));
        const double error = sum / N - wanted[k];
        if (fabs(error) > 4.5 * sqrt(variance[k] / N))
            fail_msg("moment %zu is off by %g", k + 1, error);
    }
    free(x);
}

/* Mean and deviation of chi-squared with n degrees of freedom are n and sqrt(2 n). */
static void assert_even(const size_t *count, size_t n_cells)
{
    const double expected = (double)N / (double)n_cells;
    double chi2 = 0;

    for (size_t c = 0; c < n_cells; c++)
        chi2 += ((double)count[c] - expected) * ((double)count[c] - expected) / expected;
    const double degrees = (double)n_cells - 1;
    if (fabs(chi2 - degrees) > 5 * sqrt(2 * degrees))
        fail_msg("chi-squared %g of %g degrees", chi2, degrees);
}

static size_t cell_of(float x)
{
    const double below = 0.5 * erfc(-(double)x / sqrt(2));
    const size_t cell = (size_t)(below * CELLS);

    return cell < CELLS ? cell : CELLS - 1;
}

static void values_fall_evenly_into_quantiles(void **state)
{
    size_t count[CELLS] = { 0 };
    float *x = draws("quantiles");
    (void)state;

    for (size_t i = 0; i < N; i++)
        count[cell_of(x[i])]++;
    assert_even(count, CELLS);
    free(x);
}

/* Neighbours, and the two of one pair, which are a fill's halves apart. */
static void values_of_one_fill_are_independent(void **state)
{
    static const size_t lags[] = { 1, 2, 64, 128 };
    float *x = draws("lags");
    (void)state;

    for (size_t l = 0; l < COUNT(lags); l++) {
        size_t count[CELLS * CELLS / 64] = { 0 };

        for (size_t i = 0; i < N; i++)
            count[cell_of(x[i]) / 8 * 8 + cell_of(x[(i + lags[l]) % N]) / 8]++;
        assert_even(count, COUNT(count));
    }
    free(x);
}

static void tails_are_those_of_a_normal(void **state)
{
    float *x = draws("tails"), largest = 0;
    size_t beyond_3 = 0;
    (void)state;

    for (size_t i = 0; i < N; i++) {
        beyond_3 += fabsf(x[i]) > 3;
        largest = fmaxf(largest, fabsf(x[i]));
    }
    assert_true(beyond_3 > 0.0027 * N - 120 && beyond_3 < 0.0027 * N + 120);
    assert_true(largest > 4 && largest < 5.9f);
    free(x);
}

static void any_number_of_values_is_filled_and_none_more(void **state)
{
    void (*const fills[])(float *, size_t, struct cs_rng *) = { cs_normal_fill,
                                                                cs_gumbel_fill };
    struct cs_rng rng;
    (void)state;

    cs_rng_init_labelled(&rng, 3, "normal");
    for (size_t n = 0; n <= 2 * 300 + 1; n++) {
        float x[301];

        for (size_t i = 0; i < COUNT(x); i++)
            x[i] = 99;
        fills[n % 2](x, n / 2, &rng);
        for (size_t i = 0; i < COUNT(x); i++)
            assert_true((x[i] == 99) == (i >= n / 2));
    }
}

/* ---- Gumbel ---- */

/* Its logarithms of float32 are of numbers near 1, too, so errors add up to some 1e-5. */
static void a_gumbel_draw_is_that_of_its_word(void **state)
{
    struct cs_rng rng, same;
    float x[1000];
    uint32_t word[COUNT(x)];
    (void)state;

    cs_rng_init_labelled(&rng, 4, "normal");
    same = rng;
    for (size_t start = 0; start < COUNT(x); start += 100) {
        cs_gumbel_fill(x + start, 100, &rng);
        cs_rng_bytes(&same, word + start, 100 * sizeof *word);
    }
    for (size_t i = 0; i < COUNT(x); i++) {
        const double u = ((double)(word[i] >> 9) + 0.5) * 0x1p-23;
        const double wanted = -log(-log(u));

        if (fabs((double)x[i] - wanted) > 2e-6 * (1 + 1 / -log(u)))
            fail_msg("%g, wanted %g", (double)x[i], wanted);
    }
}

/* The distribution function is exp(-exp(-x)). */
static void gumbel_draws_fall_evenly_into_quantiles(void **state)
{
    size_t count[CELLS] = { 0 };
    float *x = calloc(N, sizeof *x);
    struct cs_rng rng;
    (void)state;

    assert_non_null(x);
    cs_rng_init_labelled(&rng, 5, "normal");
    cs_gumbel_fill(x, N, &rng);
    for (size_t i = 0; i < N; i++)
        count[(size_t)(exp(-exp(-(double)x[i])) * CELLS)]++;
    assert_even(count, CELLS);
    free(x);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_pair_is_that_of_its_two_words),
        cmocka_unit_test(moments_are_those_of_a_standard_normal),
        cmocka_unit_test(values_fall_evenly_into_quantiles),
        cmocka_unit_test(values_of_one_fill_are_independent),
        cmocka_unit_test(tails_are_those_of_a_normal),
        cmocka_unit_test(any_number_of_values_is_filled_and_none_more),
        cmocka_unit_test(a_gumbel_draw_is_that_of_its_word),
        cmocka_unit_test(gumbel_draws_fall_evenly_into_quantiles),
    };
    return CS_RUN("model/normal", tests);
}
