/* synthesize: more synthetic rows, of people as asked for. */
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "model/condition.h"
#include "model/value.h"
#include "model/workers.h"
#include "party/arguments.h"
#include "party/commands.h"
#include "party/synthesize.h"

#define ROWS_MAX 100000000ul
#define NOT_GIVEN ULONG_MAX

/* What the command line says. */
struct words {
    const char *model, *out, *balance, *from;
    struct cs_argument_list where;
    unsigned long rows, seed, threads;
};

static enum cs_status read_words(struct words *words, int argc, char **argv,
                                 struct cs_fault *fault)
{
    const struct cs_argument arguments[] = {
        { .name = "rows", .count = &words->rows },
        { .name = "where", .list = &words->where },
        { .name = "balance", .text = &words->balance },
        { .name = "from", .text = &words->from },
        { .name = "seed", .count = &words->seed },
        { .name = "threads", .count = &words->threads },
        { .name = "out", .text = &words->out },
    };
    enum cs_status st;

    CS_TRY(cs_arguments_read(argc, argv, arguments, sizeof arguments / sizeof *arguments,
                             &words->model, 1, fault));
    if (words->rows < 1 || words->rows > ROWS_MAX)
        return cs_fault_say(fault, CS_CONFIG, "--rows: say how many, 1 to %lu", ROWS_MAX);
    if (words->threads > CS_WORKERS_MAX)
        return cs_fault_say(fault, CS_CONFIG, "--threads is at most %d", CS_WORKERS_MAX);
    if (words->out == NULL)
        return cs_fault_say(fault, CS_CONFIG, "--out: name the file to write");
    if (words->from != NULL && strcmp(words->from, "population") != 0 &&
        strcmp(words->from, "generator") != 0)
        return cs_fault_say(fault, CS_CONFIG, "--from: %s is not population or generator",
                            words->from);
out:
    return st;
}

static enum cs_status read_filter(struct cs_filter *filter, size_t *balance,
                                  const struct words *words, const struct cs_saved *saved,
                                  struct cs_fault *fault)
{
    const struct cs_schema *schema = &saved->study->schema;
    enum cs_status st;

    CS_TRY(cs_filter_init(filter, schema, saved->densities.given));
    for (size_t i = 0; i < words->where.n; i++)
        CS_TRY(cs_filter_add(filter, words->where.value[i], fault));
    *balance = CS_DRAW_AS_THEY_ARE;
    if (words->balance != NULL)
        CS_TRY(cs_condition_find(balance, schema, words->balance, fault));
out:
    return st;
}

/* Code `code` of the column, for people. */
static void print_level(const struct cs_column *column, size_t code)
{
    char text[CS_VALUE_BYTES];

    if ((int)code == column->missing) {
        fputs("missing", stderr);
    } else if (cs_column_is_numeric(column)) {
        cs_value_format(text, column, column->edges[code]);
        fprintf(stderr, "%s to ", text);
        cs_value_format(text, column, column->edges[code + 1] - 1);
        fputs(text, stderr);
    } else {
        fputs(code < column->n_values ? column->values[code] : "other", stderr);
    }
}

/* Says plainly where people had to be taken more than once. */
static void tell(const struct cs_draw *draw, const struct cs_schema *schema,
                 size_t balance)
{
    if (draw->n_rows > draw->n_people)
        fprintf(stderr,
                "cosynth: synthesize: %zu rows from %zu distinct synthetic people\n",
                draw->n_rows, draw->n_people);
    for (size_t g = 0; balance != CS_DRAW_AS_THEY_ARE && g < draw->n_groups; g++) {
        const struct cs_draw_group *group = &draw->group[g];

        if (group->n_people > 0 && group->n_rows <= group->n_people)
            continue;
        fprintf(stderr, "cosynth: synthesize: %s ", schema->columns[balance].name);
        print_level(&schema->columns[balance], g);
        fprintf(stderr, ": %zu rows from %zu distinct synthetic people\n", group->n_rows,
                group->n_people);
    }
}

static enum cs_status run(int argc, char **argv, struct cs_fault *fault)
{
    struct words words = { .seed = NOT_GIVEN };
    struct cs_filter filter = { .column = NULL };
    struct cs_draw draw = { .person = NULL };
    struct cs_saved saved = { .study = NULL };
    enum cs_status st;
    size_t balance, n_rows = 0;

    CS_TRY(read_words(&words, argc, argv, fault));
    CS_TRY(cs_saved_read(&saved, words.model, fault));
    CS_TRY(read_filter(&filter, &balance, &words, &saved, fault));
    const struct cs_synthesis synthesis = {
        .saved = &saved,
        .filter = &filter,
        .balance = balance,
        .n_rows = words.rows,
        .source = words.from != NULL && strcmp(words.from, "generator") == 0
                      ? CS_FROM_GENERATOR
                      : CS_FROM_POPULATION,
        .seed = words.seed == NOT_GIVEN ? saved.study->seed : words.seed,
        .n_threads = words.threads > 0 ? words.threads : cs_workers_cores(),
        .path = words.out,
    };
    CS_TRY(cs_synthesize(&draw, &n_rows, &synthesis, fault));
    if (saved.study->unprotected)
        fputs("cosynth: synthesize: " CS_UNPROTECTED_MARK "\n", stderr);
    if (synthesis.source == CS_FROM_POPULATION)
        tell(&draw, &saved.study->schema, balance);
    else if (n_rows < draw.n_rows)
        fprintf(stderr,
                "cosynth: synthesize: %zu of %zu rows: the generator makes too few that "
                "satisfy all conditions\n",
                n_rows, draw.n_rows);
    printf("wrote %zu rows to %s\n", n_rows, words.out);
out:
    cs_draw_wipe(&draw);
    cs_filter_wipe(&filter);
    cs_saved_wipe(&saved);
    return st;
}

const struct cs_command cs_command_synthesize = {
    "synthesize",
    "more synthetic rows, of people as asked for",
    "usage: cosynth synthesize MODEL --rows N --out FILE [options]\n\n"
    "Draws rows of one party's columns from the synthetic people of a run. MODEL is the "
    "party's\noutput folder, or its model.cosynth. With the same options, both parties "
    "get "
    "the same people,\nrow by row.\n\n"
    "  --rows N           how many\n"
    "  --out FILE         the CSV file to write\n"
    "  --where CONDITION  of people who satisfy it: a column of either party, =, !=, <, "
    "<=, >, >=\n"
    "                     or in, and a value, or several with commas between; may be "
    "given\n"
    "                     several times, all must hold\n"
    "  --balance COLUMN   as many rows of each of its values\n"
    "  --from SOURCE      population: the synthetic people (the default); generator: "
    "new rows of\n"
    "                     this party's columns by its generator\n"
    "  --seed N           other people (the study's seed)\n"
    "  --threads N        of the generator (as many as there are cores); rows are the "
    "same\n\n"
    "examples:\n"
    "  cosynth synthesize out/a --rows 1000 --out young.csv --where 'segment=Womens "
    "E-Mail' \\\n"
    "      --where 'age<30'\n"
    "  cosynth synthesize out/b --rows 20000 --balance visit --out balanced.csv\n",
    run,
};
