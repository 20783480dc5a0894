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
                                  const struct cs_ids *ids, size_t n_rows)
{
    uint8_t(*sorted)[CS_ID_BYTES] = calloc(n_rows + 1, sizeof *sorted);

    if (sorted == NULL)
        return CS_MEMORY;
    for (size_t row = 0; row < n_rows; row++) {
        const uint8_t *id = cs_ids_first(ids, row);

        if (id != NULL)
            memcpy(sorted[row], id, sizeof *sorted);
    }
    qsort(sorted, n_rows, sizeof *sorted, by_bytes);
    crypto_generichash(data_set, CS_DATA_SET_BYTES, (const uint8_t *)sorted,
                       n_rows * sizeof *sorted, NULL, 0);
    cs_wipe_free(sorted, n_rows * sizeof *sorted);
    return CS_OK;
}
