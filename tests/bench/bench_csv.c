/* Reading a CSV file into codes against counting its lines with memchr: rows and fields a
 * second, and how many times longer it takes.
 *
 *     build/release/tests/bench_csv [rows] */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "crypto/rng.h"
#include "model/table.h"
#include "tests/support/bench.h"
#include "tests/support/people.h"
#include "tests/support/source.h"

#define ROW_BYTES 80
#define N_FIELDS 5

static size_t write_rows(char *text, size_t n_rows)
{
    static const char *const regions[] = { "north", "\"a, b\"", "elsewhere", "" };
    struct cs_rng rng;
    size_t n = (size_t)sprintf(text, "id,age,region,\"spend, total\",since\n");

    cs_rng_init_labelled(&rng, 1, "bench csv");
    for (size_t i = 0; i < n_rows; i++)
        n += (size_t)sprintf(text + n, "u%07zu,%u,%s,%u.%02u,%02u.%02u.2020\n", i,
                             cs_rng_below(&rng, 100), regions[cs_rng_below(&rng, 4)],
                             cs_rng_below(&rng, 30), cs_rng_below(&rng, 100),
                             cs_rng_below(&rng, 28) + 1, cs_rng_below(&rng, 12) + 1);
    return n;
}

static size_t count_lines(const char *text, size_t n_bytes)
{
    const char *end = text + n_bytes;
    size_t n_lines = 0;

    while ((text = memchr(text, '\n', (size_t)(end - text))) != NULL) {
        text++;
        n_lines++;
    }
    return n_lines;
}

int main(int argc, char **argv)
{
    const size_t n_rows = argc > 1 ? strtoul(argv[1], NULL, 10) : 200000;
    const struct cs_schema schema = cs_people_schema();
    char *text = malloc(n_rows * ROW_BYTES + ROW_BYTES);
    const char *const id = "id";
    const struct cs_id_rules rules = cs_id_rules_raw(&id);
    struct cs_text_source source;
    struct cs_table *table = NULL;
    struct cs_fault fault = { 0 };

    if (text == NULL || sodium_init() < 0)
        return 1;
    const size_t n_bytes = write_rows(text, n_rows);

    const double start = cs_bench_cpu_s();
    const size_t n_lines = count_lines(text, n_bytes);
    const double counted = cs_bench_cpu_s();
    cs_text_source_init(&source, text, n_bytes, SIZE_MAX);
    if (cs_table_read(&table, &schema, CS_A, &rules, &source.source, NULL, &fault) !=
        CS_OK) {
        fprintf(stderr, "%s\n", fault.text);
        return 1;
    }
    const double taken = cs_bench_cpu_s() - counted;

    printf("%zu lines, %zu rows, %.1f MB in %.3f s: %.2f M rows/s, %.1f M fields/s, "
           "%.0f MB/s, %.0f times as long as counting lines\n",
           n_lines, table->codes.n_rows, (double)n_bytes / 1e6, taken,
           (double)n_rows / taken / 1e6, (double)(n_rows * N_FIELDS) / taken / 1e6,
           (double)n_bytes / taken / 1e6, taken / (counted - start));
    cs_table_free(table);
    free(text);
    return 0;
}
