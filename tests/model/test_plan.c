/* What model/plan.h promises. The account is taken again here, from the plan's fields
 * alone, by means of the plain sums. */
#include "model/plan.h"

#include <math.h>
#include <string.h>

#include "model/account.h"
#include "tests/support/check.h"

enum { CATEGORY, BINS, QUANTILES };

struct column {
    const char *name;
    const char *at; /* "a", "b" or "ab" */
    size_t n_codes;
    int kind;
};

struct fixture {
    struct cs_study study;
    struct cs_column column[CS_COLUMNS_MAX];
    int64_t edges[CS_COLUMNS_MAX][CS_CODES_MAX + 1];
    char name[CS_COLUMNS_MAX][16];
    size_t n_rows[2];
};

static const struct column hillstrom[] = {
    { "recency", "a", 12, CATEGORY },
    { "history", "a", 21, BINS },
    { "zip_code", "a", 4, CATEGORY },
    { "channel", "a", 4, CATEGORY },
    { "newbie", "a", 3, CATEGORY },
    { "segment", "a", 4, CATEGORY },
    { "mens", "b", 3, CATEGORY },
    { "womens", "b", 3, CATEGORY },
    { "history_segment", "b", 8, CATEGORY },
    { "visit", "b", 3, CATEGORY },
};

static const struct column adult[] = {
    { "age", "a", 22, BINS },
    { "fnlwgt", "a", 24, QUANTILES },
    { "workclass", "a", 10, CATEGORY },
    { "education", "a", 17, CATEGORY },
    { "race", "a", 6, CATEGORY },
    { "sex", "a", 3, CATEGORY },
    { "country", "a", 43, CATEGORY },
    { "arm", "a", 4, CATEGORY },
    { "gain", "b", 10, BINS },
    { "loss", "b", 9, BINS },
    { "hours", "b", 17, BINS },
    { "marital", "b", 8, CATEGORY },
    { "occupation", "b", 16, CATEGORY },
    { "relation", "b", 7, CATEGORY },
    { "income", "b", 3, CATEGORY },
};

static const struct column shared[] = {
    { "arm", "a", 4, CATEGORY }, { "city", "ab", 9, CATEGORY },
    { "age", "ab", 20, BINS },   { "x", "a", 5, CATEGORY },
    { "y", "b", 6, CATEGORY },   { "bought", "b", 3, CATEGORY },
};

static const struct column two[] = { { "arm", "a", 3, CATEGORY },
                                     { "bought", "b", 2, CATEGORY } };

static void add_column(struct fixture *f, size_t i, const struct column *from)
{
    struct cs_column *column = &f->column[i];

    strcpy(f->name[i], from->name);
    column->name = f->name[i];
    column->type = from->kind == CATEGORY ? CS_CATEGORY : CS_INTEGER;
    column->at[CS_A] = strchr(from->at, 'a') != NULL;
    column->at[CS_B] = strchr(from->at, 'b') != NULL;
    column->n_codes = from->n_codes;
    column->binning = from->kind == QUANTILES ? CS_BINS_QUANTILES : CS_BINS_DECLARED;
    column->max = 100 * (int64_t)from->n_codes - 1;
    if (from->kind != CATEGORY)
        column->n_bins = from->n_codes;
    for (size_t k = 0; from->kind == BINS && k <= from->n_codes; k++)
        f->edges[i][k] = 100 * (int64_t)k;
    column->edges = from->kind == BINS ? f->edges[i] : NULL;
}

static void init(struct fixture *f, const struct column *columns, size_t n, size_t arm,
                 size_t conversion)
{
    memset(f, 0, sizeof *f);
    for (size_t i = 0; i < n; i++)
        add_column(f, i, &columns[i]);
    f->study.schema.columns = f->column;
    f->study.schema.n_columns = n;
    f->study.arm = arm;
    f->study.conversion = conversion;
    f->study.epsilon = 1;
    f->study.delta = 1e-6;
    f->study.tables = .8;
    f->study.detail = .05;
    f->study.conversion_weight = 4;
    f->study.generator.fine_tune = true;
    f->study.generator.rounds = 10;
    f->study.generator.local_steps = 10;
    f->n_rows[0] = f->n_rows[1] = 64000;
}

static struct cs_plan *make(const struct fixture *f)
{
    struct cs_plan *plan = NULL;

    assert_ok(cs_plan_make(&plan, &f->study, f->n_rows, NULL));
    return plan;
}

static size_t count(const struct cs_plan *plan, enum cs_table_kind kind, size_t n_columns)
{
    size_t n = 0;

    for (size_t t = 0; t < plan->n_tables; t++)
        n += plan->tables[t].kind == kind && plan->tables[t].n_columns == n_columns;
    return n;
}

/* The table of that name, or NULL. */
static const struct cs_table_spec *find(const struct cs_plan *plan,
                                        const struct fixture *f, const char *name)
{
    char words[128];

    for (size_t t = 0; t < plan->n_tables; t++) {
        cs_table_spec_name(words, sizeof words, &plan->tables[t], &f->study.schema);
        if (strcmp(words, name) == 0)
            return &plan->tables[t];
    }
    return NULL;
}

static void all_pairs_and_label_triples_are_measured(void **state)
{
    struct fixture f;
    (void)state;

    init(&f, hillstrom, COUNT(hillstrom), 5, 9);
    struct cs_plan *plan = make(&f);
    assert_int_equal(plan->n_tables, 53);
    assert_int_equal(count(plan, CS_OWN_A, 2), 15);
    assert_int_equal(count(plan, CS_OWN_B, 2), 6);
    assert_int_equal(count(plan, CS_CROSS, 2), 24);
    assert_int_equal(count(plan, CS_CROSS, 3), 8);
    assert_int_equal(plan->n_left_out, 0);
    assert_int_equal(plan->n_details, 1);
    cs_plan_free(plan);

    init(&f, adult, COUNT(adult), 7, 14);
    plan = make(&f);
    assert_int_equal(plan->n_tables, 28 + 21 + 56 + 13);
    assert_int_equal(plan->n_details, 5);
    cs_plan_free(plan);
}

static void columns_of_a_stand_first(void **state)
{
    struct fixture f;
    (void)state;

    init(&f, hillstrom, COUNT(hillstrom), 5, 9);
    struct cs_plan *plan = make(&f);
    const struct cs_table_spec *spec = find(plan, &f, "segment x recency x visit");
    assert_non_null(spec);
    assert_int_equal(spec->n_a, 2);
    assert_int_equal(spec->n_cells, 4 * 12 * 3);
    spec = find(plan, &f, "segment x mens x visit");
    assert_non_null(spec);
    assert_int_equal(spec->n_a, 1);
    cs_plan_free(plan);
}

static void a_column_at_both_counts_as_the_first_partys(void **state)
{
    struct fixture f;
    (void)state;

    init(&f, shared, COUNT(shared), 0, 5);
    struct cs_plan *plan = make(&f);
    assert_int_equal(find(plan, &f, "city x age")->kind, CS_OWN_A);
    assert_int_equal(find(plan, &f, "city x y")->kind, CS_OWN_B);
    assert_int_equal(find(plan, &f, "arm x y")->kind, CS_CROSS);
    const struct cs_table_spec *spec = find(plan, &f, "arm x city x bought");
    assert_int_equal(spec->kind, CS_CROSS);
    assert_int_equal(spec->n_a, 2);
    assert_int_equal(plan->n_tables, 15 + 4);
    assert_int_equal(plan->n_details, 1);
    assert_int_equal(plan->details[0].party, CS_A);
    cs_plan_free(plan);
}

static void a_party_of_one_column_measures_it_alone(void **state)
{
    struct fixture f;
    (void)state;

    init(&f, two, COUNT(two), 0, 1);
    struct cs_plan *plan = make(&f);
    assert_int_equal(plan->n_tables, 3);
    assert_int_equal(find(plan, &f, "arm")->kind, CS_OWN_A);
    assert_int_equal(find(plan, &f, "bought")->kind, CS_OWN_B);
    assert_int_equal(find(plan, &f, "arm x bought")->kind, CS_CROSS);
    cs_plan_free(plan);
}

static void cells_lie_side_by_side(void **state)
{
    struct fixture f;
    size_t next = 0;
    (void)state;

    init(&f, adult, COUNT(adult), 7, 14);
    struct cs_plan *plan = make(&f);
    for (size_t t = 0; t < plan->n_tables; t++) {
        assert_int_equal(plan->tables[t].first_cell, next);
        assert_int_equal(plan->tables[t].n_cells,
                         cs_table_spec_cells(&plan->tables[t], &f.study.schema));
        next += plan->tables[t].n_cells;
    }
    assert_int_equal(plan->n_cells, next);
    cs_plan_free(plan);
}

static void a_weight_divides_the_variance(void **state)
{
    struct fixture f;
    (void)state;

    init(&f, hillstrom, COUNT(hillstrom), 5, 9);
    struct cs_plan *plan = make(&f);
    const uint64_t heavy = find(plan, &f, "segment x visit")->s2_q16;
    const uint64_t plain = find(plan, &f, "recency x visit")->s2_q16;
    assert_true(4 * heavy >= plain && 4 * heavy < plain + 4);
    cs_plan_free(plan);
}

/* A person at both parties is in one cell of every table and of every level. */
static double cost(const struct cs_plan *plan, double delta)
{
    double rho = 0, least = INFINITY;

    for (size_t t = 0; t < plan->n_tables; t++)
        rho += 1 / (2 * ((double)plan->tables[t].s2_q16 / 65536));
    for (size_t d = 0; d < plan->n_details; d++)
        rho += plan->details[d].levels / (2 * ((double)plan->details[d].s2_q16 / 65536));
    for (double alpha = 1.05; alpha < 400; alpha *= 1.01) {
        double rdp = alpha * rho;
        for (int party = 0; party < 2; party++)
            if (plan->training[party].enabled)
                rdp += plan->training[party].steps *
                       cs_account_rdp_sampled(rint(alpha) == alpha ? alpha + 1e-9 : alpha,
                                              plan->training[party].sampling_rate,
                                              plan->training[party].sigma);
        least = fmin(least, rdp + log1p(-1 / alpha) - log(delta * alpha) / (alpha - 1));
    }
    return least;
}

static void assert_spends(const struct fixture *f, double epsilon)
{
    struct cs_plan *plan = make(f);
    const double spent = cost(plan, f->study.delta);

    if (!(plan->epsilon_spent <= epsilon && spent <= epsilon * 1.0005 &&
          spent >= .98 * epsilon && fabs(spent - plan->epsilon_spent) < 2e-3 * epsilon))
        fail_msg("epsilon %g: plan says %g, counted again %g", epsilon,
                 plan->epsilon_spent, spent);
    cs_plan_free(plan);
}

static void the_budget_is_met_and_used(void **state)
{
    static const double epsilons[] = { .5, 1, 3, 10 };
    struct fixture f;
    (void)state;

    for (size_t i = 0; i < COUNT(epsilons); i++) {
        init(&f, hillstrom, COUNT(hillstrom), 5, 9);
        f.n_rows[1] = 20000;
        f.study.epsilon = epsilons[i];
        assert_spends(&f, epsilons[i]);
        f.study.generator.fine_tune = false;
        assert_spends(&f, epsilons[i]);
    }
}

static void without_training_the_tables_get_everything(void **state)
{
    struct fixture f;
    (void)state;

    init(&f, hillstrom, COUNT(hillstrom), 5, 9);
    struct cs_plan *with = make(&f);
    f.study.generator.kind = CS_GENERATOR_INDEPENDENT;
    struct cs_plan *without = make(&f);
    assert_true(with->training[CS_A].enabled && with->training[CS_B].enabled);
    assert_false(without->training[CS_A].enabled || without->training[CS_B].enabled);
    assert_true(fabs(with->rho_tables / without->rho_tables - .8) < .002);
    cs_plan_free(with);
    cs_plan_free(without);
}

static void the_batch_follows_the_rows_unless_the_study_says(void **state)
{
    static const size_t rule[][2] = {
        { 100, 100 }, { 1000, 256 }, { 64000, 4000 }, { 1000000, 4096 }
    };
    struct fixture f;
    (void)state;

    init(&f, two, COUNT(two), 0, 1);
    f.study.epsilon = 10;
    f.study.generator.rounds = 1;
    for (size_t i = 0; i < COUNT(rule); i++) {
        f.n_rows[0] = f.n_rows[1] = rule[i][0];
        struct cs_plan *plan = make(&f);
        assert_int_equal(plan->training[CS_A].batch, rule[i][1]);
        cs_plan_free(plan);
    }
    f.study.generator.batch = 50;
    struct cs_plan *plan = make(&f);
    assert_int_equal(plan->training[CS_B].batch, 50);
    assert_int_equal(plan->training[CS_B].steps, 10);
    cs_plan_free(plan);
}

static void too_many_tables_lose_the_widest_pairs_of_features(void **state)
{
    struct fixture f;
    struct column wide[40];
    (void)state;

    for (size_t i = 0; i < COUNT(wide); i++)
        wide[i] = (struct column){ "c", i < 20 ? "a" : "b", 2 + i % 20, CATEGORY };
    init(&f, wide, COUNT(wide), 0, 39);
    struct cs_plan *plan = make(&f);
    assert_int_equal(plan->n_tables, CS_PLAN_TABLES_MAX);
    assert_int_equal(plan->n_left_out, 780 + 38 - CS_PLAN_TABLES_MAX);
    assert_int_equal(count(plan, CS_CROSS, 3), 38);
    size_t with_label = 0, most_cells = 0;
    for (size_t t = 0; t < plan->n_tables; t++) {
        const struct cs_table_spec *spec = &plan->tables[t];
        const bool label = spec->column[0] == 0 || spec->column[1] == 39;
        if (spec->n_columns == 2 && label)
            with_label++;
        else if (spec->n_columns == 2 && spec->n_cells > most_cells)
            most_cells = spec->n_cells;
    }
    assert_int_equal(with_label, 39 + 38);
    assert_true(most_cells < 21 * 21 / 2);
    cs_plan_free(plan);
}

static void the_same_study_gives_the_same_plan(void **state)
{
    struct fixture f;
    (void)state;

    init(&f, adult, COUNT(adult), 7, 14);
    struct cs_plan *one = make(&f), *other = make(&f);
    assert_memory_equal(one->digest, other->digest, CS_DIGEST_BYTES);
    assert_memory_equal(one->tables, other->tables, one->n_tables * sizeof *one->tables);
    cs_plan_free(one);
    cs_plan_free(other);
}

static void change(struct fixture *f, size_t what)
{
    struct cs_study *study = &f->study;

    switch (what) {
    case 0:
        study->epsilon = 2;
        break;
    case 1:
        study->delta = 1e-5;
        break;
    case 2:
        study->tables = .7;
        break;
    case 3:
        study->detail = .1;
        break;
    case 4:
        study->conversion_weight = 1;
        break;
    case 5:
        study->arm = 2;
        break;
    case 6:
        study->conversion = 7;
        break;
    case 7:
        f->column[3].n_codes++;
        break;
    case 8:
        study->generator.rounds = 9;
        break;
    case 9:
        study->generator.batch = 1000;
        break;
    case 10:
        study->generator.fine_tune = false;
        break;
    case 11:
        study->schema.n_columns--;
        break;
    case 12:
        f->n_rows[0]--;
        break;
    default:
        f->column[6].at[CS_A] = true;
        break;
    }
}

static void every_setting_that_matters_is_in_the_digest(void **state)
{
    struct fixture f;
    (void)state;

    init(&f, hillstrom, COUNT(hillstrom), 5, 8);
    struct cs_plan *plan = make(&f);
    for (size_t what = 0; what < 14; what++) {
        init(&f, hillstrom, COUNT(hillstrom), 5, 8);
        change(&f, what);
        struct cs_plan *changed = make(&f);
        if (memcmp(plan->digest, changed->digest, CS_DIGEST_BYTES) == 0)
            fail_msg("change %zu is not in the digest", what);
        cs_plan_free(changed);
    }
    cs_plan_free(plan);
}

static void assert_refused(const struct fixture *f, const char *word)
{
    struct cs_plan *plan = NULL;
    struct cs_fault fault = { .stage = "plan" };

    assert_int_equal(cs_plan_make(&plan, &f->study, f->n_rows, &fault), CS_CONFIG);
    assert_null(plan);
    assert_non_null(strstr(fault.text, word));
}

static void what_the_budget_cannot_pay_is_refused_with_words(void **state)
{
    struct fixture f;
    (void)state;

    init(&f, hillstrom, COUNT(hillstrom), 5, 9);
    f.n_rows[0] = f.n_rows[1] = 500;
    f.study.epsilon = .001;
    assert_refused(&f, "fine_tune");
    f.study.generator.fine_tune = false;
    f.study.epsilon = 1e-9;
    assert_refused(&f, "raise epsilon");
    init(&f, hillstrom, COUNT(hillstrom), 5, 9);
    f.study.tables = 0;
    assert_refused(&f, "tables");
    init(&f, adult, COUNT(adult), 7, 14);
    f.study.detail = 0;
    assert_refused(&f, "fnlwgt");
}

static void too_many_cells_are_refused_with_words(void **state)
{
    struct fixture f;
    struct column wide[70];
    (void)state;

    for (size_t i = 0; i < COUNT(wide); i++)
        wide[i] = (struct column){ "c", i < 35 ? "a" : "b", 64, CATEGORY };
    init(&f, wide, COUNT(wide), 0, 69);
    assert_refused(&f, "cells");
}

static void a_party_without_rows_is_refused(void **state)
{
    struct fixture f;
    struct cs_plan *plan = NULL;
    (void)state;

    init(&f, two, COUNT(two), 0, 1);
    f.n_rows[CS_B] = 0;
    assert_int_equal(cs_plan_make(&plan, &f.study, f.n_rows, NULL), CS_INPUT);
}

static void a_name_is_cut_where_the_words_end(void **state)
{
    struct fixture f;
    char words[8];
    (void)state;

    init(&f, two, COUNT(two), 0, 1);
    struct cs_plan *plan = make(&f);
    cs_table_spec_name(words, sizeof words, &plan->tables[2], &f.study.schema);
    assert_string_equal(words, "arm x b");
    cs_plan_free(plan);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_pairs_and_label_triples_are_measured),
        cmocka_unit_test(columns_of_a_stand_first),
        cmocka_unit_test(a_column_at_both_counts_as_the_first_partys),
        cmocka_unit_test(a_party_of_one_column_measures_it_alone),
        cmocka_unit_test(cells_lie_side_by_side),
        cmocka_unit_test(a_weight_divides_the_variance),
        cmocka_unit_test(the_budget_is_met_and_used),
        cmocka_unit_test(without_training_the_tables_get_everything),
        cmocka_unit_test(the_batch_follows_the_rows_unless_the_study_says),
        cmocka_unit_test(too_many_tables_lose_the_widest_pairs_of_features),
        cmocka_unit_test(the_same_study_gives_the_same_plan),
        cmocka_unit_test(every_setting_that_matters_is_in_the_digest),
        cmocka_unit_test(what_the_budget_cannot_pay_is_refused_with_words),
        cmocka_unit_test(too_many_cells_are_refused_with_words),
        cmocka_unit_test(a_party_without_rows_is_refused),
        cmocka_unit_test(a_name_is_cut_where_the_words_end),
    };
    return CS_RUN("model/plan", tests);
}
