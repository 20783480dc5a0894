/* draft.h: a declaration of a column for the study, proposed from a survey of the owner's
 * rows, for a person to review.
 *
 * A draft is not differentially private and is charged to no account. What it takes from
 * rows is chosen so that no few of them show, as k-anonymity has it (k = CS_RARE):
 *
 *   levels   of a category: those that CS_RARE rows or more hold, in the order of their
 *            bytes (one by frequency would tell it)
 *   bounds   of numbers and dates: such that the CS_RARE - 1 outermost rows at either end
 *            count for nothing, then rounded outwards, to a hundredth to a tenth of their
 *            distance, dates to months or years; not rounded where every value has a code
 *            of its own
 *   decimals those that CS_RARE rows have or more
 *   bins     none: the run estimates them with noise, at a price (model/density.h)
 *
 * One row alone still decides whether a column has empty fields.
 *
 *   Ownership  of its column; cs_draft_wipe frees it
 *   Errors     CS_MEMORY
 *   Secrecy    the counts are of real rows: for the owner alone
 */
#ifndef CS_MODEL_DRAFT_H
#define CS_MODEL_DRAFT_H

#include "model/schema.h"
#include "model/survey.h"

struct cs_draft {
    struct cs_column column;  /* what a study declares; neither edges nor codes */
    const char *left_out;     /* why there is no declaration; NULL if there is one */
    uint64_t n_unlisted;      /* of a category: fields with a level that is not listed */
    uint64_t n_misfits;       /* of numbers and dates: fields that are none */
    const char *other_format; /* of dates: another one that fits as well, or NULL */
};

/* as_category: it is one, whatever it looks like. */
CS_MUST_USE enum cs_status cs_draft_make(struct cs_draft *draft,
                                         const struct cs_survey_column *survey,
                                         uint64_t n_rows, bool as_category);
void cs_draft_wipe(struct cs_draft *draft);

/* [*low, *high] on a grid, rounded outwards; *high above *low. */
void cs_draft_round(int64_t *low, int64_t *high);
void cs_draft_round_days(int64_t *low, int64_t *high);

#endif
