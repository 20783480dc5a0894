/* What crypto/buckets.h promises, one test for each promise. */
#include "crypto/buckets.h"

#include <stdlib.h>
#include <string.h>

#include "crypto/rng.h"
#include "tests/support/check.h"

enum { N = 3000 };

static struct cs_block *draw(size_t n)
{
    struct cs_block *element = cs_blocks_new(n);
    struct cs_rng rng;

    assert_non_null(element);
    cs_rng_init_labelled(&rng, 1, "buckets");
    cs_rng_bytes(&rng, element, n * sizeof *element);
    return element;
}

static void few_elements_are_one_bucket_without_room(void **state)
{
    const struct cs_buckets buckets = cs_buckets_of(N, CS_BUCKET_ELEMENTS);
    (void)state;

    assert_int_equal(buckets.n, 1);
    assert_int_equal(buckets.capacity, N);
}

static void many_elements_get_a_little_room(void **state)
{
    const struct cs_buckets buckets =
        cs_buckets_of(5 * CS_BUCKET_ELEMENTS, 5 * CS_BUCKET_ELEMENTS);
    (void)state;

    assert_int_equal(buckets.n, 5);
    assert_true(buckets.capacity > CS_BUCKET_ELEMENTS);
    assert_true(buckets.capacity < CS_BUCKET_ELEMENTS + CS_BUCKET_ELEMENTS / 100);
}

static void both_parties_have_as_many_buckets(void **state)
{
    const size_t n_most = 7 * CS_BUCKET_ELEMENTS + 1;
    (void)state;

    assert_int_equal(cs_buckets_of(1, n_most).n, cs_buckets_of(n_most, n_most).n);
    assert_int_equal(cs_buckets_of(1, n_most).capacity, 1);
}

/* The mean of 2^20 has a standard deviation of 724; half of the room is six of these. */
static void no_bucket_comes_near_its_capacity(void **state)
{
    const struct cs_buckets buckets =
        cs_buckets_of(2 * CS_BUCKET_ELEMENTS, 2 * CS_BUCKET_ELEMENTS);
    struct cs_block *element = draw(2 * CS_BUCKET_ELEMENTS);
    uint32_t *order = calloc(2 * CS_BUCKET_ELEMENTS, sizeof *order);
    size_t first[3];
    (void)state;

    assert_non_null(order);
    assert_ok(
        cs_buckets_fill(order, first, &buckets, element, NULL, 2 * CS_BUCKET_ELEMENTS));
    for (size_t b = 0; b < 2; b++)
        assert_true(first[b + 1] - first[b] <
                    CS_BUCKET_ELEMENTS + (buckets.capacity - CS_BUCKET_ELEMENTS) / 2);
    cs_blocks_free(element, 2 * CS_BUCKET_ELEMENTS);
    free(order);
}

static void everybody_is_in_one_bucket_and_equal_elements_in_the_same(void **state)
{
    const struct cs_buckets buckets = { .n = 3, .capacity = N };
    struct cs_block *element = draw(N);
    uint32_t order[N];
    uint8_t seen[N] = { 0 };
    size_t first[4], bucket_of[N];
    (void)state;

    element[17] = element[5];
    assert_ok(cs_buckets_fill(order, first, &buckets, element, NULL, N));
    assert_int_equal(first[3], N);
    for (size_t b = 0; b < 3; b++) {
        assert_true(first[b + 1] - first[b] > N / 4);
        for (size_t i = first[b]; i < first[b + 1]; i++) {
            seen[order[i]]++;
            bucket_of[order[i]] = b;
        }
    }
    for (size_t i = 0; i < N; i++)
        assert_int_equal(seen[i], 1);
    assert_int_equal(bucket_of[17], bucket_of[5]);
    cs_blocks_free(element, N);
}

static void who_is_skipped_is_in_none(void **state)
{
    const struct cs_buckets buckets = { .n = 2, .capacity = N };
    struct cs_block *element = draw(N);
    uint8_t skip[N] = { 0 };
    uint32_t order[N];
    size_t first[3];
    (void)state;

    memset(skip, 1, N / 2);
    assert_ok(cs_buckets_fill(order, first, &buckets, element, skip, N));
    assert_int_equal(first[2], N - N / 2);
    for (size_t i = 0; i < first[2]; i++)
        assert_true(order[i] >= N / 2);
    cs_blocks_free(element, N);
}

static void a_bucket_that_overflows_is_an_error(void **state)
{
    const struct cs_buckets buckets = { .n = 2, .capacity = N / 2 + N / 8 };
    struct cs_block *element = draw(N);
    uint32_t order[N];
    size_t first[3];
    (void)state;

    assert_ok(cs_buckets_fill(order, first, &buckets, element, NULL, N));
    for (size_t i = 0; i < N; i++)
        element[i].lo = 7;
    assert_int_equal(cs_buckets_fill(order, first, &buckets, element, NULL, N), CS_INPUT);
    cs_blocks_free(element, N);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(few_elements_are_one_bucket_without_room),
        cmocka_unit_test(many_elements_get_a_little_room),
        cmocka_unit_test(both_parties_have_as_many_buckets),
        cmocka_unit_test(no_bucket_comes_near_its_capacity),
        cmocka_unit_test(everybody_is_in_one_bucket_and_equal_elements_in_the_same),
        cmocka_unit_test(who_is_skipped_is_in_none),
        cmocka_unit_test(a_bucket_that_overflows_is_an_error),
    };
    return CS_RUN("crypto/buckets", tests);
}
