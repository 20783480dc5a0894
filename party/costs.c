#include "party/costs.h"

#include <jansson.h>
#include <math.h>

#include "party/json_object.h"

/* Whom a study has: with `link: aligned` everybody is at both. */
static const struct {
    enum cs_scope at;
    const char *key, *words;
} people[] = {
    { CS_AT_BOTH, "both", "at both" },
    { CS_AT_A, "a", "at a alone" },
    { CS_AT_B, "b", "at b alone" },
};

static size_t n_people(const struct cs_study *study)
{
    return study->link == CS_LINK_ALIGNED ? 1 : sizeof people / sizeof *people;
}

static const struct {
    const char *key, *words;
} stages[] = { /* by enum cs_release */
               { "own_tables", "own tables" },
               { "cross_tables", "cross tables" },
               { "densities", "densities" },
               { "values", "found values" },
               { "training", "training" }
};

/* ---- counting ---- */

static void take(struct cs_stage_cost *cost, size_t n, double noise)
{
    cost->least = cost->n > 0 ? fmin(cost->least, noise) : noise;
    cost->most = fmax(cost->most, noise);
    cost->n += n;
}

static double deviation(uint64_t s2_q16)
{
    return sqrt((double)s2_q16 / 65536);
}

/* A detail has most noise in its last level. */
static void take_detail(struct cs_stage_cost *cost, const struct cs_detail_spec *spec)
{
    const double first = deviation(spec->s2_q16);

    take(cost, 1, first);
    cost->most = fmax(cost->most, first * sqrt(ldexp(1, (int)spec->levels - 1)));
}

static void take_noise(struct cs_costs *costs, const struct cs_plan *plan)
{
    for (size_t t = 0; t < plan->n_tables; t++) {
        const struct cs_table_spec *spec = &plan->tables[t];

        take(&costs->stage[spec->kind == CS_CROSS ? CS_RELEASE_CROSS : CS_RELEASE_OWN], 1,
             deviation(spec->s2_q16));
    }
    for (size_t d = 0; d < plan->n_details; d++)
        take_detail(&costs->stage[CS_RELEASE_DENSITY], &plan->details[d]);
    for (size_t i = 0; i < plan->n_discoveries; i++)
        take(&costs->stage[CS_RELEASE_FOUND], 1, deviation(plan->discoveries[i].s2_q16));
    for (enum cs_party party = CS_A; party <= CS_B; party++)
        if (plan->training[party].enabled)
            take(&costs->stage[CS_RELEASE_TRAINING], plan->training[party].steps,
                 plan->training[party].sigma);
}

static enum cs_status count_stage(double *epsilon, const struct cs_plan *plan,
                                  enum cs_release release, enum cs_scope at, double delta)
{
    struct cs_account account;
    enum cs_status st;

    if (release == CS_RELEASE_FOUND)
        delta -= cs_spend_delta(plan, at);
    cs_account_init(&account);
    CS_TRY(cs_spend_collect(&account, plan, release, at));
    if (account.n > 0)
        CS_TRY(cs_account_epsilon(epsilon, &account, delta));
out:
    cs_account_wipe(&account);
    return st;
}

enum cs_status cs_costs_count(struct cs_costs *costs, const struct cs_plan *plan,
                              const struct cs_study *study)
{
    enum cs_status st = CS_OK;

    *costs = (struct cs_costs){ 0 };
    take_noise(costs, plan);
    for (size_t i = 0; i < n_people(study); i++) {
        const enum cs_scope at = people[i].at;

        for (enum cs_release r = 0; r < CS_RELEASES; r++)
            CS_TRY(count_stage(&costs->stage[r].epsilon[at], plan, r, at, study->delta));
        CS_TRY(cs_spend_epsilon(&costs->epsilon[at], plan, at, study->delta));
    }
out:
    return st;
}

/* ---- as text ---- */

static void print_range(FILE *stream, const struct cs_stage_cost *cost)
{
    char text[64];

    if (cost->least == cost->most)
        snprintf(text, sizeof text, "%.4g", cost->least);
    else
        snprintf(text, sizeof text, "%.4g to %.4g", cost->least, cost->most);
    fprintf(stream, "  %-16s", text);
}

static void print_epsilons(FILE *stream, const double epsilon[static CS_SCOPES],
                           const struct cs_study *study)
{
    for (size_t i = 0; i < n_people(study); i++)
        fprintf(stream, "  %10.4f", epsilon[people[i].at]);
    fprintf(stream, "\n");
}

static void print_head(FILE *stream, const struct cs_plan *plan,
                       const struct cs_study *study)
{
    fprintf(stream,
            "study:    %s\nbudget:   epsilon %g at delta %g\n"
            "rows:     %zu at a, %zu at b\n\n%-14s  %8s  %-16s",
            study->name, study->epsilon, study->delta, plan->n_rows[CS_A],
            plan->n_rows[CS_B], "epsilon of", "releases", "noise");
    for (size_t i = 0; i < n_people(study); i++)
        fprintf(stream, "  %10s", people[i].words);
    fprintf(stream, "\n");
}

enum cs_status cs_costs_text(FILE *stream, const struct cs_costs *costs,
                             const struct cs_plan *plan, const struct cs_study *study)
{
    print_head(stream, plan, study);
    for (enum cs_release r = 0; r < CS_RELEASES; r++) {
        const struct cs_stage_cost *cost = &costs->stage[r];

        if (cost->n == 0)
            continue;
        fprintf(stream, "%-14s  %8zu", stages[r].words, cost->n);
        print_range(stream, cost);
        print_epsilons(stream, cost->epsilon, study);
    }
    fprintf(stream, "%-42s", "together");
    print_epsilons(stream, costs->epsilon, study);
    fprintf(stream,
            "\nEpsilon of a stage is what it would cost alone; together is less than the "
            "sum. Noise is\nthe standard deviation in a cell, in people, of one party's "
            "noise or of the one that both\ndraw; in training the noise multiplier.\n");
    return ferror(stream) ? CS_IO : CS_OK;
}

/* ---- as JSON ---- */

static json_t *epsilons_of(const double epsilon[static CS_SCOPES],
                           const struct cs_study *study)
{
    json_t *all = json_object();

    for (size_t i = 0; i < n_people(study); i++)
        json_object_set_new(all, people[i].key, json_real(epsilon[people[i].at]));
    return all;
}

static json_t *stages_of(const struct cs_costs *costs, const struct cs_study *study)
{
    json_t *all = json_object();

    for (enum cs_release r = 0; r < CS_RELEASES; r++) {
        const struct cs_stage_cost *cost = &costs->stage[r];

        if (cost->n > 0)
            json_object_set_new(all, stages[r].key,
                                json_pack("{s:I, s:[f, f], s:o}", "releases",
                                          (json_int_t)cost->n, "noise", cost->least,
                                          cost->most, "epsilon",
                                          epsilons_of(cost->epsilon, study)));
    }
    return all;
}

enum cs_status cs_costs_json(FILE *stream, const struct cs_costs *costs,
                             const struct cs_plan *plan, const struct cs_study *study)
{
    json_t *json = json_pack(
        "{s:s, s:f, s:f, s:{s:I, s:I}, s:o, s:o}", "study", study->name, "epsilon",
        study->epsilon, "delta", study->delta, "rows", "a",
        (json_int_t)plan->n_rows[CS_A], "b", (json_int_t)plan->n_rows[CS_B], "stages",
        stages_of(costs, study), "together", epsilons_of(costs->epsilon, study));
    const enum cs_status st = cs_json_write(stream, json, 6);

    return st == CS_OK && ferror(stream) ? CS_IO : st;
}
