/* What protocol/link.h promises, one test for each promise; many random runs are in
 * test_link_runs.c. */
#include "protocol/link.h"

#include <stdlib.h>
#include <string.h>

#include "crypto/buckets.h"
#include "tests/support/check.h"
#include "tests/support/crowd.h"
#include "tests/support/duet.h"

enum { MANY = 5000 };

static bool overlap(size_t n_a, size_t n_b, size_t n_both, uint64_t seed)
{
    return cs_crowd_links_overlap((size_t[]){ n_a, n_b }, n_both, 1, seed);
}

static void equal_and_disjoint_sets_and_single_people_are_joined(void **state)
{
    (void)state;
    assert_true(overlap(700, 700, 700, 1));
    assert_true(overlap(700, 900, 0, 2));
    assert_true(overlap(1, 1, 1, 3));
    assert_true(overlap(1, 1, 0, 4));
    assert_true(overlap(1, MANY, 1, 5));
    assert_true(overlap(MANY, 1, 1, 6));
}

/* Buckets follow from the larger file, of b here: with many rows of a this takes long. */
static void people_in_several_buckets_are_joined(void **state)
{
    enum { FEW = 3000, MOST = CS_BUCKET_ELEMENTS + 50000 };
    (void)state;

    assert_int_equal(cs_buckets_of(FEW, MOST).n, 2);
    assert_true(overlap(FEW, MOST, FEW / 2, 11));
}

static void people_without_an_identifier_are_not_linked(void **state)
{
    struct cs_crowd crowd;
    (void)state;

    cs_crowd_init(&crowd, (size_t[]){ 40, 50 }, 1, 1, 7);
    cs_crowd_overlap(&crowd, 40, 7);
    memset(crowd.id_a[3], 0, CS_ID_BYTES);
    memset(crowd.id_a[8], 0, CS_ID_BYTES);
    memset(crowd.id_b[1], 0, CS_ID_BYTES);
    memset(crowd.id_b[2], 0, CS_ID_BYTES);
    assert_true(cs_crowd_links(&crowd));
}

/* Rows of A have up to three identifiers: B has the first, a later one, none of them, or
 * two of them as two people, of whom the first one's counts. */
static void the_first_identifier_that_answers_counts(void **state)
{
    enum { N_A = 60, N_B = 70, N_IDS = 3 };
    struct cs_crowd crowd;
    struct cs_rng rng;
    (void)state;

    for (uint64_t run = 0; run < 12; run++) {
        cs_crowd_init(&crowd, (size_t[]){ N_A, N_B }, N_IDS, 1 + run % 2, run);
        cs_rng_init_labelled(&rng, run, "several identifiers");
        cs_rng_bytes(&rng, crowd.id_a, (size_t)N_IDS * N_A * CS_ID_BYTES);
        cs_rng_bytes(&rng, crowd.id_b, (size_t)N_B * CS_ID_BYTES);
        for (size_t i = 0; i < (size_t)N_IDS * N_A; i++)
            if (cs_rng_below(&rng, 4) == 0)
                memset(crowd.id_a[i], 0, CS_ID_BYTES);
        for (size_t r = 0, row = 0; r < N_B && row < (size_t)N_IDS * N_A; r++) {
            row += 1 + cs_rng_below(&rng, 4);
            if (row < (size_t)N_IDS * N_A)
                memcpy(crowd.id_b[r], crowd.id_a[row], CS_ID_BYTES);
        }
        assert_true(cs_crowd_links(&crowd));
    }
}

static void a_share_says_nothing_by_itself(void **state)
{
    struct cs_crowd crowd;
    struct cs_linked linked[2];
    enum cs_status results[2];
    (void)state;

    cs_crowd_init(&crowd, (size_t[]){ MANY, MANY }, 1, 1, 8);
    cs_crowd_overlap(&crowd, MANY, 8);
    cs_crowd_link(linked, results, &crowd, NULL);
    assert_ok(results[0]);
    for (int party = 0; party < 2; party++) {
        size_t n_set = 0, n = linked[party].n_places;

        for (size_t place = 0; place < n; place++)
            n_set += linked[party].bit[place];
        assert_true(n_set > n / 2 - 6 * 40 && n_set < n / 2 + 6 * 40);
    }
    cs_linked_wipe(&linked[0]);
    cs_linked_wipe(&linked[1]);
    cs_crowd_wipe(&crowd);
}

/* ---- frames ------------------------------------------------------------------------ */

struct census {
    size_t n[2][32], bytes[2][32], all_bytes[2][32]; /* bytes: of the last frame */
};

static void count_frame(void *arg, int role, enum cs_frame kind, const uint8_t *body,
                        size_t n_bytes)
{
    struct census *census = arg;
    (void)body;

    census->n[role][kind]++;
    census->bytes[role][kind] = n_bytes;
    census->all_bytes[role][kind] += n_bytes;
}

static struct census count_frames(struct cs_crowd *crowd)
{
    struct census census = { 0 };
    const struct cs_tamper look = { .seen = count_frame, .arg = &census };
    struct cs_linked linked[2];
    enum cs_status results[2];

    cs_crowd_link(linked, results, crowd, &look);
    assert_true(cs_crowd_is_joined(linked, crowd));
    cs_linked_wipe(&linked[0]);
    cs_linked_wipe(&linked[1]);
    return census;
}

/* Nobody at both, everybody, nobody with an identifier; then one row more. */
static void what_crosses_is_of_one_size_whoever_is_at_both(void **state)
{
    enum { N_A = 300, N_B = 400 };
    static const struct {
        size_t n_b, n_both;
        bool nameless, same;
    } cases[] = {
        { N_B, 0, false, true },
        { N_B, N_A, false, true },
        { N_B, 0, true, true },
        { N_B + 1, 0, false, false },
    };
    struct census first = { 0 };
    (void)state;

    for (size_t i = 0; i < COUNT(cases); i++) {
        const size_t n_rows[2] = { N_A, cases[i].n_b };
        struct cs_crowd crowd;
        struct census census;

        cs_crowd_init(&crowd, n_rows, 1, 1, i);
        if (!cases[i].nameless)
            cs_crowd_overlap(&crowd, cases[i].n_both, i);
        census = count_frames(&crowd);
        if (i == 0)
            first = census;
        assert_int_equal(memcmp(&census, &first, sizeof first) == 0, cases[i].same);
        cs_crowd_wipe(&crowd);
    }
}

static void expect_refusal(const struct cs_tamper *tamper, const struct cs_crowd *crowd)
{
    struct cs_linked linked[2];
    enum cs_status results[2];

    cs_crowd_link(linked, results, crowd, tamper);
    for (int party = 0; party < 2; party++) {
        if (results[party] == CS_OK)
            fail_msg("frame %d of party %d, number %zu: nobody noticed", tamper->kind,
                     tamper->role, tamper->index);
        assert_null(linked[party].payload);
    }
    assert_true(results[!tamper->role] == CS_PROTOCOL ||
                results[tamper->role] == CS_PROTOCOL);
}

/* Every kind of frame that either party sends: the first, one in the middle and the last
 * of it, each at its last byte and at another. */
static void an_altered_byte_of_any_frame_is_noticed_at_both(void **state)
{
    struct cs_crowd crowd;
    struct census census;
    size_t n_kinds = 0;
    (void)state;

    cs_crowd_init(&crowd, (size_t[]){ 30, 40 }, 2, 1, 9);
    for (size_t i = 0; i < 60; i++)
        crowd.id_a[i][0] = (uint8_t)(i + 1);
    for (size_t i = 0; i < 40; i++)
        crowd.id_b[i][0] = (uint8_t)(2 * i + 1);
    census = count_frames(&crowd);
    for (int role = 0; role < 2; role++)
        for (int kind = 1; kind < 32; kind++) {
            const size_t n = census.n[role][kind];
            struct cs_tamper tamper = { .act = CS_TAMPER_ALTER,
                                        .role = role,
                                        .kind = (enum cs_frame)kind };

            if (n == 0 || kind == CS_FRAME_BYE || kind == CS_FRAME_ABORT)
                continue;
            n_kinds++;
            for (size_t i = 0; i < 3; i++) {
                tamper.index = i * (n - 1) / 2;
                tamper.at = i == 1 ? census.bytes[role][kind] / 3 : 0;
                expect_refusal(&tamper, &crowd);
            }
        }
    assert_true(n_kinds >= 12);
    cs_crowd_wipe(&crowd);
}

static void frames_lost_cut_or_repeated_are_noticed(void **state)
{
    static const enum cs_frame kinds[] = { CS_FRAME_LINK, CS_FRAME_OPRF, CS_FRAME_HINT,
                                           CS_FRAME_EQUALITY, CS_FRAME_MULTIPLEX };
    static const enum cs_tamper_act acts[] = { CS_TAMPER_LOSE, CS_TAMPER_CUT,
                                               CS_TAMPER_REPEAT };
    struct cs_crowd crowd;
    struct cs_linked linked[2];
    enum cs_status results[2];
    (void)state;

    cs_crowd_init(&crowd, (size_t[]){ 30, 40 }, 1, 1, 10);
    cs_crowd_overlap(&crowd, 20, 10);
    for (size_t i = 0; i < COUNT(kinds) * COUNT(acts); i++) {
        const enum cs_frame kind = kinds[i / COUNT(acts)];
        const struct cs_tamper tamper = { .act = acts[i % COUNT(acts)],
                                          .role = kind == CS_FRAME_OPRF ? CS_A : CS_B,
                                          .kind = kind };

        cs_crowd_link(linked, results, &crowd, &tamper);
        assert_int_not_equal(results[0], CS_OK);
        assert_int_not_equal(results[1], CS_OK);
    }
    cs_crowd_wipe(&crowd);
}

static void too_many_rows_are_refused_before_memory_is_taken(void **state)
{
    struct cs_link_input input = { .party = CS_A,
                                   .n_rows = { 5, CS_LINK_ROWS_MAX + 1 },
                                   .n_ids = 1,
                                   .n_words = 1,
                                   .ot_k = 4 };
    struct cs_linked linked;
    struct cs_fault fault = { 0 };
    (void)state;

    assert_int_equal(cs_link(&linked, &input, NULL, NULL, NULL, &fault), CS_INPUT);
    assert_non_null(strstr(fault.text, "b has"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(equal_and_disjoint_sets_and_single_people_are_joined),
        cmocka_unit_test(people_in_several_buckets_are_joined),
        cmocka_unit_test(people_without_an_identifier_are_not_linked),
        cmocka_unit_test(the_first_identifier_that_answers_counts),
        cmocka_unit_test(a_share_says_nothing_by_itself),
        cmocka_unit_test(what_crosses_is_of_one_size_whoever_is_at_both),
        cmocka_unit_test(an_altered_byte_of_any_frame_is_noticed_at_both),
        cmocka_unit_test(frames_lost_cut_or_repeated_are_noticed),
        cmocka_unit_test(too_many_rows_are_refused_before_memory_is_taken),
    };
    return CS_RUN("protocol/link", tests);
}
