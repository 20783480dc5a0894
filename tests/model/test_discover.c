/* What model/discover.h promises, one test for each promise. */
#include "model/discover.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/check.h"

static struct cs_rng rng_of(const char *label)
{
    struct cs_rng rng;

    cs_rng_init_labelled(&rng, 1, label);
    return rng;
}

static void add(struct cs_tally *tally, const char *text, unsigned n_rows)
{
    size_t level;

    for (unsigned i = 0; i < n_rows; i++)
        assert_ok(cs_tally_add(&level, tally, text, strlen(text)));
}

/* ---- the threshold ---- */

/* Pr[N >= x] from both sides of the whole distribution, in long doubles. */
static double tail_by_sums(double s2, int64_t x)
{
    const int64_t end = (int64_t)(45 * sqrt(s2)) + 3;
    long double all = 0, above = 0;

    for (int64_t k = -end; k <= end; k++) {
        const long double weight = expl(-(long double)k * (long double)k / (2 * s2));
        all += weight;
        above += k >= x ? weight : 0;
    }
    return (double)(above / all);
}

static const uint64_t variances[] = { 3277,     65536,     4 << 16,
                                      12345678, 127 << 16, UINT64_C(5000) << 16 };
static const double deltas[] = { 1e-3, 1e-6, 5e-8, 1e-12 };

static void the_tail_is_that_of_the_discrete_gaussian(void **state)
{
    (void)state;

    for (size_t i = 0; i < COUNT(variances); i++)
        for (uint64_t threshold = 1; threshold < 40; threshold += 3) {
            const double expected =
                tail_by_sums((double)variances[i] / 65536, (int64_t)threshold - 1);
            const double tail = cs_discover_tail(variances[i], threshold);

            assert_true(fabs(tail - expected) <= 1e-12 * expected);
        }
}

static void the_threshold_is_the_least_whose_tail_is_within_delta(void **state)
{
    (void)state;

    for (size_t i = 0; i < COUNT(variances); i++)
        for (size_t d = 0; d < COUNT(deltas); d++) {
            const uint64_t threshold = cs_discover_threshold(variances[i], deltas[d]);

            assert_true(threshold > 1);
            assert_true(cs_discover_tail(variances[i], threshold) <= deltas[d]);
            assert_true(cs_discover_tail(variances[i], threshold - 1) > deltas[d]);
        }
}

/* At the largest variance a plan may have it is the normal distribution's, 1 row on. */
static void the_threshold_of_much_noise_is_that_of_the_normal_distribution(void **state)
{
    const double s = 1e5, x = (double)cs_discover_threshold(CS_GAUSS_S2_Q16_MAX, 1e-6);
    (void)state;

    assert_true(fabs(erfc((x - 1.5) / (s * sqrt(2))) / 2 - 1e-6) < 1e-10);
}

static void without_noise_every_text_reaches_the_threshold(void **state)
{
    (void)state;
    assert_int_equal(cs_discover_threshold(0, 0), 1);
    assert_true(cs_discover_tail(0, 1) == 1 && cs_discover_tail(0, 2) == 0);
}

/* ---- the search ---- */

enum { ROOM = 4 };

static bool holds(const struct cs_discovered *found, const char *text)
{
    for (size_t k = 0; k < found->n; k++)
        if (strcmp(found->text[k], text) == 0)
            return true;
    return false;
}

/* How often of so many searches a text is found. */
static unsigned times_found(const struct cs_tally *tally, const char *text, unsigned n,
                            uint64_t s2_q16, uint64_t threshold, const char *label)
{
    struct cs_rng rng = rng_of(label);
    unsigned times = 0;

    for (unsigned i = 0; i < n; i++) {
        struct cs_discovered found;

        assert_ok(cs_discover(&found, tally, ROOM, s2_q16, threshold, &rng));
        times += holds(&found, text);
        cs_discovered_wipe(&found);
    }
    return times;
}

/* As often as its tail says, five standard deviations to either side. The control: a
 * threshold that is lower by one is noticed. */
static void the_text_of_one_person_is_found_as_rarely_as_delta_says(void **state)
{
    enum { N = 40000 };
    const uint64_t s2_q16 = 9 << 16, threshold = cs_discover_threshold(s2_q16, .01);
    const double tail = cs_discover_tail(s2_q16, threshold);
    const double spread = 5 * sqrt(N * tail);
    struct cs_tally tally;
    (void)state;

    assert_ok(cs_tally_init(&tally, CS_TALLY_ALL));
    add(&tally, "many", 400);
    add(&tally, "lone", 1);
    const double lone = times_found(&tally, "lone", N, s2_q16, threshold, "lone");
    const double low = times_found(&tally, "lone", N, s2_q16, threshold - 1, "low");
    assert_true(fabs(lone - N * tail) < spread);
    assert_true(low - N * tail > spread);
    assert_int_equal(times_found(&tally, "many", 2000, s2_q16, threshold, "many"), 2000);
    cs_tally_wipe(&tally);
}

static void assert_found(const struct cs_tally *tally, size_t most, const char *expected)
{
    struct cs_rng rng = rng_of("exact");
    struct cs_discovered found;
    char text[256] = "";

    assert_ok(cs_discover(&found, tally, most, 0, 1, &rng));
    for (size_t k = 0; k < found.n; k++)
        sprintf(text + strlen(text), "%s;", found.text[k]);
    assert_string_equal(text, expected);
    cs_discovered_wipe(&found);
}

static void those_with_the_most_rows_are_taken_in_the_order_of_their_bytes(void **state)
{
    struct cs_tally tally;
    (void)state;

    assert_ok(cs_tally_init(&tally, CS_TALLY_ALL));
    assert_found(&tally, 3, "");
    add(&tally, "b", 5);
    add(&tally, "\xc3\xa4", 7);
    add(&tally, "a", 2);
    add(&tally, "c", 2);
    add(&tally, "Z", 1);
    assert_found(&tally, 64, "Z;a;b;c;\xc3\xa4;");
    assert_found(&tally, 3, "a;b;\xc3\xa4;");
    assert_found(&tally, 1, "\xc3\xa4;");
    cs_tally_wipe(&tally);
}

/* A tally that ran out of room has forgotten texts by other people's rows. */
static void a_tally_that_is_not_of_all_texts_stops_the_program(void **state)
{
    struct cs_rng rng = rng_of("some");
    struct cs_discovered found;
    struct cs_tally tally;
    enum cs_status st = CS_OK;
    (void)state;

    assert_ok(cs_tally_init(&tally, 1));
    add(&tally, "a", 1);
    add(&tally, "b", 1);
    assert_stops(st = cs_discover(&found, &tally, 3, 0, 1, &rng));
    assert_ok(st);
    cs_tally_wipe(&tally);
}

static void what_cannot_be_a_value_is_not_found(void **state)
{
    static const struct {
        const char *text;
        size_t n_bytes;
        bool may;
    } texts[] = {
        { "a", 1, true },
        { "Gr\xc3\xbc\xc3\x9f"
          "e",
          7, true },
        { " two words, ", 12, true },
        { "others", 6, true },
        { "othe", 4, true },
        { "", 0, false },
        { "other", 5, false },
        { "a\nb", 3, false },
        { "a\x7f", 2, false },
        { "a\0b", 3, false },
        { "\xc2\x85", 2, false },
        { "\xc2\xa0", 2, true },
        { "\xff", 1, false },
        { "\xc3", 1, false },
    };
    char text[CS_DISCOVERED_TEXT_BYTES_MAX + 1];
    (void)state;

    for (size_t i = 0; i < COUNT(texts); i++)
        assert_int_equal(cs_discover_may_find(texts[i].text, texts[i].n_bytes),
                         texts[i].may);
    memset(text, 'x', sizeof text);
    assert_true(cs_discover_may_find(text, sizeof text - 1));
    assert_false(cs_discover_may_find(text, sizeof text));
}

/* ---- as bytes ---- */

static void what_is_packed_is_unpacked_and_every_cut_is_refused(void **state)
{
    uint8_t bytes[CS_DISCOVERED_PACKED_BYTES_MAX];
    struct cs_discovered found = { 3, { "a", "b c", "\xc3\xa4" } }, back;
    (void)state;

    const size_t n = cs_discovered_pack(bytes, &found);
    assert_int_equal(n, 1 + 3 * 2 + 1 + 3 + 2);
    assert_ok(cs_discovered_unpack(&back, bytes, n, 3));
    assert_int_equal(back.n, 3);
    for (size_t k = 0; k < 3; k++)
        assert_string_equal(back.text[k], found.text[k]);
    cs_discovered_wipe(&back);
    for (size_t cut = 0; cut < n; cut++) {
        uint8_t *part = malloc(cut + 1); /* so that a byte too much is seen */

        memcpy(part, bytes, cut);
        part = realloc(part, cut > 0 ? cut : 1);
        assert_int_equal(cs_discovered_unpack(&back, part, cut, 3), CS_PROTOCOL);
        free(part);
    }
    assert_int_equal(cs_discovered_unpack(&back, bytes, n + 1, 3), CS_PROTOCOL);
    assert_int_equal(cs_discovered_unpack(&back, bytes, n, 2), CS_PROTOCOL);
}

#define PACKED(bytes)                                                                    \
    {                                                                                    \
        bytes, sizeof(bytes) - 1                                                         \
    }

static void what_no_search_finds_is_refused(void **state)
{
    static const struct {
        const char *bytes;
        size_t n;
    } bad[] = {
        PACKED("\2\1\0b\1\0a"),
        PACKED("\2\1\0a\1\0a"),
        PACKED("\1\0\0"),
        PACKED("\1\5\0other"),
        PACKED("\1\1\0\n"),
        PACKED("\1\1\0\xff"),
        PACKED("\1\xff\xff"
               "a"),
        PACKED("\1\2\0a"),
        PACKED("\0\0"),
        PACKED("\377\1\0a"),
    };
    struct cs_discovered back;
    (void)state;

    for (size_t i = 0; i < COUNT(bad); i++)
        assert_int_equal(
            cs_discovered_unpack(&back, (const uint8_t *)bad[i].bytes, bad[i].n, 9),
            CS_PROTOCOL);
    assert_ok(cs_discovered_unpack(&back, (const uint8_t *)"", 1, 9)); /* none found */
    assert_int_equal(back.n, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_tail_is_that_of_the_discrete_gaussian),
        cmocka_unit_test(the_threshold_is_the_least_whose_tail_is_within_delta),
        cmocka_unit_test(the_threshold_of_much_noise_is_that_of_the_normal_distribution),
        cmocka_unit_test(without_noise_every_text_reaches_the_threshold),
        cmocka_unit_test(the_text_of_one_person_is_found_as_rarely_as_delta_says),
        cmocka_unit_test(those_with_the_most_rows_are_taken_in_the_order_of_their_bytes),
        cmocka_unit_test(a_tally_that_is_not_of_all_texts_stops_the_program),
        cmocka_unit_test(what_cannot_be_a_value_is_not_found),
        cmocka_unit_test(what_is_packed_is_unpacked_and_every_cut_is_refused),
        cmocka_unit_test(what_no_search_finds_is_refused),
    };
    return CS_RUN("model/discover", tests);
}
