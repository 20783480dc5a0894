/* The first dialogue, with a peer that says anything (tests/fuzz/peer.h). */
#include <string.h>

#include "protocol/hello.h"
#include "tests/fuzz/peer.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const uint8_t digest[CS_DIGEST_BYTES] = { 1, 2, 3 };
    static const char canonical[] = "study = small\nprivacy.epsilon = 3\nrows = 7\n";
    const struct cs_hello own = { CS_A, digest, canonical, 1000 };
    struct cs_fuzz_input input = { data, size };
    struct cs_fault fault = { .stage = "fuzz" };
    struct cs_channel *channel = cs_fuzz_channel(&input, &fault);
    uint64_t n_rows = 0;

    if (cs_hello(&n_rows, &own, channel, &fault) == CS_OK)
        CS_REQUIRE(n_rows <= UINT32_MAX);
    for (const char *c = fault.text; *c != '\0'; c++)
        CS_REQUIRE((unsigned char)*c >= ' ' && *c != 0x7f);
    cs_fuzz_check_fault(&fault);
    cs_channel_free(channel);
    return 0;
}
