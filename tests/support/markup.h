/* markup.h: is a page of HTML well formed, in the strict way that ours are: elements are
 * closed in the opposite order, but for `meta`, and attributes are quoted?
 */
#ifndef CS_TESTS_SUPPORT_MARKUP_H
#define CS_TESTS_SUPPORT_MARKUP_H

#include <stdbool.h>
#include <stddef.h>

/* Prints what is wrong. */
bool cs_markup_is_whole(const char *html);

/* How often a text is in another. */
size_t cs_markup_count(const char *html, const char *text);

#endif
