/* town.h: people of whom some are at one party alone, with known effects, and the tables
 * of a plan counted over them in the clear. */
#ifndef CS_TESTS_SUPPORT_TOWN_H
#define CS_TESTS_SUPPORT_TOWN_H

#include "model/codes.h"
#include "model/estimate.h"
#include "tests/support/sketch.h"

enum {
    TOWN_ARM, /* control, test, neither */
    TOWN_X,
    TOWN_U, /* near x */
    TOWN_Y,
    TOWN_V, /* near y */
    TOWN_BOUGHT,
    TOWN_COLUMNS,
};

/* Points into itself: do not copy it. */
struct cs_town {
    struct cs_sketch sketch; /* link: private; arm, x, u at A, y, v, bought at B */
    struct cs_plan *plan;
    struct cs_codes rows; /* (TOWN_COLUMNS, all): both, A only, B only */
    struct cs_presence people;
    int64_t *truth, *cells; /* (plan->n_cells): counts, and with noise */
    struct cs_noisy noisy;
};

/* n people; each party's noise in a cell has variance s2_q16 / 2^16. The higher x and y,
 * the likelier somebody is at both. The higher x and in the arm `test`, the likelier she
 * buys. */
void cs_town_init(struct cs_town *town, size_t n, uint64_t s2_q16);
void cs_town_wipe(struct cs_town *town);

/* count: (product of codes) rows of a scope in each cell of columns, the last fastest. */
void cs_town_count(int64_t *count, const size_t *columns, size_t n_columns,
                   enum cs_scope scope, const struct cs_codes *rows,
                   const struct cs_presence *people);

/* Sum of |a - b| over n cells. */
double cs_town_distance(const int64_t *a, const int64_t *b, size_t n);

#endif
