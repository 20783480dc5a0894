#include "tests/support/invented.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "crypto/rng.h"
#include "model/normal.h"
#include "tests/support/check.h"

static const struct {
    const char *name;
    size_t n_levels; /* 0 of a number */
} columns[CS_INVENTED_COLUMNS] = {
    [INVENTED_X] = { "x", 0 }, [INVENTED_U] = { "u", 0 }, [INVENTED_C] = { "c", 4 },
    [INVENTED_D] = { "d", 3 }, [INVENTED_Y] = { "y", 2 }, [INVENTED_W] = { "w", 2 },
    [INVENTED_Z] = { "z", 0 },
};

static double quarter_of(double x)
{
    return (x > -.674490) + (x > 0) + (x > .674490);
}

static void draw_row(double row[static CS_INVENTED_COLUMNS], uint64_t seed)
{
    struct cs_rng rng;
    float normal[2];

    cs_rng_init_labelled(&rng, seed, "tests/invented");
    cs_normal_fill(normal, 2, &rng);
    const double x = (double)normal[0], u = cs_rng_unit(&rng);
    const double any = cs_rng_below(&rng, 4);
    row[INVENTED_X] = x;
    row[INVENTED_U] = u;
    row[INVENTED_C] = cs_rng_below(&rng, 5) == 0 ? any : quarter_of(x);
    row[INVENTED_D] = cs_rng_below(&rng, 3);
    row[INVENTED_Y] = x + 2 * u > 1;
    row[INVENTED_W] = (x > 0) != (u > .5);
    row[INVENTED_Z] = 3 * x - 2 * u + .1 * (double)normal[1];
    cs_rng_wipe(&rng);
}

static void draw_apart(double row[static CS_INVENTED_COLUMNS], uint64_t seed)
{
    double other[CS_INVENTED_COLUMNS];

    for (size_t k = 0; k < CS_INVENTED_COLUMNS; k++) {
        draw_row(other, seed + (k << 48));
        row[k] = other[k];
    }
}

void cs_invented(struct cs_compared *compared, const size_t n_rows[static CS_SIDES],
                 enum cs_invention how)
{
    double row[CS_INVENTED_COLUMNS];

    *compared = (struct cs_compared){
        .columns = calloc(CS_INVENTED_COLUMNS, sizeof *compared->columns),
        .n_columns = CS_INVENTED_COLUMNS,
    };
    assert_non_null(compared->columns);
    memcpy(compared->n_rows, n_rows, sizeof compared->n_rows);
    for (size_t k = 0; k < CS_INVENTED_COLUMNS; k++) {
        compared->columns[k].name = strdup(columns[k].name);
        compared->columns[k].is_number = columns[k].n_levels == 0;
        compared->columns[k].n_levels = columns[k].n_levels;
        for (size_t s = 0; s < CS_SIDES; s++)
            compared->columns[k].values[s] = calloc(n_rows[s] + 1, sizeof(double));
    }
    for (size_t s = 0; s < CS_SIDES; s++)
        for (size_t i = 0; i < n_rows[s]; i++) {
            const bool copies = s == CS_SYNTHETIC && how == CS_COPIED;
            const uint64_t file = copies ? CS_REAL : s;

            (s == CS_SYNTHETIC && how == CS_DRAWN_APART ? draw_apart : draw_row)(
                row, (file << 32) + (copies ? i % n_rows[CS_REAL] : i));
            for (size_t k = 0; k < CS_INVENTED_COLUMNS; k++)
                compared->columns[k].values[s][i] = row[k];
        }
}
