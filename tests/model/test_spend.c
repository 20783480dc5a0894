/* What model/spend.h promises of the releases that count a person; that the budget is met
 * and used is in test_plan.c. */
#include "model/spend.h"

#include <math.h>

#include "model/dpsgd.h"
#include "tests/support/check.h"
#include "tests/support/sketch.h"

static const enum cs_scope scopes[] = { CS_AT_A, CS_AT_B, CS_AT_BOTH };

static struct cs_account collected(const struct cs_plan *plan, enum cs_release release,
                                   enum cs_scope at)
{
    struct cs_account account;

    cs_account_init(&account);
    assert_int_equal(cs_spend_collect(&account, plan, release, at), CS_OK);
    return account;
}

/* How many releases there are, with what sum of 1 / s2. */
static double weight(const struct cs_plan *plan, enum cs_release release,
                     enum cs_scope at, unsigned *n)
{
    struct cs_account account = collected(plan, release, at);
    double sum = 0;

    *n = 0;
    for (size_t i = 0; i < account.n; i++) {
        *n += account.parts[i].times;
        sum += account.parts[i].times / account.parts[i].s2;
    }
    cs_account_wipe(&account);
    return sum;
}

static struct cs_plan *private_plan(struct cs_sketch *f)
{
    cs_sketch_hillstrom(f);
    f->study.link = CS_LINK_PRIVATE;
    f->study.epsilon = 3;
    return cs_sketch_plan(f);
}

/* Own tables of those at whose party the person is, cross tables for those at both. */
static void tables_count_whom_they_are_of(void **state)
{
    struct cs_sketch f;
    (void)state;

    struct cs_plan *plan = private_plan(&f);
    for (size_t i = 0; i < COUNT(scopes); i++) {
        double own = 0, cross = 0;
        unsigned n_own = 0, n_cross = 0, n;

        for (size_t t = 0; t < plan->n_tables; t++) {
            const struct cs_table_spec *spec = &plan->tables[t];
            const double part = 65536 / (double)spec->s2_q16;

            if (spec->kind == CS_CROSS) {
                cross += scopes[i] == CS_AT_BOTH ? part : 0;
                n_cross += scopes[i] == CS_AT_BOTH;
            } else if ((scopes[i] & (spec->kind == CS_OWN_A ? CS_AT_A : CS_AT_B)) != 0) {
                own += part;
                n_own++;
            }
        }
        assert_true(fabs(weight(plan, CS_RELEASE_OWN, scopes[i], &n) - own) < 1e-12);
        assert_int_equal(n, n_own);
        assert_true(fabs(weight(plan, CS_RELEASE_CROSS, scopes[i], &n) - cross) < 1e-12);
        assert_int_equal(n, n_cross);
    }
    cs_plan_free(plan);
}

/* A level has twice the variance of the one above it. */
static void every_level_of_a_detail_counts(void **state)
{
    struct cs_sketch f;
    (void)state;

    struct cs_plan *plan = private_plan(&f);
    double sum[CS_SCOPES] = { 0 };
    for (size_t d = 0; d < plan->n_details; d++)
        for (unsigned level = 0; level < plan->details[d].levels; level++) {
            const double part =
                65536 / ldexp((double)plan->details[d].s2_q16, (int)level);
            sum[cs_scope_of(plan->details[d].party)] += part;
            sum[CS_AT_BOTH] += part;
        }
    assert_true(plan->n_details > 0);
    for (size_t i = 0; i < COUNT(scopes); i++) {
        unsigned n;
        assert_true(fabs(weight(plan, CS_RELEASE_DENSITY, scopes[i], &n) -
                         sum[scopes[i]]) < 1e-12);
    }
    cs_plan_free(plan);
}

/* With a little less noise than is drawn, of which that is a function. */
static void training_counts_at_either_party_it_is_of(void **state)
{
    struct cs_sketch f;
    (void)state;

    struct cs_plan *plan = private_plan(&f);
    for (size_t i = 0; i < COUNT(scopes); i++) {
        struct cs_account account = collected(plan, CS_RELEASE_TRAINING, scopes[i]);
        unsigned steps = 0;

        for (size_t k = 0; k < account.n; k++) {
            steps += account.parts[k].times;
            assert_true(account.parts[k].sigma < plan->training[CS_A].sigma);
            assert_true(account.parts[k].sigma > plan->training[CS_A].sigma * (1 - 1e-8));
        }
        assert_int_equal(steps,
                         (scopes[i] == CS_AT_BOTH ? 2 : 1) * plan->training[CS_A].steps);
        cs_account_wipe(&account);
    }
    cs_plan_free(plan);
}

/* Two columns at A and one at B whose values are found. */
static struct cs_plan *plan_with_discoveries(struct cs_sketch *f)
{
    cs_sketch_hillstrom(f);
    f->study.link = CS_LINK_PRIVATE;
    f->study.epsilon = 3;
    f->study.discovery = .06;
    f->column[2].discover = f->column[3].discover = 3;
    f->column[8].discover = 7;
    return cs_sketch_plan(f);
}

static void finding_values_counts_as_a_table_of_its_owner(void **state)
{
    static const unsigned expected[CS_SCOPES] = {
        [CS_AT_A] = 2, [CS_AT_B] = 1, [CS_AT_BOTH] = 3
    };
    struct cs_sketch f;
    (void)state;

    struct cs_plan *plan = plan_with_discoveries(&f);
    const double part = 65536 / (double)plan->discoveries[0].s2_q16;
    assert_int_equal(plan->n_discoveries, 3);
    for (size_t i = 0; i < COUNT(scopes); i++) {
        unsigned n;
        const double sum = weight(plan, CS_RELEASE_FOUND, scopes[i], &n);

        assert_int_equal(n, expected[scopes[i]]);
        assert_true(fabs(sum - expected[scopes[i]] * part) < 1e-12);
    }
    cs_plan_free(plan);
}

/* The cost at the study's delta is that of all parts at what is left of it. */
static void finding_values_takes_a_tenth_of_delta(void **state)
{
    struct cs_sketch f;
    struct cs_account account;
    double at_rest, at_all;
    (void)state;

    struct cs_plan *plan = plan_with_discoveries(&f);
    const double delta = f.study.delta;
    assert_true(fabs(cs_spend_delta(plan, CS_AT_BOTH) - delta / 10) < 1e-20);
    assert_true(fabs(cs_spend_delta(plan, CS_AT_A) - delta / 15) < 1e-20);
    cs_account_init(&account);
    for (enum cs_release r = 0; r < CS_RELEASES; r++)
        assert_ok(cs_spend_collect(&account, plan, r, CS_AT_BOTH));
    assert_ok(cs_account_epsilon(&at_rest, &account, .9 * delta));
    assert_ok(cs_account_epsilon(&at_all, &account, delta));
    assert_true(fabs(at_rest - plan->epsilon_spent) < 1e-9);
    assert_true(at_all < at_rest && at_rest <= f.study.epsilon);
    cs_account_wipe(&account);
    cs_plan_free(plan);
}

static void a_person_at_one_party_alone_costs_less(void **state)
{
    struct cs_sketch f;
    double epsilon[CS_SCOPES];
    (void)state;

    struct cs_plan *plan = private_plan(&f);
    for (size_t i = 0; i < COUNT(scopes); i++)
        assert_int_equal(
            cs_spend_epsilon(&epsilon[scopes[i]], plan, scopes[i], f.study.delta), CS_OK);
    assert_true(epsilon[CS_AT_BOTH] == plan->epsilon_spent);
    assert_true(epsilon[CS_AT_A] > 0 && epsilon[CS_AT_A] < .9 * epsilon[CS_AT_BOTH]);
    assert_true(epsilon[CS_AT_B] > 0 && epsilon[CS_AT_B] < .9 * epsilon[CS_AT_BOTH]);
    cs_plan_free(plan);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tables_count_whom_they_are_of),
        cmocka_unit_test(every_level_of_a_detail_counts),
        cmocka_unit_test(training_counts_at_either_party_it_is_of),
        cmocka_unit_test(finding_values_counts_as_a_table_of_its_owner),
        cmocka_unit_test(finding_values_takes_a_tenth_of_delta),
        cmocka_unit_test(a_person_at_one_party_alone_costs_less),
    };
    return CS_RUN("model/spend", tests);
}
