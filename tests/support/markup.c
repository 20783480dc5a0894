#include "tests/support/markup.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

enum { DEPTH_MAX = 64, NAME_BYTES = 16 };

struct open_elements {
    char name[DEPTH_MAX][NAME_BYTES];
    size_t n;
};

static bool complain(const char *what, const char *at)
{
    printf("%s: %.60s\n", what, at);
    return false;
}

static size_t name_bytes(const char *at)
{
    size_t n = 0;

    while (isalnum((unsigned char)at[n]))
        n++;
    return n;
}

/* The `>` of a tag: not one within quotes. NULL if there is none, or a `<` before it. */
static const char *end_of_tag(const char *at)
{
    bool quoted = false;

    for (; *at != '\0'; at++) {
        quoted ^= *at == '"';
        if (!quoted && *at == '>')
            return at;
        if (*at == '<')
            return NULL;
    }
    return NULL;
}

static bool close_element(struct open_elements *open, const char *name, size_t n_bytes)
{
    if (open->n == 0)
        return false;
    const char *last = open->name[--open->n];
    return strlen(last) == n_bytes && memcmp(last, name, n_bytes) == 0;
}

/* What stands in a script or a style is no markup: on to its end. */
static const char *skip_text(const char *tag, const char *end)
{
    if (strncmp(tag, "script", 6) == 0)
        return strstr(end, "</script>");
    return strncmp(tag, "style", 5) == 0 ? strstr(end, "</style>") : end + 1;
}

/* Takes the tag that begins after `<`; where to go on, or NULL. */
static const char *take_tag(struct open_elements *open, const char *tag)
{
    const bool closes = *tag == '/';
    const char *name = tag + closes;
    const size_t n = name_bytes(name);
    const char *end = end_of_tag(name);

    if (n == 0 || n >= NAME_BYTES || end == NULL)
        return NULL;
    if (closes)
        return close_element(open, name, n) ? end + 1 : NULL;
    if (strncmp(name, "meta", n) == 0)
        return end + 1;
    if (open->n == DEPTH_MAX)
        return NULL;
    memcpy(open->name[open->n], name, n);
    open->name[open->n++][n] = '\0';
    return skip_text(name, end);
}

bool cs_markup_is_whole(const char *html)
{
    static const char type[] = "<!doctype html>\n";
    struct open_elements open = { .n = 0 };

    if (strncmp(html, type, strlen(type)) != 0)
        return complain("no doctype", html);
    for (const char *at = html + strlen(type); *at != '\0';) {
        const char *next = *at == '<' ? take_tag(&open, at + 1) : at + 1;

        if (next == NULL)
            return complain("not well formed", at);
        at = next;
    }
    return open.n == 0 || complain("not closed", open.name[open.n - 1]);
}

size_t cs_markup_count(const char *html, const char *text)
{
    size_t n = 0;

    while ((html = strstr(html, text)) != NULL) {
        html += strlen(text);
        n++;
    }
    return n;
}
