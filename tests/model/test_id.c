/* What model/id.h promises, one test for each promise. */
#include "model/id.h"

#include <stdlib.h>
#include <string.h>

#include "crypto/rng.h"
#include "tests/support/check.h"

/* Computed with Python: hashlib.blake2b(b"\x02" + b"\x05" + bytes(7) + b"u0001",
 * digest_size=16). */
static void digest_is_blake2b_of_place_length_and_text(void **state)
{
    static const uint8_t expected[CS_ID_BYTES] = { 0x42, 0x1a, 0x9c, 0x79, 0xcf, 0xfa,
                                                   0x0f, 0x35, 0x11, 0x77, 0xdd, 0x6c,
                                                   0xe3, 0x8c, 0x85, 0x54 };
    uint8_t id[CS_ID_BYTES];
    (void)state;

    cs_id_digest(id, 2, "u0001", 5);
    assert_memory_equal(id, expected, sizeof id);
}

static void place_length_and_each_byte_count(void **state)
{
    static const struct {
        size_t place;
        const char *text;
        size_t n_bytes;
    } others[] = {
        { 1, "ab", 2 }, { 0, "ab", 1 },  { 0, "aB", 2 },  { 0, "ab\0", 3 }, { 0, "", 0 },
        { 1, "", 0 },   { 0, "abc", 3 }, { 0, "bab", 3 }, { 0, "a", 1 },
    };
    uint8_t x[CS_ID_BYTES], y[CS_ID_BYTES];
    (void)state;

    cs_id_digest(x, 0, "ab", 2);
    for (size_t i = 0; i < COUNT(others); i++) {
        cs_id_digest(y, others[i].place, others[i].text, others[i].n_bytes);
        assert_memory_not_equal(x, y, sizeof x);
        assert_false(cs_id_is_none(y));
    }
}

/* ---- many rows ---- */

enum { N = 1000 };
static const struct cs_identifier raw = { .kind = CS_ID_RAW };

static struct cs_ids ids_of(size_t n)
{
    struct cs_ids ids = { .n = n };

    assert_ok(cs_ids_grow(&ids, 0, N));
    return ids;
}

/* Digests that differ, half of them in a few slots of the index alone. */
static struct cs_ids crowded_ids(void)
{
    struct cs_ids ids = ids_of(1);
    struct cs_rng rng;

    cs_rng_init_labelled(&rng, 1, "ids");
    cs_rng_bytes(&rng, ids.digest[0], N * CS_ID_BYTES);
    for (size_t i = 0; i < N; i += 2)
        memset(ids.digest[0][i], 0xff, 8);
    return ids;
}

static void copy_row(struct cs_ids *ids, size_t to, size_t from)
{
    memcpy(ids->digest[0][to], ids->digest[0][from], CS_ID_BYTES);
}

static void assert_settles(struct cs_ids *ids, size_t frequent, size_t expected_later,
                           size_t expected_earlier)
{
    size_t later = 7, earlier = 7;

    assert_ok(cs_ids_settle(&later, &earlier, ids, 0, N, frequent));
    assert_int_equal(later, expected_later);
    assert_int_equal(earlier, expected_earlier);
}

static void first_duplicate_is_found_with_its_earlier_row(void **state)
{
    struct cs_ids ids = crowded_ids();
    (void)state;

    assert_settles(&ids, 10, N, N);
    copy_row(&ids, 900, 30);
    copy_row(&ids, 800, 700);
    assert_settles(&ids, 10, 800, 700);
    assert_int_equal(ids.notes[0].frequent, 0);
    cs_ids_wipe(&ids);
}

static void what_more_rows_have_than_allowed_is_dropped(void **state)
{
    enum { FREQUENT = 10 };
    struct cs_ids ids = crowded_ids();
    (void)state;

    for (size_t i = 1; i < FREQUENT; i++)
        copy_row(&ids, 100 + i, 100);
    assert_settles(&ids, FREQUENT, 101, 100);
    assert_int_equal(ids.notes[0].frequent, 0);
    copy_row(&ids, 500, 100);
    assert_settles(&ids, FREQUENT, N, N);
    assert_int_equal(ids.notes[0].frequent, FREQUENT + 1);
    for (size_t i = 0; i < N; i++)
        assert_int_equal(cs_id_is_none(ids.digest[0][i]),
                         (i >= 100 && i < 100 + FREQUENT) || i == 500);
    cs_ids_wipe(&ids);
}

static void what_is_shared_at_all_is_dropped_where_one_row_is_the_most(void **state)
{
    struct cs_ids ids = crowded_ids();
    (void)state;

    copy_row(&ids, 3, 2);
    assert_settles(&ids, 1, N, N);
    assert_int_equal(ids.notes[0].frequent, 2);
    assert_true(cs_id_is_none(ids.digest[0][2]) && cs_id_is_none(ids.digest[0][3]));
    cs_ids_wipe(&ids);
}

static void rows_without_an_identifier_are_no_duplicates(void **state)
{
    struct cs_ids ids = ids_of(1);
    (void)state;

    assert_settles(&ids, 1, N, N);
    assert_int_equal(ids.notes[0].frequent, 0);
    cs_ids_wipe(&ids);
}

static void no_rows_have_no_duplicates(void **state)
{
    struct cs_ids ids = { .n = 1 };
    size_t later = 7, earlier = 7;
    (void)state;

    assert_ok(cs_ids_settle(&later, &earlier, &ids, 0, 0, 10));
    assert_int_equal(later, 0);
    assert_int_equal(earlier, 0);
}

static void the_first_identifier_a_row_has_is_found(void **state)
{
    struct cs_ids ids = ids_of(3);
    (void)state;

    assert_null(cs_ids_first(&ids, 0));
    assert_int_equal(cs_ids_set(&ids, 0, 2, &raw, "x", 1), CS_ID_USABLE);
    assert_ptr_equal(cs_ids_first(&ids, 0), ids.digest[2][0]);
    assert_int_equal(cs_ids_set(&ids, 0, 0, &raw, "x", 1), CS_ID_USABLE);
    assert_ptr_equal(cs_ids_first(&ids, 0), ids.digest[0][0]);
    assert_memory_not_equal(ids.digest[0][0], ids.digest[2][0], CS_ID_BYTES);
    assert_null(cs_ids_first(&ids, 1));
    cs_ids_wipe(&ids);
}

static void what_is_empty_or_unusable_is_counted(void **state)
{
    const struct cs_identifier email = { .kind = CS_ID_EMAIL };
    struct cs_ids ids = ids_of(2);
    (void)state;

    assert_int_equal(cs_ids_set(&ids, 0, 1, &email, " ", 1), CS_ID_EMPTY);
    assert_int_equal(cs_ids_set(&ids, 1, 1, &email, "none", 4), CS_ID_UNUSABLE);
    assert_int_equal(cs_ids_set(&ids, 2, 1, &email, "", 0), CS_ID_EMPTY);
    assert_int_equal(cs_ids_set(&ids, 3, 1, &email, "a@b", 3), CS_ID_USABLE);
    assert_int_equal(ids.notes[1].empty, 2);
    assert_int_equal(ids.notes[1].unusable, 1);
    assert_int_equal(ids.notes[0].empty + ids.notes[0].unusable, 0);
    for (size_t row = 0; row < 4; row++)
        assert_int_equal(cs_ids_first(&ids, row) != NULL, row == 3);
    cs_ids_wipe(&ids);
}

static void growing_keeps_what_is_there(void **state)
{
    struct cs_ids ids = { .n = 2 };
    uint8_t before[CS_ID_BYTES];
    (void)state;

    assert_ok(cs_ids_grow(&ids, 0, 4));
    assert_int_equal(cs_ids_set(&ids, 3, 1, &raw, "x", 1), CS_ID_USABLE);
    memcpy(before, ids.digest[1][3], sizeof before);
    assert_ok(cs_ids_grow(&ids, 4, 9));
    assert_memory_equal(ids.digest[1][3], before, sizeof before);
    for (size_t row = 4; row < 9; row++)
        assert_null(cs_ids_first(&ids, row));
    cs_ids_wipe(&ids);
    assert_null(ids.digest[1]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(digest_is_blake2b_of_place_length_and_text),
        cmocka_unit_test(place_length_and_each_byte_count),
        cmocka_unit_test(first_duplicate_is_found_with_its_earlier_row),
        cmocka_unit_test(what_more_rows_have_than_allowed_is_dropped),
        cmocka_unit_test(what_is_shared_at_all_is_dropped_where_one_row_is_the_most),
        cmocka_unit_test(rows_without_an_identifier_are_no_duplicates),
        cmocka_unit_test(no_rows_have_no_duplicates),
        cmocka_unit_test(the_first_identifier_a_row_has_is_found),
        cmocka_unit_test(what_is_empty_or_unusable_is_counted),
        cmocka_unit_test(growing_keeps_what_is_there),
    };
    return CS_RUN("model/id", tests);
}
