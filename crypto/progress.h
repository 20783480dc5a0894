/* progress.h: how long work says where it is, and is told to stop.
 *
 * A loop that may take more than a second is given a struct cs_progress and calls
 * cs_progress_tell every fraction of a second. The receiver (party/monitor.c) draws the
 * line on the terminal and keeps the peer's clock quiet with a heartbeat; if that shows
 * that the peer is gone, the loop ends with the status it gets.
 */
#ifndef CS_CRYPTO_PROGRESS_H
#define CS_CRYPTO_PROGRESS_H

#include <stddef.h>

#include "crypto/status.h"

struct cs_progress {
    enum cs_status (*tell)(void *arg, double done);
    void *arg;
};

/* done is the share of this piece of work, in [0, 1]. progress may be NULL. */
CS_MUST_USE static inline enum cs_status
cs_progress_tell(const struct cs_progress *progress, double done)
{
    return progress == NULL ? CS_OK : progress->tell(progress->arg, done);
}

/* A piece of a larger work: what it tells from 0 to 1 is told to the whole as from `from`
 * to `to`. The piece is as good as whole and from where it lies. */
struct cs_progress_piece {
    const struct cs_progress *whole; /* may be NULL */
    double from, to;
};

static inline enum cs_status cs_progress_piece_tell(void *arg, double done)
{
    const struct cs_progress_piece *piece = arg;

    return cs_progress_tell(piece->whole, piece->from + done * (piece->to - piece->from));
}

static inline struct cs_progress cs_progress_of(struct cs_progress_piece *piece)
{
    return (struct cs_progress){ cs_progress_piece_tell, piece };
}

#endif
