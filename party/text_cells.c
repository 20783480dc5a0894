#include "party/text_cells.h"

#include <stdbool.h>

static bool begins_character(char c)
{
    return ((unsigned char)c & 0xc0) != 0x80;
}

/* C0, DEL, or C1 in UTF-8: what a terminal would obey. */
static bool is_control(const char *c)
{
    const unsigned char first = (unsigned char)c[0], second = (unsigned char)c[1];

    return first < 0x20 || first == 0x7f || (first == 0xc2 && second < 0xa0);
}

size_t cs_text_put_cut(FILE *stream, const char *text, size_t width)
{
    size_t n_chars = 0, n_put = 0;

    for (const char *c = text; *c != '\0'; c++)
        n_chars += begins_character(*c);
    const size_t keep = n_chars <= width ? n_chars : width - 2;
    for (const char *c = text; *c != '\0'; c++) {
        n_put += begins_character(*c);
        if (n_put > keep)
            break;
        if (is_control(c))
            fputc('?', stream);
        else if (begins_character(*c) || c == text || !is_control(c - 1))
            fputc(*c, stream);
    }
    if (keep < n_chars)
        fputs("..", stream);
    return keep < n_chars ? width : n_chars;
}

void cs_text_put_cell(FILE *stream, const char *text, size_t width)
{
    const size_t n = cs_text_put_cut(stream, text, width);

    fprintf(stream, "%*s", (int)(width - n), "");
}

void cs_text_put_p(FILE *stream, double p, int width)
{
    if (p < .0001)
        fprintf(stream, "%*s", width, "< 0.0001");
    else
        fprintf(stream, "%*.4f", width, p);
}
