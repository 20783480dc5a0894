/* report_parts.h: what the files party/report_text*.c share, the page, one answer on it
 * (report_text_answer.c), and its segments and columns (report_text_segments.c); and the
 * files party/report_json*.c.
 *
 * Inside these alone.
 */
#ifndef CS_PARTY_REPORT_PARTS_H
#define CS_PARTY_REPORT_PARTS_H

#include "party/report.h"
#include "party/text_cells.h"

enum { CS_REPORT_NAME_WIDTH = 18 }; /* of a column or an arm */

struct json_t; /* jansson's */

/* The i-th answer of the struct cs_report `of`, as JSON. */
struct json_t *cs_report_answer_json(const void *of, size_t i);

/* `a`, `b` or `both`. */
const char *cs_report_scope_name(enum cs_scope scope);

/* What is said otherwise where there is no noise. */
struct cs_report_words {
    const char *tables, *at_epsilon, *beyond, *within, *interval, *not_reportable;
};
const struct cs_report_words *cs_report_words_of(const struct cs_report *report);

/* How the values of an answer are written: rates in percent, lifts of them in points;
 * means and their lifts in the unit of the column, with as many digits as their standard
 * error is worth. */
struct cs_report_scale {
    bool is_mean;
    double factor;
    int digits;          /* after the point */
    const char *points;  /* after a lift */
    const char *percent; /* after a value */
};
struct cs_report_scale cs_report_scale_of(const struct cs_answer *answer,
                                          const struct cs_report *report);

/* One answer: a sentence; all of it. */
void cs_report_put_headline(FILE *stream, const struct cs_answer *answer,
                            const struct cs_report *report);
void cs_report_put_answer(FILE *stream, const struct cs_answer *answer,
                          const struct cs_report *report);

/* Its segments; what its columns tell. */
void cs_report_put_segments(FILE *stream, const struct cs_answer *answer,
                            const struct cs_report *report);
void cs_report_put_columns(FILE *stream, const struct cs_answer *answer,
                           const struct cs_report *report);

/* `visit, womens against control`. */
void cs_report_put_question(FILE *stream, const struct cs_answer *answer,
                            const struct cs_report *report);

#endif
