/* The segments of an analysis: by every column, and by the study's pairs. */
#include <math.h>
#include <stdlib.h>

#include "model/ab_parts.h"
#include "model/relevance.h"

/* The answers of one outcome. */
struct segmenting {
    const struct cs_asked *asked;
    const struct cs_outcome_spec *outcome;
    const struct cs_worths *worths; /* of a mean */
    struct cs_answer *answers;      /* (n_answers) */
    size_t n_answers;
};

static bool is_segmented(const struct cs_study *study, size_t column)
{
    return column != study->arm && !cs_study_asks(study, column);
}

static size_t count_segments(const struct cs_study *study)
{
    const struct cs_column *columns = study->schema.columns;
    size_t n = 0;

    for (size_t i = 0; i < study->schema.n_columns; i++)
        n += is_segmented(study, i) ? columns[i].n_codes : 0;
    for (size_t i = 0; i < study->n_pairs; i++)
        n += columns[study->pairs[i][0]].n_codes * columns[study->pairs[i][1]].n_codes;
    return n;
}

static bool has_minimum(const struct cs_effect *effect, uint64_t minimum)
{
    return effect->rate[CS_TEST].people >= (double)minimum &&
           effect->rate[CS_CONTROL].people >= (double)minimum;
}

/* The next segment of an answer: one level of the columns that were counted by. */
static void add_segment(struct cs_answer *answer, const struct cs_counts *counts,
                        size_t level)
{
    const struct cs_study *study = counts->study;
    const struct cs_arms arms = cs_arms_of(study, answer->test);
    struct cs_segment *segment = &answer->segments[answer->n_segments++];
    size_t left = level;

    segment->n_columns = counts->n_columns - 2;
    for (size_t i = segment->n_columns; i-- > 0;) {
        const size_t n = study->schema.columns[counts->columns[i]].n_codes;

        segment->column[i] = counts->columns[i];
        segment->code[i] = (unsigned)(left % n);
        left /= n;
    }
    segment->scope = counts->scope;
    cs_counts_effect(&segment->direct, &segment->synthetic, counts, level, &arms);
    if (!has_minimum(cs_segment_effect(segment), study->segment_minimum))
        segment->synthetic.verdict = segment->direct.verdict = CS_FEW_PEOPLE;
}

/* What the column tells, all arms together. */
static enum cs_status set_share(double *share, const struct cs_counts *counts)
{
    const struct cs_levels all = { UINT64_MAX };
    const struct cs_arms everybody = { { all, all, all } };
    struct cs_rate *levels = calloc(counts->n_levels, sizeof *levels);
    size_t n = 0;

    if (levels == NULL)
        return CS_MEMORY;
    for (size_t level = 0; level < counts->n_levels; level++) {
        struct cs_effect direct, synthetic;

        cs_counts_effect(&direct, &synthetic, counts, level, &everybody);
        direct.rate[CS_TEST].noise *= counts->apart;
        if (direct.verdict == CS_REPORTED)
            levels[n++] = direct.rate[CS_TEST];
    }
    *share = cs_relevance_share(levels, n);
    free(levels);
    return CS_OK;
}

/* apart: of the noise, see struct cs_counts. */
static struct cs_pooled pooled_of(const struct cs_segment *segment, double apart)
{
    const struct cs_lift *lift = &segment->direct.lift;

    return (struct cs_pooled){ .value = lift->value,
                               .variance = lift->sampling + lift->noise * apart };
}

static bool can_be_pooled(const struct cs_segment *segment)
{
    return cs_segment_effect(segment)->verdict == CS_REPORTED &&
           segment->direct.lift.sampling + segment->direct.lift.noise > 0;
}

/* How the lifts of the last segments of an answer, those of one column, differ. */
static enum cs_status compare_levels(struct cs_difference *difference,
                                     const struct cs_segment *segments, size_t n,
                                     double apart)
{
    struct cs_pooled *effects = calloc(n, sizeof *effects);
    size_t n_effects = 0;

    if (effects == NULL)
        return CS_MEMORY;
    for (size_t i = 0; i < n; i++)
        if (can_be_pooled(&segments[i]))
            effects[n_effects++] = pooled_of(&segments[i], apart);
    *difference = cs_pool_compare(effects, n_effects);
    free(effects);
    return CS_OK;
}

/* After the segments of a column. */
static enum cs_status add_relevance(struct cs_answer *answer,
                                    const struct cs_counts *counts)
{
    struct cs_relevance *relevance = &answer->relevance[answer->n_relevance++];
    const size_t n = counts->n_levels;
    enum cs_status st;

    relevance->column = counts->columns[0];
    CS_TRY(set_share(&relevance->share, counts));
    CS_TRY(compare_levels(&relevance->lifts, answer->segments + answer->n_segments - n, n,
                          counts->apart));
out:
    return st;
}

static enum cs_status segment_by(const struct segmenting *s, const size_t *columns,
                                 size_t n_columns)
{
    struct cs_counts counts = { 0 };
    enum cs_status st;

    CS_TRY(cs_counts_make(&counts, s->asked, s->outcome, columns, n_columns));
    for (size_t i = 0; i < s->n_answers; i++) {
        if (s->worths != NULL)
            counts.worth = cs_trust_is_capped(s->answers[i].amounts.trust)
                               ? &s->worths->capped
                               : &s->worths->plain;
        for (size_t level = 0; level < counts.n_levels; level++)
            add_segment(&s->answers[i], &counts, level);
        if (n_columns == 1)
            CS_TRY(add_relevance(&s->answers[i], &counts));
    }
out:
    cs_counts_wipe(&counts);
    return st;
}

/* How far the effects of the column lie apart, all by itself; of a pair nobody asked. */
static double spread_of(const struct cs_answer *answer, const struct cs_segment *segment)
{
    for (size_t i = 0; i < answer->n_relevance; i++)
        if (segment->n_columns == 1 && answer->relevance[i].column == segment->column[0])
            return answer->relevance[i].lifts.spread;
    return 0;
}

static bool is_by_the_same(const struct cs_segment *x, const struct cs_segment *y)
{
    return x->column[0] == y->column[0] &&
           (x->n_columns == 1 || x->column[1] == y->column[1]);
}

/* Segments by as many columns, drawn together. */
static enum cs_status draw(struct cs_answer *answer, size_t n_columns)
{
    struct cs_pooled *effects = calloc(answer->n_segments + 1, sizeof *effects);
    struct cs_segment **of = calloc(answer->n_segments + 1, sizeof(struct cs_segment *));
    enum cs_status st = CS_MEMORY;
    size_t n = 0, n_times = 0; /* that all people are among them: once a column */

    if (effects == NULL || of == NULL)
        goto out;
    for (size_t i = 0; i < answer->n_segments; i++) {
        struct cs_segment *segment = &answer->segments[i];

        if (segment->n_columns != n_columns || !can_be_pooled(segment))
            continue;
        n_times += n == 0 || !is_by_the_same(segment, of[n - 1]);
        of[n] = segment;
        effects[n] = pooled_of(segment, 1);
        effects[n++].spread = spread_of(answer, segment);
    }
    const bool drawn = cs_pool_draw(&answer->pool[n_columns - 1], effects, n, n_times);
    for (size_t i = 0; drawn && i < n; i++) {
        of[i]->is_drawn = true;
        of[i]->drawn = effects[i].drawn;
        of[i]->drawn_low = effects[i].low;
        of[i]->drawn_high = effects[i].high;
    }
    st = CS_OK;
out:
    free(effects);
    free(of);
    return st;
}

static int by_share(const void *x, const void *y)
{
    const struct cs_relevance *a = x, *b = y;

    if (a->share != b->share)
        return a->share < b->share ? 1 : -1;
    return (a->column > b->column) - (a->column < b->column);
}

static int by_p(const void *x, const void *y)
{
    const double a = cs_segment_effect(*(struct cs_segment *const *)x)->lift.p;
    const double b = cs_segment_effect(*(struct cs_segment *const *)y)->lift.p;

    return (a > b) - (a < b);
}

static enum cs_status adjust(struct cs_answer *answer)
{
    const size_t most = answer->n_segments + 1;
    struct cs_segment **reported = calloc(most, sizeof(struct cs_segment *));
    double *p = calloc(most, sizeof *p);
    enum cs_status st = CS_MEMORY;
    size_t n = 0;

    if (reported == NULL || p == NULL)
        goto out;
    for (size_t i = 0; i < answer->n_segments; i++)
        if (cs_segment_effect(&answer->segments[i])->verdict == CS_REPORTED)
            reported[n++] = &answer->segments[i];
    qsort(reported, n, sizeof *reported, by_p);
    for (size_t i = 0; i < n; i++)
        p[i] = cs_segment_effect(reported[i])->lift.p;
    cs_p_adjust(p, n);
    for (size_t i = 0; i < n; i++)
        reported[i]->p_adjusted = p[i];
    st = CS_OK;
out:
    free(reported);
    free(p);
    return st;
}

enum cs_status cs_ab_segment(struct cs_answer *answers, size_t n,
                             const struct cs_worths *worths, const struct cs_asked *asked)
{
    const struct cs_study *study = asked->study;
    const struct segmenting s = { asked, &study->outcomes[answers[0].outcome], worths,
                                  answers, n };
    const size_t n_segments = count_segments(study);
    enum cs_status st = CS_OK;

    for (size_t i = 0; i < n; i++) {
        answers[i].segments = calloc(n_segments + 1, sizeof *answers[i].segments);
        answers[i].relevance =
            calloc(study->schema.n_columns, sizeof *answers[i].relevance);
        if (answers[i].segments == NULL || answers[i].relevance == NULL)
            return CS_MEMORY;
    }
    for (size_t column = 0; column < study->schema.n_columns; column++)
        if (is_segmented(study, column))
            CS_TRY(segment_by(&s, &column, 1));
    for (size_t i = 0; i < study->n_pairs; i++)
        CS_TRY(segment_by(&s, study->pairs[i], 2));
    for (size_t i = 0; i < n; i++) {
        CS_TRY(adjust(&answers[i]));
        CS_TRY(draw(&answers[i], 1));
        CS_TRY(draw(&answers[i], 2));
        qsort(answers[i].relevance, answers[i].n_relevance, sizeof *answers[i].relevance,
              by_share);
    }
out:
    return st;
}
