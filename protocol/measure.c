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

/* Counted and noised once in a run: what was kept is what was told. */
static enum cs_status draw_own(struct cs_measuring *measuring, enum cs_table_kind mine)
{
    const struct range range = range_of(measuring->plan, mine);
    uint32_t *word = measuring->word + range.first;
    enum cs_status st = CS_OK;
    bool found;

    CS_TRY(cs_checkpoint_recall(&found, measuring->checkpoint, CS_STEP_OWN, 0, word,
                                range.n * sizeof *word));
    if (found)
        return CS_OK;
    CS_TRY(count_own(measuring, mine));
    CS_TRY(add_noise(measuring, mine));
    CS_TRY(cs_checkpoint_keep(measuring->checkpoint, CS_STEP_OWN, 0, word,
                              range.n * sizeof *word));
out:
    return st;
}

static enum cs_status exchange_own(struct cs_measuring *measuring)
{
    const enum cs_table_kind mine = measuring->table->party == CS_A ? CS_OWN_A : CS_OWN_B;
    enum cs_status st = CS_OK;

    CS_TRY(draw_own(measuring, mine));
    CS_TRY(tell_own(measuring, CS_OWN_A, mine));
    CS_TRY(tell_own(measuring, CS_OWN_B, mine));
out:
    return st;
}

/* ---- cross tables ---------------------------------------------------------------- */

/* Noise over the same counts, drawn again, would be a second release. */
static enum cs_status check_not_opening(const struct cs_measuring *measuring)
{
    const struct cs_checkpoint *checkpoint = measuring->checkpoint;
    bool opening = false;
    enum cs_status st = CS_OK;

    CS_TRY(cs_checkpoint_recall(&opening, checkpoint, CS_STEP_OPENING, 0, NULL, 0));
    if (opening)
        st = cs_fault_say(checkpoint->fault, CS_DISAGREE,
                          "the cross tables of this run have been opened, or were about "
                          "to be, and the peer has lost its part: the run cannot go on; "
                          "restore the peer's checkpoint, or give the run up with "
                          "--fresh at both parties (the next one is charged anew)");
out:
    return st;
}

static enum cs_status share_cross(struct cs_measuring *measuring, unsigned ot_k)
{
    const struct range range = range_of(measuring->plan, CS_CROSS);
    uint32_t *word = measuring->word + range.first;
    const struct cs_checkpoint *checkpoint = measuring->checkpoint;
    enum cs_status st = CS_OK;
    bool found;

    if (cs_checkpoint_is_common(checkpoint, CS_STEP_SHARES))
        return cs_checkpoint_recall(&found, checkpoint, CS_STEP_SHARES, 0, word,
                                    range.n * sizeof *word);
    CS_TRY(check_not_opening(measuring));
    CS_TRY(cs_measure_share_cross(measuring, ot_k));
    CS_TRY(add_noise(measuring, CS_CROSS));
    CS_TRY(
        cs_checkpoint_keep(checkpoint, CS_STEP_SHARES, 0, word, range.n * sizeof *word));
out:
    return st;
}

/* From here on this party opens these shares or none. */
static enum cs_status promise(const struct cs_measuring *measuring)
{
    static const uint8_t kept[1] = { 1 };
    uint8_t theirs[sizeof kept];
    enum cs_status st = CS_OK;

    CS_TRY(cs_channel_swap(measuring->channel, CS_FRAME_KEPT, kept, theirs, sizeof kept));
    CS_TRY(cs_checkpoint_keep(measuring->checkpoint, CS_STEP_OPENING, 0, NULL, 0));
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

/* Tables that were opened before the run was cut are what they were. */
static enum cs_status keep_cells(const int64_t *cells,
                                 const struct cs_measuring *measuring)
{
    const struct cs_checkpoint *checkpoint = measuring->checkpoint;
    const size_t n_bytes = measuring->plan->n_cells * sizeof *cells;
    enum cs_status st = CS_OK;
    uint8_t *before = NULL;
    size_t n_before = 0;

    CS_TRY(cs_checkpoint_recall_some(&before, &n_before, checkpoint, CS_STEP_CELLS, 0));
    if (before == NULL)
        CS_TRY(cs_checkpoint_keep(checkpoint, CS_STEP_CELLS, 0, cells, n_bytes));
    else if (n_before != n_bytes || memcmp(before, cells, n_bytes) != 0)
        st = cs_channel_refuse(measuring->channel,
                               "other tables than before the run was cut");
out:
    free(before);
    return st;
}

static const char *purpose_of(const struct cs_study *study)
{
    return study->unprotected ? "measure: exact cross tables"
                              : "measure: noisy cross tables";
}

static enum cs_status measure(int64_t *cells, struct cs_measuring *measuring,
                              const struct cs_study *study, struct cs_openings *openings)
{
    enum cs_status st = CS_OK;

    CS_TRY(exchange_own(measuring));
    CS_TRY(share_cross(measuring, study->ot_k));
    CS_TRY(promise(measuring));
    CS_TRY(open_cross(measuring, purpose_of(study), openings));
    CS_TRY(take_cells(cells, measuring));
    CS_TRY(keep_cells(cells, measuring));
out:
    return st;
}

/* Both have the tables already. */
static enum cs_status recall_cells(int64_t *cells, const struct cs_measuring *measuring,
                                   const struct cs_study *study,
                                   struct cs_openings *openings)
{
    const struct range range = range_of(measuring->plan, CS_CROSS);
    enum cs_status st = CS_OK;
    bool found;

    CS_TRY(cs_checkpoint_recall(&found, measuring->checkpoint, CS_STEP_CELLS, 0, cells,
                                measuring->plan->n_cells * sizeof *cells));
    CS_TRY(
        cs_openings_add(openings, purpose_of(study), range.n, sizeof *measuring->word));
out:
    return st;
}

enum cs_status cs_measure_tables(int64_t *cells, const struct cs_study *study,
                                 const struct cs_plan *plan, const struct cs_table *table,
                                 const struct cs_linked *linked,
                                 struct cs_openings *openings,
                                 const struct cs_checkpoint *checkpoint,
                                 struct cs_rng *secret, struct cs_channel *channel,
                                 const struct cs_progress *progress)
{
    struct cs_measuring measuring = { .schema = &study->schema,
                                      .plan = plan,
                                      .table = table,
                                      .linked = linked,
                                      .checkpoint = checkpoint,
                                      .secret = secret,
                                      .channel = channel,
                                      .progress = progress };
    enum cs_status st = CS_MEMORY;

    if (cs_checkpoint_is_common(checkpoint, CS_STEP_CELLS))
        return recall_cells(cells, &measuring, study, openings);
    measuring.word = calloc(plan->n_cells, sizeof *measuring.word);
    if (measuring.word == NULL)
        goto out;
    CS_TRY(measure(cells, &measuring, study, openings));
out:
    cs_wipe_free(measuring.word, plan->n_cells * sizeof *measuring.word);
    return st;
}
