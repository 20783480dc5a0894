/* report_html_parts.h: what the files of report.html share: one question of the study,
 * with the names that it is told by, and the functions that write sections.
 */
#ifndef CS_PARTY_REPORT_HTML_PARTS_H
#define CS_PARTY_REPORT_HTML_PARTS_H

#include "party/page.h"
#include "party/report.h"
#include "party/report_parts.h"

#define CS_TITLE_BYTES (3 * CS_LABEL_BYTES + 32)
#define CS_POINTS_BYTES 40

#define CS_SHOWN_P .05         /* below it, an effect is shown */
#define CS_CONTRADICTED_P .001 /* below it, tables contradict each other */

/* An answer of the analysis, and the study's own names for what was asked. */
struct cs_told {
    const struct cs_report *report;
    const struct cs_answer *answer;
    const struct cs_effect *effect, *direct; /* those to believe */
    struct cs_report_scale scale;
    int decimals;          /* in tables */
    const char *lift_unit; /* above and along lifts */
    const char *measure;   /* `rate` or `mean` */
    char test[CS_LABEL_BYTES], control[CS_LABEL_BYTES], outcome[CS_LABEL_BYTES];
    char id[24];                /* of its section */
    char title[CS_TITLE_BYTES]; /* `visit: Womens E-Mail against No E-Mail` */
};

/* All of the report. */
struct cs_telling {
    const struct cs_report *report;
    const struct cs_told *told; /* (report->ab->n_answers) */
};

void cs_told_init(struct cs_told *told, const struct cs_report *report, size_t answer);

/* What the answer comes to, in words. */
enum cs_finding { CS_FOUND_MORE, CS_FOUND_LESS, CS_FOUND_NOTHING, CS_NOT_TOLD };
enum cs_finding cs_told_finding(const struct cs_told *told);

/* `+7.7 points`, or in the unit of a mean; `18.3 %`, likewise. */
void cs_told_lift(char words[static CS_POINTS_BYTES], const struct cs_told *told,
                  double lift);
void cs_told_value(char words[static CS_POINTS_BYTES], const struct cs_told *told,
                   double value);

/* `p < 0.0001`, `p = 0.0213`. */
#define CS_P_BYTES 24
void cs_told_p(char words[static CS_P_BYTES], double p);

/* The sections. about: a struct cs_told for _answer, a struct cs_telling for all others.
 */
void cs_report_html_summary(struct cs_page *page, const void *about);
void cs_report_html_answer(struct cs_page *page, const void *about);
void cs_report_html_people(struct cs_page *page, const void *about);
void cs_report_html_disclosed(struct cs_page *page, const void *about);
void cs_report_html_generators(struct cs_page *page, const void *about);
void cs_report_html_run(struct cs_page *page, const void *about);
void cs_report_html_reading(struct cs_page *page, const void *about);
void cs_report_html_again(struct cs_page *page, const void *about);

/* Of an answer's section: its segments, what its columns tell. */
void cs_report_html_segments(struct cs_page *page, const struct cs_told *told);
void cs_report_html_columns(struct cs_page *page, const struct cs_told *told);

#endif
