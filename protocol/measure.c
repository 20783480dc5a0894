#include "protocol/measure.h"

#include <stdlib.h>
#include <string.h>

#include "crypto/gauss.h"
#include "crypto/secret.h"
#include "model/estimate.h"
#include "protocol/measure_parts.h"

/* How far noise reaches: beyond 16 standard deviations there is nothing (10^-56). */
enum { NOISE_REACH = 16 };

/* Cells of one kind: they stand together in the plan. */
struct range {
    size_t first, n;
};

static struct range range_of(const struct cs_plan *plan, enum cs_table_kind kind)
{
    struct range range = { 0, 0 };

    for (size_t t = 0; t < plan->n_tables; t++) {
        const struct cs_table_spec *spec = &plan->tables[t];

        if (spec->kind != kind)
            continue;
        if (range.n == 0)
            range.first = spec->first_cell;
        CS_REQUIRE(spec->first_cell == range.first + range.n);
        range.n += spec->n_cells;
    }
    return range;
}

/* ---- own tables ----------------------------------------------------------------- */

static enum cs_status count_table(uint32_t *count, const struct cs_measuring *measuring,
                                  const struct cs_table_spec *spec)
{
    const size_t n = measuring->table->codes.n_rows;
    enum cs_status st = CS_OK;
    uint16_t *index = NULL;
    size_t n_cells = 0;

    CS_TRY(
        cs_measure_combine(&index, &n_cells, measuring, spec->column, spec->n_columns));
    CS_REQUIRE(n_cells == spec->n_cells);
    for (size_t r = 0; r < n; r++)
        count[index[r]]++;
out:
    cs_wipe_free(index, n * sizeof *index);
    return st;
}

static enum cs_status count_own(struct cs_measuring *measuring, enum cs_table_kind kind)
{
    const struct cs_plan *plan = measuring->plan;
    enum cs_status st = CS_OK;

    for (size_t t = 0; t < plan->n_tables; t++) {
        const struct cs_table_spec *spec = &plan->tables[t];

        if (spec->kind != kind)
            continue;
        CS_TRY(count_table(measuring->word + spec->first_cell, measuring, spec));
        CS_TRY(cs_progress_tell(measuring->progress, 0));
    }
out:
    return st;
}

/* This party's noise on all tables of a kind that have it: nothing is sent in between, so
 * that the time one draw takes does not show. */
static enum cs_status add_noise(struct cs_measuring *measuring, enum cs_table_kind kind)
{
    for (size_t t = 0; t < measuring->plan->n_tables; t++) {
        const struct cs_table_spec *spec = &measuring->plan->tables[t];

        if (spec->kind != kind || spec->s2_q16 == 0 || spec->joint.coins > 0)
            continue;
        int64_t *noise = calloc(spec->n_cells, sizeof *noise);
        if (noise == NULL)
            return CS_MEMORY;
        cs_gauss_fill_var(noise, spec->n_cells, spec->s2_q16, measuring->secret);
        for (size_t k = 0; k < spec->n_cells; k++)
            measuring->word[spec->first_cell + k] += (uint32_t)noise[k];
        cs_wipe_free(noise, spec->n_cells * sizeof *noise);
    }
    return CS_OK;
}

/* All tables of one owner, from its node to the other's. */
static enum cs_status tell_own(struct cs_measuring *measuring, enum cs_table_kind kind,
                               enum cs_table_kind mine)
{
    const struct range range = range_of(measuring->plan, kind);
    uint32_t *word = measuring->word + range.first;
    const size_t n_bytes = range.n * sizeof *word;

    return kind == mine
               ? cs_channel_send(measuring->channel, CS_FRAME_OWN_TABLE, word, n_bytes)
               : cs_channel_recv(measuring->channel, CS_FRAME_OWN_TABLE, word, n_bytes);
}

static enum cs_status exchange_own(struct cs_measuring *measuring)
{
    const enum cs_table_kind mine = measuring->table->party == CS_A ? CS_OWN_A : CS_OWN_B;
    enum cs_status st = CS_OK;

    CS_TRY(count_own(measuring, mine));
    CS_TRY(add_noise(measuring, mine));
    CS_TRY(tell_own(measuring, CS_OWN_A, mine));
    CS_TRY(tell_own(measuring, CS_OWN_B, mine));
out:
    return st;
}

static enum cs_status open_cross(struct cs_measuring *measuring, const char *purpose,
                                 struct cs_openings *openings)
{
    const struct range range = range_of(measuring->plan, CS_CROSS);
    uint32_t *word = measuring->word + range.first;

    return cs_reveal32(word, word, range.n, purpose, openings, measuring->secret,
                       measuring->channel, measuring->table->party);
}

/* ---- what came out of it --------------------------------------------------------- */

/* Whether noise of that variance can take a count of people there. */
static bool possible(int64_t count, size_t n_rows, double s2)
{
    const double reach2 = (double)NOISE_REACH * NOISE_REACH * s2;
    const int64_t over = count < 0                 ? count
                         : count > (int64_t)n_rows ? count - (int64_t)n_rows
                                                   : 0;

    return (double)(over * over) <= reach2;
}

/* That a table can be about. */
static size_t most_people(const struct cs_plan *plan, enum cs_table_kind kind)
{
    const size_t a = plan->n_rows[CS_A], b = plan->n_rows[CS_B];

    if (kind == CS_CROSS)
        return a < b ? a : b;
    return kind == CS_OWN_A ? a : b;
}

static enum cs_status take_cells(int64_t *cells, const struct cs_measuring *measuring)
{
    const struct cs_plan *plan = measuring->plan;

    for (size_t t = 0; t < plan->n_tables; t++) {
        const struct cs_table_spec *spec = &plan->tables[t];
        const size_t n_rows = most_people(plan, spec->kind);
        const double s2 = cs_estimate_noise(spec);

        for (size_t k = spec->first_cell; k < spec->first_cell + spec->n_cells; k++) {
            cells[k] = (int32_t)measuring->word[k];
            if (!possible(cells[k], n_rows, s2))
                return cs_channel_refuse(measuring->channel,
                                         "a count of people that noise does not explain");
        }
    }
    return CS_OK;
}

enum cs_status cs_measure_tables(int64_t *cells, const struct cs_study *study,
                                 const struct cs_plan *plan, const struct cs_table *table,
                                 const struct cs_linked *linked,
                                 struct cs_openings *openings, struct cs_rng *secret,
                                 struct cs_channel *channel,
                                 const struct cs_progress *progress)
{
    struct cs_measuring measuring = { .schema = &study->schema,
                                      .plan = plan,
                                      .table = table,
                                      .linked = linked,
                                      .secret = secret,
                                      .channel = channel,
                                      .progress = progress };
    enum cs_status st = CS_MEMORY;

    measuring.word = calloc(plan->n_cells, sizeof *measuring.word);
    if (measuring.word == NULL)
        goto out;
    CS_TRY(exchange_own(&measuring));
    CS_TRY(cs_measure_share_cross(&measuring, study->ot_k));
    CS_TRY(add_noise(&measuring, CS_CROSS));
    CS_TRY(open_cross(&measuring,
                      study->unprotected ? "measure: exact cross tables"
                                         : "measure: noisy cross tables",
                      openings));
    CS_TRY(take_cells(cells, &measuring));
out:
    cs_wipe_free(measuring.word, plan->n_cells * sizeof *measuring.word);
    return st;
}
