/* receipt.h: receipt.json: what a run did, opened, spent and wrote, for whoever has to
 * answer for it. docs/RECEIPT.md has the fields.
 *
 * It is for the two parties: it holds the sampling rates of training, from which the
 * number of rows follows, which both know.
 */
#ifndef CS_PARTY_RECEIPT_H
#define CS_PARTY_RECEIPT_H

#include <stdio.h>

#include "party/job.h"

/* Errors of the stream are the caller's to look for. */
CS_MUST_USE enum cs_status cs_receipt_write(FILE *stream, const struct cs_job *job);

#endif
