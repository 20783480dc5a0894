#include "model/choice.h"

#include <stdbool.h>
#include <stdlib.h>

/* What is left out last comes first. */
enum rank { ALWAYS, OTHER_OUTCOME, LABEL_PAIR, FEATURE_PAIR };

struct candidate {
    struct cs_table_spec spec;
    enum rank rank;
    size_t position; /* in the order of the plan */
};

struct list {
    const struct cs_study *study;
    struct candidate *entry;
    size_t n;
};

static enum cs_table_kind kind_of(const struct cs_table_spec *spec,
                                  const struct cs_schema *schema)
{
    size_t at[2] = { 0, 0 };

    for (size_t i = 0; i < spec->n_columns; i++)
        for (int party = CS_A; party <= CS_B; party++)
            at[party] += schema->columns[spec->column[i]].at[party];
    if (at[CS_A] == spec->n_columns)
        return CS_OWN_A;
    return at[CS_B] == spec->n_columns ? CS_OWN_B : CS_CROSS;
}

/* A's columns first, else as given; a column at both is A's. */
static void put_columns(struct cs_table_spec *spec, const size_t *column, size_t n,
                        const struct cs_schema *schema)
{
    for (int at_a = 1; at_a >= 0; at_a--)
        for (size_t i = 0; i < n; i++)
            if (schema->columns[column[i]].at[CS_A] == at_a)
                spec->column[spec->n_columns++] = column[i];
}

static size_t columns_at_a(const struct cs_table_spec *spec,
                           const struct cs_schema *schema)
{
    size_t n = 0;

    if (spec->kind == CS_OWN_B)
        return 0;
    for (size_t i = 0; i < spec->n_columns; i++)
        n += schema->columns[spec->column[i]].at[CS_A];
    return n;
}

/* The integer below 16 times the cube root of n. */
static unsigned cube_root_16(size_t n)
{
    uint64_t root = 0;

    while ((root + 1) * (root + 1) * (root + 1) <= (uint64_t)n << 12)
        root++;
    return (unsigned)root;
}

/* See the top of model/plan.h. */
static unsigned weigh(const struct cs_table_spec *spec, enum cs_noise noise)
{
    const unsigned weight = cube_root_16(spec->n_cells);
    const bool three = spec->n_columns >= 3;

    if (spec->kind != CS_CROSS)
        return three ? weight * 3 / 2 : weight;
    if (noise == CS_NOISE_JOINT)
        return three ? weight * 6 / 5 : weight;
    return three ? weight * 3 / 2 : weight * 13 / 10;
}

static struct cs_table_spec make_spec(const struct cs_study *study, const size_t *column,
                                      size_t n)
{
    const struct cs_schema *schema = &study->schema;
    struct cs_table_spec spec = { 0 };

    put_columns(&spec, column, n, schema);
    spec.kind = kind_of(&spec, schema);
    spec.n_a = columns_at_a(&spec, schema);
    spec.n_cells = cs_table_spec_cells(&spec, schema);
    spec.weight = weigh(&spec, study->noise);
    return spec;
}

static void add(struct list *list, const struct cs_table_spec *spec, enum rank rank)
{
    list->entry[list->n] =
        (struct candidate){ .spec = *spec, .rank = rank, .position = list->n };
    list->n++;
}

static bool holds(const struct cs_table_spec *spec, size_t column)
{
    return spec->column[0] == column || spec->column[1] == column;
}

/* See the top of model/plan.h. */
static void add_pair(struct list *list, struct cs_table_spec *spec)
{
    const struct cs_study *study = list->study;
    const bool arm = holds(spec, study->arm);
    const bool outcome =
        cs_study_asks(study, spec->column[0]) || cs_study_asks(study, spec->column[1]);

    if (arm && outcome)
        spec->weight = study->conversion_weight * cube_root_16(CS_CODES_MAX);
    else if (outcome)
        spec->weight *= 5;
    else if (arm)
        spec->weight /= 2;
    add(list, spec, arm && outcome ? ALWAYS : arm || outcome ? LABEL_PAIR : FEATURE_PAIR);
}

static void add_pairs(struct list *list, enum cs_table_kind kind)
{
    const struct cs_schema *schema = &list->study->schema;

    for (size_t i = 0; i < schema->n_columns; i++)
        for (size_t j = i + 1; j < schema->n_columns; j++) {
            struct cs_table_spec spec = make_spec(list->study, (size_t[]){ i, j }, 2);
            if (spec.kind == kind)
                add_pair(list, &spec);
        }
}

/* A party of one column is in no pair of its own. */
static void add_single(struct list *list, enum cs_party party)
{
    const struct cs_schema *schema = &list->study->schema;
    size_t column = 0, n = 0;

    for (size_t i = 0; i < schema->n_columns; i++)
        if (schema->columns[i].at[party]) {
            column = i;
            n++;
        }
    if (n != 1 || (party == CS_B && schema->columns[column].at[CS_A]))
        return;
    const struct cs_table_spec spec = make_spec(list->study, &column, 1);
    add(list, &spec, ALWAYS);
}

/* Those of arm and outcome with each other column, but for outcomes that come before:
 * they have had this one. */
static void add_triples_of(struct list *list, size_t outcome, enum rank rank)
{
    const struct cs_study *study = list->study;
    const size_t column = study->outcomes[outcome].column;

    for (size_t i = 0; i < study->schema.n_columns; i++) {
        bool had = i == study->arm || i == column;

        for (size_t earlier = 0; earlier < outcome; earlier++)
            had = had || i == study->outcomes[earlier].column;
        if (had)
            continue;
        const struct cs_table_spec spec =
            make_spec(study, (size_t[]){ study->arm, i, column }, 3);
        add(list, &spec, rank);
    }
}

static void add_triples(struct list *list)
{
    for (size_t i = 0; i < list->study->n_outcomes; i++)
        add_triples_of(list, i, i == 0 ? ALWAYS : OTHER_OUTCOME);
}

/* Whether everybody at A counts, so that people of the arms are measured there. */
static bool counts_at_a(const struct cs_study *study, const size_t *pair)
{
    return study->link == CS_LINK_PRIVATE &&
           study->unlinked == CS_UNLINKED_NOT_CONVERTED &&
           study->schema.columns[pair[0]].at[CS_A] &&
           study->schema.columns[pair[1]].at[CS_A];
}

/* People of the arms by a pair of columns, where all at A count. */
static void add_own_triples(struct list *list)
{
    const struct cs_study *study = list->study;

    for (size_t p = 0; p < study->n_pairs; p++) {
        const size_t *pair = study->pairs[p];

        if (!counts_at_a(study, pair))
            continue;
        const struct cs_table_spec spec =
            make_spec(study, (size_t[]){ study->arm, pair[0], pair[1] }, 3);
        add(list, &spec, OTHER_OUTCOME);
    }
}

/* What segments by pairs of columns are counted from. */
static void add_fours(struct list *list)
{
    const struct cs_study *study = list->study;

    for (size_t p = 0; p < study->n_pairs; p++)
        for (size_t i = 0; i < study->n_outcomes; i++) {
            const size_t *pair = study->pairs[p];
            const struct cs_table_spec spec = make_spec(
                study,
                (size_t[]){ study->arm, pair[0], pair[1], study->outcomes[i].column }, 4);

            add(list, &spec, OTHER_OUTCOME);
        }
}

static int order(size_t a, size_t b)
{
    return (a > b) - (a < b);
}

static int by_worth(const void *one, const void *other)
{
    const struct candidate *a = one, *b = other;
    int sign = order(a->rank, b->rank);

    if (sign == 0 && a->rank != ALWAYS)
        sign = order(a->spec.n_cells, b->spec.n_cells);
    return sign != 0 ? sign : order(a->position, b->position);
}

static int by_position(const void *one, const void *other)
{
    const struct candidate *a = one, *b = other;

    return order(a->position, b->position);
}

/* As many as cs_choice_make adds, or more; a party of one column, which adds one more,
 * has no pairs of its own. */
static size_t n_asked(const struct cs_study *study)
{
    const size_t n = study->schema.n_columns;
    const size_t others = study->n_outcomes - 1;

    return n * (n - 1) / 2 + n - 2 + others * (n - 3) + study->n_pairs * (others + 2);
}

bool cs_choice_holds_all(const struct cs_study *study)
{
    return n_asked(study) <= CS_PLAN_TABLES_MAX;
}

static void leave_out(struct list *list, struct cs_plan *plan)
{
    if (list->n <= CS_PLAN_TABLES_MAX)
        return;
    qsort(list->entry, list->n, sizeof *list->entry, by_worth);
    plan->n_left_out = list->n - CS_PLAN_TABLES_MAX;
    list->n = CS_PLAN_TABLES_MAX;
    CS_REQUIRE(list->entry[list->n].rank != ALWAYS);
    qsort(list->entry, list->n, sizeof *list->entry, by_position);
}

static enum cs_status take(struct cs_plan *plan, const struct list *list,
                           struct cs_fault *fault)
{
    plan->tables = calloc(list->n, sizeof *plan->tables);
    if (plan->tables == NULL)
        return CS_MEMORY;
    plan->n_tables = list->n;
    for (size_t t = 0; t < list->n; t++) {
        plan->tables[t] = list->entry[t].spec;
        plan->tables[t].first_cell = plan->n_cells;
        plan->n_cells += plan->tables[t].n_cells;
    }
    if (plan->n_cells > CS_PLAN_CELLS_MAX)
        return cs_fault_say(fault, CS_CONFIG,
                            "columns: the tables of this study have %zu cells, more than "
                            "%u; declare fewer columns, bins or categories",
                            plan->n_cells, CS_PLAN_CELLS_MAX);
    return CS_OK;
}

enum cs_status cs_choice_make(struct cs_plan *plan, const struct cs_study *study,
                              struct cs_fault *fault)
{
    const size_t n = study->schema.n_columns;
    struct list list = { .study = study };
    enum cs_status st = CS_MEMORY;

    CS_REQUIRE(study->arm < n && study->conversion < n && n <= CS_COLUMNS_MAX);
    CS_REQUIRE(study->arm != study->conversion && study->conversion_weight > 0);
    CS_REQUIRE(study->n_outcomes > 0 && study->outcomes[0].column == study->conversion);
    list.entry = calloc(n_asked(study) + 2, sizeof *list.entry);
    if (list.entry == NULL)
        goto out;
    add_single(&list, CS_A);
    add_pairs(&list, CS_OWN_A);
    add_own_triples(&list);
    add_single(&list, CS_B);
    add_pairs(&list, CS_OWN_B);
    add_pairs(&list, CS_CROSS);
    add_triples(&list);
    add_fours(&list);
    leave_out(&list, plan);
    CS_TRY(take(plan, &list, fault));

out:
    free(list.entry);
    return st;
}
