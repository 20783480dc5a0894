/* The noise of tables over ten million draws a scale, by chi-square and by the distance
 * of Kolmogorov and Smirnov; and samplers that are a little wrong, which both or one must
 * notice at every scale. */
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

#include "crypto/gauss.h"
#include "tests/support/check.h"
#include "tests/support/goodness.h"

enum { DRAWS = 10000000 };

/* One in a million honest samplers is called wrong by either. */
#define MISFIT_MAX 6.
#define DISTANCE_MAX 2.7

static const double scales[] = { .3, 1, 3, 30, 300, 3000, 10000 };

static int64_t *x, *wrong; /* (DRAWS): drawn, and as another sampler would have */

static void put_wrong(double scale, int64_t (*as)(int64_t, size_t, double))
{
    for (size_t i = 0; i < DRAWS; i++)
        wrong[i] = as(x[i], i, scale);
}

/* ---- samplers that are wrong ---- */

static int64_t sign_lost(int64_t draw, size_t i, double scale)
{
    (void)scale;
    return i % 20 == 0 && draw < 0 ? -draw : draw;
}

/* An even number more often than it should be. */
static int64_t last_bit_lost(int64_t draw, size_t i, double scale)
{
    (void)scale;
    return i % 20 == 0 ? draw & ~INT64_C(1) : draw;
}

static int64_t narrower(int64_t draw, size_t i, double scale)
{
    (void)i;
    return fabs((double)draw) > 3.3 * scale ? 0 : draw;
}

static int64_t shifted(int64_t draw, size_t i, double scale)
{
    const size_t every = 1 + (size_t)(50 / fmax(scale, 1));

    return i % every == 0 ? draw + 1 + (int64_t)(scale / 100) : draw;
}

static int64_t one_draw_out_of_reach(int64_t draw, size_t i, double scale)
{
    return i == 0 ? (int64_t)(13 * scale) + 3 : draw;
}

static const struct {
    int64_t (*as)(int64_t, size_t, double);
    double scale_max; /* a last bit is below the noise of wide ones */
} samplers[] = {
    { sign_lost, 1e9 }, { last_bit_lost, 10 },          { narrower, 1e9 },
    { shifted, 1e9 },   { one_draw_out_of_reach, 1e9 },
};

/* ---- the tests ---- */

static bool is_right(struct cs_goodness *goodness, const int64_t *draws)
{
    cs_goodness_forget(goodness);
    cs_goodness_add(goodness, draws, DRAWS);
    return cs_goodness_misfit(goodness) < MISFIT_MAX &&
           cs_goodness_distance(goodness) < DISTANCE_MAX;
}

static void ten_million_draws_follow_the_formula(void **state)
{
    struct cs_rng rng;
    (void)state;

    cs_rng_init_labelled(&rng, 12, "ten million");
    for (size_t k = 0; k < COUNT(scales); k++) {
        const double s2 = scales[k] * scales[k];
        struct cs_goodness goodness;

        cs_goodness_gauss(&goodness, s2);
        cs_gauss_fill_var(x, DRAWS, (uint64_t)(s2 * 65536), &rng);
        if (!is_right(&goodness, x))
            fail_msg("scale %g: chi-square %g, distance %g", scales[k],
                     cs_goodness_misfit(&goodness), cs_goodness_distance(&goodness));
        for (size_t w = 0; w < COUNT(samplers); w++) {
            if (scales[k] > samplers[w].scale_max)
                continue;
            put_wrong(scales[k], samplers[w].as);
            if (is_right(&goodness, wrong))
                fail_msg("scale %g: wrong sampler %zu passes", scales[k], w);
        }
        cs_goodness_wipe(&goodness);
    }
}

/* A deviation that is four thousandths too small. */
static void a_scale_that_is_a_little_off_is_noticed(void **state)
{
    struct cs_goodness goodness;
    struct cs_rng rng;
    (void)state;

    cs_rng_init_labelled(&rng, 12, "a little off");
    cs_goodness_gauss(&goodness, 300 * 300);
    cs_gauss_fill_var(x, DRAWS, (uint64_t)(298.8 * 298.8 * 65536), &rng);
    assert_false(is_right(&goodness, x));
    cs_goodness_wipe(&goodness);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ten_million_draws_follow_the_formula),
        cmocka_unit_test(a_scale_that_is_a_little_off_is_noticed),
    };
    x = calloc(DRAWS, sizeof *x);
    wrong = calloc(DRAWS, sizeof *wrong);
    if (x == NULL || wrong == NULL)
        return 1;
    const int failed = CS_RUN("crypto/gauss_draws", tests);
    free(x);
    free(wrong);
    return failed;
}
