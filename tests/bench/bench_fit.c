/* How fast people are fitted to tables, and how near they come.
 *
 *     build/release/tests/bench_fit
 *
 * People made by code, of eight kinds with levels of their own, are counted in all pairs
 * of columns and some triples; noise is added; candidates are other people, of whose
 * codes a fifth is drawn anew. The sizes are those of Hillstrom, Adult and a wide study.
 * Speed and chi-square stand side by side, because either can be had for the other. CPU
 * times of one core; everything but these is the same on every machine. */
#include <stdio.h>
#include <stdlib.h>

#include "crypto/rng.h"
#include "model/fit.h"
#include "tests/support/bench.h"

enum { COLUMNS_MAX = 40, KINDS = 8, NOISE = 12 /* standard deviation */ };

struct problem {
    const char *name;
    size_t n_rows, n_columns, n_triples;
    size_t tables_max;
};

struct bench {
    struct cs_fit_input input;
    size_t n_codes[COLUMNS_MAX];
    uint8_t part[COLUMNS_MAX];
    struct cs_fit_table table[CS_FIT_TABLES_MAX];
    struct cs_codes people, candidates, fitted;
    struct cs_rng rng;
};

static void check(enum cs_status st)
{
    if (st != CS_OK) {
        fprintf(stderr, "bench_fit: %s\n", cs_status_text(st));
        exit(1);
    }
}

/* The first levels are the most frequent; each kind of people starts at its own. */
static uint8_t draw_code(struct bench *bench, size_t column, uint32_t kind)
{
    const uint32_t n = (uint32_t)bench->n_codes[column];
    const uint32_t most = 1 + cs_rng_below(&bench->rng, n);

    return (uint8_t)((kind * (1 + column) + cs_rng_below(&bench->rng, most)) % n);
}

static void draw_people(struct bench *bench, struct cs_codes *people)
{
    for (size_t r = 0; r < people->n_rows; r++) {
        const uint32_t kind = cs_rng_below(&bench->rng, KINDS);

        for (size_t c = 0; c < people->n_columns; c++)
            cs_codes_column(people, c)[r] = draw_code(bench, c, kind);
    }
}

static void blur(struct bench *bench, struct cs_codes *people)
{
    for (size_t c = 0; c < people->n_columns; c++)
        for (size_t r = 0; r < people->n_rows; r++)
            if (cs_rng_below(&bench->rng, 5) == 0)
                cs_codes_column(people, c)[r] =
                    draw_code(bench, c, cs_rng_below(&bench->rng, KINDS));
}

/* Near enough to a normal draw: the sum of twelve even ones has variance 1. */
static int32_t draw_noise(struct bench *bench)
{
    double sum = -6;

    for (unsigned i = 0; i < 12; i++)
        sum += cs_rng_unit(&bench->rng);
    return (int32_t)(sum * NOISE);
}

static void measure(struct bench *bench, struct cs_fit_table *table)
{
    int32_t *target = calloc(table->n_cells, sizeof *target);
    uint64_t *variance = calloc(table->n_cells, sizeof *variance);

    check(target == NULL || variance == NULL ? CS_MEMORY : CS_OK);
    for (size_t r = 0; r < bench->people.n_rows; r++) {
        size_t cell = 0;

        for (size_t i = 0; i < table->n_columns; i++)
            cell = cell * bench->n_codes[table->column[i]] +
                   cs_codes_column(&bench->people, table->column[i])[r];
        target[cell]++;
    }
    for (size_t k = 0; k < table->n_cells; k++) {
        target[k] += draw_noise(bench);
        variance[k] = (uint64_t)(NOISE * NOISE) << 16;
    }
    table->target = target;
    table->variance_q16 = variance;
}

static void add_table(struct bench *bench, size_t a, size_t b, size_t c, size_t n_columns)
{
    struct cs_fit_table *table = &bench->table[bench->input.n_tables++];

    *table = (struct cs_fit_table){ .scope = CS_AT_BOTH,
                                    .n_columns = n_columns,
                                    .column = { a, b, c } };
    table->n_cells = 1;
    for (size_t i = 0; i < n_columns; i++)
        table->n_cells *= bench->n_codes[table->column[i]];
    measure(bench, table);
}

/* Pairs, neighbours first, until there are enough; triples of neighbours. */
static void add_tables(struct bench *bench, const struct problem *problem)
{
    const size_t n = problem->n_columns;

    for (size_t i = 0; i < problem->n_triples; i++)
        add_table(bench, i % (n - 2), i % (n - 2) + 1, i % (n - 2) + 2, 3);
    for (size_t apart = 1; apart < n; apart++)
        for (size_t i = 0; i + apart < n; i++)
            if (bench->input.n_tables < problem->tables_max)
                add_table(bench, i, i + apart, 0, 2);
}

static void make(struct bench *bench, const struct problem *problem)
{
    static const size_t codes[] = { 12, 4, 20, 3, 8, 2, 10, 5 };
    const size_t n = problem->n_columns;

    *bench = (struct bench){ 0 };
    cs_rng_init_labelled(&bench->rng, 1, problem->name);
    for (size_t c = 0; c < n; c++) {
        bench->n_codes[c] = codes[c % (sizeof codes / sizeof *codes)];
        bench->part[c] = c >= n / 2;
    }
    check(cs_codes_init(&bench->people, problem->n_rows, n));
    check(cs_codes_init(&bench->candidates, problem->n_rows, n));
    check(cs_codes_init(&bench->fitted, problem->n_rows, n));
    draw_people(bench, &bench->people);
    draw_people(bench, &bench->candidates);
    blur(bench, &bench->candidates);
    bench->input = (struct cs_fit_input){
        .people = { .n_both = problem->n_rows },
        .n_columns = n,
        .n_codes = bench->n_codes,
        .part = bench->part,
        .tables = bench->table,
        .candidates = { &bench->candidates, &bench->candidates },
        .seed = 1,
        .label = "fit",
    };
    add_tables(bench, problem);
}

static void wipe(struct bench *bench)
{
    for (size_t t = 0; t < bench->input.n_tables; t++) {
        free((void *)(uintptr_t)bench->table[t].target);
        free((void *)(uintptr_t)bench->table[t].variance_q16);
    }
    cs_codes_wipe(&bench->people);
    cs_codes_wipe(&bench->candidates);
    cs_codes_wipe(&bench->fitted);
}

/* Tables that hold a column, on average. */
static double tables_a_column(const struct bench *bench)
{
    size_t n = 0;

    for (size_t t = 0; t < bench->input.n_tables; t++)
        n += bench->table[t].n_columns;
    return (double)n / (double)bench->input.n_columns;
}

static void run(const struct problem *problem)
{
    static struct bench bench;
    struct cs_fit_result result;

    make(&bench, problem);
    const double start = cs_bench_cpu_s();
    check(cs_fit(&bench.fitted, &result, &bench.input, NULL));
    const double took = cs_bench_cpu_s() - start, moves = (double)result.moves;

    printf("%-16s %7zu rows, %3zu tables, %4.1f a column: %6.2f s, %4.2f M moves/s, "
           "%4.0f ns a move, %2.0f %% accepted, chi-square %.4f\n",
           problem->name, problem->n_rows, bench.input.n_tables, tables_a_column(&bench),
           took, 1e-6 * moves / took, 1e9 * took / moves,
           100 * (double)result.accepted / moves, result.chi_square);
    wipe(&bench);
}

int main(void)
{
    static const struct problem problems[] = {
        { "like Hillstrom", 64000, 10, 8, 53 },
        { "like Adult", 32561, 15, 13, 118 },
        { "wide", 50000, 40, 0, 300 },
    };

    for (size_t i = 0; i < sizeof problems / sizeof *problems; i++)
        run(&problems[i]);
    return 0;
}
