/* extremes.h: of many numbers, how far they reach if the CS_RARE - 1 outermost ones at
 * either end are left out: the bounds of no single row.
 *
 *   Secrecy    all that is kept are values of rows [secret]; the owner wipes the struct
 */
#ifndef CS_MODEL_EXTREMES_H
#define CS_MODEL_EXTREMES_H

#include <stdint.h>

/* What fewer rows hold is rare, and is never told. */
#define CS_RARE 20

struct cs_extremes {
    double least[CS_RARE];   /* the smallest so far, ascending */
    double negated[CS_RARE]; /* the largest so far, negated, ascending */
    uint64_t n;              /* numbers added */
};

void cs_extremes_add(struct cs_extremes *extremes, double value);

/* CS_RARE numbers or more were added: so many are at most, at least, the result. */
double cs_extremes_low(const struct cs_extremes *extremes);
double cs_extremes_high(const struct cs_extremes *extremes);

#endif
