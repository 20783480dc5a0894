#include "model/loss.h"

#include <math.h>

#include "crypto/rng.h"
#include "tests/support/check.h"

enum { CLASSES_MOST = 5 };

static void assert_close(double value, double expected, double within)
{
    if (!(fabs(value - expected) <= within))
        fail_msg("%.12g is not %.12g", value, expected);
}

static void draw(double *scores, size_t n, struct cs_rng *rng)
{
    for (size_t k = 0; k < n; k++)
        scores[k] = 6 * cs_rng_unit(rng) - 3;
}

/* By finite differences, of every score in turn. */
static void slopes_and_curvatures_are_those_of_the_loss(void **state)
{
    static const size_t n_classes[] = { 0, 2, 3, CLASSES_MOST };
    const double step = 1e-4;
    struct cs_rng rng;
    (void)state;

    cs_rng_init_labelled(&rng, 1, "tests/loss");
    for (size_t c = 0; c < COUNT(n_classes); c++) {
        const size_t n = cs_loss_scores(n_classes[c]);
        double scores[CLASSES_MOST], d[CLASSES_MOST], curvature[CLASSES_MOST];
        double unused[CLASSES_MOST];

        draw(scores, n, &rng);
        const double here = cs_loss_at(d, curvature, scores, 1, n_classes[c]);
        for (size_t k = 0; k < n; k++) {
            scores[k] += step;
            const double above = cs_loss_at(unused, NULL, scores, 1, n_classes[c]);
            scores[k] -= 2 * step;
            const double below = cs_loss_at(unused, NULL, scores, 1, n_classes[c]);
            scores[k] += step;
            assert_close(d[k], (above - below) / 2 / step, 1e-7);
            assert_close(curvature[k], (above - 2 * here + below) / step / step, 1e-5);
        }
    }
    cs_rng_wipe(&rng);
}

static void losses_are_minus_the_logarithm_of_the_chance(void **state)
{
    const double two[] = { log(3) }, three[] = { log(2), log(5), log(1) };
    double d[CLASSES_MOST];
    (void)state;

    assert_close(cs_loss_at(d, NULL, two, 1, 2), -log(3 / 4.0), 1e-12);
    assert_close(cs_loss_at(d, NULL, two, 0, 2), -log(1 / 4.0), 1e-12);
    assert_close(cs_loss_at(d, NULL, three, 1, 3), -log(5 / 8.0), 1e-12);
    assert_close(cs_loss_at(d, NULL, (double[]){ 3 }, 1, 0), 2, 0);
}

static void extreme_scores_have_finite_losses(void **state)
{
    const double two[] = { -1000 }, three[] = { 1000, -1000, 0 };
    double d[CLASSES_MOST], curvature[CLASSES_MOST];
    (void)state;

    assert_close(cs_loss_at(d, curvature, two, 1, 2), 1000, 0);
    assert_close(d[0], -1, 0);
    assert_close(cs_loss_at(d, curvature, two, 0, 2), 0, 0);
    assert_true(isfinite(cs_loss_at(d, curvature, three, 1, 3)));
    assert_close(d[1], -1, 0);
}

static void chances_are_a_softmax(void **state)
{
    double scores[] = { log(2) + 900, log(5) + 900, log(1) + 900 }, two[] = { 7 };
    (void)state;

    cs_loss_chances(scores, 3);
    assert_close(scores[0], 2 / 8.0, 1e-12);
    assert_close(scores[1], 5 / 8.0, 1e-12);
    cs_loss_chances(two, 2);
    assert_close(two[0], 7, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(slopes_and_curvatures_are_those_of_the_loss),
        cmocka_unit_test(losses_are_minus_the_logarithm_of_the_chance),
        cmocka_unit_test(extreme_scores_have_finite_losses),
        cmocka_unit_test(chances_are_a_softmax),
    };
    return CS_RUN("model/loss", tests);
}
