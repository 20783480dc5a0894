/* What crypto/gauss_fast.h promises: the table against exact weights, the draws against
 * the formula and against the exact sampler. */
#include "crypto/gauss_fast.h"

#include <float.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "crypto/gauss.h"
#include "tests/support/check.h"

enum { DRAWS = 1 << 20, CELLS = 128, CELL = 4096, BLOCKS = CS_GAUSS_FAST_BLOCKS };
static const double s = CS_GAUSS_FAST_S;

/* ---- the table ---- */

#define WORDS(high, low) ((cs_u128)(high) << 64 | (low))

/* A block's weight in units of 2^-120 of a column: from its own column and all that it
 * fills up. Modulo 2^128, which only the sum of all reaches. */
static cs_u128 weight_of(const struct cs_gauss_fast *gauss, size_t block)
{
    cs_u128 weight = 0;

    for (size_t c = 0; c < BLOCKS; c++) {
        const cs_u128 own = ((cs_u128)gauss->column[c].cut << 111) + gauss->rest[c];

        if (c == block)
            weight += own;
        if (gauss->column[c].other == block)
            weight += ((cs_u128)1 << 120) - own;
    }
    return weight;
}

/* 6455 * 2^112 * exp(-j^2 / 2048), rounded down; from a computation with 80 digits. */
static const struct {
    size_t block;
    cs_u128 weight;
} known[] = {
    { 0, WORDS(0x1937000000000000, 0) },
    { 32, WORDS(0x0f4b27c8d90d01af, 0xfd54903969119642) },
    { 64, WORDS(0x036996d94dc3a38a, 0xb78d86f8e78bd84c) },
    { 128, WORDS(0x00022a58647d7358, 0x6478140fbdd59b55) },
    { 192, WORDS(0x0000006715c2b89e, 0xd1ffc800e17a3f00) >> 4 },
    { 256, WORDS(0x000000000059e1c9, 0xbb351757aa115f00) >> 8 },
    { 1000, 0 },
};

static bool dominates(const struct cs_gauss_fast *gauss)
{
    for (size_t i = 0; i < COUNT(known); i++)
        if (weight_of(gauss, known[i].block) - known[i].weight - 1 >= 1 << 13)
            return false;
    return true;
}

static void blocks_weigh_what_they_should_or_hardly_more(void **state)
{
    struct cs_gauss_fast gauss;
    (void)state;

    cs_gauss_fast_init(&gauss);
    assert_true(dominates(&gauss));
}

static void a_weight_that_is_off_by_two_to_the_minus_117_is_noticed(void **state)
{
    struct cs_gauss_fast gauss;
    (void)state;

    cs_gauss_fast_init(&gauss);
    gauss.rest[256] -= 1 << 13;
    assert_false(dominates(&gauss));
}

/* All blocks, at the 64 bits of a long double, of which valgrind computes 53. */
static void weights_follow_the_formula_everywhere(void **state)
{
    const long double heaviest = 6455 * 0x1p112L;
    const volatile long double one = 1;
    struct cs_gauss_fast gauss;
    (void)state;

    if (one + LDBL_EPSILON == one)
        skip();
    cs_gauss_fast_init(&gauss);
    for (size_t j = 0; j + 1 < BLOCKS; j++) {
        const long double exact = heaviest * expl(-(long double)(j * j) / 2048);
        const long double gap = (long double)weight_of(&gauss, j) - exact;

        assert_true(fabsl(gap) <= exact * 0x1p-60L + 0x1p13L);
    }
}

static void another_try_is_rare(void **state)
{
    struct cs_gauss_fast gauss;
    (void)state;

    cs_gauss_fast_init(&gauss);
    assert_true(weight_of(&gauss, BLOCKS - 1) < (cs_u128)1 << 117); /* of 2^130 */
}

static void all_columns_together_hold_all_weight(void **state)
{
    struct cs_gauss_fast gauss;
    long double sum = 0;
    (void)state;

    cs_gauss_fast_init(&gauss);
    for (size_t j = 0; j < BLOCKS; j++)
        sum += (long double)weight_of(&gauss, j);
    assert_true(fabsl(sum - 0x1p130L) < 0x1p80L);
}

/* ---- the draws ---- */

static int32_t *draws(const struct cs_gauss_fast *gauss, const char *label)
{
    int32_t *x = calloc(DRAWS, sizeof *x);
    struct cs_rng rng;

    assert_non_null(x);
    cs_rng_init_labelled(&rng, 12, label);
    cs_gauss_fast_fill(gauss, x, DRAWS, &rng);
    return x;
}

static int32_t *right_draws(const char *label)
{
    struct cs_gauss_fast gauss;

    cs_gauss_fast_init(&gauss);
    return draws(&gauss, label);
}

/* Which of CELLS stretches of 1/16 s x is in; the outer ones have the tails. */
static size_t cell_of(int64_t x)
{
    const int64_t cell = (x + CELL * CELLS / 2) / CELL;

    return x < -CELL * CELLS / 2 ? 0 : cell >= CELLS ? CELLS - 1 : (size_t)cell;
}

static void expect(double expected[static CELLS], double n)
{
    double total = 0;

    memset(expected, 0, CELLS * sizeof *expected);
    for (int64_t x = -CELL * CELLS; x < CELL * CELLS; x++) {
        const double p = exp(-(double)x * (double)x / (2 * s * s));

        expected[cell_of(x)] += p;
        total += p;
    }
    for (size_t c = 0; c < CELLS; c++)
        expected[c] *= n / total;
}

/* Pearson's chi-square, as standard deviations above its mean. */
static double misfit(const int32_t *x)
{
    double expected[CELLS], count[CELLS] = { 0 }, chi2 = 0;

    expect(expected, DRAWS);
    for (size_t i = 0; i < DRAWS; i++)
        count[cell_of(x[i])]++;
    for (size_t c = 0; c < CELLS; c++)
        chi2 += (count[c] - expected[c]) * (count[c] - expected[c]) / expected[c];
    return (chi2 - (CELLS - 1)) / sqrt(2. * (CELLS - 1));
}

/* Kolmogorov's distance times the root of the number of draws, at the ends of cells:
 * above 1.95 once in a thousand. */
static double distance(const int32_t *x)
{
    double expected[CELLS], gap = 0, most = 0, count[CELLS] = { 0 };

    expect(expected, DRAWS);
    for (size_t i = 0; i < DRAWS; i++)
        count[cell_of(x[i])]++;
    for (size_t c = 0; c < CELLS; c++) {
        gap += count[c] - expected[c];
        most = fmax(most, fabs(gap));
    }
    return most / sqrt(DRAWS);
}

/* The same for the lowest 8 bits, which are all but uniform. */
static double misfit_of_low_bits(const int32_t *x)
{
    double count[256] = { 0 }, chi2 = 0;

    for (size_t i = 0; i < DRAWS; i++)
        count[x[i] & 255]++;
    for (size_t c = 0; c < 256; c++)
        chi2 += pow(count[c] - DRAWS / 256., 2) / (DRAWS / 256.);
    return (chi2 - 255) / sqrt(2. * 255);
}

static void draws_follow_the_formula(void **state)
{
    static const char *const labels[] = { "first", "second", "third" };
    (void)state;

    for (size_t k = 0; k < COUNT(labels); k++) {
        int32_t *x = right_draws(labels[k]);
        assert_true(misfit(x) < 4);
        assert_true(distance(x) < 1.95);
        assert_true(misfit_of_low_bits(x) < 4);
        free(x);
    }
}

/* ---- controls: each of these samplers is wrong by little ---- */

static void one_wrong_column_is_noticed(void **state)
{
    struct cs_gauss_fast gauss;
    (void)state;

    cs_gauss_fast_init(&gauss);
    gauss.column[300].other = 100; /* 3.1 s; one draw in 1024 */
    int32_t *x = draws(&gauss, "column");
    assert_true(misfit(x) > 4);
    free(x);
}

static void a_biased_sign_is_noticed(void **state)
{
    int32_t *x = right_draws("sign");
    (void)state;

    for (size_t i = 0; i < DRAWS; i += 50)
        x[i] = abs(x[i]);
    assert_true(misfit(x) > 4);
    assert_true(distance(x) > 1.95);
    free(x);
}

/* What were drawn if no place were ever rejected: a step function. */
static int32_t draw_unrejected(struct cs_rng *rng)
{
    const double all = 32 * sqrt(acos(-1) / 2) + .5;
    double left = cs_rng_unit(rng) * all;
    int32_t block = 0;

    while ((left -= exp(-block * block / 2048.)) > 0 && block + 2 < BLOCKS)
        block++;
    const int32_t size = block * 2048 + (int32_t)cs_rng_below(rng, 2048);
    return cs_rng_below(rng, 2) == 0 ? size : -size;
}

static void places_that_are_never_rejected_are_noticed(void **state)
{
    int32_t *x = calloc(DRAWS, sizeof *x);
    struct cs_rng rng;
    (void)state;

    assert_non_null(x);
    cs_rng_init_labelled(&rng, 12, "unrejected");
    for (size_t i = 0; i < DRAWS; i++)
        x[i] = draw_unrejected(&rng);
    assert_true(distance(x) > 1.95);
    free(x);
}

static void one_bit_that_leans_is_noticed(void **state)
{
    int32_t *x = right_draws("bit");
    (void)state;

    for (size_t i = 0; i < DRAWS; i += 25)
        x[i] &= ~128;
    assert_true(misfit_of_low_bits(x) > 4);
    free(x);
}

static void a_deviation_off_by_one_percent_is_noticed(void **state)
{
    int32_t *x = right_draws("wide");
    (void)state;

    for (size_t i = 0; i < DRAWS; i++)
        x[i] = (int32_t)(x[i] * 1.01);
    assert_true(misfit(x) > 4);
    free(x);
}

/* ---- moments, tails, the twin ---- */

static void mean_variance_and_fourth_moment_are_right(void **state)
{
    int32_t *x = right_draws("moments");
    double sum = 0, square = 0, fourth = 0;
    (void)state;

    for (size_t i = 0; i < DRAWS; i++) {
        const double z = x[i] / s;

        sum += z;
        square += z * z;
        fourth += z * z * z * z;
    }
    assert_true(fabs(sum) < 4 * sqrt(DRAWS));
    assert_true(fabs(square - DRAWS) < 4 * sqrt(2. * DRAWS));
    assert_true(fabs(fourth - 3. * DRAWS) < 4 * sqrt(96. * DRAWS));
    free(x);
}

static void both_signs_are_alike_and_zero_is_not_twice_as_likely(void **state)
{
    int32_t *x = right_draws("signs");
    double up = 0, down = 0, zero = 0;
    (void)state;

    for (size_t i = 0; i < DRAWS; i++) {
        up += x[i] > 0;
        down += x[i] < 0;
        zero += x[i] == 0;
    }
    assert_true(fabs(up - down) < 4 * sqrt(up + down));
    assert_true(zero < 20); /* 6.4 expected */
    free(x);
}

/* Counts beyond k deviations against erfc, which the grid of 2^-16 hardly changes. */
static void tails_are_neither_cut_nor_fat(void **state)
{
    static const double ends[] = { 2, 3, 4, 4.5 };
    int32_t *x = right_draws("tails");
    (void)state;

    for (size_t k = 0; k < COUNT(ends); k++) {
        const double expected = DRAWS * erfc(ends[k] / sqrt(2));
        double count = 0;

        for (size_t i = 0; i < DRAWS; i++)
            count += fabs((double)x[i]) >= ends[k] * s;
        assert_true(fabs(count - expected) < 4 * sqrt(expected));
    }
    free(x);
}

/* Kolmogorov's test of two samples, in the same cells. */
static void the_exact_sampler_draws_alike(void **state)
{
    enum { EXACT = 100000 };
    int32_t *x = right_draws("alike");
    int64_t *y = calloc(EXACT, sizeof *y);
    double gap[CELLS] = { 0 }, sum = 0, most = 0;
    struct cs_rng rng;
    (void)state;

    assert_non_null(y);
    cs_rng_init_labelled(&rng, 12, "exact");
    cs_gauss_fill_var(y, EXACT, UINT64_C(1) << 48, &rng);
    for (size_t i = 0; i < DRAWS; i++)
        gap[cell_of(x[i])] += 1. / DRAWS;
    for (size_t i = 0; i < EXACT; i++)
        gap[cell_of(y[i])] -= 1. / EXACT;
    for (size_t c = 0; c < CELLS; c++) {
        sum += gap[c];
        most = fmax(most, fabs(sum));
    }
    assert_true(most < 1.95 * sqrt(1. / DRAWS + 1. / EXACT));
    free(x);
    free(y);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(blocks_weigh_what_they_should_or_hardly_more),
        cmocka_unit_test(a_weight_that_is_off_by_two_to_the_minus_117_is_noticed),
        cmocka_unit_test(weights_follow_the_formula_everywhere),
        cmocka_unit_test(another_try_is_rare),
        cmocka_unit_test(all_columns_together_hold_all_weight),
        cmocka_unit_test(draws_follow_the_formula),
        cmocka_unit_test(one_wrong_column_is_noticed),
        cmocka_unit_test(a_biased_sign_is_noticed),
        cmocka_unit_test(places_that_are_never_rejected_are_noticed),
        cmocka_unit_test(one_bit_that_leans_is_noticed),
        cmocka_unit_test(a_deviation_off_by_one_percent_is_noticed),
        cmocka_unit_test(mean_variance_and_fourth_moment_are_right),
        cmocka_unit_test(both_signs_are_alike_and_zero_is_not_twice_as_likely),
        cmocka_unit_test(tails_are_neither_cut_nor_fat),
        cmocka_unit_test(the_exact_sampler_draws_alike),
    };
    return CS_RUN("crypto/gauss_fast", tests);
}
