/* What a step of DP-SGD costs against a plain one of the same batch.
 *
 *     build/release/tests/bench_generator
 *
 * The net: 110 codes, two hidden layers of 128. Times are CPU times of one core; plain
 * and private steps take turns, and each time is the median of TIMES. Unset
 * OPENBLAS_CORETYPE for the fastest kernels. */
#include <cblas.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "model/dpsgd.h"
#include "model/net.h"
#include "model/normal.h"
#include "model/optimiser.h"
#include "tests/support/bench.h"

enum { FEATURES = 14, ROWS_MAX = 4096, PART = 256, TIMES = 31 };

struct bench {
    struct cs_net *net;
    struct cs_dpsgd *dpsgd;
    struct cs_optimiser adam;
    float *gradient; /* (n_weights) */
    struct cs_rng rng;
};

static void check(enum cs_status st)
{
    if (st != CS_OK) {
        fprintf(stderr, "bench_generator: %s\n", cs_status_text(st));
        exit(1);
    }
}

static void setup(struct bench *bench, size_t latent)
{
    const struct cs_generator_spec spec = {
        .latent = latent, .layers = { 128, 128 }, .n_layers = 2, .kl = 0.5
    };
    struct cs_net_column features[FEATURES];
    const struct cs_net_column label = { "label", 5 };

    for (size_t j = 0; j < FEATURES; j++) /* 13 * 7 + 14 = 105 codes */
        features[j] = (struct cs_net_column){ "x", j == 0 ? 14 : 7 };
    cs_rng_init_labelled(&bench->rng, 1, "bench");
    check(cs_net_new(&bench->net, features, FEATURES, &label, &spec, 1, ROWS_MAX));
    const size_t n = bench->net->weights.n;
    check(cs_dpsgd_new(&bench->dpsgd, bench->net->layer, bench->net->n_layers, n, PART));
    check(cs_optimiser_init(&bench->adam, CS_ADAM, n));
    bench->gradient = calloc(n, sizeof *bench->gradient);
    check(bench->gradient == NULL ? CS_MEMORY : CS_OK);
}

static void teardown(struct bench *bench)
{
    cs_net_free(bench->net);
    cs_dpsgd_free(bench->dpsgd);
    cs_optimiser_wipe(&bench->adam);
    free(bench->gradient);
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
    cs_optimiser_step(&bench->adam, bench->net->weights.weight, bench->gradient, 1, 1e-4);
}

static double plain_ms(struct bench *bench, size_t rows)
{
    const double start = cs_bench_cpu_s();

    load(bench, rows);
    memset(bench->gradient, 0, bench->net->weights.n * sizeof *bench->gradient);
    cs_net_add_gradient(bench->net, bench->gradient, rows);
    step(bench);
    return 1e3 * (cs_bench_cpu_s() - start);
}

static double private_ms(struct bench *bench, size_t rows)
{
    const double start = cs_bench_cpu_s();

    cs_dpsgd_begin(bench->dpsgd, 1, 2);
    for (size_t row = 0; row < rows; row += PART) {
        load(bench, PART);
        cs_dpsgd_add(bench->dpsgd, PART);
    }
    cs_dpsgd_finish(bench->dpsgd, bench->gradient, (double)rows, &bench->rng);
    step(bench);
    return 1e3 * (cs_bench_cpu_s() - start);
}

static double noise_ms(struct bench *bench)
{
    const double start = cs_bench_cpu_s();

    cs_gauss_fast_fill(&bench->dpsgd->gauss, bench->dpsgd->noise, bench->net->weights.n,
                       &bench->rng);
    return 1e3 * (cs_bench_cpu_s() - start);
}

static int compare(const void *x, const void *y)
{
    const double a = *(const double *)x, b = *(const double *)y;

    return (a > b) - (a < b);
}

static double median(double times[static TIMES])
{
    qsort(times, TIMES, sizeof *times, compare);
    return times[TIMES / 2];
}

static void compare_steps(struct bench *bench, size_t rows)
{
    double plain[TIMES], private[TIMES], noise[TIMES];

    for (int t = 0; t < TIMES; t++) {
        plain[t] = plain_ms(bench, rows);
        private[t] = private_ms(bench, rows);
        noise[t] = noise_ms(bench);
    }
    const double one = median(plain), other = median(private);
    const double draws = (double)bench->net->weights.n;
    printf("%8zu %8zu %8.0f %10.2f %12.2f %8.2f %16.1f %16.0f\n", bench->net->latent,
           rows, draws, one, other, other / one, median(noise) / draws * 1e6,
           (double)rows / other * 1e3);
}

int main(void)
{
    static const size_t latents[] = { 128, 8 }, batches[] = { 512, 2048, ROWS_MAX };

    if (sodium_init() < 0)
        return 1;
    printf("kernels: %s\n", openblas_get_corename());
    printf("%8s %8s %8s %10s %12s %8s %16s %16s\n", "latent", "rows", "weights",
           "plain ms", "private ms", "ratio", "noise, ns/draw", "private rows/s");
    for (size_t l = 0; l < sizeof latents / sizeof *latents; l++) {
        struct bench bench;

        setup(&bench, latents[l]);
        for (size_t b = 0; b < sizeof batches / sizeof *batches; b++)
            compare_steps(&bench, batches[b]);
        teardown(&bench);
    }
    return 0;
}
