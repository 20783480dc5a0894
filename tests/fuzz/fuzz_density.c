/* The shape of a numeric column (protocol/densities.c), and what is done with one: edges
 * from its quantiles, draws. The first byte says of which column. */
#include <stdlib.h>
#include <string.h>

#include "model/density.h"
#include "tests/fuzz/fuzz.h"

static int64_t declared[] = { -10, 0, 7, 1000000 };

static const struct cs_column columns[] = {
    { .type = CS_NUMBER,
      .binning = CS_BINS_QUANTILES,
      .min = 0,
      .max = 500000,
      .n_bins = 12 },
    { .type = CS_INTEGER,
      .binning = CS_BINS_QUANTILES,
      .min = -CS_GRID_MAX,
      .max = CS_GRID_MAX,
      .n_bins = 62 },
    { .type = CS_INTEGER,
      .binning = CS_BINS_DECLARED,
      .min = -10,
      .max = 999999,
      .n_bins = 3,
      .edges = declared },
};

static void use(const struct cs_density *density, const struct cs_column *column)
{
    const int64_t first = density->start[0], end = density->start[density->n_pieces];
    int64_t edges[CS_DENSITY_EDGES_MAX];
    struct cs_rng rng;

    cs_rng_init_labelled(&rng, 1, "fuzz");
    cs_density_quantiles(density, edges, column->n_bins);
    for (size_t k = 0; k < column->n_bins; k++) {
        CS_REQUIRE(edges[k] < edges[k + 1]);
        const int64_t drawn =
            cs_density_draw(density, edges[k], edges[k + 1], cs_rng_u64(&rng), &rng);
        CS_REQUIRE(drawn >= edges[k] && drawn < edges[k + 1]);
    }
    CS_REQUIRE(edges[0] == first && edges[column->n_bins] == end);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static uint8_t again[CS_DENSITY_PACKED_BYTES_MAX];
    struct cs_density density;

    if (size < 1)
        return 0;
    const struct cs_column *column = &columns[data[0] % 3];
    if (cs_density_unpack(&density, data + 1, size - 1, column) != CS_OK)
        return 0;
    CS_REQUIRE(cs_density_packed_bytes(density.n_pieces) == size - 1);
    cs_density_pack(again, &density);
    CS_REQUIRE(memcmp(again, data + 1, size - 1) == 0);
    use(&density, column);
    cs_density_wipe(&density);
    return 0;
}
