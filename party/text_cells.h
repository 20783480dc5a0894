/* text_cells.h: what report.txt and the terminal are put together from.
 *
 * Texts of a study or a file are cut to fit, at a character; control characters, which a
 * terminal would obey, become `?`.
 *
 *   Errors     none; write errors of a stream are the caller's to look for
 */
#ifndef CS_PARTY_TEXT_CELLS_H
#define CS_PARTY_TEXT_CELLS_H

#include <stdio.h>

/* At most `width` characters (code points), `..` at the end of what is longer. The number
 * of characters put. */
size_t cs_text_put_cut(FILE *stream, const char *text, size_t width);

/* The same, filled up with spaces. */
void cs_text_put_cell(FILE *stream, const char *text, size_t width);

/* A p-value with four digits, or `< 0.0001`. */
void cs_text_put_p(FILE *stream, double p, int width);

#endif
