#include "model/density.h"

static size_t equal_parts(int64_t *edges, int64_t first, int64_t end, size_t n)
{
    const uint64_t points = (uint64_t)end - (uint64_t)first;

    if (points < n)
        n = (size_t)points;
    for (size_t k = 0; k <= n; k++) {
        const uint64_t whole = points / n * k, rest = points % n * k / n;
        edges[k] = first + (int64_t)(whole + rest);
    }
    return n + 1;
}

size_t cs_density_edges(int64_t edges[static CS_DENSITY_EDGES_MAX],
                        const struct cs_column *column)
{
    CS_REQUIRE(cs_column_is_numeric(column));
    if (column->binning == CS_BINS_QUANTILES)
        return equal_parts(edges, column->min, column->max + 1, CS_CODES_MAX);
    CS_REQUIRE(column->n_bins > 0 && column->n_bins < CS_DENSITY_EDGES_MAX);
    for (size_t k = 0; k <= column->n_bins; k++)
        edges[k] = column->edges[k];
    return column->n_bins + 1;
}

unsigned cs_density_levels(const struct cs_column *column)
{
    int64_t edges[CS_DENSITY_EDGES_MAX], widest = 1;
    unsigned levels = 1;

    if (!cs_column_is_numeric(column))
        return 0;
    const size_t n_edges = cs_density_edges(edges, column);
    for (size_t k = 1; k < n_edges; k++)
        if (edges[k] - edges[k - 1] > widest)
            widest = edges[k] - edges[k - 1];
    if (widest == 1 && column->binning == CS_BINS_DECLARED)
        return 0;
    for (; widest > 1 && levels < CS_DENSITY_LEVELS_MAX; levels++)
        widest = (widest + CS_DENSITY_SPLIT - 1) / CS_DENSITY_SPLIT;
    return levels;
}
