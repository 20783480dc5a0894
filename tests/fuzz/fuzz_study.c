/* The study file. One that is taken has all that a run asks of it, and its canonical form
 * is that of the same text again. */
#include <string.h>

#include "model/study.h"
#include "tests/fuzz/fuzz.h"

static void check_columns(const struct cs_schema *schema)
{
    CS_REQUIRE(schema->n_columns > 0 && schema->n_columns <= CS_COLUMNS_MAX);
    for (size_t c = 0; c < schema->n_columns; c++)
        CS_REQUIRE(schema->columns[c].n_codes <= CS_CODES_MAX);
    for (int p = CS_A; p <= CS_B; p++)
        for (size_t i = 0; i < schema->n_order[p]; i++)
            CS_REQUIRE(schema->order[p][i] < schema->n_columns);
}

static void check(const struct cs_study *study)
{
    check_columns(&study->schema);
    CS_REQUIRE(study->arm < study->schema.n_columns);
    CS_REQUIRE(study->n_outcomes >= 1 && study->n_outcomes <= CS_OUTCOMES_MAX);
    CS_REQUIRE(study->n_tests >= 1 && study->n_tests <= CS_TEST_ARMS_MAX);
    CS_REQUIRE(study->unprotected || study->epsilon > 0);
    CS_REQUIRE(study->canonical != NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct cs_fault fault = { .stage = "fuzz" };
    struct cs_study *study = NULL, *again = NULL;
    char words[256];

    if (cs_study_parse(&study, (const char *)data, size, "s.yaml", NULL, &fault) ==
        CS_OK) {
        check(study);
        CS_REQUIRE(cs_study_parse(&again, (const char *)data, size, "s.yaml", NULL,
                                  &fault) == CS_OK);
        CS_REQUIRE(!cs_study_difference(words, sizeof words, study->canonical,
                                        again->canonical));
        CS_REQUIRE(memcmp(study->digest, again->digest, sizeof study->digest) == 0);
    }
    cs_fuzz_check_fault(&fault);
    cs_study_free(study);
    cs_study_free(again);
    return 0;
}
