/* What crypto/blake2s.h promises. Known digests are of hashlib.blake2s(message,
 * digest_size=16, person=label) in Python, which is the reference implementation. */
#include "crypto/blake2s.h"

#include <string.h>

#include "crypto/rng.h"
#include "tests/support/check.h"

enum { N = 100, MESSAGE_BYTES = 64, DIGEST_BYTES = 16 };

static const unsigned widths[] = { 128, 256, 512 };
static const uint8_t label[] = "a label.";

static void count_up(struct cs_block message[CS_BLAKE2S_BLOCKS])
{
    uint8_t bytes[MESSAGE_BYTES];

    for (size_t i = 0; i < MESSAGE_BYTES; i++)
        bytes[i] = (uint8_t)i;
    memcpy(message, bytes, sizeof bytes);
}

static void known_messages_have_their_digests(void **state)
{
    static const uint8_t counting[DIGEST_BYTES] = {
        0xa2, 0xb8, 0xea, 0xff, 0xac, 0xcd, 0x2f, 0xf7,
        0xed, 0x16, 0xfa, 0x9e, 0xa8, 0xbd, 0xd4, 0x99,
    };
    static const uint8_t zeros_without_label[DIGEST_BYTES] = {
        0x76, 0x96, 0x3b, 0xea, 0x68, 0xc2, 0x48, 0xe6,
        0x61, 0x79, 0xe5, 0x55, 0xe3, 0x7b, 0x3f, 0x02,
    };
    struct cs_block message[CS_BLAKE2S_BLOCKS] = { { 0, 0 } }, digest;
    (void)state;

    cs_blake2s_many(&digest, message, 1, (const uint8_t[CS_BLAKE2S_LABEL_BYTES]){ 0 });
    assert_memory_equal(&digest, zeros_without_label, DIGEST_BYTES);
    count_up(message);
    cs_blake2s_many(&digest, message, 1, label);
    assert_memory_equal(&digest, counting, DIGEST_BYTES);
}

/* Each digest goes to the end of the next message. */
static void a_chain_of_a_thousand_ends_where_it_should(void **state)
{
    static const uint8_t last[DIGEST_BYTES] = {
        0xd7, 0xda, 0xd6, 0x6c, 0x8b, 0x65, 0x84, 0x19,
        0xfa, 0x33, 0xe1, 0xe7, 0x66, 0xb3, 0x29, 0xda,
    };
    struct cs_block message[CS_BLAKE2S_BLOCKS + 1];
    (void)state;

    count_up(message);
    for (size_t i = 0; i < 1000; i++) {
        struct cs_block *const digest = &message[CS_BLAKE2S_BLOCKS];

        cs_blake2s_many(digest, message, 1, label);
        memmove(message, message + 1, MESSAGE_BYTES);
    }
    assert_memory_equal(&message[CS_BLAKE2S_BLOCKS - 1], last, DIGEST_BYTES);
}

static void lanes_and_widths_do_not_matter(void **state)
{
    static struct cs_block message[N * CS_BLAKE2S_BLOCKS], one[N], many[N + 1];
    const struct cs_block untouched = { 1, 2 };
    struct cs_rng rng;
    (void)state;

    cs_rng_init_labelled(&rng, 1, "test blake2s");
    cs_rng_bytes(&rng, message, sizeof message);
    for (size_t i = 0; i < N; i++)
        cs_blake2s_many_with(&one[i], message + CS_BLAKE2S_BLOCKS * i, 1, label, 128);
    for (size_t w = 0; w < COUNT(widths) && widths[w] <= cs_blake2s_widest(); w++)
        for (size_t n = 0; n <= N; n += n < 34 ? 1 : 11) {
            many[n] = untouched;
            cs_blake2s_many_with(many, message, n, label, widths[w]);
            assert_memory_equal(many, one, n * sizeof *one);
            assert_memory_equal(&many[n], &untouched, sizeof untouched);
        }
}

static void every_bit_of_message_and_label_matters(void **state)
{
    struct cs_block message[CS_BLAKE2S_BLOCKS], digest, other;
    uint8_t other_label[CS_BLAKE2S_LABEL_BYTES];
    (void)state;

    count_up(message);
    cs_blake2s_many(&digest, message, 1, label);
    for (size_t bit = 0; bit < 8 * MESSAGE_BYTES; bit++) {
        ((uint8_t *)message)[bit / 8] ^= (uint8_t)(1u << bit % 8);
        cs_blake2s_many(&other, message, 1, label);
        assert_memory_not_equal(&digest, &other, DIGEST_BYTES);
        ((uint8_t *)message)[bit / 8] ^= (uint8_t)(1u << bit % 8);
    }
    for (size_t bit = 0; bit < 8 * CS_BLAKE2S_LABEL_BYTES; bit++) {
        memcpy(other_label, label, sizeof other_label);
        other_label[bit / 8] ^= (uint8_t)(1u << bit % 8);
        cs_blake2s_many(&other, message, 1, other_label);
        assert_memory_not_equal(&digest, &other, DIGEST_BYTES);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(known_messages_have_their_digests),
        cmocka_unit_test(a_chain_of_a_thousand_ends_where_it_should),
        cmocka_unit_test(lanes_and_widths_do_not_matter),
        cmocka_unit_test(every_bit_of_message_and_label_matters),
    };
    return CS_RUN("crypto/blake2s", tests);
}
