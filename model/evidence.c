#include "model/evidence.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- against the tables ---- */

/* Where a column of the schema stands in the party's file. */
static size_t place_of(const struct cs_evidence *evidence, size_t column)
{
    return cs_schema_place(&evidence->noisy->study->schema, evidence->party, column);
}

static bool is_own_pair(const struct cs_table_spec *spec, enum cs_party party)
{
    return spec->n_columns == 2 && spec->kind == (party == CS_A ? CS_OWN_A : CS_OWN_B);
}

/* One set of candidates before one table after another. */
struct side {
    const struct cs_codes *rows;
    double each;       /* people of the population that a row stands for */
    double *count;     /* (cells): people */
    double *slope;     /* (cells): of the chi-square, by a row more in the cell */
    double *influence; /* (rows): on the chi-square of all tables so far */
};

static enum cs_status side_init(struct side *side, const struct cs_codes *rows,
                                double people)
{
    enum { CELLS = CS_CODES_MAX * CS_CODES_MAX };

    side->rows = rows;
    side->each = people / (double)rows->n_rows;
    side->count = calloc(CELLS, sizeof *side->count);
    side->slope = calloc(CELLS, sizeof *side->slope);
    side->influence = calloc(rows->n_rows, sizeof *side->influence);
    return side->count != NULL && side->slope != NULL && side->influence != NULL
               ? CS_OK
               : CS_MEMORY;
}

static void side_wipe(struct side *side)
{
    free(side->count);
    free(side->slope);
    free(side->influence);
}

struct lookup {
    size_t x, y, width; /* places of the columns, codes of the second */
};

static size_t cell_of(const struct side *side, struct lookup at, size_t row)
{
    return cs_codes_column(side->rows, at.x)[row] * at.width +
           cs_codes_column(side->rows, at.y)[row];
}

static void count(struct side *side, struct lookup at, size_t n_cells)
{
    memset(side->count, 0, n_cells * sizeof *side->count);
    for (size_t r = 0; r < side->rows->n_rows; r++)
        side->count[cell_of(side, at, r)] += side->each;
}

static void add_influence(struct side *side, struct lookup at)
{
    for (size_t r = 0; r < side->rows->n_rows; r++)
        side->influence[r] += side->slope[cell_of(side, at, r)];
}

/* Variance of a sum over rows drawn independently. */
static double drawing(const struct side *side)
{
    const double n = (double)side->rows->n_rows;
    double sum = 0, squares = 0;

    for (size_t r = 0; r < side->rows->n_rows; r++) {
        sum += side->influence[r];
        squares += side->influence[r] * side->influence[r];
    }
    return squares - sum * sum / n;
}

/* (count - y)^2 / v of a cell. */
static double look(struct side *side, size_t k, double y, double v)
{
    const double difference = side->count[k] - y;

    side->slope[k] = 2 * difference / v * side->each;
    return difference * difference / v;
}

static void compare_cells(struct cs_comparison *sum, struct side side[static 2],
                          const struct cs_evidence *evidence,
                          const struct cs_table_spec *spec, double scale)
{
    const struct cs_targets *targets = evidence->targets;
    const double s2 = cs_estimate_noise(spec) * scale * scale;
    const double each = fmax(side[0].each, side[1].each);

    for (size_t k = 0; k < spec->n_cells; k++) {
        const size_t cell = spec->first_cell + k;
        const double y = (double)evidence->noisy->cells[cell] * scale;
        const double v = s2 + each * fmax(targets->target[cell], 1);
        const double between = 2 * (side[0].count[k] - side[1].count[k]) / v;
        const double kept = (double)targets->variance_q16[cell] / 65536;

        sum->chi_square[0] += look(&side[0], k, y, v);
        sum->chi_square[1] += look(&side[1], k, y, v);
        sum->deviation += between * between * s2;
        sum->optimism += 2 * fmin(kept, s2) / v;
    }
    sum->n_cells += spec->n_cells;
}

static void compare_table(struct cs_comparison *sum, struct side side[static 2],
                          const struct cs_evidence *evidence,
                          const struct cs_table_spec *spec, double scale)
{
    const struct lookup at = { place_of(evidence, spec->column[0]),
                               place_of(evidence, spec->column[1]),
                               evidence->targets->n_codes[spec->column[1]] };

    for (int i = 0; i < 2; i++)
        count(&side[i], at, spec->n_cells);
    compare_cells(sum, side, evidence, spec, scale);
    for (int i = 0; i < 2; i++)
        add_influence(&side[i], at);
}

enum cs_status cs_evidence_compare(struct cs_comparison *comparison,
                                   const struct cs_evidence *evidence,
                                   const struct cs_codes *one,
                                   const struct cs_codes *other)
{
    const struct cs_plan *plan = evidence->noisy->plan;
    const enum cs_party party = evidence->party;
    const double people = (double)cs_presence_at(&evidence->targets->people, party);
    struct side side[2] = { { .rows = NULL }, { .rows = NULL } };
    enum cs_status st = CS_OK;
    double variance;

    memset(comparison, 0, sizeof *comparison);
    CS_TRY(side_init(&side[0], one, people));
    CS_TRY(side_init(&side[1], other, people));
    const double scale =
        people / cs_estimate_people(&variance, cs_scope_of(party), evidence->noisy);
    for (size_t t = 0; t < plan->n_tables; t++)
        if (is_own_pair(&plan->tables[t], party))
            compare_table(comparison, side, evidence, &plan->tables[t], scale);
    comparison->deviation =
        sqrt(comparison->deviation + drawing(&side[0]) + drawing(&side[1]));
out:
    side_wipe(&side[0]);
    side_wipe(&side[1]);
    return st;
}

/* ---- collapse ---- */

static double missing_of(const struct cs_evidence *evidence, const struct cs_codes *rows,
                         size_t place)
{
    const size_t column = evidence->noisy->study->schema.order[evidence->party][place];
    const double *total = evidence->targets->total + column * CS_CODES_MAX;
    const uint8_t *code = cs_codes_column(rows, place);
    bool shown[CS_CODES_MAX] = { false };
    double all = 0, missing = 0;

    for (size_t r = 0; r < rows->n_rows; r++)
        shown[code[r]] = true;
    for (size_t k = 0; k < evidence->targets->n_codes[column]; k++) {
        all += total[k];
        missing += shown[k] ? 0 : total[k];
    }
    return all > 0 ? missing / all : 0;
}

double cs_evidence_missing(const struct cs_evidence *evidence,
                           const struct cs_codes *rows)
{
    double most = 0;

    for (size_t j = 0; j < rows->n_columns; j++)
        most = fmax(most, missing_of(evidence, rows, j));
    return most;
}

/* FNV-1a, 64 bits (Fowler, Noll, Vo; draft-eastlake-fnv): equal rows are what is looked
 * for, and nobody gains by a collision. */
static uint64_t digest_of(const struct cs_codes *rows, size_t row)
{
    uint64_t digest = UINT64_C(0xcbf29ce484222325);

    for (size_t j = 0; j < rows->n_columns; j++)
        digest = (digest ^ cs_codes_column(rows, j)[row]) * UINT64_C(0x100000001b3);
    return digest;
}

static int by_value(const void *a, const void *b)
{
    const uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

    return (x > y) - (x < y);
}

enum cs_status cs_evidence_variety(double *variety, const struct cs_codes *rows)
{
    const double n = (double)rows->n_rows;
    uint64_t *digest = calloc(rows->n_rows, sizeof *digest);
    double pairs = 0;

    if (digest == NULL)
        return CS_MEMORY;
    for (size_t row = 0; row < rows->n_rows; row++)
        digest[row] = digest_of(rows, row);
    qsort(digest, rows->n_rows, sizeof *digest, by_value);
    for (size_t row = 1, run = 0; row < rows->n_rows; row++) {
        run = digest[row] == digest[row - 1] ? run + 1 : 0;
        pairs += 2 * (double)run; /* with each of the run before it, either way round */
    }
    free(digest);
    *variety = pairs > n - 1 ? n * (n - 1) / pairs : n;
    return CS_OK;
}
