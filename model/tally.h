/* tally.h: how many rows hold which text, of one column of a file.
 *
 * Room is for the first CS_TALLY_LEVELS_MAX different texts; rows with others are counted
 * together. A column with so many is no category.
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

#define CS_TALLY_LEVELS_MAX 4096

struct cs_level {
    char *text; /* NUL-terminated [secret] */
    size_t n_bytes;
    uint64_t n_rows; /* [secret] */
};

struct cs_tally {
    struct cs_level *levels; /* (n_levels), in the order in which they were met */
    size_t n_levels;
    uint16_t *slots;   /* open-addressed, by a hash of the text: level + 1, or 0 */
    bool repeated;     /* some text was met twice, while there was room */
    uint64_t n_beyond; /* rows with a text for which there was no room */
};

CS_MUST_USE enum cs_status cs_tally_init(struct cs_tally *tally);
CS_MUST_USE enum cs_status cs_tally_add(struct cs_tally *tally, const char *text,
                                        size_t n_bytes);
void cs_tally_wipe(struct cs_tally *tally);

#endif
