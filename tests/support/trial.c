#include "tests/support/trial.h"

#include <stdlib.h>
#include <string.h>

#include "crypto/gauss.h"
#include "model/fit.h"
#include "model/generator.h"
#include "model/order.h"
#include "model/targets.h"
#include "tests/support/check.h"

static void ask_spend(struct cs_trial *trial)
{
    struct cs_study *study = &trial->sketch.study;

    memcpy(trial->sketch.edges[TRIAL_SPEND], cs_trial_spend_edges,
           sizeof cs_trial_spend_edges);
    trial->sketch.column[TRIAL_SPEND].max = cs_trial_spend_edges[TRIAL_SPENDS] - 1;
    study->outcomes[1] =
        (struct cs_outcome_spec){ .column = TRIAL_SPEND, .is_mean = true };
    study->n_outcomes = 2;
}

static void set_study(struct cs_trial *trial)
{
    struct cs_study *study = &trial->sketch.study;

    cs_sketch_init(&trial->sketch, cs_trial_columns, trial->n_columns, TRIAL_ARM,
                   TRIAL_BOUGHT);
    for (size_t c = 0; c < trial->n_columns; c++) {
        const enum cs_party party = cs_trial_columns[c].at[0] == 'a' ? CS_A : CS_B;

        trial->sketch.column[c].other = trial->sketch.column[c].missing = -1;
        trial->order[party][study->schema.n_order[party]++] = c;
    }
    for (enum cs_party party = CS_A; party <= CS_B; party++)
        study->schema.order[party] = trial->order[party];
    study->link = trial->design.linked < 1 ? CS_LINK_PRIVATE : CS_LINK_ALIGNED;
    study->epsilon = trial->design.epsilon;
    study->noise = trial->design.noise;
    study->generator.kind = CS_GENERATOR_INDEPENDENT;
    study->control.bits = 1 << 0;
    study->tests[0].levels.bits = 1 << 1;
    study->outcomes[0].converted.bits = 1 << 1;
    study->segment_minimum = 50;
    if (trial->design.spends)
        ask_spend(trial);
}

void cs_trial_init(struct cs_trial *trial, const struct cs_trial_design *design)
{
    memset(trial, 0, sizeof *trial);
    trial->design = *design;
    trial->n_columns = design->spends ? TRIAL_COLUMNS : TRIAL_SPEND;
    set_study(trial);
    trial->sketch.n_rows[CS_A] = trial->sketch.n_rows[CS_B] = design->n_people;
    trial->plan = cs_sketch_plan(&trial->sketch);
    cs_trial_set_truth(trial);
}

void cs_trial_wipe(struct cs_trial *trial)
{
    cs_plan_free(trial->plan);
    memset(trial, 0, sizeof *trial);
}

static void count(int64_t *cells, const struct cs_table_spec *spec,
                  const struct cs_codes *rows, const struct cs_presence *people,
                  enum cs_link link)
{
    const enum cs_scope scope = cs_table_spec_scope(spec, link);

    for (size_t r = 0; r < rows->n_rows; r++) {
        size_t cell = 0;

        if (!cs_presence_counts(people, scope, r))
            continue;
        for (size_t i = 0; i < spec->n_columns; i++)
            cell = cell * cs_trial_columns[spec->column[i]].n_codes +
                   cs_codes_column(rows, spec->column[i])[r];
        cells[cell]++;
    }
}

/* How many of n fair coins are heads. */
static int64_t toss(size_t n, struct cs_rng *rng)
{
    int64_t heads = 0;

    for (; n > 64; n -= 64)
        heads += __builtin_popcountll(cs_rng_u64(rng));
    return heads + (n == 0 ? 0 : __builtin_popcountll(cs_rng_u64(rng) >> (64 - n)));
}

/* What the two draw together, by the definition in crypto/binomial.h. */
static void add_joint_noise(int64_t *cells, const struct cs_table_spec *spec,
                            struct cs_rng *rng)
{
    const struct cs_binomial *joint = &spec->joint;

    for (size_t k = 0; k < spec->n_cells; k++) {
        cells[k] -= cs_binomial_reach(joint);
        for (unsigned level = 0; level < joint->levels; level++)
            cells[k] += toss(CS_BINOMIAL_LEVEL_BITS, rng) << level;
        cells[k] += toss(joint->coins, rng) << joint->levels;
    }
}

static void measure(int64_t *cells, const struct cs_trial *trial, struct cs_rng *rng)
{
    struct cs_codes rows = { 0 };
    struct cs_presence people;

    cs_trial_draw(&rows, &people, &trial->design, rng);
    for (size_t t = 0; t < trial->plan->n_tables; t++) {
        const struct cs_table_spec *spec = &trial->plan->tables[t];
        int64_t *at = cells + spec->first_cell;

        count(at, spec, &rows, &people, trial->sketch.study.link);
        if (spec->joint.coins > 0)
            add_joint_noise(at, spec, rng);
        else
            cs_sketch_add_noise(at, spec, rng);
    }
    cs_codes_wipe(&rows);
}

static void fit(struct cs_codes *population, const struct cs_targets *targets,
                const struct cs_codes *a, const struct cs_codes *b, const char *label,
                uint64_t seed)
{
    struct cs_fit_input input = cs_targets_fit_input(targets);
    struct cs_fit_result result;

    input.candidates[CS_A] = a;
    input.candidates[CS_B] = b;
    input.seed = seed;
    input.label = label;
    assert_ok(
        cs_codes_init(population, cs_presence_all(&targets->people), targets->n_columns));
    assert_ok(cs_fit(population, &result, &input, NULL));
}

/* People with independent columns, and what they would be fitted to. */
static void draw_first(struct cs_codes *independent, struct cs_targets *targets,
                       const struct cs_noisy *noisy, uint64_t seed)
{
    const struct cs_known known = { .learned = NULL };
    struct cs_rng rng;

    assert_ok(cs_targets_make(targets, noisy, CS_LEARN_ROWS_MAX, &known, NULL));
    assert_ok(cs_codes_init(independent, cs_presence_all(&targets->people),
                            targets->n_columns));
    cs_rng_init_labelled(&rng, seed, "independent candidates");
    cs_targets_draw(independent, targets, &rng);
}

static void fit_first(struct cs_codes *population, struct cs_presence *people,
                      const struct cs_noisy *noisy, uint64_t seed)
{
    struct cs_codes independent = { 0 };
    struct cs_targets targets;

    draw_first(&independent, &targets, noisy, seed);
    fit(population, &targets, &independent, &independent, "fit", seed);
    *people = targets.people;
    cs_codes_wipe(&independent);
    cs_targets_wipe(&targets);
}

/* A party's people of the first population, in the order of its columns. */
static void take_own(struct cs_codes *own, const struct cs_codes *population,
                     const struct cs_presence *people, const struct cs_schema *schema,
                     enum cs_party party)
{
    assert_ok(cs_codes_init(own, cs_presence_at(people, party), schema->n_order[party]));
    for (size_t i = 0; i < own->n_columns; i++) {
        const uint8_t *code = cs_codes_column(population, schema->order[party][i]);

        for (size_t r = 0; r < own->n_rows; r++)
            cs_codes_column(own, i)[r] = code[cs_presence_row(people, party, r)];
    }
}

/* They are learned by the generator of independent columns, and as many are drawn from
 * it, into all columns of the schema. */
static void propose(struct cs_codes *candidates, const struct cs_codes *own,
                    const struct cs_study *study, enum cs_party party, struct cs_rng *rng)
{
    const struct cs_schema *schema = &study->schema;
    const struct cs_recipe recipe = { .spec = study->generator };
    const size_t label = party == CS_A ? study->arm : study->conversion;
    struct cs_generator *generator = NULL;
    struct cs_codes drawn = { 0 };

    assert_ok(cs_codes_init(&drawn, own->n_rows, own->n_columns));
    assert_ok(cs_codes_init(candidates, own->n_rows, schema->n_columns));
    assert_ok(cs_generator_new(&generator, study, &recipe, party, NULL));
    assert_ok(cs_generator_fit(generator, own, rng, NULL, NULL));
    assert_ok(cs_generator_sample(
        generator, &drawn, cs_codes_column(own, cs_schema_place(schema, party, label)),
        rng));
    for (size_t i = 0; i < own->n_columns; i++)
        memcpy(cs_codes_column(candidates, schema->order[party][i]),
               cs_codes_column(&drawn, i), own->n_rows);
    cs_generator_free(generator);
    cs_codes_wipe(&drawn);
}

static void fit_again(struct cs_codes *population, struct cs_presence *people,
                      const struct cs_noisy *noisy, const struct cs_codes candidates[2],
                      uint64_t seed)
{
    const struct cs_known known = { .learned = candidates };
    struct cs_targets targets;

    assert_ok(cs_targets_make(&targets, noisy, CS_FIT_ROWS_MAX, &known, NULL));
    fit(population, &targets, &candidates[CS_A], &candidates[CS_B], "refit", seed);
    *people = targets.people;
    assert_ok(cs_order_rows(population, people));
    cs_targets_wipe(&targets);
}

static void populate(struct cs_codes *population, struct cs_presence *people,
                     const struct cs_noisy *noisy, uint64_t seed)
{
    struct cs_codes first = { 0 }, candidates[2] = { { 0 }, { 0 } };
    struct cs_rng rng;

    fit_first(&first, people, noisy, seed);
    cs_rng_init_labelled(&rng, seed, "propose");
    for (enum cs_party party = CS_A; party <= CS_B; party++) {
        struct cs_codes own = { 0 };

        take_own(&own, &first, people, &noisy->study->schema, party);
        propose(&candidates[party], &own, noisy->study, party, &rng);
        cs_codes_wipe(&own);
    }
    fit_again(population, people, noisy, candidates, seed);
    cs_codes_wipe(&candidates[CS_A]);
    cs_codes_wipe(&candidates[CS_B]);
    cs_codes_wipe(&first);
}

static void populate_unfitted(struct cs_codes *population, struct cs_presence *people,
                              const struct cs_noisy *noisy, uint64_t seed)
{
    struct cs_targets targets;

    draw_first(population, &targets, noisy, seed);
    *people = targets.people;
    cs_targets_wipe(&targets);
}

static struct cs_ab *run(const struct cs_trial *trial, uint64_t seed,
                         void (*make)(struct cs_codes *population,
                                      struct cs_presence *people,
                                      const struct cs_noisy *noisy, uint64_t seed))
{
    int64_t *cells = calloc(trial->plan->n_cells, sizeof *cells);
    const struct cs_noisy noisy = { &trial->sketch.study, trial->plan, cells };
    struct cs_codes population = { 0 };
    struct cs_presence people;
    struct cs_ab *ab = NULL;
    struct cs_rng rng;

    assert_non_null(cells);
    cs_rng_init_labelled(&rng, seed, trial->design.name);
    measure(cells, trial, &rng);
    make(&population, &people, &noisy, seed);
    const struct cs_crowd crowd = { &population, &people };
    assert_ok(cs_ab_analyse(&ab, &noisy, NULL, &crowd));
    cs_codes_wipe(&population);
    free(cells);
    return ab;
}

struct cs_ab *cs_trial_run(const struct cs_trial *trial, uint64_t seed)
{
    return run(trial, seed, populate);
}

struct cs_ab *cs_trial_run_unfitted(const struct cs_trial *trial, uint64_t seed)
{
    return run(trial, seed, populate_unfitted);
}
