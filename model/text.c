#include "model/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Room for n more bytes and the NUL. */
static bool reserve(struct cs_text *text, size_t n)
{
    size_t capacity = text->capacity > 0 ? text->capacity : 256;
    char *bytes;

    while (capacity - text->n_bytes <= n)
        capacity *= 2;
    if (text->failed || capacity == text->capacity)
        return !text->failed;
    bytes = realloc(text->bytes, capacity);
    if (bytes == NULL) {
        text->failed = true;
        return false;
    }
    text->bytes = bytes;
    text->capacity = capacity;
    return true;
}

void cs_text_add(struct cs_text *text, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    const int n = vsnprintf(NULL, 0, format, args);
    va_end(args);
    CS_REQUIRE(n >= 0);
    if (!reserve(text, (size_t)n))
        return;
    va_start(args, format);
    vsnprintf(text->bytes + text->n_bytes, (size_t)n + 1, format, args);
    va_end(args);
    text->n_bytes += (size_t)n;
}

void cs_text_add_quoted(struct cs_text *text, const char *value)
{
    cs_text_add(text, "\"");
    for (; *value != '\0'; value++)
        cs_text_add(text, strchr("\"\\=", *value) != NULL ? "\\%c" : "%c", *value);
    cs_text_add(text, "\"");
}

enum cs_status cs_text_take(struct cs_text *text, char **bytes)
{
    cs_text_add(text, "%s", "");
    if (text->failed) {
        cs_text_wipe(text);
        return CS_MEMORY;
    }
    *bytes = text->bytes;
    *text = (struct cs_text){ 0 };
    return CS_OK;
}

void cs_text_wipe(struct cs_text *text)
{
    free(text->bytes);
    *text = (struct cs_text){ 0 };
}
