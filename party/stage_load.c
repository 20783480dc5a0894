/* load: study, node, keys and rows; the plan's schema turns text into codes. */
#include <stdio.h>
#include <string.h>

#include "party/keys.h"
#include "party/source.h"
#include "party/stages.h"
#include "party/start.h"

static enum cs_status read_study(struct cs_job *job)
{
    const char *path = job->options->study_path;
    enum cs_status st = cs_file_read(&job->study_text, &job->study_bytes, path,
                                     CS_STUDY_BYTES_MAX, job->fault);

    return st == CS_OK ? cs_study_parse(&job->study, job->study_text, job->study_bytes,
                                        path, &job->options->study, job->fault)
                       : st;
}

static const char *key_folder(const struct cs_job *job)
{
    return job->options->key != NULL ? job->options->key : job->node.key;
}

/* The study says what both have agreed on; whose people they are says whether that holds
 * for them too. */
static enum cs_status check_consent(struct cs_job *job)
{
    if (!job->study->unprotected)
        return CS_OK;
    if (!job->node.allow_unprotected)
        return cs_fault_say(
            job->fault, CS_CONFIG,
            "%s: allow_unprotected: is not true, and the study says `epsilon: none`: "
            "without noise its outputs may show what is true of single people of yours; "
            "give the study an epsilon, or, if you may let that out, say "
            "`allow_unprotected: true` here",
            job->options->node_path);
    cs_monitor_mark(&job->monitor, CS_UNPROTECTED_MARK);
    return CS_OK;
}

/* What a run needs beyond a well-formed study. */
static enum cs_status check_terms(struct cs_job *job)
{
    const char *path = job->options->study_path;

    if (!job->study->has_fingerprints)
        return cs_fault_say(
            job->fault, CS_CONFIG,
            "%s: parties: the fingerprints are missing; run `cosynth keygen` "
            "at each party and put both fingerprints here",
            path);
    if (key_folder(job) == NULL)
        return cs_fault_say(
            job->fault, CS_CONFIG,
            "%s: key: is missing; name the folder that `cosynth keygen` made",
            job->options->node_path);
    return CS_OK;
}

static enum cs_status read_keys(struct cs_job *job)
{
    const enum cs_status st = cs_keys_read(&job->self, key_folder(job), job->fault);

    if (st != CS_OK)
        return st;
    if (memcmp(job->self.fingerprint, job->study->fingerprint[job->node.party],
               CS_FINGERPRINT_BYTES) != 0)
        return cs_fault_say(
            job->fault, CS_CONFIG,
            "%s: parties.%s.fingerprint is not that of the key in %s; put "
            "the fingerprint that `cosynth keygen` printed there",
            job->options->study_path, job->monitor.log.party, key_folder(job));
    return CS_OK;
}

/* The node file names a column for each of the study's identifiers. */
static enum cs_status check_identifiers(struct cs_job *job)
{
    const struct cs_study *study = job->study;
    char kinds[CS_IDENTIFIERS_MAX * 8] = "";

    if (job->node.n_id == study->n_identifiers)
        return CS_OK;
    for (size_t k = 0; k < study->n_identifiers; k++) {
        strcat(kinds, k > 0 ? ", " : "");
        strcat(kinds, cs_id_kinds[study->identifiers[k].kind]);
    }
    return cs_fault_say(
        job->fault, CS_CONFIG,
        "%s: id: columns named: %zu, needed: %zu; one for each identifier "
        "of the study (%s), in this order; what a party does not have "
        "must leave the study",
        job->options->node_path, job->node.n_id, study->n_identifiers, kinds);
}

static enum cs_status read_rows(struct cs_job *job)
{
    const struct cs_id_rules rules = {
        .identifiers = job->study->identifiers,
        .columns = (const char *const *)job->node.id,
        .n = job->study->n_identifiers,
        .required = job->study->link == CS_LINK_ALIGNED,
        .frequent = job->study->frequent,
    };
    struct cs_file_source source;
    enum cs_status st = cs_file_source_open(&source, job->node.data, job->fault);

    if (st != CS_OK)
        return st;
    st = cs_table_read(&job->table, &job->study->schema, job->node.party, &rules,
                       &source.source, &job->monitor.progress, job->fault);
    cs_file_source_digest(job->rows_digest, &source);
    cs_file_source_close(&source);
    return st;
}

/* How many people can be found at the peer by each identifier, and why others cannot. */
static void say_id_notes(struct cs_job *job)
{
    const size_t n = job->table->codes.n_rows;

    for (size_t k = 0; k < job->node.n_id; k++) {
        const struct cs_id_notes *notes = &job->table->ids.notes[k];

        cs_monitor_say(&job->monitor,
                       "identifier %s: %zu of %zu rows have one; %zu are empty, %zu not "
                       "usable as %s, %zu on more than %zu rows",
                       job->node.id[k],
                       n - (size_t)(notes->empty + notes->unusable + notes->frequent), n,
                       (size_t)notes->empty, (size_t)notes->unusable,
                       cs_id_kinds[job->study->identifiers[k].kind],
                       (size_t)notes->frequent, job->study->frequent);
    }
    if (job->table->notes.nameless > 0)
        cs_monitor_warn(&job->monitor,
                        "%llu rows have no identifier that can be used; they count as "
                        "people that the peer does not have",
                        (unsigned long long)job->table->notes.nameless);
}

/* Counts that the owner should know of; on this host's terminal alone. */
static void say_notes(struct cs_job *job)
{
    const struct cs_schema *schema = &job->study->schema;
    const enum cs_party party = job->node.party;

    cs_monitor_say(&job->monitor, "%zu rows, %zu columns", job->table->codes.n_rows,
                   job->table->codes.n_columns);
    if (job->study->link == CS_LINK_PRIVATE)
        say_id_notes(job);
    for (size_t i = 0; i < schema->n_order[party]; i++) {
        const char *name = schema->columns[schema->order[party][i]].name;

        if (job->table->notes.unlisted[i] > 0)
            cs_monitor_warn(
                &job->monitor,
                "column %s: %llu values are not in the study's list; they count "
                "as `other`",
                name, (unsigned long long)job->table->notes.unlisted[i]);
        if (job->table->notes.clamped[i] > 0)
            cs_monitor_warn(&job->monitor,
                            "column %s: %llu values are outside the study's bounds; they "
                            "count into the nearest bin",
                            name, (unsigned long long)job->table->notes.clamped[i]);
    }
}

static bool has_level(const uint8_t *code, size_t n, struct cs_levels levels)
{
    for (size_t r = 0; r < n; r++)
        if (levels.bits >> code[r] & 1)
            return true;
    return false;
}

/* An arm that nobody is in can only be a mistake; found here, nothing is spent on it. */
static enum cs_status check_arm(struct cs_job *job, const char *name,
                                struct cs_levels levels)
{
    const struct cs_study *study = job->study;
    const size_t place = cs_schema_place(&study->schema, CS_A, study->arm);

    if (has_level(cs_codes_column(&job->table->codes, place), job->table->codes.n_rows,
                  levels))
        return CS_OK;
    return cs_fault_say(
        job->fault, CS_INPUT,
        "%s: column %s: nobody is in the %s arm; check `arm` of the study "
        "against the file",
        job->node.data, study->schema.columns[study->arm].name, name);
}

static enum cs_status check_arms(struct cs_job *job)
{
    const struct cs_study *study = job->study;
    enum cs_status st = CS_OK;

    if (job->node.party != CS_A)
        return CS_OK;
    for (size_t i = 0; i < study->n_tests; i++)
        CS_TRY(check_arm(job, study->tests[i].name, study->tests[i].levels));
    CS_TRY(check_arm(job, "control", study->control));
out:
    return st;
}

/* A ledger that cannot be written is found before the peer is called. Waiting for it must
 * not outlast the peer's patience. */
static enum cs_status open_ledger(struct cs_job *job)
{
    struct cs_ledger_spent spent;
    enum cs_status st;

    CS_TRY(cs_data_set_digest(job->data_set, &job->table->ids, job->table->codes.n_rows));
    CS_TRY(cs_ledger_open(&job->ledger, job->node.ledger,
                          job->node.timeout_seconds * 1000 / 2, job->fault));
    CS_TRY(cs_ledger_read_spent(&spent, job->ledger, job->data_set, job->fault));
    if (spent.unprotected > 0)
        cs_monitor_warn(&job->monitor,
                        "ledger: runs on these people before without privacy: %llu; no "
                        "bound holds for them any more",
                        (unsigned long long)spent.unprotected);
    if (spent.runs > spent.unprotected)
        cs_monitor_say(&job->monitor,
                       "ledger: spent on these people before: epsilon %.4g, delta %.3g "
                       "(runs: %llu)",
                       spent.epsilon, spent.delta,
                       (unsigned long long)(spent.runs - spent.unprotected));
out:
    return st;
}

/* For `cosynth watch`, if it is wanted. */
static enum cs_status open_journal(struct cs_job *job)
{
    const char *names[CS_MONITOR_STAGES_MAX + 1] = { NULL };
    enum cs_status st = CS_OK;

    if (!job->options->watch)
        return CS_OK;
    for (size_t i = 0; cs_job_stage(i) != NULL; i++)
        names[i] = cs_job_stage(i);
    CS_TRY(cs_journal_open(&job->journal, job->staging.part, job->study, job->node.party,
                           names, job->fault));
    job->monitor.journal = &job->journal;
out:
    return st;
}

enum cs_status cs_stage_load(struct cs_job *job)
{
    enum cs_status st = CS_OK;

    CS_TRY(cs_node_read(&job->node, job->options->node_path, &job->options->node,
                        job->fault));
    job->monitor.log.party = job->node.party == CS_A ? "a" : "b";
    CS_TRY(read_study(job));
    CS_TRY(check_terms(job));
    CS_TRY(check_consent(job));
    CS_TRY(check_identifiers(job));
    CS_TRY(cs_start_read(job));
    CS_TRY(read_keys(job));
    CS_TRY(cs_staging_begin(&job->staging, job->node.output, job->fault));
    CS_TRY(open_journal(job));
    CS_TRY(read_rows(job));
    CS_TRY(check_arms(job));
    say_notes(job);
    CS_TRY(open_ledger(job));
out:
    return st;
}
