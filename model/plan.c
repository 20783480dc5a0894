#include "model/plan.h"

#include <inttypes.h>
#include <math.h>
#include <sodium.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "model/choice.h"
#include "model/density.h"
#include "model/discover.h"
#include "model/generator.h"
#include "model/spend.h"

#define Q16 65536.
#define DISCOVERY_DELTA .1 /* of the study's delta, for all columns */

enum cs_scope cs_table_spec_scope(const struct cs_table_spec *spec, enum cs_link link)
{
    if (link == CS_LINK_ALIGNED || spec->kind == CS_CROSS)
        return CS_AT_BOTH;
    return spec->kind == CS_OWN_A ? CS_AT_A : CS_AT_B;
}

bool cs_table_spec_is_fitted(const struct cs_table_spec *spec)
{
    return spec->n_columns < CS_TABLE_COLUMNS_MAX;
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

bool cs_plan_has_detail(const struct cs_study *study, size_t column)
{
    /* with no budget values are drawn evenly within bins; no bins are quantiles */
    return (study->detail > 0 || study->unprotected) &&
           cs_density_levels(&study->schema.columns[column]) > 0;
}

static enum cs_status choose_details(struct cs_plan *plan, const struct cs_study *study)
{
    const struct cs_schema *schema = &study->schema;

    plan->details = calloc(schema->n_columns, sizeof *plan->details);
    if (plan->details == NULL)
        return CS_MEMORY;
    for (size_t i = 0; i < schema->n_columns; i++) {
        const struct cs_column *column = &schema->columns[i];

        if (cs_plan_has_detail(study, i))
            plan->details[plan->n_details++] =
                (struct cs_detail_spec){ .column = i,
                                         .party = column->at[CS_A] ? CS_A : CS_B,
                                         .levels = cs_density_levels(column) };
    }
    return CS_OK;
}

static enum cs_status choose_discoveries(struct cs_plan *plan,
                                         const struct cs_study *study)
{
    const struct cs_schema *schema = &study->schema;

    plan->discoveries = calloc(schema->n_columns, sizeof *plan->discoveries);
    if (plan->discoveries == NULL)
        return CS_MEMORY;
    for (size_t i = 0; i < schema->n_columns; i++) {
        const struct cs_column *column = &schema->columns[i];
        if (cs_column_is_open(column))
            plan->discoveries[plan->n_discoveries++] =
                (struct cs_discovery_spec){ .column = i,
                                            .party = column->at[CS_A] ? CS_A : CS_B };
    }
    for (size_t i = 0; i < plan->n_discoveries; i++)
        plan->discoveries[i].delta =
            study->delta * DISCOVERY_DELTA / (double)plan->n_discoveries;
    return CS_OK;
}

static void set_thresholds(struct cs_plan *plan)
{
    for (size_t i = 0; i < plan->n_discoveries; i++) {
        struct cs_discovery_spec *spec = &plan->discoveries[i];

        spec->threshold = i > 0 && spec->s2_q16 == spec[-1].s2_q16
                              ? spec[-1].threshold
                              : cs_discover_threshold(spec->s2_q16, spec->delta);
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
        digest_line(
            hash, "table %u %zu %zu %zu %zu %zu %zu %u %" PRIu64 " %u %u %zu %zu\n",
            (unsigned)spec->kind, spec->n_columns, spec->column[0], spec->column[1],
            spec->column[2], spec->column[3], spec->n_a, spec->weight, spec->s2_q16,
            spec->joint.levels, spec->joint.coins, spec->n_cells, spec->first_cell);
    }
    for (size_t d = 0; d < plan->n_details; d++) {
        const struct cs_detail_spec *spec = &plan->details[d];
        digest_line(hash, "detail %zu %u %u %" PRIu64 "\n", spec->column,
                    (unsigned)spec->party, spec->levels, spec->s2_q16);
    }
    for (size_t i = 0; i < plan->n_discoveries; i++) {
        const struct cs_discovery_spec *spec = &plan->discoveries[i];
        digest_line(hash, "discovery %zu %u %" PRIu64 " %" PRIu64 "\n", spec->column,
                    (unsigned)spec->party, spec->s2_q16, spec->threshold);
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
    CS_TRY(choose_discoveries(made, study));
    CS_TRY(cs_spend(made, study, fault));
    set_thresholds(made);
    digest(made);
    *plan = made;
    made = NULL;
out:
    cs_plan_free(made);
    return st;
}

void cs_plan_narrow(struct cs_plan *plan, const struct cs_schema *schema)
{
    plan->n_cells = 0;
    for (size_t t = 0; t < plan->n_tables; t++) {
        struct cs_table_spec *spec = &plan->tables[t];

        spec->n_cells = cs_table_spec_cells(spec, schema);
        spec->first_cell = plan->n_cells;
        plan->n_cells += spec->n_cells;
    }
}

void cs_plan_free(struct cs_plan *plan)
{
    if (plan == NULL)
        return;
    free(plan->tables);
    free(plan->details);
    free(plan->discoveries);
    free(plan);
}
