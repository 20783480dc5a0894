/* What crypto/aes.h promises, one test for each promise, for every width of vectors that
 * this processor has, against OpenSSL a block at a time. */
#include "crypto/aes.h"

#include <string.h>

#include "crypto/rng.h"
#include "tests/support/check.h"
#include "tests/support/slow_aes.h"

enum { MOST = 75 }; /* two steps of the widest kernel, and every kind of remainder */

static const uint8_t key[16] = "an example's key";
static const size_t lengths[] = { 0, 1, 2, 3, 4, 5, 7, 8, 9, 31, 32, 33, 64, MOST };
static const enum cs_aes_width widths[] = { CS_AES_128, CS_AES_256, CS_AES_512 };

typedef void (*check)(const struct cs_aes *aes, size_t n);

/* Calls a check for each width there is and each length. */
static void everywhere(check one)
{
    for (size_t w = 0; w < COUNT(widths) && widths[w] <= cs_aes_widest(); w++) {
        for (size_t i = 0; i < COUNT(lengths); i++) {
            struct cs_aes aes;

            cs_aes_init(&aes, key);
            aes.width = widths[w];
            one(&aes, lengths[i]);
        }
    }
}

static void draw(struct cs_block *blocks, size_t n, const char *label)
{
    struct cs_rng rng;

    cs_rng_init_labelled(&rng, 1, label);
    cs_rng_bytes(&rng, blocks, n * sizeof *blocks);
}

static void assert_block(struct cs_block x, struct cs_block y)
{
    assert_memory_equal(&x, &y, sizeof x);
}

/* FIPS 197, appendix B and appendix C.1. */
static void permutation_is_aes_of_the_standard(void **state)
{
    static const struct {
        uint8_t key[16], plain[16], cipher[16];
    } vectors[] = {
        { { 0x2b, 0x7e, 0x15, 0x16, 0x28, 0xae, 0xd2, 0xa6, 0xab, 0xf7, 0x15, 0x88, 0x09,
            0xcf, 0x4f, 0x3c },
          { 0x32, 0x43, 0xf6, 0xa8, 0x88, 0x5a, 0x30, 0x8d, 0x31, 0x31, 0x98, 0xa2, 0xe0,
            0x37, 0x07, 0x34 },
          { 0x39, 0x25, 0x84, 0x1d, 0x02, 0xdc, 0x09, 0xfb, 0xdc, 0x11, 0x85, 0x97, 0x19,
            0x6a, 0x0b, 0x32 } },
        { { 0x00, 0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07, 0x08, 0x09, 0x0a, 0x0b, 0x0c,
            0x0d, 0x0e, 0x0f },
          { 0x00, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, 0x88, 0x99, 0xaa, 0xbb, 0xcc,
            0xdd, 0xee, 0xff },
          { 0x69, 0xc4, 0xe0, 0xd8, 0x6a, 0x7b, 0x04, 0x30, 0xd8, 0xcd, 0xb7, 0x80, 0x70,
            0xb4, 0xc5, 0x5a } },
    };
    (void)state;

    for (size_t i = 0; i < COUNT(vectors); i++) {
        struct cs_aes aes;
        struct cs_block x, y;

        memcpy(&x, vectors[i].plain, sizeof x);
        cs_aes_init(&aes, vectors[i].key);
        cs_aes_mmo(&aes, &y, &x, 0, 1);
        y = cs_block_xor(y, x);
        assert_memory_equal(&y, vectors[i].cipher, sizeof y);
        assert_block(cs_slow_aes(vectors[i].key, x), y);
    }
}

static void mmo_of(const struct cs_aes *aes, size_t n)
{
    struct cs_block in[MOST], out[MOST];

    draw(in, MOST, "mmo");
    cs_aes_mmo(aes, out, in, 5, n);
    for (size_t i = 0; i < n; i++)
        assert_block(out[i],
                     cs_slow_mmo(key, cs_block_xor(in[i], (struct cs_block){ 5, 0 })));
}

static void mmo_is_its_twin(void **state)
{
    (void)state;
    everywhere(mmo_of);
}

static void hash_of(const struct cs_aes *aes, size_t n)
{
    const struct cs_block offset = { 0x0123456789abcdef, 0xfedcba9876543210 };
    const uint64_t tweak = UINT64_MAX - 20; /* wraps around within its half */
    struct cs_block in[MOST], out[MOST];

    draw(in, MOST, "hash");
    cs_aes_hash(aes, out, in, offset, tweak, n);
    for (size_t i = 0; i < n; i++)
        assert_block(out[i], cs_slow_hash(key, cs_block_xor(in[i], offset), tweak + i));
}

static void hash_is_its_twin(void **state)
{
    (void)state;
    everywhere(hash_of);
}

static void stream_of(const struct cs_aes *aes, size_t n)
{
    const struct cs_block seed = { 0x0f0e0d0c0b0a0908, 0x8070605040302010 };
    struct cs_block out[MOST];

    cs_aes_stream(aes, out, seed, 1000, n);
    for (size_t i = 0; i < n; i++)
        assert_block(
            out[i],
            cs_slow_mmo(key, cs_block_xor(seed, (struct cs_block){ 1000 + i, 0 })));
}

static void stream_is_its_twin(void **state)
{
    (void)state;
    everywhere(stream_of);
}

static void stream_sums_of(const struct cs_aes *aes, size_t n)
{
    static struct cs_block seed[1 << CS_AES_DEPTH];
    struct cs_block total[MOST], column[CS_AES_DEPTH * MOST];

    draw(seed, COUNT(seed), "streams");
    for (unsigned depth = 1; depth <= CS_AES_DEPTH; depth++) {
        struct cs_block sum[MOST] = { 0 }, by_bit[CS_AES_DEPTH * MOST] = { 0 }, y[MOST];

        for (size_t x = 0; x < (size_t)1 << depth; x++) {
            cs_aes_stream(aes, y, seed[x], 1000, n);
            cs_blocks_xor(sum, y, n);
            for (unsigned b = 0; b < depth; b++)
                if (x >> b & 1)
                    cs_blocks_xor(by_bit + b * MOST, y, n);
        }
        memset(column, 0, sizeof column);
        cs_aes_stream_sums(aes, total, column, MOST, seed, depth, 1000, n);
        assert_memory_equal(total, sum, n * sizeof *sum);
        assert_memory_equal(column, by_bit, sizeof by_bit);
    }
}

static void stream_sums_are_sums_of_streams(void **state)
{
    (void)state;
    everywhere(stream_sums_of);
}

static void an_impossible_depth_stops_the_program(void **state)
{
    struct cs_block block[2] = { 0 };
    struct cs_aes aes;
    (void)state;

    cs_aes_init(&aes, key);
    assert_stops(cs_aes_stream_sums(&aes, block, block, 1, block, 0, 0, 1));
    assert_stops(cs_aes_stream_sums(&aes, block, block, 1, block, 9, 0, 1));
}

static void results_may_replace_arguments_in(const struct cs_aes *aes, size_t n)
{
    struct cs_block x[MOST], y[MOST];
    const struct cs_block none = { 0, 0 };

    draw(x, MOST, "in place");
    cs_aes_mmo(aes, y, x, 1, n);
    cs_aes_mmo(aes, x, x, 1, n);
    assert_memory_equal(x, y, n * sizeof *x);
    cs_aes_hash(aes, y, x, none, 1, n);
    cs_aes_hash(aes, x, x, none, 1, n);
    assert_memory_equal(x, y, n * sizeof *x);
}

static void results_may_replace_arguments(void **state)
{
    (void)state;
    everywhere(results_may_replace_arguments_in);
}

static void add_words(uint32_t *to, struct cs_block x)
{
    uint32_t word[4];

    memcpy(word, &x, sizeof word);
    for (size_t i = 0; i < 4; i++)
        to[i] += word[i];
}

static void accumulate_of(const struct cs_aes *aes, size_t n_rows)
{
    enum { STREAMS = 3, BLOCKS = 2 };
    struct cs_block seed[STREAMS * MOST];
    struct cs_block by_stream[STREAMS * BLOCKS], by_row[BLOCKS * MOST];
    uint32_t stream_sum[STREAMS * BLOCKS][4], row_sum[BLOCKS * MOST][4];

    draw(seed, STREAMS * MOST, "seeds");
    draw(by_stream, COUNT(by_stream), "sums begin anywhere");
    draw(by_row, COUNT(by_row), "sums begin anywhere");
    memcpy(stream_sum, by_stream, sizeof stream_sum);
    memcpy(row_sum, by_row, sizeof row_sum);
    for (size_t s = 0; s < STREAMS; s++)
        for (size_t r = 0; r < n_rows; r++)
            for (size_t j = 0; j < BLOCKS; j++) {
                const struct cs_block y = cs_slow_mmo(
                    key, cs_block_xor(seed[s * n_rows + r], (struct cs_block){ j, 0 }));

                add_words(stream_sum[s * BLOCKS + j], y);
                add_words(row_sum[j * n_rows + r], y);
            }

    cs_aes_accumulate(aes, by_stream, by_row, seed, STREAMS, n_rows, BLOCKS);
    assert_memory_equal(by_stream, stream_sum, sizeof stream_sum);
    assert_memory_equal(by_row, row_sum, BLOCKS * n_rows * sizeof *by_row);
}

static void accumulate_is_its_twin(void **state)
{
    (void)state;
    everywhere(accumulate_of);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(permutation_is_aes_of_the_standard),
        cmocka_unit_test(mmo_is_its_twin),
        cmocka_unit_test(hash_is_its_twin),
        cmocka_unit_test(stream_is_its_twin),
        cmocka_unit_test(stream_sums_are_sums_of_streams),
        cmocka_unit_test(an_impossible_depth_stops_the_program),
        cmocka_unit_test(results_may_replace_arguments),
        cmocka_unit_test(accumulate_is_its_twin),
    };
    return CS_RUN("crypto/aes", tests);
}
