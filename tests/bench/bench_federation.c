/* What federation brings: both parties train on real rows, with and without it.
 *
 *     build/release/tests/bench_federation STUDY A.csv B.csv HELD-OUT-A.csv
 * HELD-OUT-B.csv
 *
 * The files are those of an aligned study of UCI Adult without quantile columns;
 * `scripts/ bench federation` prepares them. Columns and people are dealt out anew, in
 * five ways. The protocol is the real one, both parties on two threads over memory. A row
 * of the table has, for each party, the mean total variation of all two-way tables
 * between its candidates and held-out rows, and the bound on the negative log-likelihood
 * of these. */
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "crypto/gauss.h"
#include "model/estimate.h"
#include "model/fit.h"
#include "model/shrink.h"
#include "model/table.h"
#include "model/text.h"
#include "protocol/train.h"
#include "tests/support/duet.h"
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

struct file {
    char *text;
    size_t n_bytes;
};

static struct file slurp(const char *path)
{
    FILE *stream = fopen(path, "rb");
    struct file file = { 0 };

    check(stream == NULL ? CS_IO : CS_OK, path);
    fseek(stream, 0, SEEK_END);
    file.n_bytes = (size_t)ftell(stream);
    rewind(stream);
    file.text = malloc(file.n_bytes + 1);
    check(file.text == NULL ? CS_MEMORY : CS_OK, path);
    file.n_bytes = fread(file.text, 1, file.n_bytes, stream);
    file.text[file.n_bytes] = '\0';
    fclose(stream);
    return file;
}

static enum cs_status read_stream(void *arg, char *buffer, size_t capacity,
                                  size_t *n_bytes)
{
    *n_bytes = fread(buffer, 1, capacity, arg);
    return ferror((FILE *)arg) ? CS_IO : CS_OK;
}

/* The study's columns, whoever has them, of real rows and of held-out ones. */
struct data {
    const char *settings; /* more of the generator's */
    struct file text;
    struct cs_study *study;
    struct cs_table *table[2][2]; /* (real or held out, party) */
};

static struct cs_table *read_table(const struct cs_study *study, enum cs_party party,
                                   const char *path)
{
    const char *const id = "id";
    const struct cs_id_rules rules = cs_id_rules_raw(&id);
    struct cs_fault fault = { .stage = "read" };
    struct cs_source source = { .read = read_stream, .name = path };
    struct cs_table *table = NULL;
    FILE *stream = fopen(path, "rb");

    check(stream == NULL ? CS_IO : CS_OK, path);
    source.arg = stream;
    check(cs_table_read(&table, &study->schema, party, &rules, &source, NULL, &fault),
          fault.text);
    fclose(stream);
    return table;
}

static void read_data(struct data *data, char *paths[static 5])
{
    struct cs_fault fault = { .stage = "read" };

    data->text = slurp(paths[0]);
    check(cs_study_parse(&data->study, data->text.text, data->text.n_bytes, paths[0],
                         NULL, &fault),
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
    const char *from = strstr(data->text.text, mark);
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

/* ---- a private population, of a party's own tables ---- */

struct fitting {
    struct cs_fit_table *tables;
    int32_t *target;
    uint64_t *variance_q16;
    size_t n_tables, n_cells;
};

static size_t place_of(const struct cs_schema *schema, enum cs_party party, size_t column)
{
    size_t j = 0;

    while (schema->order[party][j] != column)
        j++;
    return j;
}

static void add_pair(struct fitting *fitting, const struct cs_table_spec *spec, size_t x,
                     size_t y, size_t width, const struct cs_codes *rows,
                     struct cs_rng *rng)
{
    double margin_x[CS_CODES_MAX] = { 0 }, margin_y[CS_CODES_MAX] = { 0 };
    const double variance = (double)spec->s2_q16 / 65536;
    int64_t *cell = calloc(spec->n_cells, sizeof *cell);
    int32_t *target = fitting->target + fitting->n_cells;
    uint64_t *variance_q16 = fitting->variance_q16 + fitting->n_cells;

    check(cell == NULL ? CS_MEMORY : CS_OK, "a table");
    cs_gauss_fill_var(cell, spec->n_cells, spec->s2_q16, rng);
    for (size_t r = 0; r < rows->n_rows; r++)
        cell[cs_codes_column(rows, x)[r] * width + cs_codes_column(rows, y)[r]]++;
    for (size_t k = 0; k < spec->n_cells; k++) {
        margin_x[k / width] += (double)cell[k];
        margin_y[k % width] += (double)cell[k];
    }
    for (size_t k = 0; k < spec->n_cells; k++) {
        const double product = margin_x[k / width] * margin_y[k % width];
        const double expected = product > 0 ? product / (double)rows->n_rows : 0;
        const struct cs_shrunk shrunk = cs_shrink((double)cell[k], expected, variance);

        target[k] = (int32_t)shrunk.value;
        variance_q16[k] = (uint64_t)(shrunk.variance * 65536);
    }
    fitting->tables[fitting->n_tables++] = (struct cs_fit_table){
        .scope = CS_AT_BOTH,
        .n_columns = 2,
        .column = { x, y },
        .n_cells = spec->n_cells,
        .target = target,
        .variance_q16 = variance_q16,
    };
    fitting->n_cells += spec->n_cells;
    free(cell);
}

static void add_pairs(struct fitting *fitting, const struct cs_study *study,
                      const struct cs_plan *plan, enum cs_party party,
                      const struct cs_codes *rows, struct cs_rng *rng)
{
    const enum cs_table_kind own = party == CS_A ? CS_OWN_A : CS_OWN_B;

    fitting->tables = calloc(plan->n_tables, sizeof *fitting->tables);
    fitting->target = calloc(plan->n_cells, sizeof *fitting->target);
    fitting->variance_q16 = calloc(plan->n_cells, sizeof *fitting->variance_q16);
    check(fitting->tables == NULL || fitting->target == NULL ||
                  fitting->variance_q16 == NULL
              ? CS_MEMORY
              : CS_OK,
          "tables");
    for (size_t t = 0; t < plan->n_tables; t++) {
        const struct cs_table_spec *spec = &plan->tables[t];

        if (spec->kind == own && spec->n_columns == 2)
            add_pair(fitting, spec, place_of(&study->schema, party, spec->column[0]),
                     place_of(&study->schema, party, spec->column[1]),
                     study->schema.columns[spec->column[1]].n_codes, rows, rng);
    }
}

/* Rows with columns drawn from those of others, each by itself; and the peer's one. */
static void shuffle(struct cs_codes *out, const struct cs_codes *rows, struct cs_rng *rng)
{
    check(cs_codes_init(out, rows->n_rows, rows->n_columns + 1), "candidates");
    for (size_t j = 0; j < rows->n_columns; j++)
        for (size_t r = 0; r < rows->n_rows; r++)
            cs_codes_column(out, j)[r] =
                cs_codes_column(rows, j)[cs_rng_below(rng, (uint32_t)rows->n_rows)];
}

/* A fit has a part at both parties: the peer's is a column of one code here. Candidates
 * have exact totals of single columns; these have hardly any noise, and are the same with
 * federation and without. */
static void fit_population(struct cs_codes *population, const struct cs_study *study,
                           const struct cs_plan *plan, enum cs_party party,
                           const struct cs_codes *rows, struct cs_rng *rng)
{
    struct fitting fitting = { 0 };
    struct cs_codes candidates = { 0 };
    struct cs_fit_result result;
    size_t n_codes[CS_COLUMNS_MAX + 1];
    uint8_t part[CS_COLUMNS_MAX + 1] = { 0 };

    for (size_t j = 0; j < rows->n_columns; j++)
        n_codes[j] = study->schema.columns[study->schema.order[party][j]].n_codes;
    n_codes[rows->n_columns] = part[rows->n_columns] = 1;
    add_pairs(&fitting, study, plan, party, rows, rng);
    shuffle(&candidates, rows, rng);
    const struct cs_fit_input input = { .people = { .n_both = rows->n_rows },
                                        .n_columns = rows->n_columns + 1,
                                        .n_codes = n_codes,
                                        .part = part,
                                        .tables = fitting.tables,
                                        .n_tables = fitting.n_tables,
                                        .candidates = { &candidates, &candidates },
                                        .seed = 1,
                                        .label = "fit" };

    check(cs_codes_init(population, rows->n_rows, rows->n_columns + 1), "population");
    check(cs_fit(population, &result, &input, NULL), "fit");
    population->n_columns = rows->n_columns;
    cs_codes_wipe(&candidates);
    free(fitting.tables);
    free(fitting.target);
    free(fitting.variance_q16);
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
                    &p->secret, peer, NULL, &p->fault, (enum cs_party)role);
}

static void score(struct player *p, enum cs_party party)
{
    struct cs_codes out = { 0 };
    const size_t label = party == CS_A ? p->study->arm : p->study->conversion;
    const uint8_t *labels =
        cs_codes_column(&p->held_out, place_of(&p->study->schema, party, label));

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
    fit_population(&p->population, p->study, p->plan, party, &p->rows, &p->secret);
    check(cs_generator_new(&p->generator, p->study, &p->plan->recipe[party], party), "");
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
