/* What protocol/measure.h promises of a run that was cut and goes on: nothing is drawn,
 * and nothing opened, a second time in another way. */
#include <stdlib.h>
#include <string.h>

#include "protocol/measure.h"
#include "tests/support/check.h"
#include "tests/support/drawer.h"
#include "tests/support/duet.h"
#include "tests/support/sketch.h"

enum { ROWS = 60, COLUMNS = 3, CELLS_MAX = 256, BODY_MAX = 4096 };

static const struct cs_sketch_column columns[COLUMNS] = {
    { "arm", "a", 3, CS_SKETCH_CATEGORY },
    { "x", "a", 4, CS_SKETCH_CATEGORY },
    { "bought", "b", 2, CS_SKETCH_CATEGORY },
};

static struct cs_sketch sketch;
static struct cs_plan *plan;
static size_t order[2][COLUMNS];

struct side {
    struct cs_table table;
    struct cs_drawer drawer;
    struct cs_checkpoint checkpoint;
    struct cs_openings openings;
    struct cs_fault fault;
    int64_t cells[CELLS_MAX];
};

/* The first body of a kind that a party sent in a session. */
struct sent {
    uint8_t body[BODY_MAX];
    size_t n_bytes;
};

struct session {
    struct sent own[2], opened[2];
    size_t n_frames[2];
};

static void see(void *arg, int role, enum cs_frame kind, const uint8_t *body,
                size_t n_bytes)
{
    struct session *session = arg;
    struct sent *sent = kind == CS_FRAME_OWN_TABLE ? &session->own[role]
                        : kind == CS_FRAME_OPEN    ? &session->opened[role]
                                                   : NULL;

    session->n_frames[role]++;
    if (sent == NULL)
        return;
    assert_true(n_bytes <= BODY_MAX);
    memcpy(sent->body, body, n_bytes);
    sent->n_bytes = n_bytes;
}

static void make_table(struct side *side, enum cs_party party, struct cs_rng *rng)
{
    struct cs_schema *schema = &sketch.study.schema;
    size_t n = 0;

    for (size_t c = 0; c < COLUMNS; c++)
        if (schema->columns[c].at[party])
            order[party][n++] = c;
    schema->order[party] = order[party];
    schema->n_order[party] = n;
    side->table.party = party;
    assert_ok(cs_codes_init(&side->table.codes, ROWS, n));
    for (size_t i = 0; i < n; i++)
        for (size_t r = 0; r < ROWS; r++)
            cs_codes_column(&side->table.codes, i)[r] = (uint8_t)cs_rng_below(
                rng, (uint32_t)schema->columns[order[party][i]].n_codes);
}

static void set_up(struct side side[2], enum cs_noise noise)
{
    struct cs_rng rng;

    cs_rng_init_labelled(&rng, 1, "measure again");
    cs_sketch_init(&sketch, columns, COLUMNS, 0, COLUMNS - 1);
    sketch.study.noise = noise;
    sketch.n_rows[0] = sketch.n_rows[1] = ROWS;
    sketch.study.ot_k = 2;
    sketch.study.generator.train_on = CS_TRAIN_ON_POPULATION;
    plan = cs_sketch_plan(&sketch);
    assert_true(plan->n_cells <= CELLS_MAX);
    memset(side, 0, 2 * sizeof *side);
    for (int p = 0; p < 2; p++) {
        make_table(&side[p], (enum cs_party)p, &rng);
        cs_drawer_init(&side[p].drawer);
    }
}

static void tear_down(struct side side[2])
{
    for (int p = 0; p < 2; p++) {
        cs_codes_wipe(&side[p].table.codes);
        cs_drawer_wipe(&side[p].drawer);
        cs_openings_wipe(&side[p].openings);
    }
    cs_plan_free(plan);
}

static enum cs_status play(struct cs_channel *peer, int role, void *arg)
{
    struct side *own = arg;
    struct cs_rng secret;
    enum cs_status st;
    (void)role;

    cs_rng_init_random(&secret);
    cs_openings_wipe(&own->openings);
    own->fault = (struct cs_fault){ 0 };
    CS_TRY(cs_checkpoint_agree(&own->checkpoint, &own->drawer.store, NULL, &secret, peer,
                               &own->fault));
    CS_TRY(cs_measure_tables(own->cells, &sketch.study, plan, &own->table, NULL,
                             &own->openings, &own->checkpoint, &secret, peer, NULL));
out:
    return st;
}

static void run(struct side side[2], struct session *session, enum cs_status result[2],
                struct cs_tamper tamper)
{
    memset(session, 0, sizeof *session);
    tamper.seen = see;
    tamper.arg = session;
    cs_duet_tampered(play, (void *[]){ &side[0], &side[1] }, result, &tamper,
                     (struct cs_fault *[]){ &side[0].fault, &side[1].fault });
}

static void run_well(struct side side[2], struct session *session)
{
    enum cs_status result[2];

    run(side, session, result, (struct cs_tamper){ .act = CS_TAMPER_NONE });
    assert_ok(result[0]);
    assert_ok(result[1]);
    assert_memory_equal(side[0].cells, side[1].cells, plan->n_cells * sizeof(int64_t));
    for (int p = 0; p < 2; p++)
        assert_int_equal(side[p].openings.n, 1);
}

static void assert_same_if_both(const struct sent *before, const struct sent *after)
{
    if (before->n_bytes == 0 || after->n_bytes == 0)
        return;
    assert_int_equal(before->n_bytes, after->n_bytes);
    assert_memory_equal(before->body, after->body, before->n_bytes);
}

/* Cut at a frame of a party; then it goes on. Returns false when there is no such frame.
 */
static bool cut_and_go_on(int role, size_t frame, enum cs_noise noise)
{
    static struct side side[2];
    static struct session before, after;
    enum cs_status result[2];

    set_up(side, noise);
    run(side, &before, result,
        (struct cs_tamper){ .act = CS_TAMPER_CUT, .role = role, .index = frame });
    const bool was_cut = before.n_frames[role] > frame;
    run_well(side, &after);
    for (int p = 0; p < 2; p++) {
        assert_same_if_both(&before.own[p], &after.own[p]);
        assert_same_if_both(&before.opened[p], &after.opened[p]);
        if (result[0] == CS_OK && result[1] == CS_OK) /* both have the tables */
            assert_int_equal(after.opened[p].n_bytes, 0);
    }
    tear_down(side);
    return was_cut;
}

static void wherever_it_is_cut_it_shows_the_same_again(void **state)
{
    (void)state;
    for (int role = 0; role < 2; role++) {
        size_t frame = 0;

        while (cut_and_go_on(role, frame, CS_NOISE_EACH))
            frame++;
        assert_true(frame > 10);
    }
}

static void joint_noise_that_was_opened_is_opened_again(void **state)
{
    (void)state;
    for (int role = 0; role < 2; role++)
        for (size_t frame = 0; cut_and_go_on(role, frame, CS_NOISE_JOINT);)
            frame += 3;
}

/* The control: without what was kept, both runs show something else. */
static void a_new_run_shows_other_noise(void **state)
{
    static struct side side[2];
    static struct session before, after;
    (void)state;

    set_up(side, CS_NOISE_EACH);
    run_well(side, &before);
    cs_drawer_wipe(&side[0].drawer);
    cs_drawer_wipe(&side[1].drawer);
    run_well(side, &after);
    assert_memory_not_equal(before.own[0].body, after.own[0].body, before.own[0].n_bytes);
    assert_memory_not_equal(before.opened[0].body, after.opened[0].body,
                            before.opened[0].n_bytes);
    tear_down(side);
}

/* One party opened, or was about to; the other says that it has nothing any more. */
static void a_peer_that_lost_what_is_being_opened_is_refused(void **state)
{
    static const enum cs_frame lost[] = { CS_FRAME_OPEN, CS_FRAME_COMMIT };
    static struct side side[2];
    static struct session session;
    enum cs_status result[2];
    (void)state;

    for (size_t i = 0; i < COUNT(lost); i++)
        for (int p = 0; p < 2; p++) {
            set_up(side, CS_NOISE_EACH);
            run(side, &session, result,
                (struct cs_tamper){ .act = CS_TAMPER_CUT, .role = p, .kind = lost[i] });
            cs_drawer_wipe(&side[!p].drawer);
            run(side, &session, result, (struct cs_tamper){ .act = CS_TAMPER_NONE });
            assert_int_equal(result[p], CS_DISAGREE);
            assert_int_not_equal(result[!p], CS_OK);
            assert_int_equal(session.opened[p].n_bytes, 0);
            assert_non_null(strstr(side[p].fault.text, "has lost its part"));
            tear_down(side);
        }
}

/* Nobody has noted anything: nothing was opened, and all is made anew. */
static void a_peer_that_lost_its_shares_before_is_no_reason_to_stop(void **state)
{
    static struct side side[2];
    static struct session session;
    enum cs_status result[2];
    (void)state;

    set_up(side, CS_NOISE_EACH);
    run(side, &session, result,
        (struct cs_tamper){ .act = CS_TAMPER_CUT, .role = 1, .kind = CS_FRAME_KEPT });
    assert_non_null(cs_drawer_find(&side[0].drawer, CS_STEP_SHARES, 0));
    assert_null(cs_drawer_find(&side[0].drawer, CS_STEP_OPENING, 0));
    cs_drawer_wipe(&side[0].drawer);
    /* b may have noted; that is what the test above is about */
    cs_drawer_wipe(&side[1].drawer);
    run_well(side, &session);
    tear_down(side);
}

/* It has what it needs to open, and opens something else. */
static void tables_that_come_out_otherwise_are_refused(void **state)
{
    static struct side side[2];
    static struct session session;
    enum cs_status result[2];
    (void)state;

    set_up(side, CS_NOISE_EACH);
    run_well(side, &session);
    struct cs_drawer *drawer = &side[1].drawer;
    for (size_t i = 0; i < drawer->n; i++) {
        if (drawer->kept[i].step == CS_STEP_CELLS)
            drawer->kept[i].bytes[0] ^= 1; /* its tag: not common any more */
        if (drawer->kept[i].step == CS_STEP_SHARES)
            drawer->kept[i].bytes[CS_STEP_TAG_BYTES] ^= 1;
    }
    run(side, &session, result, (struct cs_tamper){ .act = CS_TAMPER_NONE });
    assert_int_equal(result[0], CS_PROTOCOL);
    assert_non_null(
        strstr(side[0].fault.text, "other tables than before the run was cut"));
    tear_down(side);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(wherever_it_is_cut_it_shows_the_same_again),
        cmocka_unit_test(joint_noise_that_was_opened_is_opened_again),
        cmocka_unit_test(a_new_run_shows_other_noise),
        cmocka_unit_test(a_peer_that_lost_what_is_being_opened_is_refused),
        cmocka_unit_test(a_peer_that_lost_its_shares_before_is_no_reason_to_stop),
        cmocka_unit_test(tables_that_come_out_otherwise_are_refused),
    };
    return CS_RUN("protocol/measure_again", tests);
}
