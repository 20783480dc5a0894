/* What crypto/cuckoo.h promises; whether a placement exists, its twin finds by trying one
 * element after the other, recursively (Kuhn's matching). */
#include "crypto/cuckoo.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "crypto/rng.h"
#include "tests/support/check.h"

struct hashed { /* some elements and where they were put */
    size_t n, n_bins;
    struct cs_block *element;
    uint32_t *owner;
};

static void draw_elements(struct hashed *h, struct cs_rng *rng)
{
    cs_rng_bytes(rng, h->element, h->n * sizeof *h->element);
}

static struct hashed hashed_new(size_t n, size_t n_bins, struct cs_rng *rng)
{
    struct hashed h = { n, n_bins, cs_blocks_new(n), calloc(n_bins, sizeof *h.owner) };

    assert_non_null(h.element);
    assert_non_null(h.owner);
    draw_elements(&h, rng);
    return h;
}

static void hashed_free(struct hashed *h)
{
    cs_blocks_free(h->element, h->n);
    free(h->owner);
}

static enum cs_status place(struct hashed *h)
{
    return cs_cuckoo_place_var(h->owner, h->element, h->n, h->n_bins);
}

static bool is_place_of(const struct hashed *h, size_t bin, size_t i)
{
    uint32_t at[CS_CUCKOO_PLACES];

    cs_cuckoo_places(at, h->element[i], h->n_bins);
    return bin == at[0] || bin == at[1] || bin == at[2];
}

static bool nobody_is_placed(const struct hashed *h)
{
    for (size_t bin = 0; bin < h->n_bins; bin++)
        if (h->owner[bin] != CS_CUCKOO_NOBODY)
            return false;
    return true;
}

/* ---- places and sizes ------------------------------------------------------------ */

static void a_table_has_27_bins_more_for_100_elements(void **state)
{
    (void)state;

    for (size_t n = 0; n < 3000000; n = n + n / 7 + 1) {
        const size_t n_bins = cs_cuckoo_bins(n), room = n < 4096 ? 4096 : n;

        assert_int_equal(n_bins % 3, 0);
        assert_true(100 * n_bins >= 127 * room);
        assert_true(100 * n_bins < 127 * room + 300);
    }
}

static void an_element_has_one_place_in_each_third(void **state)
{
    static const size_t sizes[] = { 3, 6, 300, 5202, CS_CUCKOO_MAX };
    const struct cs_block edges[] = { { 0, 0 }, { UINT64_MAX, UINT64_MAX } };
    (void)state;

    for (size_t s = 0; s < COUNT(sizes); s++)
        for (uint32_t k = 0; k < CS_CUCKOO_PLACES; k++) {
            const uint32_t third = (uint32_t)sizes[s] / 3;
            uint32_t low[CS_CUCKOO_PLACES], high[CS_CUCKOO_PLACES];

            cs_cuckoo_places(low, edges[0], sizes[s]);
            cs_cuckoo_places(high, edges[1], sizes[s]);
            assert_int_equal(low[k], k * third);
            assert_int_equal(high[k], (k + 1) * third - 1);
        }
}

static struct cs_block draw_in_first_bucket(struct cs_rng *rng)
{
    struct cs_block element;

    cs_rng_bytes(rng, &element, sizeof element);
    element.lo &= ~(uint64_t)UINT32_MAX;
    return element;
}

static void every_bin_is_reached_from_one_bucket(void **state)
{
    enum { THIRD = 4096, BINS = CS_CUCKOO_PLACES * THIRD, MEAN = 32 };
    static uint32_t count[BINS];
    struct cs_rng rng;
    (void)state;

    cs_rng_init_labelled(&rng, 1, "test cuckoo");
    for (size_t i = 0; i < MEAN * THIRD; i++) {
        uint32_t at[CS_CUCKOO_PLACES];

        cs_cuckoo_places(at, draw_in_first_bucket(&rng), BINS);
        for (size_t k = 0; k < CS_CUCKOO_PLACES; k++)
            count[at[k]]++;
    }
    for (size_t bin = 0; bin < BINS; bin++)
        assert_in_range(count[bin], 5, 80);
}

/* Each combination of the halves of the three thirds. */
static void places_are_independent(void **state)
{
    enum { N = 1 << 16, CELLS = 8 };
    uint32_t count[CELLS] = { 0 };
    struct cs_rng rng;
    (void)state;

    cs_rng_init_labelled(&rng, 7, "test cuckoo");
    for (size_t i = 0; i < N; i++) {
        uint32_t at[CS_CUCKOO_PLACES];

        cs_cuckoo_places(at, draw_in_first_bucket(&rng), 6);
        count[at[0] + 2 * (at[1] - 2) + 4 * (at[2] - 4)]++;
    }
    for (size_t cell = 0; cell < CELLS; cell++)
        assert_in_range(count[cell], N / CELLS - 500, N / CELLS + 500);
}

/* ---- placing --------------------------------------------------------------------- */

static void every_element_lies_in_one_of_its_places(void **state)
{
    static const size_t sizes[] = { 0, 1, 2, 100, 4096, 30000 };
    struct cs_rng rng;
    (void)state;

    cs_rng_init_labelled(&rng, 2, "test cuckoo");
    for (size_t s = 0; s < COUNT(sizes); s++) {
        struct hashed h = hashed_new(sizes[s], cs_cuckoo_bins(sizes[s]), &rng);
        size_t n_placed = 0;
        uint8_t *const seen = calloc(h.n + 1, 1);

        assert_non_null(seen);
        assert_ok(place(&h));
        for (size_t bin = 0; bin < h.n_bins; bin++)
            if (h.owner[bin] != CS_CUCKOO_NOBODY) {
                assert_true(h.owner[bin] < h.n);
                assert_false(seen[h.owner[bin]]++);
                assert_true(is_place_of(&h, bin, h.owner[bin]));
                n_placed++;
            }
        assert_int_equal(n_placed, h.n);
        free(seen);
        hashed_free(&h);
    }
}

static void the_same_elements_are_placed_alike(void **state)
{
    struct cs_rng rng;
    (void)state;

    cs_rng_init_labelled(&rng, 3, "test cuckoo");
    struct hashed h = hashed_new(5000, cs_cuckoo_bins(5000), &rng);
    uint32_t *const before = calloc(h.n_bins, sizeof *before);

    assert_non_null(before);
    assert_ok(place(&h));
    memcpy(before, h.owner, h.n_bins * sizeof *before);
    assert_ok(place(&h));
    assert_memory_equal(before, h.owner, h.n_bins * sizeof *before);
    free(before);
    hashed_free(&h);
}

enum { SMALL = 24 }; /* bins at most of the twin's tables */

/* Moves owners until element i has a bin, through bins not tried yet. */
static bool twin_place(const struct hashed *h, uint32_t owner[SMALL], bool tried[SMALL],
                       uint32_t i)
{
    for (size_t bin = 0; bin < h->n_bins; bin++) {
        if (!is_place_of(h, bin, i) || tried[bin])
            continue;
        tried[bin] = true;
        if (owner[bin] == CS_CUCKOO_NOBODY || twin_place(h, owner, tried, owner[bin])) {
            owner[bin] = i;
            return true;
        }
    }
    return false;
}

static bool twin_has_placement(const struct hashed *h)
{
    uint32_t owner[SMALL];

    memset(owner, 0xff, sizeof owner);
    for (uint32_t i = 0; i < h->n; i++) {
        bool tried[SMALL] = { false };

        if (!twin_place(h, owner, tried, i))
            return false;
    }
    return true;
}

static void placing_fails_only_if_no_placement_exists(void **state)
{
    static const size_t shapes[][2] = { { 6, 6 }, { 12, 12 }, { 12, 15 }, { 23, 24 } };
    size_t n_failed = 0, n_placed = 0;
    struct cs_rng rng;
    (void)state;

    cs_rng_init_labelled(&rng, 4, "test cuckoo");
    for (size_t s = 0; s < COUNT(shapes); s++) {
        struct hashed h = hashed_new(shapes[s][0], shapes[s][1], &rng);

        for (size_t times = 0; times < 1000; times++) {
            draw_elements(&h, &rng);
            const bool exists = twin_has_placement(&h);

            assert_int_equal(place(&h), exists ? CS_OK : CS_INPUT);
            assert_int_equal(nobody_is_placed(&h), !exists);
            n_placed += exists;
            n_failed += !exists;
        }
        hashed_free(&h);
    }
    assert_true(n_placed > 500 && n_failed > 500);
}

static void more_elements_than_bins_are_refused(void **state)
{
    struct cs_rng rng;
    (void)state;

    cs_rng_init_labelled(&rng, 5, "test cuckoo");
    struct hashed h = hashed_new(7, 6, &rng);
    assert_int_equal(place(&h), CS_INPUT);
    assert_true(nobody_is_placed(&h));
    hashed_free(&h);
}

static void two_equal_elements_are_refused(void **state)
{
    static const size_t pairs[][2] = { { 0, 1 }, { 0, 4999 }, { 17, 2500 } };
    struct cs_rng rng;
    (void)state;

    cs_rng_init_labelled(&rng, 6, "test cuckoo");
    for (size_t p = 0; p < COUNT(pairs); p++) {
        struct hashed h = hashed_new(5000, cs_cuckoo_bins(5000), &rng);

        assert_ok(place(&h));
        h.element[pairs[p][0]] = h.element[pairs[p][1]];
        assert_int_equal(place(&h), CS_INPUT);
        assert_true(nobody_is_placed(&h));
        h.element[pairs[p][0]].hi ^= 1;
        assert_ok(place(&h));
        hashed_free(&h);
    }
}

/* ---- how rarely it fails --------------------------------------------------------- */

static size_t count_failures(size_t n, size_t n_bins, size_t n_tables)
{
    struct cs_rng rng;
    size_t n_failed = 0;

    cs_rng_init_labelled(&rng, n, "test cuckoo failures");
    struct hashed h = hashed_new(n, n_bins, &rng);
    for (size_t t = 0; t < n_tables; t++) {
        draw_elements(&h, &rng);
        n_failed += place(&h) != CS_OK;
    }
    hashed_free(&h);
    return n_failed;
}

/* The bound of docs/NUMERICS.md, where it is large enough to be seen. Of 12 elements in
 * 18 bins, 2^-9.82, it is nearly exact: 72.6 failures, with a deviation of 8.5. */
static void failures_are_as_rare_as_the_bound(void **state)
{
    (void)state;

    assert_in_range(count_failures(12, 18, 1 << 16), 35, 110);
    assert_in_range(count_failures(64, 84, 20000), 0, 20); /* 2^-10.97: 10 */
    assert_in_range(count_failures(128, 165, 10000), 0, 5);
}

/* Three places serve for loads up to .918 (2019/241 uses .787). */
static void a_large_table_fails_above_the_threshold_and_not_below(void **state)
{
    (void)state;

    assert_int_equal(count_failures(27000, 30000, 1), 0);
    assert_int_equal(count_failures(28200, 30000, 1), 1);
}

static void an_impossible_table_stops_the_program(void **state)
{
    const struct cs_block element = { 1, 2 };
    uint32_t owner[6];
    enum cs_status st = CS_OK;
    (void)state;

    assert_stops(st = cs_cuckoo_place_var(owner, &element, 1, 0));
    assert_stops(st = cs_cuckoo_place_var(owner, &element, 1, 4));
    assert_stops(st = cs_cuckoo_place_var(owner, &element, 1, CS_CUCKOO_MAX + 3));
    assert_stops(cs_cuckoo_bins(CS_CUCKOO_MAX));
    assert_ok(st);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_table_has_27_bins_more_for_100_elements),
        cmocka_unit_test(an_element_has_one_place_in_each_third),
        cmocka_unit_test(places_are_independent),
        cmocka_unit_test(every_bin_is_reached_from_one_bucket),
        cmocka_unit_test(every_element_lies_in_one_of_its_places),
        cmocka_unit_test(the_same_elements_are_placed_alike),
        cmocka_unit_test(placing_fails_only_if_no_placement_exists),
        cmocka_unit_test(more_elements_than_bins_are_refused),
        cmocka_unit_test(two_equal_elements_are_refused),
        cmocka_unit_test(failures_are_as_rare_as_the_bound),
        cmocka_unit_test(a_large_table_fails_above_the_threshold_and_not_below),
        cmocka_unit_test(an_impossible_table_stops_the_program),
    };
    return CS_RUN("crypto/cuckoo", tests);
}
