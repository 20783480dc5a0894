/* What model/smooth.h promises: noise goes, spikes and slopes stay. */
#include "model/smooth.h"

#include <math.h>

#include "crypto/gauss.h"
#include "crypto/rng.h"
#include "tests/support/check.h"

enum { N = 16, TOTAL = 8000, RUNS = 200, S = 50 };

static const int64_t start[N + 1] = { -30, -20, -10, 0,  10,  20,  30,  40, 50,
                                      60,  70,  80,  90, 100, 110, 120, 130 };

/* Mean error of a piece, before and after, over noisy counts of (N) true masses. */
static void errors(double *before, double *after, const double *truth, double tilt)
{
    struct cs_rng rng;
    double total = 0;

    cs_rng_init_labelled(&rng, 3, "smooth");
    for (size_t k = 0; k < N; k++)
        total += truth[k];
    *before = *after = 0;
    for (size_t run = 0; run < RUNS; run++) {
        int64_t mass[N];
        cs_gauss_fill_var(mass, N, (uint64_t)(S * S) << 16, &rng);
        for (size_t k = 0; k < N; k++) {
            *before += fabs((double)mass[k]) / (N * RUNS);
            mass[k] += llrint(truth[k]);
        }
        cs_smooth_siblings(mass, start, N, llrint(total), tilt, S * S);
        for (size_t k = 0; k < N; k++)
            *after += fabs((double)mass[k] - truth[k]) / (N * RUNS);
    }
}

static void noise_on_an_even_density_goes(void **state)
{
    double truth[N], before, after;
    (void)state;

    for (size_t k = 0; k < N; k++)
        truth[k] = TOTAL / N;
    errors(&before, &after, truth, 0);
    assert_true(before > .7 * S);
    assert_true(after < .6 * before);
}

/* Masses that rise in a line around 500, by so much from one to the next. */
static void line(double *truth, double rise)
{
    for (size_t k = 0; k < N; k++)
        truth[k] = 500 + rise * ((double)k - (N - 1) / 2.);
}

static void a_slope_that_is_told_stays(void **state)
{
    double truth[N], before, after;
    (void)state;

    line(truth, 40);
    errors(&before, &after, truth, .64);
    assert_true(after < .6 * before);
}

/* Its even share is off by 56 in the mean. */
static void a_slope_is_found_in_the_counts(void **state)
{
    double truth[N], before, after;
    (void)state;

    line(truth, 14);
    errors(&before, &after, truth, 0);
    assert_true(after < .8 * before && after < .6 * 56);
}

static void a_spike_stays(void **state)
{
    double truth[N] = { 0 }, before, after;
    (void)state;

    truth[11] = TOTAL;
    errors(&before, &after, truth, 0);
    assert_true(after < .3 * before);
}

static void masses_add_up_and_are_not_negative(void **state)
{
    struct cs_rng rng;
    (void)state;

    cs_rng_init_labelled(&rng, 4, "smooth");
    for (size_t run = 0; run < 2000; run++) {
        const size_t n = 1 + cs_rng_below(&rng, CS_SMOOTH_SIBLINGS_MAX);
        const int64_t total = cs_rng_below(&rng, 3000);
        const double tilt = 2 * cs_rng_unit(&rng) - 1;
        int64_t mass[CS_SMOOTH_SIBLINGS_MAX], edges[CS_SMOOTH_SIBLINGS_MAX + 1] = { -7 };
        int64_t sum = 0;

        cs_gauss_fill_var(mass, n, UINT64_C(10000) << 16, &rng);
        for (size_t k = 0; k < n; k++)
            edges[k + 1] = edges[k] + 1 + cs_rng_below(&rng, 20);
        cs_smooth_siblings(mass, edges, n, total, tilt, 10000);
        for (size_t k = 0; k < n; k++) {
            assert_true(mass[k] >= 0);
            sum += mass[k];
        }
        assert_int_equal(sum, total);
    }
}

static void without_noise_counts_stay_as_they_are(void **state)
{
    static const int64_t counts[N] = {
        0, 3, 500, 2, 1, 0, 0, 90, 80, 70, 7, 7, 7, 1, 0, 9
    };
    int64_t mass[N], total = 0;
    (void)state;

    for (size_t k = 0; k < N; k++)
        total += mass[k] = counts[k];
    cs_smooth_siblings(mass, start, N, total, 0, .001);
    for (size_t k = 0; k < N; k++)
        assert_int_equal(mass[k], counts[k]);
}

/* Unequal widths, one line: the tilt is its slope over the piece. */
static void a_line_has_its_tilt(void **state)
{
    static const int64_t edges[] = { 0, 1000, 3000, 4000, 4100 };
    int64_t mass[4];
    (void)state;

    for (size_t k = 0; k < 4; k++) /* density 10 + x / 100 */
        mass[k] = (edges[k + 1] - edges[k]) * (2000 + edges[k] + edges[k + 1]) / 200;
    assert_true(fabs(cs_smooth_tilt(mass, edges, 4, 1) - 10 / 30.) < 1e-9);
    assert_true(fabs(cs_smooth_tilt(mass, edges, 4, 2) - 5 / 45.) < 1e-9);
    assert_true(cs_smooth_tilt(mass, edges, 4, 0) == 0);
    assert_true(cs_smooth_tilt(mass, edges, 4, 3) == 0);
}

static void peaks_valleys_and_nothing_have_no_tilt(void **state)
{
    static const int64_t edges[] = { 0, 10, 20, 30, 40, 50 };
    static const int64_t mass[] = { 5, 900, 20, 30, 0 };
    (void)state;

    assert_true(cs_smooth_tilt(mass, edges, 5, 1) == 0);
    assert_true(cs_smooth_tilt(mass, edges, 5, 2) == 0);
    assert_true(cs_smooth_tilt(mass, edges, 5, 3) == 0);
    assert_true(cs_smooth_tilt(mass, edges, 5, 4) == 0);
}

/* Beside a spike the slope is that of the other side, and never so steep that a density
 * would be below zero. */
static void the_flatter_slope_counts(void **state)
{
    static const int64_t edges[] = { 0, 10, 20, 30 }, steep[] = { 0, 10, 1000, 1001 };
    static const int64_t spike[] = { 9000, 100, 90 }, wall[] = { 9000, 100, 0 };
    (void)state;

    assert_true(fabs(cs_smooth_tilt(spike, edges, 3, 1) + .05) < 1e-9);
    assert_true(fabs(cs_smooth_tilt(wall, edges, 3, 1) + .5) < 1e-9);
    assert_true(cs_smooth_tilt(wall, steep, 3, 1) > -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(noise_on_an_even_density_goes),
        cmocka_unit_test(a_slope_that_is_told_stays),
        cmocka_unit_test(a_slope_is_found_in_the_counts),
        cmocka_unit_test(a_spike_stays),
        cmocka_unit_test(masses_add_up_and_are_not_negative),
        cmocka_unit_test(without_noise_counts_stay_as_they_are),
        cmocka_unit_test(a_line_has_its_tilt),
        cmocka_unit_test(peaks_valleys_and_nothing_have_no_tilt),
        cmocka_unit_test(the_flatter_slope_counts),
    };
    return CS_RUN("model/smooth", tests);
}
