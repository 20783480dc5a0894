/* Hints (crypto/okvs.h): a code of any bytes is asked for any keys; and keys of any bytes
 * are encoded, which must give their values back, or be refused.
 *
 *     byte n, byte width, keys (n), and then the code
 */
#include <stdlib.h>
#include <string.h>

#include "crypto/okvs.h"
#include "tests/fuzz/fuzz.h"

enum { KEYS_MAX = 48, WIDTH_MAX = 3 };

struct store {
    struct cs_block key[KEYS_MAX], value[KEYS_MAX * WIDTH_MAX];
    size_t n, width;
    struct cs_block *code;
};

static void decode_any(struct store *store, struct cs_fuzz_input *input)
{
    struct cs_block value[KEYS_MAX * WIDTH_MAX];

    cs_fuzz_fill(input, store->code,
                 cs_okvs_rows(store->n) * store->width * sizeof *store->code);
    CS_REQUIRE(cs_okvs_decode(value, store->code, store->n, store->width, store->key,
                              store->n) == CS_OK);
}

static void encode_and_decode(struct store *store)
{
    struct cs_block value[KEYS_MAX * WIDTH_MAX];
    struct cs_rng rng;

    cs_rng_init_labelled(&rng, 1, "okvs");
    cs_rng_bytes(&rng, store->value, sizeof store->value);
    const enum cs_status st = cs_okvs_encode(store->code, store->key, store->value,
                                             store->n, store->width, &rng, NULL);
    CS_REQUIRE(st == CS_OK || st == CS_INPUT);
    CS_REQUIRE(cs_okvs_decode(value, store->code, store->n, store->width, store->key,
                              store->n) == CS_OK);
    if (st == CS_OK)
        CS_REQUIRE(memcmp(value, store->value, store->n * store->width * sizeof *value) ==
                   0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct cs_fuzz_input input = { data, size };
    struct store store = { 0 };

    store.n = 1 + cs_fuzz_byte(&input) % KEYS_MAX;
    store.width = 1 + cs_fuzz_byte(&input) % WIDTH_MAX;
    cs_fuzz_fill(&input, store.key, store.n * sizeof *store.key);
    store.code = calloc(cs_okvs_rows(store.n) * store.width, sizeof *store.code);
    CS_REQUIRE(store.code != NULL);
    decode_any(&store, &input);
    encode_and_decode(&store);
    free(store.code);
    return 0;
}
