/* curve.h: a loss as it falls, for whoever watches a run.
 *
 * Work that is given a curve adds a value to it now and then. It is given one only where
 * all that it looks at is a private result (the noisy tables, the population fitted to
 * them), so that the loss is post-processing of these. A loss on real rows is not
 * private: steps of DP-SGD know no curve (scripts/check-layers).
 */
#ifndef CS_MODEL_CURVE_H
#define CS_MODEL_CURVE_H

#include <stddef.h>

struct cs_curve {
    void (*add)(void *arg, double value);
    void *arg;
};

/* curve may be NULL: nobody watches. */
static inline void cs_curve_add(const struct cs_curve *curve, double value)
{
    if (curve != NULL)
        curve->add(curve->arg, value);
}

#endif
