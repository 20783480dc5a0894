#include "model/kind.h"

#include <stdlib.h>

size_t cs_kind_label(const struct cs_study *study, enum cs_party party)
{
    return cs_schema_place(&study->schema, party,
                           party == CS_A ? study->arm : study->conversion);
}

enum cs_status cs_kind_columns(struct cs_net_column **columns,
                               const struct cs_study *study, enum cs_party party)
{
    const struct cs_schema *schema = &study->schema;
    const size_t n = schema->n_order[party], label = cs_kind_label(study, party);
    struct cs_net_column *all = calloc(n, sizeof *all);

    if (all == NULL)
        return CS_MEMORY;
    for (size_t j = 0; j < n; j++) {
        const struct cs_column *column = &schema->columns[schema->order[party][j]];
        const size_t to = j == label ? n - 1 : j - (j > label);

        all[to] = (struct cs_net_column){ column->name, column->n_codes };
    }
    *columns = all;
    return CS_OK;
}

size_t cs_kind_optimiser_state(struct cs_stretch *stretch, struct cs_optimiser *optimiser)
{
    const size_t n_bytes = optimiser->n * sizeof(float);
    size_t n = 0;

    stretch[n++] = (struct cs_stretch){ optimiser->mean, n_bytes };
    if (optimiser->square != NULL)
        stretch[n++] = (struct cs_stretch){ optimiser->square, n_bytes };
    stretch[n++] = (struct cs_stretch){ &optimiser->steps, sizeof optimiser->steps };
    return n;
}

/* A code drawn from n probabilities. */
static uint8_t draw_code(const float *p, size_t n, struct cs_rng *rng)
{
    double left = cs_rng_unit(rng);
    size_t code = 0;

    while (code + 1 < n && (left -= (double)p[code]) >= 0)
        code++;
    return (uint8_t)code;
}

void cs_kind_draw_row(struct cs_codes *out, size_t row, const float *p,
                      const size_t *first, size_t label_column, uint8_t label,
                      struct cs_rng *rng)
{
    for (size_t j = 0; j < out->n_columns; j++) {
        uint8_t *code = cs_codes_column(out, j) + row;

        if (j == label_column) {
            *code = label;
            continue;
        }
        *code = draw_code(p + first[0], first[1] - first[0], rng);
        first++;
    }
}
