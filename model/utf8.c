#include "model/utf8.h"

#include <stdint.h>
#include <string.h>

/* The rows of table 3-7 beyond ASCII: a first byte up to `first` is followed by n_more
 * bytes, the second within [lo, hi], the others within [0x80, 0xbf]. */
static const struct {
    uint8_t first, n_more, lo, hi;
} rows[] = {
    { 0xdf, 1, 0x80, 0xbf }, { 0xe0, 2, 0xa0, 0xbf }, { 0xec, 2, 0x80, 0xbf },
    { 0xed, 2, 0x80, 0x9f }, { 0xef, 2, 0x80, 0xbf }, { 0xf0, 3, 0x90, 0xbf },
    { 0xf3, 3, 0x80, 0xbf }, { 0xf4, 3, 0x80, 0x8f },
};

/* Bytes of the character that begins with a byte beyond ASCII; 0 if it is none. */
static size_t character_bytes(const uint8_t *at, size_t n_left)
{
    size_t row = 0;

    if (at[0] < 0xc2 || at[0] > 0xf4)
        return 0;
    while (at[0] > rows[row].first)
        row++;
    if (n_left <= rows[row].n_more || at[1] < rows[row].lo || at[1] > rows[row].hi)
        return 0;
    for (size_t i = 2; i <= rows[row].n_more; i++) {
        if ((at[i] & 0xc0) != 0x80)
            return 0;
    }
    return rows[row].n_more + (size_t)1;
}

static size_t ascii_bytes(const uint8_t *at, size_t n_left)
{
    size_t n = 0;
    uint64_t word;

    for (; n + sizeof word <= n_left; n += sizeof word) {
        memcpy(&word, at + n, sizeof word);
        if ((word & UINT64_C(0x8080808080808080)) != 0)
            break;
    }
    while (n < n_left && at[n] < 0x80)
        n++;
    return n;
}

size_t cs_utf8_valid_bytes(const char *text, size_t n_bytes)
{
    const uint8_t *bytes = (const uint8_t *)text;
    size_t done = 0;

    for (;;) {
        done += ascii_bytes(bytes + done, n_bytes - done);
        if (done == n_bytes)
            return done;
        const size_t n = character_bytes(bytes + done, n_bytes - done);
        if (n == 0)
            return done;
        done += n;
    }
}
