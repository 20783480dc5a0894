/* What attackers find out of real people from synthetic rows (docs/EVALUATE.md,
 * "attack").
 */
#include <math.h>
#include <stdlib.h>

#include "model/answers.h"
#include "model/attackers.h"
#include "model/exam.h"
#include "model/membership.h"
#include "model/metrics.h"

/* Of each attacker, in their order; then of each learner, in theirs. */
enum { AUC, AT_0, AT_ADVANTAGE = AT_0 + CS_MEMBERSHIP_RATES, EPSILON, N_FINDINGS };
enum {
    LEAKAGE = CS_ATTACKERS * N_FINDINGS,
    HOLDOUT = LEAKAGE + CS_LEARNERS,
    GUESS = HOLDOUT + CS_LEARNERS,
    N_METRICS
};

#define FINDINGS(attacker, first_sentence)                                               \
    { attacker ".aucroc", CS_LOWER, 0, 1, first_sentence },                              \
        { attacker ".tpr_at_fpr_0", CS_LOWER, 0, 1,                                      \
          "Share of the real rows that it knows for members without one mistake." },     \
        { attacker ".tpr_at_fpr_0.001", CS_LOWER, 0, 1,                                  \
          "The same with one mistake in a thousand others; .001 is a guess." },          \
        { attacker ".tpr_at_fpr_0.01", CS_LOWER, 0, 1, "With one in a hundred." },       \
        { attacker ".tpr_at_fpr_0.1", CS_LOWER, 0, 1, "With one in ten." },              \
        { attacker ".advantage", CS_LOWER, -1, 1,                                        \
          "Share of members less share of others among the likelier half." },            \
    {                                                                                    \
        attacker ".epsilon", CS_LOWER, 0, INFINITY,                                      \
            "Epsilon that the files show at least, at 90 % confidence; 0 shows nothing." \
    }

static const struct cs_metric metrics[N_METRICS] = {
    FINDINGS("gan_leaks",
             "Chance that of a real row and one of the holdout the real one is nearer to "
             "a synthetic row; .5 is a guess."),
    FINDINGS("dcr_diff",
             "The same by how much nearer a synthetic row is than any of a part of the "
             "holdout."),
    FINDINGS("DomiasMIA_KDE",
             "The same by how much denser synthetic rows are there than those of a part "
             "of the holdout."),
    [LEAKAGE] = { "data_leakage_linear.mean", CS_LOWER, 0, 1,
                  "Share of real rows whose sensitive column a linear model that learned "
                  "from synthetic rows gets right." },
    { "data_leakage_mlp.mean", CS_LOWER, 0, 1, "The same of a net." },
    { "data_leakage_xgb.mean", CS_LOWER, 0, 1, "The same of boosted trees." },
    [HOLDOUT] = { "data_leakage_linear.holdout", CS_UNDIRECTED, 0, 1,
                  "The same of rows of the holdout: what is known of people who were not "
                  "in the data is no leak of theirs." },
    { "data_leakage_mlp.holdout", CS_UNDIRECTED, 0, 1, "The same of a net." },
    { "data_leakage_xgb.holdout", CS_UNDIRECTED, 0, 1, "The same of boosted trees." },
    [GUESS] = { "data_leakage_guess", CS_UNDIRECTED, 0, 1,
                "The same of one who always says what most synthetic rows have." },
};

/* ---- who was in the data ---- */

static void tell_attack(double *values, const struct cs_membership *found)
{
    values[AUC] = found->area;
    for (size_t r = 0; r < CS_MEMBERSHIP_RATES; r++)
        values[AT_0 + r] = found->true_rates[r];
    values[AT_ADVANTAGE] = found->advantage;
    values[EPSILON] = found->epsilon;
}

static enum cs_status infer_membership(double *values, const struct cs_evaluation *e,
                                       const struct cs_progress *progress)
{
    struct cs_suspects suspects;
    struct cs_membership found;
    struct cs_rng rng;
    enum cs_status st;

    cs_rng_init_labelled(&rng, e->seed, "attack/thresholds");
    CS_TRY(cs_suspects_score(&suspects, e->compared, e->seed, e->workers, progress));
    for (size_t a = 0; a < CS_ATTACKERS; a++) {
        CS_TRY(cs_membership_judge(&found, suspects.scores[a], suspects.is_member,
                                   suspects.n, &rng));
        tell_attack(values + a * N_FINDINGS, &found);
    }
out:
    cs_suspects_wipe(&suspects);
    cs_rng_wipe(&rng);
    return st;
}

/* ---- what the sensitive columns hold ---- */

/* One sensitive column. */
struct secret {
    struct cs_answers answers;
    struct cs_exam exams[CS_LEARNERS];
    double guess;
};

/* Nobody who attacks one sensitive column knows another. */
static enum cs_status make_features(struct cs_features *features,
                                    const struct cs_evaluation *e)
{
    bool *excluded = calloc(e->compared->n_columns, sizeof *excluded);

    if (excluded == NULL)
        return CS_MEMORY;
    for (size_t k = 0; k < e->n_sensitive; k++)
        excluded[e->sensitive[k] - e->compared->columns] = true;
    const enum cs_status st = cs_features_make(features, e->compared, excluded);
    free(excluded);
    return st;
}

/* Share of the real rows that have the class most synthetic rows have. */
static double guess(const struct cs_answers *answers)
{
    const struct cs_rows real = cs_answers_of(answers, CS_REAL);
    const struct cs_rows synthetic = cs_answers_of(answers, CS_SYNTHETIC);
    size_t count[CS_LOSS_SCORES_MAX] = { 0 }, most = 0, hits = 0;

    for (size_t i = 0; i < synthetic.n; i++)
        count[(size_t)answers->values[synthetic.at[i]]]++;
    for (size_t c = 1; c < answers->n_classes; c++)
        most = count[c] > count[most] ? c : most;
    for (size_t i = 0; i < real.n; i++)
        hits += (size_t)answers->values[real.at[i]] == most;
    return (double)hits / (double)real.n;
}

static enum cs_status prepare(struct secret *secret, const struct cs_features *features,
                              const struct cs_evaluation *e, size_t column,
                              struct cs_rng *rng)
{
    struct cs_answers *answers = &secret->answers;
    enum cs_status st;

    CS_TRY(cs_answers_make(answers, e->compared, e->sensitive[column], true, rng));
    if (!answers->is_learnable)
        goto out;
    secret->guess = guess(answers);
    for (size_t l = 0; l < CS_LEARNERS; l++)
        secret->exams[l] = (struct cs_exam){
            .learner = (enum cs_learner_kind)l,
            .how = CS_MARK_HITS,
            .task = { .features = features,
                      .answers = answers->values,
                      .n_classes = answers->n_classes,
                      .rows = cs_answers_of(answers, CS_SYNTHETIC),
                      .seed = e->seed },
            .tests = { { .rows = cs_answers_of(answers, CS_REAL) },
                       { .rows = cs_answers_of(answers, CS_HOLDOUT) } },
            .n_tests = 2,
        };
out:
    return st;
}

/* synthcity divides by one row more than there are. */
static double as_told(double mark, const struct secret *secret,
                      const struct cs_evaluation *e)
{
    const double n = (double)cs_answers_of(&secret->answers, CS_REAL).n;

    return e->compat == CS_COMPAT_SYNTHCITY ? mark * n / (n + 1) : mark;
}

static void add_marks(double *values, const struct secret *secret,
                      const struct cs_evaluation *e)
{
    values[GUESS] += secret->guess;
    for (size_t l = 0; l < CS_LEARNERS; l++) {
        values[LEAKAGE + l] += as_told(secret->exams[l].tests[0].mark, secret, e);
        values[HOLDOUT + l] += secret->exams[l].tests[1].mark;
    }
}

/* Means over the columns that can be learned. */
static void tell_leakage(double *values, const struct secret *secrets,
                         const struct cs_evaluation *e)
{
    double n = 0;

    for (size_t m = LEAKAGE; m < N_METRICS; m++)
        values[m] = 0;
    for (size_t k = 0; k < e->n_sensitive; k++)
        if (secrets[k].answers.is_learnable) {
            add_marks(values, &secrets[k], e);
            n++;
        }
    for (size_t m = LEAKAGE; m < N_METRICS; m++)
        values[m] /= n; /* of none NAN */
}

static enum cs_status take_exams(struct secret *secrets, const struct cs_evaluation *e,
                                 const struct cs_progress *progress)
{
    enum cs_status st = CS_OK;

    for (size_t k = 0; k < e->n_sensitive; k++) {
        if (!secrets[k].answers.is_learnable)
            continue;
        struct cs_progress_piece piece = { progress, (double)k / (double)e->n_sensitive,
                                           (double)(k + 1) / (double)e->n_sensitive };
        const struct cs_progress part = cs_progress_of(&piece);

        CS_TRY(cs_exams_take(secrets[k].exams, CS_LEARNERS, e->workers, &part));
    }
out:
    return st;
}

static enum cs_status find_leakage(double *values, const struct cs_evaluation *e,
                                   const struct cs_progress *progress)
{
    struct secret *secrets = calloc(e->n_sensitive, sizeof *secrets);
    struct cs_features features = { 0 };
    struct cs_rng rng;
    enum cs_status st = CS_MEMORY;

    cs_rng_init_labelled(&rng, e->seed, "attack/rows");
    if (secrets == NULL)
        return CS_MEMORY;
    CS_TRY(make_features(&features, e));
    for (size_t k = 0; k < e->n_sensitive; k++)
        CS_TRY(prepare(&secrets[k], &features, e, k, &rng));
    CS_TRY(take_exams(secrets, e, progress));
    tell_leakage(values, secrets, e);
out:
    for (size_t k = 0; k < e->n_sensitive; k++)
        cs_answers_wipe(&secrets[k].answers);
    free(secrets);
    cs_features_wipe(&features);
    cs_rng_wipe(&rng);
    return st;
}

/* ---- both ---- */

static enum cs_status measure(double *values, const struct cs_evaluation *e)
{
    const bool has_holdout = e->compared->n_rows[CS_HOLDOUT] > 0;
    struct cs_progress_piece first = { e->progress, 0, e->n_sensitive > 0 ? .5 : 1 };
    struct cs_progress_piece second = { e->progress, has_holdout ? .5 : 0, 1 };
    const struct cs_progress in_first = cs_progress_of(&first);
    const struct cs_progress in_second = cs_progress_of(&second);
    enum cs_status st = CS_OK;

    for (size_t m = 0; m < N_METRICS; m++)
        values[m] = NAN;
    if (has_holdout)
        CS_TRY(infer_membership(values, e, &in_first));
    if (e->n_sensitive > 0)
        CS_TRY(find_leakage(values, e, &in_second));
out:
    return st;
}

static bool has_either(const struct cs_evaluation *e)
{
    return e->compared->n_rows[CS_HOLDOUT] > 0 || e->n_sensitive > 0;
}

const struct cs_metric_group cs_metrics_attack = {
    .name = "attack",
    .metrics = metrics,
    .n = N_METRICS,
    .measure = measure,
    .needs = "--holdout or --sensitive",
    .is_given = has_either,
};
