#include "crypto/gauss_fast.h"

#include <sodium.h>
#include <stdbool.h>
#include <string.h>

#include "crypto/aes.h"

/* A word of 64 bits is a try: column, place in the block, the column's coin, sign, and
 * the coin that keeps it. */
enum { COLUMN_BITS = 10, PLACE_BITS = 11, CUT_BITS = 9, KEEP_BITS = 33 };
enum { BLOCKS = CS_GAUSS_FAST_BLOCKS, AGAIN = BLOCKS - 1 };

/* ---- the table ---- */

enum { FULL_BITS = 120, REST_BITS = FULL_BITS - CUT_BITS };

static const cs_u128 full = (cs_u128)1 << FULL_BITS;

/* The weight of block 0; with it the weights of all fill the table but for a ninth of a
 * column. */
static const cs_u128 heaviest = (cs_u128)6455 << 112;

/* More than what rounding takes from a weight. */
static const cs_u128 margin = 1 << 12;

/* floor(x * y / 2^128) */
static cs_u128 multiply(cs_u128 x, cs_u128 y)
{
    const uint64_t x0 = (uint64_t)x, x1 = (uint64_t)(x >> 64);
    const uint64_t y0 = (uint64_t)y, y1 = (uint64_t)(y >> 64);
    const cs_u128 low = (cs_u128)x1 * y0 + ((cs_u128)x0 * y0 >> 64);
    const cs_u128 high = (cs_u128)x0 * y1 + (uint64_t)low;

    return (cs_u128)x1 * y1 + (low >> 64) + (high >> 64);
}

/* exp(-1 / 2048) * 2^128, by the exponential series; its first term is 0 mod 2^128. */
static cs_u128 first_ratio(void)
{
    cs_u128 sum = 0, term = (cs_u128)1 << 117;

    for (unsigned k = 1; term > 0; term /= 2048 * ++k)
        sum += k % 2 == 1 ? -term : term;
    return sum;
}

/* Weight j is heaviest * exp(-j^2 / 2048), or a little more: (first of block j)^2 /
 * (2 s^2) = j^2 / 2048. The ratio of neighbours is exp(-(2 j + 1) / 2048). Whatever is
 * left of BLOCKS * full, 0 mod 2^128, is the weight of another try. */
static void find_weights(cs_u128 weight[static BLOCKS])
{
    cs_u128 exact = heaviest, ratio = first_ratio(), left = 0;
    const cs_u128 step = multiply(ratio, ratio);

    for (size_t j = 0; j < AGAIN; j++) {
        weight[j] = exact + margin;
        left -= weight[j];
        exact = multiply(exact, ratio);
        ratio = multiply(ratio, step);
    }
    weight[AGAIN] = left;
}

static void set_column(struct cs_gauss_fast *gauss, size_t c, cs_u128 own, size_t other)
{
    gauss->column[c].cut = (uint16_t)(own >> REST_BITS);
    gauss->column[c].other = (uint16_t)other;
    gauss->rest[c] = own & (((cs_u128)1 << REST_BITS) - 1);
}

/* Walker, "An Efficient Method for Generating Discrete Random Variables with General
 * Distributions", 1977: every column is filled up from a block that has more than one
 * column. Those come first here; one that has given too much is filled by the next. */
void cs_gauss_fast_init(struct cs_gauss_fast *gauss)
{
    cs_u128 weight[BLOCKS];
    size_t rich = 0;

    find_weights(weight);
    for (size_t poor = BLOCKS - 1; poor > rich; poor--) {
        set_column(gauss, poor, weight[poor], rich);
        weight[rich] -= full - weight[poor];
        for (; weight[rich] < full; rich++) {
            set_column(gauss, rich, weight[rich], rich + 1);
            weight[rich + 1] -= full - weight[rich];
        }
    }
    set_column(gauss, rich, weight[rich], rich);
}

/* ---- a draw ---- */

/* The lower bits of a uniform number against those of the threshold. */
static bool below_rest(const struct cs_gauss_fast *gauss, size_t column,
                       struct cs_rng *rng)
{
    cs_u128 drawn;

    cs_rng_bytes(rng, &drawn, sizeof drawn);
    return drawn >> (128 - REST_BITS) < gauss->rest[column];
}

/* Algorithm 1 of crypto/gauss.h after a first coin that was one: gamma = gap / 2^33, and
 * a coin of gamma / k is two coins. */
static bool keep(uint64_t gap, struct cs_rng *rng)
{
    uint32_t k = 2;

    while (cs_rng_u64(rng) >> (64 - KEEP_BITS) < gap && cs_rng_below(rng, k) == 0)
        k++;
    return k % 2 == 1;
}

static uint32_t take(uint64_t *word, unsigned n_bits)
{
    const uint64_t bits = *word & ((UINT64_C(1) << n_bits) - 1);

    *word >>= n_bits;
    return (uint32_t)bits;
}

/* Writes *x; false if it is to be drawn again. */
static inline bool draw(const struct cs_gauss_fast *gauss, int32_t *x, uint64_t word,
                        struct cs_rng *rng)
{
    const uint32_t column = take(&word, COLUMN_BITS), place = take(&word, PLACE_BITS);
    const uint32_t coin = take(&word, CUT_BITS), negative = take(&word, 1);
    const uint32_t cut = gauss->column[column].cut, other = gauss->column[column].other;
    const uint32_t own =
        (coin - cut) >> 31; /* coin < cut, which no branch should guess */
    uint32_t block = other ^ ((other ^ column) & (0 - own));

    if (coin == cut && below_rest(gauss, column, rng))
        block = column;
    const uint32_t first = block << PLACE_BITS, size = first + place;
    const uint64_t gap = (uint64_t)place * (first + size); /* size^2 - first^2 */

    *x = negative ? -(int32_t)size : (int32_t)size;
    if (word < gap && !keep(gap, rng))
        return false;
    return (block != AGAIN) & !(negative & (size == 0));
}

void cs_gauss_fast_fill(const struct cs_gauss_fast *gauss, int32_t *noise, size_t n,
                        struct cs_rng *rng)
{
    enum { WORDS = 512 };
    struct cs_block stream[WORDS / 2];
    uint64_t word[WORDS], counter = 0;
    uint8_t key[CS_AES_KEY_BYTES];
    struct cs_aes aes;
    size_t done = 0;

    cs_rng_bytes(rng, key, sizeof key);
    cs_aes_init(&aes, key);
    while (done < n) {
        cs_aes_stream(&aes, stream, (struct cs_block){ 0 }, counter, WORDS / 2);
        counter += WORDS / 2;
        memcpy(word, stream, sizeof word);
        for (size_t w = 0; w < WORDS && done < n; w++)
            done += draw(gauss, &noise[done], word[w], rng);
    }
    sodium_memzero(stream, sizeof stream);
    sodium_memzero(word, sizeof word);
    sodium_memzero(key, sizeof key);
    sodium_memzero(&aes, sizeof aes);
}
