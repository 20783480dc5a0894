/* The body of a saved model, which may come from anybody. One that is taken is written
 * and read again, and its generator is revived and draws, as `cosynth synthesize` does.
 */
#include <stdlib.h>
#include <string.h>

#include "party/revive.h"
#include "party/saved_body.h"
#include "tests/fuzz/fuzz.h"

enum { DRAWS = 4 };

static void pack_again(const struct cs_saved *saved)
{
    struct cs_saved same = { 0 };
    uint8_t *bytes[2] = { NULL, NULL };
    size_t n[2] = { 0, 0 };

    CS_REQUIRE(cs_saved_pack(&bytes[0], &n[0], saved) == CS_OK);
    CS_REQUIRE(cs_saved_unpack(&same, bytes[0], n[0], "m", NULL) == CS_OK);
    CS_REQUIRE(cs_saved_pack(&bytes[1], &n[1], &same) == CS_OK);
    CS_REQUIRE(n[0] == n[1] && memcmp(bytes[0], bytes[1], n[0]) == 0);
    cs_saved_wipe(&same);
    free(bytes[0]);
    free(bytes[1]);
}

static void draw(struct cs_generator *generator, const struct cs_saved *saved)
{
    const struct cs_schema *schema = &saved->study->schema;
    const uint8_t labels[DRAWS] = { 0 };
    struct cs_codes rows = { 0 };
    struct cs_rng rng;

    cs_rng_init_labelled(&rng, 1, "fuzz");
    CS_REQUIRE(cs_codes_init(&rows, DRAWS, schema->n_order[saved->party]) == CS_OK);
    CS_REQUIRE(cs_generator_sample(generator, &rows, labels, &rng) == CS_OK);
    for (size_t i = 0; i < rows.n_columns; i++)
        for (size_t row = 0; row < DRAWS; row++)
            CS_REQUIRE(cs_codes_column(&rows, i)[row] <
                       schema->columns[schema->order[saved->party][i]].n_codes);
    cs_codes_wipe(&rows);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct cs_fault fault = { .stage = "fuzz" };
    struct cs_generator *generator = NULL;
    struct cs_saved saved = { 0 };

    if (cs_saved_unpack(&saved, data, size, "m", &fault) == CS_OK) {
        pack_again(&saved);
        if (cs_revive(&generator, &saved, NULL, &fault) == CS_OK)
            draw(generator, &saved);
    }
    cs_fuzz_check_fault(&fault);
    cs_generator_free(generator);
    cs_saved_wipe(&saved);
    return 0;
}
