#include "protocol/propose.h"

#include <sodium.h>
#include <string.h>

/* Party p's rows over all columns of the schema; CS_PROTOCOL for a code that is none. */
static enum cs_status spread(struct cs_codes *all, const struct cs_codes *rows,
                             const struct cs_schema *schema, enum cs_party p)
{
    for (size_t i = 0; i < schema->n_order[p]; i++) {
        const size_t column = schema->order[p][i];
        const uint8_t *from = cs_codes_column(rows, i);

        for (size_t r = 0; r < rows->n_rows; r++)
            if (from[r] >= schema->columns[column].n_codes)
                return CS_PROTOCOL;
        memcpy(cs_codes_column(all, column), from, rows->n_rows);
    }
    return CS_OK;
}

static enum cs_status transfer(struct cs_codes *rows, enum cs_party from,
                               enum cs_party party, struct cs_channel *channel)
{
    const size_t n_bytes = rows->n_columns * rows->n_rows;

    return from == party
               ? cs_channel_send(channel, CS_FRAME_CANDIDATES, rows->code, n_bytes)
               : cs_channel_recv(channel, CS_FRAME_CANDIDATES, rows->code, n_bytes);
}

enum cs_status cs_propose(struct cs_codes candidates[2], const struct cs_codes *own,
                          size_t n_theirs, const struct cs_schema *schema,
                          enum cs_party party, struct cs_channel *channel)
{
    enum cs_status st = CS_OK;
    struct cs_codes theirs = { 0 };

    CS_REQUIRE(own->n_columns == schema->n_order[party]);
    CS_TRY(cs_codes_init(&theirs, n_theirs, schema->n_order[!party]));
    for (enum cs_party p = CS_A; p <= CS_B; p++) {
        struct cs_codes mine = *own;
        struct cs_codes *rows = p == party ? &mine : &theirs;

        CS_TRY(transfer(rows, p, party, channel));
        CS_TRY(cs_codes_init(&candidates[p], rows->n_rows, schema->n_columns));
        st = spread(&candidates[p], rows, schema, p);
        if (st == CS_PROTOCOL)
            st = cs_channel_refuse(channel, "a candidate row with a code out of range");
        CS_TRY(st);
    }
out:
    cs_codes_wipe(&theirs);
    return st;
}

enum cs_status cs_propose_agree(uint8_t digest[static CS_POPULATION_DIGEST_BYTES],
                                const struct cs_codes *population,
                                struct cs_channel *channel, struct cs_fault *fault)
{
    crypto_generichash(digest, CS_POPULATION_DIGEST_BYTES, population->code,
                       population->n_columns * population->n_rows, NULL, 0);
    return cs_channel_agree(channel, digest,
                            "the two nodes fitted different populations to the same "
                            "tables; run the same version of cosynth at both",
                            fault);
}
