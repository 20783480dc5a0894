/* The estimates of a trial's analysis beside what is true. */
#include <math.h>

#include "tests/support/trial.h"

struct visitor {
    const struct cs_trial *trial;
    void (*visit)(void *context, const struct cs_trial_estimate *estimate);
    void *context;
};

static void visit_effect(const struct visitor *v, struct cs_trial_estimate of,
                         const struct cs_effect *effect)
{
    of.reported = effect->verdict == CS_REPORTED;
    of.value = effect->lift.value;
    of.low = effect->lift.low;
    of.high = effect->lift.high;
    of.p = effect->lift.p;
    of.sampling = effect->lift.sampling;
    v->visit(v->context, &of);
}

static void visit_relative(const struct visitor *v, struct cs_trial_estimate of,
                           const struct cs_effect *effect)
{
    const struct cs_relative *relative = &effect->relative;

    of.name = "relative";
    of.reported = effect->verdict == CS_REPORTED && relative->reported;
    of.value = relative->value;
    of.low = relative->low;
    of.high = relative->high;
    of.p = effect->lift.p;
    v->visit(v->context, &of);
}

/* A rate of everybody, or of a segment. */
static void visit_rate(const struct visitor *v, struct cs_trial_estimate of,
                       double relative, const struct cs_effect *synthetic,
                       const struct cs_effect *direct)
{
    of.name = "synthetic";
    visit_effect(v, of, synthetic);
    of.name = "measured";
    visit_effect(v, of, direct);
    of.truth = relative;
    visit_relative(v, of, direct);
}

static void visit_drawn(const struct visitor *v, struct cs_trial_estimate of,
                        const struct cs_segment *segment)
{
    of.name = "drawn";
    of.reported = segment->is_drawn;
    of.value = segment->drawn;
    of.low = segment->drawn_low;
    of.high = segment->drawn_high;
    of.p = NAN;
    v->visit(v->context, &of);
}

static void visit_rates(const struct visitor *v, const struct cs_answer *answer)
{
    const struct cs_trial_design *design = &v->trial->design;
    struct cs_trial_estimate of = { .column = "all",
                                    .truth = design->lift * design->linked };

    visit_rate(v, of, design->lift / design->base, &answer->synthetic, &answer->direct);
    for (size_t i = 0; i < answer->n_segments; i++) {
        const struct cs_segment *segment = &answer->segments[i];
        const size_t column = segment->column[0];

        of.column = cs_trial_columns[column].name;
        of.level = segment->code[0];
        of.truth = v->trial->lift[column][of.level];
        visit_rate(v, of, v->trial->relative[column][of.level], &segment->synthetic,
                   &segment->direct);
        visit_drawn(v, of, segment);
    }
}

/* Who buys spends alike in both arms, so means differ as rates do. */
static void visit_means(const struct visitor *v, const struct cs_answer *answer)
{
    const struct cs_trial_design *design = &v->trial->design;
    const struct cs_amounts *amounts = &answer->amounts;
    const double lift = design->lift * design->linked;
    const double believed =
        cs_trial_mean_spend(cs_trust_is_capped(amounts->trust) ? amounts->cap : INFINITY);
    struct cs_trial_estimate of = { .name = "mean", .column = "all" };

    of.truth = lift * cs_trial_mean_spend(INFINITY);
    visit_effect(v, of, &answer->direct);
    of.name = "capped";
    of.truth = lift * cs_trial_mean_spend(amounts->cap);
    visit_effect(v, of, &amounts->direct);
    of.name = "buyers";
    of.truth = 0;
    visit_effect(v, of, &amounts->direct_converters);
    of.name = "believed";
    of.truth = lift * believed;
    visit_effect(v, of, cs_answer_direct(answer));
    for (size_t i = 0; i < answer->n_segments; i++) {
        const struct cs_segment *segment = &answer->segments[i];

        of.column = cs_trial_columns[segment->column[0]].name;
        of.level = segment->code[0];
        of.truth = v->trial->lift[segment->column[0]][of.level] * believed;
        visit_effect(v, of, &segment->direct);
    }
}

void cs_trial_visit(const struct cs_trial *trial, const struct cs_ab *ab,
                    void (*visit)(void *context, const struct cs_trial_estimate *of),
                    void *context)
{
    const struct visitor v = { trial, visit, context };

    visit_rates(&v, &ab->answers[0]);
    if (ab->n_answers > 1)
        visit_means(&v, &ab->answers[1]);
}
