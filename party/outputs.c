#include "party/outputs.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "model/table.h"
#include "party/file.h"

/* One party's output directory. */
struct folder {
    const char *path;
    char *study, *measured; /* text */
    size_t n_study, n_measured;
    struct cs_table *table;
};

static void folder_wipe(struct folder *folder)
{
    free(folder->study);
    free(folder->measured);
    cs_table_free(folder->table);
    memset(folder, 0, sizeof *folder);
}

static enum cs_status read_text(char **text, size_t *n_bytes, const char *folder,
                                const char *name, size_t max_bytes,
                                struct cs_fault *fault)
{
    char path[CS_PATH_BYTES];
    enum cs_status st;

    CS_TRY(cs_file_join(path, folder, name, fault));
    CS_TRY(cs_file_read(text, n_bytes, path, max_bytes, fault));
out:
    return st;
}

static enum cs_status read_texts(struct folder *folder, struct cs_fault *fault)
{
    enum cs_status st;

    CS_TRY(read_text(&folder->study, &folder->n_study, folder->path, "study.yaml",
                     CS_STUDY_BYTES_MAX, fault));
    CS_TRY(read_text(&folder->measured, &folder->n_measured, folder->path,
                     "measured.json", CS_MEASURED_BYTES_MAX, fault));
out:
    return st;
}

/* The study of the folder as it was run: its epsilon may have come from the command line,
 * and is in measured.json. */
static enum cs_status parse_study(struct cs_study **study, const struct folder *folder,
                                  struct cs_fault *fault)
{
    struct cs_study_override said = { 0 };
    char path[CS_PATH_BYTES];
    enum cs_status st;

    CS_TRY(cs_file_join(path, folder->path, "measured.json", fault));
    CS_TRY(cs_measured_epsilon(&said.epsilon, folder->measured, folder->n_measured, path,
                               fault));
    CS_TRY(cs_file_join(path, folder->path, "study.yaml", fault));
    CS_TRY(cs_study_parse(study, folder->study, folder->n_study, path, &said, fault));
out:
    return st;
}

/* The study as a's folder has it; b's must mean the same. */
static enum cs_status parse_studies(struct cs_study **study, const struct folder *a,
                                    const struct folder *b, struct cs_fault *fault)
{
    struct cs_study *other = NULL;
    char words[512];
    enum cs_status st;

    CS_TRY(parse_study(study, a, fault));
    CS_TRY(parse_study(&other, b, fault));
    if (cs_study_difference(words, sizeof words, (*study)->canonical, other->canonical))
        st = cs_fault_say(fault, CS_DISAGREE,
                          "%s and %s are of different studies (the second as `peer`): "
                          "%s; name the two outputs of one run",
                          a->path, b->path, words);
out:
    cs_study_free(other);
    return st;
}

static enum cs_status same_run(const struct folder *a, const struct folder *b,
                               struct cs_fault *fault)
{
    if (a->n_measured == b->n_measured &&
        memcmp(a->measured, b->measured, a->n_measured) == 0)
        return CS_OK;
    return cs_fault_say(fault, CS_DISAGREE,
                        "measured.json in %s and %s differ; name the two outputs of "
                        "one run",
                        a->path, b->path);
}

static enum cs_status read_stream(void *arg, char *buffer, size_t capacity,
                                  size_t *n_bytes)
{
    *n_bytes = fread(buffer, 1, capacity, arg);
    return ferror((FILE *)arg) ? CS_IO : CS_OK;
}

static enum cs_status read_table(struct folder *folder, enum cs_party party,
                                 const struct cs_schema *schema, struct cs_fault *fault)
{
    const char *const person = "person";
    const struct cs_id_rules rules = cs_id_rules_raw(&person);
    struct cs_source source = { .read = read_stream };
    char path[CS_PATH_BYTES];
    enum cs_status st;
    FILE *stream = NULL;

    CS_TRY(cs_file_join(path, folder->path, "synthetic.csv", fault));
    stream = fopen(path, "rb");
    if (stream == NULL) {
        st = cs_fault_say(fault, CS_CONFIG,
                          "%s: cannot be opened: %s; is the folder an output of a run?",
                          path, strerror(errno));
        goto out;
    }
    source.arg = stream;
    source.name = path;
    CS_TRY(cs_table_read(&folder->table, schema, party, &rules, &source, NULL, fault));
    cs_table_encode(folder->table, schema);
out:
    if (st == CS_IO)
        st = cs_fault_say(fault, CS_IO, "%s: cannot be read", path);
    if (stream != NULL)
        fclose(stream);
    return st;
}

/* A row and the digest of its person. */
struct person {
    uint8_t id[CS_ID_BYTES];
    size_t row;
};

static int by_id(const void *a, const void *b)
{
    const struct person *x = a, *y = b;

    return memcmp(x->id, y->id, CS_ID_BYTES);
}

/* (n_rows), in the order of the digests; NULL if there is no memory. */
static struct person *sorted_people(const struct cs_table *table)
{
    const size_t n = table->codes.n_rows;
    struct person *people = calloc(n + 1, sizeof *people);

    if (people == NULL)
        return NULL;
    for (size_t row = 0; row < n; row++) {
        memcpy(people[row].id, table->ids.digest[0][row], CS_ID_BYTES);
        people[row].row = row;
    }
    qsort(people, n, sizeof *people, by_id);
    return people;
}

/* The people of one file, in the order of their digests: first those who are in both. */
struct side {
    const struct cs_table *table;
    struct person *people, *only;
    size_t n_people, n_only;
};

static enum cs_status side_init(struct side *side, const struct cs_table *table)
{
    side->table = table;
    side->n_people = table->codes.n_rows;
    side->people = sorted_people(table);
    side->only = calloc(side->n_people + 1, sizeof *side->only);
    return side->people != NULL && side->only != NULL ? CS_OK : CS_MEMORY;
}

static void side_wipe(struct side *side)
{
    free(side->people);
    free(side->only);
}

/* Parts those of both, side by side, from those of one; the number of the former. */
static size_t intersect(struct side *a, struct side *b)
{
    size_t i = 0, j = 0, n = 0;

    while (i < a->n_people || j < b->n_people) {
        const int order = i == a->n_people   ? 1
                          : j == b->n_people ? -1
                                             : by_id(&a->people[i], &b->people[j]);

        if (order < 0)
            a->only[a->n_only++] = a->people[i];
        else if (order > 0)
            b->only[b->n_only++] = b->people[j];
        else {
            a->people[n] = a->people[i];
            b->people[n++] = b->people[j];
        }
        i += order <= 0;
        j += order >= 0;
    }
    return n;
}

/* Fills the population's columns of one party with its rows. */
static void copy_columns(struct cs_outputs *outputs, const struct side *side)
{
    const struct cs_schema *schema = &outputs->study->schema;
    const struct cs_presence *people = &outputs->people;
    const enum cs_party party = side->table->party;

    for (size_t k = 0; k < schema->n_order[party]; k++) {
        uint8_t *to = cs_codes_column(&outputs->population, schema->order[party][k]);
        const uint8_t *from = cs_codes_column(&side->table->codes, k);

        for (size_t i = 0; i < cs_presence_at(people, party); i++) {
            const struct person *person =
                i < people->n_both ? &side->people[i] : &side->only[i - people->n_both];

            to[cs_presence_row(people, party, i)] = from[person->row];
        }
    }
}

/* A column that both have is taken from A's file. */
static enum cs_status join(struct cs_outputs *outputs, const struct folder *a,
                           const struct folder *b, struct cs_fault *fault)
{
    struct cs_presence *people = &outputs->people;
    struct side in_a = { .n_people = 0 }, in_b = { .n_people = 0 };
    enum cs_status st;

    CS_TRY(side_init(&in_a, a->table));
    CS_TRY(side_init(&in_b, b->table));
    people->n_both = intersect(&in_a, &in_b);
    if (people->n_both == 0) {
        st = cs_fault_say(fault, CS_INPUT,
                          "synthetic.csv in %s and %s have no person in common; name the "
                          "two outputs of one run",
                          a->path, b->path);
        goto out;
    }
    if (outputs->study->link == CS_LINK_PRIVATE) {
        people->n_only[CS_A] = in_a.n_only;
        people->n_only[CS_B] = in_b.n_only;
    }
    CS_TRY(cs_codes_init(&outputs->population, cs_presence_all(people),
                         outputs->study->schema.n_columns));
    copy_columns(outputs, &in_b);
    copy_columns(outputs, &in_a);
out:
    side_wipe(&in_a);
    side_wipe(&in_b);
    return st;
}

/* A receipt is between the parties, so it may not be there. */
static enum cs_status read_receipt(struct cs_recorded *recorded, const char *folder,
                                   const struct cs_study *study, struct cs_fault *fault)
{
    char path[CS_PATH_BYTES], *text = NULL;
    size_t n_bytes = 0;
    enum cs_status st;

    CS_TRY(cs_file_join(path, folder, "receipt.json", fault));
    if (access(path, F_OK) != 0)
        goto out;
    CS_TRY(cs_file_read(&text, &n_bytes, path, CS_RECEIPT_BYTES_MAX, fault));
    CS_TRY(cs_recorded_read(recorded, study, text, n_bytes, path, fault));
out:
    free(text);
    return st;
}

enum cs_status cs_outputs_read(struct cs_outputs *outputs, const char *folder_a,
                               const char *folder_b, struct cs_fault *fault)
{
    struct folder a = { .path = folder_a }, b = { .path = folder_b };
    struct cs_outputs made = { .study = NULL };
    char path[CS_PATH_BYTES];
    enum cs_status st;

    CS_TRY(read_texts(&a, fault));
    CS_TRY(read_texts(&b, fault));
    CS_TRY(parse_studies(&made.study, &a, &b, fault));
    CS_TRY(same_run(&a, &b, fault));
    CS_TRY(cs_file_join(path, folder_a, "measured.json", fault));
    CS_TRY(cs_measured_read(&made.measured, made.study, a.measured, a.n_measured, path,
                            fault));
    CS_TRY(read_table(&a, CS_A, &made.study->schema, fault));
    CS_TRY(read_table(&b, CS_B, &made.study->schema, fault));
    CS_TRY(join(&made, &a, &b, fault));
    CS_TRY(read_receipt(&made.recorded[CS_A], folder_a, made.study, fault));
    CS_TRY(read_receipt(&made.recorded[CS_B], folder_b, made.study, fault));
    *outputs = made;
    made = (struct cs_outputs){ .study = NULL };
out:
    folder_wipe(&a);
    folder_wipe(&b);
    cs_outputs_wipe(&made);
    return st;
}

void cs_outputs_wipe(struct cs_outputs *outputs)
{
    cs_study_free(outputs->study);
    cs_measured_wipe(&outputs->measured);
    cs_codes_wipe(&outputs->population);
    memset(outputs, 0, sizeof *outputs);
}
