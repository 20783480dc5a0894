#include "crypto/bits.h"

#include <immintrin.h>
#include <string.h>

enum { SIDE = 16 }; /* columns a lane, and bytes of a column's block */

#define WIDTH 128
#include "crypto/bits_kernel.inc"
#undef WIDTH
#define WIDTH 256
#include "crypto/bits_kernel.inc"
#undef WIDTH
#define WIDTH 512
#include "crypto/bits_kernel.inc"
#undef WIDTH

unsigned cs_bits_widest(void)
{
    if (__builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vbmi") &&
        __builtin_cpu_supports("gfni"))
        return 512;
    return __builtin_cpu_supports("avx2") ? 256 : 128;
}

void cs_bits_transpose_with(struct cs_block *rows, const struct cs_block *columns,
                            size_t stride, size_t n_blocks, unsigned width)
{
    if (width == 512)
        transpose_512(rows, columns, stride, n_blocks);
    else if (width == 256)
        transpose_256(rows, columns, stride, n_blocks);
    else
        transpose_128(rows, columns, stride, n_blocks);
}

void cs_bits_transpose(struct cs_block *rows, const struct cs_block *columns,
                       size_t stride, size_t n_blocks)
{
    cs_bits_transpose_with(rows, columns, stride, n_blocks, cs_bits_widest());
}
