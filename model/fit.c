#include "model/fit.h"

#include <stdlib.h>
#include <string.h>

#include "crypto/rng.h"
#include "crypto/wide.h"
#include "model/fit_energy.h"

/* The schedule, found on Hillstrom and Adult (docs/NUMERICS.md): sweeps of one move a
 * row, the temperature in units of one natural log falling by 7/8 a sweep. */
enum {
    SWEEPS = 80,
    TEMPERATURE_SHIFT = 3, /* the first temperature is 2^3 */
    CHECK_ROWS = 8192,     /* rows between two looks at the clock */
    EXACT_TRIES = 64,
};

struct walk {
    struct cs_energy *energy;
    const struct cs_fit_input *input;
    struct cs_rng rng;
    int64_t temperature;
    uint64_t moves, accepted;
    uint32_t log_table[1 << CS_FIT_LOG_BITS];
    size_t *column[2]; /* columns of each part */
    size_t n_column[2];
    uint8_t *candidate[2]; /* (candidates, n_column): row by row, since a move takes one
                              row out of millions */
    uint8_t *proposal;     /* (n_columns): a row as it might be */
};

static bool accept(struct walk *walk, int64_t change)
{
    walk->moves++;
    if (change > 0) {
        const uint32_t u = cs_rng_u32(&walk->rng) >> (32 - CS_FIT_LOG_BITS);
        const cs_i128 limit = (cs_i128)walk->temperature * walk->log_table[u];

        if (((cs_i128)change << CS_FIT_LOG_FRACTION) > limit)
            return false;
    }
    walk->accepted++;
    return true;
}

static void copy_candidate(uint8_t *row, const struct walk *walk, size_t part, size_t k)
{
    const uint8_t *from = walk->candidate[part] + k * walk->n_column[part];

    for (size_t i = 0; i < walk->n_column[part]; i++)
        row[walk->column[part][i]] = from[i];
}

static void try_row(struct walk *walk, size_t r, size_t part)
{
    const int64_t change = cs_energy_of_row(walk->energy, r, walk->proposal, part);

    if (accept(walk, change))
        cs_energy_set_row(walk->energy, r, walk->proposal, part);
}

static size_t draw_candidate(struct walk *walk, size_t part)
{
    return cs_rng_below(&walk->rng, (uint32_t)walk->input->candidates[part]->n_rows);
}

static void move_replace(struct walk *walk, size_t r, size_t part)
{
    memcpy(walk->proposal, cs_energy_row(walk->energy, r), walk->input->n_columns);
    copy_candidate(walk->proposal, walk, part, draw_candidate(walk, part));
    try_row(walk, r, part);
}

static void move_mix(struct walk *walk, size_t r, size_t part)
{
    const size_t k = draw_candidate(walk, part);
    const uint8_t *from = walk->candidate[part] + k * walk->n_column[part];
    const uint32_t n = 1 + cs_rng_below(&walk->rng, 3);

    memcpy(walk->proposal, cs_energy_row(walk->energy, r), walk->input->n_columns);
    for (uint32_t i = 0; i < n; i++) {
        const uint32_t j = cs_rng_below(&walk->rng, (uint32_t)walk->n_column[part]);
        walk->proposal[walk->column[part][j]] = from[j];
    }
    try_row(walk, r, part);
}

/* One of the two is at both. */
static void move_swap(struct walk *walk, size_t r)
{
    const struct cs_presence *people = &walk->input->people;
    const size_t n =
        cs_presence_is_both(people, r) ? walk->energy->n_rows : people->n_both;
    const size_t other = cs_rng_below(&walk->rng, (uint32_t)n);
    const int64_t change = cs_energy_of_swap(walk->energy, r, other);

    if (accept(walk, change))
        cs_energy_swap(walk->energy, r, other);
}

/* The moves in turn by the row's draw: 2 in 8 replace, 3 in 8 swap, 3 in 8 mix. */
static void move_any(struct walk *walk, size_t r)
{
    const uint32_t draw = cs_rng_below(&walk->rng, 16);
    const size_t drawn = draw & 1;
    const bool has = cs_presence_has(&walk->input->people, (enum cs_party)drawn, r);
    const size_t part = has ? drawn : !drawn;

    if (draw < 4)
        move_replace(walk, r, part);
    else if (draw < 10)
        move_swap(walk, r);
    else
        move_mix(walk, r, part);
}

static enum cs_status sweep(struct walk *walk, unsigned number,
                            const struct cs_progress *progress)
{
    const size_t n = walk->energy->n_rows;

    for (size_t r = 0; r < n; r++) {
        move_any(walk, r);
        if (r % CHECK_ROWS == 0) {
            const double done = (number + (double)r / (double)n) / SWEEPS;
            const enum cs_status st = cs_progress_tell(progress, done);
            if (st != CS_OK)
                return st;
        }
    }
    return CS_OK;
}

static enum cs_status anneal(struct walk *walk, const struct cs_progress *progress)
{
    walk->temperature = cs_energy_unit(walk->energy) << TEMPERATURE_SHIFT;
    for (unsigned s = 0; s < SWEEPS; s++) {
        const enum cs_status st = sweep(walk, s, progress);

        if (st != CS_OK)
            return st;
        walk->temperature = walk->temperature / 8 * 7;
    }
    return CS_OK;
}

/* The row at both of cell (arm, conversion), among EXACT_TRIES found at random, whose
 * column changes to code at the least energy. */
static size_t cheapest_row(struct walk *walk, uint8_t arm, uint8_t conversion,
                           size_t column, uint8_t code)
{
    const struct cs_fit_input *input = walk->input;
    const size_t n = input->people.n_both;
    size_t best = n, r = cs_rng_below(&walk->rng, (uint32_t)n);
    int64_t least = INT64_MAX;

    for (size_t seen = 0, found = 0; seen < n && found < EXACT_TRIES;
         seen++, r = (r + 1) % n) {
        const uint8_t *row = cs_energy_row(walk->energy, r);
        if (row[input->arm] != arm || row[input->conversion] != conversion)
            continue;
        memcpy(walk->proposal, row, input->n_columns);
        walk->proposal[column] = code;
        const int64_t change =
            cs_energy_of_row(walk->energy, r, walk->proposal, input->part[column]);
        if (change < least) {
            least = change;
            best = r;
        }
        found++;
    }
    return best;
}

/* Moves one person from cell (arm, conversion) to where `column` has `code`. */
static void move_person(struct walk *walk, uint8_t arm, uint8_t conversion, size_t column,
                        uint8_t code)
{
    const size_t r = cheapest_row(walk, arm, conversion, column, code);

    CS_REQUIRE(r < walk->input->people.n_both);
    memcpy(walk->proposal, cs_energy_row(walk->energy, r), walk->input->n_columns);
    walk->proposal[column] = code;
    cs_energy_set_row(walk->energy, r, walk->proposal, walk->input->part[column]);
}

static void count_exact(int32_t *count, const struct walk *walk)
{
    const struct cs_fit_input *input = walk->input;
    const size_t width = input->n_codes[input->conversion];

    memset(count, 0, input->n_codes[input->arm] * width * sizeof *count);
    for (size_t r = 0; r < input->people.n_both; r++) {
        const uint8_t *row = cs_energy_row(walk->energy, r);
        count[row[input->arm] * width + row[input->conversion]]++;
    }
}

/* Moves people from one cell of arm x conversion to another while the one has too many
 * and the other too few. */
static void even_out(struct walk *walk, int32_t *excess, size_t from, size_t to)
{
    const struct cs_fit_input *input = walk->input;
    const size_t width = input->n_codes[input->conversion];
    const uint8_t a = (uint8_t)(from / width), c = (uint8_t)(from % width);
    const uint8_t b = (uint8_t)(to / width), d = (uint8_t)(to % width);

    for (; excess[from] > 0 && excess[to] < 0; excess[from]--, excess[to]++) {
        if (c != d)
            move_person(walk, a, c, input->conversion, d);
        if (a != b)
            move_person(walk, a, d, input->arm, b);
    }
}

/* Brings arm x conversion to input->exact: within each arm first, since that leaves A's
 * tables alone, then across arms. */
static enum cs_status match_exactly(struct walk *walk)
{
    const struct cs_fit_input *input = walk->input;
    const size_t width = input->n_codes[input->conversion];
    const size_t n_cells = input->n_codes[input->arm] * width;
    int32_t *excess = calloc(n_cells, sizeof *excess);
    int64_t left = 0;

    if (excess == NULL)
        return CS_MEMORY;
    count_exact(excess, walk);
    for (size_t k = 0; k < n_cells; k++) {
        CS_REQUIRE(input->exact[k] >= 0);
        excess[k] -= input->exact[k];
        left += excess[k];
    }
    CS_REQUIRE(left == 0); /* so whoever is too many somewhere is missing elsewhere */
    for (size_t from = 0; from < n_cells; from++)
        for (size_t to = from / width * width; to < (from / width + 1) * width; to++)
            even_out(walk, excess, from, to);
    for (size_t from = 0; from < n_cells; from++)
        for (size_t to = 0; to < n_cells; to++)
            even_out(walk, excess, from, to);
    free(excess);
    return CS_OK;
}

static enum cs_status take_candidates(struct walk *walk, size_t part)
{
    const struct cs_codes *from = walk->input->candidates[part];
    const size_t n = walk->n_column[part];

    CS_REQUIRE(n > 0 && from->n_rows > 0);
    CS_REQUIRE(from->n_columns == walk->input->n_columns);
    walk->candidate[part] = malloc(from->n_rows * n);
    if (walk->candidate[part] == NULL)
        return CS_MEMORY;
    for (size_t i = 0; i < n; i++) {
        const uint8_t *code = cs_codes_column(from, walk->column[part][i]);

        for (size_t k = 0; k < from->n_rows; k++)
            walk->candidate[part][k * n + i] = code[k];
    }
    return CS_OK;
}

static enum cs_status walk_init(struct walk *walk, struct cs_energy *energy,
                                const struct cs_fit_input *input)
{
    enum cs_status st = CS_OK;

    memset(walk, 0, sizeof *walk);
    walk->energy = energy;
    walk->input = input;
    cs_rng_init_labelled(&walk->rng, input->seed, input->label);
    cs_fit_log_table(walk->log_table);
    walk->proposal = calloc(input->n_columns, 1);
    for (size_t part = 0; part < 2; part++) {
        walk->column[part] = calloc(input->n_columns, sizeof *walk->column[part]);
        if (walk->column[part] == NULL || walk->proposal == NULL)
            return CS_MEMORY;
        for (size_t i = 0; i < input->n_columns; i++)
            if (input->part[i] == part)
                walk->column[part][walk->n_column[part]++] = i;
        CS_TRY(take_candidates(walk, part));
    }
out:
    return st;
}

static void walk_wipe(struct walk *walk)
{
    free(walk->proposal);
    free(walk->column[0]);
    free(walk->column[1]);
    free(walk->candidate[0]);
    free(walk->candidate[1]);
}

static void start_rows(struct walk *walk)
{
    const struct cs_presence *people = &walk->input->people;

    for (size_t r = 0; r < walk->energy->n_rows; r++) {
        memset(walk->proposal, 0, walk->input->n_columns);
        for (enum cs_party part = CS_A; part <= CS_B; part++)
            if (cs_presence_has(people, part, r))
                copy_candidate(walk->proposal, walk, part, draw_candidate(walk, part));
        cs_energy_put_row(walk->energy, r, walk->proposal);
    }
}

enum cs_status cs_fit(struct cs_codes *population, struct cs_fit_result *result,
                      const struct cs_fit_input *input,
                      const struct cs_progress *progress)
{
    enum cs_status st = CS_OK;
    struct cs_energy energy = { 0 };
    struct walk walk = { 0 };

    CS_REQUIRE(population->n_columns == input->n_columns && input->people.n_both > 0);
    CS_REQUIRE(population->n_rows == cs_presence_all(&input->people));
    CS_TRY(cs_energy_init(&energy, input));
    CS_TRY(walk_init(&walk, &energy, input));
    start_rows(&walk);
    CS_TRY(anneal(&walk, progress));
    result->chi_square = cs_energy_chi_square(&energy);
    result->moves = walk.moves;
    result->accepted = walk.accepted;
    if (input->exact != NULL)
        CS_TRY(match_exactly(&walk));
    cs_energy_rows(population, &energy);
out:
    walk_wipe(&walk);
    cs_energy_wipe(&energy);
    return st;
}
