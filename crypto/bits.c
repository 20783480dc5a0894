#include "crypto/bits.h"

#include <emmintrin.h>
#include <string.h>

enum { SIDE = 16 }; /* columns done at once, and bytes of a column's block */

/* v becomes its transpose, as 16 x 16 bytes: four times, the first half of the rows is
 * interleaved with the second. */
static void transpose_bytes(__m128i v[static SIDE])
{
    __m128i t[SIDE];

    for (unsigned step = 0; step < 4; step++) {
        for (unsigned i = 0; i < SIDE / 2; i++) {
            t[2 * i] = _mm_unpacklo_epi8(v[i], v[i + SIDE / 2]);
            t[2 * i + 1] = _mm_unpackhi_epi8(v[i], v[i + SIDE / 2]);
        }
        memcpy(v, t, sizeof t);
    }
}

/* Byte b holds 8 rows of 16 columns: their bits leave from the top, a row at a time. */
static void scatter_rows(uint8_t *rows, __m128i byte)
{
    for (unsigned bit = 8; bit-- > 0;) {
        const uint16_t row = (uint16_t)_mm_movemask_epi8(byte);

        memcpy(rows + bit * sizeof(struct cs_block), &row, sizeof row);
        byte = _mm_add_epi8(byte, byte);
    }
}

void cs_bits_transpose(struct cs_block *rows, const struct cs_block *columns,
                       size_t stride, size_t n_blocks)
{
    for (size_t n = 0; n < n_blocks; n++) {
        for (size_t first = 0; first < 128; first += SIDE) {
            uint8_t *const to = (uint8_t *)(rows + 128 * n) + first / 8;
            __m128i v[SIDE];

            for (size_t i = 0; i < SIDE; i++)
                v[i] = _mm_loadu_si128(
                    (const __m128i *)(const void *)&columns[(first + i) * stride + n]);
            transpose_bytes(v);
            for (size_t b = 0; b < SIDE; b++)
                scatter_rows(to + b * 8 * sizeof(struct cs_block), v[b]);
        }
    }
}
