/* comparison_forms.h: a comparison as a page for people and as JSON for machines.
 *
 * Every form says who may see it: what follows from private results alone may be shared;
 * what was made with real rows, or from a run without privacy, may not. So that neither
 * times nor traffic tell the number of rows better than the noisy tables do, both are
 * rounded to one digit.
 *
 *   Errors     CS_MEMORY; write errors are the stream's
 */
#ifndef CS_PARTY_COMPARISON_FORMS_H
#define CS_PARTY_COMPARISON_FORMS_H

#include <stdio.h>

#include "party/comparison_ledger.h"
#include "party/comparison_real.h"

struct cs_comparison_form {
    const struct cs_comparison *comparison;
    const struct cs_comparison_real *real;     /* NULL: no real rows were read */
    const struct cs_comparison_ledger *ledger; /* NULL: nor the ledger */
};

CS_MUST_USE enum cs_status cs_comparison_text(FILE *stream,
                                              const struct cs_comparison_form *form);
CS_MUST_USE enum cs_status cs_comparison_json(FILE *stream,
                                              const struct cs_comparison_form *form);
CS_MUST_USE enum cs_status cs_comparison_html(FILE *stream,
                                              const struct cs_comparison_form *form);

/* ---- what the forms share: sentences, a sentence each ---- */

#define CS_COMPARISON_WORDS_BYTES 640

/* Who may see it. */
const char *cs_comparison_mark(const struct cs_comparison_form *form);

/* The recommendation; why; what more epsilon or more people would do; what all runs have
 * spent; whether the runs are on the same people. */
void cs_comparison_verdict(char words[static CS_COMPARISON_WORDS_BYTES],
                           const struct cs_comparison_form *form);
void cs_comparison_reason(char words[static CS_COMPARISON_WORDS_BYTES],
                          const struct cs_comparison_form *form);
void cs_comparison_outlook(char words[static CS_COMPARISON_WORDS_BYTES],
                           const struct cs_comparison_form *form);
void cs_comparison_budget(char words[static CS_COMPARISON_WORDS_BYTES],
                          const struct cs_comparison_form *form);
void cs_comparison_people(char words[static CS_COMPARISON_WORDS_BYTES],
                          const struct cs_comparison_form *form);

/* `visit, mail minus control, in points`; the unit of a mean is that of its column. */
void cs_comparison_title(char words[static CS_COMPARISON_WORDS_BYTES],
                         const struct cs_finished_answer *answer);

/* A rate's lift in points, a mean's as it is. */
double cs_comparison_in_unit(const struct cs_finished_answer *answer, double x);

double cs_comparison_rounded(double x); /* to one digit */

#endif
