/* What model/id.h promises, one test for each promise. */
#include "model/id.h"

#include <stdlib.h>
#include <string.h>

#include "crypto/rng.h"
#include "tests/support/check.h"

/* Computed with Python: hashlib.blake2b(b"\x05" + bytes(7) + b"u0001", digest_size=16).
 */
static void digest_is_blake2b_of_length_and_text(void **state)
{
    static const uint8_t expected[CS_ID_BYTES] = { 0x80, 0x99, 0xd3, 0x44, 0x9a, 0x41,
                                                   0x96, 0x09, 0xac, 0x05, 0x5d, 0xe5,
                                                   0x72, 0x72, 0x87, 0xde };
    uint8_t id[CS_ID_BYTES];
    (void)state;

    cs_id_digest(id, "u0001", 5);
    assert_memory_equal(id, expected, sizeof id);
}

static void each_byte_and_the_length_count(void **state)
{
    uint8_t x[CS_ID_BYTES], y[CS_ID_BYTES];
    (void)state;

    cs_id_digest(x, "ab", 2);
    cs_id_digest(y, "ab", 1);
    assert_memory_not_equal(x, y, sizeof x);
    cs_id_digest(y, "aB", 2);
    assert_memory_not_equal(x, y, sizeof x);
    cs_id_digest(y, "ab\0", 3);
    assert_memory_not_equal(x, y, sizeof x);
}

static void first_duplicate_is_found_with_its_earlier_row(void **state)
{
    enum { N = 1000 };
    uint8_t(*id)[CS_ID_BYTES] = malloc(N * sizeof *id);
    const uint8_t(*const_id)[CS_ID_BYTES] = (const uint8_t(*)[CS_ID_BYTES])id;
    struct cs_rng rng;
    size_t later, earlier;
    (void)state;

    assert_non_null(id);
    cs_rng_init_labelled(&rng, 1, "ids");
    cs_rng_bytes(&rng, id, N * sizeof *id);
    for (size_t i = 0; i < N; i += 2) /* crowd a few slots */
        memset(id[i], 0xff, 8);
    assert_ok(cs_id_find_duplicate(&later, &earlier, const_id, N));
    assert_int_equal(later, N);
    assert_int_equal(earlier, N);

    memcpy(id[900], id[30], CS_ID_BYTES);
    memcpy(id[800], id[700], CS_ID_BYTES);
    assert_ok(cs_id_find_duplicate(&later, &earlier, const_id, N));
    assert_int_equal(later, 800);
    assert_int_equal(earlier, 700);
    free(id);
}

static void no_rows_have_no_duplicates(void **state)
{
    size_t later = 7, earlier = 7;
    (void)state;

    assert_ok(cs_id_find_duplicate(&later, &earlier, NULL, 0));
    assert_int_equal(later, 0);
    assert_int_equal(earlier, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(digest_is_blake2b_of_length_and_text),
        cmocka_unit_test(each_byte_and_the_length_count),
        cmocka_unit_test(first_duplicate_is_found_with_its_earlier_row),
        cmocka_unit_test(no_rows_have_no_duplicates),
    };
    return CS_RUN("model/id", tests);
}
