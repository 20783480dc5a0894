#include <math.h>
#include <string.h>

#include "party/comparison_forms.h"

enum { WIDTH = 96, PLOT = 50 };

/* A sentence, broken at spaces. */
static void put_sentence(FILE *stream, const char *words)
{
    while (words[0] != '\0') {
        size_t n = strlen(words);

        if (n > WIDTH) {
            for (n = WIDTH; n > 0 && words[n] != ' ';)
                n--;
            n = n > 0 ? n : strcspn(words, " ");
        }
        fprintf(stream, "%.*s\n", (int)n, words);
        words += n + (words[n] == ' ');
    }
}

static void put_sentences(FILE *stream, const struct cs_comparison_form *form)
{
    char words[CS_COMPARISON_WORDS_BYTES];

    cs_comparison_verdict(words, form);
    put_sentence(stream, words);
    cs_comparison_reason(words, form);
    put_sentence(stream, words);
    cs_comparison_outlook(words, form);
    put_sentence(stream, words);
}

static void put_number(FILE *stream, const char *format, int width, double x)
{
    if (isfinite(x))
        fprintf(stream, format, width, x);
    else
        fprintf(stream, "%*s", width, "-");
}

/* ---- what the runs cost and could say ---- */

static void put_answer_row(FILE *stream, const struct cs_comparison *comparison,
                           size_t answer, size_t r)
{
    const struct cs_finished_answer *a = cs_comparison_answer(comparison, answer, r);
    const bool decides = answer < comparison->n_deciding;

    fprintf(stream, "%c%4zu", r == comparison->recommended && decides ? '*' : ' ', r + 1);
    put_number(stream, "%*.4g", 9, comparison->runs[r].epsilon);
    put_number(stream, "%*.2f", 11, cs_comparison_in_unit(a, a->lift));
    put_number(stream, "%*.2f", 9, cs_comparison_in_unit(a, cs_finished_half_width(a)));
    put_number(stream, "%*.0f %%", 7, 100 * cs_finished_noise_share(a));
    put_number(stream, "%*.2f", 9, cs_comparison_in_unit(a, a->smallest));
    fprintf(stream, "%9zu of %zu", a->n_reported, a->n_segments);
    if (decides)
        fprintf(stream, "%6zu", comparison->standing[r].rank);
    if (decides && comparison->standing[r].dominated_by != CS_COMPARISON_NONE)
        fprintf(stream, "  run %zu is narrower for no more",
                comparison->standing[r].dominated_by + 1);
    if (a->is_capped)
        fputs("  of capped values", stream);
    if (!a->reported)
        fprintf(stream, "  %s", a->reason);
    fputs("\n", stream);
}

/* From the lowest low to the highest high of all runs, 0 too. */
struct range {
    double low, high;
};

static struct range range_of(const struct cs_comparison *comparison, size_t answer)
{
    struct range range = { 0, 0 };

    for (size_t r = 0; r < comparison->n_runs; r++) {
        const struct cs_finished_answer *a = cs_comparison_answer(comparison, answer, r);

        range.low = fmin(range.low, a->low);
        range.high = fmax(range.high, a->high);
    }
    return range;
}

static size_t place_of(const struct range *range, double x)
{
    const double share = (x - range->low) / (range->high - range->low);

    return share > 0 ? (size_t)(fmin(share, 1) * (PLOT - 1) + .5) : 0;
}

static void put_interval(FILE *stream, const struct range *range,
                         const struct cs_finished_answer *a, size_t run)
{
    char line[PLOT + 1];

    memset(line, ' ', PLOT);
    line[PLOT] = '\0';
    line[place_of(range, 0)] = ':';
    if (a->reported) {
        const size_t low = place_of(range, a->low), high = place_of(range, a->high);

        memset(line + low, '-', high - low + 1);
        line[low] = line[high] = '|';
        line[place_of(range, fmin(fmax(a->lift, a->low), a->high))] = 'o';
    }
    fprintf(stream, " %4zu   %s\n", run + 1, line);
}

static void put_answer(FILE *stream, const struct cs_comparison *comparison,
                       size_t answer)
{
    char title[CS_COMPARISON_WORDS_BYTES];
    const struct range range = range_of(comparison, answer);

    cs_comparison_title(title, cs_comparison_answer(comparison, answer, 0));
    fprintf(stream, "\n%s\n", title);
    fprintf(stream, "%5s%9s%11s%9s%9s%9s%14s%6s\n", "run", "epsilon", "lift", "+-",
            "noise", "shows", "segments", "rank");
    for (size_t r = 0; r < comparison->n_runs; r++)
        put_answer_row(stream, comparison, answer, r);
    if (!(range.low < range.high))
        return;
    fputs("\n", stream);
    for (size_t r = 0; r < comparison->n_runs; r++)
        put_interval(stream, &range, cs_comparison_answer(comparison, answer, r), r);
}

/* ---- what they were ---- */

static void put_run(FILE *stream, const struct cs_finished *run, size_t r)
{
    char candidates[2 * CS_FINISHED_WORD_BYTES + 2];

    snprintf(candidates, sizeof candidates, "%s, %s", run->used[0], run->used[1]);
    fprintf(stream, "%5zu", r + 1);
    put_number(stream, "%*.4f", 10, run->epsilon_spent);
    fprintf(stream, "%7s%8zu%8zu  %-24s", run->joint_noise ? "joint" : "each",
            run->n_columns, run->n_tables, candidates);
    put_number(stream, "%*.2f", 6, run->chi_square[0]);
    put_number(stream, "%*.2f", 6, run->chi_square[1]);
    fprintf(stream, "%8.3g s%8.3g MB\n", cs_comparison_rounded(run->seconds),
            cs_comparison_rounded(1e-6 * (double)run->bytes));
}

static void put_runs(FILE *stream, const struct cs_comparison *comparison)
{
    fprintf(stream, "\n%5s%10s%7s%8s%8s  %-24s%12s%10s%11s\n", "run", "spent", "noise",
            "columns", "tables", "candidates of a, b", "chi-square", "time", "traffic");
    for (size_t r = 0; r < comparison->n_runs; r++)
        put_run(stream, &comparison->runs[r], r);
    fputs("\n", stream);
    for (size_t r = 0; r < comparison->n_runs; r++)
        fprintf(stream, "%5zu  %s\n", r + 1, comparison->runs[r].folder);
}

static void put_real(FILE *stream, const struct cs_comparison_form *form)
{
    const struct cs_comparison_real *real = form->real;

    if (real == NULL)
        return;
    fprintf(stream, "\nagainst the real rows of %s\n%5s", real->path, "run");
    for (size_t k = 0; k < CS_COMPARISON_METRICS; k++)
        fprintf(stream, "%30s", real->metrics[k]->name);
    fputs("\n", stream);
    for (size_t r = 0; r < form->comparison->n_runs; r++) {
        fprintf(stream, "%5zu", r + 1);
        for (size_t k = 0; k < CS_COMPARISON_METRICS; k++)
            put_number(stream, "%*.4f", 30, real->values[r][k]);
        fputs("\n", stream);
    }
    for (size_t k = 0; k < CS_COMPARISON_METRICS; k++)
        put_sentence(stream, real->metrics[k]->sentence);
}

enum cs_status cs_comparison_text(FILE *stream, const struct cs_comparison_form *form)
{
    const struct cs_comparison *comparison = form->comparison;
    char words[CS_COMPARISON_WORDS_BYTES];

    fprintf(stream, "%s: runs of party %c: %zu\n%s\n\n", comparison->runs->study,
            comparison->runs->party, comparison->n_runs, cs_comparison_mark(form));
    put_sentences(stream, form);
    for (size_t k = 0; k < comparison->n_answers; k++)
        put_answer(stream, comparison, k);
    fputs("\n+-: half of the 95 % interval. noise: its share of the variance. shows: the "
          "smallest lift that\nis shown in 80 of 100 such studies. rank: 1 is the "
          "narrowest. *: recommended.\n",
          stream);
    put_runs(stream, comparison);
    put_real(stream, form);
    fputs("\n", stream);
    cs_comparison_budget(words, form);
    put_sentence(stream, words);
    cs_comparison_people(words, form);
    put_sentence(stream, words);
    return CS_OK;
}
