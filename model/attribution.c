#include "model/attribution.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "crypto/secret.h"
#include "model/elementary.h"
#include "model/pair.h"
#include "model/ranks.h"

#define BLOCK_ROWS 1024u /* synthetic ones, looked at together */
#define JOB_ROWS 64u     /* real ones */
#define WAVE_JOBS 8u     /* a worker, between two words of progress */

/* What was found for a real row. */
struct guess {
    uint16_t least; /* columns in which the closest rows differ */
    uint32_t n;     /* such rows */
    uint32_t n_right;
};

struct attack {
    struct cs_coded *known; /* (n_known) */
    size_t n_known;
    size_t n_rows[2];
    const uint32_t *sensitive[2]; /* (n_rows): all sensitive columns as one code */
    struct guess *guesses;        /* (n_rows[CS_REAL]) */
    size_t first_job;             /* of the wave */
};

/* ---- blocks ---- */

CS_EACH_WIDTH static void add_differences(uint16_t *differences, const uint16_t *codes,
                                          size_t n, uint16_t code)
{
    for (size_t j = 0; j < n; j++)
        differences[j] = (uint16_t)(differences[j] + (codes[j] != code));
}

CS_EACH_WIDTH static uint16_t least_of(const uint16_t *differences, size_t n)
{
    uint16_t least = UINT16_MAX;

    for (size_t j = 0; j < n; j++)
        least = differences[j] < least ? differences[j] : least;
    return least;
}

CS_EACH_WIDTH static void count(struct guess *guess, const uint16_t *differences,
                                const uint32_t *sensitive, size_t n, uint32_t right)
{
    uint32_t n_same = 0, n_right = 0;

    for (size_t j = 0; j < n; j++) {
        const uint32_t same = differences[j] == guess->least;

        n_same += same;
        n_right += same & (sensitive[j] == right);
    }
    guess->n += n_same;
    guess->n_right += n_right;
}

static void look_at_block(struct guess *guess, const struct attack *a, size_t i,
                          size_t first, size_t n)
{
    uint16_t differences[BLOCK_ROWS];

    memset(differences, 0, sizeof differences);
    for (size_t k = 0; k < a->n_known; k++)
        add_differences(differences, a->known[k].codes[CS_SYNTHETIC] + first, n,
                        a->known[k].codes[CS_REAL][i]);
    const uint16_t least = least_of(differences, n);
    if (least > guess->least)
        return;
    if (least < guess->least)
        *guess = (struct guess){ .least = least };
    count(guess, differences, a->sensitive[CS_SYNTHETIC] + first, n,
          a->sensitive[CS_REAL][i]);
}

static void guess_some(void *context, size_t job)
{
    const struct attack *a = context;
    const size_t first = (a->first_job + job) * JOB_ROWS, n = a->n_rows[CS_SYNTHETIC];

    for (size_t i = first; i < first + JOB_ROWS && i < a->n_rows[CS_REAL]; i++) {
        a->guesses[i] = (struct guess){ .least = UINT16_MAX };
        for (size_t j = 0; j < n; j += BLOCK_ROWS)
            look_at_block(&a->guesses[i], a, i, j,
                          n - j < BLOCK_ROWS ? n - j : BLOCK_ROWS);
    }
}

/* ---- codes ---- */

static size_t count_codes(const struct cs_coded *coded)
{
    bool there[CS_PAIR_LEVELS_MAX + 2] = { false };
    size_t n = 0;

    for (size_t i = 0; i < coded->n_rows[CS_REAL]; i++) {
        n += !there[coded->codes[CS_REAL][i]];
        there[coded->codes[CS_REAL][i]] = true;
    }
    return n;
}

/* Codes of both files, one after the other. */
static enum cs_status rank_codes(struct cs_ranks *ranks, const struct cs_coded *coded)
{
    const size_t n_real = coded->n_rows[CS_REAL],
                 n = n_real + coded->n_rows[CS_SYNTHETIC];
    double *values = calloc(n + 1, sizeof *values);
    enum cs_status st;

    if (values == NULL)
        return CS_MEMORY;
    for (size_t i = 0; i < n; i++)
        values[i] = i < n_real ? coded->codes[CS_REAL][i]
                               : coded->codes[CS_SYNTHETIC][i - n_real];
    st = cs_ranks_make(ranks, values, n);
    cs_wipe_free(values, (n + 1) * sizeof *values);
    return st;
}

static enum cs_status add_sensitive(struct cs_attribution *found, struct cs_ranks *all,
                                    const struct cs_coded *coded)
{
    struct cs_ranks ranks = { 0 };
    enum cs_status st;

    found->n_possible *= (double)count_codes(coded);
    if (all->of == NULL)
        return rank_codes(all, coded);
    CS_TRY(rank_codes(&ranks, coded));
    CS_TRY(cs_ranks_join(all, &ranks));
out:
    cs_ranks_wipe(&ranks);
    return st;
}

static bool can_be_coded(const struct cs_compared_column *column, const size_t *n_rows)
{
    if (!column->is_number)
        return column->n_levels <= CS_PAIR_LEVELS_MAX;
    for (size_t i = 0; i < n_rows[CS_REAL]; i++)
        if (!isnan(column->values[CS_REAL][i]))
            return true;
    return false;
}

/* Puts the columns among the known ones, or into the one of the sensitive ones.
 * *is_usable: whether every sensitive one can be coded. */
static enum cs_status code_columns(struct cs_attribution *found, struct attack *a,
                                   struct cs_ranks *sensitive, bool *is_usable,
                                   const struct cs_compared *compared,
                                   const bool *is_sensitive)
{
    enum cs_status st = CS_OK;

    *is_usable = true;
    for (size_t k = 0; k < compared->n_columns; k++) {
        struct cs_coded *coded = &a->known[a->n_known];

        if (!can_be_coded(&compared->columns[k], compared->n_rows)) {
            *is_usable = *is_usable && !is_sensitive[k];
            continue;
        }
        CS_TRY(cs_coded_make(coded, &compared->columns[k], compared->n_rows, false));
        if (!is_sensitive[k]) {
            a->n_known++;
            continue;
        }
        st = add_sensitive(found, sensitive, coded);
        cs_coded_wipe(coded);
        if (st != CS_OK)
            goto out;
    }
    *is_usable = *is_usable && sensitive->of != NULL;
out:
    return st;
}

/* ---- all ---- */

static void sum_up(struct cs_attribution *found, const struct attack *a)
{
    found->n_known = a->n_known;
    found->n_rows = a->n_rows[CS_REAL];
    for (size_t i = 0; i < a->n_rows[CS_REAL]; i++) {
        const struct guess *guess = &a->guesses[i];
        const double share = (double)guess->n_right / (double)guess->n;

        found->closest += share;
        if (guess->least > 0)
            continue;
        found->n_found++;
        found->found += share;
    }
}

static enum cs_status guess_all(struct attack *a, struct cs_workers *workers,
                                const struct cs_progress *progress)
{
    const size_t n_jobs = (a->n_rows[CS_REAL] + JOB_ROWS - 1) / JOB_ROWS;
    const size_t wave = cs_workers_count(workers) * WAVE_JOBS;
    enum cs_status st = CS_OK;

    for (; a->first_job < n_jobs; a->first_job += wave) {
        const size_t left = n_jobs - a->first_job;

        CS_TRY(cs_progress_tell(progress, (double)a->first_job / (double)n_jobs));
        cs_workers_run(workers, guess_some, a, left < wave ? left : wave);
    }
out:
    return st;
}

enum cs_status cs_attribution_find(struct cs_attribution *found,
                                   const struct cs_compared *compared,
                                   const bool *is_sensitive, struct cs_workers *workers,
                                   const struct cs_progress *progress)
{
    const size_t *n_rows = compared->n_rows;
    struct attack a = { .n_rows = { n_rows[CS_REAL], n_rows[CS_SYNTHETIC] } };
    struct cs_ranks sensitive = { 0 };
    enum cs_status st = CS_MEMORY;
    bool is_usable;

    *found = (struct cs_attribution){ .n_possible = 1 };
    a.known = calloc(compared->n_columns + 1, sizeof *a.known);
    a.guesses = calloc(n_rows[CS_REAL], sizeof *a.guesses);
    if (a.known == NULL || a.guesses == NULL)
        goto out;
    CS_TRY(code_columns(found, &a, &sensitive, &is_usable, compared, is_sensitive));
    if (!is_usable || a.n_known == 0)
        goto out;
    a.sensitive[CS_REAL] = sensitive.of;
    a.sensitive[CS_SYNTHETIC] = sensitive.of + n_rows[CS_REAL];
    CS_TRY(guess_all(&a, workers, progress));
    sum_up(found, &a);
out:
    for (size_t k = 0; a.known != NULL && k < a.n_known; k++)
        cs_coded_wipe(&a.known[k]);
    free(a.known);
    if (a.guesses != NULL)
        cs_wipe_free(a.guesses, n_rows[CS_REAL] * sizeof *a.guesses);
    cs_ranks_wipe(&sensitive);
    return st;
}
