/* measured.json of a run of the study of tests/support/study.h. What is read, written and
 * read again is the same. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "party/measured.h"
#include "tests/fuzz/fuzz.h"
#include "tests/support/study.h"

static void write_again(const struct cs_measured *measured, const struct cs_study *study)
{
    struct cs_study *fresh = cs_test_study(NULL);
    struct cs_measured same;
    char *text = NULL;
    size_t n_bytes = 0;
    FILE *stream = open_memstream(&text, &n_bytes);

    CS_REQUIRE(stream != NULL);
    CS_REQUIRE(cs_measured_write(stream, study, &measured->plan, measured->cells,
                                 measured->shapes.given, measured->judgements) == CS_OK);
    CS_REQUIRE(fclose(stream) == 0);
    CS_REQUIRE(cs_measured_read(&same, fresh, text, n_bytes, "m.json", NULL) == CS_OK);
    CS_REQUIRE(same.plan.n_tables == measured->plan.n_tables &&
               same.plan.n_cells == measured->plan.n_cells);
    CS_REQUIRE(
        memcmp(same.cells, measured->cells, same.plan.n_cells * sizeof *same.cells) == 0);
    cs_measured_wipe(&same);
    cs_study_free(fresh);
    free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct cs_study *study = cs_test_study(NULL);
    struct cs_fault fault = { .stage = "fuzz" };
    const char *text = (const char *)data;
    struct cs_measured measured;
    double epsilon = 1;

    if (cs_measured_epsilon(&epsilon, text, size, "m.json", &fault) == CS_OK)
        CS_REQUIRE(epsilon > 0);
    if (cs_measured_read(&measured, study, text, size, "m.json", &fault) == CS_OK)
        write_again(&measured, study);
    cs_fuzz_check_fault(&fault);
    cs_measured_wipe(&measured);
    cs_study_free(study);
    return 0;
}
