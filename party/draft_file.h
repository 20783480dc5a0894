/* draft_file.h: one party's part of a study, proposed from its own rows: the file that
 * `cosynth init` writes, and what it tells the owner beside it.
 *
 * The file is for the owner to review and then for the peer: it holds no count of rows,
 * and marks what was taken from rows. What the owner is told has counts, and is for the
 * owner's terminal alone.
 */
#ifndef CS_PARTY_DRAFT_FILE_H
#define CS_PARTY_DRAFT_FILE_H

#include <stdio.h>

#include "model/draft.h"
#include "party/arguments.h"

/* Everything is borrowed. */
struct cs_draft_file {
    enum cs_party party;
    const char *data;        /* path of the CSV file */
    const char *fingerprint; /* of the party's certificate; empty: not known */
    uint64_t n_rows;
    const struct cs_argument_list *id; /* columns that identify people; may be none */
    const struct cs_draft *drafts;     /* (n_drafts): of all columns but these */
    size_t n_drafts;
    const struct cs_draft *role;           /* of them: A's arm, B's conversion; or NULL */
    struct cs_argument_list first, second; /* its levels: test and control; converted */
};

void cs_draft_file_write(FILE *stream, const struct cs_draft_file *file);
void cs_draft_file_tell(FILE *stream, const struct cs_draft_file *file);

#endif
