/* Do intervals hold the truth as often as they say? Studies of fixed seeds, from the
 * people to the analysis; `scripts/bench calibration` has many more, with the fit. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/check.h"
#include "tests/support/trial.h"

enum { STUDIES = 80 };

/* Of the estimates that are reported. */
struct tally {
    size_t reported, covered, by_sampling_alone, significant;
    double squares; /* of errors */
};

struct tallies {
    const char *name; /* of the estimates that are counted */
    struct tally everybody, segments;
};

static void add(void *context, const struct cs_trial_estimate *of)
{
    struct tallies *tallies = context;
    struct tally *tally =
        strcmp(of->column, "all") == 0 ? &tallies->everybody : &tallies->segments;
    const double off = of->value - of->truth;

    if (strcmp(of->name, tallies->name) != 0 || !of->reported)
        return;
    tally->reported++;
    tally->covered += of->low <= of->truth && of->truth <= of->high;
    tally->by_sampling_alone += fabs(off) <= CS_Z95 * sqrt(of->sampling);
    tally->significant += of->p < .05;
    tally->squares += off * off;
}

/* Two arms of 40 %, of whom 12 % buy without the test and 16 % with it. */
static struct cs_trial_design design_of(const char *name, size_t n_people, double epsilon)
{
    return (struct cs_trial_design){
        .name = name,
        .n_people = n_people,
        .base = .12,
        .lift = .04,
        .test = .4,
        .control = .4,
        .linked = 1,
        .epsilon = epsilon,
        .noise = CS_NOISE_JOINT,
    };
}

static void tell(const struct tallies *tallies, const char *of)
{
    const struct tally *everybody = &tallies->everybody, *segments = &tallies->segments;

    print_message("%s, %s: of %zu %zu covered, %zu by sampling alone, %zu significant; "
                  "segments: of %zu %zu, %zu, %zu\n",
                  of, tallies->name, everybody->reported, everybody->covered,
                  everybody->by_sampling_alone, everybody->significant,
                  segments->reported, segments->covered, segments->by_sampling_alone,
                  segments->significant);
}

/* The estimates of n names; tallies have these. */
static void run_all(struct tallies *tallies, size_t n,
                    const struct cs_trial_design *design)
{
    static struct cs_trial trial;

    cs_trial_init(&trial, design);
    for (uint64_t seed = 0; seed < STUDIES; seed++) {
        struct cs_ab *ab = cs_trial_run_unfitted(&trial, seed);

        for (size_t i = 0; i < n; i++)
            cs_trial_visit(&trial, ab, add, &tallies[i]);
        cs_ab_free(ab);
    }
    cs_trial_wipe(&trial);
    for (size_t i = 0; i < n; i++)
        tell(&tallies[i], design->name);
}

static struct tallies run(const struct cs_trial_design *design)
{
    struct tallies tallies = { .name = "measured" };

    run_all(&tallies, 1, design);
    return tallies;
}

/* n studies are within 2.6 standard deviations, 99 of 100 times; segments of one study
 * depend on each other, so their number is taken for half of what it is. */
static void assert_share(size_t count, size_t n, double share)
{
    const double deviation = sqrt(share * (1 - share) * (double)n);

    assert_true(fabs((double)count - share * (double)n) <= 2.6 * deviation + .5);
}

static void assert_share_of_segments(size_t count, size_t n, double share)
{
    const double deviation = sqrt(share * (1 - share) * (double)n * 2);

    assert_true(fabs((double)count - share * (double)n) <= 2.6 * deviation + .5);
}

/* The control: noise is most of the variance here, and without its part the intervals
 * must fall short. */
static void intervals_cover_where_noise_is_most_of_the_variance(void **state)
{
    const struct cs_trial_design design = design_of("noise", 5000, .5);
    (void)state;

    const struct tallies of = run(&design);

    assert_int_equal(of.everybody.reported, STUDIES);
    assert_share(of.everybody.covered, STUDIES, .95);
    assert_share_of_segments(of.segments.covered, of.segments.reported, .95);
    assert_true(of.everybody.by_sampling_alone < .8 * STUDIES);
    assert_true((double)of.segments.by_sampling_alone <
                .6 * (double)of.segments.reported);
}

static void intervals_cover_where_sampling_is_most_of_the_variance(void **state)
{
    const struct cs_trial_design design = design_of("sampling", 8000, 8);
    (void)state;

    const struct tallies of = run(&design);

    assert_share(of.everybody.covered, STUDIES, .95);
    assert_share_of_segments(of.segments.covered, of.segments.reported, .95);
    assert_true(of.everybody.significant > .9 * STUDIES); /* the effect is there */
}

static void no_effect_is_found_where_there_is_none(void **state)
{
    struct cs_trial_design design = design_of("nothing", 8000, 1);
    (void)state;

    design.lift = 0;
    const struct tallies of = run(&design);

    assert_share(of.everybody.significant, STUDIES, .05);
    assert_share_of_segments(of.segments.significant, of.segments.reported, .05);
}

static void people_at_one_party_alone_are_counted_for(void **state)
{
    struct cs_trial_design design = design_of("linked", 8000, 1);
    (void)state;

    design.linked = .7;
    const struct tallies of = run(&design);

    assert_share(of.everybody.covered, STUDIES, .95);
    assert_share_of_segments(of.segments.covered, of.segments.reported, .95);
}

static double error_of(const struct tally *tally)
{
    return sqrt(tally->squares / (double)tally->reported);
}

/* As a rule: intervals of those whose effect is far from the mean fall short. */
static void shrunk_segments_are_nearer_to_the_truth_and_cover(void **state)
{
    const struct cs_trial_design design = design_of("shrunk", 8000, 3);
    struct tallies of[] = { { .name = "measured" }, { .name = "drawn" } };
    (void)state;

    run_all(of, COUNT(of), &design);

    assert_true(error_of(&of[1].segments) < .7 * error_of(&of[0].segments));
    assert_in_range(100 * of[1].segments.covered, 92 * of[1].segments.reported,
                    98 * of[1].segments.reported);
}

static void means_that_are_to_be_believed_cover(void **state)
{
    struct cs_trial_design design = design_of("spent", 8000, 3);
    struct tallies of[] = { { .name = "believed" }, { .name = "mean" } };
    (void)state;

    design.spends = true;
    run_all(of, COUNT(of), &design);

    assert_share(of[0].everybody.covered, STUDIES, .95);
    assert_share_of_segments(of[0].segments.covered, of[0].segments.reported, .95);
    assert_true(error_of(&of[0].everybody) < .5 * error_of(&of[1].everybody));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(intervals_cover_where_noise_is_most_of_the_variance),
        cmocka_unit_test(intervals_cover_where_sampling_is_most_of_the_variance),
        cmocka_unit_test(no_effect_is_found_where_there_is_none),
        cmocka_unit_test(people_at_one_party_alone_are_counted_for),
        cmocka_unit_test(shrunk_segments_are_nearer_to_the_truth_and_cover),
        cmocka_unit_test(means_that_are_to_be_believed_cover),
    };

    return CS_RUN("model/calibration", tests);
}
