/* spelling.h: which known word somebody may have meant.
 *
 *   Errors     none; words of more than 64 bytes are near to nothing
 */
#ifndef CS_MODEL_SPELLING_H
#define CS_MODEL_SPELLING_H

#include <stdbool.h>
#include <stddef.h>

/* For a search: set *least by cs_spelling_limit, then ask for each known word whether it
 * is nearer than any before, which *least remembers. */
size_t cs_spelling_limit(const char *word);
bool cs_spelling_nearer(size_t *least, const char *word, const char *known);

#endif
