/* plan.h: which tables are measured, with what noise, derived from the study and the
 * numbers of rows alone.
 *
 * Both parties compute the plan and compare its digest. A table is over one to four
 * columns of the schema; its cells are in row-major order of the codes, the last column
 * fastest.
 *
 *   CS_OWN_A, CS_OWN_B  all columns are at that party: counted locally, its noise alone
 *   CS_CROSS            columns of both: counted under secure computation, over the
 *                       people at both, in every cell both parties' noise, or one that
 *                       they draw together and neither knows
 *
 * A column at both parties is counted at A, but in a table with columns of B alone, which
 * is B's own. The tables are: all pairs of columns (a party
 * of one column: also that column alone); (arm, x, outcome) for every outcome and every
 * other column x; and for every pair (x, y) of columns that the study wants segments by,
 * (arm, x, y, outcome) of every outcome, and, where everybody at A counts, linked or not,
 * A's own (arm, x, y), if it has both. Where that is more than CS_PLAN_TABLES_MAX, tables
 * are left out: pairs of two features before those with arm or outcome, these before
 * tables of other outcomes than the conversion, the ones with most cells first: a rule
 * on public sizes, so nothing is spent on it. Arm x outcome and (arm, x, conversion),
 * which hold every pair with arm or conversion, always stay.
 *
 * A person is in one cell of each table, so a table with noise of variance s2 in each
 * cell costs 1 / (2 s2) of zero-concentrated differential privacy (Canonne, Kamath,
 * Steinke, "The Discrete Gaussian for Differential Privacy", 2020, theorem 4). In a cross
 * table each party adds noise of that variance: what protects against the peer is one's
 * own. Or there is one noise of that variance which neither knows (`noise: joint`,
 * crypto/binomial.h): its shape is another, and its cost is taken from its distribution.
 * A table of weight w gets 1 / w of the variance of one of weight 1. The error of a
 * table of c cells with noise s is about c s, and the sum of these at a given cost is
 * least when 1 / s^2 grows as c^(2/3); most cells of a large table are empty, so it is
 * c^(1/3) here, which was best on Hillstrom and Adult (docs/NUMERICS.md): 16 c^(1/3),
 * times 1.5 for three columns and 1.3 for a cross pair, which has both parties' noise; of
 * joint noise there is half, so 1.3 less is enough for cross tables: 1.2 and 1. Pairs
 * with an outcome count five times, because who converts is what the rows are asked
 * most, pairs with the arm half: tables of three columns hold it too. Arm x outcome
 * has the study's conversion_weight times that of a table of 64 cells.
 *
 * The budget: epsilon at delta is so much zCDP; the study's share of it is spent on
 * tables and, within that, on details; DP-SGD of both parties gets the rest. All noise is
 * rounded up to four digits, so that two machines whose arithmetic differs in the last
 * bit still agree, and is as little as the account of everything together, taken of the
 * rounded values, allows (model/spend.h).
 *
 * Where values of categories are to be found, that takes its share of the tables' budget,
 * each column alike, and a tenth of the study's delta, each column alike: the account is
 * asked at the rest. The plan is made for as many values as may be found; once they are,
 * cs_plan_narrow takes the cells of others out of it.
 *
 * In an unprotected study all noise is 0, counts are exact, real rows are trained on
 * plainly, and every cost is INFINITY.
 */
#ifndef CS_MODEL_PLAN_H
#define CS_MODEL_PLAN_H

#include "crypto/binomial.h"
#include "crypto/fault.h"
#include "model/presence.h"
#include "model/recipe.h"
#include "model/study.h"

#define CS_TABLE_COLUMNS_MAX 4
#define CS_PLAN_TABLES_MAX 300
#define CS_PLAN_CELLS_MAX (UINT32_C(1) << 24)

enum cs_table_kind { CS_OWN_A, CS_OWN_B, CS_CROSS };

struct cs_table_spec {
    enum cs_table_kind kind;
    size_t n_columns;                    /* 1 to CS_TABLE_COLUMNS_MAX */
    size_t column[CS_TABLE_COLUMNS_MAX]; /* indices into the schema; of a cross table A's
                                            come first */
    size_t n_a;      /* how many of them are counted at A: all, none, or some */
    unsigned weight; /* its share of the budget against the others */
    uint64_t s2_q16; /* variance of one party's noise in a cell, times 2^16, or of the
                        joint one; 0: none */
    struct cs_binomial joint; /* of a cross table whose noise is drawn jointly; else 0 */
    size_t n_cells;
    size_t first_cell; /* where its cells start in the array of all cells */
};

/* A numeric column's hierarchical histogram (model/density.h), measured by one party: A
 * if it has the column. */
struct cs_detail_spec {
    size_t column; /* index into the schema */
    enum cs_party party;
    unsigned levels;
    uint64_t s2_q16; /* of the first level; the variance doubles from one to the next;
                        0: none */
};

/* A category whose values are found (model/discover.h) by one party, who has it. */
struct cs_discovery_spec {
    size_t column; /* index into the schema */
    enum cs_party party;
    uint64_t s2_q16; /* of a count; 0: none */
    uint64_t threshold;
    double delta; /* that the value of one person alone is published, at most */
};

/* DP-SGD of one party. */
struct cs_training_spec {
    bool enabled;
    double sampling_rate; /* of a row in a step */
    size_t batch;         /* expected: sampling_rate * rows */
    unsigned steps;       /* in all rounds */
    double sigma;         /* noise multiplier: noise standard deviation / clip; 0: the
                             steps are plain */
};

struct cs_plan {
    size_t n_rows[2];
    struct cs_table_spec *tables; /* own of A, own of B, cross pairs, three columns; four
                                     columns, which are not fitted */
    size_t n_tables, n_cells;
    size_t n_left_out; /* pairs that are not measured, by the rule above */
    struct cs_detail_spec *details;
    size_t n_details;
    struct cs_discovery_spec *discoveries;
    size_t n_discoveries;
    struct cs_recipe recipe[2];
    struct cs_training_spec training[2];
    double rho_tables;    /* zCDP of all tables, details and discoveries together, joint
                             noise counted as the discrete Gaussian of its variance */
    double epsilon_spent; /* at the study's delta, for a person at both parties */
    uint8_t digest[CS_DIGEST_BYTES]; /* BLAKE2b-256 of all above but derived costs */
};

/* Makes the plan of a study whose parties have n_rows[2] rows. CS_CONFIG if the budget
 * cannot be met, or the schema is too wide, with words. */
CS_MUST_USE enum cs_status cs_plan_make(struct cs_plan **plan,
                                        const struct cs_study *study,
                                        const size_t n_rows[static 2],
                                        struct cs_fault *fault);
void cs_plan_free(struct cs_plan *plan);

/* After values were found: counts the cells of the tables again. Noise, costs and digest
 * stay. */
void cs_plan_narrow(struct cs_plan *plan, const struct cs_schema *schema);

/* Whether the shape of a column is measured. */
bool cs_plan_has_detail(const struct cs_study *study, size_t column);

/* Whom a table counts: where everybody is at both parties these, else by its kind. */
enum cs_scope cs_table_spec_scope(const struct cs_table_spec *spec, enum cs_link link);

/* Whether a population is fitted to a table, or it is for segments by a pair alone. */
bool cs_table_spec_is_fitted(const struct cs_table_spec *spec);

/* Number of cells of a table, from its columns. */
size_t cs_table_spec_cells(const struct cs_table_spec *spec,
                           const struct cs_schema *schema);

/* Writes `segment x visit x recency` into words, cut where it is full. */
void cs_table_spec_name(char *words, size_t n_words, const struct cs_table_spec *spec,
                        const struct cs_schema *schema);

/* zCDP of one table, and of one detail with all its levels; INFINITY without noise. */
double cs_plan_rho(uint64_t s2_q16);
double cs_plan_rho_detail(const struct cs_detail_spec *spec);

#endif
