/* What crypto/okvs.h promises: values come back, everything else is noise, and encoding
 * all but never fails; that it can fail is shown on narrow bands. */
#include "crypto/okvs.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "crypto/okvs_band.h"
#include "tests/support/band_bound.h"
#include "tests/support/check.h"
#include "tests/support/uniform.h"

enum { KEYS = 6000 };

/* Random pairs, and others: keys that are not among them. */
struct pairs {
    size_t n, width, n_code;
    struct cs_block *key, *other; /* (n) */
    struct cs_block *value, *got; /* (n, width) */
    struct cs_block *code;
    struct cs_rng rng;
};

static struct cs_block *draw(size_t n, struct cs_rng *rng)
{
    struct cs_block *blocks = cs_blocks_new(n);

    assert_non_null(blocks);
    cs_rng_bytes(rng, blocks, n * sizeof *blocks);
    return blocks;
}

static void pairs_init(struct pairs *p, size_t n, size_t width, uint64_t seed)
{
    *p = (struct pairs){ .n = n, .width = width, .n_code = width * cs_okvs_rows(n) };
    cs_rng_init_labelled(&p->rng, seed, "okvs");
    p->key = draw(n, &p->rng);
    p->other = draw(n, &p->rng);
    p->value = draw(n * width, &p->rng);
    p->got = draw(n * width, &p->rng);
    p->code = draw(p->n_code, &p->rng);
}

static void pairs_wipe(struct pairs *p)
{
    cs_blocks_free(p->key, p->n);
    cs_blocks_free(p->other, p->n);
    cs_blocks_free(p->value, p->n * p->width);
    cs_blocks_free(p->got, p->n * p->width);
    cs_blocks_free(p->code, p->n_code);
}

static enum cs_status encode(struct pairs *p)
{
    return cs_okvs_encode(p->code, p->key, p->value, p->n, p->width, &p->rng, NULL);
}

static void assert_decodes(struct pairs *p)
{
    assert_ok(cs_okvs_decode(p->got, p->code, p->n, p->width, p->key, p->n));
    assert_memory_equal(p->got, p->value, p->n * p->width * sizeof *p->value);
}

static bool same(struct cs_block x, struct cs_block y)
{
    return x.lo == y.lo && x.hi == y.hi;
}

static void assert_code_is_zero(const struct pairs *p)
{
    for (size_t i = 0; i < p->n_code; i++)
        assert_true(same(p->code[i], (struct cs_block){ 0, 0 }));
}

/* ---- values ----------------------------------------------------------------------- */

static void every_key_decodes_to_its_value(void **state)
{
    static const size_t n[] = { 0,   1,   2,   3,   9,   10,   11,   127,
                                128, 129, 255, 256, 257, 1000, 4097, 30000 };
    (void)state;

    for (size_t i = 0; i < COUNT(n); i++)
        for (size_t width = 1; width <= 3; width++) {
            struct pairs p;

            pairs_init(&p, n[i], width, 100 * i + width);
            assert_ok(encode(&p));
            assert_decodes(&p);
            pairs_wipe(&p);
        }
}

static void a_few_keys_always_have_a_code(void **state)
{
    (void)state;

    for (uint64_t seed = 0; seed < 300; seed++) {
        struct pairs p;

        pairs_init(&p, 1 + seed % 30, 1, seed);
        assert_ok(encode(&p));
        assert_decodes(&p);
        pairs_wipe(&p);
    }
}

static void queries_may_repeat_and_come_in_any_order(void **state)
{
    enum { QUERIES = 500 };
    struct cs_block query[QUERIES], got[QUERIES];
    struct pairs p;
    (void)state;

    pairs_init(&p, KEYS, 1, 1);
    assert_ok(encode(&p));
    for (size_t i = 0; i < QUERIES; i++)
        query[i] = i % 2 == 0 ? p.key[7] : p.key[KEYS - i];
    assert_ok(cs_okvs_decode(got, p.code, KEYS, 1, query, QUERIES));
    for (size_t i = 0; i < QUERIES; i++)
        assert_true(same(got[i], i % 2 == 0 ? p.value[7] : p.value[KEYS - i]));
    pairs_wipe(&p);
}

static void the_vectors_of_every_width_choose_the_same_rows(void **state)
{
    struct cs_block rows[CS_OKVS_BAND_BITS];
    struct cs_okvs_band band;
    struct cs_rng rng;
    (void)state;

    cs_rng_init_labelled(&rng, 2, "okvs");
    for (unsigned round = 0; round < 20; round++) {
        struct cs_block sum = { 0, 0 };

        cs_rng_bytes(&rng, rows, sizeof rows);
        cs_rng_bytes(&rng, &band, sizeof band);
        for (size_t i = 0; i < CS_OKVS_BAND_BITS; i++)
            if (band.bits[i / 64] >> i % 64 & 1)
                sum = cs_block_xor(sum, rows[i]);
        for (unsigned width = 128; width <= cs_okvs_dot_widest(); width *= 2)
            assert_true(
                same(sum, cs_okvs_dot_with(rows, &band, CS_OKVS_BAND_BITS, width)));
    }
}

/* ---- noise ------------------------------------------------------------------------ */

/* Even if the values are all zero. */
static void any_other_key_decodes_to_noise(void **state)
{
    static struct cs_histogram histogram;
    struct pairs p;
    (void)state;

    pairs_init(&p, 5 * KEYS, 1, 3);
    memset(p.value, 0, p.n * sizeof *p.value);
    assert_ok(encode(&p));
    assert_ok(cs_okvs_decode(p.got, p.code, p.n, 1, p.other, p.n));
    cs_histogram_add(&histogram, (const uint8_t *)p.got, p.n * sizeof *p.got);
    assert_true(cs_histogram_is_uniform(&histogram));
    pairs_wipe(&p);
}

static void the_code_of_random_values_looks_random(void **state)
{
    static struct cs_histogram histogram;
    struct pairs p;
    (void)state;

    pairs_init(&p, 5 * KEYS, 2, 4);
    assert_ok(encode(&p));
    cs_histogram_add(&histogram, (const uint8_t *)p.code, p.n_code * sizeof *p.code);
    assert_true(cs_histogram_is_uniform(&histogram));
    pairs_wipe(&p);
}

/* Nearly every row is free or depends on one that is. */
static void what_no_key_determines_is_drawn_anew(void **state)
{
    struct pairs p;
    (void)state;

    pairs_init(&p, KEYS, 1, 5);
    struct cs_block *first = cs_blocks_new(p.n_code);

    assert_non_null(first);
    assert_ok(encode(&p));
    memcpy(first, p.code, p.n_code * sizeof *first);
    assert_ok(encode(&p));
    assert_decodes(&p);
    size_t n_same = 0;

    for (size_t i = 0; i < p.n_code; i++)
        n_same += same(first[i], p.code[i]);
    assert_in_range(n_same, 0, p.n_code / 100);
    cs_blocks_free(first, p.n_code);
    pairs_wipe(&p);
}

/* ---- failure ---------------------------------------------------------------------- */

static void equal_keys_are_refused_and_leave_no_code(void **state)
{
    struct pairs p;
    (void)state;

    pairs_init(&p, KEYS, 2, 6);
    p.key[KEYS - 1] = p.key[0];
    assert_int_equal(encode(&p), CS_INPUT);
    assert_code_is_zero(&p);
    pairs_wipe(&p);
}

static enum cs_status no_longer(void *arg, double done)
{
    unsigned *calls = arg;

    return done >= 0 && done <= 1 && ++*calls > 1 ? CS_CLOSED : CS_OK;
}

static void what_progress_tells_ends_it_and_leaves_no_code(void **state)
{
    unsigned calls = 0;
    const struct cs_progress progress = { no_longer, &calls };
    struct pairs p;
    (void)state;

    pairs_init(&p, KEYS, 1, 7);
    assert_int_equal(cs_okvs_encode(p.code, p.key, p.value, KEYS, 1, &p.rng, &progress),
                     CS_CLOSED);
    assert_int_equal(calls, 2);
    assert_code_is_zero(&p);
    pairs_wipe(&p);
}

static void too_many_keys_stop_the_program(void **state)
{
    (void)state;
    assert_stops((void)cs_okvs_rows(CS_OKVS_KEYS_MAX + 1));
}

/* Failures a code, were a code to go on after the first. */
static double rate_of_failure(struct pairs *p, unsigned n_bits, unsigned n_runs)
{
    struct cs_okvs_shape shape = cs_okvs_shape(p->n);
    unsigned n_failed = 0;

    shape.n_bits = n_bits;
    for (unsigned run = 0; run < n_runs; run++) {
        cs_rng_bytes(&p->rng, p->key, p->n * sizeof *p->key);
        n_failed += cs_okvs_encode_with(p->code, p->key, p->value, p->n, 1, &shape,
                                        &p->rng, NULL) != CS_OK;
    }
    assert_in_range(n_failed, n_runs / 20, n_runs * 19 / 20);
    return -log(1 - (double)n_failed / n_runs);
}

/* What is computed counts the keys that are late, tens in each failure. */
static void narrow_bands_fail_as_computed_and_wider_ones_as_much_less(void **state)
{
    static const unsigned n_bits[2] = { 40, 48 };
    double rate[2], late[2];
    struct pairs p;
    (void)state;

    pairs_init(&p, 4 * KEYS, 1, 8);
    for (size_t i = 0; i < 2; i++) {
        rate[i] = rate_of_failure(&p, n_bits[i], 150);
        late[i] = exp2(cs_band_late_log2(p.n, cs_okvs_shape(p.n).n_starts, n_bits[i]));
        assert_true(rate[i] < late[i] && late[i] < 100 * rate[i]);
    }
    assert_true(rate[0] / rate[1] > late[0] / late[1] / 2);
    assert_true(rate[0] / rate[1] < late[0] / late[1] * 2);
    pairs_wipe(&p);
}

static void at_every_size_encoding_fails_less_than_once_in_2_to_44(void **state)
{
    static const size_t n[] = { 1, 3, 100, 1000, 3 << 16, 3 << 20, CS_OKVS_KEYS_MAX };
    (void)state;

    for (size_t i = 0; i < COUNT(n); i++) {
        const struct cs_okvs_shape shape = cs_okvs_shape(n[i]);

        assert_true(cs_band_bound_log2(n[i], shape.n_starts, shape.n_bits) < -44);
    }
}

/* ---- bands ------------------------------------------------------------------------ */

static void places_are_all_keys_in_the_order_of_their_starts(void **state)
{
    struct cs_okvs_place *place = NULL;
    struct cs_okvs_hash hash;
    struct pairs p;
    static bool seen[5 * KEYS];
    (void)state;

    pairs_init(&p, 5 * KEYS, 1, 10);
    const struct cs_okvs_shape shape = cs_okvs_shape(p.n);

    cs_okvs_hash_init(&hash, &shape);
    assert_ok(cs_okvs_sort(&place, &hash, p.key, p.n));
    for (size_t i = 0; i < p.n; i++) {
        assert_false(seen[place[i].index]);
        seen[place[i].index] = true;
        assert_true(place[i].start < shape.n_starts);
        assert_true(i == 0 || place[i - 1].start <= place[i].start);
    }
    free(place);
    pairs_wipe(&p);
}

/* A hundred equal stretches of starts; chi-square of 99 degrees below 6 deviations. */
static void starts_are_spread_evenly(void **state)
{
    enum { STRETCHES = 100 };
    double count[STRETCHES] = { 0 }, chi_square = 0;
    struct cs_okvs_place *place = NULL;
    struct cs_okvs_hash hash;
    struct pairs p;
    (void)state;

    pairs_init(&p, 5 * KEYS, 1, 11);
    const struct cs_okvs_shape shape = cs_okvs_shape(p.n);
    const double expected = (double)p.n / STRETCHES;

    cs_okvs_hash_init(&hash, &shape);
    assert_ok(cs_okvs_sort(&place, &hash, p.key, p.n));
    for (size_t i = 0; i < p.n; i++)
        count[place[i].start * (size_t)STRETCHES / shape.n_starts]++;
    for (size_t i = 0; i < STRETCHES; i++)
        chi_square += (count[i] - expected) * (count[i] - expected) / expected;
    assert_true(chi_square < 99 + 6 * sqrt(2 * 99));
    free(place);
    pairs_wipe(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_key_decodes_to_its_value),
        cmocka_unit_test(a_few_keys_always_have_a_code),
        cmocka_unit_test(queries_may_repeat_and_come_in_any_order),
        cmocka_unit_test(the_vectors_of_every_width_choose_the_same_rows),
        cmocka_unit_test(any_other_key_decodes_to_noise),
        cmocka_unit_test(the_code_of_random_values_looks_random),
        cmocka_unit_test(what_no_key_determines_is_drawn_anew),
        cmocka_unit_test(equal_keys_are_refused_and_leave_no_code),
        cmocka_unit_test(what_progress_tells_ends_it_and_leaves_no_code),
        cmocka_unit_test(too_many_keys_stop_the_program),
        cmocka_unit_test(narrow_bands_fail_as_computed_and_wider_ones_as_much_less),
        cmocka_unit_test(at_every_size_encoding_fails_less_than_once_in_2_to_44),
        cmocka_unit_test(places_are_all_keys_in_the_order_of_their_starts),
        cmocka_unit_test(starts_are_spread_evenly),
    };
    return CS_RUN("crypto/okvs", tests);
}
