/* outputs.h: what a report is made from, read back from the output directories of
 * the two parties: study.yaml and measured.json of each, which must be of the same run,
 * and synthetic.csv of each, joined on its column `person`; and receipt.json, if it is
 * there.
 *
 * Everything read but the receipts is a private result. With `link: private` people may
 * be in one file only; in a run of aligned rows there are none, and they would be left
 * out.
 *
 *   Errors     CS_CONFIG for a file that is missing, CS_INPUT for one that is not what a
 *              run writes, CS_DISAGREE for two outputs that are not of one run; with
 * words
 */
#ifndef CS_PARTY_OUTPUTS_H
#define CS_PARTY_OUTPUTS_H

#include "model/codes.h"
#include "model/presence.h"
#include "party/measured.h"
#include "party/recorded.h"

#define CS_MEASURED_BYTES_MAX ((size_t)1 << 26)

struct cs_outputs {
    struct cs_study *study; /* with all edges */
    struct cs_measured measured;
    struct cs_codes population;     /* all columns of the schema */
    struct cs_presence people;      /* where its rows are */
    struct cs_recorded recorded[2]; /* by party; not there where receipt.json is not */
};

CS_MUST_USE enum cs_status cs_outputs_read(struct cs_outputs *outputs,
                                           const char *folder_a, const char *folder_b,
                                           struct cs_fault *fault);
void cs_outputs_wipe(struct cs_outputs *outputs);

#endif
