/* What DP-SGD gives away of one row, for scripts/audit:
 *
 *     audit_training EPSILON TRIALS
 *
 * Each trial trains a small VAE on the same rows, with or without one more, by a coin,
 * with the noise that makes it (EPSILON, DELTA)-private. The attacker knows all but the
 * coin, and has the weights: his score is how far they went where the row pulls them. A
 * line a trial: the coin and the score. */
#include <math.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "model/account.h"
#include "model/generator.h"

enum { STEPS = 4, ROWS = 1, COLUMNS = 5, TARGET_CODE = 7 };
#define RATE .5 /* of sampling */
#define DELTA 1e-6

/* The clip is far below the norm of any row's gradient: without clipping rows count for
 * as much more. The rate of learning is so small that the pull is the same in each step.
 */
static const char study_text[] =
    "study: audit\n"
    "link: aligned\n"
    "privacy: {epsilon: 1, delta: 1.0e-6}\n"
    "arm: {column: arm, test: [test], control: [control]}\n"
    "conversion: {column: converted, converted: [\"1\"]}\n"
    "columns:\n"
    "  a:\n"
    "    - {name: w, type: category, values: [a, b, c, d, e, f, g, h]}\n"
    "    - {name: x, type: category, values: [a, b, c, d, e, f, g, h]}\n"
    "    - {name: y, type: category, values: [a, b, c, d, e, f, g, h]}\n"
    "    - {name: z, type: category, values: [a, b, c, d, e, f, g, h]}\n"
    "    - {name: arm, type: category, values: [control, test]}\n"
    "  b:\n"
    "    - {name: converted, type: category, values: [\"0\", \"1\"]}\n"
    "generator: {kind: vae, latent: 2, layers: [8], optimiser: sgd, clip: 0.1,\n"
    "            train_on: rows}\n";
static const double learning_rate = 1e-4;

struct audit {
    struct cs_study *study;
    struct cs_recipe recipe;
    struct cs_codes rows, with; /* without the target, and with it, in the last row */
    struct cs_codes target;     /* alone */
    double sigma;
    float *pull; /* (n_weights): where the target moves them, of length one */
    size_t n_weights;
    struct cs_rng secret;
};

static void check(enum cs_status st)
{
    if (st != CS_OK) {
        fprintf(stderr, "audit_training: %s\n", cs_status_text(st));
        exit(1);
    }
}

/* ---- rows ---- */

static void fill_row(struct cs_codes *codes, size_t row, bool is_target)
{
    for (size_t j = 0; j + 1 < COLUMNS; j++)
        cs_codes_column(codes, j)[row] =
            is_target ? TARGET_CODE : (uint8_t)((row + j * row / 3) % TARGET_CODE);
    cs_codes_column(codes, COLUMNS - 1)[row] = (uint8_t)(is_target ? 0 : row % 2);
}

static void make_rows(struct audit *audit)
{
    check(cs_codes_init(&audit->rows, ROWS, COLUMNS));
    check(cs_codes_init(&audit->with, ROWS + 1, COLUMNS));
    check(cs_codes_init(&audit->target, 1, COLUMNS));
    for (size_t row = 0; row < ROWS; row++) {
        fill_row(&audit->rows, row, false);
        fill_row(&audit->with, row, false);
    }
    fill_row(&audit->with, ROWS, true);
    fill_row(&audit->target, 0, true);
}

/* ---- noise ---- */

static double epsilon_of(double sigma)
{
    const struct cs_pld_part steps = { .times = STEPS, .q = RATE, .sigma = sigma };
    struct cs_account account;
    double epsilon = INFINITY;

    cs_account_init(&account);
    check(cs_account_add(&account, &steps));
    check(cs_account_epsilon(&epsilon, &account, DELTA));
    cs_account_wipe(&account);
    return epsilon;
}

static double sigma_for(double epsilon)
{
    double low = .2, high = 100;

    while (high / low > 1.001) {
        const double middle = sqrt(low * high);

        if (epsilon_of(middle) > epsilon)
            low = middle;
        else
            high = middle;
    }
    return high;
}

/* ---- weights ---- */

static struct cs_generator *new_generator(struct audit *audit)
{
    struct cs_generator *generator = NULL;

    check(cs_generator_new(&generator, audit->study, &audit->recipe, CS_A, NULL));
    return generator;
}

/* The weights of all blocks, one after another. */
static void copy_weights(float *weights, struct cs_generator *generator)
{
    size_t n_blocks = 0;
    const struct cs_weight_block *block = cs_generator_blocks(generator, &n_blocks);

    for (size_t b = 0; b < n_blocks; b++) {
        memcpy(weights, block[b].weight, block[b].n * sizeof *weights);
        weights += block[b].n;
    }
}

/* How far the generator has gone from where it began, in the direction of pull. */
static double progress_along(const struct audit *audit, const float *from,
                             struct cs_generator *generator)
{
    float *to = calloc(audit->n_weights, sizeof *to);
    double sum = 0;

    check(to == NULL ? CS_MEMORY : CS_OK);
    copy_weights(to, generator);
    for (size_t i = 0; i < audit->n_weights; i++)
        sum += (double)audit->pull[i] * ((double)to[i] - (double)from[i]);
    free(to);
    return sum;
}

static void find_pull(struct audit *audit, const float *start)
{
    struct cs_generator *generator = new_generator(audit);
    double loss, norm2 = 0;

    check(cs_generator_step(generator, &audit->target, learning_rate, &loss,
                            &audit->secret));
    copy_weights(audit->pull, generator);
    for (size_t i = 0; i < audit->n_weights; i++) {
        audit->pull[i] -= start[i];
        norm2 += (double)audit->pull[i] * (double)audit->pull[i];
    }
    for (size_t i = 0; i < audit->n_weights; i++)
        audit->pull[i] /= (float)sqrt(norm2);
    cs_generator_free(generator);
}

static void run_trial(struct audit *audit, const float *start)
{
    const bool is_in = (cs_rng_u64(&audit->secret) & 1) != 0;
    struct cs_generator *generator = new_generator(audit);

    for (unsigned step = 0; step < STEPS; step++)
        check(cs_generator_step_private(generator, is_in ? &audit->with : &audit->rows,
                                        RATE, audit->sigma, learning_rate,
                                        &audit->secret));
    /* a step divides by the expected number of rows, which is known */
    printf("%d %.9g\n", (int)is_in,
           progress_along(audit, start, generator) * (is_in ? ROWS + 1 : ROWS));
    cs_generator_free(generator);
}

static void run(struct audit *audit, double epsilon, unsigned long trials)
{
    struct cs_generator *generator;

    cs_rng_init_random(&audit->secret);
    check(cs_study_parse(&audit->study, study_text, strlen(study_text), "audit", NULL,
                         NULL));
    cs_recipe_settle(&audit->recipe, audit->study, (size_t[]){ ROWS, ROWS }, CS_A);
    make_rows(audit);
    audit->sigma = sigma_for(epsilon);
    audit->n_weights = cs_generator_n_weights(audit->study, &audit->recipe, CS_A);
    float *start = calloc(audit->n_weights, sizeof *start);
    audit->pull = calloc(audit->n_weights, sizeof *audit->pull);
    check(start == NULL || audit->pull == NULL ? CS_MEMORY : CS_OK);
    generator = new_generator(audit);
    copy_weights(start, generator);
    cs_generator_free(generator);
    find_pull(audit, start);
    for (unsigned long trial = 0; trial < trials; trial++)
        run_trial(audit, start);
    free(start);
}

int main(int argc, char **argv)
{
    struct audit audit = { 0 };
    const double epsilon = argc == 3 ? strtod(argv[1], NULL) : 0;

    if (!(epsilon > 0) || sodium_init() < 0) {
        fprintf(stderr, "usage: audit_training EPSILON TRIALS\n");
        return 2;
    }
    run(&audit, epsilon, strtoul(argv[2], NULL, 10));
    cs_codes_wipe(&audit.rows);
    cs_codes_wipe(&audit.with);
    cs_codes_wipe(&audit.target);
    cs_study_free(audit.study);
    free(audit.pull);
    return 0;
}
