/* What protocol/average.h promises, in both ways to aggregate. */
#include "protocol/average.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/check.h"
#include "tests/support/duet.h"
#include "tests/support/toy.h"
#include "tests/support/uniform.h"

enum { N = 4096 };

static const enum cs_aggregation kinds[] = { CS_AGGREGATE_SHARES, CS_AGGREGATE_MASKS };

struct part {
    const float *mine;
    size_t n;
    uint64_t weight[2];
    enum cs_aggregation aggregation;
    struct cs_rng secret;
    struct cs_openings openings;
    double average[N];
};

static enum cs_status play(struct cs_channel *peer, int role, void *arg)
{
    struct part *part = arg;

    return cs_average(part->average, part->mine, part->n, part->weight, part->aggregation,
                      "average", &part->openings, &part->secret, peer,
                      (enum cs_party)role);
}

/* Fixed numbers for a seed: small, of both signs, as changes of weights are. */
static void numbers(float *x, uint64_t seed, float size)
{
    struct cs_rng rng;

    cs_rng_init_labelled(&rng, seed, "average");
    cs_toy_fill(x, N, &rng);
    for (size_t i = 0; i < N; i++)
        x[i] *= size;
}

struct duet {
    float x[2][N];
    struct part part[2];
    enum cs_status result[2];
};

static struct duet *new_duet(enum cs_aggregation aggregation, uint64_t a, uint64_t b)
{
    struct duet *duet = calloc(1, sizeof *duet);

    for (int p = 0; p < 2; p++) {
        numbers(duet->x[p], (uint64_t)p, 0.01f);
        duet->part[p] = (struct part){
            .mine = duet->x[p], .n = N, .weight = { a, b }, .aggregation = aggregation
        };
        cs_rng_init_random(&duet->part[p].secret);
    }
    return duet;
}

static void run_within(struct duet *duet, const struct cs_tamper *tamper,
                       unsigned timeout_ms)
{
    void *args[2] = { &duet->part[0], &duet->part[1] };

    cs_duet_with(play, args, duet->result,
                 &(struct cs_duet_options){ .tamper = tamper, .timeout_ms = timeout_ms });
}

static void run(struct duet *duet, const struct cs_tamper *tamper)
{
    run_within(duet, tamper, 0);
}

static void free_duet(struct duet *duet)
{
    for (int p = 0; p < 2; p++)
        cs_openings_wipe(&duet->part[p].openings);
    free(duet);
}

/* ---- the sum ---- */

static void average_is_the_plain_one_to_the_fraction_bits(void **state)
{
    static const uint64_t weights[][2] = { { 1, 1 }, { 64000, 32561 }, { 0, 7 } };
    (void)state;

    for (size_t k = 0; k < COUNT(kinds); k++)
        for (size_t w = 0; w < COUNT(weights); w++) {
            struct duet *duet = new_duet(kinds[k], weights[w][0], weights[w][1]);
            const double a = (double)weights[w][0], b = (double)weights[w][1];

            run(duet, NULL);
            assert_ok(duet->result[0]);
            assert_ok(duet->result[1]);
            for (size_t i = 0; i < N; i++) {
                const double plain =
                    (a * (double)duet->x[0][i] + b * (double)duet->x[1][i]) / (a + b);

                assert_true(fabs(duet->part[0].average[i] - plain) <=
                            ldexp(1, -CS_AVERAGE_BITS));
            }
            assert_memory_equal(duet->part[0].average, duet->part[1].average,
                                sizeof duet->part[0].average);
            free_duet(duet);
        }
}

static void numbers_at_the_edge_of_the_range_are_averaged(void **state)
{
    const float edge = nextafterf(CS_AVERAGE_MAX, 0);
    (void)state;

    for (size_t k = 0; k < COUNT(kinds); k++) {
        struct duet *duet = new_duet(kinds[k], 1, 1);

        duet->x[0][0] = duet->x[1][0] = edge;
        duet->x[0][1] = duet->x[1][1] = -edge;
        run(duet, NULL);
        assert_true(duet->part[0].average[0] == (double)edge);
        assert_true(duet->part[1].average[1] == -(double)edge);
        free_duet(duet);
    }
}

static void numbers_beyond_the_range_are_refused(void **state)
{
    const float bad[] = { CS_AVERAGE_MAX, -CS_AVERAGE_MAX, INFINITY, NAN };
    (void)state;

    for (size_t i = 0; i < COUNT(bad); i++) {
        struct duet *duet = new_duet(CS_AGGREGATE_SHARES, 1, 1);

        duet->x[1][N - 1] = bad[i];
        run(duet, NULL);
        assert_int_equal(duet->result[1], CS_CONFIG);
        assert_int_equal(duet->result[0], CS_CLOSED);
        free_duet(duet);
    }
}

static void the_opening_is_on_the_list(void **state)
{
    (void)state;

    for (size_t k = 0; k < COUNT(kinds); k++) {
        struct duet *duet = new_duet(kinds[k], 1, 1);

        run(duet, NULL);
        for (int p = 0; p < 2; p++) {
            assert_int_equal(duet->part[p].openings.n, 1);
            assert_string_equal(duet->part[p].openings.entry[0].purpose, "average");
            assert_int_equal(duet->part[p].openings.entry[0].n_words, N);
        }
        free_duet(duet);
    }
}

/* ---- the wire ---- */

struct wire {
    struct cs_histogram histogram;
    uint8_t bytes[2][2][N * 8]; /* of a role, its AVERAGE and OPEN frames */
};

static void see(void *arg, int role, enum cs_frame kind, const uint8_t *body,
                size_t n_bytes)
{
    struct wire *wire = arg;

    if (kind != CS_FRAME_AVERAGE && kind != CS_FRAME_OPEN)
        return;
    assert_int_equal(n_bytes, N * 8);
    cs_histogram_add(&wire->histogram, body, n_bytes);
    memcpy(wire->bytes[role][kind == CS_FRAME_OPEN], body, n_bytes);
}

static struct wire *watch(enum cs_aggregation aggregation)
{
    struct wire *wire = calloc(1, sizeof *wire);
    const struct cs_tamper tamper = { .act = CS_TAMPER_NONE, .seen = see, .arg = wire };
    struct duet *duet = new_duet(aggregation, 1, 1);

    run(duet, &tamper);
    assert_ok(duet->result[0]);
    assert_ok(duet->result[1]);
    free_duet(duet);
    return wire;
}

static void frames_are_uniformly_random_words(void **state)
{
    (void)state;

    for (size_t k = 0; k < COUNT(kinds); k++) {
        struct wire *wire = watch(kinds[k]);

        assert_true(wire->histogram.n_words >= 2 * N);
        assert_true(cs_histogram_is_uniform(&wire->histogram));
        free(wire);
    }
}

/* The control of the test above: the same numbers, not hidden, are noticed. */
static void unhidden_words_are_not_uniform(void **state)
{
    struct cs_histogram histogram = { 0 };
    float x[N];
    (void)state;

    numbers(x, 0, 0.01f);
    for (size_t i = 0; i < N; i++) {
        const int64_t word = llrint(ldexp((double)x[i], CS_AVERAGE_BITS));
        cs_histogram_add(&histogram, (const uint8_t *)&word, sizeof word);
    }
    assert_false(cs_histogram_is_uniform(&histogram));
}

/* How many of the n words are the same in both. */
static size_t same_words(const uint8_t *a, const uint8_t *b, size_t n)
{
    size_t n_same = 0;

    for (size_t i = 0; i < n; i++)
        n_same += memcmp(a + 8 * i, b + 8 * i, 8) == 0;
    return n_same;
}

static void the_same_numbers_cross_as_different_words(void **state)
{
    (void)state;

    for (size_t k = 0; k < COUNT(kinds); k++) {
        struct wire *one = watch(kinds[k]), *other = watch(kinds[k]);

        for (int role = 0; role < 2; role++)
            for (int open = kinds[k] == CS_AGGREGATE_MASKS; open < 2; open++)
                assert_int_equal(
                    same_words(one->bytes[role][open], other->bytes[role][open], N), 0);
        free(one);
        free(other);
    }
}

/* ---- hurt frames ---- */

static void a_hurt_frame_ends_in_an_error(void **state)
{
    static const struct {
        enum cs_aggregation aggregation;
        enum cs_frame frame;
        size_t at; /* the byte of the body, from its end */
    } cases[] = {
        { CS_AGGREGATE_SHARES, CS_FRAME_COMMIT, 0 },
        { CS_AGGREGATE_SHARES, CS_FRAME_OPEN, 17 },
        { CS_AGGREGATE_MASKS, CS_FRAME_MASK_KEY, 0 },
        { CS_AGGREGATE_MASKS, CS_FRAME_COMMIT, 0 },
        { CS_AGGREGATE_MASKS, CS_FRAME_OPEN, 17 },
    };
    (void)state;

    for (size_t i = 0; i < COUNT(cases); i++)
        for (int role = 0; role < 2; role++) {
            const struct cs_tamper tamper = { .act = CS_TAMPER_ALTER,
                                              .role = role,
                                              .kind = cases[i].frame,
                                              .at = cases[i].at };
            struct duet *duet = new_duet(cases[i].aggregation, 1, 1);

            run(duet, &tamper);
            assert_int_equal(duet->result[1 - role], CS_PROTOCOL);
            free_duet(duet);
        }
}

static void cut_and_lost_frames_end_in_an_error(void **state)
{
    static const enum cs_tamper_act acts[] = { CS_TAMPER_CUT, CS_TAMPER_LOSE };
    enum { FRAMES = 4 }; /* of each party: its numbers or its key, two commits, the sum */
    (void)state;

    for (size_t k = 0; k < COUNT(kinds); k++)
        for (size_t index = 0; index < FRAMES; index++)
            for (size_t act = 0; act < COUNT(acts); act++) {
                const struct cs_tamper tamper = {
                    .act = acts[act], .role = 1, .kind = CS_FRAME_NONE, .index = index
                };
                struct duet *duet = new_duet(kinds[k], 1, 1);

                run_within(duet, &tamper, 200);
                assert_true(duet->result[0] == CS_PROTOCOL ||
                            duet->result[0] == CS_TIMEOUT ||
                            duet->result[0] == CS_CLOSED);
                free_duet(duet);
            }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(average_is_the_plain_one_to_the_fraction_bits),
        cmocka_unit_test(numbers_at_the_edge_of_the_range_are_averaged),
        cmocka_unit_test(numbers_beyond_the_range_are_refused),
        cmocka_unit_test(the_opening_is_on_the_list),
        cmocka_unit_test(frames_are_uniformly_random_words),
        cmocka_unit_test(unhidden_words_are_not_uniform),
        cmocka_unit_test(the_same_numbers_cross_as_different_words),
        cmocka_unit_test(a_hurt_frame_ends_in_an_error),
        cmocka_unit_test(cut_and_lost_frames_end_in_an_error),
    };
    return CS_RUN("protocol/average", tests);
}
