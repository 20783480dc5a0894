#include "party/data_set.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "crypto/secret.h"

static int by_bytes(const void *x, const void *y)
{
    return memcmp(x, y, CS_ID_BYTES);
}

enum cs_status cs_data_set_digest(uint8_t data_set[static CS_DATA_SET_BYTES],
                                  const uint8_t (*id)[CS_ID_BYTES], size_t n)
{
    uint8_t(*sorted)[CS_ID_BYTES] = calloc(n + 1, sizeof *sorted);

    if (sorted == NULL)
        return CS_MEMORY;
    memcpy(sorted, id, n * sizeof *sorted);
    qsort(sorted, n, sizeof *sorted, by_bytes);
    crypto_generichash(data_set, CS_DATA_SET_BYTES, (const uint8_t *)sorted,
                       n * sizeof *sorted, NULL, 0);
    cs_wipe_free(sorted, n * sizeof *sorted);
    return CS_OK;
}
