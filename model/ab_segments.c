/* The segments of an analysis: by every column, and by the study's pairs. */
#include <math.h>
#include <stdlib.h>

#include "model/ab_parts.h"

/* The answers of one outcome. */
struct segmenting {
    const struct cs_asked *asked;
    const struct cs_outcome_spec *outcome;
    struct cs_answer *answers; /* (n_answers) */
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

static enum cs_status segment_by(const struct segmenting *s, const size_t *columns,
                                 size_t n_columns)
{
    struct cs_counts counts = { 0 };
    enum cs_status st;

    CS_TRY(cs_counts_make(&counts, s->asked, s->outcome, columns, n_columns));
    for (size_t i = 0; i < s->n_answers; i++)
        for (size_t level = 0; level < counts.n_levels; level++)
            add_segment(&s->answers[i], &counts, level);
out:
    cs_counts_wipe(&counts);
    return st;
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
                             const struct cs_asked *asked)
{
    const struct cs_study *study = asked->study;
    const struct segmenting s = { asked, &study->outcomes[answers[0].outcome], answers,
                                  n };
    const size_t n_segments = count_segments(study);
    enum cs_status st = CS_OK;

    for (size_t i = 0; i < n; i++) {
        answers[i].segments = calloc(n_segments + 1, sizeof *answers[i].segments);
        if (answers[i].segments == NULL)
            return CS_MEMORY;
    }
    for (size_t column = 0; column < study->schema.n_columns; column++)
        if (is_segmented(study, column))
            CS_TRY(segment_by(&s, &column, 1));
    for (size_t i = 0; i < study->n_pairs; i++)
        CS_TRY(segment_by(&s, study->pairs[i], 2));
    for (size_t i = 0; i < n; i++)
        CS_TRY(adjust(&answers[i]));
out:
    return st;
}
