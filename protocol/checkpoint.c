#include "protocol/checkpoint.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "crypto/bytes.h"
#include "crypto/secret.h"

static const enum cs_step shared[] = { CS_STEP_LINKED, CS_STEP_SHARES, CS_STEP_CELLS,
                                       CS_STEP_POPULATION };

enum {
    N_SHARED = sizeof shared / sizeof *shared,
    NONCE_BYTES = 16,
    NONCE_AT = CS_RUN_ID_BYTES,
    TAGS_AT = NONCE_AT + NONCE_BYTES,
    ROUNDS_AT = TAGS_AT + N_SHARED * CS_STEP_TAG_BYTES,
    MESSAGE_BYTES = ROUNDS_AT + 4,
};

_Static_assert(CS_RUN_ID_BYTES == CS_STEP_TAG_BYTES, "both are digests of the nonces");

/* ---- one party's records: a tag, then the step ------------------------------------- */

static enum cs_status recall_record(uint8_t **record, size_t *n_bytes,
                                    const struct cs_checkpoint_store *store,
                                    enum cs_step step, uint32_t index)
{
    *record = NULL;
    *n_bytes = 0;
    if (store == NULL)
        return CS_OK;
    return store->recall(store->arg, step, index, record, n_bytes);
}

void cs_checkpoint_digest(uint8_t tag[static CS_STEP_TAG_BYTES], const void *bytes,
                          size_t n_bytes)
{
    crypto_generichash(tag, CS_STEP_TAG_BYTES, bytes, n_bytes, NULL, 0);
}

/* What comes out the same whichever session it is of. */
static bool is_opened(enum cs_step step)
{
    return step == CS_STEP_CELLS || step == CS_STEP_POPULATION;
}

enum cs_status cs_checkpoint_keep(const struct cs_checkpoint *checkpoint,
                                  enum cs_step step, uint32_t index, const void *bytes,
                                  size_t n_bytes)
{
    if (checkpoint == NULL || checkpoint->store == NULL)
        return CS_OK;
    const size_t n_record = CS_STEP_TAG_BYTES + n_bytes;
    uint8_t *record = malloc(n_record);
    if (record == NULL)
        return CS_MEMORY;
    if (is_opened(step))
        cs_checkpoint_digest(record, bytes, n_bytes);
    else
        memcpy(record, checkpoint->session, CS_STEP_TAG_BYTES);
    if (n_bytes > 0)
        memcpy(record + CS_STEP_TAG_BYTES, bytes, n_bytes);
    const enum cs_status st =
        checkpoint->store->keep(checkpoint->store->arg, step, index, record, n_record);
    cs_wipe_free(record, n_record);
    return st;
}

enum cs_status cs_checkpoint_recall_some(uint8_t **bytes, size_t *n_bytes,
                                         const struct cs_checkpoint *checkpoint,
                                         enum cs_step step, uint32_t index)
{
    enum cs_status st = CS_OK;

    CS_TRY(recall_record(bytes, n_bytes, checkpoint == NULL ? NULL : checkpoint->store,
                         step, index));
    if (*bytes == NULL)
        return CS_OK;
    CS_REQUIRE(*n_bytes >= CS_STEP_TAG_BYTES);
    *n_bytes -= CS_STEP_TAG_BYTES;
    memmove(*bytes, *bytes + CS_STEP_TAG_BYTES, *n_bytes);
    sodium_memzero(*bytes + *n_bytes, CS_STEP_TAG_BYTES);
out:
    return st;
}

enum cs_status cs_checkpoint_recall(bool *found, const struct cs_checkpoint *checkpoint,
                                    enum cs_step step, uint32_t index, void *bytes,
                                    size_t n_bytes)
{
    enum cs_status st = CS_OK;
    uint8_t *kept = NULL;
    size_t n_kept = 0;

    *found = false;
    CS_TRY(cs_checkpoint_recall_some(&kept, &n_kept, checkpoint, step, index));
    if (kept == NULL)
        return CS_OK;
    if (n_kept != n_bytes) {
        st = cs_fault_say(checkpoint->fault, CS_PROTOCOL,
                          "the run that goes on has tables of another size than before "
                          "it was cut: the peer sent other values than the first time");
        goto out;
    }
    if (n_bytes > 0)
        memcpy(bytes, kept, n_bytes);
    *found = true;
out:
    cs_wipe_free(kept, n_kept);
    return st;
}

bool cs_checkpoint_is_common(const struct cs_checkpoint *checkpoint, enum cs_step step)
{
    return checkpoint != NULL && checkpoint->common[step];
}

/* ---- both parties' ----------------------------------------------------------------- */

/* What this party has of the shared steps; zeros of what it has not. */
static enum cs_status put_tags(uint8_t message[MESSAGE_BYTES],
                               const struct cs_checkpoint_store *store)
{
    enum cs_status st = CS_OK;

    for (size_t i = 0; i < N_SHARED; i++) {
        uint8_t *record;
        size_t n_bytes;

        CS_TRY(recall_record(&record, &n_bytes, store, shared[i], 0));
        if (record != NULL)
            memcpy(message + TAGS_AT + i * CS_STEP_TAG_BYTES, record, CS_STEP_TAG_BYTES);
        cs_wipe_free(record, n_bytes);
    }
out:
    return st;
}

/* Rounds are kept one after another, from the first. */
static enum cs_status count_rounds(uint32_t *n, const struct cs_checkpoint_store *store)
{
    enum cs_status st = CS_OK;
    bool is_there = true;

    for (*n = 0; is_there; *n += is_there) {
        uint8_t *record;
        size_t n_bytes;

        CS_TRY(recall_record(&record, &n_bytes, store, CS_STEP_ROUND, *n + 1));
        is_there = record != NULL;
        cs_wipe_free(record, n_bytes);
    }
out:
    return st;
}

static void digest_nonces(uint8_t digest[CS_RUN_ID_BYTES], const char *what,
                          const uint8_t *mine, const uint8_t *theirs)
{
    const bool in_order = memcmp(mine, theirs, NONCE_BYTES) < 0;
    crypto_generichash_state hash;

    crypto_generichash_init(&hash, NULL, 0, CS_RUN_ID_BYTES);
    crypto_generichash_update(&hash, (const uint8_t *)what, strlen(what));
    crypto_generichash_update(&hash, in_order ? mine : theirs, NONCE_BYTES);
    crypto_generichash_update(&hash, in_order ? theirs : mine, NONCE_BYTES);
    crypto_generichash_final(&hash, digest, CS_RUN_ID_BYTES);
}

static enum cs_status agree_on_run(struct cs_checkpoint *checkpoint, const uint8_t *mine,
                                   const uint8_t *theirs)
{
    const bool begun_here = !sodium_is_zero(mine, CS_RUN_ID_BYTES);
    const bool begun_there = !sodium_is_zero(theirs, CS_RUN_ID_BYTES);

    if (begun_here && begun_there && memcmp(mine, theirs, CS_RUN_ID_BYTES) != 0)
        return cs_fault_say(checkpoint->fault, CS_DISAGREE,
                            "each party goes on with another run; to give both up, and "
                            "begin one that is charged anew, run with --fresh at both");
    if (begun_here || begun_there)
        memcpy(checkpoint->run_id, begun_here ? mine : theirs, CS_RUN_ID_BYTES);
    else
        digest_nonces(checkpoint->run_id, "run", mine + NONCE_AT, theirs + NONCE_AT);
    return CS_OK;
}

static void compare(struct cs_checkpoint *checkpoint, const uint8_t *mine,
                    const uint8_t *theirs)
{
    const uint64_t n_mine = cs_bytes_get(mine + ROUNDS_AT, 4);
    const uint64_t n_theirs = cs_bytes_get(theirs + ROUNDS_AT, 4);

    for (size_t i = 0; i < N_SHARED; i++) {
        const uint8_t *tag = mine + TAGS_AT + i * CS_STEP_TAG_BYTES;

        checkpoint->common[shared[i]] =
            !sodium_is_zero(tag, CS_STEP_TAG_BYTES) &&
            memcmp(tag, theirs + TAGS_AT + i * CS_STEP_TAG_BYTES, CS_STEP_TAG_BYTES) == 0;
    }
    checkpoint->own_rounds = (unsigned)n_mine;
    checkpoint->common_rounds = (unsigned)(n_mine < n_theirs ? n_mine : n_theirs);
}

enum cs_status cs_checkpoint_agree(struct cs_checkpoint *checkpoint,
                                   const struct cs_checkpoint_store *store,
                                   const uint8_t *own_run, struct cs_rng *secret,
                                   struct cs_channel *channel, struct cs_fault *fault)
{
    uint8_t mine[MESSAGE_BYTES] = { 0 }, theirs[MESSAGE_BYTES];
    enum cs_status st = CS_OK;
    uint32_t n_rounds = 0;

    *checkpoint = (struct cs_checkpoint){ .store = store, .fault = fault };
    if (own_run != NULL)
        memcpy(mine, own_run, CS_RUN_ID_BYTES);
    cs_rng_bytes(secret, mine + NONCE_AT, NONCE_BYTES);
    CS_TRY(put_tags(mine, store));
    CS_TRY(count_rounds(&n_rounds, store));
    cs_bytes_put(mine + ROUNDS_AT, n_rounds, 4);
    CS_TRY(cs_channel_swap(channel, CS_FRAME_RESUME, mine, theirs, sizeof mine));
    CS_TRY(agree_on_run(checkpoint, mine, theirs));
    digest_nonces(checkpoint->session, "session", mine + NONCE_AT, theirs + NONCE_AT);
    compare(checkpoint, mine, theirs);
out:
    return st;
}
