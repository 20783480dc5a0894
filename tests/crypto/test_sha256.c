/* What crypto/sha256.h promises: the standard's digests, wherever head ends. */
#include "crypto/sha256.h"

#include <string.h>

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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(digests_are_those_of_the_standard),
    };
    return CS_RUN("crypto/sha256", tests);
}
