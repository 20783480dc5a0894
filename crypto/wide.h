/* wide.h: integers of 128 bits, which ISO C does not name. */
#ifndef CS_CRYPTO_WIDE_H
#define CS_CRYPTO_WIDE_H

__extension__ typedef unsigned __int128 cs_u128;
__extension__ typedef __int128 cs_i128;

#endif
