#include "model/fit.h"

#include <stdlib.h>
#include <string.h>

#include "crypto/rng.h"
#include "crypto/wide.h"
#include "model/fit_energy.h"
#include "model/fit_exact.h"

/* The schedule, found on Hillstrom and Adult (docs/NUMERICS.md): sweeps of one move a
 * row, the temperature starting at one natural log and falling by 3/4 a sweep. */
enum {
    SWEEPS = 40,
    GAIN = 20, /* a change of a level gains at least a natural log / GAIN: what gains less
                  is the noise of the targets (docs/NUMERICS.md, Fit) */
    CHECK_ROWS = 8192, /* rows between two looks at the clock */
};

struct walk {
    struct cs_energy *energy;
    const struct cs_fit_input *input;
    struct cs_rng rng;
    int64_t temperature;
    uint64_t moves, accepted;
    uint32_t log_table[1 << CS_FIT_LOG_BITS];
    bool (*known)[CS_FIT_LEVELS_MAX]; /* (n_columns): a candidate has the level */
    uint8_t *candidate[2]; /* (candidates, n_column): row by row, since a move takes one
                              row out of millions */
    uint8_t *proposal;     /* (n_columns): a row as it might be */
};

/* One random word has all that most moves need. */
struct draw {
    uint32_t move;   /* 4 bits */
    uint32_t u;      /* CS_FIT_LOG_BITS, for accept */
    uint32_t column; /* 16 bits, of a fraction */
};

static struct draw draw(struct walk *walk)
{
    const uint32_t word = cs_rng_u32(&walk->rng);

    return (struct draw){ word & 15, word >> 4 & ((1 << CS_FIT_LOG_BITS) - 1),
                          word >> 16 };
}

static bool accept(struct walk *walk, int64_t change, uint32_t u)
{
    const cs_i128 limit = (cs_i128)walk->temperature * walk->log_table[u];

    walk->moves++;
    if (change > 0 && ((cs_i128)change << CS_FIT_LOG_FRACTION) > limit)
        return false;
    walk->accepted++;
    return true;
}

static void copy_candidate(uint8_t *row, const struct walk *walk, size_t part, size_t k)
{
    const size_t n = walk->energy->n_column[part];
    const uint8_t *from = walk->candidate[part] + k * n;

    for (size_t i = 0; i < n; i++)
        row[walk->energy->column[part][i]] = from[i];
}

static size_t draw_candidate(struct walk *walk, size_t part)
{
    return cs_rng_below(&walk->rng, (uint32_t)walk->input->candidates[part]->n_rows);
}

static void move_replace(struct walk *walk, size_t r, size_t part, uint32_t u)
{
    memcpy(walk->proposal, cs_energy_row(walk->energy, r), walk->input->n_columns);
    copy_candidate(walk->proposal, walk, part, draw_candidate(walk, part));
    if (accept(walk, cs_energy_of_row(walk->energy, r, walk->proposal, part), u))
        cs_energy_set_row(walk->energy, r, walk->proposal, part);
}

/* One of the two is at both. */
static void move_swap(struct walk *walk, size_t r, uint32_t u)
{
    const struct cs_presence *people = &walk->input->people;
    const size_t n =
        cs_presence_is_both(people, r) ? walk->energy->n_rows : people->n_both;
    const size_t other = cs_rng_below(&walk->rng, (uint32_t)n);

    if (accept(walk, cs_energy_of_swap(walk->energy, r, other), u))
        cs_energy_swap(walk->energy, r, other);
}

/* The best of a column's other levels. Metropolis on the best is no sampler of the
 * Boltzmann distribution; what is wanted here is a minimum. */
static void move_level(struct walk *walk, size_t r, size_t column, uint32_t u)
{
    const bool *known = walk->known[column];
    const size_t level = cs_energy_row(walk->energy, r)[column];
    int64_t change[CS_FIT_LEVELS_MAX], least = INT64_MAX;
    size_t best = level;

    cs_energy_of_levels(change, walk->energy, r, column);
    change[level] = INT64_MAX;
    for (size_t k = 0; k < walk->input->n_codes[column]; k++) {
        const bool better = known[k] && change[k] < least;

        best = better ? k : best;
        least = better ? change[k] : least;
    }
    if (best == level) /* there is no other */
        return;
    if (accept(walk, least + cs_energy_unit(walk->energy) / GAIN, u))
        cs_energy_set_level(walk->energy, r, column, (uint8_t)best);
}

/* A column that a row has, by 16 random bits. */
static size_t column_of(const struct walk *walk, size_t r, uint32_t fraction)
{
    const struct cs_energy *energy = walk->energy;
    const bool has_a = cs_presence_has(&walk->input->people, CS_A, r);
    const bool has_b = cs_presence_has(&walk->input->people, CS_B, r);
    const size_t n_a = has_a ? energy->n_column[0] : 0;
    const size_t n = n_a + (has_b ? energy->n_column[1] : 0);
    const size_t i = fraction * n >> 16;

    return i < n_a ? energy->column[0][i] : energy->column[1][i - n_a];
}

/* The moves in turn by the row's draw: 2 in 16 replace, 1 swaps, 13 change a level. */
static void move_any(struct walk *walk, size_t r)
{
    const struct draw drawn = draw(walk);
    const size_t part = drawn.move & 1;

    if (drawn.move < 2) {
        const bool has = cs_presence_has(&walk->input->people, (enum cs_party)part, r);
        move_replace(walk, r, has ? part : !part, drawn.u);
    } else if (drawn.move < 3) {
        move_swap(walk, r, drawn.u);
    } else {
        move_level(walk, r, column_of(walk, r, drawn.column), drawn.u);
    }
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
    walk->temperature = cs_energy_unit(walk->energy);
    for (unsigned s = 0; s < SWEEPS; s++) {
        const enum cs_status st = sweep(walk, s, progress);

        if (st != CS_OK)
            return st;
        if (walk->input->curve != NULL)
            cs_curve_add(walk->input->curve, cs_energy_chi_square(walk->energy));
        walk->temperature = walk->temperature / 4 * 3;
    }
    return CS_OK;
}

/* The candidates of a part, row by row, and their levels. */
static enum cs_status take_candidates(struct walk *walk, size_t part)
{
    const struct cs_codes *from = walk->input->candidates[part];
    const size_t n = walk->energy->n_column[part];

    CS_REQUIRE(n > 0 && from->n_rows > 0);
    CS_REQUIRE(from->n_columns == walk->input->n_columns);
    walk->candidate[part] = malloc(from->n_rows * n);
    if (walk->candidate[part] == NULL)
        return CS_MEMORY;
    for (size_t i = 0; i < n; i++) {
        const size_t c = walk->energy->column[part][i];
        const uint8_t *code = cs_codes_column(from, c);

        for (size_t k = 0; k < from->n_rows; k++) {
            walk->candidate[part][k * n + i] = code[k];
            walk->known[c][code[k]] = true;
        }
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
    walk->known = calloc(input->n_columns, sizeof *walk->known);
    if (walk->proposal == NULL || walk->known == NULL)
        return CS_MEMORY;
    CS_TRY(take_candidates(walk, 0));
    CS_TRY(take_candidates(walk, 1));
out:
    return st;
}

static void walk_wipe(struct walk *walk)
{
    free(walk->proposal);
    free(walk->known);
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
        CS_TRY(cs_fit_match(&energy, input, &walk.rng));
    cs_energy_rows(population, &energy);
out:
    walk_wipe(&walk);
    cs_energy_wipe(&energy);
    return st;
}
