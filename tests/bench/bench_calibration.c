/* Are the intervals right? Whole studies with known effects, many of each setting.
 *
 *     build/release/tests/bench_calibration FIRST STUDIES FITTED [SETTING ..]
 *
 * prints a line of CSV for each estimate of each study; the settings are below, the
 * studies' seeds FIRST to FIRST + STUDIES - 1. Populations are fitted for seeds below
 * FITTED; of the others there are the measured estimates alone, in a tenth of the time.
 * `scripts/bench calibration` runs two of these at a time and makes a table of what they
 * print (scripts/bench-calibration). */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/trial.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

#define SHOWN NAN /* a lift of what the report of such a study says it could show */

/* clang-format off */
/*  name         people  base   lift  test control linked epsilon noise         spends */
static const struct cs_trial_design settings[] = {
    { "null-0.5",  20000, .12,     0, .4, .4,  1,  .5, CS_NOISE_JOINT, false },
    { "null-1",    20000, .12,     0, .4, .4,  1,   1, CS_NOISE_JOINT, false },
    { "null-3",    20000, .12,     0, .4, .4,  1,   3, CS_NOISE_JOINT, false },
    { "null-8",    20000, .12,     0, .4, .4,  1,   8, CS_NOISE_JOINT, false },
    { "lift-0.5",  20000, .12,   .04, .4, .4,  1,  .5, CS_NOISE_JOINT, false },
    { "lift-1",    20000, .12,   .04, .4, .4,  1,   1, CS_NOISE_JOINT, false },
    { "lift-3",    20000, .12,   .04, .4, .4,  1,   3, CS_NOISE_JOINT, false },
    { "lift-8",    20000, .12,   .04, .4, .4,  1,   8, CS_NOISE_JOINT, false },
    { "each-0.5",  20000, .12,   .04, .4, .4,  1,  .5, CS_NOISE_EACH,  false },
    { "each-3",    20000, .12,   .04, .4, .4,  1,   3, CS_NOISE_EACH,  false },
    { "rare-1",     5000, .01,  .005, .4, .4,  1,   1, CS_NOISE_JOINT, false },
    { "rare-3",     5000, .01,  .005, .4, .4,  1,   3, CS_NOISE_JOINT, false },
    { "rare-8",     5000, .01,  .005, .4, .4,  1,   8, CS_NOISE_JOINT, false },
    { "uneven-1",  20000, .12,   .04, .1, .9,  1,   1, CS_NOISE_JOINT, false },
    { "uneven-3",  20000, .12,   .04, .1, .9,  1,   3, CS_NOISE_JOINT, false },
    { "private-1", 20000, .12,   .04, .4, .4, .7,   1, CS_NOISE_JOINT, false },
    { "private-3", 20000, .12,   .04, .4, .4, .7,   3, CS_NOISE_JOINT, false },
    { "power-0.5", 20000, .12, SHOWN, .4, .4,  1,  .5, CS_NOISE_JOINT, false },
    { "power-3",   20000, .12, SHOWN, .4, .4,  1,   3, CS_NOISE_JOINT, false },
    { "spend-1",   20000, .12,   .04, .4, .4,  1,   1, CS_NOISE_JOINT, true  },
    { "spend-3",   20000, .12,   .04, .4, .4,  1,   3, CS_NOISE_JOINT, true  },
    { "spend-8",   20000, .12,   .04, .4, .4,  1,   8, CS_NOISE_JOINT, true  },
};
/* clang-format on */

/* The smallest lift that a study says it could show, where that is the lift. */
static double smallest_lift(struct cs_trial_design design)
{
    static struct cs_trial trial;

    design.lift = 0;
    for (uint64_t turn = 0; turn < 3; turn++) { /* the larger lift's own variance */
        cs_trial_init(&trial, &design);
        struct cs_ab *ab = cs_trial_run_unfitted(&trial, turn);

        design.lift = ab->answers[0].power.lift;
        cs_ab_free(ab);
        cs_trial_wipe(&trial);
    }
    return design.lift;
}

struct row {
    const char *setting, *estimate;
    uint64_t seed;
    double truth;
    bool reported;
    double value, low, high, p;
};

static void print(const struct row *row, const struct cs_trial_effect *of)
{
    printf("%s,%llu,%s,%u,%.17g,%s,%s", row->setting, (unsigned long long)row->seed,
           of->column, of->level, row->truth, row->estimate,
           row->reported ? "reported" : "not");
    if (row->reported)
        printf(",%.9g,%.9g,%.9g,%.9g\n", row->value, row->low, row->high, row->p);
    else
        printf(",,,,\n");
}

static void print_effect(struct row row, const struct cs_trial_effect *of,
                         const struct cs_effect *effect)
{
    row.truth = of->lift;
    row.reported = effect->verdict == CS_REPORTED;
    row.value = effect->lift.value;
    row.low = effect->lift.low;
    row.high = effect->lift.high;
    row.p = effect->lift.p;
    print(&row, of);
}

static void print_relative(struct row row, const struct cs_trial_effect *of)
{
    const struct cs_relative *relative = &of->direct->relative;

    row.estimate = "relative";
    row.truth = of->relative;
    row.reported = of->direct->verdict == CS_REPORTED && relative->reported;
    row.value = relative->value;
    row.low = relative->low;
    row.high = relative->high;
    row.p = of->direct->lift.p;
    print(&row, of);
}

static void run(const struct cs_trial *trial, uint64_t seed, bool fitted)
{
    struct cs_ab *ab =
        fitted ? cs_trial_run(trial, seed) : cs_trial_run_unfitted(trial, seed);
    size_t n;
    struct cs_trial_effect *effects = cs_trial_effects(&n, trial, ab);
    struct row row = { .setting = trial->design.name, .seed = seed };

    for (size_t i = 0; i < n; i++) {
        row.estimate = "synthetic";
        if (fitted)
            print_effect(row, &effects[i], effects[i].synthetic);
        row.estimate = "measured";
        print_effect(row, &effects[i], effects[i].direct);
        print_relative(row, &effects[i]);
    }
    free(effects);
    cs_ab_free(ab);
}

static bool is_asked(const char *name, int argc, char **argv)
{
    for (int i = 4; i < argc; i++)
        if (strcmp(argv[i], name) == 0)
            return true;
    return argc <= 4;
}

int main(int argc, char **argv)
{
    static struct cs_trial trial;

    if (argc < 4) {
        fprintf(stderr, "usage: bench_calibration FIRST STUDIES FITTED [SETTING ..]\n");
        return 2;
    }
    const uint64_t first = strtoull(argv[1], NULL, 10), n = strtoull(argv[2], NULL, 10);
    const uint64_t fitted = strtoull(argv[3], NULL, 10);
    printf("setting,study,column,level,truth,estimate,verdict,value,low,high,p\n");
    for (size_t i = 0; i < COUNT(settings); i++) {
        if (!is_asked(settings[i].name, argc, argv))
            continue;
        struct cs_trial_design design = settings[i];

        if (isnan(design.lift))
            design.lift = smallest_lift(design);
        cs_trial_init(&trial, &design);
        for (uint64_t seed = first; seed < first + n; seed++)
            run(&trial, seed, seed < fitted);
        cs_trial_wipe(&trial);
    }
    return 0;
}
