#include <stdlib.h>
#include <string.h>

#include "crypto/secret.h"
#include "protocol/group_by.h"
#include "protocol/measure_parts.h"

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

/* This party's codes of a column of the schema: (n_rows). */
static const uint8_t *codes_of(const struct cs_measuring *measuring, size_t column)
{
    const struct cs_table *table = measuring->table;
    const size_t *order = measuring->schema->order[table->party];

    for (size_t i = 0; i < table->codes.n_columns; i++)
        if (order[i] == column)
            return cs_codes_column(&table->codes, i);
    cs_bug(__FILE__, __LINE__, "the party holds the column");
}

enum cs_status cs_measure_combine(uint16_t **combined, size_t *n_codes,
                                  const struct cs_measuring *measuring,
                                  const size_t *columns, size_t n_columns)
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
static enum cs_status group_init(struct group *group,
                                 const struct cs_measuring *measuring, size_t first)
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
                                 const struct cs_measuring *measuring,
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

        CS_TRY(cs_measure_combine(&code[i], &width, measuring, spec->column + spec->n_a,
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
                                 const struct cs_measuring *measuring,
                                 struct cs_ot_receiver *ot)
{
    const size_t n = measuring->table->codes.n_rows;
    enum cs_status st = CS_OK;
    uint16_t *index = NULL;
    size_t n_codes = 0;

    CS_TRY(cs_measure_combine(&index, &n_codes, measuring, group->index, group->n_index));
    CS_REQUIRE(n_codes == group->n_codes);
    CS_TRY(cs_group_by_recv(share, index, NULL, n, group->n_codes, group->width_sum, ot,
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

static enum cs_status share_group(struct cs_measuring *measuring, size_t first,
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
    scatter(measuring->word, share, &group, measuring->plan);
out:
    cs_wipe_free(share, group.n_codes * group.width_sum * sizeof *share);
    group_wipe(&group);
    return st;
}

/* Every GROUP BY, all on one session of oblivious transfers. */
enum cs_status cs_measure_share_cross(struct cs_measuring *measuring, unsigned ot_k)
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
        st = share_group(measuring, t, sender, receiver);
        measuring->progress = whole;
        if (st != CS_OK)
            goto out;
    }
out:
    cs_ot_sender_free(sender);
    cs_ot_receiver_free(receiver);
    return st;
}
