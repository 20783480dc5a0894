/* Clusters of points, where they are plain to see. */
#include <math.h>
#include <stdlib.h>

#include "model/kmeans.h"
#include "model/normal.h"
#include "tests/support/check.h"

enum { POINTS = 900, WIDTH = 3, CLOUDS = 4 };

/* Clouds far from each other; point i is in cloud i mod 4. */
static void fill_clouds(struct cs_points *points)
{
    float draws[POINTS * WIDTH];
    struct cs_rng rng;

    cs_rng_init_labelled(&rng, 1, "clouds");
    cs_normal_fill(draws, POINTS * WIDTH, &rng);
    *points = (struct cs_points){ .x = calloc(POINTS * WIDTH, sizeof(double)),
                                  .n = POINTS,
                                  .width = WIDTH };
    for (size_t i = 0; i < POINTS * WIDTH; i++) {
        const size_t cloud = i / WIDTH % CLOUDS;

        points->x[i] = (double)draws[i] + 1e6 + 100. * (double)(i % WIDTH == cloud % 3) +
                       1000. * (double)(cloud == 3);
    }
    cs_rng_wipe(&rng);
}

static void find(struct cs_kmeans *kmeans, uint32_t *of, const struct cs_points *points,
                 size_t k, uint64_t seed, struct cs_workers *workers)
{
    struct cs_rng rng;

    cs_rng_init_labelled(&rng, seed, "test");
    assert_ok(cs_kmeans_find(kmeans, of, points, k, &rng, workers, NULL));
    cs_rng_wipe(&rng);
}

/* Of centres drawn without weights, a cloud in three would have none. */
static void clouds_apart_are_clusters_whatever_the_seed(void **state)
{
    struct cs_points points;
    struct cs_kmeans kmeans;
    uint32_t of[POINTS], again[POINTS];
    (void)state;

    fill_clouds(&points);
    for (uint64_t seed = 0; seed < 20; seed++) {
        find(&kmeans, of, &points, CLOUDS, seed, NULL);
        for (size_t i = 0; i < POINTS; i++)
            for (size_t c = 0; c < CLOUDS; c++)
                assert_true((of[i] == of[c]) == (i % CLOUDS == c));
        assert_ok(cs_kmeans_assign(again, &kmeans, &points, NULL));
        assert_memory_equal(again, of, sizeof of);
        cs_kmeans_wipe(&kmeans);
    }
    cs_points_wipe(&points);
}

/* Each point is with the centre that is nearest, and each centre amid its points. */
static void every_point_is_with_its_nearest_centre(void **state)
{
    struct cs_points points;
    struct cs_kmeans kmeans;
    uint32_t of[POINTS];
    double sums[7 * WIDTH] = { 0 };
    size_t sizes[7] = { 0 };
    (void)state;

    fill_clouds(&points);
    find(&kmeans, of, &points, 7, 1, NULL);
    assert_int_equal(kmeans.k, 7);
    for (size_t i = 0; i < POINTS; i++) {
        const double *x = points.x + i * WIDTH;
        const double own =
            cs_points_square(x, kmeans.centres + of[i] * WIDTH, WIDTH) * (1 + 1e-6);

        for (size_t c = 0; c < 7; c++)
            assert_true(own >= 0 && cs_points_square(x, kmeans.centres + c * WIDTH,
                                                     WIDTH) >= own * (1 - 2e-6));
        for (size_t w = 0; w < WIDTH; w++)
            sums[of[i] * WIDTH + w] += x[w];
        sizes[of[i]]++;
    }
    for (size_t c = 0; c < 7 * WIDTH; c++)
        assert_true(fabs(sums[c] / (double)sizes[c / WIDTH] - kmeans.centres[c]) < 1e-6);
    cs_kmeans_wipe(&kmeans);
    cs_points_wipe(&points);
}

static void clusters_are_the_same_with_any_number_of_workers(void **state)
{
    struct cs_workers *workers;
    struct cs_points points;
    struct cs_kmeans one, other;
    uint32_t of[POINTS], with[POINTS];
    (void)state;

    fill_clouds(&points);
    assert_ok(cs_workers_new(&workers, 3));
    find(&one, of, &points, 9, 5, NULL);
    find(&other, with, &points, 9, 5, workers);
    assert_memory_equal(of, with, sizeof of);
    assert_memory_equal(one.centres, other.centres, 9 * WIDTH * sizeof(double));
    cs_kmeans_wipe(&one);
    cs_kmeans_wipe(&other);
    cs_workers_free(workers);
    cs_points_wipe(&points);
}

static void clusters_are_not_more_than_different_points(void **state)
{
    double x[] = { 1, 2, 1, 2, 2, 1 };
    const struct cs_points points = { .x = x, .n = 6, .width = 1 };
    struct cs_kmeans kmeans;
    uint32_t of[6];
    (void)state;

    find(&kmeans, of, &points, 5, 1, NULL);
    assert_int_equal(kmeans.k, 2);
    for (size_t i = 0; i < 6; i++)
        assert_true((of[i] == of[0]) == (x[i] == 1));
    cs_kmeans_wipe(&kmeans);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(clouds_apart_are_clusters_whatever_the_seed),
        cmocka_unit_test(every_point_is_with_its_nearest_centre),
        cmocka_unit_test(clusters_are_the_same_with_any_number_of_workers),
        cmocka_unit_test(clusters_are_not_more_than_different_points),
    };
    return CS_RUN("model/kmeans", tests);
}
