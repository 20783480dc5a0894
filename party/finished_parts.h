/* finished_parts.h: the files that party/finished.c puts together. Each function reads
 * one, and leaves what it took memory for to cs_finished_wipe, on failure too. */
#ifndef CS_PARTY_FINISHED_PARTS_H
#define CS_PARTY_FINISHED_PARTS_H

#include "party/finished.h"
#include "party/json_file.h"

/* receipt.json; first. */
CS_MUST_USE enum cs_status cs_finished_receipt(struct cs_finished *run,
                                               const struct cs_json_file *receipt);

/* report.json. */
CS_MUST_USE enum cs_status cs_finished_report(struct cs_finished *run,
                                              const struct cs_json_file *report);

/* measured.json: how many people its tables count; after the receipt. */
CS_MUST_USE enum cs_status cs_finished_measured(struct cs_finished *run,
                                                const struct cs_json_file *measured);

#endif
