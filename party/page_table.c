/* page_table.c: the tables of a page. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "party/html.h"
#include "party/page.h"
#include "party/page_parts.h"

#define MINUS "\u2212"      /* as wide as a plus */
#define THIN_SPACE "\u202f" /* which no line breaks at */

static const char *const plots[] = { [CS_PAGE_RATES] = "rates",
                                     [CS_PAGE_FOREST] = "forest",
                                     [CS_PAGE_BARS] = "bars",
                                     [CS_PAGE_CURVE] = "curve" };
static const char *const roles[] = { [CS_PAGE_LABEL] = "label",
                                     [CS_PAGE_X] = "x",
                                     [CS_PAGE_VALUE] = "value",
                                     [CS_PAGE_LOW] = "low",
                                     [CS_PAGE_HIGH] = "high" };

/* Ready for the next attribute or the end of the tag. */
static void put_attribute(FILE *stream, const char *name, const char *value)
{
    fprintf(stream, " %s=\"", name);
    cs_html_text(stream, value);
    fputc('"', stream);
}

static void put_header_cell(FILE *stream, const struct cs_page_column *column)
{
    fputs("<th scope=\"col\"", stream);
    if (column->notation != CS_PAGE_WORDS)
        put_attribute(stream, "class", "number");
    if (column->role != CS_PAGE_NO_ROLE)
        put_attribute(stream, "data-role", roles[column->role]);
    if (column->series != NULL)
        put_attribute(stream, "data-series", column->series);
    fputs("><bdi>", stream);
    cs_html_text(stream, column->name);
    fputs("</bdi></th>\n", stream);
}

/* On a phone each row of a wide table becomes a block, whose cells have their names
 * beside them (page.css). Should it be too wide even so, it scrolls by itself, by keys
 * too. */
enum { WIDE = 4 };

void cs_page_table(struct cs_page *page, const struct cs_page_table *table)
{
    FILE *stream = page->stream;

    CS_REQUIRE(page->table == NULL);
    page->table = table;
    page->in_row = false;
    fputs("<figure>\n<div class=\"scroll\" role=\"group\" tabindex=\"0\"", stream);
    put_attribute(stream, "aria-label", table->caption);
    fputs(table->n_columns < WIDE ? ">\n<table" : ">\n<table class=\"wide\"", stream);
    if (table->plot != CS_PAGE_NO_PLOT) {
        put_attribute(stream, "data-plot", plots[table->plot]);
        put_attribute(stream, "data-unit", table->unit);
        if (table->x_unit != NULL)
            put_attribute(stream, "data-x-unit", table->x_unit);
        if (table->most > 0)
            fprintf(stream, " data-most=\"%g\"", table->most);
    }
    fputs(">\n<caption>", stream);
    cs_html_text(stream, table->caption);
    fputs("</caption>\n<thead>\n<tr>\n", stream);
    for (size_t i = 0; i < table->n_columns; i++)
        put_header_cell(stream, &table->columns[i]);
    fputs("</tr>\n</thead>\n<tbody>\n", stream);
}

static void end_row(struct cs_page *page)
{
    if (!page->in_row)
        return;
    CS_REQUIRE(page->n_cells == page->table->n_columns);
    fputs("</tr>\n", page->stream);
    page->in_row = false;
}

void cs_page_row(struct cs_page *page, enum cs_page_row row)
{
    CS_REQUIRE(page->table != NULL);
    end_row(page);
    fputs(row == CS_PAGE_STRONG_ROW ? "<tr class=\"strong\">\n" : "<tr>\n", page->stream);
    page->in_row = true;
    page->n_cells = 0;
}

static const struct cs_page_column *next_cell(struct cs_page *page, size_t n_columns)
{
    CS_REQUIRE(page->in_row && n_columns > 0 &&
               page->n_cells + n_columns <= page->table->n_columns);
    page->n_cells += n_columns;
    return &page->table->columns[page->n_cells - n_columns];
}

/* Up to its attributes, more of which may follow. */
static void begin_cell(struct cs_page *page, const struct cs_page_column *column,
                       const char *classes)
{
    fputs("<td", page->stream);
    if (classes[0] != '\0')
        put_attribute(page->stream, "class", classes);
    if (page->table->n_columns >= WIDE)
        put_attribute(page->stream, "data-name", column->name);
}

void cs_page_words(struct cs_page *page, const char *words)
{
    const struct cs_page_column *column = next_cell(page, 1);
    const bool label = column->role == CS_PAGE_LABEL;

    if (label)
        fputs("<th scope=\"row\"", page->stream);
    else
        begin_cell(page, column, "");
    fputs("><bdi>", page->stream);
    cs_html_text(page->stream, words);
    fputs(label ? "</bdi></th>\n" : "</bdi></td>\n", page->stream);
}

/* Digits in threes from five on, with a sign of the right width. */
static void put_number(FILE *stream, double value, int decimals, bool is_signed)
{
    char digits[340];

    if (decimals == CS_PAGE_THREE_DIGITS)
        snprintf(digits, sizeof digits, "%.3g", fabs(value));
    else
        snprintf(digits, sizeof digits, "%.*f", decimals, fabs(value));
    const bool is_zero = strspn(digits, "0.") == strlen(digits);
    const size_t n_whole = strspn(digits, "0123456789");

    if (value < 0 && !is_zero)
        fputs(MINUS, stream);
    else if (is_signed && !is_zero)
        fputc('+', stream);
    for (size_t i = 0; digits[i] != '\0'; i++) {
        if (i > 0 && i < n_whole && n_whole > 4 && (n_whole - i) % 3 == 0)
            fputs(THIN_SPACE, stream);
        fputc(digits[i], stream);
    }
}

static void put_value(FILE *stream, double value, const struct cs_page_column *column)
{
    if (column->notation != CS_PAGE_P_VALUE)
        put_number(stream, value, column->decimals, column->notation == CS_PAGE_SIGNED);
    else if (value < .0001)
        fputs("&lt; 0.0001", stream);
    else
        put_number(stream, value, 4, false);
}

void cs_page_number(struct cs_page *page, double value)
{
    const struct cs_page_column *column = next_cell(page, 1);

    CS_REQUIRE(column->notation != CS_PAGE_WORDS);
    begin_cell(page, column, "number");
    if (!isfinite(value)) {
        fputs(">\u2013</td>\n", page->stream);
        return;
    }
    fprintf(page->stream, " data-value=\"%.9g\">", value);
    put_value(page->stream, value, column);
    fputs("</td>\n", page->stream);
}

void cs_page_absent(struct cs_page *page, size_t n_columns, const char *words)
{
    next_cell(page, n_columns);
    fprintf(page->stream, "<td class=\"absent\" colspan=\"%zu\">", n_columns);
    cs_html_text(page->stream, words);
    fputs("</td>\n", page->stream);
}

void cs_page_table_end(struct cs_page *page)
{
    CS_REQUIRE(page->table != NULL);
    end_row(page);
    page->table = NULL;
    fputs("</tbody>\n</table>\n</div>\n</figure>\n", page->stream);
}
