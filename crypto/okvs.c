#include "crypto/okvs.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "crypto/okvs_band.h"
#include "crypto/secret.h"
#include "crypto/whole.h"

enum { TELL_EVERY = 1 << 16 }; /* rows or keys; a multiple of CS_OKVS_BATCH */

/* ---- encoding --------------------------------------------------------------------- */

/* The pivots that a key was reduced by: at most one a bit of its band. */
struct path {
    size_t row[CS_OKVS_BAND_BITS];
    size_t n;
};

struct encoding {
    const struct cs_okvs_hash *hash;
    const struct cs_block *key, *value; /* (n), (n, width) [secret] */
    size_t n, width, n_rows;
    struct cs_okvs_place *place; /* (n): keys in the order of their starts [secret] */

    /* (n_rows): what is left of the band of the key whose pivot is this row, from the
     * pivot on: bit 0 is set; zero where no key has its pivot [secret] */
    struct cs_okvs_band *pivot;
    struct cs_block *code; /* first the reduced value at each pivot, then the code */

    struct cs_okvs_band band[CS_OKVS_BATCH]; /* of the keys at hand [secret] */
    struct path path;                        /* of the key at hand [secret] */
};

/* Shifts out zeros at the bottom until bit 0 is set: by how many bits. The band is not
 * zero. */
static size_t shift_to_lowest(struct cs_okvs_band *band)
{
    uint64_t *const bits = band->bits;
    size_t shifted = 0;

    for (; bits[0] == 0; shifted += 64) {
        memmove(bits, bits + 1, (CS_OKVS_BAND_WORDS - 1) * sizeof *bits);
        bits[CS_OKVS_BAND_WORDS - 1] = 0;
    }
    const unsigned by = (unsigned)__builtin_ctzll(bits[0]);

    for (size_t i = 0; i + 1 < CS_OKVS_BAND_WORDS; i++)
        bits[i] = bits[i] >> by | bits[i + 1] << 1 << (63 - by);
    bits[CS_OKVS_BAND_WORDS - 1] >>= by;
    return shifted + by;
}

static bool is_zero(const struct cs_okvs_band *band)
{
    uint64_t any = 0;

    for (size_t i = 0; i < CS_OKVS_BAND_WORDS; i++)
        any |= band->bits[i];
    return any == 0;
}

/* Reduces the band that starts at *row until its lowest bit is at a row that is no pivot,
 * *row then; false if nothing is left. A pivot before it started no later, so it ends no
 * later, and the sum stays within the band. */
static bool reduce(struct cs_okvs_band *band, size_t *row, struct path *path,
                   const struct cs_okvs_band *pivot)
{
    for (path->n = 0; !is_zero(band); path->row[path->n++] = *row) {
        *row += shift_to_lowest(band);
        if (pivot[*row].bits[0] == 0)
            return true;
        for (size_t i = 0; i < CS_OKVS_BAND_WORDS; i++)
            band->bits[i] ^= pivot[*row].bits[i];
    }
    return false;
}

/* What was done to the band, done to the value. */
static void reduce_value(struct encoding *e, size_t row, const struct cs_block *value)
{
    for (size_t j = 0; j < e->width; j++) {
        struct cs_block *const code = e->code + j * e->n_rows;
        struct cs_block sum = value[j];

        for (size_t i = 0; i < e->path.n; i++)
            sum = cs_block_xor(sum, code[e->path.row[i]]);
        code[row] = sum;
    }
}

static enum cs_status eliminate_batch(struct encoding *e,
                                      const struct cs_okvs_place *place, size_t n)
{
    for (size_t i = 0; i < n; i++)
        __builtin_prefetch(e->value + place[i].index * e->width);
    cs_okvs_bands(e->band, e->hash, e->key, place, n);
    for (size_t i = 0; i < n; i++) {
        size_t row = place[i].start;

        if (!reduce(&e->band[i], &row, &e->path, e->pivot))
            return CS_INPUT;
        e->pivot[row] = e->band[i];
        reduce_value(e, row, e->value + place[i].index * e->width);
    }
    return CS_OK;
}

static enum cs_status eliminate(struct encoding *e, const struct cs_progress *progress)
{
    enum cs_status st = CS_OK;

    for (size_t first = 0; first < e->n && st == CS_OK; first += CS_OKVS_BATCH) {
        if (first % TELL_EVERY == 0)
            st = cs_progress_tell(progress, (double)first / (double)e->n);
        if (st == CS_OK)
            st = eliminate_batch(e, e->place + first,
                                 cs_least(CS_OKVS_BATCH, e->n - first));
    }
    return st;
}

/* A pivot is the sum of its reduced value and of the rows after it that are known. */
static void solve_row(struct encoding *e, size_t row, struct cs_rng *secret)
{
    const struct cs_okvs_band *const pivot = &e->pivot[row];
    const size_t n_rows = cs_least(CS_OKVS_BAND_BITS, e->n_rows - row);

    for (size_t j = 0; j < e->width; j++) {
        struct cs_block *const code = e->code + j * e->n_rows + row;

        if (pivot->bits[0] == 0)
            cs_rng_bytes(secret, code, sizeof *code);
        else
            *code = cs_okvs_dot(code, pivot, n_rows);
    }
}

static enum cs_status solve(struct encoding *e, struct cs_rng *secret,
                            const struct cs_progress *progress)
{
    enum cs_status st = CS_OK;

    for (size_t row = e->n_rows; row-- > 0 && st == CS_OK;) {
        solve_row(e, row, secret);
        if (row % TELL_EVERY == 0)
            st = cs_progress_tell(progress, 1 - (double)row / (double)e->n_rows);
    }
    return st;
}

enum cs_status cs_okvs_encode_with(struct cs_block *code, const struct cs_block *key,
                                   const struct cs_block *value, size_t n, size_t width,
                                   const struct cs_okvs_shape *shape,
                                   struct cs_rng *secret,
                                   const struct cs_progress *progress)
{
    struct cs_okvs_hash hash;
    struct encoding e = { .hash = &hash,
                          .key = key,
                          .value = value,
                          .n = n,
                          .width = width,
                          .n_rows = shape->n_rows,
                          .code = code };
    struct cs_progress_piece first = { progress, 0.1, 0.7 },
                             second = { progress, 0.7, 1 };
    const struct cs_progress eliminating = cs_progress_of(&first);
    const struct cs_progress solving = cs_progress_of(&second);
    enum cs_status st = CS_OK;

    cs_okvs_hash_init(&hash, shape);
    CS_TRY(cs_okvs_sort(&e.place, &hash, key, n));
    e.pivot = calloc(e.n_rows, sizeof *e.pivot);
    CS_TRY(e.pivot == NULL ? CS_MEMORY : CS_OK);
    CS_TRY(eliminate(&e, &eliminating));
    CS_TRY(solve(&e, secret, &solving));
out:
    if (st != CS_OK)
        memset(code, 0, width * e.n_rows * sizeof *code);
    cs_wipe_free(e.place, n * sizeof *e.place);
    cs_wipe_free(e.pivot, e.n_rows * sizeof *e.pivot);
    sodium_memzero(&e, sizeof e);
    return st;
}

enum cs_status cs_okvs_encode(struct cs_block *code, const struct cs_block *key,
                              const struct cs_block *value, size_t n, size_t width,
                              struct cs_rng *secret, const struct cs_progress *progress)
{
    const struct cs_okvs_shape shape = cs_okvs_shape(n);

    return cs_okvs_encode_with(code, key, value, n, width, &shape, secret, progress);
}

/* ---- decoding --------------------------------------------------------------------- */

static void decode_batch(struct cs_block *value, const struct cs_block *code,
                         size_t width, const struct cs_okvs_hash *hash,
                         const struct cs_block *query, const struct cs_okvs_place *place,
                         size_t n)
{
    struct cs_okvs_band band[CS_OKVS_BATCH];

    for (size_t i = 0; i < n; i++)
        __builtin_prefetch(value + place[i].index * width, 1);
    cs_okvs_bands(band, hash, query, place, n);
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < width; j++)
            value[place[i].index * width + j] =
                cs_okvs_dot(code + j * hash->shape.n_rows + place[i].start, &band[i],
                            CS_OKVS_BAND_BITS);
    sodium_memzero(band, sizeof band);
}

enum cs_status cs_okvs_decode_with(struct cs_block *value, const struct cs_block *code,
                                   size_t width, const struct cs_okvs_shape *shape,
                                   const struct cs_block *query, size_t n_query)
{
    struct cs_okvs_place *place = NULL;
    struct cs_okvs_hash hash;
    enum cs_status st = CS_OK;

    CS_REQUIRE(n_query <= UINT32_MAX);
    cs_okvs_hash_init(&hash, shape);
    CS_TRY(cs_okvs_sort(&place, &hash, query, n_query));
    for (size_t first = 0; first < n_query; first += CS_OKVS_BATCH)
        decode_batch(value, code, width, &hash, query, place + first,
                     cs_least(CS_OKVS_BATCH, n_query - first));
out:
    cs_wipe_free(place, n_query * sizeof *place);
    return st;
}

enum cs_status cs_okvs_decode(struct cs_block *value, const struct cs_block *code,
                              size_t n, size_t width, const struct cs_block *query,
                              size_t n_query)
{
    const struct cs_okvs_shape shape = cs_okvs_shape(n);

    return cs_okvs_decode_with(value, code, width, &shape, query, n_query);
}
