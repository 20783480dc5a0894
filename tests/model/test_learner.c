/* The three learners by one interface, and each against a naive twin where there is one.
 */
#include "model/learner.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/check.h"
#include "tests/support/invented.h"
#include "tests/support/school.h"

enum { ASKED = CS_SCHOOL_ASKED };

/* scores: of the rows asked about. */
static void learn_and_ask(double *scores, const struct cs_school *school,
                          enum cs_learner_kind kind)
{
    struct cs_learner learner;

    assert_ok(cs_learner_fit(&learner, kind, &school->task));
    assert_ok(cs_learner_predict(scores, &learner, &school->features, school->asked));
    cs_learner_wipe(&learner);
}

static double answer_of(const struct cs_school *school, size_t i)
{
    return school->answers.values[school->asked.at[i]];
}

/* Share of the rows asked about whose best score is that of their class. */
static double hits_of(size_t target, enum cs_learner_kind kind)
{
    struct cs_school *school = cs_school_open(target);
    const size_t n = cs_loss_scores(school->task.n_classes);
    double scores[ASKED * 4], count = 0;

    learn_and_ask(scores, school, kind);
    for (size_t i = 0; i < ASKED; i++) {
        size_t best = n == 1 && scores[i] > 0;

        for (size_t k = 1; k < n; k++)
            best = scores[i * n + k] > scores[i * n + best] ? k : best;
        count += answer_of(school, i) == (double)best;
    }
    cs_school_close(school);
    return count / ASKED;
}

static void every_learner_learns_a_linear_border(void **state)
{
    (void)state;

    assert_true(hits_of(INVENTED_Y, CS_LINEAR) > .97);
    assert_true(hits_of(INVENTED_Y, CS_MLP) > .97);
    assert_true(hits_of(INVENTED_Y, CS_BOOSTED) > .95);
}

/* Just one of two: each column by itself says nothing. */
static void all_but_the_linear_one_learn_an_exclusive_or(void **state)
{
    (void)state;

    assert_true(hits_of(INVENTED_W, CS_LINEAR) < .6);
    assert_true(hits_of(INVENTED_W, CS_MLP) > .9);
    assert_true(hits_of(INVENTED_W, CS_BOOSTED) > .97);
}

/* A fifth of the rows has any of the four: 85 % can be known. */
static void several_classes_are_learned(void **state)
{
    (void)state;

    assert_true(hits_of(INVENTED_C, CS_LINEAR) > .75);
    assert_true(hits_of(INVENTED_C, CS_MLP) > .75);
    assert_true(hits_of(INVENTED_C, CS_BOOSTED) > .78);
}

static void what_says_nothing_is_a_guess(void **state)
{
    (void)state;

    for (enum cs_learner_kind kind = CS_LINEAR; kind <= CS_BOOSTED; kind++)
        assert_true(fabs(hits_of(INVENTED_D, kind) - 1 / 3.0) < .1);
}

static void chances_of_several_classes_sum_to_one(void **state)
{
    struct cs_school *school = cs_school_open(INVENTED_C);
    double scores[ASKED * 4];
    (void)state;

    learn_and_ask(scores, school, CS_MLP);
    for (size_t i = 0; i < ASKED; i++) {
        double sum = 0;

        for (size_t k = 0; k < 4; k++)
            sum += scores[4 * i + k];
        assert_true(fabs(sum - 1) < 1e-12);
    }
    cs_school_close(school);
}

/* The noise is a tenth; the deviation of z is about 3. */
static void numbers_are_told_in_their_own_units(void **state)
{
    static const double most[CS_LEARNERS] = { .11, .4, .6 };
    struct cs_school *school = cs_school_open(INVENTED_Z);
    double scores[ASKED];
    (void)state;

    for (enum cs_learner_kind kind = CS_LINEAR; kind <= CS_BOOSTED; kind++) {
        double square = 0;

        learn_and_ask(scores, school, kind);
        for (size_t i = 0; i < ASKED; i++)
            square += pow(scores[i] - answer_of(school, i), 2);
        if (!(sqrt(square / ASKED) < most[kind]))
            fail_msg("learner %u misses by %g", kind, sqrt(square / ASKED));
    }
    cs_school_close(school);
}

static void the_same_seed_learns_the_same(void **state)
{
    struct cs_school *school = cs_school_open(INVENTED_W);
    double first[ASKED], second[ASKED];
    (void)state;

    for (enum cs_learner_kind kind = CS_LINEAR; kind <= CS_BOOSTED; kind++) {
        learn_and_ask(first, school, kind);
        learn_and_ask(second, school, kind);
        assert_memory_equal(first, second, sizeof first);
    }
    cs_school_close(school);
}

/* ---- linear: Newton's method on dense rows ---- */

enum { INPUTS = 2 + 4 + 3, WEIGHTS = INPUTS + 1 };

static void dense_row(double *x, const struct cs_features *f, size_t row)
{
    memset(x, 0, WEIGHTS * sizeof *x);
    for (size_t j = 0; j < f->n_numbers; j++)
        x[j] = (double)f->numbers[row * f->n_numbers + j];
    for (size_t j = 0; j < f->n_lookups; j++)
        x[f->n_numbers + f->lookup[row * f->n_lookups + j]] = 1;
    x[INPUTS] = 1;
}

/* a x = b by elimination; b becomes x. a is positive definite. */
static void solve(double a[WEIGHTS][WEIGHTS], double b[WEIGHTS])
{
    for (size_t k = 0; k < WEIGHTS; k++)
        for (size_t i = k + 1; i < WEIGHTS; i++) {
            const double factor = a[i][k] / a[k][k];

            for (size_t j = k; j < WEIGHTS; j++)
                a[i][j] -= factor * a[k][j];
            b[i] -= factor * b[k];
        }
    for (size_t k = WEIGHTS; k-- > 0;) {
        for (size_t j = k + 1; j < WEIGHTS; j++)
            b[k] -= a[k][j] * b[j];
        b[k] /= a[k][k];
    }
}

static void newton_step(double w[WEIGHTS], const struct cs_task *task)
{
    double a[WEIGHTS][WEIGHTS] = { { 0 } }, b[WEIGHTS] = { 0 }, x[WEIGHTS];

    for (size_t k = 0; k < INPUTS; k++) {
        a[k][k] = 1;
        b[k] = w[k];
    }
    for (size_t r = 0; r < task->rows.n; r++) {
        double score = 0;

        dense_row(x, task->features, task->rows.at[r]);
        for (size_t k = 0; k < WEIGHTS; k++)
            score += w[k] * x[k];
        const double p = 1 / (1 + exp(-score));
        for (size_t i = 0; i < WEIGHTS; i++) {
            b[i] += (p - task->answers[task->rows.at[r]]) * x[i];
            for (size_t j = 0; j < WEIGHTS; j++)
                a[i][j] += p * (1 - p) * x[i] * x[j];
        }
    }
    solve(a, b);
    for (size_t k = 0; k < WEIGHTS; k++)
        w[k] -= b[k];
}

static void logistic_weights_are_those_of_newtons_method(void **state)
{
    struct cs_school *school = cs_school_open(INVENTED_Y);
    const struct cs_task task = school->task;
    struct cs_linear linear;
    double w[WEIGHTS] = { 0 };
    (void)state;

    assert_ok(cs_linear_fit(&linear, &task));
    assert_int_equal(linear.n_inputs, INPUTS);
    for (unsigned step = 0; step < 25; step++)
        newton_step(w, &task);
    assert_true(fabs(w[0]) > 1);
    for (size_t k = 0; k < WEIGHTS; k++)
        if (!(fabs(w[k] - linear.weights[k]) < 1e-3))
            fail_msg("weight %zu is %g, not %g", k, linear.weights[k], w[k]);
    cs_linear_wipe(&linear);
    cs_school_close(school);
}

/* ---- boosted: the first split by trying all ---- */

static double worth(double gradient, double curvature)
{
    return gradient * gradient / (curvature + 1);
}

/* Before the first tree all scores are 0: slopes are 1/2 - y, curvatures 1/4. */
static double gain_of(const struct cs_task *task, const struct cs_boosted_split *split)
{
    const struct cs_features *f = task->features;
    double g[2] = { 0 }, h[2] = { 0 };

    for (size_t i = 0; i < task->rows.n; i++) {
        const size_t row = task->rows.at[i];
        const uint8_t code = f->codes[row * f->n_columns + split->column];
        const size_t side =
            !(split->is_equality ? code == split->code : code <= split->code);

        g[side] += .5 - task->answers[row];
        h[side] += .25;
    }
    if (h[0] < 1 || h[1] < 1)
        return 0;
    return worth(g[0], h[0]) + worth(g[1], h[1]) - worth(g[0] + g[1], h[0] + h[1]);
}

static void the_first_split_is_the_best_of_all(void **state)
{
    struct cs_school *school = cs_school_open(INVENTED_Y);
    const struct cs_task task = school->task;
    struct cs_boosted boosted;
    double best = 0;
    (void)state;

    assert_ok(cs_boosted_fit(&boosted, &task));
    for (uint32_t j = 0; j < school->features.n_columns; j++)
        for (unsigned c = 0; c < school->features.columns[j].n_codes; c++) {
            const struct cs_boosted_split split = {
                .column = j,
                .code = (uint8_t)c,
                .is_equality = !school->features.columns[j].is_number,
            };

            best = fmax(best, gain_of(&task, &split));
        }
    assert_true(best > 1);
    assert_true(fabs(gain_of(&task, &boosted.trees[0].nodes[0]) - best) < 1e-9 * best);
    cs_boosted_wipe(&boosted);
    cs_school_close(school);
}

/* ---- edges ---- */

/* No columns, one row, answers all alike: no learner minds. */
static void poor_tasks_are_no_trouble(void **state)
{
    const bool all[CS_INVENTED_COLUMNS] = { true, true, true, true, true, true, true };
    struct cs_school *school = cs_school_open(INVENTED_Y);
    struct cs_learner learner;
    double scores[3 * 3];
    (void)state;

    cs_features_wipe(&school->features);
    assert_ok(cs_features_make(&school->features, &school->compared, all));
    for (enum cs_learner_kind kind = CS_LINEAR; kind <= CS_BOOSTED; kind++)
        for (size_t n_classes = 0; n_classes < 4; n_classes += n_classes == 0 ? 2 : 1) {
            struct cs_task task = school->task;

            task.n_classes = n_classes;
            task.rows.n = 1;
            assert_ok(cs_learner_fit(&learner, kind, &task));
            assert_ok(cs_learner_predict(scores, &learner, &school->features,
                                         (struct cs_rows){ school->rows, 3 }));
            assert_true(isfinite(scores[0]));
            cs_learner_wipe(&learner);
        }
    cs_school_close(school);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_learner_learns_a_linear_border),
        cmocka_unit_test(all_but_the_linear_one_learn_an_exclusive_or),
        cmocka_unit_test(several_classes_are_learned),
        cmocka_unit_test(what_says_nothing_is_a_guess),
        cmocka_unit_test(chances_of_several_classes_sum_to_one),
        cmocka_unit_test(numbers_are_told_in_their_own_units),
        cmocka_unit_test(the_same_seed_learns_the_same),
        cmocka_unit_test(logistic_weights_are_those_of_newtons_method),
        cmocka_unit_test(the_first_split_is_the_best_of_all),
        cmocka_unit_test(poor_tasks_are_no_trouble),
    };
    return CS_RUN("model/learner", tests);
}
