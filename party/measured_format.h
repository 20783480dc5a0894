/* measured_format.h: what the writer and the reader of measured.json must agree on. */
#ifndef CS_PARTY_MEASURED_FORMAT_H
#define CS_PARTY_MEASURED_FORMAT_H

#include "model/plan.h"

#define CS_MEASURED_SCHEMA "cosynth-measured/1"

/* By enum cs_table_kind. */
static const char *const cs_measured_kinds[] = {
    [CS_OWN_A] = "own_a",
    [CS_OWN_B] = "own_b",
    [CS_CROSS] = "cross",
};

/* Are the edges of this column a result of the run, not a part of the study? */
static inline bool cs_measured_has_edges(const struct cs_column *column)
{
    return cs_column_is_numeric(column) && column->binning == CS_BINS_QUANTILES;
}

/* How many of a table's columns are A's; those of a cross table come first. */
static inline size_t cs_measured_count_a(const struct cs_table_spec *spec,
                                         const struct cs_schema *schema)
{
    size_t n = 0;

    while (n < spec->n_columns && schema->columns[spec->column[n]].at[CS_A])
        n++;
    return n;
}

#endif
