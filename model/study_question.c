/* What the study asks: who is compared with whom, in what, among whom. */
#include <stdlib.h>
#include <string.h>

#include "model/study_parts.h"

/* The question that is being read. */
struct reader {
    struct cs_study *study;
    const struct cs_yaml *root;
    struct cs_fault *fault;
};

/* ---- columns ----------------------------------------------------------------------- */

/* The column of that name, which the party alone has. */
static enum cs_status find_column(size_t *index, const struct reader *r,
                                  const struct cs_yaml *name, enum cs_party party)
{
    const struct cs_schema *schema = &r->study->schema;

    *index = cs_schema_find_at(schema, name->text, party);
    if (*index == schema->n_columns &&
        cs_schema_find_at(schema, name->text, 1 - party) == schema->n_columns)
        return cs_yaml_say(r->fault, name, NULL,
                           "is not the name of a column; correct it, or add it to "
                           "`columns`");
    if (*index == schema->n_columns || schema->columns[*index].at[1 - party])
        return cs_yaml_say(r->fault, name, NULL,
                           "must be a column of %c alone; move it there in `columns`",
                           party == CS_A ? 'a' : 'b');
    return CS_OK;
}

/* Whether some of its values can be named; `where` they are, for words. */
static enum cs_status need_category(const struct reader *r, size_t index,
                                    const struct cs_yaml *name, const char *where)
{
    const struct cs_column *column = &r->study->schema.columns[index];

    if (cs_column_is_numeric(column))
        return cs_yaml_say(r->fault, name, NULL,
                           "must be a category; declare its values as `type: category`");
    if (column->discover > 0)
        return cs_yaml_say(r->fault, name, NULL,
                           "has its values found in the data, but `%s` has to name them; "
                           "list them as `values`",
                           where);
    return CS_OK;
}

static enum cs_status find_category(size_t *index, const struct reader *r,
                                    const struct cs_yaml *name, enum cs_party party,
                                    const char *where)
{
    enum cs_status st;

    CS_TRY(find_column(index, r, name, party));
    CS_TRY(need_category(r, *index, name, where));
out:
    return st;
}

/* ---- arms -------------------------------------------------------------------------- */

static uint64_t tested(const struct cs_study *study)
{
    uint64_t bits = 0;

    for (size_t i = 0; i < study->n_tests; i++)
        bits |= study->tests[i].levels.bits;
    return bits;
}

static bool is_taken(const char *name)
{
    return strcmp(name, "control") == 0 || strcmp(name, "neither") == 0;
}

static enum cs_status add_test(const struct reader *r, const char *name,
                               const struct cs_yaml *list)
{
    struct cs_study *study = r->study;
    const uint64_t before = tested(study);
    enum cs_status st = CS_MEMORY;

    if (study->n_tests == CS_TEST_ARMS_MAX)
        return cs_yaml_say(r->fault, list, NULL,
                           "is one too many; there are at most %d test arms",
                           CS_TEST_ARMS_MAX);
    if (name[0] == '\0' || strlen(name) > CS_NAME_BYTES_MAX || is_taken(name))
        return cs_yaml_say(r->fault, list, NULL,
                           "is no name for a test arm; take another, of 1 to %d bytes",
                           CS_NAME_BYTES_MAX);
    struct cs_test_arm *arm = &study->tests[study->n_tests++];
    arm->name = strdup(name);
    if (arm->name == NULL)
        goto out;
    CS_TRY(cs_study_read_levels(&arm->levels, &study->schema.columns[study->arm], list,
                                r->fault));
    if ((arm->levels.bits & before) != 0)
        st = cs_yaml_say(r->fault, list, NULL,
                         "has a value of another test arm; each value is in one");
out:
    return st;
}

/* One list, or a list for each name. */
static enum cs_status read_tests(const struct reader *r, const struct cs_yaml *test)
{
    enum cs_status st = CS_OK;

    if (test->kind == CS_YAML_LIST)
        return add_test(r, CS_ONLY_TEST, test);
    if (test->first == NULL)
        return cs_yaml_say(r->fault, test, NULL, "is empty; name one or more test arms");
    for (const struct cs_yaml *list = test->first; list != NULL; list = list->next)
        CS_TRY(add_test(r, list->key, list));
out:
    return st;
}

static enum cs_status read_arm(const struct reader *r)
{
    const struct cs_yaml *map = cs_yaml_get(r->root, "arm");
    struct cs_study *study = r->study;
    enum cs_status st;

    CS_TRY(find_category(&study->arm, r, cs_yaml_get(map, "column"), CS_A, "arm"));
    CS_TRY(read_tests(r, cs_yaml_get(map, "test")));
    CS_TRY(cs_study_read_levels(&study->control, &study->schema.columns[study->arm],
                                cs_yaml_get(map, "control"), r->fault));
    if ((tested(study) & study->control.bits) != 0)
        st = cs_yaml_say(
            r->fault, map, "control",
            "has a value that is in `test` too; each value is in one of them");
out:
    return st;
}

/* ---- outcomes ---------------------------------------------------------------------- */

static enum cs_status read_conversion(const struct reader *r)
{
    const struct cs_yaml *map = cs_yaml_get(r->root, "conversion");
    struct cs_study *study = r->study;
    struct cs_outcome_spec *outcome = &study->outcomes[study->n_outcomes++];
    enum cs_status st;

    CS_TRY(find_category(&outcome->column, r, cs_yaml_get(map, "column"), CS_B,
                         "conversion"));
    CS_TRY(cs_study_read_levels(&outcome->converted,
                                &study->schema.columns[outcome->column],
                                cs_yaml_get(map, "converted"), r->fault));
    study->conversion = outcome->column;
out:
    return st;
}

static enum cs_status need_number(const struct reader *r, size_t index,
                                  const struct cs_yaml *name)
{
    const enum cs_column_type type = r->study->schema.columns[index].type;

    return type == CS_INTEGER || type == CS_NUMBER
               ? CS_OK
               : cs_yaml_say(r->fault, name, NULL,
                             "has no mean; declare it as `type: number` or `integer`, or "
                             "say which values count as `converted`");
}

static enum cs_status read_what(struct cs_outcome_spec *outcome, const struct reader *r,
                                const struct cs_yaml *item)
{
    const struct cs_yaml *name = cs_yaml_get(item, "column");
    const struct cs_yaml *converted = cs_yaml_get(item, "converted");
    enum cs_status st;

    outcome->is_mean = cs_yaml_get(item, "value") != NULL;
    if (outcome->is_mean == (converted != NULL))
        return cs_yaml_say(r->fault, item, NULL,
                           "is asked for a rate or a mean: say `converted: [..]` or "
                           "`value: mean`, and not both");
    if (!outcome->is_mean && cs_yaml_get(item, "missing") != NULL)
        return cs_yaml_say(r->fault, item, "missing",
                           "has a meaning beside `value` alone; leave it out");
    CS_TRY(find_column(&outcome->column, r, name, CS_B));
    if (cs_study_asks(r->study, outcome->column))
        return cs_yaml_say(r->fault, name, NULL, "is an outcome already; keep one");
    CS_TRY(outcome->is_mean ? need_number(r, outcome->column, name)
                            : need_category(r, outcome->column, name, "outcomes"));
    if (converted != NULL)
        CS_TRY(cs_study_read_levels(&outcome->converted,
                                    &r->study->schema.columns[outcome->column], converted,
                                    r->fault));
out:
    return st;
}

static enum cs_status read_outcome(const struct reader *r, const struct cs_yaml *item)
{
    struct cs_declared_outcome declared = { 0 };
    struct cs_outcome_spec outcome = { 0 };
    enum cs_status st;

    if (r->study->n_outcomes == CS_OUTCOMES_MAX)
        return cs_yaml_say(r->fault, item, NULL,
                           "is one too many; there are at most %d beside `conversion`",
                           CS_OUTCOMES_MAX - 1);
    CS_TRY(
        cs_fields_read(&declared, cs_study_section(CS_SECTION_OUTCOME), item, r->fault));
    CS_TRY(read_what(&outcome, r, item));
    outcome.leaves_out_missing = declared.missing == CS_MISSING_EXCLUDED;
    r->study->outcomes[r->study->n_outcomes++] = outcome;
out:
    return st;
}

static enum cs_status read_outcomes(const struct reader *r)
{
    const struct cs_yaml *list = cs_yaml_get(r->root, "outcomes");
    enum cs_status st = CS_OK;

    for (const struct cs_yaml *item = list ? list->first : NULL; item != NULL;
         item = item->next)
        CS_TRY(read_outcome(r, item));
out:
    return st;
}

/* ---- pairs ------------------------------------------------------------------------- */

static enum cs_status find_feature(size_t *index, const struct reader *r,
                                   const struct cs_yaml *name)
{
    const struct cs_study *study = r->study;
    const enum cs_status st = cs_field_scalar(name, r->fault);

    if (st != CS_OK)
        return st;
    *index = cs_schema_find(&study->schema, name->text);
    if (*index == study->schema.n_columns)
        return cs_yaml_say(r->fault, name, NULL,
                           "is not the name of a column; correct it, or add it to "
                           "`columns`");
    if (*index == study->arm || cs_study_asks(study, *index))
        return cs_yaml_say(r->fault, name, NULL,
                           "is what is compared; segments are by other columns");
    return CS_OK;
}

static bool has_pair(const struct cs_study *study, size_t x, size_t y)
{
    for (size_t i = 0; i < study->n_pairs; i++) {
        const size_t *pair = study->pairs[i];

        if ((pair[0] == x && pair[1] == y) || (pair[0] == y && pair[1] == x))
            return true;
    }
    return false;
}

/* Whether a table of the pair can be measured, and is worth it. */
static enum cs_status check_pair(const struct reader *r, const struct cs_yaml *item,
                                 size_t x, size_t y)
{
    const struct cs_column *columns = r->study->schema.columns;
    const size_t n = columns[x].n_codes * columns[y].n_codes;

    if (x == y || has_pair(r->study, x, y))
        return cs_yaml_say(r->fault, item, NULL,
                           "has a column or a pair twice; keep one");
    if (n > CS_PAIR_LEVELS_MAX)
        return cs_yaml_say(r->fault, item, NULL,
                           "has %zu levels together, and %d are the most; take columns "
                           "of fewer bins or categories",
                           n, CS_PAIR_LEVELS_MAX);
    if (r->study->link == CS_LINK_PRIVATE && !columns[x].at[CS_A] && !columns[y].at[CS_A])
        return cs_yaml_say(r->fault, item, NULL,
                           "are two columns of b, which cannot be measured together with "
                           "`link: private`; take one of a");
    return CS_OK;
}

static enum cs_status read_pair(const struct reader *r, const struct cs_yaml *item)
{
    struct cs_study *study = r->study;
    enum cs_status st;
    size_t x, y;

    if (study->n_pairs == CS_PAIRS_MAX)
        return cs_yaml_say(r->fault, item, NULL,
                           "is one too many; there are at most %d pairs", CS_PAIRS_MAX);
    if (item->kind != CS_YAML_LIST || item->n_children != 2)
        return cs_yaml_say(r->fault, item, NULL,
                           "is not a pair; write two names of columns, as [age, city] "
                           "(every column by itself is reported anyway)");
    CS_TRY(find_feature(&x, r, item->first));
    CS_TRY(find_feature(&y, r, item->last));
    CS_TRY(check_pair(r, item, x, y));
    study->pairs[study->n_pairs][0] = x;
    study->pairs[study->n_pairs++][1] = y;
out:
    return st;
}

static enum cs_status read_pairs(const struct reader *r)
{
    const struct cs_yaml *list = cs_yaml_get(r->root, "pairs");
    enum cs_status st = CS_OK;

    for (const struct cs_yaml *item = list ? list->first : NULL; item != NULL;
         item = item->next)
        CS_TRY(read_pair(r, item));
out:
    return st;
}

enum cs_status cs_study_read_question(struct cs_study *study, const struct cs_yaml *root,
                                      struct cs_fault *fault)
{
    const struct reader r = { study, root, fault };
    enum cs_status st;

    CS_TRY(read_arm(&r));
    CS_TRY(read_conversion(&r));
    CS_TRY(read_outcomes(&r));
    CS_TRY(read_pairs(&r));
out:
    return st;
}
