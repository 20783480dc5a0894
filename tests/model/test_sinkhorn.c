/* Optimal transport where its cost is known. */
#include <math.h>
#include <stdlib.h>

#include "model/normal.h"
#include "model/sinkhorn.h"
#include "tests/support/check.h"

enum { POINTS = 30, WIDTH = 3 };

static void fill_cloud(struct cs_points *points)
{
    float draws[POINTS * WIDTH];
    struct cs_rng rng;

    cs_rng_init_labelled(&rng, 1, "cloud");
    cs_normal_fill(draws, POINTS * WIDTH, &rng);
    *points = (struct cs_points){ .x = calloc(POINTS * WIDTH, sizeof(double)),
                                  .n = POINTS,
                                  .width = WIDTH };
    for (size_t i = 0; i < POINTS * WIDTH; i++)
        points->x[i] = (double)draws[i];
    cs_rng_wipe(&rng);
}

/* Of a cloud that is moved as a whole, half the square of the way: however far, so also
 * where kernels are all zeros. */
static void transport_of_a_moved_cloud_is_half_the_square_of_the_way(void **state)
{
    static const double ways[] = { .01, 1, 300 };
    struct cs_points here, there;
    double divergence;
    (void)state;

    fill_cloud(&here);
    for (size_t w = 0; w < COUNT(ways); w++) {
        fill_cloud(&there);
        for (size_t i = 0; i < POINTS; i++)
            there.x[i * WIDTH] += ways[w];
        assert_ok(cs_sinkhorn(&divergence, &here, &there, .5, false, NULL, NULL));
        const double expected = ways[w] * ways[w] / 2;
        if (!(fabs(divergence - expected) <= 1e-8 * (1 + expected)))
            fail_msg("%.12g is not %.12g", divergence, expected);
        cs_points_wipe(&there);
    }
    cs_points_wipe(&here);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(transport_of_a_moved_cloud_is_half_the_square_of_the_way),
    };
    return CS_RUN("model/sinkhorn", tests);
}
