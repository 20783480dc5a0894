/* What model/ab.h promises of several test arms, outcomes and pairs of columns. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "model/ab.h"
#include "model/worth.h"
#include "tests/support/check.h"
#include "tests/support/sketch.h"

#define assert_near(x, y, tolerance) assert_true(fabs((x) - (y)) <= (tolerance))

enum { REGION, SIZE, ARM, SHOP, VISIT, SPEND, N_COLUMNS };
enum { NOBODY, CONTROL, MAIL, LETTER };
enum { PEOPLE = 24000, ANY = -1 };

/* What is spent lies in bins of 100: 0 to 99, .. 900 to 999. */
static const struct cs_sketch_column columns[N_COLUMNS] = {
    [REGION] = { "region", "a", 4, CS_SKETCH_CATEGORY },
    [SIZE] = { "size", "a", 3, CS_SKETCH_CATEGORY },
    [ARM] = { "arm", "a", 4, CS_SKETCH_CATEGORY },
    [SHOP] = { "shop", "b", 3, CS_SKETCH_CATEGORY },
    [VISIT] = { "visit", "b", 2, CS_SKETCH_CATEGORY },
    [SPEND] = { "spend", "b", 10, CS_SKETCH_BINS },
};

static struct scene {
    struct cs_sketch sketch;
    struct cs_plan *plan;
    struct cs_codes rows;
    struct cs_presence people;
    int64_t *truth, *cells; /* (plan->n_cells) */
    struct cs_ab *ab;
} scene;

static bool happens(double probability, struct cs_rng *rng)
{
    return cs_rng_unit(rng) < probability;
}

/* The mail makes people visit, .05 more, in region 0 .15 more; the letter does nothing.
 * Who visits spends; one in 200 of them a lot. */
static void draw_person(uint8_t row[static N_COLUMNS], struct cs_rng *rng)
{
    row[REGION] = (uint8_t)cs_rng_below(rng, 4);
    row[SIZE] = (uint8_t)cs_rng_below(rng, 3);
    row[ARM] = (uint8_t)cs_rng_below(rng, 4);
    row[SHOP] = (uint8_t)cs_rng_below(rng, 3);
    row[VISIT] = happens(.1 + .05 * (row[SIZE] == 2) +
                             (row[ARM] == MAIL) * (row[REGION] == 0 ? .15 : .05),
                         rng);
    row[SPEND] = 0;
    if (row[VISIT] == 1)
        row[SPEND] = (uint8_t)(happens(.005, rng) ? 9 : 1 + cs_rng_below(rng, 2));
}

static void populate(void)
{
    struct cs_rng rng;

    cs_rng_init_labelled(&rng, 1, "test_ab_answers");
    assert_ok(cs_codes_init(&scene.rows, PEOPLE, N_COLUMNS));
    for (size_t r = 0; r < PEOPLE; r++) {
        uint8_t row[N_COLUMNS];

        draw_person(row, &rng);
        for (size_t c = 0; c < N_COLUMNS; c++)
            cs_codes_column(&scene.rows, c)[r] = row[c];
    }
    scene.people.n_both = PEOPLE;
}

static void count(int64_t *cells, const struct cs_table_spec *spec)
{
    memset(cells, 0, spec->n_cells * sizeof *cells);
    for (size_t r = 0; r < scene.rows.n_rows; r++) {
        size_t at = 0;

        for (size_t i = 0; i < spec->n_columns; i++)
            at = at * columns[spec->column[i]].n_codes +
                 cs_codes_column(&scene.rows, spec->column[i])[r];
        cells[at]++;
    }
}

static void measure(void)
{
    for (size_t t = 0; t < scene.plan->n_tables; t++) {
        const struct cs_table_spec *spec = &scene.plan->tables[t];

        count(scene.truth + spec->first_cell, spec);
    }
    memcpy(scene.cells, scene.truth, scene.plan->n_cells * sizeof *scene.cells);
}

static void add_noise(struct cs_rng *rng)
{
    memcpy(scene.cells, scene.truth, scene.plan->n_cells * sizeof *scene.cells);
    for (size_t t = 0; t < scene.plan->n_tables; t++)
        cs_sketch_add_noise(scene.cells + scene.plan->tables[t].first_cell,
                            &scene.plan->tables[t], rng);
}

static void set_study(struct cs_study *study)
{
    for (size_t c = 0; c < N_COLUMNS; c++)
        scene.sketch.column[c].other = scene.sketch.column[c].missing = -1;
    study->epsilon = 8;
    study->generator.train_on = CS_TRAIN_ON_POPULATION;
    study->tests[0] = (struct cs_test_arm){ (char *)"mail", { 1 << MAIL } };
    study->tests[1] = (struct cs_test_arm){ (char *)"letter", { 1 << LETTER } };
    study->n_tests = 2;
    study->control.bits = 1 << CONTROL;
    study->outcomes[0].converted.bits = 1 << 1;
    study->outcomes[1] = (struct cs_outcome_spec){ .column = SPEND, .is_mean = true };
    study->n_outcomes = 2;
    study->pairs[0][0] = REGION;
    study->pairs[0][1] = SHOP;
    study->n_pairs = 1;
    study->segment_minimum = 100;
}

static int set_up(void **state)
{
    (void)state;

    memset(&scene, 0, sizeof scene);
    cs_sketch_init(&scene.sketch, columns, N_COLUMNS, ARM, VISIT);
    set_study(&scene.sketch.study);
    scene.plan = cs_sketch_plan(&scene.sketch);
    scene.truth = calloc(scene.plan->n_cells, sizeof *scene.truth);
    scene.cells = calloc(scene.plan->n_cells, sizeof *scene.cells);
    assert_true(scene.truth != NULL && scene.cells != NULL);
    populate();
    measure();
    return 0;
}

static int tear_down(void **state)
{
    (void)state;

    cs_ab_free(scene.ab);
    cs_plan_free(scene.plan);
    cs_codes_wipe(&scene.rows);
    free(scene.truth);
    free(scene.cells);
    return 0;
}

/* Of the people themselves and the cells as they are. */
static const struct cs_ab *analyse(void)
{
    const struct cs_noisy noisy = { &scene.sketch.study, scene.plan, scene.cells };
    const struct cs_crowd crowd = { &scene.rows, &scene.people };

    cs_ab_free(scene.ab);
    scene.ab = NULL;
    assert_ok(cs_ab_analyse(&scene.ab, &noisy, NULL, &crowd));
    return scene.ab;
}

/* The naive twin: mean over the people of an arm, at levels of two columns unless they
 * are ANY; of the visit, or of what is spent, at the middle of its bin. */
static double mean(unsigned arm, size_t column, int region, int shop, bool visitors)
{
    double sum = 0, n = 0;

    for (size_t r = 0; r < scene.rows.n_rows; r++) {
        const uint8_t code = cs_codes_column(&scene.rows, column)[r];

        if (cs_codes_column(&scene.rows, ARM)[r] != arm ||
            (region != ANY && cs_codes_column(&scene.rows, REGION)[r] != region) ||
            (shop != ANY && cs_codes_column(&scene.rows, SHOP)[r] != shop) ||
            (visitors && cs_codes_column(&scene.rows, VISIT)[r] == 0))
            continue;
        sum += column == VISIT ? code : 100 * code + 49.5;
        n++;
    }
    return sum / n;
}

static void there_is_an_answer_for_each_arm_and_outcome(void **state)
{
    const struct cs_ab *ab = analyse();
    (void)state;

    assert_int_equal(ab->n_answers, 4);
    for (size_t i = 0; i < 4; i++) {
        const struct cs_answer *answer = &ab->answers[i];
        const size_t column = i < 2 ? VISIT : SPEND;

        assert_int_equal(answer->test, i % 2);
        assert_int_equal(answer->outcome, i / 2);
        assert_int_equal(answer->direct.verdict, CS_REPORTED);
        assert_near(answer->direct.rate[CS_TEST].value,
                    mean(i % 2 == 0 ? MAIL : LETTER, column, ANY, ANY, false), 1e-6);
        assert_near(answer->synthetic.rate[CS_CONTROL].value,
                    mean(CONTROL, column, ANY, ANY, false), 1e-6);
        assert_near(answer->direct.rate[CS_NEITHER].value,
                    mean(NOBODY, column, ANY, ANY, false), 1e-6);
        assert_true(answer->p_adjusted >= cs_answer_effect(answer)->lift.p);
        assert_true(answer->agreement.agree);
    }
}

static void arms_with_different_effects_are_told_apart(void **state)
{
    struct cs_rng rng;
    (void)state;

    cs_rng_init_labelled(&rng, 2, "noise");
    add_noise(&rng);
    const struct cs_ab *ab = analyse();
    const struct cs_lift *mail = &ab->answers[0].synthetic.lift,
                         *letter = &ab->answers[1].synthetic.lift;

    assert_true(mail->p < 1e-6 && mail->low > .04 && mail->high < .11);
    assert_true(letter->p > .01 && letter->low < 0 && letter->high > 0);
    assert_true(ab->answers[1].p_adjusted > .01);
    assert_true(mail->low > letter->high);
}

static void segments_by_a_pair_are_those_of_the_tables(void **state)
{
    const struct cs_answer *answer = &analyse()->answers[0];
    size_t n_pairs = 0;
    (void)state;

    for (size_t i = 0; i < answer->n_segments; i++) {
        const struct cs_segment *segment = &answer->segments[i];
        const struct cs_effect *effect = cs_segment_effect(segment);

        assert_true(segment->column[0] != SPEND && segment->column[0] != VISIT);
        if (segment->n_columns == 1)
            continue;
        n_pairs++;
        assert_ptr_equal(effect, &segment->direct);
        assert_int_equal(effect->verdict, CS_REPORTED);
        for (unsigned arm = CONTROL; arm <= MAIL; arm++)
            assert_near(
                effect->rate[arm == MAIL ? CS_TEST : CS_CONTROL].value,
                mean(arm, VISIT, (int)segment->code[0], (int)segment->code[1], false),
                1e-6);
    }
    assert_int_equal(n_pairs, 4 * 3);
    assert_int_equal(answer->n_segments, 4 + 3 + 3 + 4 * 3);
}

static void the_column_along_which_the_lift_differs_is_found(void **state)
{
    struct cs_rng rng;
    (void)state;

    cs_rng_init_labelled(&rng, 3, "noise");
    add_noise(&rng);
    const struct cs_ab *ab = analyse();

    for (size_t test = 0; test < 2; test++)
        for (size_t i = 0; i < ab->answers[test].n_relevance; i++) {
            const struct cs_relevance *r = &ab->answers[test].relevance[i];

            if (test == 0 && r->column == REGION)
                assert_true(r->lifts.p < .001 && r->lifts.spread > .02);
            else
                assert_true(r->lifts.p > .005);
            if (i > 0)
                assert_true(r->share <= r[-1].share);
        }
    assert_int_equal(ab->answers[0].n_relevance, 3);
    assert_int_equal(ab->answers[1].relevance[0].column, SIZE); /* it tells most */
    assert_true(ab->answers[1].relevance[0].share > .001);
}

static void segments_of_an_arm_without_effect_are_drawn_to_nothing(void **state)
{
    const struct cs_answer *letter = &analyse()->answers[1];
    double raw = 0, drawn = 0;
    (void)state;

    for (size_t i = 0; i < letter->n_segments; i++) {
        const struct cs_segment *segment = &letter->segments[i];

        assert_true(segment->is_drawn);
        assert_true(segment->drawn_low < segment->drawn &&
                    segment->drawn < segment->drawn_high);
        raw += pow(segment->direct.lift.value, 2);
        drawn += pow(segment->drawn, 2);
    }
    assert_true(drawn < .35 * raw);
}

static void an_arm_of_another_size_is_noticed(void **state)
{
    struct cs_rng rng;
    (void)state;

    const struct cs_ab *ab = analyse();
    assert_true(ab->split_p > .01 && ab->answers[1].split.p > .01);
    cs_rng_init_labelled(&rng, 4, "lost letters");
    for (size_t r = 0; r < PEOPLE; r++) /* a tenth of the letters is lost */
        if (cs_codes_column(&scene.rows, ARM)[r] == LETTER && happens(.1, &rng))
            cs_codes_column(&scene.rows, ARM)[r] = NOBODY;
    measure();
    ab = analyse();
    assert_true(ab->split_p < 1e-6);
    assert_true(ab->answers[0].split.p > .01 && ab->answers[1].split.p < 1e-6);
}

static void the_means_of_who_converted_are_theirs_alone(void **state)
{
    const struct cs_amounts *amounts = &analyse()->answers[2].amounts;
    (void)state;

    const bool plain = !cs_trust_is_capped(amounts->trust);
    const double truth = mean(MAIL, SPEND, ANY, ANY, true);

    assert_int_equal(amounts->direct_converters.verdict, CS_REPORTED);
    assert_true(plain
                    ? fabs(amounts->direct_converters.rate[CS_TEST].value - truth) < 1e-6
                    : amounts->direct_converters.rate[CS_TEST].value < truth);
    assert_true(amounts->direct_converters.rate[CS_TEST].people < PEOPLE / 8.);
}

/* Of few people and little budget: noise in bins that are nearly empty moves the plain
 * mean far more than the effect, the capped one hardly, and its interval covers. */
static void a_heavy_tail_is_capped_where_the_noise_is_in_it(void **state)
{
    enum { DRAWS = 200 };
    double plain = 0, capped = 0;
    size_t covered = 0, chosen = 0;
    struct cs_rng rng;
    (void)state;

    scene.sketch.study.epsilon = .7;
    cs_plan_free(scene.plan);
    scene.plan = cs_sketch_plan(&scene.sketch);
    cs_rng_init_labelled(&rng, 5, "noise");
    const double truth =
        mean(MAIL, SPEND, ANY, ANY, false) - mean(CONTROL, SPEND, ANY, ANY, false);
    for (size_t i = 0; i < DRAWS; i++) {
        add_noise(&rng);
        const struct cs_answer *answer = &analyse()->answers[2];
        const struct cs_lift *lift = &cs_answer_direct(answer)->lift;

        plain += pow(answer->direct.lift.value - truth, 2);
        capped += pow(answer->amounts.direct.lift.value - truth, 2);
        chosen += cs_trust_is_capped(answer->amounts.trust);
        /* what the cap itself takes from the lift is below 1 */
        covered += fabs(lift->value - truth) <= CS_Z95 * sqrt(lift->noise) + 1;
    }
    print_message("error plain %.2f, capped %.2f; capped is believed in %zu, its noise "
                  "covers in %zu of %d\n",
                  sqrt(plain / DRAWS), sqrt(capped / DRAWS), chosen, covered, DRAWS);
    assert_true(capped < plain / 2);
    assert_true(chosen > .9 * DRAWS);
    assert_true(covered > .92 * DRAWS);
}

static void power_is_lost_to_noise_alone(void **state)
{
    const struct cs_ab *ab = analyse();
    (void)state;

    for (size_t i = 0; i < ab->n_answers; i++) {
        const struct cs_power *power = &ab->answers[i].power;
        const struct cs_lift *lift = &cs_answer_direct(&ab->answers[i])->lift;

        assert_true(power->lift > power->without_noise);
        assert_near(power->lift / sqrt(lift->sampling + lift->noise), 2.8016, 1e-4);
        assert_near(power->without_noise / sqrt(lift->sampling), 2.8016, 1e-4);
    }
}

#define SCENE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        SCENE(there_is_an_answer_for_each_arm_and_outcome),
        SCENE(arms_with_different_effects_are_told_apart),
        SCENE(segments_by_a_pair_are_those_of_the_tables),
        SCENE(the_column_along_which_the_lift_differs_is_found),
        SCENE(segments_of_an_arm_without_effect_are_drawn_to_nothing),
        SCENE(an_arm_of_another_size_is_noticed),
        SCENE(the_means_of_who_converted_are_theirs_alone),
        SCENE(a_heavy_tail_is_capped_where_the_noise_is_in_it),
        SCENE(power_is_lost_to_noise_alone),
    };

    return CS_RUN("model/ab_answers", tests);
}
