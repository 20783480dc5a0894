#include "party/demo_data.h"

#include <stdlib.h>
#include <string.h>

#include "model/csv.h"
#include "model/schema.h"
#include "party/demo_columns.h"
#include "party/demo_truth.h"
#include "party/file.h"

#define ID_STEP 1000003 /* a walk through ID_COUNT, both prime: no order shows */
#define ID_COUNT 9999991

struct demo {
    const struct cs_demo_options *options;
    struct cs_demo_person *people; /* (options->people) */
    struct cs_fault *fault;
};

typedef void (*write_function)(const struct demo *demo, FILE *stream,
                               enum cs_party party);

static size_t columns_of(const struct cs_demo_column *columns[static CS_DEMO_COLUMNS_MAX],
                         const struct demo *demo, enum cs_party party)
{
    size_t n = 0;

    for (size_t k = 0; k < demo->options->columns; k++) {
        if (cs_demo_columns[k].at[party])
            columns[n++] = &cs_demo_columns[k];
    }
    return n;
}

static void write_csv_header(FILE *stream, const struct cs_demo_column *const *columns,
                             size_t n_columns)
{
    fputs("id", stream);
    for (size_t k = 0; k < n_columns; k++)
        fprintf(stream, ",%s", columns[k]->name);
    fputs("\n", stream);
}

static void write_csv(const struct demo *demo, FILE *stream, enum cs_party party)
{
    const struct cs_demo_column *columns[CS_DEMO_COLUMNS_MAX];
    struct cs_demo_writer writers[CS_DEMO_COLUMNS_MAX];
    const size_t n_columns = columns_of(columns, demo, party);
    char text[CS_DEMO_TEXT_BYTES], quoted[CS_CSV_FIELD_BYTES(CS_DEMO_TEXT_BYTES)];

    for (size_t k = 0; k < n_columns; k++)
        cs_demo_writer_init(&writers[k], columns[k], demo->options->seed);
    write_csv_header(stream, columns, n_columns);
    for (uint64_t i = 0; i < demo->options->people; i++) {
        fprintf(stream, "u%07llu", (unsigned long long)((i + 1) * ID_STEP % ID_COUNT));
        for (size_t k = 0; k < n_columns; k++) {
            cs_demo_writer_next(&writers[k], text, &demo->people[i]);
            cs_csv_quote(quoted, text, strlen(text));
            fprintf(stream, ",%s", quoted);
        }
        fputs("\n", stream);
    }
}

static void write_column(FILE *stream, const struct cs_demo_column *column)
{
    if (column->values == NULL) {
        fprintf(stream, "    - {name: %s, %s}\n", column->name, column->declaration);
        return;
    }
    fprintf(stream, "    - {name: %s, type: category, values: [", column->name);
    for (size_t k = 0; column->values[k] != NULL; k++)
        fprintf(stream, "%s\"%s\"", k == 0 ? "" : ", ", column->values[k]);
    fputs("]}\n", stream);
}

static void write_columns(const struct demo *demo, FILE *stream, enum cs_party party)
{
    const struct cs_demo_column *columns[CS_DEMO_COLUMNS_MAX];
    const size_t n_columns = columns_of(columns, demo, party);

    fprintf(stream, "  %s:\n", party == CS_A ? "a" : "b");
    for (size_t k = 0; k < n_columns; k++)
        write_column(stream, columns[k]);
}

static void write_study(const struct demo *demo, FILE *stream, enum cs_party party)
{
    (void)party;
    fputs("# An e-mail experiment that never took place: a sent the e-mails, b has the "
          "shop.\n"
          "# truth.json has the effect that was planted.\n"
          "study: demo-email\n"
          "link: aligned\n"
          "privacy: {epsilon: 3, delta: 1.0e-6}\n"
          "arm: {column: arm, test: [test], control: [control]}\n"
          "conversion: {column: converted, converted: [\"yes\"]}\n"
          "columns:\n",
          stream);
    write_columns(demo, stream, CS_A);
    write_columns(demo, stream, CS_B);
    fputs("generator: {kind: vae, latent: 8, layers: [128, 128], activation: relu}\n"
          "seed: 1\n",
          stream);
}

static void write_node(const struct demo *demo, FILE *stream, enum cs_party party)
{
    const char *name = party == CS_A ? "a" : "b";

    (void)demo;
    fprintf(stream,
            "# %s's own node file. Paths are relative to this file.\n"
            "party: %s\n"
            "data: %s.csv\n"
            "id: id\n"
            "%s: tcp://127.0.0.1:7101\n"
            "output: out/%s\n"
            "ledger: out/%s/ledger.db\n",
            name, name, name, party == CS_A ? "listen" : "connect", name, name);
}

static enum cs_status create(struct cs_file *file, const struct demo *demo,
                             const char *name)
{
    char path[CS_PATH_BYTES];
    enum cs_status st = CS_OK;

    CS_TRY(cs_file_join(path, demo->options->folder, name, demo->fault));
    CS_TRY(cs_file_create(file, path, demo->fault));
out:
    return st;
}

static enum cs_status write_file(const struct demo *demo, const char *name,
                                 write_function write, enum cs_party party)
{
    struct cs_file file;
    enum cs_status st = CS_OK;

    CS_TRY(create(&file, demo, name));
    write(demo, file.stream, party);
    CS_TRY(cs_file_commit(&file, demo->fault));
out:
    return st;
}

static enum cs_status write_truth(const struct demo *demo)
{
    struct cs_file file;
    char *text = NULL;
    enum cs_status st = CS_OK;

    CS_TRY(
        cs_demo_truth(&text, demo->people, demo->options->people, demo->options->seed));
    CS_TRY(create(&file, demo, "truth.json"));
    fprintf(file.stream, "%s\n", text);
    CS_TRY(cs_file_commit(&file, demo->fault));
out:
    free(text);
    return st;
}

static enum cs_status check_range(const char *option, uint64_t value, uint64_t lo,
                                  uint64_t hi, struct cs_fault *fault)
{
    if (value >= lo && value <= hi)
        return CS_OK;
    return cs_fault_say(fault, CS_CONFIG, "--%s: %llu is not within %llu to %llu", option,
                        (unsigned long long)value, (unsigned long long)lo,
                        (unsigned long long)hi);
}

enum cs_status cs_demo_data(const struct cs_demo_options *options, struct cs_fault *fault)
{
    struct demo demo = { options, NULL, fault };
    enum cs_status st = CS_OK;

    CS_TRY(check_range("people", options->people, CS_DEMO_PEOPLE_MIN, CS_DEMO_PEOPLE_MAX,
                       fault));
    CS_TRY(check_range("columns", options->columns, CS_DEMO_COLUMNS_MIN,
                       CS_DEMO_COLUMNS_MAX, fault));
    demo.people = calloc(options->people, sizeof *demo.people);
    if (demo.people == NULL)
        return CS_MEMORY;
    cs_demo_people(demo.people, options->people, options->seed);
    CS_TRY(cs_file_make_folder(options->folder, fault));
    CS_TRY(write_file(&demo, "a.csv", write_csv, CS_A));
    CS_TRY(write_file(&demo, "b.csv", write_csv, CS_B));
    CS_TRY(write_file(&demo, "study.yaml", write_study, CS_A));
    CS_TRY(write_file(&demo, "a.yaml", write_node, CS_A));
    CS_TRY(write_file(&demo, "b.yaml", write_node, CS_B));
    CS_TRY(write_truth(&demo));
out:
    free(demo.people);
    return st;
}
