/* worth.h: what the codes of a numeric column are worth: moments of the values in each of
 * its bins, so that counts of people make sums, means and variances of amounts.
 *
 * Within a bin the values lie as the column's private shape says (model/density.h), or
 * evenly, where none was measured. That shape is one for all people: whatever differs
 * between two arms inside a bin is not seen, nor is the noise of the shape in any
 * variance; both are small where bins are narrow against the spread of all values.
 *
 * Heavy tails: a few people may make most of a sum, and a noisy count of none in a bin of
 * large values is worth much. So values may be capped (winsorised: Tukey, "The future of
 * data analysis", 1962, section 3): those above count as the cap. It is chosen from
 * private results alone: the least value that no more people exceed than 1 % of those
 * above the lowest bin, or than noise may have put there (two standard deviations).
 *
 *   Units      values as a reader has them: grid points / 10^decimals
 *   Errors     none
 */
#ifndef CS_MODEL_WORTH_H
#define CS_MODEL_WORTH_H

#include <stdbool.h>

#include "model/density.h"
#include "model/lift.h"
#include "model/study.h"

#define CS_WORTH_TAIL .01 /* of the people above the lowest bin: above the cap */

/* Of a numeric outcome. */
struct cs_worth {
    bool counts[CS_CODES_MAX]; /* whether people with that code are people of the mean */
    double mean[CS_CODES_MAX], square[CS_CODES_MAX], cube[CS_CODES_MAX];
    /* moments of the values of a code, the last two about 0 */
};

/* shape: or NULL for evenly. cap: INFINITY for none. Missing values count as 0, or not at
 * all, as the outcome says. */
void cs_worth_init(struct cs_worth *worth, const struct cs_outcome_spec *outcome,
                   const struct cs_column *column, const struct cs_density *shape,
                   double cap);

/* The cap by the rule above; INFINITY where it would cap nobody, or where the noise hides
 * who is above the lowest bin. people: by code; variance: of each of these. */
double cs_worth_cap(const struct cs_column *column, const struct cs_density *shape,
                    const double people[static CS_CODES_MAX], double variance);

#endif
