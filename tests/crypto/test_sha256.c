/* What crypto/sha256.h promises: the standard's digests, wherever head ends,
 * alone and in pairs. */
#include "crypto/sha256.h"

#include <string.h>

#include "crypto/rng.h"
#include "tests/support/check.h"

static void digests_are_those_of_the_standard(void **state)
{
    static const struct {
        const char *text;
        uint8_t digest[CS_SHA256_BYTES];
    } vectors[] = {
        { "", { 0xe3, 0xb0, 0xc4, 0x42, 0x98, 0xfc, 0x1c, 0x14, 0x9a, 0xfb, 0xf4,
                0xc8, 0x99, 0x6f, 0xb9, 0x24, 0x27, 0xae, 0x41, 0xe4, 0x64, 0x9b,
                0x93, 0x4c, 0xa4, 0x95, 0x99, 0x1b, 0x78, 0x52, 0xb8, 0x55 } },
        { "abc", { 0xba, 0x78, 0x16, 0xbf, 0x8f, 0x01, 0xcf, 0xea, 0x41, 0x41, 0x40,
                   0xde, 0x5d, 0xae, 0x22, 0x23, 0xb0, 0x03, 0x61, 0xa3, 0x96, 0x17,
                   0x7a, 0x9c, 0xb4, 0x10, 0xff, 0x61, 0xf2, 0x00, 0x15, 0xad } },
    };
    (void)state;

    for (size_t i = 0; i < COUNT(vectors); i++) {
        const size_t n = strlen(vectors[i].text);

        for (size_t head = 0; head <= n; head++) {
            uint8_t digest[CS_SHA256_BYTES];

            assert_ok(cs_sha256(digest, vectors[i].text, head, vectors[i].text + head,
                                n - head));
            assert_memory_equal(digest, vectors[i].digest, sizeof digest);
        }
    }
}

/* Both ways that there are, against OpenSSL, for all ends of a block and lengths that
 * differ by less, by just and by more than one. */
static void a_pair_is_two_digests(void **state)
{
    static const size_t lengths[] = {
        0, 1, 55, 56, 63, 64, 65, 119, 120, 128, 200, 1000
    };
    const bool kinds[] = { false, cs_sha256_lanes() };
    struct cs_rng rng;
    uint8_t body[2][1000], one[CS_SHA256_BYTES], two[2][CS_SHA256_BYTES];
    (void)state;

    cs_rng_init_labelled(&rng, 1, "sha256");
    cs_rng_bytes(&rng, body, sizeof body);
    for (size_t i = 0; i < COUNT(lengths) * COUNT(lengths) * 2; i++) {
        const size_t n_bytes[2] = { lengths[i / 2 % COUNT(lengths)],
                                    lengths[i / 2 / COUNT(lengths)] };
        const void *const bodies[2] = { body[0], body[1] };

        assert_ok(cs_sha256_pair(two, bodies, n_bytes, kinds[i % 2]));
        for (size_t lane = 0; lane < 2; lane++) {
            assert_ok(cs_sha256(one, NULL, 0, body[lane], n_bytes[lane]));
            assert_memory_equal(two[lane], one, sizeof one);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(digests_are_those_of_the_standard),
        cmocka_unit_test(a_pair_is_two_digests),
    };
    return CS_RUN("crypto/sha256", tests);
}
