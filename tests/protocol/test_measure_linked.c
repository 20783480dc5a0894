/* What protocol/measure.h promises of people that were linked privately. The test makes
 * the shares; the twin joins and counts in the clear. */
#include "protocol/measure.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/check.h"
#include "tests/support/duet.h"
#include "tests/support/sketch.h"
#include "tests/support/uniform.h"

enum { PEOPLE = 17000, COLUMNS_MAX = 8, WORDS_MAX = UINT16_MAX };

static struct cs_sketch sketch;
static struct cs_plan *plan;
static size_t order[2][COLUMNS_MAX];
static int64_t *truth;

/* Who is where: rows of A in places, and their rows at B. */
static struct join {
    size_t n_places;
    uint32_t row[PEOPLE];     /* of A at a place, or CS_LINKED_NOBODY */
    uint32_t partner[PEOPLE]; /* row of B of the person at a place, or CS_LINKED_NOBODY */
} join;

struct side {
    struct cs_table table;
    struct cs_linked linked;
    struct cs_openings openings;
    struct cs_fault fault;
    struct cs_rng secret;
    int64_t *cells;
};

static struct side side[2];

/* ---- a study, and the rows of both ------------------------------------------------- */

static void make_table(enum cs_party party, struct cs_rng *rng)
{
    struct cs_schema *schema = &sketch.study.schema;
    struct cs_table *table = &side[party].table;

    schema->order[party] = order[party];
    schema->n_order[party] = 0;
    for (size_t c = 0; c < schema->n_columns; c++)
        if (schema->columns[c].at[party])
            order[party][schema->n_order[party]++] = c;
    memset(&side[party], 0, sizeof side[party]);
    table->party = party;
    assert_ok(cs_codes_init(&table->codes, sketch.n_rows[party], schema->n_order[party]));
    for (size_t i = 0; i < schema->n_order[party]; i++)
        for (size_t r = 0; r < sketch.n_rows[party]; r++)
            cs_codes_column(&table->codes, i)[r] = (uint8_t)cs_rng_below(
                rng, (uint32_t)schema->columns[order[party][i]].n_codes);
    side[party].cells = calloc(plan->n_cells, sizeof *side[party].cells);
    assert_non_null(side[party].cells);
    cs_rng_init_labelled(&side[party].secret, cs_rng_u64(rng), "secret");
}

static void shuffle(uint32_t *x, size_t n, struct cs_rng *rng)
{
    for (size_t i = n; i-- > 1;) {
        const size_t j = cs_rng_below(rng, (uint32_t)i + 1);
        const uint32_t swap = x[i];

        x[i] = x[j];
        x[j] = swap;
    }
}

/* A's rows in random places, n_both of them with a random row of B. */
static void draw_join(size_t n_places, size_t n_both, struct cs_rng *rng)
{
    uint32_t at_b[PEOPLE];

    join.n_places = n_places;
    for (size_t r = 0; r < n_places; r++)
        join.row[r] = r < sketch.n_rows[CS_A] ? (uint32_t)r : CS_LINKED_NOBODY;
    for (size_t r = 0; r < sketch.n_rows[CS_B]; r++)
        at_b[r] = (uint32_t)r;
    shuffle(join.row, n_places, rng);
    shuffle(at_b, sketch.n_rows[CS_B], rng);
    for (size_t p = 0; p < n_places; p++)
        join.partner[p] = join.row[p] < n_both ? at_b[join.row[p]] : CS_LINKED_NOBODY;
}

static void share_join(struct cs_rng *rng)
{
    static struct cs_payload layout;

    cs_payload_init(&layout, &sketch.study.schema);
    for (int p = 0; p < 2; p++) {
        struct cs_linked *linked = &side[p].linked;

        *linked =
            (struct cs_linked){ .n_places = join.n_places, .n_words = layout.n_words };
        linked->bit = calloc(join.n_places, sizeof *linked->bit);
        linked->payload = calloc(join.n_places * layout.n_words, sizeof *linked->payload);
        assert_non_null(linked->bit);
        assert_non_null(linked->payload);
    }
    side[CS_A].linked.row = malloc(join.n_places * sizeof *join.row);
    assert_non_null(side[CS_A].linked.row);
    memcpy(side[CS_A].linked.row, join.row, join.n_places * sizeof *join.row);
    for (size_t place = 0; place < join.n_places; place++) {
        uint64_t *const word0 = side[CS_A].linked.payload + place * layout.n_words;
        uint64_t *const word1 = side[CS_B].linked.payload + place * layout.n_words;
        const bool both = join.partner[place] != CS_LINKED_NOBODY;

        if (both)
            cs_payload_pack(word1, &layout, &sketch.study.schema, &side[CS_B].table.codes,
                            join.partner[place]);
        side[CS_A].linked.bit[place] = (uint8_t)cs_rng_below(rng, 2);
        side[CS_B].linked.bit[place] = side[CS_A].linked.bit[place] ^ both;
        for (size_t w = 0; w < layout.n_words; w++)
            word1[w] ^= word0[w] = cs_rng_u64(rng);
    }
}

/* ---- counting in the clear --------------------------------------------------------- */

static size_t code_of(enum cs_party party, size_t column, size_t row)
{
    for (size_t i = 0; i < sketch.study.schema.n_order[party]; i++)
        if (order[party][i] == column)
            return cs_codes_column(&side[party].table.codes, i)[row];
    fail_msg("party %d has no column %zu", party, column);
    return 0;
}

/* A person with these rows at A and B: in one cell of the table. */
static void count_person(const struct cs_table_spec *spec, size_t row_a, size_t row_b)
{
    size_t cell = 0;

    for (size_t i = 0; i < spec->n_columns; i++) {
        const size_t c = spec->column[i];
        const bool at_a = spec->kind == CS_CROSS ? i < spec->n_a : spec->kind == CS_OWN_A;

        cell = cell * sketch.column[c].n_codes +
               (at_a ? code_of(CS_A, c, row_a) : code_of(CS_B, c, row_b));
    }
    truth[spec->first_cell + cell]++;
}

static void count_in_the_clear(void)
{
    truth = calloc(plan->n_cells, sizeof *truth);
    assert_non_null(truth);
    for (size_t t = 0; t < plan->n_tables; t++) {
        const struct cs_table_spec *spec = &plan->tables[t];

        if (spec->kind == CS_CROSS) {
            for (size_t p = 0; p < join.n_places; p++)
                if (join.partner[p] != CS_LINKED_NOBODY)
                    count_person(spec, join.row[p], join.partner[p]);
        } else {
            for (size_t r = 0; r < sketch.n_rows[spec->kind == CS_OWN_A ? CS_A : CS_B];
                 r++)
                count_person(spec, r, r);
        }
    }
}

/* ---- a run ------------------------------------------------------------------------- */

struct people {
    size_t n_a, n_b, n_places, n_both;
};

/* Codes at random; noise so small that there is none. */
static void set_up(const struct cs_sketch_column *columns, size_t n,
                   const struct people *people, struct cs_rng *rng)
{
    cs_sketch_init(&sketch, columns, n, 0, n - 1);
    cs_sketch_ask_more(&sketch);
    sketch.n_rows[CS_A] = people->n_a;
    sketch.n_rows[CS_B] = people->n_b;
    sketch.study.ot_k = 2;
    sketch.study.epsilon = 10;
    sketch.study.generator.train_on = CS_TRAIN_ON_POPULATION;
    plan = cs_sketch_plan(&sketch);
    for (size_t t = 0; t < plan->n_tables; t++)
        plan->tables[t].s2_q16 = 1;
    make_table(CS_A, rng);
    make_table(CS_B, rng);
    draw_join(people->n_places, people->n_both, rng);
    share_join(rng);
    count_in_the_clear();
}

static void tear_down(void)
{
    for (int p = 0; p < 2; p++) {
        cs_codes_wipe(&side[p].table.codes);
        cs_linked_wipe(&side[p].linked);
        cs_openings_wipe(&side[p].openings);
        free(side[p].cells);
    }
    free(truth);
    cs_plan_free(plan);
}

static enum cs_status play(struct cs_channel *peer, int role, void *arg)
{
    struct side *own = arg;

    CS_REQUIRE((int)own->table.party == role);
    return cs_measure_tables(own->cells, &sketch.study, plan, &own->table, &own->linked,
                             &own->openings, NULL, &own->secret, peer, NULL);
}

static void run(enum cs_status result[2], const struct cs_tamper *tamper)
{
    cs_duet_tampered(play, (void *[]){ &side[0], &side[1] }, result, tamper,
                     (struct cs_fault *[]){ &side[0].fault, &side[1].fault });
}

static void run_well(const struct cs_tamper *tamper)
{
    enum cs_status result[2];

    run(result, tamper);
    assert_ok(result[CS_A]);
    assert_ok(result[CS_B]);
    assert_memory_equal(side[CS_A].cells, side[CS_B].cells,
                        plan->n_cells * sizeof *truth);
}

static void assert_joined(const struct cs_sketch_column *columns, size_t n,
                          const struct people *people, struct cs_rng *rng)
{
    set_up(columns, n, people, rng);
    run_well(NULL);
    for (size_t k = 0; k < plan->n_cells; k++)
        if (side[CS_A].cells[k] != truth[k])
            fail_msg("cell %zu is %lld, not %lld", k, (long long)side[CS_A].cells[k],
                     (long long)truth[k]);
    tear_down();
}

/* ---- the result -------------------------------------------------------------------- */

static void tables_are_those_of_a_join_in_the_clear(void **state)
{
    struct cs_sketch_column columns[COLUMNS_MAX];
    struct cs_rng rng;
    (void)state;

    cs_rng_init_labelled(&rng, 1, "measure linked");
    for (size_t i = 0; i < 20; i++) {
        struct people people = { .n_a = 1 + cs_rng_below(&rng, 150),
                                 .n_b = 1 + cs_rng_below(&rng, 150) };
        const size_t most = people.n_a < people.n_b ? people.n_a : people.n_b;

        people.n_places = people.n_a + cs_rng_below(&rng, 60);
        people.n_both = cs_rng_below(&rng, (uint32_t)most + 1);
        assert_joined(columns, cs_sketch_draw(columns, 7, 20, &rng), &people, &rng);
    }
}

static const struct cs_sketch_column narrow[] = {
    { "arm", "a", 3, CS_SKETCH_CATEGORY },
    { "x", "a", 5, CS_SKETCH_CATEGORY },
    { "y", "b", 3, CS_SKETCH_CATEGORY },
    { "bought", "b", 2, CS_SKETCH_CATEGORY },
};

static void
so_they_are_where_all_or_none_are_linked_or_nobody_is_in_any_place(void **state)
{
    static const struct people people[] = {
        { 100, 100, 127, 100 }, /* the same people */
        { 100, 100, 127, 0 },   /* no person in common */
        { 10, 200, 13, 10 },    /* all of A */
        { 200, 10, 254, 10 },   /* all of B */
        { 1, 1, 1, 1 },         { 1, 1, 1, 0 },
        { 1, 1, 300, 1 }, /* hardly anybody anywhere */
    };
    struct cs_rng rng;
    (void)state;

    cs_rng_init_labelled(&rng, 2, "measure linked");
    for (size_t i = 0; i < COUNT(people); i++)
        assert_joined(narrow, COUNT(narrow), &people[i], &rng);
}

/* 140 coins of weight 2 and 16 of weight 1: a variance of 144. */
static void joint_noise_is_added_once(void **state)
{
    static const struct cs_sketch_column columns[] = {
        { "arm", "a", 20, CS_SKETCH_CATEGORY },
        { "x", "b", 30, CS_SKETCH_CATEGORY },
        { "bought", "b", 8, CS_SKETCH_CATEGORY },
    };
    const struct people people = { 300, 200, 400, 150 };
    struct cs_rng rng;
    double sum = 0;
    size_t n = 0;
    (void)state;

    cs_rng_init_labelled(&rng, 7, "measure linked");
    set_up(columns, COUNT(columns), &people, &rng);
    for (size_t t = 0; t < plan->n_tables; t++)
        if (plan->tables[t].kind == CS_CROSS) {
            plan->tables[t].joint = (struct cs_binomial){ 1, 140 };
            plan->tables[t].s2_q16 = cs_binomial_s2_q16(&plan->tables[t].joint);
        }
    run_well(NULL);
    for (size_t t = 0; t < plan->n_tables; t++)
        for (size_t k = 0; k < plan->tables[t].n_cells; k++) {
            const size_t cell = plan->tables[t].first_cell + k;
            const double d = (double)(side[CS_A].cells[cell] - truth[cell]);

            assert_true(plan->tables[t].kind == CS_CROSS || d == 0);
            sum += d * d;
            n += plan->tables[t].kind == CS_CROSS;
        }
    /* six standard deviations of a chi-square over n */
    assert_true(n > 3000);
    assert_true(pow(sum / (double)n / 144 - 1, 2) < 36 * 2 / (double)n);
    tear_down();
}

static void so_they_are_over_several_blocks_of_places(void **state)
{
    const struct people people = { 6800, 5000, 16500, 3000 };
    struct cs_rng rng;
    (void)state;

    cs_rng_init_labelled(&rng, 3, "measure linked");
    assert_joined(narrow, COUNT(narrow), &people, &rng);
}

static void so_they_are_for_the_widest_columns(void **state)
{
    static const struct cs_sketch_column widest[] = {
        { "arm", "a", 2, CS_SKETCH_CATEGORY },     { "x", "ab", 3, CS_SKETCH_CATEGORY },
        { "y", "b", 64, CS_SKETCH_CATEGORY },      { "z", "b", 1, CS_SKETCH_CATEGORY },
        { "bought", "b", 33, CS_SKETCH_CATEGORY },
    };
    const struct people people = { 60, 70, 76, 40 };
    struct cs_rng rng;
    (void)state;

    cs_rng_init_labelled(&rng, 4, "measure linked");
    assert_joined(widest, COUNT(widest), &people, &rng);
}

/* ---- secrecy and frames that are hurt ---------------------------------------------- */

struct shown {
    int role;
    uint32_t *word;
    size_t n;
};

static void keep_shares(void *arg, int role, enum cs_frame kind, const uint8_t *body,
                        size_t n_bytes)
{
    struct shown *shown = arg;

    if (role != shown->role || kind != CS_FRAME_OPEN)
        return;
    assert_true(n_bytes <= WORDS_MAX * sizeof *shown->word && shown->n == 0);
    memcpy(shown->word, body, n_bytes);
    shown->n = n_bytes / sizeof *shown->word;
}

static void the_share_of_a_cross_table_is_uniform_though_nobody_is_linked(void **state)
{
    static const struct cs_sketch_column wide[] = {
        { "arm", "a", 20, CS_SKETCH_CATEGORY },
        { "x", "a", 60, CS_SKETCH_CATEGORY },
        { "y", "b", 60, CS_SKETCH_CATEGORY },
        { "bought", "b", 8, CS_SKETCH_CATEGORY },
    };
    const struct people nobody = { 50, 50, 64, 0 };
    static uint32_t word[WORDS_MAX];
    struct cs_rng rng;
    (void)state;

    for (int role = 0; role < 2; role++) {
        struct shown shown = { role, word, 0 };
        const struct cs_tamper look = { .seen = keep_shares, .arg = &shown };
        struct cs_histogram histogram = { 0 };

        cs_rng_init_labelled(&rng, 5, "measure linked");
        set_up(wide, COUNT(wide), &nobody, &rng);
        run_well(&look);
        assert_true(shown.n > 10000);
        cs_histogram_add(&histogram, (const uint8_t *)word, shown.n / 2 * 8);
        assert_true(cs_histogram_is_uniform(&histogram));
        tear_down();
    }
}

static void a_frame_that_is_cut_is_found(void **state)
{
    static const struct {
        int role;
        enum cs_frame kind;
    } frame[] = { { CS_B, CS_FRAME_ONE_HOT },
                  { CS_B, CS_FRAME_GROUP_BY },
                  { CS_A, CS_FRAME_OT_EXTEND },
                  { CS_A, CS_FRAME_OT_CHECK } };
    const struct people people = { 30, 30, 38, 20 };
    struct cs_rng rng;
    (void)state;

    cs_rng_init_labelled(&rng, 6, "measure linked");
    for (size_t i = 0; i < COUNT(frame); i++) {
        const struct cs_tamper cut = { .act = CS_TAMPER_CUT,
                                       .role = frame[i].role,
                                       .kind = frame[i].kind };
        enum cs_status result[2];

        set_up(narrow, COUNT(narrow), &people, &rng);
        run(result, &cut);
        assert_int_equal(result[1 - cut.role], CS_PROTOCOL);
        assert_true(result[cut.role] != CS_OK);
        tear_down();
    }
}

/* The vectors are not checked, but a count that comes of one: here 2^24 people more. */
static void a_count_that_noise_does_not_explain_is_refused(void **state)
{
    const struct cs_tamper hurt = { .act = CS_TAMPER_ALTER,
                                    .role = CS_B,
                                    .kind = CS_FRAME_GROUP_BY };
    const struct people people = { 30, 30, 38, 20 };
    enum cs_status result[2];
    struct cs_rng rng;
    (void)state;

    cs_rng_init_labelled(&rng, 7, "measure linked");
    set_up(narrow, COUNT(narrow), &people, &rng);
    run(result, &hurt);
    assert_int_equal(result[CS_A], CS_PROTOCOL);
    assert_int_equal(result[CS_B], CS_PROTOCOL);
    tear_down();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tables_are_those_of_a_join_in_the_clear),
        cmocka_unit_test(
            so_they_are_where_all_or_none_are_linked_or_nobody_is_in_any_place),
        cmocka_unit_test(joint_noise_is_added_once),
        cmocka_unit_test(so_they_are_over_several_blocks_of_places),
        cmocka_unit_test(so_they_are_for_the_widest_columns),
        cmocka_unit_test(the_share_of_a_cross_table_is_uniform_though_nobody_is_linked),
        cmocka_unit_test(a_frame_that_is_cut_is_found),
        cmocka_unit_test(a_count_that_noise_does_not_explain_is_refused),
    };
    return CS_RUN("protocol/measure_linked", tests);
}
