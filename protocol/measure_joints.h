/* measure_joints.h: which codes of B become one-hot words, and what tables take of them.
 *
 * A table over two columns of B needs the words of both as one code, a *joint*; the words
 * of one of them alone are sums of those. So each pair of columns that a cross table has
 * is a joint, and each column that a cross table has and no pair. Codes stand in a joint
 * as in a word of payload (protocol/linked.h), so shares of the codes are one of it: the
 * first column in the high bits.
 *
 *   Ownership  _wipe frees; takes zeros
 *   Errors     CS_MEMORY
 *   Secrecy    all follows from the plan, and is public; words are secret: constant time
 */
#ifndef CS_PROTOCOL_MEASURE_JOINTS_H
#define CS_PROTOCOL_MEASURE_JOINTS_H

#include "model/plan.h"
#include "protocol/linked.h"

struct cs_joint {
    size_t column[2]; /* of the schema */
    size_t n_columns;
    unsigned n_bits;
};

/* A table's words at B: word i is the sum of n_terms words of the joint, the first at
 * start[i], then every stride-th. */
struct cs_joint_part {
    size_t joint;
    size_t width;    /* of the table at B; 0 for a table that is not a cross table */
    uint16_t *start; /* (width) */
    size_t n_terms, stride;
};

struct cs_joints {
    struct cs_joint *joint; /* (n) */
    size_t n;
    struct cs_joint_part *part; /* (n_tables), of the plan's */
    size_t n_tables;
};

CS_MUST_USE enum cs_status cs_joints_init(struct cs_joints *joints,
                                          const struct cs_plan *plan,
                                          const struct cs_schema *schema);
void cs_joints_wipe(struct cs_joints *joints);

/* The code of a joint, or a share of it, out of a place's words. */
uint16_t cs_joint_code(const struct cs_joint *joint, const uint64_t *packed,
                       const struct cs_payload *layout);

/* Writes the table's words of n places: row p of vector begins at p * stride; word is
 * (n, 2^n_bits), of the part's joint. */
void cs_joint_part_sum(uint32_t *vector, size_t stride, const struct cs_joint_part *part,
                       const struct cs_joint *joint, const uint32_t *word, size_t n);

#endif
