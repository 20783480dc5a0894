#include <stdlib.h>

#include "crypto/secret.h"
#include "protocol/group_by.h"
#include "protocol/measure_parts.h"

/* B's side: the one-hot columns of each table in turn. */
static enum cs_status send_group(struct cs_measure_group *group,
                                 const struct cs_measuring *measuring,
                                 const struct cs_progress *progress)
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
    CS_TRY(cs_group_by_send(group->share, &hot, n, group->n_codes, measuring->sender,
                            measuring->secret, measuring->channel, progress));
out:
    for (size_t i = 0; code != NULL && i < group->n_tables; i++)
        cs_wipe_free(code[i], n * sizeof **code);
    free(code);
    return st;
}

/* A's side. */
static enum cs_status recv_group(struct cs_measure_group *group,
                                 const struct cs_measuring *measuring,
                                 const struct cs_progress *progress)
{
    const size_t n = measuring->table->codes.n_rows;
    enum cs_status st = CS_OK;
    uint16_t *index = NULL;
    size_t n_codes = 0;

    CS_TRY(cs_measure_combine(&index, &n_codes, measuring, group->index, group->n_index));
    CS_REQUIRE(n_codes == group->n_codes);
    CS_TRY(cs_group_by_recv(group->share, index, NULL, n, group->n_codes,
                            group->width_sum, measuring->receiver, measuring->channel,
                            progress));
out:
    cs_wipe_free(index, n * sizeof *index);
    return st;
}

enum cs_status cs_measure_aligned(const struct cs_measuring *measuring,
                                  struct cs_measure_group *groups, size_t n)
{
    enum cs_status st = CS_OK;

    for (size_t g = 0; g < n; g++) {
        struct cs_progress_piece piece = { measuring->progress, (double)g / (double)n,
                                           (double)(g + 1) / (double)n };
        const struct cs_progress progress = cs_progress_of(&piece);

        CS_TRY(measuring->table->party == CS_B
                   ? send_group(&groups[g], measuring, &progress)
                   : recv_group(&groups[g], measuring, &progress));
    }
out:
    return st;
}
