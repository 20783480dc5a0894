#include "model/plan.h"

#include <inttypes.h>
#include <math.h>
#include <sodium.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "crypto/gauss.h"
#include "model/renyi.h"
#include "model/choice.h"
#include "model/density.h"
#include "model/dpsgd.h"
#include "model/generator.h"

#define Q16 65536.
#define S2_MIN .05   /* below, a count is as good as exact */
#define LIMIT_MIN .5 /* of what DP-SGD clips to, in units of the study's clip */

enum cs_scope cs_table_spec_scope(const struct cs_table_spec *spec, enum cs_link link)
{
    if (link == CS_LINK_ALIGNED || spec->kind == CS_CROSS)
        return CS_AT_BOTH;
    return spec->kind == CS_OWN_A ? CS_AT_A : CS_AT_B;
}

size_t cs_table_spec_cells(const struct cs_table_spec *spec,
                           const struct cs_schema *schema)
{
    size_t n = 1;

    for (size_t i = 0; i < spec->n_columns; i++)
        n *= schema->columns[spec->column[i]].n_codes;
    return n;
}

void cs_table_spec_name(char *words, size_t n_words, const struct cs_table_spec *spec,
                        const struct cs_schema *schema)
{
    char name[CS_COLUMN_NAME_BYTES];
    size_t used = 0;

    for (size_t i = 0; i < spec->n_columns && used < n_words; i++) {
        cs_schema_name(name, schema, spec->column[i]);
        const int n =
            snprintf(words + used, n_words - used, "%s%s", i > 0 ? " x " : "", name);
        CS_REQUIRE(n >= 0);
        used += (size_t)n;
    }
}

double cs_plan_rho(uint64_t s2_q16)
{
    return s2_q16 > 0 ? Q16 / (2 * (double)s2_q16) : INFINITY;
}

double cs_plan_rho_detail(const struct cs_detail_spec *spec)
{
    return cs_density_cost(spec->levels) * cs_plan_rho(spec->s2_q16);
}

static enum cs_status choose_details(struct cs_plan *plan, const struct cs_study *study)
{
    const struct cs_schema *schema = &study->schema;

    plan->details = calloc(schema->n_columns, sizeof *plan->details);
    if (plan->details == NULL)
        return CS_MEMORY;
    if (study->detail == 0 && !study->unprotected)
        return CS_OK; /* drawn evenly within bins; no bins are quantiles */
    for (size_t i = 0; i < schema->n_columns; i++) {
        const struct cs_column *column = &schema->columns[i];
        const unsigned levels = cs_density_levels(column);
        if (levels > 0)
            plan->details[plan->n_details++] = (struct cs_detail_spec){
                .column = i, .party = column->at[CS_A] ? CS_A : CS_B, .levels = levels
            };
    }
    return CS_OK;
}

/* The variance with which `parts` tables alike together cost rho, rounded up to
 * four digits; 0 if the sampler cannot make so much noise. The factor keeps the cost
 * within rho whatever the last bits of this arithmetic are. */
static uint64_t noise_for(double parts, double rho)
{
    double s2_q16 = fmax(parts / (2 * rho), S2_MIN) * Q16 * (1 + 1e-9);
    double unit = 1;

    if (!(s2_q16 < .999 * (double)CS_GAUSS_S2_Q16_MAX))
        return 0;
    while (s2_q16 / unit > 9999)
        unit *= 10;
    return (uint64_t)(ceil(s2_q16 / unit) * unit);
}

static unsigned least_weight(const struct cs_plan *plan)
{
    unsigned least = plan->tables[0].weight;

    for (size_t t = 1; t < plan->n_tables; t++)
        if (plan->tables[t].weight < least)
            least = plan->tables[t].weight;
    return least;
}

/* s2_q16: of a table of the least weight, which has most noise. */
static void set_table_noise(struct cs_plan *plan, uint64_t s2_q16)
{
    const unsigned least = least_weight(plan);

    for (size_t t = 0; t < plan->n_tables; t++) {
        const unsigned weight = plan->tables[t].weight;
        plan->tables[t].s2_q16 = (s2_q16 * least + weight - 1) / weight;
        plan->rho_tables += cs_plan_rho(plan->tables[t].s2_q16);
    }
}

static void set_detail_noise(struct cs_plan *plan, uint64_t s2_q16)
{
    for (size_t d = 0; d < plan->n_details; d++) {
        plan->details[d].s2_q16 = s2_q16;
        plan->rho_tables += cs_plan_rho_detail(&plan->details[d]);
    }
}

static enum cs_status share_out(struct cs_plan *plan, const struct cs_study *study,
                                double rho, struct cs_fault *fault)
{
    const double rho_details = plan->n_details > 0 ? rho * study->detail : 0;
    double weights = 0, shapes = 0;

    for (size_t t = 0; t < plan->n_tables; t++)
        weights += plan->tables[t].weight;
    for (size_t d = 0; d < plan->n_details; d++)
        shapes += cs_density_cost(plan->details[d].levels);
    const uint64_t table = noise_for(weights / least_weight(plan), rho - rho_details);
    const uint64_t detail = plan->n_details > 0 ? noise_for(shapes, rho_details) : 1;
    if (table == 0 || detail == 0 || detail > CS_DENSITY_S2_Q16_MAX)
        return cs_fault_say(fault, CS_CONFIG,
                            "privacy: epsilon %g at delta %g leaves too little for %zu "
                            "tables and the shape of %zu columns; raise epsilon, tables "
                            "or detail, or declare fewer columns",
                            study->epsilon, study->delta, plan->n_tables,
                            plan->n_details);
    set_table_noise(plan, table);
    set_detail_noise(plan, detail);
    return CS_OK;
}

static void set_sampling(struct cs_plan *plan)
{
    for (int party = CS_A; party <= CS_B; party++) {
        const struct cs_pace *pace = &plan->recipe[party].private;

        plan->training[party] =
            (struct cs_training_spec){ .enabled = true,
                                       .batch = pace->batch,
                                       .sampling_rate = (double)pace->batch /
                                                        (double)plan->n_rows[party],
                                       .steps = pace->steps };
    }
}

static enum cs_status settle_recipes(struct cs_plan *plan, const struct cs_study *study,
                                     struct cs_fault *fault)
{
    for (int party = CS_A; party <= CS_B; party++) {
        struct cs_recipe *recipe = &plan->recipe[party];

        cs_recipe_settle(recipe, study, plan->n_rows, (enum cs_party)party);
        const size_t n = cs_generator_n_weights(study, recipe, (enum cs_party)party);
        if (n > CS_WEIGHTS_MAX)
            return cs_fault_say(fault, CS_CONFIG,
                                "generator.layers: make %zu weights at party %c, and "
                                "%zu are the most; give fewer or narrower layers",
                                n, "ab"[party], CS_WEIGHTS_MAX);
    }
    return CS_OK;
}

/* The noise is on a grid whose rounding takes the more of each row's gradient the more
 * weights there are (model/dpsgd.h). */
static enum cs_status check_grid(const struct cs_plan *plan, const struct cs_study *study,
                                 struct cs_fault *fault)
{
    for (int party = CS_A; party <= CS_B; party++) {
        const size_t n =
            cs_generator_n_weights(study, &plan->recipe[party], (enum cs_party)party);
        const double sigma = plan->training[party].sigma;

        if (cs_dpsgd_limit(sigma, n) < LIMIT_MIN)
            return cs_fault_say(
                fault, CS_CONFIG,
                "generator.layers: make %zu weights at party %c, too many "
                "for a noise multiplier of %g; give fewer or narrower "
                "layers, raise epsilon, lower privacy.tables (now %g), or "
                "say generator.train_on: population",
                n, "ab"[party], sigma, study -> tables);
    }
    return CS_OK;
}

/* Noise above the largest possible sum of a batch in every single coordinate. */
static bool drowned(const struct cs_plan *plan, double sigma)
{
    return sigma == 0 || sigma > (double)plan->training[CS_A].batch ||
           sigma > (double)plan->training[CS_B].batch;
}

static enum cs_status set_training_noise(struct cs_plan *plan,
                                         const struct cs_study *study,
                                         const struct cs_renyi *tables,
                                         struct cs_fault *fault)
{
    const struct cs_renyi_task task = { .epsilon = study->epsilon,
                                          .delta = study->delta,
                                          .q = { plan->training[CS_A].sampling_rate,
                                                 plan->training[CS_B].sampling_rate },
                                          .steps = plan->training[CS_A].steps };
    const double sigma = cs_renyi_sigma(tables, &task);

    if (drowned(plan, sigma))
        return cs_fault_say(fault, CS_CONFIG,
                            "privacy: epsilon %g leaves so little beside the tables that "
                            "training on rows would see noise alone; raise epsilon, "
                            "lower tables (now %g) or set generator.train_on: population",
                            study->epsilon, study->tables);
    plan->training[CS_A].sigma = plan->training[CS_B].sigma = sigma;
    return CS_OK;
}

static double spent_with_training(const struct cs_plan *plan,
                                  const struct cs_renyi *tables, double delta)
{
    struct cs_renyi all = *tables;

    for (int party = CS_A; party <= CS_B; party++)
        cs_renyi_add_sampled(&all, plan->training[party].sampling_rate,
                               plan->training[party].sigma, plan->training[party].steps);
    return cs_renyi_epsilon(&all, delta);
}

static enum cs_status plan_training(struct cs_plan *plan, const struct cs_study *study,
                                    struct cs_fault *fault)
{
    struct cs_renyi tables;
    enum cs_status st;

    cs_renyi_init(&tables);
    cs_renyi_add_zcdp(&tables, plan->rho_tables);
    set_sampling(plan);
    CS_TRY(set_training_noise(plan, study, &tables, fault));
    CS_TRY(check_grid(plan, study, fault));
    plan->epsilon_spent = spent_with_training(plan, &tables, study->delta);
out:
    return st;
}

/* No noise, so no cost is finite. */
static void spend_without_bound(struct cs_plan *plan, const struct cs_study *study)
{
    if (cs_study_trains(study))
        set_sampling(plan);
    plan->rho_tables = plan->epsilon_spent = INFINITY;
}

static enum cs_status spend(struct cs_plan *plan, const struct cs_study *study,
                            struct cs_fault *fault)
{
    const double rho = cs_renyi_zcdp_rho(study->epsilon, study->delta);
    const bool trains = cs_study_trains(study);
    enum cs_status st;

    CS_TRY(share_out(plan, study, trains ? rho * study->tables : rho, fault));
    if (trains)
        CS_TRY(plan_training(plan, study, fault));
    else
        plan->epsilon_spent = cs_renyi_zcdp_epsilon(plan->rho_tables, study->delta);
    CS_REQUIRE(plan->epsilon_spent <= study->epsilon);
out:
    return st;
}

__attribute__((format(printf, 2, 3))) static void
digest_line(crypto_generichash_state *hash, const char *format, ...)
{
    char line[256];
    va_list arguments;

    va_start(arguments, format);
    const int n = vsnprintf(line, sizeof line, format, arguments);
    va_end(arguments);
    CS_REQUIRE(n >= 0 && (size_t)n < sizeof line);
    crypto_generichash_update(hash, (const uint8_t *)line, strlen(line));
}

static void digest_tables(crypto_generichash_state *hash, const struct cs_plan *plan)
{
    for (size_t t = 0; t < plan->n_tables; t++) {
        const struct cs_table_spec *spec = &plan->tables[t];
        digest_line(hash, "table %u %zu %zu %zu %zu %zu %u %" PRIu64 " %zu %zu\n",
                    (unsigned)spec->kind, spec->n_columns, spec->column[0],
                    spec->column[1], spec->column[2], spec->n_a, spec->weight,
                    spec->s2_q16, spec->n_cells, spec->first_cell);
    }
    for (size_t d = 0; d < plan->n_details; d++) {
        const struct cs_detail_spec *spec = &plan->details[d];
        digest_line(hash, "detail %zu %u %u %" PRIu64 "\n", spec->column,
                    (unsigned)spec->party, spec->levels, spec->s2_q16);
    }
}

/* What is derived from the fields here (costs, sampling rates) is left out: its last bit
 * may differ between two machines. */
static void digest(struct cs_plan *plan)
{
    crypto_generichash_state hash;

    crypto_generichash_init(&hash, NULL, 0, sizeof plan->digest);
    digest_line(&hash, "rows %zu %zu\n", plan->n_rows[CS_A], plan->n_rows[CS_B]);
    digest_tables(&hash, plan);
    for (int party = CS_A; party <= CS_B; party++) {
        const struct cs_training_spec *spec = &plan->training[party];
        digest_line(&hash, "training %d %zu %u %.6g\n", (int)spec->enabled, spec->batch,
                    spec->steps, spec->sigma);
    }
    crypto_generichash_final(&hash, plan->digest, sizeof plan->digest);
}

enum cs_status cs_plan_make(struct cs_plan **plan, const struct cs_study *study,
                            const size_t n_rows[static 2], struct cs_fault *fault)
{
    enum cs_status st = CS_MEMORY;
    struct cs_plan *made = calloc(1, sizeof *made);

    if (made == NULL)
        goto out;
    for (int party = CS_A; party <= CS_B; party++) {
        if (n_rows[party] == 0)
            CS_TRY(cs_fault_say(fault, CS_INPUT, "party %s has no rows",
                                party == CS_A ? "a" : "b"));
        made->n_rows[party] = n_rows[party];
    }
    CS_TRY(settle_recipes(made, study, fault));
    CS_TRY(cs_choice_make(made, study, fault));
    CS_TRY(choose_details(made, study));
    if (study->unprotected)
        spend_without_bound(made, study);
    else
        CS_TRY(spend(made, study, fault));
    digest(made);
    *plan = made;
    made = NULL;
out:
    cs_plan_free(made);
    return st;
}

void cs_plan_free(struct cs_plan *plan)
{
    if (plan == NULL)
        return;
    free(plan->tables);
    free(plan->details);
    free(plan);
}
