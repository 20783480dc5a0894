#include "tests/support/town.h"

#include <stdlib.h>
#include <string.h>

#include "tests/support/check.h"

static const struct cs_sketch_column columns[TOWN_COLUMNS] = {
    [TOWN_ARM] = { "arm", "a", 3, CS_SKETCH_CATEGORY },
    [TOWN_X] = { "x", "a", 6, CS_SKETCH_CATEGORY },
    [TOWN_U] = { "u", "a", 5, CS_SKETCH_CATEGORY },
    [TOWN_Y] = { "y", "b", 4, CS_SKETCH_CATEGORY },
    [TOWN_V] = { "v", "b", 5, CS_SKETCH_CATEGORY },
    [TOWN_BOUGHT] = { "bought", "b", 2, CS_SKETCH_CATEGORY },
};

/* A code of a column that is most often that of another one. */
static uint8_t near(uint8_t other, size_t column, struct cs_rng *rng)
{
    const uint32_t n = (uint32_t)columns[column].n_codes;

    return (uint8_t)(cs_rng_below(rng, 3) > 0 ? other % n : cs_rng_below(rng, n));
}

static bool happens(double probability, struct cs_rng *rng)
{
    return cs_rng_unit(rng) < probability;
}

static void draw_person(uint8_t row[static TOWN_COLUMNS], struct cs_rng *rng)
{
    row[TOWN_ARM] = (uint8_t)cs_rng_below(rng, 3);
    row[TOWN_X] = (uint8_t)cs_rng_below(rng, (uint32_t)columns[TOWN_X].n_codes);
    row[TOWN_U] = near(row[TOWN_X], TOWN_U, rng);
    row[TOWN_Y] = near(row[TOWN_X], TOWN_Y, rng);
    row[TOWN_V] = near(row[TOWN_Y], TOWN_V, rng);
    row[TOWN_BOUGHT] = happens(.1 + .05 * row[TOWN_X] + .1 * (row[TOWN_ARM] == 1), rng);
}

static enum cs_scope draw_place(const uint8_t *row, struct cs_rng *rng)
{
    if (happens((.1 + .1 * row[TOWN_X]) * (.4 + .1 * row[TOWN_Y]), rng))
        return CS_AT_BOTH;
    return happens(.6, rng) ? CS_AT_A : CS_AT_B;
}

static bool is_at(enum cs_scope place, size_t column)
{
    const enum cs_party party = columns[column].at[0] == 'a' ? CS_A : CS_B;

    return (place & cs_scope_of(party)) != 0;
}

/* All people in the order of the population, which takes a pass for each place. */
static void populate(struct cs_town *town, size_t n)
{
    static const enum cs_scope places[] = { CS_AT_BOTH, CS_AT_A, CS_AT_B };
    size_t n_at[CS_SCOPES] = { 0 }, next = 0;

    assert_ok(cs_codes_init(&town->rows, n, TOWN_COLUMNS));
    for (size_t i = 0; i < COUNT(places); i++) {
        struct cs_rng rng;

        cs_rng_init_labelled(&rng, 1, "town");
        for (size_t r = 0; r < n; r++) {
            uint8_t row[TOWN_COLUMNS];

            draw_person(row, &rng);
            if (draw_place(row, &rng) != places[i])
                continue;
            n_at[places[i]]++;
            for (size_t c = 0; c < TOWN_COLUMNS; c++)
                cs_codes_column(&town->rows, c)[next] = is_at(places[i], c) ? row[c] : 0;
            next++;
        }
    }
    town->people =
        (struct cs_presence){ n_at[CS_AT_BOTH], { n_at[CS_AT_A], n_at[CS_AT_B] } };
}

void cs_town_count(int64_t *count, const size_t *of, size_t n_columns,
                   enum cs_scope scope, const struct cs_codes *rows,
                   const struct cs_presence *people)
{
    size_t n_cells = 1;

    for (size_t i = 0; i < n_columns; i++)
        n_cells *= columns[of[i]].n_codes;
    memset(count, 0, n_cells * sizeof *count);
    for (size_t r = 0; r < rows->n_rows; r++) {
        size_t cell = 0;

        for (size_t i = 0; i < n_columns; i++)
            cell = cell * columns[of[i]].n_codes + cs_codes_column(rows, of[i])[r];
        count[cell] += cs_presence_counts(people, scope, r);
    }
}

double cs_town_distance(const int64_t *a, const int64_t *b, size_t n)
{
    double sum = 0;

    for (size_t k = 0; k < n; k++)
        sum += (double)(a[k] > b[k] ? a[k] - b[k] : b[k] - a[k]);
    return sum;
}

static void measure(struct cs_town *town, uint64_t s2_q16)
{
    struct cs_rng rng;

    cs_rng_init_labelled(&rng, 2, "noise of the town");
    for (size_t t = 0; t < town->plan->n_tables; t++) {
        struct cs_table_spec *spec = &town->plan->tables[t];
        int64_t *truth = town->truth + spec->first_cell;
        int64_t *cells = town->cells + spec->first_cell;

        spec->s2_q16 = s2_q16;
        cs_town_count(truth, spec->column, spec->n_columns,
                      cs_table_spec_scope(spec, CS_LINK_PRIVATE), &town->rows,
                      &town->people);
        memcpy(cells, truth, spec->n_cells * sizeof *cells);
        cs_sketch_add_noise(cells, spec, &rng);
    }
}

void cs_town_init(struct cs_town *town, size_t n, uint64_t s2_q16)
{
    memset(town, 0, sizeof *town);
    cs_sketch_init(&town->sketch, columns, TOWN_COLUMNS, TOWN_ARM, TOWN_BOUGHT);
    for (size_t c = 0; c < TOWN_COLUMNS; c++)
        town->sketch.column[c].other = town->sketch.column[c].missing = -1;
    town->sketch.study.link = CS_LINK_PRIVATE;
    town->sketch.study.epsilon = 10;
    town->sketch.study.generator.train_on = CS_TRAIN_ON_POPULATION;
    town->sketch.study.tests[0].levels.bits = 1 << 1;
    town->sketch.study.control.bits = 1 << 0;
    town->sketch.study.outcomes[0].converted.bits = 1 << 1;
    town->plan = cs_sketch_plan(&town->sketch);
    town->truth = calloc(town->plan->n_cells, sizeof *town->truth);
    town->cells = calloc(town->plan->n_cells, sizeof *town->cells);
    assert_true(town->truth != NULL && town->cells != NULL);
    populate(town, n);
    measure(town, s2_q16);
    town->noisy = (struct cs_noisy){ &town->sketch.study, town->plan, town->cells };
}

void cs_town_wipe(struct cs_town *town)
{
    cs_plan_free(town->plan);
    cs_codes_wipe(&town->rows);
    free(town->truth);
    free(town->cells);
    memset(town, 0, sizeof *town);
}
