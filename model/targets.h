/* targets.h: from noisy tables to what a population is fitted to.
 *
 * Most cells of a wide table hold fewer people than its noise. What is known of such a
 * cell without it is then better than its measurement: for two columns of one party what
 * its generator has learned, once there is one; for two columns that another study knows
 * (model/transfer.h) what it says of them, raked to this study's totals; else what the
 * columns' totals say
 * (independence; for three columns, that the first two are independent given the third).
 * So each cell is drawn towards that expectation (model/shrink.h), and the fit weighs it
 * by the variance that is left. All of this is post-processing of private results. On
 * Hillstrom and Adult it takes an eighth to a fifth off the distances (docs/NUMERICS.md).
 *
 * Where some people are at one party alone (model/presence.h), own tables are fitted by
 * everybody at their party, cross tables by the people at both. What two columns of one
 * party say of the people at both no table measured. Being at both is taken to depend on
 * each of the two, but on both together as a product only: so it is the own table, raked
 * to the totals of the people at both (iterative proportional fitting: Deming, Stephan,
 * "On a Least Squares Adjustment of a Sampled Frequency Table When the Expected Marginal
 * Totals are Known", 1940). These tables are fitted too.
 *
 * Tables for segments by a pair of columns (cs_table_spec_is_fitted) are not fitted: the
 * moves would pay for a fourth column in all tables.
 *
 *   Same bits   + - * / on doubles in a fixed order, no fused operations
 *               (-ffp-contract=off): both parties get the same targets to the last bit
 *   Ownership   the targets own all their arrays; the study and plan are not kept
 */
#ifndef CS_MODEL_TARGETS_H
#define CS_MODEL_TARGETS_H

#include "crypto/fault.h"
#include "crypto/rng.h"
#include "model/estimate.h"
#include "model/fit.h"
#include "model/transfer.h"

struct cs_targets {
    struct cs_presence people; /* of the population: the study's rows, or noisy counts */
    size_t n_columns;
    size_t *n_codes; /* (n_columns) */
    uint8_t *part;   /* (n_columns) */
    double *total;   /* (n_columns, CS_CODES_MAX): people at the party of the column by
                        code;   0 where the noise hides whether there is anybody */
    double *linked;  /* (n_columns, CS_CODES_MAX): of these, those at both */
    struct cs_fit_table *tables; /* (n_tables): as in the plan, then own pairs among the
                                    people at both */
    size_t n_tables;
    int32_t *target;        /* (n_cells): of all tables, one after the other */
    uint64_t *variance_q16; /* (n_cells) */
    size_t n_cells;
    size_t arm, conversion;
    int32_t *exact; /* (codes of arm, codes of conversion): people, their sum n_both */
};

/* What is known of the columns besides the noisy tables; either may be NULL. */
struct cs_known {
    const struct cs_codes *learned; /* both parties' candidate rows, as in struct
                                       cs_fit_input */
    const struct cs_prior *prior;   /* people of another study (model/transfer.h) */
};

/* Of all people together, n_most at most (up to CS_FIT_ROWS_MAX): with more, all tables
 * are scaled down. CS_INPUT, with words, if the noise hides whether there is
 * anybody at a party, at both, or at both in the test or in the control arm. */
CS_MUST_USE enum cs_status cs_targets_make(struct cs_targets *targets,
                                           const struct cs_noisy *noisy, size_t n_most,
                                           const struct cs_known *known,
                                           struct cs_fault *fault);
void cs_targets_wipe(struct cs_targets *targets);

/* Candidate rows with independent columns, drawn from the totals at their parties, into
 * all columns of rows. */
void cs_targets_draw(struct cs_codes *rows, const struct cs_targets *targets,
                     struct cs_rng *rng);

/* The input of a fit to these targets; candidates, seed and label are the caller's to
 * set. */
struct cs_fit_input cs_targets_fit_input(const struct cs_targets *targets);

#endif
