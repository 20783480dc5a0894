#include "party/demo_data.h"

#include <stdlib.h>
#include <string.h>

#include "model/csv.h"
#include "party/demo_columns.h"
#include "party/demo_study.h"
#include "party/demo_truth.h"
#include "party/file.h"

struct demo {
    struct cs_demo_options options;
    struct cs_demo_person *people;    /* (options.people) */
    struct cs_demo_contacts contacts; /* of the same */
    uint32_t *order[2];               /* (people at the party): the rows of its file */
    struct cs_fault *fault;
};

typedef void (*write_function)(const struct demo *demo, FILE *stream,
                               enum cs_party party);

static void write_csv_header(const struct demo *demo, FILE *stream,
                             const struct cs_demo_column *const *columns,
                             size_t n_columns)
{
    const struct cs_demo_identifiers *identifiers = &demo->contacts.identifiers;

    for (size_t k = 0; k < identifiers->n; k++)
        fprintf(stream, "%s%s", k == 0 ? "" : ",",
                cs_demo_kind_words[identifiers->kinds[k]].name);
    for (size_t k = 0; k < n_columns; k++)
        fprintf(stream, ",%s", columns[k]->name);
    fputs("\n", stream);
}

static void write_field(FILE *stream, const char *text, bool is_first)
{
    char quoted[CS_CSV_FIELD_BYTES(CS_DEMO_TEXT_BYTES)];

    cs_csv_quote(quoted, text, strlen(text));
    if (!is_first)
        fputc(',', stream);
    fputs(quoted, stream);
}

static void write_csv(const struct demo *demo, FILE *stream, enum cs_party party)
{
    const struct cs_demo_column *columns[CS_DEMO_COLUMNS_MAX];
    struct cs_demo_writer writers[CS_DEMO_COLUMNS_MAX];
    const size_t n_columns = cs_demo_columns_at(columns, demo->options.columns, party);
    const struct cs_demo_identifiers *identifiers = &demo->contacts.identifiers;
    char text[CS_DEMO_TEXT_BYTES];
    struct cs_rng notations;

    cs_rng_init_labelled(&notations, demo->options.seed,
                         party == CS_A ? "demo/notations/a" : "demo/notations/b");
    for (size_t k = 0; k < n_columns; k++)
        cs_demo_writer_init(&writers[k], columns[k], demo->options.seed);
    write_csv_header(demo, stream, columns, n_columns);
    for (size_t i = 0; i < cs_presence_at(&demo->contacts.people, party); i++) {
        const size_t person = demo->order[party][i];

        for (size_t k = 0; k < identifiers->n; k++) {
            cs_demo_contacts_write(text, &demo->contacts, person, identifiers->kinds[k],
                                   party, &notations);
            write_field(stream, text, k == 0);
        }
        for (size_t k = 0; k < n_columns; k++) {
            cs_demo_writer_next(&writers[k], text, &demo->people[person]);
            write_field(stream, text, false);
        }
        fputs("\n", stream);
    }
}

static void write_study(const struct demo *demo, FILE *stream, enum cs_party party)
{
    (void)party;
    cs_demo_study_write(stream, &demo->options);
}

static void write_node(const struct demo *demo, FILE *stream, enum cs_party party)
{
    cs_demo_node_write(stream, &demo->options, party);
}

static enum cs_status create(struct cs_file *file, const struct demo *demo,
                             const char *name)
{
    char path[CS_PATH_BYTES];
    enum cs_status st = CS_OK;

    CS_TRY(cs_file_join(path, demo->options.folder, name, demo->fault));
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
    const bool is_private = demo->options.link == CS_LINK_PRIVATE;
    struct cs_file file;
    char *text = NULL;
    enum cs_status st = CS_OK;

    CS_TRY(cs_demo_truth(&text, demo->people, demo->options.people,
                         is_private ? &demo->contacts : NULL, demo->options.seed));
    CS_TRY(create(&file, demo, "truth.json"));
    fprintf(file.stream, "%s\n", text);
    CS_TRY(cs_file_commit(&file, demo->fault));
out:
    free(text);
    return st;
}

static enum cs_status write_files(const struct demo *demo)
{
    enum cs_status st = CS_OK;

    CS_TRY(cs_file_make_folder(demo->options.folder, demo->fault));
    CS_TRY(write_file(demo, "a.csv", write_csv, CS_A));
    CS_TRY(write_file(demo, "b.csv", write_csv, CS_B));
    CS_TRY(write_file(demo, "study.yaml", write_study, CS_A));
    CS_TRY(write_file(demo, "a.yaml", write_node, CS_A));
    CS_TRY(write_file(demo, "b.yaml", write_node, CS_B));
    CS_TRY(write_truth(demo));
out:
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

static enum cs_status check_options(const struct cs_demo_options *options,
                                    struct cs_fault *fault)
{
    enum cs_status st = CS_OK;

    CS_TRY(check_range("people", options->people, CS_DEMO_PEOPLE_MIN, CS_DEMO_PEOPLE_MAX,
                       fault));
    CS_TRY(check_range("columns", options->columns, CS_DEMO_COLUMNS_MIN,
                       CS_DEMO_COLUMNS_MAX, fault));
    if (options->only[CS_A] + options->only[CS_B] > CS_DEMO_ONLY_MAX)
        return cs_fault_say(fault, CS_CONFIG,
                            "--only-a and --only-b: %g and %g are more than %g together; "
                            "some people must be at both",
                            options->only[CS_A], options->only[CS_B], CS_DEMO_ONLY_MAX);
out:
    return st;
}

/* Aligned: everybody is at both, under an id. */
static void settle_identifiers(struct cs_demo_options *options)
{
    if (options->link == CS_LINK_PRIVATE)
        return;
    options->only[CS_A] = options->only[CS_B] = 0;
    options->identifiers = (struct cs_demo_identifiers){ { CS_DEMO_ID }, 1 };
}

static struct cs_presence presence_of(const struct cs_demo_options *options)
{
    const double people = (double)options->people;
    const size_t only_a = (size_t)(options->only[CS_A] * people + 0.5);
    const size_t only_b = (size_t)(options->only[CS_B] * people + 0.5);

    return (struct cs_presence){ .n_both = options->people - only_a - only_b,
                                 .n_only = { only_a, only_b } };
}

/* By R. A. Fisher and F. Yates, as in Knuth, "The Art of Computer Programming" 2, 3.4.2,
 * algorithm P. */
static void shuffle(uint32_t *rows, size_t n, struct cs_rng *rng)
{
    for (size_t i = n; i > 1; i--) {
        const uint32_t k = cs_rng_below(rng, (uint32_t)i);
        const uint32_t last = rows[i - 1];

        rows[i - 1] = rows[k];
        rows[k] = last;
    }
}

static enum cs_status put_in_order(struct demo *demo, enum cs_party party)
{
    const struct cs_presence *people = &demo->contacts.people;
    const size_t n = cs_presence_at(people, party);
    struct cs_rng rng;

    demo->order[party] = calloc(n, sizeof *demo->order[party]);
    if (demo->order[party] == NULL)
        return CS_MEMORY;
    for (size_t i = 0; i < n; i++)
        demo->order[party][i] = (uint32_t)cs_presence_row(people, party, i);
    if (demo->options.link == CS_LINK_ALIGNED)
        return CS_OK;
    cs_rng_init_labelled(&rng, demo->options.seed,
                         party == CS_A ? "demo/order/a" : "demo/order/b");
    shuffle(demo->order[party], n, &rng);
    return CS_OK;
}

static enum cs_status make_people(struct demo *demo)
{
    const struct cs_demo_options *options = &demo->options;
    enum cs_status st = CS_OK;

    demo->people = calloc(options->people, sizeof *demo->people);
    if (demo->people == NULL)
        return CS_MEMORY;
    cs_demo_people(demo->people, options->people, options->seed);
    CS_TRY(cs_demo_contacts_init(&demo->contacts, presence_of(options),
                                 &options->identifiers, options->seed));
    CS_TRY(put_in_order(demo, CS_A));
    CS_TRY(put_in_order(demo, CS_B));
out:
    return st;
}

enum cs_status cs_demo_data(const struct cs_demo_options *options, struct cs_fault *fault)
{
    struct demo demo = { .options = *options, .fault = fault };
    enum cs_status st = CS_OK;

    CS_TRY(check_options(options, fault));
    settle_identifiers(&demo.options);
    CS_TRY(make_people(&demo));
    CS_TRY(write_files(&demo));
out:
    free(demo.people);
    cs_demo_contacts_wipe(&demo.contacts);
    free(demo.order[CS_A]);
    free(demo.order[CS_B]);
    return st;
}
