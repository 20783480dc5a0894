/* proposal.h: one party's part of a study, from its rows: surveyed, drafted, written.
 *
 *   Ownership  options are borrowed
 *   Errors     CS_CONFIG for options that do not fit the file or the party, CS_INPUT for
 *              a file that nothing can be proposed from; fault has the words
 *   Secrecy    what is kept of rows is wiped. The file may be reviewed and given to the
 *              peer; what is told beside it is for the owner (party/draft_file.h)
 */
#ifndef CS_PARTY_PROPOSAL_H
#define CS_PARTY_PROPOSAL_H

#include <stdio.h>

#include "crypto/fault.h"
#include "model/schema.h"
#include "party/arguments.h"

struct cs_proposal_options {
    const char *data; /* the CSV file */
    enum cs_party party;
    const char *key;                  /* folder of this party's key, or NULL */
    const char *role;                 /* column of A's arm, B's conversion; or NULL */
    struct cs_argument_list id;       /* columns that identify people */
    struct cs_argument_list category; /* columns that are one, whatever they look like */
    struct cs_argument_list first, second; /* the role's levels: test and control;
                                              converted. Guessed where empty */
    const char *output;                    /* never one that is there */
};

/* Writes the part, and on tell what the owner should know. */
CS_MUST_USE enum cs_status cs_propose_part(const struct cs_proposal_options *options,
                                           FILE *tell, struct cs_fault *fault);

#endif
