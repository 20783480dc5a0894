#include "party/html.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "model/utf8.h"

static const char *reference_of(char c)
{
    switch (c) {
    case '&':
        return "&amp;";
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '"':
        return "&quot;";
    case '\'':
        return "&#39;";
    case '`':
        return "&#96;";
    default:
        return NULL;
    }
}

/* Bytes of a character of valid UTF-8, by its first. */
static size_t character_bytes(uint8_t first)
{
    return first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
}

static uint32_t code_point(const char *at, size_t n_bytes)
{
    static const uint8_t mask[] = { 0, 0x7f, 0x1f, 0x0f, 0x07 };
    uint32_t code = (uint8_t)at[0] & mask[n_bytes];

    for (size_t i = 1; i < n_bytes; i++)
        code = code << 6 | ((uint8_t)at[i] & 0x3f);
    return code;
}

static bool is_hidden(uint32_t code)
{
    if (code == '\n' || code == '\t')
        return false;
    return code < 0x20 || (code >= 0x7f && code < 0xa0) ||
           (code >= 0x202a && code <= 0x202e) || (code >= 0x2066 && code <= 0x2069);
}

static void put_character(FILE *stream, const char *at, size_t n_bytes)
{
    const char *reference = n_bytes == 1 ? reference_of(at[0]) : NULL;

    if (reference != NULL)
        fputs(reference, stream);
    else if (is_hidden(code_point(at, n_bytes)))
        fputs("\xef\xbf\xbd", stream);
    else
        fwrite(at, 1, n_bytes, stream);
}

void cs_html_text(FILE *stream, const char *text)
{
    const char *end = text + strlen(text);

    while (text < end) {
        const char *invalid = text + cs_utf8_valid_bytes(text, (size_t)(end - text));

        while (text < invalid) {
            const size_t n_bytes = character_bytes((uint8_t)*text);

            put_character(stream, text, n_bytes);
            text += n_bytes;
        }
        if (text < end) {
            fputs("\xef\xbf\xbd", stream);
            text++;
        }
    }
}
