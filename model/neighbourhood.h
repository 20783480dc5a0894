/* neighbourhood.h: who is nearest to whom between the real and the synthetic rows, found
 * once for all metrics that ask.
 *
 *   Ownership  cs_neighbourhood_wipe frees; may be called on zeros
 *   Errors     CS_MEMORY, and what the progress returns
 */
#ifndef CS_MODEL_NEIGHBOURHOOD_H
#define CS_MODEL_NEIGHBOURHOOD_H

#include "model/near.h"

/* Neighbours of a row in its own file, as PRDC counts them. */
#define CS_NEIGHBOURS 5u

struct cs_neighbourhood {
    bool there;
    struct cs_points points[CS_SIDES];
    struct cs_near own[2];   /* of a row among the others of its file: CS_NEIGHBOURS */
    struct cs_near other[2]; /* of a row in the other file: 2; `within` counts the rows of
                                the other file whose CS_NEIGHBOURS-th one of their own is
                                farther from them than this row */
};

/* Fills it, if it is not there. as_is: of points. */
CS_MUST_USE enum cs_status cs_neighbourhood_find(struct cs_neighbourhood *neighbourhood,
                                                 const struct cs_compared *compared,
                                                 bool as_is, struct cs_workers *workers,
                                                 const struct cs_progress *progress);
void cs_neighbourhood_wipe(struct cs_neighbourhood *neighbourhood);

#endif
