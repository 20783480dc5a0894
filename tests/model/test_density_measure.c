/* How a density is measured, on made-up columns with the shapes of real ones. */
#include "model/density.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "model/table.h"
#include "tests/support/check.h"

enum { ROWS = 64000 };

#define NO_NOISE 200 /* s2 = .003, .05 in the fifth level: hardly ever not zero */
#define NOISE (UINT64_C(900) << 16) /* s = 30 in the first level, 120 in the fifth */

static const int64_t history_edges[] = { 0,      3000,   5000,   7500,  10000, 12500,
                                         15000,  17500,  20000,  25000, 30000, 35000,
                                         40000,  45000,  50000,  60000, 75000, 100000,
                                         125000, 150000, 200000, 350000 };
static const int64_t gain_edges[] = { 0,    1,     1000,  2500,  4000,  5500,
                                      7500, 10000, 15000, 20000, 100000 };
static const int64_t hours_edges[] = { 1, 20, 40, 60, 100 };

/* Cents: one row in eight at exactly 29.99, the others with a long tail above. */
static int64_t history(struct cs_rng *rng)
{
    if (cs_rng_below(rng, 8) == 0)
        return 2999;
    return 3000 - (int64_t)(20000 * log1p(-cs_rng_unit(rng)));
}

/* Nine in ten have none; the others a few sums that the law favours. */
static int64_t gain(struct cs_rng *rng)
{
    static const int64_t usual[] = { 7298, 7688, 15024, 99999, 3103, 4386 };

    if (cs_rng_below(rng, 10) != 0)
        return 0;
    return usual[cs_rng_below(rng, COUNT(usual))];
}

static int64_t hours(struct cs_rng *rng)
{
    if (cs_rng_below(rng, 2) == 0)
        return 40;
    return 20 + cs_rng_below(rng, 50);
}

struct fixture {
    struct cs_rng rng;
    int64_t grid[ROWS];
    struct cs_density density;
};

static struct fixture *fixture(int64_t (*value)(struct cs_rng *))
{
    struct fixture *f = calloc(1, sizeof *f);

    assert_non_null(f);
    cs_rng_init_labelled(&f->rng, 5, "density");
    for (size_t i = 0; i < ROWS; i++)
        f->grid[i] = value(&f->rng);
    return f;
}

static void measure(struct fixture *f, const int64_t *edges, size_t n_edges,
                    unsigned levels, uint64_t s2_q16)
{
    cs_density_wipe(&f->density);
    assert_ok(cs_density_measure(&f->density, f->grid, ROWS, edges, n_edges, levels,
                                 s2_q16, &f->rng));
}

static void drop(struct fixture *f)
{
    cs_density_wipe(&f->density);
    free(f);
}

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

static double rows(const struct fixture *f, int64_t lo, int64_t hi)
{
    size_t n = 0;

    for (size_t i = 0; i < ROWS; i++)
        n += f->grid[i] >= lo && f->grid[i] < hi;
    return (double)n;
}

/* Scales the pieces to what the tables say of the bins: only the proportions within one
 * are taken from a density. */
static void scale_to_bins(struct fixture *f, const int64_t *edges, size_t n_edges)
{
    const struct cs_density *density = &f->density;
    size_t k = 0;

    for (size_t bin = 0; bin + 1 < n_edges; bin++) {
        const double told = mass(density, edges[bin], edges[bin + 1]);
        const double real = rows(f, edges[bin], edges[bin + 1]);
        for (; k < density->n_pieces && density->start[k] < edges[bin + 1]; k++)
            if (told > 0)
                density->mass[k] = llrint((double)density->mass[k] * real / told);
    }
}

/* Total variation between density and rows over stretches of `width` points; the rows lie
 * within the density. */
static double distance(const struct fixture *f, int64_t width)
{
    const int64_t first = f->density.start[0],
                  end = f->density.start[f->density.n_pieces];
    double *count = calloc((size_t)((end - first) / width) + 1, sizeof *count);
    const double all = mass(&f->density, first, end);
    double gap = 0;

    assert_non_null(count);
    for (size_t i = 0; i < ROWS; i++)
        count[(f->grid[i] - first) / width]++;
    for (int64_t lo = first; lo < end; lo += width)
        gap += fabs(mass(&f->density, lo, lo + width) / all -
                    count[(lo - first) / width] / ROWS);
    free(count);
    return gap / 2;
}

static void without_noise_every_spike_is_exact(void **state)
{
    (void)state;
    struct fixture *f = fixture(gain);
    measure(f, gain_edges, COUNT(gain_edges), 5, NO_NOISE);
    assert_true(distance(f, 1) < 1e-4);
    drop(f);

    f = fixture(hours);
    measure(f, hours_edges, COUNT(hours_edges), 2, NO_NOISE);
    assert_true(distance(f, 1) < 1e-4);
    drop(f);
}

/* Of an unprotected study: not even rounding. */
static void an_exact_measurement_counts_rows(void **state)
{
    int64_t at_forty = 0;
    (void)state;
    struct fixture *f = fixture(hours);

    for (size_t i = 0; i < ROWS; i++)
        at_forty += f->grid[i] == 40;
    measure(f, hours_edges, COUNT(hours_edges), 2, 0);
    assert_true(distance(f, 1) == 0);
    for (size_t k = 0; k < f->density.n_pieces; k++)
        if (f->density.start[k] == 40) {
            assert_true(f->density.start[k + 1] == 41);
            assert_true(f->density.mass[k] == at_forty);
        }
    drop(f);
}

static void a_price_hidden_in_a_bin_comes_out_at_the_cent(void **state)
{
    struct fixture *f = fixture(history);
    (void)state;

    for (unsigned run = 0; run < 5; run++) {
        measure(f, history_edges, COUNT(history_edges), 5, NOISE);
        assert_true(mass(&f->density, 0, 2999) < .03 * mass(&f->density, 0, 3000));
        size_t hits = 0;
        for (size_t i = 0; i < 1000; i++)
            hits += cs_density_draw(&f->density, 0, 3000, cs_rng_u64(&f->rng), &f->rng) ==
                    2999;
        assert_true(hits > 970);
    }
    drop(f);
}

static void under_noise_the_shape_is_kept(void **state)
{
    (void)state;
    struct fixture *f = fixture(history);
    measure(f, history_edges, COUNT(history_edges), 5, NOISE);
    scale_to_bins(f, history_edges, COUNT(history_edges));
    assert_true(distance(f, 2000) < .015);
    assert_true(rows(f, 2999, 3000) / ROWS > .1); /* the bound means something */
    drop(f);

    f = fixture(gain);
    measure(f, gain_edges, COUNT(gain_edges), 5, NOISE);
    scale_to_bins(f, gain_edges, COUNT(gain_edges));
    assert_true(distance(f, 1) < .04);
    drop(f);

    f = fixture(hours);
    measure(f, hours_edges, COUNT(hours_edges), 2, NOISE);
    scale_to_bins(f, hours_edges, COUNT(hours_edges));
    assert_true(distance(f, 1) < .02);
    drop(f);
}

/* The control of the tests above: an even spread within sixteenths of bins is far off. */
static void a_density_of_one_level_misses_the_spikes(void **state)
{
    struct fixture *f = fixture(gain);
    (void)state;

    measure(f, gain_edges, COUNT(gain_edges), 1, NO_NOISE);
    assert_true(distance(f, 1) > .09);
    drop(f);
}

static int64_t nothing(struct cs_rng *rng)
{
    (void)rng;
    return CS_GRID_MISSING;
}

/* Without rows there is noise alone. */
static void missing_rows_are_not_counted(void **state)
{
    struct fixture *f = fixture(nothing);
    double all = 0;
    (void)state;

    measure(f, history_edges, COUNT(history_edges), 5, NOISE);
    for (size_t k = 0; k < f->density.n_pieces; k++)
        all += (double)f->density.mass[k];
    assert_true(all < ROWS / 10.);
    drop(f);
}

static int64_t outside(struct cs_rng *rng)
{
    return cs_rng_below(rng, 2) ? -1000 : 1000;
}

static void values_outside_are_counted_at_the_ends(void **state)
{
    struct fixture *f = fixture(outside);
    (void)state;

    measure(f, hours_edges, COUNT(hours_edges), 2, NO_NOISE);
    assert_true(fabs(mass(&f->density, 1, 2) - rows(f, -1000, 0)) < 3);
    assert_true(fabs(mass(&f->density, 99, 100) - rows(f, 1000, 1001)) < 3);
    drop(f);
}

static int64_t anywhere(struct cs_rng *rng)
{
    return cs_rng_below(rng, 1000000);
}

static void pieces_have_a_maximum(void **state)
{
    static const int64_t edges[] = { 0, 1000000 };
    struct fixture *f = fixture(anywhere);
    (void)state;

    measure(f, edges, COUNT(edges), 5, NO_NOISE);
    assert_in_range(f->density.n_pieces, 1000, CS_DENSITY_PIECES_MAX);
    for (size_t k = 0; k < f->density.n_pieces; k++)
        assert_true(f->density.start[k] < f->density.start[k + 1]);
    drop(f);
}

static int64_t mostly_anywhere(struct cs_rng *rng)
{
    return cs_rng_below(rng, 20) == 0 ? 123456 : cs_rng_below(rng, 1000000);
}

/* With more to look at than there is room for, the levels must not be used up by what is
 * everywhere. */
static void a_spike_is_found_where_pieces_are_scarce(void **state)
{
    static const int64_t edges[] = { 0, 1000000 };
    struct fixture *f = fixture(mostly_anywhere);
    (void)state;

    measure(f, edges, COUNT(edges), 5, NO_NOISE);
    assert_true(mass(&f->density, 123456, 123457) > ROWS / 21.);
    drop(f);
}

static void quantiles_hold_equal_shares(void **state)
{
    static const int64_t edges[] = { 0, 250000, 500000, 750000, 1000000 };
    int64_t quantile[25];
    struct fixture *f = fixture(anywhere);
    (void)state;

    measure(f, edges, COUNT(edges), 4, NOISE);
    cs_density_quantiles(&f->density, quantile, 24);
    assert_int_equal(quantile[0], 0);
    assert_int_equal(quantile[24], 1000000);
    for (size_t k = 0; k < 24; k++) {
        assert_true(quantile[k] < quantile[k + 1]);
        assert_true(fabs(rows(f, quantile[k], quantile[k + 1]) - ROWS / 24.) < 350);
    }
    drop(f);
}

static void a_spike_gets_a_bin_of_its_own(void **state)
{
    int64_t quantile[11];
    bool alone = false;
    struct fixture *f = fixture(hours);
    (void)state;

    measure(f, hours_edges, COUNT(hours_edges), 2, NO_NOISE);
    cs_density_quantiles(&f->density, quantile, 10);
    for (size_t k = 0; k < 10; k++) {
        assert_true(quantile[k] < quantile[k + 1]);
        alone = alone || (quantile[k] == 40 && quantile[k + 1] == 41);
    }
    assert_true(alone);
    assert_true(quantile[9] > 60); /* the bins after it divide what is left */
    drop(f);
}

static void levels_reach_single_points_where_they_can(void **state)
{
    int64_t edges[CS_DENSITY_EDGES_MAX];
    struct cs_column column = { .type = CS_NUMBER,
                                .min = 0,
                                .max = 349999,
                                .edges = (int64_t *)history_edges,
                                .n_bins = COUNT(history_edges) - 1 };
    (void)state;

    assert_int_equal(cs_density_levels(&column), CS_DENSITY_LEVELS_MAX);
    column.min = 1;
    column.max = 99;
    column.edges = (int64_t *)hours_edges;
    column.n_bins = COUNT(hours_edges) - 1;
    assert_int_equal(cs_density_levels(&column), 2);
    column.min = 4;
    column.max = 6;
    column.edges = (int64_t[]){ 4, 5, 6, 7 };
    column.n_bins = 3;
    assert_int_equal(cs_density_levels(&column), 0);
    column.type = CS_CATEGORY;
    assert_int_equal(cs_density_levels(&column), 0);

    column = (struct cs_column){
        .type = CS_INTEGER, .binning = CS_BINS_QUANTILES, .min = 10000, .max = 1500000
    };
    assert_int_equal(cs_density_edges(edges, &column), 2);
    assert_int_equal(edges[0], 10000);
    assert_int_equal(edges[1], 1500001);
    assert_int_equal(cs_density_levels(&column), 5);
    column.max = 10002;
    assert_int_equal(cs_density_levels(&column), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_noise_every_spike_is_exact),
        cmocka_unit_test(an_exact_measurement_counts_rows),
        cmocka_unit_test(a_price_hidden_in_a_bin_comes_out_at_the_cent),
        cmocka_unit_test(under_noise_the_shape_is_kept),
        cmocka_unit_test(a_density_of_one_level_misses_the_spikes),
        cmocka_unit_test(missing_rows_are_not_counted),
        cmocka_unit_test(values_outside_are_counted_at_the_ends),
        cmocka_unit_test(pieces_have_a_maximum),
        cmocka_unit_test(a_spike_is_found_where_pieces_are_scarce),
        cmocka_unit_test(quantiles_hold_equal_shares),
        cmocka_unit_test(a_spike_gets_a_bin_of_its_own),
        cmocka_unit_test(levels_reach_single_points_where_they_can),
    };
    return CS_RUN("model/density_measure", tests);
}
