#include "protocol/oprf.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "crypto/aes.h"
#include "crypto/bits.h"
#include "crypto/whole.h"

enum {
    GROUPS = 4,   /* of 128 columns; the last has 64 */
    CHUNK = 8192, /* instances whose columns are made at once */
    ROOM = CHUNK / 128,
    STRIDE = ROOM + 4, /* so that columns do not share cache lines */
    TILE = 64,         /* rows hashed at once */
    ROW_BYTES = CS_OPRF_BITS / 8,
};

/* What both parties work in. The rows of a chunk are (GROUPS, CHUNK) blocks: block j of
 * group g has bits 128 g .. of row j, zero after bit 448. */
struct work {
    struct cs_aes expand, code[GROUPS];
    uint64_t instance; /* how many there were before this call... */
    uint64_t block;    /* ...and how many blocks of each column they took */

    struct cs_block *column; /* (128, STRIDE) [secret] */
    struct cs_block *word;   /* (GROUPS, CHUNK) code words [secret] */
    uint8_t *message;        /* (CHUNK, ROW_BYTES) */
};

struct cs_oprf_sender {
    struct work work;
    struct cs_block s[GROUPS];          /* choice bits [secret] */
    struct cs_block seed[CS_OPRF_BITS]; /* of column i, the one for bit i of s [secret] */
    struct cs_block *w;                 /* (GROUPS, CHUNK) [secret] */
    struct cs_block *row; /* (n, GROUPS) q_j; after it the instance's number [secret] */
    size_t n;
};

struct cs_oprf_receiver {
    struct work work;
    struct cs_block seed0[CS_OPRF_BITS], seed1[CS_OPRF_BITS]; /* [secret] */
    struct cs_block *t0, *t1; /* (GROUPS, CHUNK) [secret] */
};

/* ---- both ------------------------------------------------------------------------ */

static void work_wipe(struct work *w)
{
    cs_blocks_free(w->column, 128 * STRIDE);
    cs_blocks_free(w->word, GROUPS * CHUNK);
    free(w->message);
    sodium_memzero(w, sizeof *w);
}

static enum cs_status work_init(struct work *w)
{
    cs_aes_init(&w->expand, (const uint8_t *)"cosynth oprf bit");
    w->column = cs_blocks_new(128 * STRIDE);
    w->word = cs_blocks_new(GROUPS * CHUNK);
    w->message = calloc(CHUNK, ROW_BYTES);
    return w->column && w->word && w->message ? CS_OK : CS_MEMORY;
}

static void set_code(struct work *w, const uint8_t key[static GROUPS * CS_AES_KEY_BYTES])
{
    for (size_t g = 0; g < GROUPS; g++)
        cs_aes_init(&w->code[g], key + g * CS_AES_KEY_BYTES);
}

/* word (GROUPS, stride) gets C(in[j]), and in the last half block rubbish. */
static void encode(const struct work *w, struct cs_block *word, size_t stride,
                   const struct cs_block *in, size_t n)
{
    for (size_t g = 0; g < GROUPS; g++)
        cs_aes_mmo(&w->code[g], word + g * stride, in, 0, n);
}

/* The next rows of the matrix whose columns grow from the seeds. */
static void grow_rows(struct work *w, struct cs_block *row,
                      const struct cs_block seed[static CS_OPRF_BITS], size_t n)
{
    const size_t n_blocks = (n + 127) / 128;

    for (size_t g = 0; g < GROUPS; g++) {
        const size_t n_columns = cs_least(128, CS_OPRF_BITS - 128 * g);

        for (size_t c = 0; c < n_columns; c++)
            cs_aes_stream(&w->expand, w->column + c * STRIDE, seed[128 * g + c], w->block,
                          n_blocks);
        memset(w->column + n_columns * STRIDE, 0,
               (128 - n_columns) * STRIDE * sizeof *w->column);
        cs_bits_transpose(row + g * CHUNK, w->column, STRIDE, n_blocks);
    }
}

static void move_on(struct work *w, size_t n)
{
    w->instance += n;
    w->block += (n + 127) / 128;
}

/* row (n, GROUPS), numbers included, to H of each. */
static void hash_rows(struct cs_block *out, const struct cs_block *row, size_t n)
{
    static const uint8_t label[crypto_generichash_blake2b_PERSONALBYTES] = "cosynth oprf";
    const size_t row_bytes = GROUPS * sizeof *row;

    for (size_t j = 0; j < n; j++)
        crypto_generichash_blake2b_salt_personal((uint8_t *)&out[j], sizeof out[j],
                                                 (const uint8_t *)&row[GROUPS * j],
                                                 row_bytes, NULL, 0, NULL, label);
}

/* ---- the receiver ---------------------------------------------------------------- */

enum cs_status cs_oprf_receiver_new(struct cs_oprf_receiver **oprf,
                                    struct cs_ot_sender *ot, struct cs_channel *channel)
{
    struct cs_oprf_receiver *made = calloc(1, sizeof *made);
    uint8_t key[GROUPS * CS_AES_KEY_BYTES];
    enum cs_status st = CS_MEMORY;

    if (made == NULL)
        goto out;
    made->t0 = cs_blocks_new(GROUPS * CHUNK);
    made->t1 = cs_blocks_new(GROUPS * CHUNK);
    if (made->t0 == NULL || made->t1 == NULL)
        goto out;
    CS_TRY(work_init(&made->work));
    CS_TRY(cs_ot_send(ot, made->seed0, made->seed1, CS_OPRF_BITS, channel));
    CS_TRY(cs_channel_recv(channel, CS_FRAME_OPRF, key, sizeof key));
    set_code(&made->work, key);
    *oprf = made;
    made = NULL;
out:
    cs_oprf_receiver_free(made);
    return st;
}

void cs_oprf_receiver_free(struct cs_oprf_receiver *oprf)
{
    if (oprf == NULL)
        return;
    work_wipe(&oprf->work);
    cs_blocks_free(oprf->t0, GROUPS * CHUNK);
    cs_blocks_free(oprf->t1, GROUPS * CHUNK);
    sodium_memzero(oprf, sizeof *oprf);
    free(oprf);
}

/* u = t0 ^ t1 ^ code word: whole groups first, each of n blocks, then the half ones. */
static void write_message(struct cs_oprf_receiver *r, size_t n)
{
    struct cs_block *const last = r->work.word + (GROUPS - 1) * CHUNK;
    uint8_t *at = r->work.message;

    cs_blocks_xor(r->work.word, r->t0, GROUPS * CHUNK);
    cs_blocks_xor(r->work.word, r->t1, GROUPS * CHUNK);
    for (size_t g = 0; g + 1 < GROUPS; g++, at += n * sizeof *last)
        memcpy(at, r->work.word + g * CHUNK, n * sizeof *last);
    for (size_t j = 0; j < n; j++, at += sizeof last->lo)
        memcpy(at, &last[j].lo, sizeof last->lo);
}

static void hash_own(const struct cs_oprf_receiver *r, struct cs_block *out, size_t n)
{
    struct cs_block row[TILE * GROUPS];

    for (size_t j = 0; j < n; j++) {
        struct cs_block *const to = &row[j % TILE * GROUPS];

        for (size_t g = 0; g < GROUPS; g++)
            to[g] = r->t0[g * CHUNK + j];
        to[GROUPS - 1].hi = r->work.instance + j;
        if (j % TILE == TILE - 1 || j + 1 == n)
            hash_rows(out + j - j % TILE, row, j % TILE + 1);
    }
    sodium_memzero(row, sizeof row);
}

enum cs_status cs_oprf_recv(struct cs_oprf_receiver *oprf, struct cs_block *out,
                            const struct cs_block *in, size_t n,
                            struct cs_channel *channel,
                            const struct cs_progress *progress)
{
    enum cs_status st = CS_OK;

    for (size_t at = 0; at < n; at += CHUNK) {
        const size_t n_chunk = cs_least(CHUNK, n - at);

        grow_rows(&oprf->work, oprf->t0, oprf->seed0, n_chunk);
        grow_rows(&oprf->work, oprf->t1, oprf->seed1, n_chunk);
        encode(&oprf->work, oprf->work.word, CHUNK, in + at, n_chunk);
        write_message(oprf, n_chunk);
        CS_TRY(cs_channel_send(channel, CS_FRAME_OPRF, oprf->work.message,
                               n_chunk * ROW_BYTES));
        hash_own(oprf, out + at, n_chunk);
        move_on(&oprf->work, n_chunk);
        CS_TRY(cs_progress_tell(progress, (double)(at + n_chunk) / (double)n));
    }
out:
    return st;
}

/* ---- the sender ------------------------------------------------------------------ */

enum cs_status cs_oprf_sender_new(struct cs_oprf_sender **oprf, struct cs_ot_receiver *ot,
                                  struct cs_rng *secret, struct cs_channel *channel)
{
    struct cs_oprf_sender *made = calloc(1, sizeof *made);
    uint8_t key[GROUPS * CS_AES_KEY_BYTES];
    enum cs_status st = CS_MEMORY;

    if (made == NULL)
        goto out;
    made->w = cs_blocks_new(GROUPS * CHUNK);
    if (made->w == NULL)
        goto out;
    CS_TRY(work_init(&made->work));
    cs_rng_bytes(secret, made->s, CS_OPRF_BITS / 8);
    CS_TRY(cs_ot_recv(ot, made->seed, made->s, CS_OPRF_BITS, channel));
    cs_rng_bytes(secret, key, sizeof key);
    CS_TRY(cs_channel_send(channel, CS_FRAME_OPRF, key, sizeof key));
    set_code(&made->work, key);
    *oprf = made;
    made = NULL;
out:
    cs_oprf_sender_free(made);
    return st;
}

static void drop_rows(struct cs_oprf_sender *s)
{
    cs_blocks_free(s->row, GROUPS * s->n);
    s->row = NULL;
    s->n = 0;
}

void cs_oprf_sender_free(struct cs_oprf_sender *oprf)
{
    if (oprf == NULL)
        return;
    drop_rows(oprf);
    work_wipe(&oprf->work);
    cs_blocks_free(oprf->w, GROUPS * CHUNK);
    sodium_memzero(oprf, sizeof *oprf);
    free(oprf);
}

/* Block j of group g of what write_message wrote for n rows. */
static struct cs_block message_block(const uint8_t *message, size_t g, size_t j, size_t n)
{
    const size_t block_bytes = sizeof(struct cs_block);
    const uint8_t *const group = message + g * n * block_bytes;
    struct cs_block u = { 0, 0 };

    if (g + 1 < GROUPS)
        memcpy(&u, group + j * block_bytes, block_bytes);
    else
        memcpy(&u.lo, group + j * sizeof u.lo, sizeof u.lo);
    return u;
}

/* row = w ^ (u & s), and the instance's number. */
static void keep_rows(const struct cs_oprf_sender *s, struct cs_block *row, size_t n)
{
    for (size_t g = 0; g < GROUPS; g++)
        for (size_t j = 0; j < n; j++) {
            const struct cs_block w = s->w[g * CHUNK + j];
            const struct cs_block u = message_block(s->work.message, g, j, n);

            row[j * GROUPS + g] = (struct cs_block){ w.lo ^ (u.lo & s->s[g].lo),
                                                     w.hi ^ (u.hi & s->s[g].hi) };
        }
    for (size_t j = 0; j < n; j++)
        row[j * GROUPS + GROUPS - 1].hi = s->work.instance + j;
}

enum cs_status cs_oprf_send(struct cs_oprf_sender *oprf, size_t n,
                            struct cs_channel *channel,
                            const struct cs_progress *progress)
{
    enum cs_status st = CS_OK;

    CS_REQUIRE(n <= UINT32_MAX);
    drop_rows(oprf);
    oprf->row = cs_blocks_new(GROUPS * n);
    if (oprf->row == NULL)
        return CS_MEMORY;
    oprf->n = n;
    for (size_t at = 0; at < n; at += CHUNK) {
        const size_t n_chunk = cs_least(CHUNK, n - at);

        grow_rows(&oprf->work, oprf->w, oprf->seed, n_chunk);
        CS_TRY(cs_channel_recv(channel, CS_FRAME_OPRF, oprf->work.message,
                               n_chunk * ROW_BYTES));
        keep_rows(oprf, oprf->row + GROUPS * at, n_chunk);
        move_on(&oprf->work, n_chunk);
        CS_TRY(cs_progress_tell(progress, (double)(at + n_chunk) / (double)n));
    }
out:
    return st;
}

/* Rows are fetched a tile before they are needed: they lie anywhere in 64 n bytes. */
static void fetch_rows(const struct cs_oprf_sender *s, const uint32_t *instance, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        CS_REQUIRE(instance[i] < s->n);
        __builtin_prefetch(&s->row[GROUPS * (size_t)instance[i]]);
    }
}

/* Rows q ^ (C(in) & s); s is zero after bit 448, so the number of the instance stays. */
static void eval_tile(const struct cs_oprf_sender *s, struct cs_block *out,
                      const uint32_t *instance, const struct cs_block *in, size_t n)
{
    struct cs_block word[GROUPS * TILE], row[TILE * GROUPS];

    encode(&s->work, word, TILE, in, n);
    for (size_t i = 0; i < n; i++)
        for (size_t g = 0; g < GROUPS; g++) {
            const struct cs_block q = s->row[GROUPS * (size_t)instance[i] + g];
            const struct cs_block c = word[g * TILE + i];

            row[i * GROUPS + g] = (struct cs_block){ q.lo ^ (c.lo & s->s[g].lo),
                                                     q.hi ^ (c.hi & s->s[g].hi) };
        }
    hash_rows(out, row, n);
    sodium_memzero(word, sizeof word);
    sodium_memzero(row, sizeof row);
}

void cs_oprf_eval(const struct cs_oprf_sender *oprf, struct cs_block *out,
                  const uint32_t *instance, const struct cs_block *in, size_t m)
{
    fetch_rows(oprf, instance, cs_least(TILE, m));
    for (size_t at = 0; at < m; at += TILE) {
        const size_t n = cs_least(TILE, m - at), next = at + n;

        fetch_rows(oprf, instance + next, cs_least(TILE, m - next));
        eval_tile(oprf, out + at, instance + at, in + at, n);
    }
}
