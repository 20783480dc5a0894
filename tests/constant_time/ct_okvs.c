/* crypto/okvs.h: "no branch depends on a value". Keys and queries show in time, and are
 * not marked. */
#include "crypto/okvs.h"

#include "tests/constant_time/taint.h"

enum { N = 200, WIDTH = 2, ROWS_MAX = 2 * N + 300 };

static struct cs_block key[N], value[N * WIDTH], code[ROWS_MAX * WIDTH];

int main(void)
{
    struct cs_rng rng;

    CS_REQUIRE(cs_okvs_rows(N) <= ROWS_MAX);
    cs_rng_init_labelled(&rng, 1, "ct_okvs");
    cs_rng_bytes(&rng, key, sizeof key);
    cs_taint_rng(&rng);
    cs_taint_secret(value, sizeof value);
    CS_REQUIRE(cs_okvs_encode(code, key, value, N, WIDTH, &rng, NULL) == CS_OK);
    cs_taint_expect(code, cs_okvs_rows(N) * WIDTH * sizeof *code);
    CS_REQUIRE(cs_okvs_decode(value, code, N, WIDTH, key, N) == CS_OK);
    cs_taint_expect(value, sizeof value);
    return 0;
}
