/* watched.h: what there is to see of a run in an output folder: of one under way or cut
 * short, its journal (party/journal.h); of one that is over, its receipt.
 *
 * A node that lives holds the lock of its journal. A journal without a lock was left by a
 * node that was killed. Of several, one whose node lives is taken, else the newest.
 *
 *   Errors     CS_CONFIG if there is nothing to see, CS_INPUT for a file that is not what
 *              a run writes; with file and line, or field, and what to do
 *   Secrecy    only reads; what it reads has no value of a row
 */
#ifndef CS_PARTY_WATCHED_H
#define CS_PARTY_WATCHED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "crypto/fault.h"

#define CS_WATCHED_STAGES_MAX 16
#define CS_WATCHED_CURVES_MAX 4
#define CS_WATCHED_POINTS_MAX 512
#define CS_WATCHED_WORD_BYTES 16   /* of a stage's name */
#define CS_WATCHED_STUDY_BYTES 128 /* of the study's; a longer one is cut */

enum cs_watched_state { CS_WATCHED_RUNS, CS_WATCHED_DIED, CS_WATCHED_FINISHED };

struct cs_watched_stage {
    char name[CS_WATCHED_WORD_BYTES];
    bool begun, over, spoke; /* spoke: to the peer */
    double seconds, done;
    uint64_t sent_bytes, received_bytes, rounds;
};

/* A loss on private results, oldest point first. */
struct cs_watched_curve {
    char stage[CS_WATCHED_WORD_BYTES];
    double value[CS_WATCHED_POINTS_MAX]; /* (n) */
    size_t n;
};

struct cs_watched {
    enum cs_watched_state state;
    char study[CS_WATCHED_STUDY_BYTES];
    char party;            /* 'a' or 'b' */
    long pid;              /* 0: over */
    long started, ended;   /* seconds of the system's clock; 0: not known */
    double epsilon, delta; /* INFINITY, 0: not private */
    double charged;        /* NAN: not yet */
    double seconds;        /* since the run began, as far as is known */
    double quiet_seconds;  /* since the node's last line; 0 if it is over */
    double cpu_seconds;    /* NAN: not known */
    uint64_t memory_bytes; /* most so far; 0: not known */
    struct cs_watched_stage stages[CS_WATCHED_STAGES_MAX];
    size_t n_stages;
    struct cs_watched_curve curves[CS_WATCHED_CURVES_MAX];
    size_t n_curves;
};

/* folder: the output folder of one party. */
CS_MUST_USE enum cs_status cs_watched_read(struct cs_watched *watched, const char *folder,
                                           struct cs_fault *fault);

/* The stage under way, or the last that was; NULL if none has begun. */
const struct cs_watched_stage *cs_watched_last(const struct cs_watched *watched);

/* The receipt alone. Sets all but `ended`. */
CS_MUST_USE enum cs_status cs_watched_receipt(struct cs_watched *watched,
                                              const char *folder, struct cs_fault *fault);

/* A journal alone: its lines up to the last whole one. name is the file's, for errors.
 * Sets all but state, seconds of a run under way and quiet_seconds. */
CS_MUST_USE enum cs_status cs_watched_parse(struct cs_watched *watched, const char *text,
                                            size_t n_bytes, const char *name,
                                            struct cs_fault *fault);

#endif
