/* survey.h: what a party's own CSV file holds, column by column, for somebody who has yet
 * to declare its columns.
 *
 * Every field is counted under each reading that fits it: as a text, as a number, as a
 * date of one of the formats in cs_survey_formats. Which reading a column gets is decided
 * by model/draft.h.
 *
 *   Ownership  of all its members; cs_survey_wipe frees them
 *   Errors     CS_INPUT as of model/csv.h, and for a header that cannot be used; words
 *              name lines and columns, never a value
 *   Secrecy    everything but the header's names is secret; wiped
 */
#ifndef CS_MODEL_SURVEY_H
#define CS_MODEL_SURVEY_H

#include "crypto/fault.h"
#include "crypto/progress.h"
#include "model/csv.h"
#include "model/extremes.h"
#include "model/tally.h"

#define CS_SURVEY_DECIMALS_MAX 9
#define CS_SURVEY_FORMATS 13

/* As strftime has them; of two that fit as many fields, the first counts. */
extern const char *const cs_survey_formats[CS_SURVEY_FORMATS];

struct cs_survey_column {
    char *name;
    uint64_t n_empty;      /* fields */
    struct cs_tally texts; /* of the others */
    struct cs_extremes numbers;
    uint64_t n_integers; /* of the numbers; 12.0 is one */
    uint64_t n_padded;   /* of the numbers: 007, a code that only looks like one */
    uint64_t decimals[CS_SURVEY_DECIMALS_MAX +
                      1]; /* of the numbers, by digits after the point */
    struct cs_extremes dates[CS_SURVEY_FORMATS]; /* days since 1970-01-01 */
};

struct cs_survey {
    struct cs_survey_column *columns; /* (n_columns) */
    size_t n_columns;
    uint64_t n_rows;
};

/* Reads all of source. */
CS_MUST_USE enum cs_status cs_survey_read(struct cs_survey *survey,
                                          const struct cs_source *source,
                                          const struct cs_progress *progress,
                                          struct cs_fault *fault);
void cs_survey_wipe(struct cs_survey *survey);

/* Index of the column of that name, or n_columns. */
size_t cs_survey_find(const struct cs_survey *survey, const char *name);

#endif
