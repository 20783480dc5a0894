#include "protocol/ot_trees.h"

#include <sodium.h>
#include <string.h>

#include "crypto/ggm.h"
#include "crypto/vole.h"

enum { LEAVES_MAX = 1 << CS_OT_K_MAX };

/* A leaf's mark, or a sum of marks. */
struct mark {
    struct cs_block half[2];
};

/* What the planter sends second: (32 + n_trees * 32) bytes of it. */
struct check {
    uint8_t digest[32];
    struct mark total[CS_OT_BASE];
};

struct grower { /* what both parties do with a tree */
    struct cs_aes tree, leaf;
    crypto_generichash_state marks;
};

static size_t check_bytes(unsigned k)
{
    return sizeof(uint8_t[32]) + cs_ot_n_trees(k) * sizeof(struct mark);
}

static void grower_init(struct grower *grower,
                        const uint8_t session[static CS_OT_SESSION_BYTES])
{
    cs_aes_init(&grower->tree, (const uint8_t *)"cosynth OT trees");
    cs_aes_init(&grower->leaf, (const uint8_t *)"cosynth OT leafs");
    crypto_generichash_init(&grower->marks, session, CS_OT_SESSION_BYTES, 32);
}

static void add_mark(struct mark *to, const struct mark *from, uint64_t mask)
{
    for (size_t i = 0; i < 2; i++)
        to->half[i] = cs_block_xor(to->half[i], cs_block_and(from->half[i], mask));
}

/* Replaces each leaf by its seed; mark gets the leaves' marks, total their sum. */
static void split_leaves(const struct cs_aes *aes, struct cs_block *leaf,
                         struct mark *mark, struct mark *total, size_t n)
{
    struct cs_block part[3];

    *total = (struct mark){ 0 };
    for (size_t x = 0; x < n; x++) {
        cs_aes_stream(aes, part, leaf[x], 0, 3);
        leaf[x] = part[0];
        mark[x] = (struct mark){ { part[1], part[2] } };
        add_mark(total, &mark[x], UINT64_MAX);
    }
    sodium_memzero(part, sizeof part);
}

static void hash_marks(struct grower *grower, struct mark *mark, size_t n)
{
    crypto_generichash_update(&grower->marks, (const uint8_t *)mark, n * sizeof *mark);
    sodium_memzero(mark, n * sizeof *mark);
}

/* ---- the planter ---------------------------------------------------------------- */

/* One tree; sum (depth, 2) gets its sums, masked by pad0 and pad1 (depth). */
static void plant_tree(struct grower *grower, struct cs_block *seed, struct cs_block *sum,
                       struct mark *total, const struct cs_block *pad0,
                       const struct cs_block *pad1, unsigned depth, struct cs_rng *secret)
{
    struct mark mark[LEAVES_MAX];
    struct cs_ggm shape;

    cs_ggm_init(&shape, (size_t)1 << depth);
    cs_rng_bytes(secret, seed, sizeof *seed);
    cs_ggm_expand(&grower->tree, &shape, seed, sum, 1);
    for (unsigned level = 0; level < depth; level++) {
        sum[2 * level] = cs_block_xor(sum[2 * level], pad0[level]);
        sum[2 * level + 1] = cs_block_xor(sum[2 * level + 1], pad1[level]);
    }
    split_leaves(&grower->leaf, seed, mark, total, shape.n_leaves);
    hash_marks(grower, mark, shape.n_leaves);
}

enum cs_status cs_ot_trees_plant(struct cs_block *seed,
                                 uint8_t session[static CS_OT_SESSION_BYTES], unsigned k,
                                 struct cs_rng *secret, struct cs_channel *channel)
{
    struct cs_block pad[2 * CS_OT_BASE], sum[2 * CS_OT_BASE];
    struct grower grower;
    struct check check;
    enum cs_status st = CS_OK;

    CS_TRY(cs_ot_base_send(pad, session, secret, channel));
    grower_init(&grower, session);
    for (size_t i = 0; i < cs_ot_n_trees(k); i++)
        plant_tree(&grower, seed + (i << k), sum + 2 * i * k, &check.total[i],
                   pad + i * k, pad + CS_OT_BASE + i * k, cs_ot_tree_depth(k, i), secret);
    crypto_generichash_final(&grower.marks, check.digest, sizeof check.digest);
    CS_TRY(cs_channel_send(channel, CS_FRAME_BASE_OT, sum, sizeof sum));
    CS_TRY(cs_channel_send(channel, CS_FRAME_OT_CHECK, &check, check_bytes(k)));
out:
    sodium_memzero(pad, sizeof pad);
    sodium_memzero(&grower, sizeof grower);
    return st;
}

/* ---- the gatherer --------------------------------------------------------------- */

/* delta_i is the leaf that the choices of the base OTs, which are for the sides the path
 * does not take, leave out; the first level is its highest bit. */
static uint32_t missing_leaf(struct cs_block choice, size_t first, unsigned depth)
{
    uint32_t leaf = 0;

    for (unsigned level = 0; level < depth; level++)
        leaf = leaf << 1 | (uint32_t)(cs_block_bit(choice, (unsigned)first + level) ^ 1);
    return leaf;
}

/* known (depth) gets the chosen ones of the masked sums (depth, 2). */
static void unmask(struct cs_block *known, const struct cs_block *sum,
                   const struct cs_block *pad, const struct cs_ggm *shape, uint32_t index)
{
    for (unsigned level = 0; level < shape->depth; level++) {
        const uint64_t right = 0 - (cs_ggm_side(shape, index, level) ^ 1);
        const struct cs_block left = cs_block_and(sum[2 * level], ~right);

        known[level] = cs_block_xor(left, cs_block_and(sum[2 * level + 1], right));
        known[level] = cs_block_xor(known[level], pad[level]);
    }
}

/* The mark of the missing leaf is what makes the marks' sum the planter's. */
static void mend_mark(struct mark *mark, struct mark total, const struct mark *announced,
                      uint32_t index, size_t n)
{
    add_mark(&total, announced, UINT64_MAX);
    for (size_t x = 0; x < n; x++)
        add_mark(&mark[x], &total, cs_mask_equal(x, index));
}

static void gather_tree(struct grower *grower, struct cs_block *seed,
                        const struct cs_block *sum, const struct mark *announced,
                        const struct cs_block *pad, uint32_t index, unsigned depth)
{
    struct cs_block known[CS_OT_K_MAX];
    struct mark mark[LEAVES_MAX], total;
    struct cs_ggm shape;

    cs_ggm_init(&shape, (size_t)1 << depth);
    unmask(known, sum, pad, &shape, index);
    cs_ggm_puncture(&grower->tree, &shape, seed, known, &index, 1);
    split_leaves(&grower->leaf, seed, mark, &total, shape.n_leaves);
    mend_mark(mark, total, announced, index, shape.n_leaves);
    hash_marks(grower, mark, shape.n_leaves);
    cs_vole_shift(seed, depth, index);
    sodium_memzero(known, sizeof known);
}

/* delta as one block, tree by tree, from the lowest bit on. */
static void put_bits(struct cs_block *delta, uint64_t value, size_t first,
                     unsigned n_bits)
{
    for (size_t i = 0; i < n_bits; i++) {
        const uint64_t bit = value >> i & 1;

        if (first + i < 64)
            delta->lo |= bit << (first + i);
        else
            delta->hi |= bit << (first + i - 64);
    }
}

enum cs_status cs_ot_trees_gather(struct cs_block *seed, struct cs_block *delta,
                                  uint8_t session[static CS_OT_SESSION_BYTES], unsigned k,
                                  struct cs_rng *secret, struct cs_channel *channel)
{
    struct cs_block pad[CS_OT_BASE], sum[2 * CS_OT_BASE], choice;
    uint8_t digest[32];
    struct grower grower;
    struct check check;
    enum cs_status st = CS_OK;

    cs_rng_bytes(secret, &choice, sizeof choice);
    CS_TRY(cs_ot_base_recv(pad, session, choice, secret, channel));
    CS_TRY(cs_channel_recv(channel, CS_FRAME_BASE_OT, sum, sizeof sum));
    CS_TRY(cs_channel_recv(channel, CS_FRAME_OT_CHECK, &check, check_bytes(k)));

    grower_init(&grower, session);
    *delta = (struct cs_block){ 0, 0 };
    for (size_t i = 0; i < cs_ot_n_trees(k); i++) {
        const unsigned depth = cs_ot_tree_depth(k, i);
        const uint32_t index = missing_leaf(choice, i * k, depth);

        gather_tree(&grower, seed + (i << k), sum + 2 * i * k, &check.total[i],
                    pad + i * k, index, depth);
        put_bits(delta, index, i * k, depth);
    }
    crypto_generichash_final(&grower.marks, digest, sizeof digest);
    if (sodium_memcmp(digest, check.digest, sizeof digest) != 0)
        st = cs_channel_refuse(channel, "base transfers that fail their check");
out:
    sodium_memzero(pad, sizeof pad);
    sodium_memzero(&choice, sizeof choice);
    sodium_memzero(&grower, sizeof grower);
    return st;
}
