/* What protocol/measure.h promises, one test for each promise. The twin counts in the
 * clear. */
#include "protocol/measure.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/check.h"
#include "tests/support/duet.h"
#include "tests/support/sketch.h"
#include "tests/support/uniform.h"

enum { ROWS = 300, COLUMNS_MAX = 8, SPIKE = UINT16_MAX };

static struct cs_sketch sketch;
static struct cs_plan *plan;
static size_t order[2][COLUMNS_MAX];
static uint8_t value[COLUMNS_MAX][ROWS]; /* the truth, by column of the schema */
static int64_t *truth;

struct side {
    struct cs_table table;
    struct cs_openings openings;
    struct cs_fault fault;
    struct cs_rng secret;
    int64_t *cells;
};

static struct side side[2];

static void make_table(enum cs_party party)
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
    assert_ok(cs_codes_init(&table->codes, ROWS, schema->n_order[party]));
    for (size_t i = 0; i < schema->n_order[party]; i++)
        memcpy(cs_codes_column(&table->codes, i), value[order[party][i]], ROWS);
    side[party].cells = calloc(plan->n_cells, sizeof *side[party].cells);
    assert_non_null(side[party].cells);
}

static void count_in_the_clear(void)
{
    truth = calloc(plan->n_cells, sizeof *truth);
    assert_non_null(truth);
    for (size_t t = 0; t < plan->n_tables; t++)
        for (size_t r = 0; r < ROWS; r++) {
            const struct cs_table_spec *spec = &plan->tables[t];
            size_t cell = 0;

            for (size_t i = 0; i < spec->n_columns; i++)
                cell = cell * sketch.column[spec->column[i]].n_codes +
                       value[spec->column[i]][r];
            truth[spec->first_cell + cell]++;
        }
}

/* Columns as given; codes at random; noise of variance s2_q16, or the plan's if 0; a plan
 * without any if the study is unprotected. */
static void set_up_noise(const struct cs_sketch_column *columns, size_t n,
                         uint64_t s2_q16, bool unprotected, enum cs_noise noise,
                         struct cs_rng *rng)
{
    cs_sketch_init(&sketch, columns, n, 0, n - 1);
    cs_sketch_ask_more(&sketch);
    sketch.study.noise = noise;
    sketch.n_rows[0] = sketch.n_rows[1] = ROWS;
    sketch.study.ot_k = 2;
    sketch.study.epsilon = 10;
    sketch.study.generator.train_on = CS_TRAIN_ON_POPULATION;
    sketch.study.unprotected = unprotected;
    plan = cs_sketch_plan(&sketch);
    for (size_t t = 0; t < plan->n_tables && s2_q16 > 0; t++)
        plan->tables[t].s2_q16 = s2_q16;
    for (size_t c = 0; c < n; c++)
        for (size_t r = 0; r < ROWS; r++)
            value[c][r] = (uint8_t)cs_rng_below(rng, (uint32_t)columns[c].n_codes);
    make_table(CS_A);
    make_table(CS_B);
    count_in_the_clear();
    for (int p = 0; p < 2; p++)
        cs_rng_init_labelled(&side[p].secret, cs_rng_u64(rng), "secret");
}

static void set_up_study(const struct cs_sketch_column *columns, size_t n,
                         uint64_t s2_q16, bool unprotected, struct cs_rng *rng)
{
    set_up_noise(columns, n, s2_q16, unprotected, CS_NOISE_EACH, rng);
}

static void set_up(const struct cs_sketch_column *columns, size_t n, uint64_t s2_q16,
                   struct cs_rng *rng)
{
    set_up_study(columns, n, s2_q16, false, rng);
}

static void tear_down(void)
{
    for (int p = 0; p < 2; p++) {
        cs_codes_wipe(&side[p].table.codes);
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
    return cs_measure_tables(own->cells, &sketch.study, plan, &own->table, NULL,
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
}

static void without_noise_both_get_the_counts(void **state)
{
    struct cs_sketch_column columns[COLUMNS_MAX];
    struct cs_rng rng;
    (void)state;

    cs_rng_init_labelled(&rng, 1, "measure");
    for (size_t i = 0; i < 12; i++) {
        set_up(columns, cs_sketch_draw(columns, 6, 9, &rng), 1, &rng);
        run_well(NULL);
        assert_memory_equal(side[CS_A].cells, truth, plan->n_cells * sizeof *truth);
        assert_memory_equal(side[CS_B].cells, truth, plan->n_cells * sizeof *truth);
        tear_down();
    }
}

/* And the control: the same study with noise does not give them. */
static void an_unprotected_study_opens_the_counts(void **state)
{
    struct cs_sketch_column columns[COLUMNS_MAX];
    struct cs_rng rng;
    (void)state;

    cs_rng_init_labelled(&rng, 2, "measure");
    for (size_t i = 0; i < 12; i++) {
        const bool unprotected = i % 2 == 0;

        set_up_study(columns, cs_sketch_draw(columns, 6, 9, &rng), 0, unprotected, &rng);
        run_well(NULL);
        const size_t n_bytes = plan->n_cells * sizeof *truth;
        assert_memory_equal(side[CS_A].cells, side[CS_B].cells, n_bytes);
        assert_true((memcmp(side[CS_A].cells, truth, n_bytes) == 0) == unprotected);
        tear_down();
    }
}

/* A few wide columns: many cells, so that their variance is known well. */
static const struct cs_sketch_column wide[] = {
    { "arm", "a", 20, CS_SKETCH_CATEGORY },
    { "x", "a", 60, CS_SKETCH_CATEGORY },
    { "y", "b", 60, CS_SKETCH_CATEGORY },
    { "bought", "b", 20, CS_SKETCH_CATEGORY },
};

/* The ratio of the noise's variance in cells of a kind to what a cell should have. */
static double noise_ratio(enum cs_table_kind kind, double parties, size_t *n)
{
    double sum = 0;

    *n = 0;
    for (size_t t = 0; t < plan->n_tables; t++) {
        const struct cs_table_spec *spec = &plan->tables[t];

        if (spec->kind != kind)
            continue;
        for (size_t k = spec->first_cell; k < spec->first_cell + spec->n_cells; k++) {
            const double d = (double)(side[0].cells[k] - truth[k]);
            sum += d * d / (parties * (double)spec->s2_q16 / 65536);
        }
        *n += spec->n_cells;
    }
    return sum / (double)*n;
}

static void assert_near_one(double ratio, size_t n)
{
    /* six standard deviations of a chi-square over n */
    if ((ratio - 1) * (ratio - 1) > 36 * 2 / (double)n)
        fail_msg("the noise's variance is %.4f of what it should be", ratio);
}

static void noise_is_that_of_the_plan_once_in_own_and_twice_in_cross_tables(void **state)
{
    struct cs_rng rng;
    size_t n;
    (void)state;

    cs_rng_init_labelled(&rng, 2, "measure");
    set_up(wide, COUNT(wide), 50 << 16, &rng);
    for (size_t t = 0; t < plan->n_tables; t++)
        plan->tables[t].s2_q16 = (uint64_t)(20 + t) << 16;
    run_well(NULL);
    for (int kind = CS_OWN_A; kind <= CS_CROSS; kind++) {
        const double ratio =
            noise_ratio((enum cs_table_kind)kind, kind == CS_CROSS ? 2 : 1, &n);
        assert_true(n >= 1200);
        assert_near_one(ratio, n);
    }
    assert_memory_equal(side[0].cells, side[1].cells, plan->n_cells * sizeof *truth);
    tear_down();
}

static void joint_noise_is_once_in_cross_tables_too(void **state)
{
    struct cs_rng rng;
    size_t n;
    (void)state;

    cs_rng_init_labelled(&rng, 8, "measure");
    set_up_noise(wide, COUNT(wide), 0, false, CS_NOISE_JOINT, &rng);
    run_well(NULL);
    for (int kind = CS_OWN_A; kind <= CS_CROSS; kind++) {
        const double ratio = noise_ratio((enum cs_table_kind)kind, 1, &n);
        assert_near_one(ratio, n);
    }
    assert_memory_equal(side[0].cells, side[1].cells, plan->n_cells * sizeof *truth);
    assert_int_equal(side[0].openings.n, 1);
    tear_down();
}

static void joint_noise_leaves_an_unprotected_study_exact(void **state)
{
    struct cs_rng rng;
    (void)state;

    cs_rng_init_labelled(&rng, 9, "measure");
    set_up_noise(wide, COUNT(wide), 0, true, CS_NOISE_JOINT, &rng);
    run_well(NULL);
    assert_memory_equal(side[0].cells, truth, plan->n_cells * sizeof *truth);
    tear_down();
}

static void the_opening_is_recorded_at_both(void **state)
{
    struct cs_rng rng;
    (void)state;

    cs_rng_init_labelled(&rng, 3, "measure");
    set_up(wide, COUNT(wide), 0, &rng);
    size_t n_cross = 0;
    for (size_t t = 0; t < plan->n_tables; t++)
        n_cross += plan->tables[t].kind == CS_CROSS ? plan->tables[t].n_cells : 0;
    run_well(NULL);
    for (int p = 0; p < 2; p++) {
        assert_int_equal(side[p].openings.n, 1);
        assert_int_equal(side[p].openings.entry[0].n_words, n_cross);
        assert_int_equal(side[p].openings.entry[0].word_bytes, 4);
    }
    tear_down();
}

/* What one party shows when the cross tables are opened. */
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
    assert_true(n_bytes <= SPIKE * sizeof *shown->word && shown->n == 0);
    memcpy(shown->word, body, n_bytes);
    shown->n = n_bytes / sizeof *shown->word;
}

static void the_share_of_a_cross_table_by_itself_is_uniform(void **state)
{
    static uint32_t word[SPIKE];
    struct cs_histogram histogram;
    struct cs_rng rng;
    (void)state;

    for (int role = 0; role < 2; role++) {
        struct shown shown = { role, word, 0 };
        const struct cs_tamper look = { .seen = keep_shares, .arg = &shown };

        cs_rng_init_labelled(&rng, 4, "measure");
        set_up(wide, COUNT(wide), 1, &rng);
        run_well(&look);
        assert_true(shown.n > 10000);
        memset(&histogram, 0, sizeof histogram);
        cs_histogram_add(&histogram, (const uint8_t *)word, shown.n / 2 * 8);
        assert_true(cs_histogram_is_uniform(&histogram));
        tear_down();
    }
}

static const struct cs_sketch_column narrow[] = {
    { "arm", "a", 3, CS_SKETCH_CATEGORY },
    { "x", "a", 4, CS_SKETCH_CATEGORY },
    { "bought", "b", 2, CS_SKETCH_CATEGORY },
};

/* One frame of a is hurt: the status at either party, and that b's words say it. */
static void assert_hurt(struct cs_tamper tamper, enum cs_status at_b, const char *words)
{
    enum cs_status result[2];
    struct cs_rng rng;

    cs_rng_init_labelled(&rng, 5, "measure");
    set_up(narrow, COUNT(narrow), 1, &rng);
    run(result, &tamper);
    assert_int_equal(result[CS_B], at_b);
    if (words != NULL && strstr(side[CS_B].fault.text, words) == NULL)
        fail_msg("wanted `%s`, got `%s`", words, side[CS_B].fault.text);
    tear_down();
}

static void a_count_that_noise_does_not_explain_is_refused_with_words(void **state)
{
    (void)state;
    /* bit 0 of the last byte of a word: 2^24 people more */
    assert_hurt((struct cs_tamper){ .act = CS_TAMPER_ALTER, .kind = CS_FRAME_OWN_TABLE },
                CS_PROTOCOL, "noise does not explain");
}

/* The control: one person more is what noise may do, and is not noticed. */
static void a_count_that_noise_explains_is_accepted(void **state)
{
    (void)state;
    assert_hurt(
        (struct cs_tamper){ .act = CS_TAMPER_ALTER, .kind = CS_FRAME_OWN_TABLE, .at = 3 },
        CS_OK, NULL);
}

static void frames_that_are_cut_lost_or_repeated_are_found(void **state)
{
    static const enum cs_frame kind[] = { CS_FRAME_OWN_TABLE, CS_FRAME_COMMIT,
                                          CS_FRAME_OPEN };
    (void)state;

    for (size_t i = 0; i < COUNT(kind); i++)
        assert_hurt((struct cs_tamper){ .act = CS_TAMPER_CUT, .kind = kind[i] },
                    CS_PROTOCOL, "bytes");
    assert_hurt((struct cs_tamper){ .act = CS_TAMPER_LOSE, .kind = CS_FRAME_COMMIT },
                CS_PROTOCOL, "was lost");
    assert_hurt((struct cs_tamper){ .act = CS_TAMPER_LOSE, .kind = CS_FRAME_OPEN },
                CS_CLOSED, NULL); /* a has what it waits for, and goes */
    assert_hurt((struct cs_tamper){ .act = CS_TAMPER_REPEAT, .kind = CS_FRAME_OWN_TABLE },
                CS_PROTOCOL, "came twice");
}

static void an_altered_opening_is_found(void **state)
{
    (void)state;
    assert_hurt((struct cs_tamper){ .act = CS_TAMPER_ALTER, .kind = CS_FRAME_OPEN },
                CS_PROTOCOL, "committed");
    assert_hurt((struct cs_tamper){ .act = CS_TAMPER_ALTER, .kind = CS_FRAME_COMMIT },
                CS_PROTOCOL, "committed");
}

static void altered_transfers_are_found_with_words(void **state)
{
    (void)state;
    assert_hurt((struct cs_tamper){ .act = CS_TAMPER_ALTER, .kind = CS_FRAME_OT_EXTEND },
                CS_PROTOCOL, "transfers");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_noise_both_get_the_counts),
        cmocka_unit_test(an_unprotected_study_opens_the_counts),
        cmocka_unit_test(noise_is_that_of_the_plan_once_in_own_and_twice_in_cross_tables),
        cmocka_unit_test(joint_noise_is_once_in_cross_tables_too),
        cmocka_unit_test(joint_noise_leaves_an_unprotected_study_exact),
        cmocka_unit_test(the_opening_is_recorded_at_both),
        cmocka_unit_test(the_share_of_a_cross_table_by_itself_is_uniform),
        cmocka_unit_test(a_count_that_noise_does_not_explain_is_refused_with_words),
        cmocka_unit_test(a_count_that_noise_explains_is_accepted),
        cmocka_unit_test(frames_that_are_cut_lost_or_repeated_are_found),
        cmocka_unit_test(an_altered_opening_is_found),
        cmocka_unit_test(altered_transfers_are_found_with_words),
    };
    return CS_RUN("protocol/measure", tests);
}
