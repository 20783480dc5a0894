#include "model/filter.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "crypto/wide.h"
#include "model/condition.h"
#include "model/value.h"

enum cs_status cs_filter_init(struct cs_filter *filter, const struct cs_schema *schema,
                              const struct cs_density *const *densities)
{
    *filter = (struct cs_filter){ schema, densities, NULL };
    filter->column = calloc(schema->n_columns, sizeof *filter->column);
    return filter->column == NULL ? CS_MEMORY : CS_OK;
}

void cs_filter_wipe(struct cs_filter *filter)
{
    free(filter->column);
    *filter = (struct cs_filter){ 0 };
}

/* ---- categories ---- */

static enum cs_status filter_category(struct cs_filter_column *to,
                                      const struct cs_column *column,
                                      const struct cs_condition *condition,
                                      struct cs_fault *fault)
{
    uint64_t named = 0;

    if (condition->operator!= CS_EQUAL && condition->operator!= CS_UNEQUAL && condition->
        operator!= CS_IN)
        return cs_fault_say(
            fault, CS_CONFIG,
            "`%s`: `%s` is a category, which has no order; use =, != or in",
            condition->text, column->name);
    for (const char *item = condition->value;; item++) {
        const bool is_list = condition->operator== CS_IN;
        const size_t n = is_list ? cs_condition_item(column, item) : strlen(item);
        const int code = cs_condition_code(column, item, n);
        char value[CS_COLUMN_NAME_BYTES];

        if (code < 0) {
            snprintf(value, sizeof value, "%.*s", (int)(n < 256 ? n : 256), item);
            return cs_condition_no_value(column, value, fault);
        }
        named |= UINT64_C(1) << code;
        item += n;
        if (*item == '\0')
            break;
    }
    for (size_t code = 0; code < column->n_codes; code++)
        if (((named >> code & 1) != 0) == (condition->operator== CS_UNEQUAL))
            to->part[code] = 0;
    return CS_OK;
}

/* ---- numbers and dates ---- */

/* Everything a column's values may be, missing aside. */
static struct cs_spans whole_of(const struct cs_column *column)
{
    return (struct cs_spans){ 1,
                              { { column->edges[0], column->edges[column->n_bins] } } };
}

static bool add_point(struct cs_spans *points, int64_t grid)
{
    size_t at = 0;

    while (at < points->n && points->span[at].lo < grid)
        at++;
    if (at < points->n && points->span[at].lo == grid)
        return true;
    if (points->n == CS_SPANS_MAX)
        return false;
    memmove(&points->span[at + 1], &points->span[at],
            (points->n++ - at) * sizeof *points->span);
    points->span[at] = (struct cs_span){ grid, grid + 1 };
    return true;
}

static enum cs_status say_too_many(const struct cs_condition *condition,
                                   struct cs_fault *fault)
{
    return cs_fault_say(fault, CS_CONFIG, "`%s` makes too many ranges; use fewer values",
                        condition->text);
}

/* The values that a list, or a single value, names; whether missing is among them. */
static enum cs_status read_points(struct cs_spans *points, bool *missing,
                                  const struct cs_column *column,
                                  const struct cs_condition *condition,
                                  struct cs_fault *fault)
{
    points->n = 0;
    for (const char *item = condition->value;; item++) {
        const size_t n = condition->operator== CS_IN ? strcspn(item, ",") : strlen(item);
        int64_t grid;

        if (n == 0 && column->missing >= 0) {
            *missing = true;
        } else {
            const enum cs_status st = cs_condition_grid(&grid, column, item, n, fault);
            if (st != CS_OK)
                return st;
            if (grid >= column->edges[0] && grid < column->edges[column->n_bins] &&
                !add_point(points, grid))
                return say_too_many(condition, fault);
        }
        item += n;
        if (*item == '\0')
            return CS_OK;
    }
}

static enum cs_status filter_points(struct cs_filter_column *to,
                                    const struct cs_column *column,
                                    const struct cs_condition *condition,
                                    struct cs_fault *fault)
{
    const int64_t lo = column->edges[0], hi = column->edges[column->n_bins];
    struct cs_spans points, rest;
    bool missing = false, fits;
    enum cs_status st;

    CS_TRY(read_points(&points, &missing, column, condition, fault));
    if (condition->operator!= CS_UNEQUAL) {
        fits = cs_spans_intersect(&to->within, &points);
    } else {
        fits = cs_spans_complement(&rest, &points, lo, hi) &&
               cs_spans_intersect(&to->within, &rest);
    }
    if (!fits)
        return say_too_many(condition, fault);
    if (column->missing >= 0 && missing == (condition->operator== CS_UNEQUAL))
        to->part[column->missing] = 0;
out:
    return st;
}

static enum cs_status filter_range(struct cs_filter_column *to,
                                   const struct cs_column *column,
                                   const struct cs_condition *condition,
                                   struct cs_fault *fault)
{
    struct cs_spans range = { 1, { { -CS_GRID_MAX - 2, CS_GRID_MAX + 2 } } };
    enum cs_status st;
    int64_t grid;

    CS_TRY(cs_condition_grid(&grid, column, condition->value, strlen(condition->value),
                             fault));
    switch (condition->operator) {
    case CS_BELOW:
        range.span[0].hi = grid;
        break;
    case CS_AT_MOST:
        range.span[0].hi = grid + 1;
        break;
    case CS_ABOVE:
        range.span[0].lo = grid + 1;
        break;
    default:
        range.span[0].lo = grid;
    }
    if (range.span[0].lo >= range.span[0].hi)
        range.n = 0;
    if (!cs_spans_intersect(&to->within, &range))
        return say_too_many(condition, fault);
    if (column->missing >= 0)
        to->part[column->missing] = 0;
out:
    return st;
}

static enum cs_status filter_numeric(struct cs_filter_column *to,
                                     const struct cs_column *column,
                                     const struct cs_density *density,
                                     const struct cs_condition *condition,
                                     struct cs_fault *fault)
{
    const bool by_points =
        condition->operator== CS_EQUAL || condition->operator== CS_UNEQUAL || condition->
        operator== CS_IN;
    enum cs_status st;

    CS_TRY(by_points ? filter_points(to, column, condition, fault)
                     : filter_range(to, column, condition, fault));
    for (size_t bin = 0; bin < column->n_bins; bin++)
        cs_spans_measure(&to->part[bin], &to->whole[bin], &to->within, density,
                         column->edges[bin], column->edges[bin + 1]);
out:
    return st;
}

/* ---- a filter ---- */

/* Everything is taken. */
static void open_column(struct cs_filter_column *to, const struct cs_column *column)
{
    to->is_set = true;
    for (size_t code = 0; code < column->n_codes; code++)
        to->part[code] = to->whole[code] = 1;
    if (cs_column_is_numeric(column))
        to->within = whole_of(column);
}

static enum cs_status check_left(const struct cs_filter_column *left,
                                 const struct cs_column *column,
                                 const struct cs_condition *condition,
                                 struct cs_fault *fault)
{
    char min[CS_VALUE_BYTES], max[CS_VALUE_BYTES];

    /* values that are left and have no mass are not said to be impossible: nobody has
     * them */
    if (cs_column_is_numeric(column) && left->within.n > 0)
        return CS_OK;
    for (size_t code = 0; code < column->n_codes; code++)
        if (left->part[code] > 0)
            return CS_OK;
    if (!cs_column_is_numeric(column))
        return cs_fault_say(fault, CS_CONFIG,
                            "`%s` leaves no value of `%s`; drop a condition",
                            condition->text, column->name);
    cs_value_format(min, column, column->min);
    cs_value_format(max, column, column->max);
    return cs_fault_say(fault, CS_CONFIG,
                        "`%s` leaves no value of `%s`, which goes from %s to %s; change "
                        "or drop a condition",
                        condition->text, column->name, min, max);
}

enum cs_status cs_filter_add(struct cs_filter *filter, const char *text,
                             struct cs_fault *fault)
{
    struct cs_condition condition;
    enum cs_status st;

    CS_TRY(cs_condition_read(&condition, filter->schema, text, fault));
    const size_t c = condition.column;
    const struct cs_column *column = &filter->schema->columns[c];
    struct cs_filter_column *to = &filter->column[c];
    const struct cs_density *density =
        filter->densities != NULL ? filter->densities[c] : NULL;

    if (!to->is_set)
        open_column(to, column);
    CS_TRY(cs_column_is_numeric(column)
               ? filter_numeric(to, column, density, &condition, fault)
               : filter_category(to, column, &condition, fault));
    CS_TRY(check_left(to, column, &condition, fault));
out:
    return st;
}

bool cs_filter_takes(const struct cs_filter *filter, size_t column, uint8_t code,
                     struct cs_rng *rng)
{
    const struct cs_filter_column *by = &filter->column[column];

    if (!by->is_set || by->part[code] == by->whole[code])
        return true;
    return by->part[code] > 0 &&
           (uint64_t)((cs_u128)cs_rng_u64(rng) * by->whole[code] >> 64) < by->part[code];
}

const struct cs_spans *cs_filter_spans(const struct cs_filter *filter, size_t column)
{
    return filter->column[column].is_set &&
                   cs_column_is_numeric(&filter->schema->columns[column])
               ? &filter->column[column].within
               : NULL;
}
