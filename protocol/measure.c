#include "protocol/measure.h"

#include <stdlib.h>
#include <string.h>

#include "crypto/gauss.h"
#include "crypto/secret.h"
#include "protocol/group_by.h"

/* How far noise reaches: beyond 16 standard deviations there is nothing (10^-56). */
enum { NOISE_REACH = 16 };

/* The tables of one GROUP BY: the same columns at A. */
struct group {
    size_t index[3]; /* A's columns */
    size_t n_index;
    size_t n_codes;  /* of the index: product of their codes */
    size_t n_tables; /* tables[] below are plan->tables indices */
    size_t *table;
    size_t *width; /* (n_tables): of B's columns of each table */
    size_t width_sum;
};

struct measuring {
    const struct cs_schema *schema;
    const struct cs_plan *plan;
    const struct cs_table *table;
    struct cs_rng *secret;
    struct cs_channel *channel;
    const struct cs_progress *progress;
    uint32_t *share; /* (n_cells): of the cross tables */
};

/* This party's codes of a column of the schema: (n_rows). */
static const uint8_t *codes_of(const struct measuring *measuring, size_t column)
{
    const struct cs_table *table = measuring->table;
    const size_t *order = measuring->schema->order[table->party];

    for (size_t i = 0; i < table->codes.n_columns; i++)
        if (order[i] == column)
            return cs_codes_column(&table->codes, i);
    cs_bug(__FILE__, __LINE__, "the party holds the column");
}

/* The codes of several columns as one code, the last column fastest: (n_rows). */
static enum cs_status combine(uint16_t **combined, size_t *n_codes,
                              const struct measuring *measuring, const size_t *columns,
                              size_t n_columns)
{
    const size_t n = measuring->table->codes.n_rows;
    uint16_t *out = calloc(n, sizeof *out);

    if (out == NULL)
        return CS_MEMORY;
    *n_codes = 1;
    for (size_t i = 0; i < n_columns; i++) {
        const size_t width = measuring->schema->columns[columns[i]].n_codes;
        const uint8_t *code = codes_of(measuring, columns[i]);

        for (size_t r = 0; r < n; r++)
            out[r] = (uint16_t)(out[r] * width + code[r]);
        *n_codes *= width;
    }
    CS_REQUIRE(*n_codes <= UINT16_MAX);
    *combined = out;
    return CS_OK;
}

/* Checks a noisy count from the peer. */
static enum cs_status check_count(int32_t count, size_t n_rows, uint64_t s2_q16)
{
    const uint64_t reach2 = (uint64_t)NOISE_REACH * NOISE_REACH * ((s2_q16 >> 16) + 1);
    const int64_t over = count < 0                 ? count
                         : count > (int64_t)n_rows ? count - (int64_t)n_rows
                                                   : 0;

    return (uint64_t)(over * over) <= reach2 ? CS_OK : CS_PROTOCOL;
}

static enum cs_status count_own(int32_t *counts, const struct measuring *measuring,
                                const struct cs_table_spec *spec)
{
    enum cs_status st = CS_MEMORY;
    uint16_t *index = NULL;
    size_t n_cells = 0;
    int64_t *noise = calloc(spec->n_cells, sizeof *noise);

    if (noise == NULL)
        goto out;
    CS_TRY(combine(&index, &n_cells, measuring, spec->column, spec->n_columns));
    CS_REQUIRE(n_cells == spec->n_cells);
    for (size_t r = 0; r < measuring->table->codes.n_rows; r++)
        counts[index[r]]++;
    cs_gauss_fill_var(noise, spec->n_cells, spec->s2_q16, measuring->secret);
    for (size_t k = 0; k < spec->n_cells; k++)
        counts[k] = (int32_t)(counts[k] + noise[k]);
out:
    cs_wipe_free(noise, spec->n_cells * sizeof *noise);
    cs_wipe_free(index, measuring->table->codes.n_rows * sizeof *index);
    return st;
}

/* The tables of one owner, from its node to the other's: A's first. */
static enum cs_status exchange_own(int64_t *cells, const struct measuring *measuring,
                                   enum cs_table_kind kind)
{
    const struct cs_plan *plan = measuring->plan;
    const enum cs_party owner = kind == CS_OWN_A ? CS_A : CS_B;
    enum cs_status st = CS_OK;
    int32_t *counts = NULL;

    for (size_t t = 0; t < plan->n_tables; t++) {
        const struct cs_table_spec *spec = &plan->tables[t];

        if (spec->kind != kind)
            continue;
        free(counts);
        counts = calloc(spec->n_cells, sizeof *counts);
        if (counts == NULL)
            return CS_MEMORY;
        if (owner == measuring->table->party) {
            CS_TRY(count_own(counts, measuring, spec));
            CS_TRY(cs_channel_send(measuring->channel, CS_FRAME_OWN_TABLE, counts,
                                   spec->n_cells * sizeof *counts));
        } else {
            CS_TRY(cs_channel_recv(measuring->channel, CS_FRAME_OWN_TABLE, counts,
                                   spec->n_cells * sizeof *counts));
        }
        for (size_t k = 0; k < spec->n_cells; k++) {
            CS_TRY(check_count(counts[k], plan->n_rows[owner], spec->s2_q16));
            cells[spec->first_cell + k] = counts[k];
        }
    }
out:
    free(counts);
    return st;
}

static bool same_index(const struct group *group, const struct cs_table_spec *spec)
{
    return spec->kind == CS_CROSS && spec->n_a == group->n_index &&
           memcmp(spec->column, group->index, spec->n_a * sizeof *spec->column) == 0;
}

static size_t width_at_b(const struct cs_schema *schema, const struct cs_table_spec *spec)
{
    size_t width = 1;

    for (size_t i = spec->n_a; i < spec->n_columns; i++)
        width *= schema->columns[spec->column[i]].n_codes;
    return width;
}

/* The group that starts with table t: all later ones with the same index. */
static enum cs_status group_init(struct group *group, const struct measuring *measuring,
                                 size_t first)
{
    const struct cs_plan *plan = measuring->plan;
    const struct cs_table_spec *spec = &plan->tables[first];

    memset(group, 0, sizeof *group);
    group->n_index = spec->n_a;
    memcpy(group->index, spec->column, spec->n_a * sizeof *spec->column);
    group->n_codes = 1;
    for (size_t i = 0; i < spec->n_a; i++)
        group->n_codes *= measuring->schema->columns[spec->column[i]].n_codes;
    group->table = calloc(plan->n_tables, sizeof *group->table);
    group->width = calloc(plan->n_tables, sizeof *group->width);
    if (group->table == NULL || group->width == NULL)
        return CS_MEMORY;
    for (size_t t = first; t < plan->n_tables; t++) {
        if (!same_index(group, &plan->tables[t]))
            continue;
        group->table[group->n_tables] = t;
        group->width[group->n_tables] = width_at_b(measuring->schema, &plan->tables[t]);
        group->width_sum += group->width[group->n_tables];
        group->n_tables++;
    }
    return CS_OK;
}

static void group_wipe(struct group *group)
{
    free(group->table);
    free(group->width);
}

static bool is_first_of_group(const struct cs_plan *plan, size_t t)
{
    struct group group = { .n_index = plan->tables[t].n_a };

    if (plan->tables[t].kind != CS_CROSS)
        return false;
    memcpy(group.index, plan->tables[t].column, group.n_index * sizeof *group.index);
    for (size_t i = 0; i < t; i++)
        if (same_index(&group, &plan->tables[i]))
            return false;
    return true;
}

/* B's side: the one-hot columns of each table in turn. */
static enum cs_status send_group(uint32_t *share, const struct group *group,
                                 const struct measuring *measuring,
                                 struct cs_ot_sender *ot)
{
    const size_t n = measuring->table->codes.n_rows;
    enum cs_status st = CS_MEMORY;
    uint16_t **code = calloc(group->n_tables, sizeof *code);

    if (code == NULL)
        goto out;
    for (size_t i = 0; i < group->n_tables; i++) {
        const struct cs_table_spec *spec = &measuring->plan->tables[group->table[i]];
        size_t width = 0;

        CS_TRY(combine(&code[i], &width, measuring, spec->column + spec->n_a,
                       spec->n_columns - spec->n_a));
        CS_REQUIRE(width == group->width[i]);
    }
    const struct cs_hot hot = { (const uint16_t *const *)code, group->width,
                                group->n_tables };
    CS_TRY(cs_group_by_send(share, &hot, n, group->n_codes, ot, measuring->secret,
                            measuring->channel, measuring->progress));
out:
    for (size_t i = 0; code != NULL && i < group->n_tables; i++)
        cs_wipe_free(code[i], n * sizeof **code);
    free(code);
    return st;
}

/* A's side. */
static enum cs_status recv_group(uint32_t *share, const struct group *group,
                                 const struct measuring *measuring,
                                 struct cs_ot_receiver *ot)
{
    const size_t n = measuring->table->codes.n_rows;
    enum cs_status st = CS_OK;
    uint16_t *index = NULL;
    size_t n_codes = 0;

    CS_TRY(combine(&index, &n_codes, measuring, group->index, group->n_index));
    CS_REQUIRE(n_codes == group->n_codes);
    CS_TRY(cs_group_by_recv(share, index, n, group->n_codes, group->width_sum, ot,
                            measuring->channel, measuring->progress));
out:
    cs_wipe_free(index, n * sizeof *index);
    return st;
}

/* A group's share is (index, its tables' words side by side); a table's cells are
 * (index, its words). */
static void scatter(uint32_t *cells, const uint32_t *share, const struct group *group,
                    const struct cs_plan *plan)
{
    size_t offset = 0;

    for (size_t i = 0; i < group->n_tables; i++) {
        uint32_t *to = cells + plan->tables[group->table[i]].first_cell;
        const size_t width = group->width[i];

        for (size_t k = 0; k < group->n_codes; k++)
            memcpy(to + k * width, share + k * group->width_sum + offset,
                   width * sizeof *to);
        offset += width;
    }
}

static enum cs_status share_group(struct measuring *measuring, size_t first,
                                  struct cs_ot_sender *sender,
                                  struct cs_ot_receiver *receiver)
{
    struct group group;
    enum cs_status st = CS_MEMORY;
    uint32_t *share = NULL;

    CS_TRY(group_init(&group, measuring, first));
    share = calloc(group.n_codes * group.width_sum, sizeof *share);
    if (share == NULL) {
        st = CS_MEMORY;
        goto out;
    }
    if (measuring->table->party == CS_B)
        CS_TRY(send_group(share, &group, measuring, sender));
    else
        CS_TRY(recv_group(share, &group, measuring, receiver));
    scatter(measuring->share, share, &group, measuring->plan);
out:
    cs_wipe_free(share, group.n_codes * group.width_sum * sizeof *share);
    group_wipe(&group);
    return st;
}

/* Every GROUP BY, all on one session of oblivious transfers. */
static enum cs_status share_cross(struct measuring *measuring, unsigned ot_k)
{
    const struct cs_progress *whole = measuring->progress;
    const size_t n = measuring->plan->n_tables;
    const bool sends = measuring->table->party == CS_B;
    enum cs_status st = CS_OK;
    struct cs_ot_sender *sender = NULL;
    struct cs_ot_receiver *receiver = NULL;

    if (sends)
        CS_TRY(cs_ot_sender_new(&sender, ot_k, measuring->secret, measuring->channel));
    else
        CS_TRY(
            cs_ot_receiver_new(&receiver, ot_k, measuring->secret, measuring->channel));
    for (size_t t = 0; t < n; t++) {
        struct cs_progress_piece piece = { whole, (double)t / (double)n,
                                           (double)(t + 1) / (double)n };
        const struct cs_progress progress = cs_progress_of(&piece);

        if (!is_first_of_group(measuring->plan, t))
            continue;
        measuring->progress = &progress;
        CS_TRY(share_group(measuring, t, sender, receiver));
        measuring->progress = whole;
    }
out:
    cs_ot_sender_free(sender);
    cs_ot_receiver_free(receiver);
    return st;
}

/* This party's noise on its own share of every cross cell. */
static enum cs_status add_noise(struct measuring *measuring)
{
    for (size_t t = 0; t < measuring->plan->n_tables; t++) {
        const struct cs_table_spec *spec = &measuring->plan->tables[t];
        uint32_t *share = measuring->share + spec->first_cell;

        if (spec->kind != CS_CROSS)
            continue;
        int64_t *noise = calloc(spec->n_cells, sizeof *noise);
        if (noise == NULL)
            return CS_MEMORY;
        cs_gauss_fill_var(noise, spec->n_cells, spec->s2_q16, measuring->secret);
        for (size_t k = 0; k < spec->n_cells; k++)
            share[k] += (uint32_t)noise[k];
        cs_wipe_free(noise, spec->n_cells * sizeof *noise);
    }
    return CS_OK;
}

/* The cross tables stand together at the end of the plan, so one opening has them all. */
static enum cs_status open_cross(int64_t *cells, struct measuring *measuring,
                                 struct cs_openings *openings)
{
    const struct cs_plan *plan = measuring->plan;
    enum cs_status st = CS_OK;
    size_t first = 0;

    while (first < plan->n_tables && plan->tables[first].kind != CS_CROSS)
        first++;
    CS_REQUIRE(first < plan->n_tables); /* arm x conversion is one */
    const size_t start = plan->tables[first].first_cell;

    CS_TRY(cs_reveal32(measuring->share + start, measuring->share + start,
                       plan->n_cells - start, "measure: noisy cross tables", openings,
                       measuring->secret, measuring->channel));
    for (size_t t = first; t < plan->n_tables; t++) {
        const struct cs_table_spec *spec = &plan->tables[t];

        CS_REQUIRE(spec->kind == CS_CROSS);
        for (size_t k = 0; k < spec->n_cells; k++) {
            const int32_t count = (int32_t)measuring->share[spec->first_cell + k];

            CS_TRY(check_count(count, plan->n_rows[CS_A], 2 * spec->s2_q16));
            cells[spec->first_cell + k] = count;
        }
    }
out:
    return st;
}

enum cs_status cs_measure_tables(int64_t *cells, const struct cs_study *study,
                                 const struct cs_plan *plan, const struct cs_table *table,
                                 struct cs_openings *openings, struct cs_rng *secret,
                                 struct cs_channel *channel,
                                 const struct cs_progress *progress)
{
    struct measuring measuring = { .schema = &study->schema,
                                   .plan = plan,
                                   .table = table,
                                   .secret = secret,
                                   .channel = channel,
                                   .progress = progress };
    enum cs_status st = CS_MEMORY;

    measuring.share = calloc(plan->n_cells, sizeof *measuring.share);
    if (measuring.share == NULL)
        goto out;
    CS_TRY(exchange_own(cells, &measuring, CS_OWN_A));
    CS_TRY(exchange_own(cells, &measuring, CS_OWN_B));
    CS_TRY(share_cross(&measuring, study->ot_k));
    CS_TRY(add_noise(&measuring));
    CS_TRY(open_cross(cells, &measuring, openings));
out:
    cs_wipe_free(measuring.share, plan->n_cells * sizeof *measuring.share);
    return st;
}
