#include "crypto/secret.h"

#include <sodium.h>
#include <stdlib.h>

void cs_wipe_free(void *memory, size_t n_bytes)
{
    if (memory != NULL)
        sodium_memzero(memory, n_bytes);
    free(memory);
}
