/* Identifiers: the first byte says of which kind. A normal form is its own. */
#include <string.h>

#include "model/normalise.h"
#include "model/utf8.h"
#include "tests/fuzz/fuzz.h"

static const struct cs_identifier kinds[] = {
    { .kind = CS_ID_RAW },
    { .kind = CS_ID_TRIM },
    { .kind = CS_ID_LOWER },
    { .kind = CS_ID_EMAIL },
    { .kind = CS_ID_PHONE, .country = "49", .trunk = "0" },
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char normal[CS_NORMAL_BYTES_MAX], again[CS_NORMAL_BYTES_MAX];
    size_t n_normal, n_again;

    if (size < 1 || cs_utf8_valid_bytes((const char *)data + 1, size - 1) != size - 1)
        return 0;
    const struct cs_identifier *kind = &kinds[data[0] % 5];
    if (cs_normalise(normal, &n_normal, kind, (const char *)data + 1, size - 1) !=
        CS_ID_USABLE)
        return 0;
    CS_REQUIRE(n_normal > 0 && n_normal <= CS_NORMAL_BYTES_MAX);
    CS_REQUIRE(cs_utf8_valid_bytes(normal, n_normal) == n_normal);
    if (n_normal <= CS_ID_TEXT_BYTES_MAX) {
        CS_REQUIRE(cs_normalise(again, &n_again, kind, normal, n_normal) == CS_ID_USABLE);
        CS_REQUIRE(n_again == n_normal && memcmp(again, normal, n_normal) == 0);
    }
    return 0;
}
