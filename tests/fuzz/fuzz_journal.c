/* The journal of a run under way, as `cosynth watch` reads it. */
#include <string.h>

#include "party/watched.h"
#include "tests/fuzz/fuzz.h"

static void check(const struct cs_watched *watched)
{
    CS_REQUIRE(watched->n_stages <= CS_WATCHED_STAGES_MAX);
    CS_REQUIRE(watched->n_curves <= CS_WATCHED_CURVES_MAX);
    for (size_t i = 0; i < watched->n_curves; i++)
        CS_REQUIRE(watched->curves[i].n <= CS_WATCHED_POINTS_MAX);
    CS_REQUIRE(memchr(watched->study, '\0', sizeof watched->study) != NULL);
    (void)cs_watched_last(watched);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct cs_fault fault = { .stage = "fuzz" };
    struct cs_watched watched;

    if (cs_watched_parse(&watched, (const char *)data, size, "journal.jsonl", &fault) ==
        CS_OK)
        check(&watched);
    cs_fuzz_check_fault(&fault);
    return 0;
}
