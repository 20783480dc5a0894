/* What model/ab.h promises where some people are at one party alone. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "crypto/rng.h"
#include "model/ab.h"
#include "tests/support/check.h"
#include "tests/support/town.h"

#define assert_near(x, y, tolerance) assert_true(fabs((x) - (y)) <= (tolerance))

enum { PEOPLE = 6000, ANYBODY = -1 };

static struct cs_town town;

static void set_up(enum cs_unlinked unlinked, uint64_t s2_q16)
{
    cs_town_init(&town, PEOPLE, s2_q16);
    town.sketch.study.unlinked = unlinked;
    town.sketch.study.segment_minimum = 10;
}

/* Of the town's own rows. */
static struct cs_ab *analyse(void)
{
    const struct cs_crowd crowd = { &town.rows, &town.people };
    struct cs_ab *ab = NULL;

    assert_ok(cs_ab_analyse(&ab, &town.noisy, NULL, &crowd));
    return ab;
}

/* The naive twin: people of an arm in a scope, and at a level of a column unless it is
 * ANYBODY; those who bought among them, for which they must be at both. */
static double rate(unsigned arm, enum cs_scope scope, int column, unsigned level)
{
    double people = 0, converted = 0;

    for (size_t r = 0; r < town.rows.n_rows; r++) {
        if (!cs_presence_counts(&town.people, scope, r) ||
            cs_codes_column(&town.rows, TOWN_ARM)[r] != arm ||
            (column != ANYBODY &&
             cs_codes_column(&town.rows, (size_t)column)[r] != level))
            continue;
        people++;
        converted += cs_presence_is_both(&town.people, r) &&
                     cs_codes_column(&town.rows, TOWN_BOUGHT)[r] == 1;
    }
    return converted / people;
}

static void assert_effect(const struct cs_effect *effect, enum cs_scope scope, int column,
                          unsigned level)
{
    assert_int_equal(effect->verdict, CS_REPORTED);
    for (unsigned arm = 0; arm < 2; arm++)
        assert_near(effect->rate[arm == 1 ? CS_TEST : CS_CONTROL].value,
                    rate(arm, scope, column, level), 1e-9);
}

static void without_noise_the_rates_are_those_of_whom_the_study_counts(void **state)
{
    static const enum cs_scope scopes[] = {
        [CS_UNLINKED_NOT_CONVERTED] = CS_AT_A,
        [CS_UNLINKED_EXCLUDED] = CS_AT_BOTH,
    };
    (void)state;

    for (enum cs_unlinked rule = 0; rule < COUNT(scopes); rule++) {
        set_up(rule, 1);
        struct cs_ab *ab = analyse();

        assert_int_equal(ab->answers->scope, scopes[rule]);
        assert_effect(&ab->answers->synthetic, scopes[rule], ANYBODY, 0);
        assert_effect(&ab->answers->direct, scopes[rule], ANYBODY, 0);
        assert_true(ab->answers->agreement.agree);
        /* the control: by the other rule it is another number */
        const double other = rate(1, scopes[!rule], ANYBODY, 0);
        assert_true(fabs(ab->answers->synthetic.rate[CS_TEST].value - other) > .1);
        cs_ab_free(ab);
        cs_town_wipe(&town);
    }
}

static void segments_of_b_are_of_the_people_at_both_alone(void **state)
{
    size_t n_at[CS_SCOPES] = { 0 };
    (void)state;

    set_up(CS_UNLINKED_NOT_CONVERTED, 1);
    struct cs_ab *ab = analyse();

    for (size_t i = 0; i < ab->answers->n_segments; i++) {
        const struct cs_segment *segment = &ab->answers->segments[i];
        const bool of_a = segment->column[0] < TOWN_Y;

        assert_int_equal(segment->scope, of_a ? CS_AT_A : CS_AT_BOTH);
        if (segment->synthetic.verdict != CS_REPORTED)
            continue;
        assert_effect(&segment->synthetic, segment->scope, (int)segment->column[0],
                      segment->code[0]);
        assert_effect(&segment->direct, segment->scope, (int)segment->column[0],
                      segment->code[0]);
        n_at[segment->scope]++;
    }
    assert_true(n_at[CS_AT_A] >= 9 && n_at[CS_AT_BOTH] >= 6);
    cs_ab_free(ab);
    cs_town_wipe(&town);
}

static void it_says_how_many_are_where(void **state)
{
    (void)state;

    set_up(CS_UNLINKED_EXCLUDED, 25 << 16);
    struct cs_ab *ab = analyse();

    assert_memory_equal(&ab->people, &town.people, sizeof ab->people);
    for (enum cs_scope scope = CS_AT_A; scope <= CS_AT_BOTH; scope++)
        assert_near(ab->measured[scope], (double)cs_presence_in(&town.people, scope),
                    3 * sqrt(ab->v_measured[scope]));
    cs_ab_free(ab);
    cs_town_wipe(&town);
}

static void the_split_is_that_of_the_people_who_count(void **state)
{
    (void)state;

    for (enum cs_unlinked rule = 0; rule <= CS_UNLINKED_EXCLUDED; rule++) {
        const enum cs_scope scope = rule == CS_UNLINKED_EXCLUDED ? CS_AT_BOTH : CS_AT_A;
        const size_t arm = TOWN_ARM;
        int64_t n[3];

        set_up(rule, 1);
        struct cs_ab *ab = analyse();
        cs_town_count(n, &arm, 1, scope, &town.rows, &town.people);
        assert_near(ab->answers->split.test, (double)n[1] / (double)(n[0] + n[1]), 1e-9);
        cs_ab_free(ab);
        cs_town_wipe(&town);
    }
}

static double gauss(struct cs_rng *rng)
{
    const double pi = 3.14159265358979323846;

    return sqrt(-2 * log(1 - cs_rng_unit(rng))) * cos(2 * pi * cs_rng_unit(rng));
}

static void draw_noise(struct cs_rng *rng)
{
    for (size_t t = 0; t < town.plan->n_tables; t++) {
        const struct cs_table_spec *spec = &town.plan->tables[t];
        const double deviation = sqrt(cs_estimate_noise(spec));

        for (size_t k = spec->first_cell; k < spec->first_cell + spec->n_cells; k++)
            town.cells[k] = town.truth[k] + (int64_t)round(deviation * gauss(rng));
    }
}

/* Mean square of (lift - its truth) over the variance that the report claims for its
 * noise, over many draws: for everybody and for a level of x. */
static void the_noise_variance_is_that_of_many_draws(void **state)
{
    enum { DRAWS = 1000 };
    struct cs_rng rng;
    double whole = 0, segment = 0;
    size_t n = 0;
    (void)state;

    set_up(CS_UNLINKED_NOT_CONVERTED, 100 << 16);
    cs_rng_init_labelled(&rng, 5, "noise");
    const double truth = rate(1, CS_AT_A, ANYBODY, 0) - rate(0, CS_AT_A, ANYBODY, 0);
    const double of_x = rate(1, CS_AT_A, TOWN_X, 4) - rate(0, CS_AT_A, TOWN_X, 4);
    for (size_t i = 0; i < DRAWS; i++) {
        draw_noise(&rng);
        struct cs_ab *ab = analyse();
        const struct cs_lift *lift = &ab->answers->direct.lift;

        assert_int_equal(ab->answers->direct.verdict, CS_REPORTED);
        whole += pow(lift->value - truth, 2) / lift->noise;
        for (size_t s = 0; s < ab->answers->n_segments; s++) {
            const struct cs_segment *at = &ab->answers->segments[s];

            if (at->column[0] != TOWN_X || at->code[0] != 4 ||
                at->direct.verdict != CS_REPORTED)
                continue;
            segment += pow(at->direct.lift.value - of_x, 2) / at->direct.lift.noise;
            n++;
        }
        cs_ab_free(ab);
    }
    print_message("everybody %.2f, a segment %.2f of the variance claimed\n",
                  whole / DRAWS, segment / (double)n);
    assert_int_equal(n, DRAWS);
    assert_true(fabs(whole / DRAWS - 1) < .15 && fabs(segment / (double)n - 1) < .25);
    cs_town_wipe(&town);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_noise_the_rates_are_those_of_whom_the_study_counts),
        cmocka_unit_test(segments_of_b_are_of_the_people_at_both_alone),
        cmocka_unit_test(it_says_how_many_are_where),
        cmocka_unit_test(the_split_is_that_of_the_people_who_count),
        cmocka_unit_test(the_noise_variance_is_that_of_many_draws),
    };

    return CS_RUN("model/ab_private", tests);
}
