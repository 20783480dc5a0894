/* A plain epoch of the VAE on real rows, all columns of both parties in one place.
 *
 *     bench_epoch STUDY A.csv B.csv [LATENT [BATCH [CODES [THREADS]]]]
 *
 * The data and the codes are those of a study; its generator's kind and layers too. CODES
 * is a file to be written, for scripts/bench-tvae.py to train on the same: a line with
 * the number of codes of each column, a minus before those of numeric ones, then a line a
 * row; or `-` for none. Times are CPU times of one core; of several THREADS, real times.
 */
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "model/generator.h"
#include "model/table.h"
#include "party/file.h"
#include "party/source.h"
#include "tests/support/bench.h"

enum { EPOCHS = 20 };

struct bench {
    struct cs_fault fault;
    struct cs_study *study;
    struct cs_table *table[2];
    struct cs_codes rows; /* of all columns */
};

static void check(const struct bench *bench, enum cs_status st)
{
    if (st != CS_OK) {
        fprintf(stderr, "bench_epoch: %s: %s\n", cs_status_text(st), bench->fault.text);
        exit(1);
    }
}

static void read_study(struct bench *bench, const char *path)
{
    char *text = NULL;
    size_t n_bytes;

    check(bench, cs_file_read(&text, &n_bytes, path, CS_STUDY_BYTES_MAX, &bench->fault));
    check(bench, cs_study_parse(&bench->study, text, n_bytes, path, NULL, &bench->fault));
    free(text);
}

static void read_rows(struct bench *bench, enum cs_party party, const char *path)
{
    static const char *const id = "id";
    const struct cs_id_rules rules = cs_id_rules_raw(&id);
    struct cs_file_source source;

    check(bench, cs_file_source_open(&source, path, &bench->fault));
    check(bench, cs_table_read(&bench->table[party], &bench->study->schema, party, &rules,
                               &source.source, NULL, &bench->fault));
    cs_file_source_close(&source);
}

/* A run estimates quantiles privately; equal widths cost the same time. */
static void space_edges(struct cs_column *column)
{
    if (column->n_bins == 0 || column->edges != NULL)
        return;
    column->edges = calloc(column->n_bins + 1, sizeof *column->edges);
    for (size_t i = 0; column->edges != NULL && i <= column->n_bins; i++)
        column->edges[i] = column->min + (column->max + 1 - column->min) * (int64_t)i /
                                             (int64_t)column->n_bins;
}

/* A's table followed by B's, as A's: whose rows are whose does not matter here. */
static void join(struct bench *bench)
{
    struct cs_schema *schema = &bench->study->schema;
    const size_t n[2] = { schema->n_order[CS_A], schema->n_order[CS_B] };
    const size_t n_rows = bench->table[CS_A]->codes.n_rows;
    size_t *order = calloc(n[CS_A] + n[CS_B], sizeof *order);

    check(bench, order == NULL ? CS_MEMORY : CS_OK);
    check(bench, cs_codes_init(&bench->rows, n_rows, n[CS_A] + n[CS_B]));
    for (size_t j = 0; j < bench->rows.n_columns; j++) {
        const enum cs_party party = j < n[CS_A] ? CS_A : CS_B;
        const size_t at = party == CS_A ? j : j - n[CS_A];

        order[j] = schema->order[party][at];
        memcpy(cs_codes_column(&bench->rows, j),
               cs_codes_column(&bench->table[party]->codes, at), n_rows);
    }
    free(schema->order[CS_A]);
    schema->order[CS_A] = order;
    schema->n_order[CS_A] = bench->rows.n_columns;
}

static void read_all(struct bench *bench, char **paths)
{
    read_study(bench, paths[0]);
    for (size_t c = 0; c < bench->study->schema.n_columns; c++)
        space_edges(&bench->study->schema.columns[c]);
    read_rows(bench, CS_A, paths[1]);
    read_rows(bench, CS_B, paths[2]);
    for (size_t party = 0; party < 2; party++)
        cs_table_encode(bench->table[party], &bench->study->schema);
    join(bench);
}

static void write_codes(const struct bench *bench, const char *path)
{
    const struct cs_schema *schema = &bench->study->schema;
    FILE *file = fopen(path, "w");

    check(bench, file == NULL ? CS_CONFIG : CS_OK);
    for (size_t j = 0; j < bench->rows.n_columns; j++) {
        const struct cs_column *column = &schema->columns[schema->order[CS_A][j]];

        fprintf(file, " %s%zu", cs_column_is_numeric(column) ? "-" : "", column->n_codes);
    }
    for (size_t row = 0; row < bench->rows.n_rows; row++) {
        fprintf(file, "\n");
        for (size_t j = 0; j < bench->rows.n_columns; j++)
            fprintf(file, " %u", (unsigned)cs_codes_column(&bench->rows, j)[row]);
    }
    fprintf(file, "\n");
    check(bench, fclose(file) == 0 ? CS_OK : CS_MEMORY);
}

static void run(struct bench *bench, size_t latent, size_t batch, size_t n_threads)
{
    const size_t n_rows = bench->rows.n_rows;
    const unsigned steps = (unsigned)((n_rows + batch - 1) / batch);
    const size_t both[2] = { n_rows, n_rows };
    struct cs_generator *generator = NULL;
    struct cs_workers *workers = NULL;
    struct cs_recipe recipe;
    struct cs_rng rng;
    double loss = 0, best = 1e9;

    cs_recipe_settle(&recipe, bench->study, both, CS_A);
    recipe.spec.latent = latent != 0 ? latent : recipe.spec.latent;
    recipe.plain.batch = batch;
    cs_rng_init_labelled(&rng, 1, "bench epoch");
    check(bench, cs_workers_new(&workers, n_threads));
    check(bench, cs_generator_new(&generator, bench->study, &recipe, CS_A, workers));
    const clockid_t clock = n_threads > 1 ? CLOCK_MONOTONIC : CLOCK_PROCESS_CPUTIME_ID;
    for (unsigned epoch = 0; epoch < EPOCHS; epoch++) {
        const double start = cs_bench_s(clock);

        for (unsigned step = 0; step < steps; step++)
            check(bench, cs_generator_step(generator, &bench->rows, 1e-3, &loss, &rng));
        const double seconds = cs_bench_s(clock) - start;
        best = seconds < best ? seconds : best;
    }
    printf("cosynth %zu %.2f %.3f\n", recipe.spec.latent, best / steps * 1e3, best);
    cs_generator_free(generator);
    cs_workers_free(workers);
}

int main(int argc, char **argv)
{
    static struct bench bench;

    if (argc < 4 || sodium_init() < 0) {
        fprintf(
            stderr,
            "usage: bench_epoch STUDY A.csv B.csv [LATENT [BATCH [CODES [THREADS]]]]\n");
        return 2;
    }
    read_all(&bench, argv + 1);
    run(&bench, argc > 4 ? strtoul(argv[4], NULL, 10) : 0,
        argc > 5 ? strtoul(argv[5], NULL, 10) : 500,
        argc > 7 ? strtoul(argv[7], NULL, 10) : 1);
    if (argc > 6 && strcmp(argv[6], "-") != 0)
        write_codes(&bench, argv[6]);
    cs_codes_wipe(&bench.rows);
    cs_table_free(bench.table[CS_A]);
    cs_table_free(bench.table[CS_B]);
    cs_study_free(bench.study);
    return 0;
}
