#include "protocol/discoveries.h"

#include <stdlib.h>

#include "crypto/secret.h"
#include "model/discover.h"

static enum cs_status find_own(struct cs_discovered *found,
                               const struct cs_discovery_spec *spec,
                               const struct cs_schema *schema,
                               const struct cs_table *table, struct cs_rng *secret)
{
    const size_t place = cs_schema_place(schema, table->party, spec->column);

    return cs_discover(found, &table->texts[place],
                       schema->columns[spec->column].discover, spec->s2_q16,
                       spec->threshold, secret);
}

static enum cs_status keep(const struct cs_checkpoint *checkpoint, size_t i,
                           const struct cs_discovered *found)
{
    uint8_t bytes[CS_DISCOVERED_PACKED_BYTES_MAX];

    return cs_checkpoint_keep(checkpoint, CS_STEP_FOUND, (uint32_t)i, bytes,
                              cs_discovered_pack(bytes, found));
}

/* Once in a run: what was found before it was cut is what was told. */
static enum cs_status
find_once(struct cs_discovered *found, size_t i, const struct cs_plan *plan,
          const struct cs_schema *schema, const struct cs_table *table,
          const struct cs_checkpoint *checkpoint, struct cs_rng *secret)
{
    const struct cs_discovery_spec *spec = &plan->discoveries[i];
    enum cs_status st = CS_OK;
    uint8_t *kept = NULL;
    size_t n_kept = 0;

    CS_TRY(cs_checkpoint_recall_some(&kept, &n_kept, checkpoint, CS_STEP_FOUND,
                                     (uint32_t)i));
    if (kept != NULL) {
        st = cs_discovered_unpack(found, kept, n_kept,
                                  schema->columns[spec->column].discover);
    } else {
        CS_TRY(find_own(found, spec, schema, table, secret));
        CS_TRY(keep(checkpoint, i, found));
    }
out:
    cs_wipe_free(kept, n_kept);
    return st;
}

/* All of this party's, before anything is sent, so that the time one of them took does
 * not show. found: (n_discoveries) */
static enum cs_status
find_all_own(struct cs_discovered *found, const struct cs_plan *plan,
             const struct cs_schema *schema, const struct cs_table *table,
             const struct cs_checkpoint *checkpoint, struct cs_rng *secret)
{
    enum cs_status st = CS_OK;

    for (size_t i = 0; i < plan->n_discoveries; i++)
        if (plan->discoveries[i].party == table->party)
            CS_TRY(find_once(&found[i], i, plan, schema, table, checkpoint, secret));
out:
    return st;
}

static enum cs_status exchange(struct cs_discovered *found, size_t most, bool own,
                               struct cs_channel *channel)
{
    uint8_t bytes[CS_DISCOVERED_PACKED_BYTES_MAX];
    enum cs_status st = CS_OK;
    size_t n_bytes;

    if (own) {
        n_bytes = cs_discovered_pack(bytes, found);
        return cs_channel_send(channel, CS_FRAME_FOUND, bytes, n_bytes);
    }
    CS_TRY(cs_channel_recv_some(channel, CS_FRAME_FOUND, bytes, &n_bytes, sizeof bytes));
    st = cs_discovered_unpack(found, bytes, n_bytes, most);
    if (st == CS_PROTOCOL)
        st = cs_channel_refuse(channel, "values that a column cannot have");
out:
    return st;
}

enum cs_status cs_discoveries_make(struct cs_schema *schema, struct cs_plan *plan,
                                   const struct cs_table *table,
                                   const struct cs_checkpoint *checkpoint,
                                   struct cs_rng *secret, struct cs_channel *channel)
{
    const size_t n = plan->n_discoveries;
    struct cs_discovered *found = calloc(n + 1, sizeof *found);
    enum cs_status st = CS_MEMORY;

    if (found == NULL)
        goto out;
    CS_TRY(find_all_own(found, plan, schema, table, checkpoint, secret));
    for (size_t i = 0; i < n; i++) {
        const struct cs_discovery_spec *spec = &plan->discoveries[i];
        struct cs_column *column = &schema->columns[spec->column];

        CS_TRY(
            exchange(&found[i], column->discover, spec->party == table->party, channel));
        CS_TRY(cs_column_close(column, (const char *const *)found[i].text, found[i].n));
    }
    cs_plan_narrow(plan, schema);
    st = CS_OK;
out:
    for (size_t i = 0; found != NULL && i < n; i++)
        cs_discovered_wipe(&found[i]);
    free(found);
    return st;
}
