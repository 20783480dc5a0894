/* attribution.h: what is guessed of a real row from synthetic rows that are most like it.
 *
 * An attacker knows all columns of a person but the sensitive ones, looks for the
 * synthetic rows that differ from it in the fewest columns, and guesses one of their
 * sensitive values: the correct attribution probability (Taub, Elliot, Pampaka and Smith,
 * "Differential Correct Attribution Probability for Synthetic Data", 2018), as SDMetrics
 * has it. Numbers are in ten bins (model/pair.h).
 *
 *   Errors     CS_MEMORY, and what the progress returns
 *   Secrecy    of real rows
 */
#ifndef CS_MODEL_ATTRIBUTION_H
#define CS_MODEL_ATTRIBUTION_H

#include "crypto/progress.h"
#include "model/compared.h"
#include "model/workers.h"

struct cs_attribution {
    size_t n_known; /* columns by which rows are compared; 0: there was nothing to do */
    size_t n_rows;  /* real rows */
    size_t n_found; /* of these, rows for which a synthetic one is the same in all */
    double found;   /* sum of the shares of right values, of rows that are found */
    double closest; /* the same of all rows, among the closest */
    double n_possible; /* different real values of the sensitive columns: their product */
};

/* is_sensitive: (n_columns). Categories of more than CS_PAIR_LEVELS_MAX levels are
 * not known to the attacker; as a sensitive one, such a column has n_known 0. */
CS_MUST_USE enum cs_status cs_attribution_find(struct cs_attribution *attribution,
                                               const struct cs_compared *compared,
                                               const bool *is_sensitive,
                                               struct cs_workers *workers,
                                               const struct cs_progress *progress);

#endif
