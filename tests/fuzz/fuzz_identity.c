/* A key and a certificate as PEM, each up to a zero. */
#include <stdlib.h>
#include <string.h>

#include "crypto/identity.h"
#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct cs_fuzz_input input = { data, size };
    struct cs_fault fault = { .stage = "fuzz" };
    char *key = cs_fuzz_text(&input), *certificate = cs_fuzz_text(&input);
    struct cs_identity identity, same;

    if (cs_identity_read(&identity, key, certificate, &fault) == CS_OK) {
        CS_REQUIRE(cs_identity_read(&same, identity.key_pem, identity.certificate_pem,
                                    &fault) == CS_OK);
        CS_REQUIRE(memcmp(&identity, &same, sizeof same) == 0);
    }
    cs_fuzz_check_fault(&fault);
    free(key);
    free(certificate);
    return 0;
}
