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

struct study {
    const char *setting;
    uint64_t seed;
    bool fitted;
};

static void print(void *context, const struct cs_trial_estimate *of)
{
    const struct study *study = context;

    if (!study->fitted && strcmp(of->name, "synthetic") == 0)
        return;
    printf("%s,%llu,%s,%u,%.17g,%s,%s", study->setting, (unsigned long long)study->seed,
           of->column, of->level, of->truth, of->name, of->reported ? "reported" : "not");
    if (of->reported)
        printf(",%.9g,%.9g,%.9g,%.9g\n", of->value, of->low, of->high, of->p);
    else
        printf(",,,,\n");
}

static void run(const struct cs_trial *trial, uint64_t seed, bool fitted)
{
    struct study study = { trial->design.name, seed, fitted };
    struct cs_ab *ab =
        fitted ? cs_trial_run(trial, seed) : cs_trial_run_unfitted(trial, seed);

    cs_trial_visit(trial, ab, print, &study);
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
