/* What model/density.h promises of a density that is there: draws, quantiles, bytes. */
#include "model/density.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/check.h"

enum { DRAWS = 40000 };

/* Rows that the density puts on [lo, hi). */
static double mass(const struct cs_density *density, int64_t lo, int64_t hi)
{
    double sum = 0;

    for (size_t k = 0; k < density->n_pieces; k++) {
        const int64_t from = density->start[k] > lo ? density->start[k] : lo;
        const int64_t to = density->start[k + 1] < hi ? density->start[k + 1] : hi;
        if (from < to)
            sum += (double)density->mass[k] * (double)(to - from) /
                   (double)(density->start[k + 1] - density->start[k]);
    }
    return sum;
}

/* Four pieces: one empty, one a spike. */
static const int64_t small_start[] = { -10, 0, 5, 6, 30 };
static const int64_t small_mass[] = { 100, 0, 700, 48 };

static struct cs_density small(void)
{
    struct cs_density density = { 4, malloc(sizeof small_start),
                                  malloc(sizeof small_mass) };

    assert_true(density.start != NULL && density.mass != NULL);
    memcpy(density.start, small_start, sizeof small_start);
    memcpy(density.mass, small_mass, sizeof small_mass);
    return density;
}

/* Pearson's chi-square of draws from [lo, hi), over the points that can come. */
static double misfit(const struct cs_density *density, int64_t lo, int64_t hi)
{
    struct cs_rng rng;
    double count[40] = { 0 }, chi2 = 0, possible = 0;
    const double all = mass(density, lo, hi);

    cs_rng_init_labelled(&rng, 6, "draw");
    for (size_t i = 0; i < DRAWS; i++) {
        const int64_t x = cs_density_draw(density, lo, hi, cs_rng_u64(&rng), &rng);
        assert_true(x >= lo && x < hi);
        count[x - lo]++;
    }
    for (int64_t x = lo; x < hi; x++) {
        const double expected =
            all > 0 ? DRAWS * mass(density, x, x + 1) / all : DRAWS / (double)(hi - lo);
        if (expected == 0 && count[x - lo] > 0)
            return INFINITY;
        if (expected > 0) {
            chi2 += (count[x - lo] - expected) * (count[x - lo] - expected) / expected;
            possible++;
        }
    }
    return (chi2 - (possible - 1)) / sqrt(2 * fmax(possible - 1, 1));
}

static void draws_follow_the_density(void **state)
{
    struct cs_density density = small();
    (void)state;

    assert_true(misfit(&density, -10, 30) < 4);
    assert_true(misfit(&density, -3, 12) < 4); /* cuts two pieces */
    assert_true(misfit(&density, 7, 10) < 4);  /* within one */
    assert_true(misfit(&density, 1, 4) < 4);   /* no mass: even */
    cs_density_wipe(&density);
}

static void quantiles_ascend_whatever_the_masses(void **state)
{
    int64_t edges[41];
    struct cs_density density = small();
    (void)state;

    for (unsigned masses = 0; masses < 16; masses++) {
        for (size_t k = 0; k < 4; k++)
            density.mass[k] = masses >> k & 1 ? 1000 : 0;
        for (size_t n_bins = 1; n_bins <= 40; n_bins++) {
            cs_density_quantiles(&density, edges, n_bins);
            assert_int_equal(edges[0], -10);
            assert_int_equal(edges[n_bins], 30);
            for (size_t k = 0; k < n_bins; k++)
                assert_true(edges[k] < edges[k + 1]);
        }
    }
    assert_stops(cs_density_quantiles(&density, edges, 41));
    cs_density_wipe(&density);
}

static struct cs_column small_column(void)
{
    return (struct cs_column){
        .type = CS_INTEGER, .binning = CS_BINS_QUANTILES, .min = -10, .max = 29
    };
}

static void packing_keeps_the_density(void **state)
{
    uint8_t bytes[128];
    struct cs_density density = small(), back = { 0 };
    const struct cs_column column = small_column();
    const size_t n_bytes = cs_density_packed_bytes(4);
    (void)state;

    cs_density_pack(bytes, &density);
    assert_ok(cs_density_unpack(&back, bytes, n_bytes, &column));
    assert_int_equal(back.n_pieces, 4);
    assert_memory_equal(back.start, small_start, sizeof small_start);
    assert_memory_equal(back.mass, small_mass, sizeof small_mass);
    cs_density_wipe(&density);
    cs_density_wipe(&back);
}

static void assert_refused(const struct cs_density *density, size_t n_bytes)
{
    uint8_t bytes[128];
    struct cs_density back = { 0 };
    const struct cs_column column = small_column();

    cs_density_pack(bytes, density);
    assert_int_equal(cs_density_unpack(&back, bytes, n_bytes, &column), CS_PROTOCOL);
    assert_null(back.start);
}

static void what_is_no_density_of_the_column_is_refused(void **state)
{
    static const struct {
        bool in_mass;
        size_t at;
        int64_t value;
    } wrong[] = {
        { false, 0, -11 },
        { false, 0, -9 },
        { false, 4, 31 },
        { false, 4, 29 },
        { false, 2, 0 },
        { false, 2, 7 },
        { false, 1, -20 },
        { false, 3, INT64_MIN },
        { true, 0, -1 },
        { true, 3, INT64_MAX },
        { true, 2, CS_DENSITY_MASS_MAX },
    };
    const size_t n_bytes = cs_density_packed_bytes(4);
    (void)state;

    for (size_t i = 0; i < COUNT(wrong); i++) {
        struct cs_density density = small();
        (wrong[i].in_mass ? density.mass : density.start)[wrong[i].at] = wrong[i].value;
        assert_refused(&density, n_bytes);
        cs_density_wipe(&density);
    }
}

static void a_wrong_length_is_refused_before_memory_is_taken(void **state)
{
    struct cs_density density = small(), back = { 0 };
    const struct cs_column column = small_column();
    const uint8_t huge[8] = { 255, 255, 255, 255 }, none[12] = { 0 };
    (void)state;

    for (size_t n_bytes = 0; n_bytes < 100; n_bytes++)
        if (n_bytes != cs_density_packed_bytes(4))
            assert_refused(&density, n_bytes);
    assert_int_equal(cs_density_unpack(&back, huge, sizeof huge, &column), CS_PROTOCOL);
    assert_int_equal(cs_density_unpack(&back, none, sizeof none, &column), CS_PROTOCOL);
    cs_density_wipe(&density);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(draws_follow_the_density),
        cmocka_unit_test(quantiles_ascend_whatever_the_masses),
        cmocka_unit_test(packing_keeps_the_density),
        cmocka_unit_test(what_is_no_density_of_the_column_is_refused),
        cmocka_unit_test(a_wrong_length_is_refused_before_memory_is_taken),
    };
    return CS_RUN("model/density", tests);
}
