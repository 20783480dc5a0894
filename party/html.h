/* html.h: texts of others in HTML, so that they stay texts.
 *
 * `&`, `<`, `>`, both quotes and the backquote become references, which is enough in the
 * text of elements and in quoted attributes (HTML Living Standard, 13.1.2.4 and 13.3).
 * The replacement character stands for what a browser would not show as it is: bytes that
 * are not UTF-8, control characters, and the embeddings, overrides and isolates of the
 * bidirectional algorithm (U+202A to U+202E, U+2066 to U+2069), which would turn around
 * what stands beside them ("Trojan Source", Boucher and Anderson, 2021). Marks of
 * direction stay: names in Arabic or Hebrew need them. Line breaks and tabs stay too.
 */
#ifndef CS_PARTY_HTML_H
#define CS_PARTY_HTML_H

#include <stdio.h>

void cs_html_text(FILE *stream, const char *text);

#endif
