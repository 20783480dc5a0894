#include "model/codes.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

enum cs_status cs_codes_init(struct cs_codes *codes, size_t n_rows, size_t n_columns)
{
    codes->n_rows = n_rows;
    codes->n_columns = n_columns;
    codes->code = calloc(n_rows + 1, n_columns + 1); /* + 1: never of size 0 */
    return codes->code == NULL ? CS_MEMORY : CS_OK;
}

void cs_codes_wipe(struct cs_codes *codes)
{
    if (codes->code != NULL)
        sodium_memzero(codes->code, codes->n_rows * codes->n_columns);
    free(codes->code);
    memset(codes, 0, sizeof *codes);
}
