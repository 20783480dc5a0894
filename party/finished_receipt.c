#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "party/finished_parts.h"

static enum cs_status read_who(struct cs_finished *run, const struct cs_json_file *file)
{
    char party[2];
    enum cs_status st;

    CS_TRY(cs_json_schema(file, "cosynth-receipt/1"));
    CS_TRY(cs_json_text(run->study, sizeof run->study, file, "study"));
    CS_TRY(cs_json_text(party, sizeof party, file, "party"));
    if (party[0] != 'a' && party[0] != 'b')
        CS_TRY(cs_json_refuse(file, "party", "a or b"));
    run->party = party[0];
    CS_TRY(
        cs_json_text(run->study_digest, sizeof run->study_digest, file, "study_digest"));
    CS_TRY(cs_json_text(run->plan_digest, sizeof run->plan_digest, file, "plan_digest"));
    CS_TRY(
        cs_json_text(run->population, sizeof run->population, file, "population_digest"));
    CS_TRY(cs_json_text(run->ledger_head, sizeof run->ledger_head, file, "ledger_head"));
out:
    return st;
}

static enum cs_status read_privacy(struct cs_finished *run,
                                   const struct cs_json_file *file)
{
    char noise[CS_FINISHED_WORD_BYTES];
    enum cs_status st;

    CS_TRY(cs_json_text(noise, sizeof noise, file, "privacy.noise_of_cross_tables"));
    run->joint_noise = strcmp(noise, "joint") == 0;
    run->is_private = json_is_true(cs_json_at(file, "privacy.private"));
    if (!run->is_private) {
        run->epsilon = run->epsilon_spent = INFINITY;
        goto out;
    }
    CS_TRY(cs_json_number(&run->epsilon, file, "privacy.epsilon"));
    CS_TRY(cs_json_number(&run->epsilon_spent, file, "privacy.epsilon_spent"));
    CS_TRY(cs_json_number(&run->delta, file, "privacy.delta"));
out:
    return st;
}

static bool has_column(const struct cs_finished *run, const char *name)
{
    for (size_t i = 0; i < run->n_columns; i++)
        if (strcmp(run->columns[i], name) == 0)
            return true;
    return false;
}

static enum cs_status add_column(struct cs_finished *run, const char *name)
{
    if (has_column(run, name))
        return CS_OK;
    char **more = realloc(run->columns, (run->n_columns + 1) * sizeof *more);
    if (more == NULL)
        return CS_MEMORY;
    run->columns = more;
    more[run->n_columns] = strdup(name);
    return more[run->n_columns++] != NULL ? CS_OK : CS_MEMORY;
}

static enum cs_status add_columns(struct cs_finished *run,
                                  const struct cs_json_file *file, size_t table)
{
    char path[CS_JSON_PATH_BYTES], name[2 * CS_FINISHED_WORD_BYTES];
    const size_t n =
        cs_json_size(file, cs_json_path(path, "released.tables[%zu].columns", table));
    enum cs_status st = CS_OK;

    for (size_t i = 0; i < n; i++) {
        cs_json_path(path, "released.tables[%zu].columns[%zu]", table, i);
        CS_TRY(cs_json_text(name, sizeof name, file, path));
        CS_TRY(add_column(run, name));
    }
out:
    return st;
}

static int by_name(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static enum cs_status read_columns(struct cs_finished *run,
                                   const struct cs_json_file *file)
{
    enum cs_status st = CS_OK;

    run->n_tables = cs_json_size(file, "released.tables");
    for (size_t t = 0; t < run->n_tables; t++)
        CS_TRY(add_columns(run, file, t));
    if (run->n_columns == 0)
        CS_TRY(cs_json_refuse(file, "released.tables", "a list of tables"));
    qsort(run->columns, run->n_columns, sizeof *run->columns, by_name);
out:
    return st;
}

/* The figure may be unknown, but the contender is there. */
static enum cs_status read_generator(struct cs_finished *run,
                                     const struct cs_json_file *file, size_t p)
{
    char path[CS_JSON_PATH_BYTES];
    enum cs_status st;

    cs_json_path(path, "generators.%c.used", 'a' + (int)p);
    CS_TRY(cs_json_text(run->used[p], sizeof run->used[p], file, path));
    if (strspn(run->used[p], "abcdefghijklmnopqrstuvwxyz_") != strlen(run->used[p]) ||
        run->used[p][0] == '\0')
        CS_TRY(cs_json_refuse(file, path, "a kind of candidates"));
    cs_json_path(path, "generators.%c.%.20s.chi_square_per_cell", 'a' + (int)p,
                 run->used[p]);
    run->chi_square[p] = NAN;
    if (!json_is_null(cs_json_at(file, path)))
        CS_TRY(cs_json_number(&run->chi_square[p], file, path));
out:
    return st;
}

static enum cs_status add_count(uint64_t *sum, const struct cs_json_file *file,
                                size_t stage, const char *key)
{
    char path[CS_JSON_PATH_BYTES];
    uint64_t count = 0;
    enum cs_status st = CS_OK;

    cs_json_path(path, "stages[%zu].%s", stage, key);
    if (cs_json_at(file, path) != NULL) /* not of a stage before the connection */
        CS_TRY(cs_json_count(&count, file, path));
    *sum += count;
out:
    return st;
}

static enum cs_status read_costs(struct cs_finished *run, const struct cs_json_file *file)
{
    const size_t n = cs_json_size(file, "stages");
    char path[CS_JSON_PATH_BYTES];
    enum cs_status st;
    double seconds;

    CS_TRY(cs_json_count(&run->memory_bytes, file, "peak_memory_bytes"));
    for (size_t i = 0; i < n; i++) {
        CS_TRY(
            cs_json_number(&seconds, file, cs_json_path(path, "stages[%zu].seconds", i)));
        run->seconds += seconds;
        CS_TRY(add_count(&run->bytes, file, i, "sent_bytes"));
        CS_TRY(add_count(&run->bytes, file, i, "received_bytes"));
    }
out:
    return st;
}

enum cs_status cs_finished_receipt(struct cs_finished *run,
                                   const struct cs_json_file *receipt)
{
    enum cs_status st;

    CS_TRY(read_who(run, receipt));
    CS_TRY(read_privacy(run, receipt));
    CS_TRY(read_columns(run, receipt));
    CS_TRY(read_generator(run, receipt, 0));
    CS_TRY(read_generator(run, receipt, 1));
    CS_TRY(cs_json_number(&run->fit_chi_square, receipt, "refit.chi_square_per_cell"));
    CS_TRY(read_costs(run, receipt));
out:
    return st;
}
