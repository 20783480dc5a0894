/* page.h: one HTML file that opens offline in any browser, and is whole without scripts.
 *
 * A page is a table of sections, each a function that writes headings, paragraphs, facts
 * and tables. A table may ask for a plot of itself: party/page.js draws it with D3 from
 * the cells of the table, which stays; so whatever a plot shows can be read, heard and
 * printed as well.
 *
 *   Text       every text is escaped, a study's names too: none can end an element, open
 *              a script or turn the direction of what stands around it (party/html.h)
 *   Requests   none: styles, scripts and D3 are in the file, and a policy in it
 *              (Content-Security-Policy, W3C, level 3) forbids everything that has not
 *              the digest of one of these
 *   Access     after WCAG 2.2, level AA: one h1, headings in order, landmarks, captions,
 *              scopes of header cells, contrast of 4.5 in light and dark
 *   Numbers    a column says how its numbers are written, so that their points align;
 *              the exact value stands beside, for plots
 *   Ownership  all is borrowed for the call; ids are letters, digits and `-`, each there
 *              once
 *   Errors     CS_MEMORY; write errors of the stream are the caller's to look for
 */
#ifndef CS_PARTY_PAGE_H
#define CS_PARTY_PAGE_H

#include <stdbool.h>
#include <stdio.h>

#include "crypto/status.h"

struct cs_page; /* given to the sections */

/* Who may see it. */
enum cs_page_mark {
    CS_PAGE_MAY_BE_SHARED,
    CS_PAGE_DO_NOT_SHARE, /* real rows were read */
    CS_PAGE_NOT_PRIVATE,  /* an unprotected study */
};

struct cs_page_section {
    const char *id, *title;
    void (*write)(struct cs_page *page, const void *about);
    const void *about;
};

struct cs_page_outline {
    const char *title;      /* of the page: the h1 */
    const char *subtitle;   /* one line below it */
    enum cs_page_mark mark; /* the banner */
    const char *mark_words; /* and why */
    const struct cs_page_section *sections;
    size_t n_sections;
};

CS_MUST_USE enum cs_status cs_page_write(FILE *stream,
                                         const struct cs_page_outline *outline);

/* What stands in a section. Formats are those of printf; what comes out is escaped. */
#define CS_PAGE_FORMAT(n) __attribute__((format(printf, n, (n) + 1)))

void cs_page_heading(struct cs_page *page, const char *format, ...) CS_PAGE_FORMAT(2);
void cs_page_paragraph(struct cs_page *page, const char *format, ...) CS_PAGE_FORMAT(2);
/* In small print. */
void cs_page_note(struct cs_page *page, const char *format, ...) CS_PAGE_FORMAT(2);
/* A finding that must not be passed over. */
void cs_page_warning(struct cs_page *page, const char *format, ...) CS_PAGE_FORMAT(2);
/* As a terminal would show it, lines kept. */
void cs_page_code(struct cs_page *page, const char *format, ...) CS_PAGE_FORMAT(2);

void cs_page_list(struct cs_page *page);
void cs_page_item(struct cs_page *page, const char *format, ...) CS_PAGE_FORMAT(2);
void cs_page_list_end(struct cs_page *page);

/* Hidden until asked for, but in print. May hold everything but details. */
void cs_page_details(struct cs_page *page, const char *format, ...) CS_PAGE_FORMAT(2);
void cs_page_details_end(struct cs_page *page);

/* Questions and their answers, or names and what they stand for: answers are large, with
 * the answer in a word first (lead, or NULL), facts small. */
enum cs_page_facts { CS_PAGE_ANSWERS, CS_PAGE_FACTS };
void cs_page_facts(struct cs_page *page, enum cs_page_facts kind);
void cs_page_fact(struct cs_page *page, const char *name, const char *lead,
                  const char *format, ...) CS_PAGE_FORMAT(4);
void cs_page_facts_end(struct cs_page *page);

/* A table, cell by cell.
 *
 *   rates   points with intervals, a line for each row
 *   forest  the same around a line at 0
 *   bars    bars from 0
 *   curve   lines over x, with bands where there are low and high
 *
 * What a plot makes of a column is its role. Of several LABEL columns all but the last
 * are names of groups. VALUE, LOW and HIGH with the same `series` belong together. */
enum cs_page_plot {
    CS_PAGE_NO_PLOT,
    CS_PAGE_RATES,
    CS_PAGE_FOREST,
    CS_PAGE_BARS,
    CS_PAGE_CURVE,
};
enum cs_page_role {
    CS_PAGE_NO_ROLE,
    CS_PAGE_LABEL, /* heads its row, in every table */
    CS_PAGE_X,
    CS_PAGE_VALUE,
    CS_PAGE_LOW,
    CS_PAGE_HIGH,
};
enum cs_page_notation {
    CS_PAGE_WORDS,
    CS_PAGE_NUMBER,
    CS_PAGE_SIGNED,  /* with + or - */
    CS_PAGE_P_VALUE, /* four digits, `< 0.0001` below */
};

#define CS_PAGE_THREE_DIGITS (-1) /* for numbers of no one size */

struct cs_page_column {
    const char *name;
    enum cs_page_notation notation;
    int decimals; /* of CS_PAGE_NUMBER and CS_PAGE_SIGNED; or CS_PAGE_THREE_DIGITS */
    enum cs_page_role role;
    const char *series; /* or NULL: there is but one */
};

struct cs_page_table {
    const char *caption;
    enum cs_page_plot plot;
    const char *unit;   /* along the axis of values; with a plot */
    const char *x_unit; /* along the other one; of a curve */
    double most;        /* how far the axis of bars goes at least; or 0 */
    const struct cs_page_column *columns;
    size_t n_columns;
};

enum cs_page_row { CS_PAGE_PLAIN_ROW, CS_PAGE_STRONG_ROW };

/* Each row is filled from the left to the last column, or the program stops. */
void cs_page_table(struct cs_page *page, const struct cs_page_table *table);
void cs_page_row(struct cs_page *page, enum cs_page_row row);
void cs_page_words(struct cs_page *page, const char *words);
void cs_page_number(struct cs_page *page, double value); /* a dash if not finite */
/* In place of the next n_columns: why there is nothing. A plot has room for what stands
 * before a colon. */
void cs_page_absent(struct cs_page *page, size_t n_columns, const char *words);
void cs_page_table_end(struct cs_page *page);

#endif
