/* What model/plan.h promises. The account is taken again here, from the plan's fields
 * alone, by means of the plain sums. */
#include "model/plan.h"

#include <math.h>
#include <string.h>

#include "model/discover.h"
#include "model/renyi.h"
#include "tests/support/check.h"
#include "tests/support/sketch.h"

static const struct cs_sketch_column two[] = { { "arm", "a", 3, CS_SKETCH_CATEGORY },
                                               { "bought", "b", 2, CS_SKETCH_CATEGORY } };

static void a_weight_divides_the_variance(void **state)
{
    struct cs_sketch f;
    (void)state;

    cs_sketch_hillstrom(&f);
    struct cs_plan *plan = cs_sketch_plan(&f);
    const struct cs_table_spec *heavy = cs_sketch_find(&f, plan, "segment x visit");
    const struct cs_table_spec *plain = cs_sketch_find(&f, plan, "recency x channel");
    assert_true(heavy->weight > plain->weight);
    assert_true(fabs((double)heavy->s2_q16 * heavy->weight /
                         ((double)plain->s2_q16 * plain->weight) -
                     1) < 1e-4);
    cs_plan_free(plan);
}

static bool holds(const struct cs_table_spec *spec, size_t column)
{
    for (size_t i = 0; i < spec->n_columns; i++)
        if (spec->column[i] == column)
            return true;
    return false;
}

/* The rule at the top of plan.h: 16 times the cube root of the cells, and its factors. */
static double weight_of(const struct cs_table_spec *spec, const struct cs_study *study)
{
    const bool arm = holds(spec, study->arm), conversion = holds(spec, study->conversion);
    const double size = 16 * cbrt((double)spec->n_cells);
    const bool cross = spec->kind == CS_CROSS, joint = study->noise == CS_NOISE_JOINT;
    const double kind = cross && !joint ? 1.3 : 1;

    if (spec->n_columns == 3)
        return (cross && joint ? 1.2 : 1.5) * size;
    if (arm && conversion)
        return study->conversion_weight * 64;
    return size * kind * (conversion ? 5 : arm ? .5 : 1);
}

static void weights_follow_the_size_and_the_kind(void **state)
{
    struct cs_sketch f;
    (void)state;

    for (enum cs_noise noise = CS_NOISE_EACH; noise <= CS_NOISE_JOINT; noise++) {
        cs_sketch_hillstrom(&f);
        f.study.noise = noise;
        struct cs_plan *plan = cs_sketch_plan(&f);
        for (size_t t = 0; t < plan->n_tables; t++) {
            const struct cs_table_spec *spec = &plan->tables[t];
            const double expected = weight_of(spec, &f.study);

            assert_true(spec->weight <= expected && spec->weight > expected - 12);
        }
        cs_plan_free(plan);
    }
}

/* A person at both parties is in one cell of every table and of every level; the variance
 * of a detail doubles from level to level. */
static double zcdp(const struct cs_plan *plan)
{
    double rho = 0;

    for (size_t t = 0; t < plan->n_tables; t++)
        rho += 1 / (2 * ((double)plan->tables[t].s2_q16 / 65536));
    for (size_t d = 0; d < plan->n_details; d++)
        for (unsigned level = 0; level < plan->details[d].levels; level++)
            rho += 1 / (2 * ldexp((double)plan->details[d].s2_q16 / 65536, (int)level));
    return rho;
}

/* By one Renyi curve: an upper bound, whatever is trained. */
static double bound(const struct cs_plan *plan, double delta)
{
    double least = INFINITY;

    for (double alpha = 1.05; alpha < 400; alpha *= 1.01) {
        double rdp = alpha * zcdp(plan);
        for (int party = 0; party < 2; party++)
            if (plan->training[party].enabled)
                rdp += plan->training[party].steps *
                       cs_renyi_rdp_sampled(rint(alpha) == alpha ? alpha + 1e-9 : alpha,
                                            plan->training[party].sampling_rate,
                                            plan->training[party].sigma);
        least = fmin(least, rdp + log1p(-1 / alpha) - log(delta * alpha) / (alpha - 1));
    }
    return least;
}

/* Balle and Wang, "Improving the Gaussian Mechanism for Differential Privacy", 2018,
 * theorem 8: all tables together are one Gaussian release, to the eye. */
static double gauss_delta(double mu, double epsilon)
{
    return erfc(-(mu / 2 - epsilon / mu) / sqrt(2)) / 2 -
           exp(epsilon) * erfc((mu / 2 + epsilon / mu) / sqrt(2)) / 2;
}

static void assert_spends(const struct cs_sketch *f, double epsilon)
{
    struct cs_plan *plan = cs_sketch_plan(f);
    const double proved = bound(plan, f->study.delta);

    if (!(plan->epsilon_spent <= epsilon && plan->epsilon_spent >= .998 * epsilon &&
          proved > 1.03 * epsilon && proved < 1.12 * epsilon))
        fail_msg("epsilon %g: plan says %g, a Renyi curve %g", epsilon,
                 plan->epsilon_spent, proved);
    if (!plan->training[CS_A].enabled) {
        const double delta =
            gauss_delta(sqrt(2 * zcdp(plan)), plan->epsilon_spent) / f->study.delta;
        if (!(delta > (f->study.noise == CS_NOISE_JOINT ? .97 : .985) && delta < 1.0005))
            fail_msg("epsilon %g: %g of delta by one Gaussian", epsilon, delta);
    }
    cs_plan_free(plan);
}

static void the_budget_is_met_and_used(void **state)
{
    static const double epsilons[] = { .5, 1, 3, 10 };
    struct cs_sketch f;
    (void)state;

    for (size_t i = 0; i < COUNT(epsilons); i++) {
        cs_sketch_hillstrom(&f);
        f.n_rows[1] = 20000;
        f.study.epsilon = epsilons[i];
        assert_spends(&f, epsilons[i]);
        f.study.generator.train_on = CS_TRAIN_ON_POPULATION;
        assert_spends(&f, epsilons[i]);
    }
}

/* The cost of joint noise is that of a Gaussian but for a thousandth or two. */
static void so_it_is_with_joint_noise(void **state)
{
    static const double epsilons[] = { .5, 3 };
    struct cs_sketch f;
    (void)state;

    for (size_t i = 0; i < COUNT(epsilons); i++) {
        cs_sketch_hillstrom(&f);
        f.study.noise = CS_NOISE_JOINT;
        f.study.epsilon = epsilons[i];
        assert_spends(&f, epsilons[i]);
        f.study.generator.train_on = CS_TRAIN_ON_POPULATION;
        assert_spends(&f, epsilons[i]);
    }
}

static void joint_noise_is_on_cross_tables_alone_and_has_their_variance(void **state)
{
    struct cs_sketch f;
    size_t n = 0;
    (void)state;

    cs_sketch_hillstrom(&f);
    f.study.noise = CS_NOISE_JOINT;
    struct cs_plan *plan = cs_sketch_plan(&f);
    for (size_t t = 0; t < plan->n_tables; t++) {
        const struct cs_table_spec *spec = &plan->tables[t];

        assert_true((spec->joint.coins > 0) == (spec->kind == CS_CROSS));
        if (spec->kind == CS_CROSS)
            assert_true(spec->s2_q16 == cs_binomial_s2_q16(&spec->joint));
        n += spec->kind == CS_CROSS;
    }
    assert_true(n > 0);
    cs_plan_free(plan);
}

/* Where the grid of losses proves nothing, Renyi curves do. */
static void a_tiny_delta_is_paid_for_by_more_noise(void **state)
{
    static const double epsilons[] = { .02, 1, 64 };
    struct cs_sketch f;
    (void)state;

    for (size_t i = 0; i < COUNT(epsilons); i++) {
        cs_sketch_hillstrom(&f);
        f.study.generator.train_on = CS_TRAIN_ON_POPULATION;
        f.study.epsilon = epsilons[i];
        f.study.delta = 1e-15;
        struct cs_plan *plan = cs_sketch_plan(&f);
        assert_true(plan->epsilon_spent > .99 * epsilons[i]);
        cs_plan_free(plan);
    }
}

static void without_training_the_tables_get_everything(void **state)
{
    struct cs_sketch f;
    (void)state;

    cs_sketch_hillstrom(&f);
    struct cs_plan *with = cs_sketch_plan(&f);
    f.study.generator.kind = CS_GENERATOR_INDEPENDENT;
    struct cs_plan *without = cs_sketch_plan(&f);
    assert_true(with->training[CS_A].enabled && with->training[CS_B].enabled);
    assert_false(without->training[CS_A].enabled || without->training[CS_B].enabled);
    assert_true(fabs(with->rho_tables / without->rho_tables - .8) < .002);
    cs_plan_free(with);
    cs_plan_free(without);
}

static void the_batch_follows_the_rows_unless_the_study_says(void **state)
{
    static const size_t rule[][2] = {
        { 100, 100 }, { 1000, 256 }, { 20000, 5000 }, { 1000000, 8192 }
    };
    struct cs_sketch f;
    (void)state;

    cs_sketch_init(&f, two, COUNT(two), 0, 1);
    f.study.epsilon = 10;
    f.study.generator.rounds = 1;
    for (size_t i = 0; i < COUNT(rule); i++) {
        f.n_rows[0] = f.n_rows[1] = rule[i][0];
        struct cs_plan *plan = cs_sketch_plan(&f);
        assert_int_equal(plan->training[CS_A].batch, rule[i][1]);
        cs_plan_free(plan);
    }
    f.study.generator.batch = 50;
    struct cs_plan *plan = cs_sketch_plan(&f);
    assert_int_equal(plan->training[CS_B].batch, 50);
    assert_int_equal(plan->training[CS_B].steps, 10);
    cs_plan_free(plan);
}

/* The share of the tables' budget, and the least threshold for the column's delta. */
static void values_are_found_for_their_share_of_the_budget(void **state)
{
    struct cs_sketch f;
    (void)state;

    cs_sketch_hillstrom(&f);
    f.study.generator.train_on = CS_TRAIN_ON_POPULATION;
    f.study.discovery = .04;
    f.column[3].discover = 4; /* as many codes as the sketch gives it */
    f.column[8].discover = 8;
    struct cs_plan *plan = cs_sketch_plan(&f);
    assert_int_equal(plan->n_discoveries, 2);
    assert_int_equal(plan->discoveries[1].column, 8);
    assert_int_equal(plan->discoveries[1].party, CS_B);
    double rho = 0;
    for (size_t i = 0; i < 2; i++) {
        const struct cs_discovery_spec *spec = &plan->discoveries[i];

        rho += cs_plan_rho(spec->s2_q16);
        assert_true(spec->delta == f.study.delta * .1 / 2);
        assert_int_equal(spec->threshold,
                         cs_discover_threshold(spec->s2_q16, spec->delta));
    }
    assert_true(fabs(rho / plan->rho_tables - .04) < 1e-3);
    cs_plan_free(plan);
}

static void
what_was_found_takes_cells_out_of_the_plan_and_changes_nothing_else(void **state)
{
    struct cs_sketch f;
    (void)state;

    cs_sketch_hillstrom(&f);
    f.study.discovery = .02;
    f.column[8].discover = 7;
    struct cs_plan *plan = cs_sketch_plan(&f), *before = cs_sketch_plan(&f);
    f.column[8].n_codes = 3;
    cs_plan_narrow(plan, &f.study.schema);
    size_t n_cells = 0;
    for (size_t t = 0; t < plan->n_tables; t++) {
        struct cs_table_spec *spec = &plan->tables[t];

        assert_int_equal(spec->first_cell, n_cells);
        n_cells += spec->n_cells;
        assert_int_equal(spec->n_cells * (holds(spec, 8) ? 8 : 1),
                         before->tables[t].n_cells * (holds(spec, 8) ? 3 : 1));
        assert_true(spec->s2_q16 == before->tables[t].s2_q16);
    }
    assert_int_equal(plan->n_cells, n_cells);
    assert_true(n_cells < before->n_cells);
    assert_memory_equal(plan->digest, before->digest, sizeof plan->digest);
    cs_plan_free(before);
    cs_plan_free(plan);
}

static void an_unprotected_plan_has_no_noise_and_no_finite_cost(void **state)
{
    struct cs_sketch f;
    (void)state;

    cs_sketch_adult(&f);
    f.study.epsilon = INFINITY;
    f.study.unprotected = true;
    f.study.delta = f.study.detail = 0;
    f.column[2].discover = 9;
    struct cs_plan *plan = cs_sketch_plan(&f);
    assert_true(plan->n_tables > 0 && plan->n_details > 0);
    for (size_t t = 0; t < plan->n_tables; t++)
        assert_true(plan->tables[t].s2_q16 == 0);
    for (size_t d = 0; d < plan->n_details; d++)
        assert_true(plan->details[d].s2_q16 == 0);
    assert_true(plan->n_discoveries == 1 && plan->discoveries[0].s2_q16 == 0);
    assert_int_equal(plan->discoveries[0].threshold, 1);
    assert_true(plan->training[CS_A].enabled && plan->training[CS_A].sigma == 0);
    assert_true(isinf(plan->epsilon_spent) && isinf(plan->rho_tables));
    assert_true(isinf(cs_plan_rho(0)) && isinf(cs_plan_rho_detail(&plan->details[0])));
    cs_plan_free(plan);
}

static void the_same_study_gives_the_same_plan(void **state)
{
    struct cs_sketch f;
    (void)state;

    cs_sketch_adult(&f);
    struct cs_plan *one = cs_sketch_plan(&f), *other = cs_sketch_plan(&f);
    assert_memory_equal(one->digest, other->digest, CS_DIGEST_BYTES);
    assert_memory_equal(one->tables, other->tables, one->n_tables * sizeof *one->tables);
    cs_plan_free(one);
    cs_plan_free(other);
}

static void change(struct cs_sketch *f, size_t what)
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
        study->conversion = study->outcomes[0].column = 7;
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
        study->generator.train_on = CS_TRAIN_ON_POPULATION;
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
    struct cs_sketch f;
    (void)state;

    cs_sketch_hillstrom(&f);
    f.study.conversion = f.study.outcomes[0].column = 8;
    struct cs_plan *plan = cs_sketch_plan(&f);
    for (size_t what = 0; what < 14; what++) {
        cs_sketch_hillstrom(&f);
        f.study.conversion = f.study.outcomes[0].column = 8;
        change(&f, what);
        struct cs_plan *changed = cs_sketch_plan(&f);
        if (memcmp(plan->digest, changed->digest, CS_DIGEST_BYTES) == 0)
            fail_msg("change %zu is not in the digest", what);
        cs_plan_free(changed);
    }
    cs_plan_free(plan);
}

static void what_the_budget_cannot_pay_is_refused_with_words(void **state)
{
    struct cs_sketch f;
    (void)state;

    cs_sketch_hillstrom(&f);
    f.n_rows[0] = f.n_rows[1] = 500;
    f.study.epsilon = .001;
    cs_sketch_assert_refused(&f, "train_on");
    f.study.generator.train_on = CS_TRAIN_ON_POPULATION;
    f.study.epsilon = 1e-9;
    cs_sketch_assert_refused(&f, "raise epsilon");
    cs_sketch_hillstrom(&f);
    f.study.tables = 0;
    cs_sketch_assert_refused(&f, "tables");
}

static void more_weights_than_memory_or_noise_allow_are_refused_with_words(void **state)
{
    struct cs_sketch f;
    (void)state;

    cs_sketch_hillstrom(&f);
    f.study.generator.n_layers = 3;
    for (size_t k = 0; k < 3; k++)
        f.study.generator.layers[k] = 4096;
    cs_sketch_assert_refused(&f, "are the most");
    cs_sketch_hillstrom(&f);
    f.study.tables = .98;
    f.study.generator.batch = 60000;
    f.study.generator.layers[0] = 1000;
    f.study.generator.n_layers = 1;
    cs_sketch_assert_refused(&f, "too many for a noise multiplier");
    f.study.generator.layers[0] = 8; /* the same noise, over fewer weights */
    cs_plan_free(cs_sketch_plan(&f));
}

static void a_party_without_rows_is_refused(void **state)
{
    struct cs_sketch f;
    struct cs_plan *plan = NULL;
    (void)state;

    cs_sketch_init(&f, two, COUNT(two), 0, 1);
    f.n_rows[CS_B] = 0;
    assert_int_equal(cs_plan_make(&plan, &f.study, f.n_rows, NULL), CS_INPUT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_weight_divides_the_variance),
        cmocka_unit_test(weights_follow_the_size_and_the_kind),
        cmocka_unit_test(the_budget_is_met_and_used),
        cmocka_unit_test(so_it_is_with_joint_noise),
        cmocka_unit_test(joint_noise_is_on_cross_tables_alone_and_has_their_variance),
        cmocka_unit_test(a_tiny_delta_is_paid_for_by_more_noise),
        cmocka_unit_test(without_training_the_tables_get_everything),
        cmocka_unit_test(the_batch_follows_the_rows_unless_the_study_says),
        cmocka_unit_test(values_are_found_for_their_share_of_the_budget),
        cmocka_unit_test(
            what_was_found_takes_cells_out_of_the_plan_and_changes_nothing_else),
        cmocka_unit_test(an_unprotected_plan_has_no_noise_and_no_finite_cost),
        cmocka_unit_test(the_same_study_gives_the_same_plan),
        cmocka_unit_test(every_setting_that_matters_is_in_the_digest),
        cmocka_unit_test(what_the_budget_cannot_pay_is_refused_with_words),
        cmocka_unit_test(more_weights_than_memory_or_noise_allow_are_refused_with_words),
        cmocka_unit_test(a_party_without_rows_is_refused),
    };
    return CS_RUN("model/plan", tests);
}
