/* report.h: the A/B analysis (model/ab.h) as a page for people and as JSON for machines.
 * docs/REPORT.md says what each number is.
 *
 * Made from private results alone, so every form of it may be shared, and says so; but of
 * an unprotected study nothing may, and every form says that. What the noise does not
 * support is printed as a reason instead of a number.
 *
 * A form of the report is one row in the table of report.c: its name, which is the
 * extension of its file, and the function that writes it.
 *
 *   Errors     CS_MEMORY; of writing, CS_IO with words. Write errors of a stream are the
 *              caller's to look for (ferror, cs_file_commit)
 *   Ownership  everything is borrowed for the call
 */
#ifndef CS_PARTY_REPORT_H
#define CS_PARTY_REPORT_H

#include <stdio.h>

#include "crypto/fault.h"
#include "model/ab.h"
#include "model/judge.h"
#include "party/recorded.h"

#define CS_LABEL_BYTES 256

struct cs_report {
    const struct cs_study *study; /* its schema with all edges */
    const struct cs_ab *ab;
    const struct cs_plan *plan; /* its tables, and epsilon_spent: by the whole run */
    const struct cs_judgement *judgements; /* (2) */
    const struct cs_recorded *recorded;    /* (2), by party; those that are at hand */
};

/* Writes folder/report.txt, folder/report.json and folder/report.html. */
CS_MUST_USE enum cs_status cs_report_write(const char *folder,
                                           const struct cs_report *report,
                                           struct cs_fault *fault);

/* At most 100 characters wide, ASCII but for the labels. */
CS_MUST_USE enum cs_status cs_report_text(FILE *stream, const struct cs_report *report);
CS_MUST_USE enum cs_status cs_report_json(FILE *stream, const struct cs_report *report);
CS_MUST_USE enum cs_status cs_report_html(FILE *stream, const struct cs_report *report);

/* A level for a reader: the category, `other`, `missing`, or the bin as `[30, 50)`; the
 * last bin as `[50, 99]`; a bin of one value as that value. Cut to fit, at a character.
 */
void cs_report_label(char label[static CS_LABEL_BYTES], const struct cs_column *column,
                     unsigned code);

/* `region` and `north`, or of a pair `region x age` and `north x [30, 50)`. */
#define CS_SEGMENT_BYTES (2 * CS_COLUMN_NAME_BYTES + 4)
void cs_report_segment(char name[static CS_SEGMENT_BYTES],
                       char level[static CS_SEGMENT_BYTES],
                       const struct cs_segment *segment, const struct cs_schema *schema);

#endif
