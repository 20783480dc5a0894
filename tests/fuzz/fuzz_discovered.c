/* Values that the peer found (protocol/discoveries.c): the first byte says how many may
 * be. What is taken has one form alone. */
#include <string.h>

#include "model/discover.h"
#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    uint8_t again[CS_DISCOVERED_PACKED_BYTES_MAX];
    struct cs_discovered found;

    if (size < 1)
        return 0;
    const size_t most = data[0] % (CS_CODES_MAX + 1);
    if (cs_discovered_unpack(&found, data + 1, size - 1, most) != CS_OK)
        return 0;
    CS_REQUIRE(found.n <= most);
    for (size_t i = 0; i < found.n; i++)
        CS_REQUIRE(cs_discover_may_find(found.text[i], strlen(found.text[i])));
    CS_REQUIRE(cs_discovered_pack(again, &found) == size - 1);
    CS_REQUIRE(memcmp(again, data + 1, size - 1) == 0);
    cs_discovered_wipe(&found);
    return 0;
}
