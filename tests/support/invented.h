/* invented.h: files of rows for learners, whose truth is known.
 *
 *     x  number    standard normal
 *     u  number    uniform in [0, 1)
 *     c  category  of four: the quarter that x lies in, of one row in five any
 *     d  category  of three, of nothing else
 *     y  category  of two: whether x + 2 u > 1
 *     w  category  of two: whether just one of x > 0 and u > 1/2 holds
 *     z  number    3 x - 2 u and normal noise of deviation 1/10
 */
#ifndef CS_TESTS_SUPPORT_INVENTED_H
#define CS_TESTS_SUPPORT_INVENTED_H

#include "model/compared.h"

enum {
    INVENTED_X,
    INVENTED_U,
    INVENTED_C,
    INVENTED_D,
    INVENTED_Y,
    INVENTED_W,
    INVENTED_Z
};
#define CS_INVENTED_COLUMNS 7u

/* How synthetic rows come about: drawn as the real ones; each column as if drawn alone;
 * copied from the real rows, one after another. */
enum cs_invention { CS_DRAWN, CS_DRAWN_APART, CS_COPIED };

/* Each row is drawn by its file and number. */
void cs_invented(struct cs_compared *compared, const size_t n_rows[static CS_SIDES],
                 enum cs_invention how);

#endif
