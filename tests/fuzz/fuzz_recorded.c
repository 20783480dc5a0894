/* receipt.json as the report reads it. */
#include <string.h>

#include "party/recorded.h"
#include "tests/fuzz/fuzz.h"

static void check(const struct cs_recorded *recorded)
{
    CS_REQUIRE(recorded->party == CS_A || recorded->party == CS_B);
    CS_REQUIRE(recorded->n_stages <= CS_RECORDED_STAGES_MAX);
    CS_REQUIRE(recorded->n_openings <= CS_RECORDED_OPENINGS_MAX);
    for (size_t i = 0; i < recorded->n_stages; i++)
        CS_REQUIRE(memchr(recorded->stages[i].name, '\0',
                          sizeof recorded->stages[i].name) != NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct cs_study study = { .digest = { 0xab, 0xcd } };
    struct cs_fault fault = { .stage = "fuzz" };
    struct cs_recorded recorded;

    if (cs_recorded_read(&recorded, &study, (const char *)data, size, "r.json", &fault) ==
        CS_OK)
        check(&recorded);
    cs_fuzz_check_fault(&fault);
    return 0;
}
