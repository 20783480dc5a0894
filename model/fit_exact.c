#include "model/fit_exact.h"

#include <stdlib.h>
#include <string.h>

enum { TRIES = 64 };

struct match {
    struct cs_energy *energy;
    const struct cs_fit_input *input;
    struct cs_rng *rng;
};

/* The row at both of cell (arm, conversion), among TRIES found at random, whose
 * column changes to code at the least energy. */
static size_t cheapest_row(struct match *match, uint8_t arm, uint8_t conversion,
                           size_t column, uint8_t code)
{
    const struct cs_fit_input *input = match->input;
    const size_t n = input->people.n_both;
    size_t best = n, r = cs_rng_below(match->rng, (uint32_t)n);
    int64_t change[CS_FIT_LEVELS_MAX], least = INT64_MAX;

    for (size_t seen = 0, found = 0; seen < n && found < TRIES; seen++, r = (r + 1) % n) {
        const uint8_t *row = cs_energy_row(match->energy, r);
        if (row[input->arm] != arm || row[input->conversion] != conversion)
            continue;
        cs_energy_of_levels(change, match->energy, r, column);
        if (change[code] < least) {
            least = change[code];
            best = r;
        }
        found++;
    }
    return best;
}

/* Moves one person from cell (arm, conversion) to where `column` has `code`. */
static void move_person(struct match *match, uint8_t arm, uint8_t conversion,
                        size_t column, uint8_t code)
{
    const size_t r = cheapest_row(match, arm, conversion, column, code);

    CS_REQUIRE(r < match->input->people.n_both);
    cs_energy_set_level(match->energy, r, column, code);
}

static void count_exact(int32_t *count, const struct match *match)
{
    const struct cs_fit_input *input = match->input;
    const size_t width = input->n_codes[input->conversion];

    memset(count, 0, input->n_codes[input->arm] * width * sizeof *count);
    for (size_t r = 0; r < input->people.n_both; r++) {
        const uint8_t *row = cs_energy_row(match->energy, r);
        count[row[input->arm] * width + row[input->conversion]]++;
    }
}

/* Moves people from one cell of arm x conversion to another while the one has too many
 * and the other too few. */
static void even_out(struct match *match, int32_t *excess, size_t from, size_t to)
{
    const struct cs_fit_input *input = match->input;
    const size_t width = input->n_codes[input->conversion];
    const uint8_t a = (uint8_t)(from / width), c = (uint8_t)(from % width);
    const uint8_t b = (uint8_t)(to / width), d = (uint8_t)(to % width);

    for (; excess[from] > 0 && excess[to] < 0; excess[from]--, excess[to]++) {
        if (c != d)
            move_person(match, a, c, input->conversion, d);
        if (a != b)
            move_person(match, a, d, input->arm, b);
    }
}

/* Brings arm x conversion to input->exact: within each arm first, since that leaves A's
 * tables alone, then across arms. */
enum cs_status cs_fit_match(struct cs_energy *energy, const struct cs_fit_input *input,
                            struct cs_rng *rng)
{
    struct match match = { energy, input, rng };
    const size_t width = input->n_codes[input->conversion];
    const size_t n_cells = input->n_codes[input->arm] * width;
    int32_t *excess = calloc(n_cells, sizeof *excess);
    int64_t left = 0;

    if (excess == NULL)
        return CS_MEMORY;
    count_exact(excess, &match);
    for (size_t k = 0; k < n_cells; k++) {
        CS_REQUIRE(input->exact[k] >= 0);
        excess[k] -= input->exact[k];
        left += excess[k];
    }
    CS_REQUIRE(left == 0); /* so whoever is too many somewhere is missing elsewhere */
    for (size_t from = 0; from < n_cells; from++)
        for (size_t to = from / width * width; to < (from / width + 1) * width; to++)
            even_out(&match, excess, from, to);
    for (size_t from = 0; from < n_cells; from++)
        for (size_t to = 0; to < n_cells; to++)
            even_out(&match, excess, from, to);
    free(excess);
    return CS_OK;
}
