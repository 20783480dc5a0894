#include "protocol/ot_matrix.h"

#include <sodium.h>
#include <string.h>

#include "crypto/bits.h"
#include "crypto/gf128.h"
#include "crypto/sha256.h"

enum { COLUMNS = CS_OT_BASE };

static size_t n_seeds(const struct cs_ot_matrix *m)
{
    return m->n_trees << m->k;
}

static size_t correction_blocks(const struct cs_ot_matrix *m, size_t n_blocks)
{
    return m->n_trees * (n_blocks + 1);
}

static size_t message_blocks(const struct cs_ot_matrix *m, size_t n_blocks)
{
    return correction_blocks(m, n_blocks) +
           sizeof(struct cs_ot_answer) / sizeof(struct cs_block);
}

enum cs_status cs_ot_matrix_init(struct cs_ot_matrix *m, unsigned k)
{
    CS_REQUIRE(1 <= k && k <= CS_OT_K_MAX);
    *m = (struct cs_ot_matrix){ .k = k, .n_trees = cs_ot_n_trees(k) };
    m->lanes = cs_sha256_lanes();
    cs_aes_init(&m->pads, (const uint8_t *)"cosynth OT pads.");
    cs_aes_init(&m->bits, (const uint8_t *)"cosynth OT bits.");
    cs_aes_init(&m->weights, (const uint8_t *)"cosynth OT check");
    m->seed = cs_blocks_new(n_seeds(m));
    m->column = cs_blocks_new(COLUMNS * CS_OT_STRIDE);
    m->spare = cs_blocks_new(CS_OT_ROOM);
    m->correction = cs_blocks_new(message_blocks(m, CS_OT_ROOM - 1));
    m->weight = cs_blocks_new(CS_OT_ROOM);
    if (m->seed && m->column && m->spare && m->correction && m->weight)
        return CS_OK;
    cs_ot_matrix_wipe(m);
    return CS_MEMORY;
}

void cs_ot_matrix_wipe(struct cs_ot_matrix *m)
{
    cs_blocks_free(m->seed, n_seeds(m));
    cs_blocks_free(m->column, COLUMNS * CS_OT_STRIDE);
    cs_blocks_free(m->spare, CS_OT_ROOM);
    cs_blocks_free(m->correction, message_blocks(m, CS_OT_ROOM - 1));
    cs_blocks_free(m->weight, CS_OT_ROOM);
    memset(m, 0, sizeof *m);
}

size_t cs_ot_matrix_message_bytes(const struct cs_ot_matrix *m, size_t n_blocks)
{
    return message_blocks(m, n_blocks) * sizeof(struct cs_block);
}

struct cs_ot_answer *cs_ot_matrix_answer(const struct cs_ot_matrix *m, size_t n_blocks)
{
    return (struct cs_ot_answer *)(m->correction + correction_blocks(m, n_blocks));
}

static struct cs_block *column_of(const struct cs_ot_matrix *m, size_t c)
{
    return m->column + c * CS_OT_STRIDE;
}

/* Fills the columns of tree i, and u_i. */
static void expand_tree(struct cs_ot_matrix *m, struct cs_block *u, size_t tree,
                        size_t n_blocks)
{
    cs_aes_stream_sums(&m->bits, u, column_of(m, tree * m->k), CS_OT_STRIDE,
                       m->seed + (tree << m->k), cs_ot_tree_depth(m->k, tree), m->block,
                       n_blocks + 1);
}

void cs_ot_matrix_fill_v(struct cs_ot_matrix *m, const struct cs_block *u,
                         size_t n_blocks)
{
    for (size_t tree = 0; tree < m->n_trees; tree++) {
        struct cs_block *const correction = m->correction + tree * (n_blocks + 1);

        expand_tree(m, correction, tree, n_blocks);
        cs_blocks_xor(correction, u, n_blocks + 1);
    }
}

void cs_ot_matrix_fill_w(struct cs_ot_matrix *m, struct cs_block delta, size_t n_blocks)
{
    for (size_t tree = 0; tree < m->n_trees; tree++) {
        const struct cs_block *const correction = m->correction + tree * (n_blocks + 1);
        const size_t first = tree * m->k;

        expand_tree(m, m->spare, tree, n_blocks);
        for (size_t c = first; c < first + cs_ot_tree_depth(m->k, tree); c++)
            cs_blocks_xor_masked(column_of(m, c), correction,
                                 0 - cs_block_bit(delta, (unsigned)c), n_blocks + 1);
    }
}

/* The digests of the first half of the trees' corrections, and of the rest. */
static enum cs_status hash_corrections(uint8_t digest[2][CS_SHA256_BYTES],
                                       const struct cs_ot_matrix *m, size_t n_blocks)
{
    const size_t n_first = m->n_trees / 2 * (n_blocks + 1);
    const size_t first = n_first * sizeof *m->correction;
    const size_t all = correction_blocks(m, n_blocks) * sizeof *m->correction;
    const void *const half[2] = { m->correction, m->correction + n_first };

    return cs_sha256_pair(digest, half, (const size_t[]){ first, all - first }, m->lanes);
}

enum cs_status cs_ot_matrix_challenge(struct cs_ot_matrix *m, size_t n)
{
    const size_t n_blocks = (n + 127) / 128;
    struct {
        char label[16];
        uint8_t session[CS_OT_SESSION_BYTES];
        uint64_t chunk, n;
        uint8_t corrections[2][CS_SHA256_BYTES];
    } all = { .label = "OT extend check", .chunk = m->chunk, .n = n };
    union {
        uint8_t bytes[CS_SHA256_BYTES];
        struct cs_block seed;
    } challenge;
    enum cs_status st = CS_OK;

    memcpy(all.session, m->session, sizeof all.session);
    CS_TRY(hash_corrections(all.corrections, m, n_blocks));
    CS_TRY(cs_sha256(challenge.bytes, &all, sizeof all, NULL, 0));
    cs_aes_stream(&m->weights, m->weight, challenge.seed, 0, n_blocks);
    m->weight[n_blocks] = (struct cs_block){ 1, 0 };
out:
    return st;
}

struct cs_block cs_ot_matrix_weigh(const struct cs_ot_matrix *m,
                                   const struct cs_block *column, size_t n_blocks)
{
    return cs_gf128_dot(m->weight, column, n_blocks + 1);
}

void cs_ot_matrix_digest(uint8_t digest[static 32], const struct cs_ot_matrix *m,
                         struct cs_block u, struct cs_block delta, size_t n_blocks)
{
    struct cs_block weighed[COLUMNS];

    for (unsigned c = 0; c < COLUMNS; c++) {
        const struct cs_block own = cs_ot_matrix_weigh(m, column_of(m, c), n_blocks);

        weighed[c] = cs_block_xor(own, cs_block_and(u, 0 - cs_block_bit(delta, c)));
    }
    crypto_generichash(digest, 32, (const uint8_t *)weighed, sizeof weighed, m->session,
                       sizeof m->session);
    sodium_memzero(weighed, sizeof weighed);
}

void cs_ot_matrix_pads(const struct cs_ot_matrix *m, struct cs_block *const *pad,
                       const struct cs_block *offset, size_t n_pads, size_t n)
{
    struct cs_block row[128];

    for (size_t first = 0; first < n; first += 128) {
        const size_t n_rows = n - first < 128 ? n - first : 128;

        cs_bits_transpose(row, m->column + first / 128, CS_OT_STRIDE, 1);
        for (size_t i = 0; i < n_pads; i++)
            cs_aes_hash(&m->pads, pad[i] + first, row, offset[i], m->transfer + first,
                        n_rows);
    }
    sodium_memzero(row, sizeof row);
}

void cs_ot_matrix_next(struct cs_ot_matrix *m, size_t n)
{
    m->chunk++;
    m->block += (n + 127) / 128 + 1;
    m->transfer += n;
}
