/* What federation brings: both parties train on real rows, with and without it.
 *
 *     build/release/tests/bench_federation STUDY A.csv B.csv HELD_A.csv HELD_B.csv
 *
 * The files are those of an aligned study of UCI Adult without quantile columns;
 * `scripts/bench federation` prepares them. Columns and people are dealt out anew, in
 * five ways. The protocol is the real one, both parties on two threads over memory. A row
 * of the table has, for each party, the mean total variation of all two-way tables
 * between its candidates and held-out rows, and the bound on the negative log-likelihood
 * of these. */
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "model/kind.h"
#include "model/table.h"
#include "model/text.h"
#include "party/file.h"
#include "party/source.h"
#include "protocol/train.h"
#include "tests/support/duet.h"
#include "tests/support/own.h"
#include "tests/support/toy.h"

enum { RUNS = 3, LOSSES = 30, TIMEOUT_MS = 3600 * 1000 };

static void check(enum cs_status st, const char *words)
{
    if (st == CS_OK)
        return;
    fprintf(stderr, "bench_federation: %s: %s\n", cs_status_text(st), words);
    exit(1);
}

/* ---- the data ---- */

/* The study's columns, whoever has them, of real rows and of held-out ones. */
struct data {
    const char *settings; /* more of the generator's */
    char *text;           /* of the study */
    struct cs_study *study;
    struct cs_table *table[2][2]; /* (real or held out, party) */
};

static struct cs_table *read_table(const struct cs_study *study, enum cs_party party,
                                   const char *path)
{
    const char *const id = "id";
    const struct cs_id_rules rules = cs_id_rules_raw(&id);
    struct cs_fault fault = { .stage = "read" };
    struct cs_table *table = NULL;
    struct cs_file_source file;

    check(cs_file_source_open(&file, path, &fault), fault.text);
    check(
        cs_table_read(&table, &study->schema, party, &rules, &file.source, NULL, &fault),
        fault.text);
    cs_file_source_close(&file);
    return table;
}

static void read_data(struct data *data, char *paths[static 5])
{
    struct cs_fault fault = { .stage = "read" };
    size_t n_bytes;

    check(cs_file_read(&data->text, &n_bytes, paths[0], CS_STUDY_BYTES_MAX, &fault),
          fault.text);
    check(cs_study_parse(&data->study, data->text, n_bytes, paths[0], NULL, &fault),
          fault.text);
    for (int set = 0; set < 2; set++)
        for (int party = 0; party < 2; party++)
            data->table[set][party] =
                read_table(data->study, (enum cs_party)party, paths[1 + 2 * set + party]);
}

static const uint8_t *find_column(const struct data *data, int set, const char *name)
{
    const struct cs_schema *schema = &data->study->schema;

    for (int party = 0; party < 2; party++)
        for (size_t j = 0; j < schema->n_order[party]; j++)
            if (strcmp(schema->columns[schema->order[party][j]].name, name) == 0)
                return cs_codes_column(&data->table[set][party]->codes, j);
    check(CS_INPUT, name);
    return NULL;
}

/* ---- who has what ---- */

struct split {
    const char *name;
    const char *common;  /* columns that both have, each after a space; NULL: all */
    unsigned share_of_b; /* every so manieth person is at b alone; 0: all are at both */
};

static const struct split splits[] = {
    { "vertical", "", 0 },
    { "hybrid: age, sex", " age sex", 0 },
    { "hybrid: age, sex, race, education", " age sex race education", 0 },
    { "horizontal, 1:1", NULL, 2 },
    { "horizontal, 10:1", NULL, 11 },
};

static bool is_common(const struct split *split, const char *name)
{
    const char *at = split->common;
    const size_t n = strlen(name);

    if (at == NULL)
        return true;
    while ((at = strchr(at, ' ')) != NULL) {
        at++;
        if (strncmp(at, name, n) == 0 && (at[n] == ' ' || at[n] == '\0'))
            return true;
    }
    return false;
}

/* The column's line of the study file. */
static void add_declaration(struct cs_text *text, const struct data *data,
                            const char *name)
{
    char mark[128];

    snprintf(mark, sizeof mark, "- {name: %s,", name);
    const char *from = strstr(data->text, mark);
    check(from == NULL ? CS_INPUT : CS_OK, mark);
    cs_text_add(text, "    %.*s\n", (int)strcspn(from, "\n"), from);
}

static void add_columns(struct cs_text *text, const struct data *data,
                        const struct split *split, enum cs_party party)
{
    const struct cs_schema *schema = &data->study->schema;

    cs_text_add(text, "  %s:\n", party == CS_A ? "a" : "b");
    for (size_t c = 0; c < schema->n_columns; c++)
        if (schema->columns[c].at[party] || is_common(split, schema->columns[c].name))
            add_declaration(text, data, schema->columns[c].name);
}

static struct cs_study *make_study(const struct data *data, const struct split *split,
                                   double epsilon, bool federate)
{
    struct cs_fault fault = { .stage = "study" };
    struct cs_text text = { 0 };
    struct cs_study *study = NULL;
    char *bytes = NULL;

    cs_text_add(&text,
                "study: federation\nlink: private\n"
                "privacy: {epsilon: %g, delta: 1.0e-6}\n"
                "arm: {column: arm, test: [test], control: [control]}\n"
                "conversion: {column: income, converted: [\">50K\"]}\n"
                "generator: {kind: vae, train_on: rows, federate: %s%s}\ncolumns:\n",
                epsilon, federate ? "true" : "false", data->settings);
    add_columns(&text, data, split, CS_A);
    add_columns(&text, data, split, CS_B);
    check(cs_text_take(&text, &bytes), "study");
    check(cs_study_parse(&study, bytes, strlen(bytes), "made", NULL, &fault), fault.text);
    free(bytes);
    return study;
}

static bool has_person(const struct split *split, enum cs_party party, size_t row)
{
    return split->share_of_b == 0 || (row % split->share_of_b == 0) == (party == CS_B);
}

/* A party's rows in the order of its columns. */
static void deal(struct cs_codes *rows, const struct data *data, int set,
                 const struct split *split, const struct cs_study *study,
                 enum cs_party party)
{
    const struct cs_schema *schema = &study->schema;
    const size_t n = data->table[set][CS_A]->codes.n_rows;
    size_t n_own = 0;

    for (size_t row = 0; row < n; row++)
        n_own += set == 1 || has_person(split, party, row);
    check(cs_codes_init(rows, n_own, schema->n_order[party]), "rows");
    for (size_t j = 0; j < rows->n_columns; j++) {
        const uint8_t *from =
            find_column(data, set, schema->columns[schema->order[party][j]].name);
        uint8_t *to = cs_codes_column(rows, j);

        for (size_t row = 0; row < n; row++)
            if (set == 1 || has_person(split, party, row))
                *to++ = from[row];
    }
}

/* ---- training ---- */

struct player {
    struct cs_study *study;
    struct cs_plan *plan;
    size_t n_rows[2];
    struct cs_codes rows, held_out, population;
    struct cs_generator *generator;
    struct cs_openings openings;
    struct cs_rng secret;
    struct cs_fault fault;
    double distance, loss;
};

static enum cs_status play(struct cs_channel *peer, int role, void *arg)
{
    struct player *p = arg;

    return cs_train(p->generator, &p->rows, p->study, p->plan, p->n_rows, &p->openings,
                    NULL, &p->secret, peer, NULL, &p->fault, (enum cs_party)role);
}

static void score(struct player *p, enum cs_party party)
{
    struct cs_codes out = { 0 };
    const uint8_t *labels = cs_codes_column(&p->held_out, cs_kind_label(p->study, party));

    check(cs_codes_init(&out, p->held_out.n_rows, p->held_out.n_columns), "candidates");
    check(cs_generator_sample(p->generator, &out, labels, &p->secret), "sample");
    p->distance = cs_toy_distance(&out, &p->held_out);
    p->loss = 0;
    for (int i = 0; i < LOSSES; i++)
        p->loss += cs_generator_loss(p->generator, &p->held_out, &p->secret) / LOSSES;
    cs_codes_wipe(&out);
}

static void enter(struct player *p, const struct data *data, const struct split *split,
                  double epsilon, bool federate, enum cs_party party, unsigned run)
{
    struct cs_codes theirs = { 0 };

    memset(p, 0, sizeof *p);
    p->study = make_study(data, split, epsilon, federate);
    deal(&p->rows, data, 0, split, p->study, party);
    deal(&theirs, data, 0, split, p->study, !party);
    deal(&p->held_out, data, 1, split, p->study, party);
    p->n_rows[party] = p->rows.n_rows;
    p->n_rows[!party] = theirs.n_rows;
    cs_codes_wipe(&theirs);
    check(cs_plan_make(&p->plan, p->study, p->n_rows, &p->fault), p->fault.text);
    cs_rng_init_labelled(&p->secret, run, party == CS_A ? "bench a" : "bench b");
    cs_own_population(&p->population, p->study, p->plan, party, &p->rows, &p->secret);
    check(cs_generator_new(&p->generator, p->study, &p->plan->recipe[party], party, NULL),
          "");
    check(cs_generator_remember(p->generator, &p->population, &p->secret), "");
}

static void leave(struct player *p)
{
    cs_generator_free(p->generator);
    cs_openings_wipe(&p->openings);
    cs_codes_wipe(&p->rows);
    cs_codes_wipe(&p->held_out);
    cs_codes_wipe(&p->population);
    cs_plan_free(p->plan);
    cs_study_free(p->study);
}

static void train_both(struct player player[static 2], const struct data *data,
                       const struct split *split, double epsilon, bool federate,
                       unsigned run)
{
    enum cs_status results[2];

    for (int p = 0; p < 2; p++)
        enter(&player[p], data, split, epsilon, federate, (enum cs_party)p, run);
    cs_duet_with(play, (void *[]){ &player[0], &player[1] }, results,
                 &(struct cs_duet_options){ .timeout_ms = TIMEOUT_MS });
    for (int p = 0; p < 2; p++) {
        check(results[p], player[p].fault.text);
        score(&player[p], (enum cs_party)p);
    }
}

static void print_row(const struct data *data, const struct split *split, double epsilon,
                      bool federate)
{
    double distance[2] = { 0 }, loss[2] = { 0 };

    for (unsigned run = 1; run <= RUNS; run++) {
        struct player player[2];

        train_both(player, data, split, epsilon, federate, run);
        for (int p = 0; p < 2; p++) {
            distance[p] += player[p].distance / RUNS;
            loss[p] += player[p].loss / RUNS;
            leave(&player[p]);
        }
    }
    printf("| %s | %g | %s | %.4f | %.4f | %.3f | %.3f |\n", split->name, epsilon,
           federate ? "on" : "off", distance[0], distance[1], loss[0], loss[1]);
    fflush(stdout);
}

int main(int argc, char **argv)
{
    static const double epsilons[] = { 1, 3 };
    struct data data;

    if (argc < 6 || argc > 7 || sodium_init() < 0) {
        fprintf(stderr, "usage: bench_federation STUDY A.csv B.csv TEST_A.csv TEST_B.csv "
                        "[', SETTINGS']\n");
        return 2;
    }
    data.settings = argc > 6 ? argv[6] : "";
    read_data(&data, argv + 1);
    puts("| split | epsilon | federation | distance a | distance b | loss a | loss b |");
    puts("|---|---|---|---|---|---|---|");
    for (size_t s = 0; s < sizeof splits / sizeof *splits; s++)
        for (size_t e = 0; e < sizeof epsilons / sizeof *epsilons; e++)
            for (int federate = 0; federate < 2; federate++)
                print_row(&data, &splits[s], epsilons[e], federate != 0);
    return 0;
}
