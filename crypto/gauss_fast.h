/* gauss_fast.h: the discrete Gaussian with s = 2^16, fast: the noise of DP-SGD, which
 * needs one draw for every weight and step.
 *
 * |x| is split into a block of 2^11 integers and a place in it. A block comes from an
 * alias table (Walker 1977), with the probability of its first integer; a place is
 * uniform; both are kept with probability exp(-(x^2 - first^2) / (2 s^2)), which is an
 * exact coin (crypto/gauss.h, algorithm 1), as the exponent is a multiple of 2^-33 below
 * one. So nothing but the weights of the blocks is rounded, and those, of 130 bits in
 * all, are rounded up:
 *
 *     p'(x) >= (1 - 2^-106) p(x)    for |x| < 1023 * 2^11, 31.97 s
 *
 * where p is the discrete Gaussian and p' what is drawn (docs/NUMERICS.md, "Fast noise",
 * has the proof). So they differ by less than CS_GAUSS_FAST_APART in total variation,
 * which model/renyi.h charges.
 *
 *   Units       noise in integers, of deviation CS_GAUSS_FAST_S
 *   Errors      none
 *   Secrecy     noise is secret. A try reads a place in a table of 4 kB that tells its
 *               block; one try in 80 branches on a coin whose odds tell |x|: both show in
 *               time. How many tries a draw takes is independent of what it gives. So
 *               draw whole arrays, as here: what shows is one sum of times. Random words
 *               are AES under a key that is drawn for the call, and wiped.
 *   Threads     read-only after _init
 */
#ifndef CS_CRYPTO_GAUSS_FAST_H
#define CS_CRYPTO_GAUSS_FAST_H

#include <stddef.h>
#include <stdint.h>

#include "crypto/rng.h"
#include "crypto/wide.h"

#define CS_GAUSS_FAST_S 65536
#define CS_GAUSS_FAST_APART 0x1p-105

/* Columns of the alias table, and blocks; the last stands for another try. */
enum { CS_GAUSS_FAST_BLOCKS = 1024 };

/* Column c is block c with probability (cut * 2^111 + rest[c]) / 2^120, else `other`. */
struct cs_gauss_fast {
    struct {
        uint16_t cut, other;
    } column[CS_GAUSS_FAST_BLOCKS];
    cs_u128 rest[CS_GAUSS_FAST_BLOCKS];
};

void cs_gauss_fast_init(struct cs_gauss_fast *gauss);

/* noise: (n) independent draws. */
void cs_gauss_fast_fill(const struct cs_gauss_fast *gauss, int32_t *noise, size_t n,
                        struct cs_rng *rng);

#endif
