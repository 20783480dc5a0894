/* backlog.h: messages that wait, in order, on their way out or in.
 *
 *   Ownership  a backlog owns its letters; _take hands the first one to the caller, who
 *              frees it
 */
#ifndef CS_PROTOCOL_BACKLOG_H
#define CS_PROTOCOL_BACKLOG_H

#include <stddef.h>
#include <stdint.h>

struct cs_letter {
    struct cs_letter *next;
    size_t n_bytes;
    uint8_t bytes[];
};

/* What a letter costs beside its bytes: memory is bounded however short letters are. */
#define CS_LETTER_COST_BYTES 64

struct cs_backlog {
    struct cs_letter *first, *last; /* NULL: none */
    size_t n_bytes;                 /* of all, and what each costs */
};

/* A new last letter of n_head bytes, to be filled in, and then these; NULL: no memory. */
struct cs_letter *cs_backlog_add(struct cs_backlog *backlog, size_t n_head,
                                 const void *bytes, size_t n_bytes);

/* There is one. */
struct cs_letter *cs_backlog_take(struct cs_backlog *backlog);

void cs_backlog_wipe(struct cs_backlog *backlog);

#endif
