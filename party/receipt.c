#include "party/receipt.h"

#include <jansson.h>
#include <math.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "party/json_object.h"
#include "party/judged.h"
#include "party/resume.h"
#include "party/start.h"

/* JSON has no infinity: what has no bound is null. */
static json_t *number(double x)
{
    return isfinite(x) ? json_real(x) : json_null();
}

static json_t *hexadecimal(const uint8_t *bytes, size_t n)
{
    char text[2 * 32 + 1];

    CS_REQUIRE(n <= 32);
    sodium_bin2hex(text, sizeof text, bytes, n);
    return json_string(text);
}

/* A list that lacks something is none: what it is put into fails too. */
static void append(json_t **list, json_t *value)
{
    if (json_array_append_new(*list, value) == 0)
        return;
    json_decref(*list);
    *list = NULL;
}

static const char *const party_name[] = { "a", "b" };

static json_t *table_of(const struct cs_table_spec *spec, const struct cs_schema *schema)
{
    static const char *const kinds[] = { "own_a", "own_b", "cross" };
    char name[CS_COLUMN_NAME_BYTES];
    json_t *columns = json_array();

    for (size_t i = 0; i < spec->n_columns; i++) {
        cs_schema_name(name, schema, spec->column[i]);
        append(&columns, json_string(name));
    }
    return json_pack("{s:o, s:s, s:I, s:f, s:o}", "columns", columns, "kind",
                     kinds[spec->kind], "cells", (json_int_t)spec->n_cells,
                     "noise_standard_deviation", sqrt((double)spec->s2_q16 / 65536),
                     "zcdp_rho", number(cs_plan_rho(spec->s2_q16)));
}

static json_t *density_of(const struct cs_detail_spec *detail,
                          const struct cs_schema *schema)
{
    char name[CS_COLUMN_NAME_BYTES];

    cs_schema_name(name, schema, detail->column);
    return json_pack("{s:s, s:s, s:i, s:f, s:o}", "column", name, "party",
                     party_name[detail->party], "levels", (int)detail->levels,
                     "noise_standard_deviation", sqrt((double)detail->s2_q16 / 65536),
                     "zcdp_rho", number(cs_plan_rho_detail(detail)));
}

static json_t *discovery_of(const struct cs_discovery_spec *spec,
                            const struct cs_schema *schema)
{
    char name[CS_COLUMN_NAME_BYTES];

    cs_schema_name(name, schema, spec->column);
    return json_pack("{s:s, s:s, s:I, s:I, s:f, s:o, s:f}", "column", name, "party",
                     party_name[spec->party], "found",
                     (json_int_t)schema->columns[spec->column].n_values, "threshold",
                     (json_int_t)spec->threshold, "noise_standard_deviation",
                     sqrt((double)spec->s2_q16 / 65536), "zcdp_rho",
                     number(cs_plan_rho(spec->s2_q16)), "delta", spec->delta);
}

static json_t *training_of(const struct cs_job *job, enum cs_party party)
{
    const struct cs_training_spec *training = &job->plan->training[party];

    return json_pack("{s:s, s:f, s:i, s:f, s:f}", "party", party_name[party],
                     "sampling_rate", training->sampling_rate, "steps",
                     (int)training->steps, "noise_multiplier", training->sigma, "clip",
                     job->study->generator.clip);
}

/* Everything that left the secret side, each with its price. */
static json_t *released(const struct cs_job *job)
{
    const struct cs_plan *plan = job->plan;
    const struct cs_schema *schema = &job->study->schema;
    json_t *tables = json_array(), *densities = json_array(), *training = json_array();
    json_t *openings = json_array(), *values = json_array();

    for (size_t i = 0; i < plan->n_discoveries; i++)
        append(&values, discovery_of(&plan->discoveries[i], schema));
    for (size_t t = 0; t < plan->n_tables; t++)
        append(&tables, table_of(&plan->tables[t], schema));
    for (size_t i = 0; i < plan->n_details; i++)
        append(&densities, density_of(&plan->details[i], schema));
    for (enum cs_party p = CS_A; p <= CS_B; p++)
        if (plan->training[p].enabled)
            append(&training, training_of(job, p));
    for (size_t i = 0; i < job->openings.n; i++) {
        const struct cs_opening *opening = &job->openings.entry[i];
        append(&openings, json_pack("{s:s, s:I, s:i}", "purpose", opening->purpose,
                                    "words", (json_int_t)opening->n_words, "word_bytes",
                                    (int)opening->word_bytes));
    }
    return json_pack("{s:o, s:o, s:o, s:o, s:o}", "values", values, "tables", tables,
                     "densities", densities, "training", training, "opened_shares",
                     openings);
}

static json_t *stage_of(const struct cs_stage_time *stage,
                        const struct cs_channel *channel)
{
    struct cs_json entry = cs_json_new();
    size_t n = 0;
    const struct cs_traffic *traffic = cs_channel_traffic(channel, &n);

    cs_json_put(&entry, "stage", json_string(stage->stage));
    cs_json_put(&entry, "seconds", json_real(stage->seconds));
    for (size_t i = 0; i < n; i++) {
        if (strcmp(traffic[i].stage, stage->stage) != 0)
            continue;
        cs_json_put(&entry, "sent_bytes",
                    json_integer((json_int_t)traffic[i].sent_bytes));
        cs_json_put(&entry, "received_bytes",
                    json_integer((json_int_t)traffic[i].received_bytes));
        cs_json_put(&entry, "sent_frames",
                    json_integer((json_int_t)traffic[i].sent_frames));
        cs_json_put(&entry, "received_frames",
                    json_integer((json_int_t)traffic[i].received_frames));
        cs_json_put(&entry, "rounds", json_integer((json_int_t)traffic[i].rounds));
    }
    return cs_json_finish(&entry);
}

/* The stages that are over; the report's own time is not known while it is written. */
static json_t *stages_of(const struct cs_job *job)
{
    json_t *stages = json_array();

    for (size_t i = 0; i + 1 < job->monitor.n_stages; i++)
        append(&stages, stage_of(&job->monitor.stage[i], job->channel));
    return stages;
}

/* What the run survived. */
static json_t *network_of(const struct cs_channel *channel)
{
    const struct cs_outages outages = cs_channel_outages(channel);

    return json_pack("{s:I, s:f, s:I}", "cuts", (json_int_t)outages.n_cuts,
                     "seconds_down", 1e-3 * (double)outages.down_ms, "nodes_refused",
                     (json_int_t)outages.n_intruders);
}

static json_t *fit_of(const struct cs_fit_result *result)
{
    return json_pack("{s:I, s:I, s:f}", "moves", (json_int_t)result->moves, "accepted",
                     (json_int_t)result->accepted, "chi_square_per_cell",
                     result->chi_square);
}

/* Synthetic people by where they are. */
static json_t *people_of(const struct cs_presence *people)
{
    return json_pack("{s:I, s:I, s:I}", "both", (json_int_t)people->n_both, "only_a",
                     (json_int_t)people->n_only[CS_A], "only_b",
                     (json_int_t)people->n_only[CS_B]);
}

/* What the run began with: another's model, or nothing. */
static json_t *start_of(const struct cs_job *job)
{
    if (!cs_start_given(job))
        return json_null();
    return json_pack("{s:o, s:I, s:I}", "model_sha256",
                     hexadecimal(job->start.digest, sizeof job->start.digest), "people",
                     (json_int_t)job->prior.rows.n_rows, "weights",
                     (json_int_t)job->n_started);
}

static json_t *privacy_of(const struct cs_job *job)
{
    const struct cs_study *study = job->study;

    return json_pack("{s:b, s:o, s:o, s:o, s:s, s:o}", "private", !study->unprotected,
                     "epsilon", number(study->epsilon), "delta",
                     study->unprotected ? json_null() : json_real(study->delta),
                     "epsilon_spent", number(job->plan->epsilon_spent),
                     "noise_of_cross_tables",
                     study->noise == CS_NOISE_JOINT ? "joint" : "each",
                     "zcdp_rho_of_tables", number(job->plan->rho_tables));
}

/* Of all cells, as `cosynth status` says it of a run that was cut. */
static json_t *tables_digest(const struct cs_job *job)
{
    uint8_t tag[CS_STEP_TAG_BYTES];

    cs_checkpoint_digest(tag, job->cells, job->plan->n_cells * sizeof *job->cells);
    return hexadecimal(tag, sizeof tag);
}

static json_int_t peak_memory(void)
{
    struct rusage usage;

    return getrusage(RUSAGE_SELF, &usage) == 0 ? (json_int_t)usage.ru_maxrss * 1024 : 0;
}

enum cs_status cs_receipt_write(FILE *stream, const struct cs_job *job)
{
    struct cs_json receipt = {
        .json = json_pack(
            "{s:s, s:s, s:s, s:s, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:I, s:o, s:o, s:I, "
            "s:o}",
            "schema", "cosynth-receipt/1", "version", CS_VERSION, "study",
            job->study->name, "party", party_name[job->node.party], "study_digest",
            hexadecimal(job->study->digest, CS_DIGEST_BYTES), "plan_digest",
            hexadecimal(job->plan->digest, CS_DIGEST_BYTES), "privacy", privacy_of(job),
            "released", released(job), "generators", cs_judged_json(job->judgements),
            "fit", fit_of(&job->fitted[0]), "refit", fit_of(&job->fitted[1]), "people",
            (json_int_t)job->population.n_rows, "people_at",
            people_of(&job->refined.people), "population_digest",
            hexadecimal(job->population_digest, CS_POPULATION_DIGEST_BYTES),
            "peak_memory_bytes", peak_memory(), "stages", stages_of(job))
    };

    receipt.failed = receipt.json == NULL;
    cs_json_put(&receipt, "run_id", hexadecimal(job->checkpoint.run_id, CS_RUN_ID_BYTES));
    cs_json_put(&receipt, "sessions", json_integer(cs_resume_sessions(job)));
    cs_json_put(&receipt, "tables_digest", tables_digest(job));
    cs_json_put(&receipt, "start", start_of(job));
    cs_json_put(&receipt, "network", network_of(job->channel));
    cs_json_put(&receipt, "ledger_head",
                hexadecimal(job->charged.head.hash, CS_CHAIN_BYTES));
    cs_json_put(&receipt, "synthetic_csv_sha256",
                hexadecimal(job->output_digest, sizeof job->output_digest));
    cs_json_put(&receipt, "model_sha256",
                hexadecimal(job->model_digest, sizeof job->model_digest));
    if (job->study->unprotected)
        cs_json_put(&receipt, "warning", json_string(CS_UNPROTECTED_MARK));
    json_t *page = cs_json_finish(&receipt);
    if (page == NULL)
        return CS_MEMORY;
    const int failed = json_dumpf(page, stream, JSON_INDENT(1) | JSON_REAL_PRECISION(8));
    json_decref(page);
    if (failed == 0)
        fputc('\n', stream);
    return failed == 0 || ferror(stream) ? CS_OK : CS_MEMORY;
}
