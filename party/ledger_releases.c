#include "party/ledger_releases.h"

#include <stdio.h>

static const char *const party_name[] = { "a", "b" };

/* One release; what it has no value of is null. */
struct release {
    const char *kind, *what, *people_of;
    struct cs_cell rho, sampling_rate, steps, sigma;
};

static enum cs_status enter(struct cs_store *store, int64_t run,
                            const struct release *release, struct cs_fault *fault)
{
    const struct cs_cell values[] = { cs_cell_integer(run),
                                      cs_cell_text(release->kind),
                                      cs_cell_text(release->what),
                                      cs_cell_text(release->people_of),
                                      release->rho,
                                      release->sampling_rate,
                                      release->steps,
                                      release->sigma };

    return cs_store_each(store,
                         "INSERT INTO release (run, sequence, kind, what, people_of,"
                         " zcdp_rho, sampling_rate, steps, sigma)"
                         " SELECT ?1, count(*) + 1, ?2, ?3, ?4, ?5, ?6, ?7, ?8"
                         " FROM release WHERE run = ?1",
                         values, sizeof values / sizeof *values, NULL, NULL, fault);
}

static enum cs_status enter_density(struct cs_store *store, int64_t run,
                                    const struct cs_schema *schema,
                                    const struct cs_detail_spec *detail,
                                    struct cs_fault *fault)
{
    char name[CS_COLUMN_NAME_BYTES];

    cs_schema_name(name, schema, detail->column);
    const struct release release = { .kind = "density",
                                     .what = name,
                                     .people_of = party_name[detail->party],
                                     .rho = cs_cell_real(cs_plan_rho_detail(detail)) };
    return enter(store, run, &release, fault);
}

/* A table of one column, which shows by the values that it publishes. */
static enum cs_status enter_discovery(struct cs_store *store, int64_t run,
                                      const struct cs_schema *schema,
                                      const struct cs_discovery_spec *discovery,
                                      struct cs_fault *fault)
{
    char name[CS_COLUMN_NAME_BYTES], what[CS_COLUMN_NAME_BYTES + 16];

    cs_schema_name(name, schema, discovery->column);
    snprintf(what, sizeof what, "values of %s", name);
    const struct release release = { .kind = "table",
                                     .what = what,
                                     .people_of = party_name[discovery->party],
                                     .rho =
                                         cs_cell_real(cs_plan_rho(discovery->s2_q16)) };
    return enter(store, run, &release, fault);
}

static enum cs_status enter_table(struct cs_store *store, int64_t run,
                                  const struct cs_schema *schema,
                                  const struct cs_table_spec *table,
                                  struct cs_fault *fault)
{
    static const char *const people_of[] = { "a", "b", "both" }; /* by cs_table_kind */
    char what[512];

    cs_table_spec_name(what, sizeof what, table, schema);
    const struct release release = { .kind = "table",
                                     .what = what,
                                     .people_of = people_of[table->kind],
                                     .rho = cs_cell_real(cs_plan_rho(table->s2_q16)) };
    return enter(store, run, &release, fault);
}

static enum cs_status enter_training(struct cs_store *store, int64_t run,
                                     const struct cs_training_spec *training,
                                     enum cs_party party, struct cs_fault *fault)
{
    const struct release release = {
        .kind = "training",
        .what = training->sigma > 0 ? "DP-SGD of the generator"
                                    : "training of the generator without noise",
        .people_of = party_name[party],
        .sampling_rate = cs_cell_real(training->sampling_rate),
        .steps = cs_cell_integer(training->steps),
        .sigma = cs_cell_real(training->sigma),
    };

    return enter(store, run, &release, fault);
}

enum cs_status cs_ledger_releases_enter(struct cs_store *store, int64_t run,
                                        const struct cs_schema *schema,
                                        const struct cs_plan *plan,
                                        struct cs_fault *fault)
{
    enum cs_status st = CS_OK;

    for (size_t i = 0; i < plan->n_discoveries; i++)
        CS_TRY(enter_discovery(store, run, schema, &plan->discoveries[i], fault));
    for (size_t d = 0; d < plan->n_details; d++)
        CS_TRY(enter_density(store, run, schema, &plan->details[d], fault));
    for (size_t t = 0; t < plan->n_tables; t++)
        CS_TRY(enter_table(store, run, schema, &plan->tables[t], fault));
    for (enum cs_party p = CS_A; p <= CS_B; p++)
        if (plan->training[p].enabled)
            CS_TRY(enter_training(store, run, &plan->training[p], p, fault));
out:
    return st;
}
