/* What a private linkage costs: both parties as processes of their own over NNG and TLS.
 *
 *     build/release/tests/bench_link [LOG2 ..]        rows at each; 16 18 20
 *
 * Half of the people are at both; the payload is 8 bytes. Seconds from both parties'
 * start to their end, set-up included; processor time and memory of each. Beside it what
 * was published for 2^20 by 2^20: 25.3 s, 1.92 GB (Rindal, Schoppmann, 2021/266, with
 * IKNP); 28.7 s, 1.16 GB (Chandran, Gupta, Shah, 2021/034); volepsi's silent variant 34.5
 * s of both parties' processors, 0.134 GB.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "protocol/link.h"
#include "tests/support/bench.h"
#include "tests/support/loopback.h"

enum { TIMEOUT_MS = 600000, K = 4 };

struct figures {
    double wall_s, cpu_s, resident_gib;
    struct cs_traffic traffic;
};

static void check(bool holds, const char *what)
{
    if (!holds) {
        fprintf(stderr, "bench_link: %s\n", what);
        exit(1);
    }
}

static double resident_gib(void)
{
    struct rusage used;

    getrusage(RUSAGE_SELF, &used);
    return (double)used.ru_maxrss / (1 << 20);
}

/* Identifiers 0 to n - 1 of A, n / 2 to 3 n / 2 - 1 of B, as digests. */
static void fill(uint8_t (*id)[CS_ID_BYTES], size_t n, enum cs_party party)
{
    const uint64_t first = party == CS_A ? 0 : n / 2;

    for (size_t i = 0; i < n; i++) {
        struct cs_rng rng;

        cs_rng_init_labelled(&rng, first + i, "person");
        cs_rng_bytes(&rng, id[i], CS_ID_BYTES);
    }
}

static struct figures play(const struct cs_loopback *loopback, enum cs_party party,
                           size_t n)
{
    const struct cs_nng_options options = cs_loopback_options(loopback, (int)party);
    struct cs_nng_options patient = options;
    uint8_t(*id)[CS_ID_BYTES] = calloc(n, CS_ID_BYTES);
    uint64_t *payload = calloc(n, sizeof *payload);
    struct cs_channel *channel = NULL;
    struct cs_fault fault = { 0 };
    struct cs_linked linked;
    struct cs_rng secret;
    uint8_t word[1] = { 0 }, answer[1];
    struct figures figures;
    size_t n_stages;

    check(id != NULL && payload != NULL, "memory");
    fill(id, n, party);
    const struct cs_link_input input = {
        .party = party,
        .n_rows = { n, n },
        .n_ids = 1,
        .id = (const uint8_t(*)[CS_ID_BYTES])id,
        .n_words = 1,
        .payload = party == CS_B ? payload : NULL,
        .ot_k = K,
    };
    cs_rng_init_random(&secret);
    patient.join_ms = patient.timeout_ms = TIMEOUT_MS;
    check(cs_channel_nng_join(&channel, &patient, &fault) == CS_OK, fault.text);
    check(cs_channel_swap(channel, CS_FRAME_BYE, word, answer, 1) == CS_OK, "meet");
    cs_channel_stage(channel, "link");
    const double start = cs_bench_s(CLOCK_MONOTONIC),
                 start_used = cs_bench_s(CLOCK_PROCESS_CPUTIME_ID);
    check(cs_link(&linked, &input, &secret, channel, NULL, &fault) == CS_OK, fault.text);
    figures =
        (struct figures){ .wall_s = cs_bench_s(CLOCK_MONOTONIC) - start,
                          .cpu_s = cs_bench_s(CLOCK_PROCESS_CPUTIME_ID) - start_used,
                          .resident_gib = resident_gib(),
                          .traffic = cs_channel_traffic(channel, &n_stages)[1] };
    cs_linked_wipe(&linked);
    cs_channel_free(channel);
    free(id);
    free(payload);
    return figures;
}

static void measure(unsigned log2_n)
{
    struct cs_loopback loopback;
    struct figures figures[2];
    pid_t child[2];
    int pipes[2][2];

    cs_loopback_init(&loopback);
    for (int party = 0; party < 2; party++) {
        check(pipe(pipes[party]) == 0, "pipe");
        child[party] = fork();
        if (child[party] == 0) {
            const struct figures mine =
                play(&loopback, (enum cs_party)party, (size_t)1 << log2_n);
            check(write(pipes[party][1], &mine, sizeof mine) == sizeof mine, "write");
            _exit(0);
        }
    }
    for (int party = 0; party < 2; party++)
        check(read(pipes[party][0], &figures[party], sizeof *figures) == sizeof *figures,
              "a party failed");
    for (int party = 0; party < 2; party++)
        waitpid(child[party], NULL, 0);
    const struct cs_traffic *traffic = &figures[0].traffic;
    const double wall =
        figures[0].wall_s > figures[1].wall_s ? figures[0].wall_s : figures[1].wall_s;
    printf("2^%-2u by 2^%-2u  %6.2f s  %4.0f k rows/s  processor %5.2f + %5.2f s  "
           "%.3f GB (a %.3f, b %.3f)  %3llu rounds  %.2f and %.2f GiB",
           log2_n, log2_n, wall, ldexp(1e-3, (int)log2_n) / wall, figures[0].cpu_s,
           figures[1].cpu_s,
           (double)(traffic->sent_bytes + traffic->received_bytes) * 1e-9,
           (double)traffic->sent_bytes * 1e-9, (double)traffic->received_bytes * 1e-9,
           (unsigned long long)traffic->rounds, figures[0].resident_gib,
           figures[1].resident_gib);
    if (log2_n == 20)
        printf("; time to 2021/266 %.2f, to 2021/034 %.2f", wall / 25.3, wall / 28.7);
    printf("\n");
    fflush(stdout);
}

int main(int argc, char **argv)
{
    static const char *const defaults[] = { "16", "18", "20" };
    const bool given = argc > 1;
    const size_t n = given ? (size_t)argc - 1 : sizeof defaults / sizeof *defaults;

    for (size_t i = 0; i < n; i++)
        measure((unsigned)atoi(given ? argv[i + 1] : defaults[i]));
    return 0;
}
