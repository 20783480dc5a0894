/* page.c: the frame of a page, and what stands in sections but for tables. */
#include "party/page.h"

#include <sodium.h>
#include <stdlib.h>

#include "party/html.h"
#include "party/page_assets.h"
#include "party/page_parts.h"

void cs_page_put(struct cs_page *page, const char *format, va_list arguments)
{
    char *text = NULL;
    va_list again;

    va_copy(again, arguments);
    const int n = vsnprintf(NULL, 0, format, arguments);
    CS_REQUIRE(n >= 0);
    text = malloc((size_t)n + 1);
    if (text == NULL) {
        page->failed = true;
    } else {
        vsnprintf(text, (size_t)n + 1, format, again);
        cs_html_text(page->stream, text);
    }
    va_end(again);
    free(text);
}

/* The digest by which the policy knows an element (CSP level 3, section 2.3.1). */
static void put_digest(FILE *stream, const unsigned char *bytes, size_t n_bytes)
{
    unsigned char digest[crypto_hash_sha256_BYTES];
    char text[sodium_base64_ENCODED_LEN(sizeof digest, sodium_base64_VARIANT_ORIGINAL)];

    crypto_hash_sha256(digest, bytes, n_bytes);
    sodium_bin2base64(text, sizeof text, digest, sizeof digest,
                      sodium_base64_VARIANT_ORIGINAL);
    fprintf(stream, " 'sha256-%s'", text);
}

static void put_policy(FILE *stream)
{
    fputs("<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
          "base-uri 'none'; form-action 'none'; style-src",
          stream);
    put_digest(stream, cs_page_css, cs_page_css_bytes);
    fputs("; script-src", stream);
    put_digest(stream, cs_page_d3, cs_page_d3_bytes);
    put_digest(stream, cs_page_js, cs_page_js_bytes);
    fputs("\">\n", stream);
}

static void put_asset(FILE *stream, const char *element, const unsigned char *bytes,
                      size_t n_bytes)
{
    fprintf(stream, "<%s>", element);
    fwrite(bytes, 1, n_bytes, stream);
    fprintf(stream, "</%s>\n", element);
}

static void put_element(FILE *stream, const char *begin, const char *text,
                        const char *end)
{
    fputs(begin, stream);
    cs_html_text(stream, text);
    fputs(end, stream);
}

static void put_head(FILE *stream, const struct cs_page_outline *outline)
{
    fputs("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n",
          stream);
    put_policy(stream);
    fputs("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
          "<meta name=\"color-scheme\" content=\"light dark\">\n"
          "<meta name=\"referrer\" content=\"no-referrer\">\n"
          "<meta name=\"generator\" content=\"cosynth " CS_VERSION "\">\n",
          stream);
    put_element(stream, "<title>", outline->title, "</title>\n");
    put_asset(stream, "style", cs_page_css, cs_page_css_bytes);
    fputs("</head>\n", stream);
}

static void put_banner(FILE *stream, const struct cs_page_outline *outline)
{
    static const struct {
        const char *begin, *words;
    } marks[] = {
        [CS_PAGE_MAY_BE_SHARED] = { "<p class=\"mark open\"><strong>", "May be shared" },
        [CS_PAGE_DO_NOT_SHARE] = { "<p class=\"mark closed\"><strong>", "Do not share" },
        [CS_PAGE_NOT_PRIVATE] = { "<p class=\"mark closed\"><strong>", "NOT PRIVATE" },
    };

    put_element(stream, marks[outline->mark].begin, marks[outline->mark].words,
                "</strong> ");
    put_element(stream, "<span>", outline->mark_words, "</span></p>\n");
}

static void put_contents(FILE *stream, const struct cs_page_outline *outline)
{
    fputs("<nav aria-label=\"Contents\">\n<ol>\n", stream);
    for (size_t i = 0; i < outline->n_sections; i++) {
        fprintf(stream, "<li><a href=\"#%s\">", outline->sections[i].id);
        put_element(stream, "<bdi>", outline->sections[i].title, "</bdi></a></li>\n");
    }
    fputs("</ol>\n</nav>\n", stream);
}

static void put_section(struct cs_page *page, const struct cs_page_section *section)
{
    fprintf(page->stream, "<section id=\"%s\" aria-labelledby=\"%s-title\">\n",
            section->id, section->id);
    fprintf(page->stream, "<h2 id=\"%s-title\">", section->id);
    put_element(page->stream, "<bdi>", section->title, "</bdi></h2>\n");
    section->write(page, section->about);
    CS_REQUIRE(page->table == NULL);
    fputs("</section>\n", page->stream);
}

static void put_body(struct cs_page *page, const struct cs_page_outline *outline)
{
    FILE *stream = page->stream;

    fputs("<body>\n<header>\n", stream);
    put_banner(stream, outline);
    put_element(stream, "<h1><bdi>", outline->title, "</bdi></h1>\n");
    put_element(stream, "<p class=\"subtitle\"><bdi>", outline->subtitle,
                "</bdi></p>\n</header>\n");
    put_contents(stream, outline);
    fputs("<main>\n", stream);
    for (size_t i = 0; i < outline->n_sections; i++)
        put_section(page, &outline->sections[i]);
    fputs("</main>\n", stream);
}

enum cs_status cs_page_write(FILE *stream, const struct cs_page_outline *outline)
{
    struct cs_page page = { .stream = stream };

    put_head(stream, outline);
    put_body(&page, outline);
    put_asset(stream, "script", cs_page_d3, cs_page_d3_bytes);
    put_asset(stream, "script", cs_page_js, cs_page_js_bytes);
    fputs("</body>\n</html>\n", stream);
    return page.failed ? CS_MEMORY : CS_OK;
}

/* An element around what the format of the function makes; CLOSE as it is. */
#define PUT_FORMAT(page, open, close, format)                                            \
    do {                                                                                 \
        va_list arguments;                                                               \
        va_start(arguments, format);                                                     \
        fputs((open), (page)->stream);                                                   \
        cs_page_put((page), (format), arguments);                                        \
        fputs((close), (page)->stream);                                                  \
        va_end(arguments);                                                               \
    } while (0)

void cs_page_heading(struct cs_page *page, const char *format, ...)
{
    PUT_FORMAT(page, "<h3>", "</h3>\n", format);
}

void cs_page_paragraph(struct cs_page *page, const char *format, ...)
{
    PUT_FORMAT(page, "<p>", "</p>\n", format);
}

void cs_page_note(struct cs_page *page, const char *format, ...)
{
    PUT_FORMAT(page, "<p class=\"note\">", "</p>\n", format);
}

void cs_page_warning(struct cs_page *page, const char *format, ...)
{
    PUT_FORMAT(page, "<p class=\"warning\">", "</p>\n", format);
}

void cs_page_code(struct cs_page *page, const char *format, ...)
{
    PUT_FORMAT(page, "<pre><code>", "</code></pre>\n", format);
}

void cs_page_list(struct cs_page *page)
{
    fputs("<ul>\n", page->stream);
}

void cs_page_item(struct cs_page *page, const char *format, ...)
{
    PUT_FORMAT(page, "<li>", "</li>\n", format);
}

void cs_page_list_end(struct cs_page *page)
{
    fputs("</ul>\n", page->stream);
}

void cs_page_details(struct cs_page *page, const char *format, ...)
{
    PUT_FORMAT(page, "<details>\n<summary>", "</summary>\n", format);
}

void cs_page_details_end(struct cs_page *page)
{
    fputs("</details>\n", page->stream);
}

void cs_page_facts(struct cs_page *page, enum cs_page_facts kind)
{
    fprintf(page->stream, "<dl class=\"%s\">\n",
            kind == CS_PAGE_ANSWERS ? "answers" : "facts");
}

void cs_page_fact(struct cs_page *page, const char *name, const char *lead,
                  const char *format, ...)
{
    put_element(page->stream, "<div>\n<dt>", name, "</dt>\n<dd>");
    if (lead != NULL)
        put_element(page->stream, "<strong>", lead, "</strong> ");
    PUT_FORMAT(page, "", "</dd>\n</div>\n", format);
}

void cs_page_facts_end(struct cs_page *page)
{
    fputs("</dl>\n", page->stream);
}
