/* What protocol/align.h promises, one test for each promise. */
#include "protocol/align.h"

#include <string.h>

#include "tests/support/check.h"
#include "tests/support/duet.h"

enum { N = 50 };

struct list {
    uint8_t id[N + 1][CS_ID_BYTES];
    size_t n_rows;
    struct cs_fault fault;
};

static void prepare(struct list list[2])
{
    struct cs_rng rng;

    cs_rng_init_labelled(&rng, 1, "ids");
    memset(list, 0, 2 * sizeof *list);
    cs_rng_bytes(&rng, list[0].id, sizeof list[0].id);
    memcpy(list[1].id, list[0].id, sizeof list[0].id);
    list[0].n_rows = list[1].n_rows = N;
}

static enum cs_status align(struct cs_channel *peer, int role, void *arg)
{
    struct list *list = arg;
    struct cs_rng secret;

    cs_rng_init_random(&secret);
    return cs_align((const uint8_t(*)[CS_ID_BYTES])list->id, list->n_rows,
                    (enum cs_party)role, &secret, peer, &list->fault);
}

static void run(struct list list[2], enum cs_status results[2],
                const struct cs_tamper *tamper)
{
    cs_duet_with(align, (void *[]){ &list[0], &list[1] }, results,
                 &(struct cs_duet_options){ .timeout_ms = 300, .tamper = tamper });
}

static void expect_disagree(struct list list[2], const char *words)
{
    enum cs_status results[2];

    run(list, results, NULL);
    for (int i = 0; i < 2; i++) {
        assert_int_equal(results[i], CS_DISAGREE);
        assert_non_null(strstr(list[i].fault.text, words));
    }
}

static void the_same_people_in_the_same_order_are_aligned(void **state)
{
    struct list list[2];
    enum cs_status results[2];
    (void)state;

    prepare(list);
    run(list, results, NULL);
    assert_ok(results[0]);
    assert_ok(results[1]);
}

static void no_people_at_all_are_aligned(void **state)
{
    struct list list[2];
    enum cs_status results[2];
    (void)state;

    prepare(list);
    list[0].n_rows = list[1].n_rows = 0;
    run(list, results, NULL);
    assert_ok(results[0]);
}

static void one_bit_of_one_identifier_is_noticed_at_both(void **state)
{
    struct list list[2];
    (void)state;

    prepare(list);
    list[1].id[N - 1][15] ^= 0x80;
    expect_disagree(list, "sort both by the identifier");
}

static void another_order_is_noticed_at_both(void **state)
{
    struct list list[2];
    (void)state;

    prepare(list);
    memcpy(list[1].id[0], list[0].id[1], CS_ID_BYTES);
    memcpy(list[1].id[1], list[0].id[0], CS_ID_BYTES);
    expect_disagree(list, "same order");
}

static void another_number_of_rows_is_told_at_both(void **state)
{
    struct list list[2];
    (void)state;

    prepare(list);
    list[1].n_rows = N + 1;
    expect_disagree(list, "51");
}

/* ---- what crosses -------------------------------------------------------------- */

struct crossed {
    uint8_t body[2][2][64]; /* role, frame */
    size_t n_bytes[2][2];
    size_t n_frames[2];
};

static void see(void *arg, int role, enum cs_frame kind, const uint8_t *body,
                size_t n_bytes)
{
    struct crossed *crossed = arg;
    const size_t i = crossed->n_frames[role]++;

    assert_int_equal(kind, CS_FRAME_ALIGN);
    assert_true(i < 2 && n_bytes <= 64);
    memcpy(crossed->body[role][i], body, n_bytes);
    crossed->n_bytes[role][i] = n_bytes;
}

static struct crossed cross(void)
{
    struct crossed crossed = { 0 };
    const struct cs_tamper look = { .seen = see, .arg = &crossed };
    struct list list[2];
    enum cs_status results[2];

    prepare(list);
    run(list, results, &look);
    return crossed;
}

/* The list itself has 800 bytes; 72 cross, and no two of them twice. */
static void digests_are_short_fresh_and_differ_by_role(void **state)
{
    const struct crossed one = cross(), other = cross();
    (void)state;

    for (int role = 0; role < 2; role++) {
        assert_int_equal(one.n_frames[role], 2);
        assert_int_equal(one.n_bytes[role][0], 40);
        assert_int_equal(one.n_bytes[role][1], 32);
        for (int i = 0; i < 2; i++)
            assert_memory_not_equal(one.body[role][i], other.body[role][i], 32);
    }
    assert_memory_not_equal(one.body[0][1], one.body[1][1], 32);
}

/* A peer without the list sends back what it gets. */
static enum cs_status reflect(struct cs_channel *peer, int role, void *arg)
{
    uint8_t bytes[40];
    enum cs_status st = CS_OK;

    if (role == 0)
        return align(peer, role, arg);
    CS_TRY(cs_channel_recv(peer, CS_FRAME_ALIGN, bytes, 40));
    CS_TRY(cs_channel_send(peer, CS_FRAME_ALIGN, bytes, 40));
    CS_TRY(cs_channel_recv(peer, CS_FRAME_ALIGN, bytes, 32));
    CS_TRY(cs_channel_send(peer, CS_FRAME_ALIGN, bytes, 32));
out:
    return st;
}

static void sending_back_what_came_does_not_pass(void **state)
{
    struct list list[2];
    enum cs_status results[2];
    (void)state;

    prepare(list);
    cs_duet(reflect, (void *[]){ &list[0], NULL }, results);
    assert_int_equal(results[0], CS_DISAGREE);
}

/* Whatever happens to a frame, its receiver does not take the lists for aligned. */
static void a_hurt_frame_is_noticed_by_its_receiver(void **state)
{
    const enum cs_tamper_act act[] = { CS_TAMPER_LOSE, CS_TAMPER_CUT, CS_TAMPER_ALTER };
    (void)state;

    for (size_t i = 0; i < COUNT(act); i++)
        for (size_t frame = 0; frame < 2; frame++)
            for (int role = 0; role < 2; role++) {
                const struct cs_tamper tamper = {
                    .act = act[i], .role = role, .index = frame, .at = 35
                };
                struct list list[2];
                enum cs_status results[2];

                prepare(list);
                run(list, results, &tamper);
                assert_int_not_equal(results[!role], CS_OK);
                if (frame == 0)
                    assert_int_not_equal(results[role], CS_OK);
            }
}

static void an_opening_sent_twice_is_noticed(void **state)
{
    const struct cs_tamper tamper = { .act = CS_TAMPER_REPEAT };
    struct list list[2];
    enum cs_status results[2];
    (void)state;

    prepare(list);
    run(list, results, &tamper);
    assert_int_equal(results[1], CS_PROTOCOL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_same_people_in_the_same_order_are_aligned),
        cmocka_unit_test(no_people_at_all_are_aligned),
        cmocka_unit_test(one_bit_of_one_identifier_is_noticed_at_both),
        cmocka_unit_test(another_order_is_noticed_at_both),
        cmocka_unit_test(another_number_of_rows_is_told_at_both),
        cmocka_unit_test(digests_are_short_fresh_and_differ_by_role),
        cmocka_unit_test(sending_back_what_came_does_not_pass),
        cmocka_unit_test(a_hurt_frame_is_noticed_by_its_receiver),
        cmocka_unit_test(an_opening_sent_twice_is_noticed),
    };
    return CS_RUN("protocol/align", tests);
}
