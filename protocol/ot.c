#include "protocol/ot.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "protocol/ot_matrix.h"

struct cs_ot_sender {
    struct cs_ot_matrix matrix;
    struct cs_block delta; /* [secret] */
};

struct cs_ot_receiver {
    struct cs_ot_matrix matrix;
    struct cs_block mask_seed;     /* of the bits that hide the check's [secret] */
    struct cs_block u[CS_OT_ROOM]; /* choices of the chunk, and those bits [secret] */
};

static size_t chunk_of(size_t left)
{
    return left < CS_OT_CHUNK ? left : CS_OT_CHUNK;
}

/* ---- set-up --------------------------------------------------------------------- */

enum cs_status cs_ot_sender_new(struct cs_ot_sender **ot, unsigned k,
                                struct cs_rng *secret, struct cs_channel *channel)
{
    struct cs_ot_sender *made = calloc(1, sizeof *made);
    enum cs_status st = CS_MEMORY;

    if (made == NULL)
        goto out;
    CS_TRY(cs_ot_matrix_init(&made->matrix, k));
    CS_TRY(cs_ot_trees_gather(made->matrix.seed, &made->delta, made->matrix.session, k,
                              secret, channel));
    *ot = made;
    made = NULL;
out:
    cs_ot_sender_free(made);
    return st;
}

enum cs_status cs_ot_receiver_new(struct cs_ot_receiver **ot, unsigned k,
                                  struct cs_rng *secret, struct cs_channel *channel)
{
    struct cs_ot_receiver *made = calloc(1, sizeof *made);
    enum cs_status st = CS_MEMORY;

    if (made == NULL)
        goto out;
    CS_TRY(cs_ot_matrix_init(&made->matrix, k));
    CS_TRY(
        cs_ot_trees_plant(made->matrix.seed, made->matrix.session, k, secret, channel));
    cs_rng_bytes(secret, &made->mask_seed, sizeof made->mask_seed);
    *ot = made;
    made = NULL;
out:
    cs_ot_receiver_free(made);
    return st;
}

void cs_ot_sender_free(struct cs_ot_sender *ot)
{
    if (ot == NULL)
        return;
    cs_ot_matrix_wipe(&ot->matrix);
    sodium_memzero(ot, sizeof *ot);
    free(ot);
}

void cs_ot_receiver_free(struct cs_ot_receiver *ot)
{
    if (ot == NULL)
        return;
    cs_ot_matrix_wipe(&ot->matrix);
    sodium_memzero(ot, sizeof *ot);
    free(ot);
}

/* ---- one chunk, from the receiver to the sender ---------------------------------- */

static enum cs_status recv_chunk(struct cs_ot_receiver *ot, struct cs_block *pad,
                                 const struct cs_block *choice, size_t n,
                                 struct cs_channel *channel)
{
    const size_t n_blocks = (n + 127) / 128;
    const struct cs_block none = { 0, 0 };
    struct cs_ot_matrix *const m = &ot->matrix;
    struct cs_ot_answer *const answer = cs_ot_matrix_answer(m, n_blocks);
    enum cs_status st = CS_OK;

    memcpy(ot->u, choice, n_blocks * sizeof *choice);
    cs_aes_stream(&m->bits, &ot->u[n_blocks], ot->mask_seed, m->chunk, 1);
    cs_ot_matrix_fill_v(m, ot->u, n_blocks);
    CS_TRY(cs_ot_matrix_challenge(m, n));
    answer->u = cs_ot_matrix_weigh(m, ot->u, n_blocks);
    cs_ot_matrix_digest(answer->digest, m, answer->u, none, n_blocks);
    CS_TRY(cs_channel_send(channel, CS_FRAME_OT_EXTEND, m->correction,
                           cs_ot_matrix_message_bytes(m, n_blocks)));

    cs_ot_matrix_pads(m, &pad, &none, 1, n);
out:
    cs_ot_matrix_next(m, n);
    return st;
}

static enum cs_status send_chunk(struct cs_ot_sender *ot, struct cs_block *pad0,
                                 struct cs_block *pad1, size_t n,
                                 struct cs_channel *channel)
{
    const size_t n_blocks = (n + 127) / 128;
    const struct cs_block offset[2] = { { 0, 0 }, ot->delta };
    struct cs_ot_matrix *const m = &ot->matrix;
    const struct cs_ot_answer *const answer = cs_ot_matrix_answer(m, n_blocks);
    uint8_t digest[sizeof answer->digest];
    enum cs_status st = CS_OK;

    CS_TRY(cs_channel_recv(channel, CS_FRAME_OT_EXTEND, m->correction,
                           cs_ot_matrix_message_bytes(m, n_blocks)));
    cs_ot_matrix_fill_w(m, ot->delta, n_blocks);

    CS_TRY(cs_ot_matrix_challenge(m, n));
    cs_ot_matrix_digest(digest, m, answer->u, ot->delta, n_blocks);
    if (sodium_memcmp(digest, answer->digest, sizeof digest) != 0) {
        st = cs_channel_refuse(channel, "oblivious transfers that fail their check");
        goto out;
    }
    cs_ot_matrix_pads(m, (struct cs_block *[]){ pad0, pad1 }, offset, 2, n);
out:
    cs_ot_matrix_next(m, n);
    return st;
}

/* ---- any number ------------------------------------------------------------------ */

enum cs_status cs_ot_recv(struct cs_ot_receiver *ot, struct cs_block *pad,
                          const struct cs_block *choice, size_t n,
                          struct cs_channel *channel)
{
    enum cs_status st = CS_OK;

    for (size_t first = 0; st == CS_OK && first < n; first += CS_OT_CHUNK)
        st = recv_chunk(ot, pad + first, choice + first / 128, chunk_of(n - first),
                        channel);
    return st;
}

enum cs_status cs_ot_send(struct cs_ot_sender *ot, struct cs_block *pad0,
                          struct cs_block *pad1, size_t n, struct cs_channel *channel)
{
    enum cs_status st = CS_OK;

    for (size_t first = 0; st == CS_OK && first < n; first += CS_OT_CHUNK)
        st = send_chunk(ot, pad0 + first, pad1 + first, chunk_of(n - first), channel);
    return st;
}
