/* plan.h: which tables are measured, with what noise, derived from the study alone.
 *
 * Both parties compute the plan and compare its digest. A table is over one to three
 * columns of the schema; its cells are in row-major order of the codes, the last column
 * fastest.
 *
 *   CS_OWN_A, CS_OWN_B  all columns are at that party: counted locally, its noise alone
 *   CS_CROSS            columns of both: counted under secure computation, both parties'
 *                       noise in every cell
 *
 * A person is in one cell of each table, so a table with noise of variance s2 in each
 * cell costs 1 / (2 s2) of zero-concentrated differential privacy (Canonne, Kamath,
 * Steinke, "The Discrete Gaussian for Differential Privacy", 2020, theorem 4). In a cross
 * table each party adds noise of that variance: what protects against the peer is one's
 * own.
 */
#ifndef CS_MODEL_PLAN_H
#define CS_MODEL_PLAN_H

#include "crypto/fault.h"
#include "model/study.h"

enum cs_table_kind { CS_OWN_A, CS_OWN_B, CS_CROSS };

struct cs_table_spec {
    enum cs_table_kind kind;
    size_t n_columns; /* 1 to 3 */
    size_t column[3]; /* indices into the schema; of a cross table A's come first */
    size_t n_a;       /* of a cross table: how many of them are A's */
    unsigned weight;  /* its share of the budget against the others */
    uint64_t s2_q16;  /* variance of one party's noise in a cell, times 2^16 */
    size_t n_cells;
    size_t first_cell; /* where its cells start in the array of all cells */
};

/* A numeric column's hierarchical histogram (model/hierarchy.h), measured by its owner.
 */
struct cs_detail_spec {
    size_t column; /* index into the schema */
    enum cs_party party;
    unsigned levels; /* each is one table with noise s2_q16 */
    uint64_t s2_q16;
};

/* DP-SGD of one party. */
struct cs_training_spec {
    bool enabled;
    double sampling_rate; /* of a row in a step */
    size_t batch;         /* expected: sampling_rate * rows */
    unsigned steps;       /* in all rounds */
    double sigma;         /* noise multiplier: noise standard deviation / clip */
};

struct cs_plan {
    struct cs_table_spec *tables;
    size_t n_tables, n_cells;
    struct cs_detail_spec *details;
    size_t n_details;
    struct cs_training_spec training[2];
    double rho_tables;    /* zCDP of all tables and details together */
    double epsilon_spent; /* at the study's delta, for a person at both parties */
    uint8_t digest[CS_DIGEST_BYTES];
};

/* Makes the plan of a study whose parties have n_rows[2] rows. CS_CONFIG if the budget
 * cannot be met, or the schema is too wide, with words. */
CS_MUST_USE enum cs_status cs_plan_make(struct cs_plan **plan,
                                        const struct cs_study *study,
                                        const size_t n_rows[static 2],
                                        struct cs_fault *fault);
void cs_plan_free(struct cs_plan *plan);

/* Number of cells of a table, from its columns. */
size_t cs_table_spec_cells(const struct cs_table_spec *spec,
                           const struct cs_schema *schema);

#endif
