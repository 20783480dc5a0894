/* page_parts.h: what the files of a page share (party/page.h). */
#ifndef CS_PARTY_PAGE_PARTS_H
#define CS_PARTY_PAGE_PARTS_H

#include <stdarg.h>

#include "party/page.h"

struct cs_page {
    FILE *stream;
    bool failed;                       /* no memory */
    const struct cs_page_table *table; /* that is open, or NULL */
    size_t n_cells;                    /* of the open row */
    bool in_row;
};

/* What a format makes, escaped. */
void cs_page_put(struct cs_page *page, const char *format, va_list arguments);

#endif
