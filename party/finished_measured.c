/* Every table with noise counts all people of its scope, once each: its sum is their
 * number, with the noise of all its cells. Tables are weighed by the inverse of that. */
#include <jansson.h>
#include <math.h>
#include <string.h>

#include "party/finished_parts.h"
#include "party/measured_format.h"

/* Numbers of people, added up as they are found. */
struct sums {
    double weight[CS_SCOPES], weighted[CS_SCOPES];
    double exact[CS_SCOPES]; /* of a table without noise; NAN: none */
};

static enum cs_status add_cells(double *total, const struct cs_json_file *file,
                                const json_t *cells, size_t t)
{
    char path[CS_JSON_PATH_BYTES];
    const json_t *cell;
    size_t i;

    *total = 0;
    json_array_foreach(cells, i, cell)
    {
        if (!json_is_integer(cell))
            return cs_json_refuse(file,
                                  cs_json_path(path, "tables[%zu].cells[%zu]", t, i),
                                  "a whole number");
        *total += (double)json_integer_value(cell);
    }
    return CS_OK;
}

static enum cs_status read_kind(enum cs_table_kind *kind, const struct cs_json_file *file,
                                size_t t)
{
    char path[CS_JSON_PATH_BYTES];
    const char *word =
        json_string_value(cs_json_at(file, cs_json_path(path, "tables[%zu].kind", t)));

    for (*kind = CS_OWN_A; word != NULL && *kind <= CS_CROSS; (*kind)++)
        if (strcmp(word, cs_measured_kinds[*kind]) == 0)
            return CS_OK;
    return cs_json_refuse(file, path, "own_a, own_b or cross");
}

/* Of rows that are all at both there is but one number. */
static enum cs_scope scope_of(enum cs_table_kind kind, bool linked)
{
    if (!linked || kind == CS_CROSS)
        return CS_AT_BOTH;
    return kind == CS_OWN_A ? CS_AT_A : CS_AT_B;
}

static enum cs_status add_table(struct sums *sums, const struct cs_finished *run,
                                const struct cs_json_file *file, size_t t)
{
    char path[CS_JSON_PATH_BYTES];
    const json_t *cells = cs_json_at(file, cs_json_path(path, "tables[%zu].cells", t));
    enum cs_table_kind kind;
    enum cs_status st;
    uint64_t s2_q16 = 0;
    double total;

    CS_TRY(read_kind(&kind, file, t));
    CS_TRY(add_cells(&total, file, cells, t));
    CS_TRY(cs_json_count(&s2_q16, file, cs_json_path(path, "tables[%zu].s2_q16", t)));
    const double n_noises = kind == CS_CROSS && !run->joint_noise ? 2 : 1;
    const double variance =
        (double)s2_q16 / 65536 * n_noises * (double)json_array_size(cells);
    const enum cs_scope scope = scope_of(kind, run->linked);
    if (variance > 0) {
        sums->weight[scope] += 1 / variance;
        sums->weighted[scope] += total / variance;
    } else {
        sums->exact[scope] = total;
    }
out:
    return st;
}

enum cs_status cs_finished_measured(struct cs_finished *run,
                                    const struct cs_json_file *measured)
{
    const size_t n = cs_json_size(measured, "tables");
    struct sums sums = { .weight = { 0 } };
    enum cs_status st;

    CS_TRY(cs_json_schema(measured, CS_MEASURED_SCHEMA));
    run->linked = cs_json_at(measured, "tables[0].at_a") != NULL;
    for (size_t scope = 0; scope < CS_SCOPES; scope++)
        sums.exact[scope] = NAN;
    for (size_t t = 0; t < n; t++)
        CS_TRY(add_table(&sums, run, measured, t));
    for (size_t scope = 0; scope < CS_SCOPES; scope++) {
        const bool exact = !isnan(sums.exact[scope]);

        run->people[scope] =
            exact ? sums.exact[scope] : sums.weighted[scope] / sums.weight[scope];
        run->v_people[scope] = exact ? 0 : 1 / sums.weight[scope];
    }
out:
    return st;
}
