#include "tests/support/runs.h"

#include <math.h>
#include <string.h>

#include "tests/support/check.h"

const struct cs_comparison_terms cs_runs_tenth = { .1, 0 };

static void set_answer(struct cs_finished_answer *answer, const char *test,
                       double deviation)
{
    const double variance = deviation * deviation;

    *answer = (struct cs_finished_answer){ .outcome = "visit",
                                           .terms = "{visit}",
                                           .is_rate = true,
                                           .reported = true,
                                           .lift = .03,
                                           .low = .03 - 2 * deviation,
                                           .high = .03 + 2 * deviation,
                                           .sampling = variance / 4,
                                           .noise = variance * 3 / 4,
                                           .smallest = 2.8 * deviation,
                                           .n_segments = 10,
                                           .n_reported = 4 };
    strcpy(answer->test, test);
}

void cs_runs_set_one(struct cs_runs *runs, size_t r, double epsilon, double deviation)
{
    struct cs_finished *run = &runs->run[r];

    *run = (struct cs_finished){ .folder = (const char *[]){ "one", "two", "three" }[r],
                                 .party = 'a',
                                 .study = "spring",
                                 .plan_digest = "p",
                                 .used = { "fitted", "tuned" },
                                 .chi_square = { 1.1, NAN },
                                 .is_private = isfinite(epsilon),
                                 .epsilon = epsilon,
                                 .epsilon_spent = epsilon,
                                 .delta = isfinite(epsilon) ? 1e-6 : 0,
                                 .seconds = 123.4,
                                 .bytes = 98765432,
                                 .arm = "{arm}",
                                 .counted = "",
                                 .answers = runs->answer[r],
                                 .n_answers = CS_RUNS_ARMS };
    run->population[0] = (char)('x' + r);
    for (size_t scope = 0; scope < CS_SCOPES; scope++)
        run->v_people[scope] = INFINITY;
    run->people[CS_AT_BOTH] = 1000;
    run->v_people[CS_AT_BOTH] = isfinite(epsilon) ? 100 : 0;
    set_answer(&runs->answer[r][0], "mail", deviation);
    set_answer(&runs->answer[r][1], "letter", deviation / 2);
}

void cs_runs_set(struct cs_runs *runs)
{
    memset(runs, 0, sizeof *runs);
    cs_runs_set_one(runs, 0, 3, .010);
    cs_runs_set_one(runs, 1, 1, .020);
    cs_runs_set_one(runs, 2, 2, .0105);
}

void cs_runs_compare(struct cs_runs *runs, const struct cs_comparison_terms *terms)
{
    assert_ok(
        cs_comparison_make(&runs->comparison, runs->run, CS_RUNS, terms, &runs->fault));
}
