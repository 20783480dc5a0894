#include "protocol/densities.h"

#include <stdlib.h>
#include <string.h>

#include "crypto/secret.h"

static const int64_t *grid_of(const struct cs_table *table,
                              const struct cs_schema *schema, size_t column)
{
    for (size_t i = 0; i < table->codes.n_columns; i++)
        if (schema->order[table->party][i] == column)
            return table->grid[i];
    return NULL;
}

static enum cs_status measure_own(struct cs_density *density,
                                  const struct cs_detail_spec *detail,
                                  const struct cs_schema *schema,
                                  const struct cs_table *table, struct cs_rng *secret)
{
    const int64_t *grid = grid_of(table, schema, detail->column);
    int64_t edges[CS_DENSITY_EDGES_MAX];

    CS_REQUIRE(grid != NULL);
    const size_t n_edges = cs_density_edges(edges, &schema->columns[detail->column]);
    return cs_density_measure(density, grid, table->codes.n_rows, edges, n_edges,
                              detail->levels, detail->s2_q16, secret);
}

static enum cs_status keep(const struct cs_checkpoint *checkpoint, size_t i,
                           const struct cs_density *density)
{
    const size_t n_bytes = cs_density_packed_bytes(density->n_pieces);
    uint8_t *bytes = malloc(n_bytes);
    enum cs_status st = CS_MEMORY;

    if (bytes == NULL)
        goto out;
    cs_density_pack(bytes, density);
    st = cs_checkpoint_keep(checkpoint, CS_STEP_DENSITIES, (uint32_t)i, bytes, n_bytes);
out:
    free(bytes);
    return st;
}

/* Once in a run: what was measured before it was cut is what was told. */
static enum cs_status
measure_once(struct cs_density *density, size_t i, const struct cs_plan *plan,
             const struct cs_schema *schema, const struct cs_table *table,
             const struct cs_checkpoint *checkpoint, struct cs_rng *secret)
{
    const struct cs_detail_spec *detail = &plan->details[i];
    enum cs_status st = CS_OK;
    uint8_t *kept = NULL;
    size_t n_kept = 0;

    CS_TRY(cs_checkpoint_recall_some(&kept, &n_kept, checkpoint, CS_STEP_DENSITIES,
                                     (uint32_t)i));
    if (kept != NULL) {
        st = cs_density_unpack(density, kept, n_kept, &schema->columns[detail->column]);
    } else {
        CS_TRY(measure_own(density, detail, schema, table, secret));
        CS_TRY(keep(checkpoint, i, density));
    }
out:
    cs_wipe_free(kept, n_kept);
    return st;
}

/* All of this party's, before anything is sent, so that the time one of them took does
 * not show. */
static enum cs_status
measure_all_own(struct cs_densities *densities, const struct cs_plan *plan,
                const struct cs_schema *schema, const struct cs_table *table,
                const struct cs_checkpoint *checkpoint, struct cs_rng *secret)
{
    enum cs_status st = CS_OK;

    for (size_t i = 0; i < plan->n_details; i++) {
        const struct cs_detail_spec *detail = &plan->details[i];

        if (detail->party == table->party)
            CS_TRY(measure_once(&densities->of_column[detail->column], i, plan, schema,
                                table, checkpoint, secret));
    }
out:
    return st;
}

/* bytes has room for the largest density. */
static enum cs_status exchange(struct cs_density *density, uint8_t *bytes,
                               const struct cs_column *column, bool own,
                               struct cs_channel *channel)
{
    enum cs_status st = CS_OK;
    size_t n_bytes = 0;

    if (own) {
        cs_density_pack(bytes, density);
        return cs_channel_send(channel, CS_FRAME_DENSITY, bytes,
                               cs_density_packed_bytes(density->n_pieces));
    }
    CS_TRY(cs_channel_recv_some(channel, CS_FRAME_DENSITY, bytes, &n_bytes,
                                CS_DENSITY_PACKED_BYTES_MAX));
    st = cs_density_unpack(density, bytes, n_bytes, column);
    if (st == CS_PROTOCOL)
        st = cs_channel_refuse(channel, "the shape of a column that cannot be its shape");
out:
    return st;
}

static enum cs_status set_edges(struct cs_column *column,
                                const struct cs_density *density)
{
    if (column->binning != CS_BINS_QUANTILES)
        return CS_OK;
    column->edges = calloc(column->n_bins + 1, sizeof *column->edges);
    if (column->edges == NULL)
        return CS_MEMORY;
    cs_density_quantiles(density, column->edges, column->n_bins);
    return CS_OK;
}

enum cs_status cs_densities_measure(struct cs_densities *densities,
                                    struct cs_schema *schema, const struct cs_plan *plan,
                                    const struct cs_table *table,
                                    const struct cs_checkpoint *checkpoint,
                                    struct cs_rng *secret, struct cs_channel *channel)
{
    enum cs_status st = CS_MEMORY;
    uint8_t *bytes = malloc(CS_DENSITY_PACKED_BYTES_MAX);

    densities->n_columns = schema->n_columns;
    densities->of_column = calloc(schema->n_columns, sizeof *densities->of_column);
    densities->given = calloc(schema->n_columns, sizeof *densities->given);
    if (bytes == NULL || densities->of_column == NULL || densities->given == NULL)
        goto out;
    CS_TRY(measure_all_own(densities, plan, schema, table, checkpoint, secret));
    for (size_t i = 0; i < plan->n_details; i++) {
        const struct cs_detail_spec *detail = &plan->details[i];
        struct cs_column *column = &schema->columns[detail->column];
        struct cs_density *density = &densities->of_column[detail->column];

        CS_TRY(exchange(density, bytes, column, detail->party == table->party, channel));
        CS_TRY(set_edges(column, density));
        densities->given[detail->column] = density;
    }
    st = CS_OK;
out:
    free(bytes);
    return st;
}

void cs_densities_wipe(struct cs_densities *densities)
{
    for (size_t c = 0; densities->of_column != NULL && c < densities->n_columns; c++)
        cs_density_wipe(&densities->of_column[c]);
    free(densities->of_column);
    free((void *)densities->given);
    memset(densities, 0, sizeof *densities);
}
