/* secret.h: memory that held a secret goes back wiped. */
#ifndef CS_CRYPTO_SECRET_H
#define CS_CRYPTO_SECRET_H

#include <stddef.h>

/* Zeroes n_bytes, in a way no compiler leaves out, and frees; takes NULL. */
void cs_wipe_free(void *memory, size_t n_bytes);

#endif
