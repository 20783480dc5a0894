/* survival.h: how many are left as time passes, of whom not all are watched to the end.
 *
 * Kaplan and Meier, "Nonparametric Estimation from Incomplete Observations", 1958: the
 * product, over the times of events, of the shares that they leave of those still
 * watched.
 *
 *   Ownership  cs_survival_wipe frees; may be called on zeros
 *   Errors     CS_MEMORY
 *   Secrecy    of rows; wiped
 */
#ifndef CS_MODEL_SURVIVAL_H
#define CS_MODEL_SURVIVAL_H

#include <stdbool.h>
#include <stddef.h>

#include "crypto/status.h"

struct cs_watched {
    double time; /* until when */
    bool event;  /* or watched no longer */
};

struct cs_survival {
    struct cs_watched *rows; /* (n), in the order of time [secret] */
    size_t n, capacity;
    size_t n_passed; /* of these; the others are still watched */
    double share;    /* that survives what has passed */
};

/* times, events: (n); an event is what is not 0. Rows where either is NAN are left out.
 * Nothing has passed. */
CS_MUST_USE enum cs_status cs_survival_make(struct cs_survival *survival,
                                            const double *times, const double *events,
                                            size_t n);
void cs_survival_wipe(struct cs_survival *survival);

/* The time of the first row that has not passed; INFINITY if all have. */
double cs_survival_next(const struct cs_survival *survival);

/* Lets pass what has this time, the next; returns how many events it had. */
double cs_survival_pass(struct cs_survival *survival, double time);

#endif
