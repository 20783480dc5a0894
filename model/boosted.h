/* boosted.h: scores that are sums of small decision trees, each grown to mend what those
 * before it left.
 *
 * Gradient boosting (Friedman, "Greedy Function Approximation: A Gradient Boosting
 * Machine", 2001, algorithm 1) with second-order gains (Chen and Guestrin, "XGBoost: A
 * Scalable Tree Boosting System", 2016, equations 6 and 7, lambda 1, gamma 0, a sum of
 * curvatures of at least 1 in each child, rate .3), a tree for each score and round, all
 * of one depth. A split is one of the codes of model/features.h: of a number at most this
 * code or more, of a category this level or another; sums by code are made for the
 * smaller of two children, the other's are what is left of the parent's.
 */
#ifndef CS_MODEL_BOOSTED_H
#define CS_MODEL_BOOSTED_H

#include "model/task.h"

#define CS_BOOSTED_DEPTH 4u
#define CS_BOOSTED_NODES ((1u << CS_BOOSTED_DEPTH) - 1)
#define CS_BOOSTED_LEAVES (1u << CS_BOOSTED_DEPTH)

struct cs_boosted_split {
    uint32_t column;  /* of the features */
    uint8_t code;     /* goes left if a row's code is at most this one: all do at 255 */
    bool is_equality; /* or if it is this one */
};

struct cs_boosted_tree {
    struct cs_boosted_split
        nodes[CS_BOOSTED_NODES]; /* the children of i are 2 i + 1, 2 i + 2 */
    double leaves[CS_BOOSTED_LEAVES];
};

struct cs_boosted {
    size_t n_scores, n_rounds;
    struct cs_boosted_tree *trees; /* (n_rounds, n_scores) */
};

CS_MUST_USE enum cs_status cs_boosted_fit(struct cs_boosted *boosted,
                                          const struct cs_task *task);
CS_MUST_USE enum cs_status cs_boosted_score(double *scores,
                                            const struct cs_boosted *boosted,
                                            const struct cs_features *features,
                                            struct cs_rows rows);
void cs_boosted_wipe(struct cs_boosted *boosted);

#endif
