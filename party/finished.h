/* finished.h: a run that is over, read back from one party's output folder, for `cosynth
 * compare`: what it cost (receipt.json), what it could say (report.json), and how many
 * people it measured (measured.json).
 *
 * All of it is private results, and what both parties know. Nothing is trusted.
 *
 *   Units      lifts as fractions of 1 for rates, in the outcome's own unit for means;
 *              variances their squares
 *   Ownership  cs_finished_wipe frees what was read; the folder's name is borrowed
 *   Errors     CS_CONFIG if a file is not there, CS_INPUT if one is not what a run
 * writes; with file and field
 */
#ifndef CS_PARTY_FINISHED_H
#define CS_PARTY_FINISHED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "crypto/fault.h"
#include "model/presence.h"

#define CS_FINISHED_WORD_BYTES 64   /* of a name; a longer one is cut */
#define CS_FINISHED_DIGEST_BYTES 65 /* hexadecimal digits and the end */

/* What the report says of one test arm and one outcome. */
struct cs_finished_answer {
    char test[CS_FINISHED_WORD_BYTES], outcome[CS_FINISHED_WORD_BYTES];
    char *terms;    /* what counts as the outcome, as compact JSON */
    bool is_rate;   /* else a mean */
    bool is_capped; /* the mean of capped values: the plain one is not to be believed */
    bool reported;  /* else all numbers up to the segments are NAN */
    char reason[2 * CS_FINISHED_WORD_BYTES]; /* why not; empty if it is */
    double lift, low, high;
    double sampling, noise; /* variances of the lift */
    double smallest; /* lift that is shown with a power of 80 % at 5 %, two-sided */
    size_t n_segments, n_reported;
};

struct cs_finished {
    const char *folder;
    char study[CS_FINISHED_WORD_BYTES];
    char party;                                /* 'a' or 'b' */
    char population[CS_FINISHED_DIGEST_BYTES]; /* digests */
    char study_digest[CS_FINISHED_DIGEST_BYTES], plan_digest[CS_FINISHED_DIGEST_BYTES];
    char ledger_head[CS_FINISHED_DIGEST_BYTES]; /* when the run was charged */

    bool is_private;               /* else epsilons are INFINITY, delta is 0 */
    double epsilon, epsilon_spent; /* the study's bound; what was charged */
    double delta;
    bool joint_noise;
    size_t n_tables;
    char **columns; /* (n_columns): that were measured, in ascending order */
    size_t n_columns;

    char used[2][CS_FINISHED_WORD_BYTES]; /* what the parties' candidates came from */
    double chi_square[2];                 /* of these, a cell; NAN: not known */
    double fit_chi_square;                /* of the population against all tables */

    double seconds;
    uint64_t bytes; /* both ways */
    uint64_t memory_bytes;

    char *arm, *counted; /* the question, as compact JSON: arms; who counts */
    struct cs_finished_answer *answers; /* (n_answers): the study's conversion first */
    size_t n_answers;

    bool linked;                                   /* people may be at one party alone */
    double people[CS_SCOPES], v_people[CS_SCOPES]; /* measured, and the variance of its
                                                      noise; INFINITY: not measured */
};

CS_MUST_USE enum cs_status cs_finished_read(struct cs_finished *run, const char *folder,
                                            struct cs_fault *fault);
void cs_finished_wipe(struct cs_finished *run);

/* Half of the 95 % interval of a lift; its variance's share that is noise; NAN if it is
 * not reported. */
double cs_finished_half_width(const struct cs_finished_answer *answer);
double cs_finished_noise_share(const struct cs_finished_answer *answer);

/* Half of the 95 % interval of the people at both, as far as noise goes. */
double cs_finished_people_margin(const struct cs_finished *run);

#endif
