/* What model/spans.h promises, one test for each promise. */
#include "model/spans.h"

#include "tests/support/check.h"

static struct cs_spans spans_of(const struct cs_span *span, size_t n)
{
    struct cs_spans spans = { .n = n };

    for (size_t i = 0; i < n; i++)
        spans.span[i] = span[i];
    return spans;
}

#define SPANS(...)                                                                       \
    spans_of((const struct cs_span[]){ __VA_ARGS__ },                                    \
             sizeof((const struct cs_span[]){ __VA_ARGS__ }) / sizeof(struct cs_span))

static bool has(const struct cs_spans *spans, int64_t x)
{
    bool found = false;

    for (size_t i = 0; i < spans->n; i++)
        found = found || (x >= spans->span[i].lo && x < spans->span[i].hi);
    return found;
}

/* Ascending, and apart. */
static void assert_tidy(const struct cs_spans *spans)
{
    for (size_t i = 0; i < spans->n; i++) {
        assert_true(spans->span[i].lo < spans->span[i].hi);
        assert_true(i == 0 || spans->span[i - 1].hi < spans->span[i].lo);
    }
}

/* Random spans of 0..39, apart. */
static struct cs_spans random_spans(struct cs_rng *rng)
{
    struct cs_spans spans = { .n = 0 };

    for (int64_t at = cs_rng_below(rng, 6); at < 36;) {
        const int64_t hi = at + 1 + cs_rng_below(rng, 4);

        spans.span[spans.n++] = (struct cs_span){ at, hi };
        at = hi + 1 + cs_rng_below(rng, 6);
    }
    return spans;
}

static void intersection_and_complement_are_those_of_the_sets(void **state)
{
    struct cs_rng rng;
    (void)state;

    cs_rng_init_labelled(&rng, 1, "spans");
    for (int i = 0; i < 500; i++) {
        const struct cs_spans a = random_spans(&rng), b = random_spans(&rng);
        struct cs_spans both = a, rest;

        assert_true(cs_spans_intersect(&both, &b));
        assert_true(cs_spans_complement(&rest, &a, 0, 50));
        assert_tidy(&both);
        assert_tidy(&rest);
        for (int64_t x = 0; x < 50; x++) {
            assert_int_equal(has(&both, x), has(&a, x) && has(&b, x));
            assert_int_equal(has(&rest, x), !has(&a, x));
        }
    }
}

static void too_many_spans_are_told(void **state)
{
    struct cs_spans points = { .n = CS_SPANS_MAX }, rest;
    (void)state;

    for (int64_t i = 0; i < CS_SPANS_MAX; i++)
        points.span[i] = (struct cs_span){ 2 * i + 1, 2 * i + 2 };
    assert_false(cs_spans_complement(&rest, &points, 0, 10000));
    assert_true(cs_spans_complement(&rest, &points, 1, 2 * CS_SPANS_MAX));
}

static void a_bin_is_measured_by_mass_else_by_values(void **state)
{
    int64_t start[] = { 0, 10, 11, 40 }, mass[] = { 30, 60, 0 };
    const struct cs_density density = { 3, start, mass };
    const struct cs_spans spans = SPANS({ 5, 11 }, { 30, 35 });
    uint64_t part, whole;
    (void)state;

    cs_spans_measure(&part, &whole, &spans, &density, 0, 20);
    assert_true(part == (uint64_t)75 << 20 && whole == (uint64_t)90 << 20);
    cs_spans_measure(&part, &whole, &spans, NULL, 0, 20);
    assert_true(part == 6 && whole == 20);
    cs_spans_measure(&part, &whole, &spans, &density, 20, 40); /* no mass there */
    assert_true(part == 5 && whole == 20);
}

/* All mass of the spans is at 10 and in 30..34, in the proportion 60 to 20. */
static void draws_are_spread_over_the_spans_by_mass(void **state)
{
    enum { DRAWS = 4000 };
    int64_t start[] = { 0, 10, 11, 30, 40 }, mass[] = { 50, 60, 0, 40 };
    const struct cs_density density = { 4, start, mass };
    const struct cs_spans spans = SPANS({ 10, 35 });
    struct cs_rng rng;
    int at_10 = 0;
    (void)state;

    cs_rng_init_labelled(&rng, 2, "spans");
    for (uint64_t i = 0; i < DRAWS; i++) {
        const uint64_t where = UINT64_MAX / DRAWS * i;
        const int64_t x = cs_spans_draw(&spans, &density, 0, 40, where, &rng);

        assert_true(x == 10 || (x >= 30 && x < 35));
        at_10 += x == 10;
    }
    assert_in_range(at_10, DRAWS * 3 / 4 - 2, DRAWS * 3 / 4 + 2);
}

static void draws_without_a_density_reach_every_value(void **state)
{
    const struct cs_spans spans = SPANS({ 3, 5 }, { 8, 9 });
    struct cs_rng rng;
    (void)state;

    cs_rng_init_labelled(&rng, 3, "spans");
    for (uint64_t i = 0; i < 3; i++) {
        static const int64_t expected[] = { 3, 4, 8 };
        const uint64_t where = UINT64_MAX / 3 * i + 9;

        assert_true(cs_spans_draw(&spans, NULL, 0, 40, where, &rng) == expected[i]);
    }
    assert_stops((void)cs_spans_draw(&spans, NULL, 20, 40, 0, &rng));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(intersection_and_complement_are_those_of_the_sets),
        cmocka_unit_test(too_many_spans_are_told),
        cmocka_unit_test(a_bin_is_measured_by_mass_else_by_values),
        cmocka_unit_test(draws_are_spread_over_the_spans_by_mass),
        cmocka_unit_test(draws_without_a_density_reach_every_value),
    };
    return CS_RUN("model/spans", tests);
}
