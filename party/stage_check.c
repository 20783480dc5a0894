/* check: what a run would measure and spend, before a peer is called. */
#include <math.h>
#include <stdio.h>

#include "model/estimate.h"
#include "party/stages.h"

/* All that is in a cell. */
static void print_noise_in(const struct cs_plan *plan, bool cross, const char *where)
{
    double least = INFINITY, most = 0;

    for (size_t t = 0; t < plan->n_tables; t++) {
        const double s = sqrt(cs_estimate_noise(&plan->tables[t]));

        if ((plan->tables[t].kind == CS_CROSS) != cross)
            continue;
        least = fmin(least, s);
        most = fmax(most, s);
    }
    printf("%.1f to %.1f people in a cell of %s", least, most, where);
}

static void print_noise(const struct cs_plan *plan, enum cs_noise noise)
{
    if (plan->tables[0].s2_q16 == 0) {
        printf("noise:    none\n");
        return;
    }
    printf("noise:    standard deviation ");
    print_noise_in(plan, false, "a table of one party,\n          ");
    print_noise_in(plan, true,
                   noise == CS_NOISE_JOINT
                       ? "a cross table, drawn by both parties together\n"
                       : "a cross table, from both parties\n");
}

/* Nobody knows yet who is at both, nor how many rows the peer has. */
static void print_link(const struct cs_job *job)
{
    const struct cs_study *study = job->study;

    if (study->link == CS_LINK_ALIGNED)
        return;
    printf("link:     private, by");
    for (size_t k = 0; k < study->n_identifiers; k++)
        printf("%s %s (%s)", k > 0 ? ", then" : "", job->node.id[k],
               cs_id_kinds[study->identifiers[k].kind]);
    printf("\n          people of a who are not at b %s\n",
           study->unlinked == CS_UNLINKED_EXCLUDED ? "are left out"
                                                   : "count as not converted");
    printf("          what follows is for a peer with as many rows\n");
}

static void print_pace(const char *title, const struct cs_pace *pace)
{
    printf("%s %u steps on batches of %zu, learning rate %g", title, pace->steps,
           pace->batch, pace->rate);
}

static void print_noise_of(const struct cs_training_spec *training)
{
    if (training->sigma > 0)
        printf(", noise multiplier %.2f\n", training->sigma);
    else
        printf(", without noise\n");
}

/* The generator of this party as the recipe has it. */
static void print_generator(const struct cs_job *job, const struct cs_plan *plan)
{
    const enum cs_party party = job->node.party;
    const struct cs_recipe *recipe = &plan->recipe[party];
    const struct cs_generator_spec *spec = &recipe->spec;
    const size_t n = cs_generator_n_weights(job->study, recipe, party);

    if (n == 0) {
        printf("generator: independent columns\n");
        return;
    }
    printf("generator: %zu weights: latent %zu, layers", n, spec->latent);
    for (size_t k = 0; k < spec->n_layers; k++)
        printf(" %zu", spec->layers[k]);
    printf("\n");
    if (spec->train_on != CS_TRAIN_ON_ROWS) {
        print_pace("fitting: ", &recipe->plain);
        printf("\n");
    }
    if (plan->training[party].enabled) {
        print_pace("training:", &recipe->private);
        print_noise_of(&plan->training[party]);
    }
}

static void print_privacy(const struct cs_study *study, const struct cs_plan *plan)
{
    if (study->unprotected)
        printf("privacy:  none\n" CS_UNPROTECTED_MARK "\n");
    else
        printf("privacy:  epsilon %.4f of %.4g at delta %.3g\n", plan->epsilon_spent,
               study->epsilon, study->delta);
}

/* More than one question, or segments by pairs: what they share the budget with. */
static void print_questions(const struct cs_study *study)
{
    if (study->n_tests * study->n_outcomes == 1 && study->n_pairs == 0)
        return;
    printf("asks for: %zu answers: %zu test arm%s, %zu outcome%s",
           study->n_tests * study->n_outcomes, study->n_tests,
           study->n_tests == 1 ? "" : "s", study->n_outcomes,
           study->n_outcomes == 1 ? "" : "s");
    if (study->n_pairs > 0)
        printf("; segments by %zu pair%s", study->n_pairs,
               study->n_pairs == 1 ? "" : "s");
    printf("\n");
}

/* All thresholds are alike. */
static void print_discoveries(const struct cs_plan *plan)
{
    if (plan->n_discoveries > 0)
        printf("values:   of %zu columns are found in the data: those of about %llu "
               "people or more\n",
               plan->n_discoveries, (unsigned long long)plan->discoveries[0].threshold);
}

static void print_plan(const struct cs_job *job, const struct cs_plan *plan)
{
    printf("study:    %s (digest ", job->study->name);
    for (size_t i = 0; i < 8; i++)
        printf("%02x", job->study->digest[i]);
    printf("...)\n");
    printf("party:    %c, %zu rows, %zu columns\n", "ab"[job->node.party],
           job -> table -> codes.n_rows, job->table->codes.n_columns);
    print_link(job);
    print_questions(job->study);
    printf(
        "tables:   %zu with %zu cells; %zu numeric columns have their shape measured\n",
        plan->n_tables, plan->n_cells, plan->n_details);
    if (plan->n_left_out > 0)
        printf("          %zu tables that were asked for are left out\n",
               plan->n_left_out);
    print_discoveries(plan);
    print_noise(plan, job->study->noise);
    print_generator(job, plan);
    print_privacy(job->study, plan);
}

static void print_limit(const struct cs_limit *limit)
{
    printf("limit:   ");
    if (isfinite(limit->epsilon))
        printf(" epsilon %.6g", limit->epsilon);
    if (isfinite(limit->delta))
        printf(" delta %.3g", limit->delta);
    printf(" for all runs %s\n",
           limit->per == CS_LIMIT_PER_LEDGER ? "of the ledger" : "on these people");
}

/* What the owner lets be spent, and whether it is enough for the plan. */
static enum cs_status check_limit(struct cs_job *job, const struct cs_plan *plan)
{
    const struct cs_ledger_charge charge = cs_job_charge(job, plan);

    if (cs_limit_is_none(&job->node.limit))
        return CS_OK;
    print_limit(&job->node.limit);
    return cs_ledger_allows(job->ledger, &charge, job->fault);
}

/* The peer has as many rows in an aligned study, or the run ends at once; in another one
 * that is what there is to go by. */
enum cs_status cs_stage_check(struct cs_job *job)
{
    const size_t n_rows[2] = { job->table->codes.n_rows, job->table->codes.n_rows };
    struct cs_plan *plan = NULL;
    enum cs_status st;

    CS_TRY(cs_plan_make(&plan, job->study, n_rows, job->fault));
    print_plan(job, plan);
    CS_TRY(check_limit(job, plan));
out:
    cs_plan_free(plan);
    return st;
}
