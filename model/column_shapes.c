#include "model/column_shapes.h"

#include <math.h>

#include "model/sample.h"

static double similarity(const struct cs_sample sample[static 2], bool is_number)
{
    if (sample[CS_REAL].n == 0 || sample[CS_SYNTHETIC].n == 0)
        return NAN;
    return 1 - (is_number ? cs_sample_ks : cs_sample_total_variation)(
                   &sample[CS_REAL], &sample[CS_SYNTHETIC]);
}

static enum cs_status measure(struct cs_column_shape *shape,
                              const struct cs_compared *compared, size_t k)
{
    const struct cs_compared_column *column = &compared->columns[k];
    struct cs_sample sample[2] = { { 0 } };
    enum cs_status st = CS_OK;

    for (size_t s = 0; s < 2; s++) {
        CS_TRY(cs_sample_sort(&sample[s], column->values[s], compared->n_rows[s]));
        shape->empty[s] = (double)sample[s].n_empty / (double)sample[s].n_all;
    }
    shape->similarity = similarity(sample, column->is_number);
out:
    for (size_t s = 0; s < 2; s++)
        cs_sample_wipe(&sample[s]);
    return st;
}

enum cs_status cs_column_shapes(struct cs_column_shape *shapes,
                                const struct cs_compared *compared)
{
    enum cs_status st = CS_OK;

    for (size_t k = 0; k < compared->n_columns && st == CS_OK; k++)
        st = measure(&shapes[k], compared, k);
    return st;
}
