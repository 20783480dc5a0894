#include <stdlib.h>
#include <string.h>

#include "crypto/secret.h"
#include "protocol/joint_noise.h"
#include "protocol/measure_parts.h"

const uint8_t *cs_measure_codes(const struct cs_measuring *measuring, size_t column)
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
        const uint8_t *code = cs_measure_codes(measuring, columns[i]);

        for (size_t r = 0; r < n; r++)
            out[r] = (uint16_t)(out[r] * width + code[r]);
        *n_codes *= width;
    }
    CS_REQUIRE(*n_codes <= UINT16_MAX);
    *combined = out;
    return CS_OK;
}

/* ---- groups ---------------------------------------------------------------------- */

static bool same_index(const struct cs_measure_group *group,
                       const struct cs_table_spec *spec)
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
static enum cs_status group_init(struct cs_measure_group *group,
                                 const struct cs_measuring *measuring, size_t first)
{
    const struct cs_plan *plan = measuring->plan;
    const struct cs_table_spec *spec = &plan->tables[first];

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
    group->share = calloc(group->n_codes * group->width_sum, sizeof *group->share);
    return group->share != NULL ? CS_OK : CS_MEMORY;
}

static void groups_free(struct cs_measure_group *groups, size_t n)
{
    for (size_t g = 0; groups != NULL && g < n; g++) {
        cs_wipe_free(groups[g].share,
                     groups[g].n_codes * groups[g].width_sum * sizeof *groups[g].share);
        free(groups[g].table);
        free(groups[g].width);
    }
    free(groups);
}

static bool is_grouped(const struct cs_measure_group *groups, size_t n,
                       const struct cs_table_spec *spec)
{
    for (size_t g = 0; g < n; g++)
        if (same_index(&groups[g], spec))
            return true;
    return false;
}

/* Every cross table of the plan is in one of them. */
static enum cs_status groups_make(struct cs_measure_group **groups, size_t *n,
                                  const struct cs_measuring *measuring)
{
    const struct cs_plan *plan = measuring->plan;
    struct cs_measure_group *made = calloc(plan->n_tables, sizeof *made);
    enum cs_status st = made != NULL ? CS_OK : CS_MEMORY;
    size_t n_made = 0;

    for (size_t t = 0; st == CS_OK && t < plan->n_tables; t++)
        if (plan->tables[t].kind == CS_CROSS &&
            !is_grouped(made, n_made, &plan->tables[t]))
            st = group_init(&made[n_made++], measuring, t);
    *groups = made;
    *n = n_made;
    return st;
}

/* A group's share is (index, its tables' words side by side); a table's cells are
 * (index, its words). */
static void scatter(uint32_t *cells, const struct cs_measure_group *group,
                    const struct cs_plan *plan)
{
    size_t offset = 0;

    for (size_t i = 0; i < group->n_tables; i++) {
        uint32_t *to = cells + plan->tables[group->table[i]].first_cell;
        const size_t width = group->width[i];

        for (size_t k = 0; k < group->n_codes; k++)
            memcpy(to + k * width, group->share + k * group->width_sum + offset,
                   width * sizeof *to);
        offset += width;
    }
}

/* ---- all of it ------------------------------------------------------------------- */

/* One session of oblivious transfers for every GROUP BY. */
static enum cs_status start_transfers(struct cs_measuring *measuring, unsigned ot_k)
{
    return measuring->table->party == CS_B
               ? cs_ot_sender_new(&measuring->sender, ot_k, measuring->secret,
                                  measuring->channel)
               : cs_ot_receiver_new(&measuring->receiver, ot_k, measuring->secret,
                                    measuring->channel);
}

static void end_transfers(struct cs_measuring *measuring)
{
    cs_ot_sender_free(measuring->sender);
    cs_ot_receiver_free(measuring->receiver);
    measuring->sender = NULL;
    measuring->receiver = NULL;
}

/* The joint noise of all tables that have it, on this party's shares. */
static enum cs_status draw_noise(struct cs_measuring *measuring)
{
    const struct cs_plan *plan = measuring->plan;
    struct cs_joint_noise *parts = calloc(plan->n_tables, sizeof *parts);
    enum cs_status st = parts != NULL ? CS_OK : CS_MEMORY;
    size_t n = 0;

    for (size_t t = 0; parts != NULL && t < plan->n_tables; t++) {
        const struct cs_table_spec *spec = &plan->tables[t];

        if (spec->joint.coins > 0)
            parts[n++] =
                (struct cs_joint_noise){ spec->joint, measuring->word + spec->first_cell,
                                         spec->n_cells };
    }
    if (n > 0)
        st = measuring->table->party == CS_B
                 ? cs_joint_noise_send(parts, n, measuring->sender, measuring->secret,
                                       measuring->channel)
                 : cs_joint_noise_recv(parts, n, measuring->receiver, measuring->secret,
                                       measuring->channel);
    free(parts);
    return st;
}

enum cs_status cs_measure_share_cross(struct cs_measuring *measuring, unsigned ot_k)
{
    enum cs_status st = CS_OK;
    struct cs_measure_group *groups = NULL;
    size_t n = 0;

    CS_TRY(groups_make(&groups, &n, measuring));
    CS_TRY(start_transfers(measuring, ot_k));
    CS_TRY(measuring->linked == NULL ? cs_measure_aligned(measuring, groups, n)
                                     : cs_measure_linked(measuring, groups, n));
    for (size_t g = 0; g < n; g++)
        scatter(measuring->word, &groups[g], measuring->plan);
    CS_TRY(draw_noise(measuring));
out:
    groups_free(groups, n);
    end_transfers(measuring);
    return st;
}
