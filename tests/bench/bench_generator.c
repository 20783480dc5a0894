/* What a private step costs against a plain one, and where it goes.
 *
 *     build/release/tests/bench_generator
 *
 * The net is the design's: 110 codes, two hidden layers of 128, latent 128. Times are CPU
 * times of one core. Unset OPENBLAS_CORETYPE for the fastest kernels. */
#include <cblas.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "crypto/gauss.h"
#include "model/dpsgd.h"
#include "model/net.h"
#include "model/normal.h"
#include "model/optimiser.h"

enum { FEATURES = 14, ROWS = 512, PART = 256, TIMES = 40 };

struct bench {
    struct cs_net *net;
    struct cs_dpsgd *dpsgd;
    struct cs_optimiser adam;
    float *gradient;
    struct cs_rng rng;
};

static double now_ms(void)
{
    struct timespec t;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return 1e3 * (double)t.tv_sec + 1e-6 * (double)t.tv_nsec;
}

static void check(enum cs_status st)
{
    if (st != CS_OK) {
        fprintf(stderr, "bench_generator: %s\n", cs_status_text(st));
        exit(1);
    }
}

static void setup(struct bench *bench)
{
    static const struct cs_generator_spec spec = {
        .latent = 128, .layers = { 128, 128 }, .n_layers = 2, .kl = 0.5
    };
    struct cs_net_column features[FEATURES];
    const struct cs_net_column label = { "label", 5 };

    for (size_t j = 0; j < FEATURES; j++) /* 13 * 7 + 14 = 105 codes */
        features[j] = (struct cs_net_column){ "x", j == 0 ? 14 : 7 };
    cs_rng_init_labelled(&bench->rng, 1, "bench");
    check(cs_net_new(&bench->net, features, FEATURES, &label, &spec, 1, ROWS));
    const size_t n = bench->net->weights.n;
    check(cs_dpsgd_new(&bench->dpsgd, bench->net->layer, bench->net->n_layers, n, PART));
    check(cs_optimiser_init(&bench->adam, CS_ADAM, n));
    bench->gradient = calloc(n, sizeof *bench->gradient);
    check(bench->gradient == NULL ? CS_MEMORY : CS_OK);
}

static void load(struct bench *bench, size_t rows)
{
    for (size_t slot = 0; slot < rows; slot++) {
        for (size_t j = 0; j < FEATURES; j++)
            cs_net_set_feature(bench->net, slot, j,
                               (uint8_t)cs_rng_below(&bench->rng, 7));
        cs_net_set_label(bench->net, slot, (uint8_t)cs_rng_below(&bench->rng, 5));
    }
    cs_normal_fill(bench->net->noise, rows * bench->net->latent, &bench->rng);
    cs_net_forward(bench->net, rows);
    cs_net_backward(bench->net, rows);
}

static void step(struct bench *bench)
{
    cs_optimiser_step(&bench->adam, bench->net->weights.weight, bench->gradient, 1e-4);
}

/* Plain: a step for every ROWS rows. */
static double plain_ms(struct bench *bench, size_t rows)
{
    const double start = now_ms();

    for (int t = 0; t < TIMES; t++)
        for (size_t row = 0; row < rows; row += ROWS) {
            load(bench, ROWS);
            cs_net_gradient(bench->net, bench->gradient, ROWS);
            step(bench);
        }
    return (now_ms() - start) / TIMES;
}

static double private_ms(struct bench *bench, size_t rows)
{
    const double start = now_ms();

    for (int t = 0; t < TIMES; t++) {
        cs_dpsgd_begin(bench->dpsgd, 1, 2);
        for (size_t row = 0; row < rows; row += PART) {
            load(bench, PART);
            cs_dpsgd_add(bench->dpsgd, PART);
        }
        cs_dpsgd_finish(bench->dpsgd, bench->gradient, (double)rows, &bench->rng);
        step(bench);
    }
    return (now_ms() - start) / TIMES;
}

static double noise_ms(struct bench *bench)
{
    const size_t n = bench->net->weights.n;
    int64_t *noise = calloc(n, sizeof *noise);
    const double start = now_ms();

    check(noise == NULL ? CS_MEMORY : CS_OK);
    for (int t = 0; t < TIMES; t++)
        cs_gauss_fill_var(noise, n, UINT64_C(1) << 48, &bench->rng);
    free(noise);
    return (now_ms() - start) / TIMES;
}

int main(void)
{
    static const size_t batches[] = { 512, 2048, 4096 };
    struct bench bench;

    if (sodium_init() < 0)
        return 1;
    setup(&bench);
    printf("%zu weights; kernels: %s; noise alone %.1f ms\n", bench.net->weights.n,
           openblas_get_corename(), noise_ms(&bench));
    printf("%8s %14s %14s %8s %14s\n", "rows", "plain ms", "private ms", "ratio",
           "private rows/s");
    for (size_t b = 0; b < sizeof batches / sizeof *batches; b++) {
        const double plain = plain_ms(&bench, batches[b]);
        const double private = private_ms(&bench, batches[b]);

        printf("%8zu %14.2f %14.2f %8.2f %14.0f\n", batches[b], plain, private,
               private / plain, (double)batches[b] / private * 1e3);
    }
    cs_net_free(bench.net);
    cs_dpsgd_free(bench.dpsgd);
    cs_optimiser_wipe(&bench.adam);
    free(bench.gradient);
    return 0;
}
