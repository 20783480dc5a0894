/* tally.h: how many rows hold which text, of one column of a file.
 *
 * It has room for as many different texts as its maker says, the first of the file; rows
 * with others are counted together.
 *
 *   Ownership  the tally owns its texts
 *   Errors     CS_MEMORY
 *   Secrecy    texts and counts are of real rows; wiped
 */
#ifndef CS_MODEL_TALLY_H
#define CS_MODEL_TALLY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "crypto/status.h"

#define CS_TALLY_LEVELS_MAX 4096 /* a column with more is no category to propose */
#define CS_TALLY_ALL UINT32_MAX  /* room for the texts of any file */
#define CS_TALLY_BEYOND SIZE_MAX /* what has no level */

struct cs_level {
    char *text; /* NUL-terminated [secret] */
    size_t n_bytes;
    uint64_t n_rows; /* [secret] */
};

struct cs_tally {
    struct cs_level *levels; /* (n_levels), in the order in which they were met */
    size_t n_levels, capacity, most;
    uint32_t *slots;   /* (4 * capacity) by a hash of the text: level + 1, or 0 */
    bool repeated;     /* some text was met twice, while there was room */
    uint64_t n_beyond; /* rows with a text for which there was no room */
};

/* most: texts, at most CS_TALLY_ALL. */
CS_MUST_USE enum cs_status cs_tally_init(struct cs_tally *tally, size_t most);

/* One more row. *level: the text's index in levels, or CS_TALLY_BEYOND. */
CS_MUST_USE enum cs_status cs_tally_add(size_t *level, struct cs_tally *tally,
                                        const char *text, size_t n_bytes);
void cs_tally_wipe(struct cs_tally *tally);

#endif
