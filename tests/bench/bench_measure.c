/* What measuring all tables of a study costs: both parties on two threads, over TLS on
 * this host.
 *
 *     build/release/tests/bench_measure
 *
 * With either kind of noise: rows (aligned) or places (linked privately) a second of wall
 * time and of processor time: of either party's own work, and of both with what their
 * channel takes; bytes each; rounds in all. */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#include <sodium.h>

#include "crypto/aes.h"
#include "protocol/measure.h"
#include "tests/support/bench.h"
#include "tests/support/loopback.h"
#include "tests/support/sketch.h"

enum { ROWS = 51600, PLACES = 65536, COLUMNS = 17 }; /* 1.27 places a row of A */

/* Two files of eight columns, an arm and a conversion. */
static const struct cs_sketch_column columns[COLUMNS] = {
    { "arm", "a", 3, CS_SKETCH_CATEGORY },    { "a1", "a", 12, CS_SKETCH_CATEGORY },
    { "a2", "a", 32, CS_SKETCH_CATEGORY },    { "a3", "a", 32, CS_SKETCH_CATEGORY },
    { "a4", "a", 3, CS_SKETCH_CATEGORY },     { "a5", "a", 16, CS_SKETCH_CATEGORY },
    { "a6", "a", 8, CS_SKETCH_CATEGORY },     { "a7", "a", 20, CS_SKETCH_CATEGORY },
    { "a8", "a", 24, CS_SKETCH_CATEGORY },    { "b1", "b", 32, CS_SKETCH_CATEGORY },
    { "b2", "b", 32, CS_SKETCH_CATEGORY },    { "b3", "b", 16, CS_SKETCH_CATEGORY },
    { "b4", "b", 20, CS_SKETCH_CATEGORY },    { "b5", "b", 24, CS_SKETCH_CATEGORY },
    { "b6", "b", 17, CS_SKETCH_CATEGORY },    { "b7", "b", 18, CS_SKETCH_CATEGORY },
    { "bought", "b", 2, CS_SKETCH_CATEGORY },
};

struct side {
    struct cs_nng_options options;
    struct cs_table table;
    struct cs_linked linked;
    bool is_linked;
    double wall_s, cpu_s;
    struct cs_traffic traffic;
};

static struct cs_sketch sketch;
static struct cs_plan *plan;

static enum cs_status measure_tables(struct side *side, struct cs_channel *peer)
{
    struct cs_openings openings = { 0 };
    struct cs_rng rng;
    enum cs_status st = CS_MEMORY;
    int64_t *const cells = calloc(plan->n_cells, sizeof *cells);
    size_t n_stages;

    cs_rng_init_random(&rng);
    const double start = cs_bench_s(CLOCK_MONOTONIC);
    const double start_cpu = cs_bench_cpu_s();
    if (cells == NULL)
        goto out;
    CS_TRY(cs_measure_tables(cells, &sketch.study, plan, &side->table,
                             side->is_linked ? &side->linked : NULL, &openings, NULL,
                             &rng, peer, NULL));
    side->wall_s = cs_bench_s(CLOCK_MONOTONIC) - start;
    side->cpu_s = cs_bench_cpu_s() - start_cpu;
    side->traffic = cs_channel_traffic(peer, &n_stages)[0];
out:
    cs_openings_wipe(&openings);
    free(cells);
    return st;
}

static void *play(void *arg)
{
    struct side *side = arg;
    struct cs_channel *peer = NULL;

    if (cs_channel_nng_join(&peer, &side->options, NULL) != CS_OK ||
        measure_tables(side, peer) != CS_OK)
        abort();
    cs_channel_free(peer);
    return NULL;
}

/* Everybody has code 0; one in three is linked, which nobody sees. */
static void make_side(struct side *side, enum cs_party party)
{
    static size_t order[2][COLUMNS];
    static struct cs_payload layout;
    struct cs_schema *schema = &sketch.study.schema;

    schema->order[party] = order[party];
    for (size_t c = 0; c < COLUMNS; c++)
        if (schema->columns[c].at[party])
            order[party][schema->n_order[party]++] = c;
    cs_payload_init(&layout, schema);
    side->table.party = party;
    if (cs_codes_init(&side->table.codes, ROWS, schema->n_order[party]) != CS_OK)
        abort();
    side->linked = (struct cs_linked){
        .n_places = PLACES,
        .n_words = layout.n_words,
        .row = malloc(PLACES * sizeof(uint32_t)),
        .bit = calloc(PLACES, sizeof(uint8_t)),
        .payload = calloc(PLACES * layout.n_words, sizeof(uint64_t)),
    };
    if (!side->linked.row || !side->linked.bit || !side->linked.payload)
        abort();
    for (size_t p = 0; p < PLACES; p++) {
        side->linked.row[p] = p < ROWS ? (uint32_t)(p * 7919 % ROWS) : CS_LINKED_NOBODY;
        side->linked.bit[p] = party == CS_A && p < ROWS / 3;
    }
}

static void measure(struct side *side, bool is_linked)
{
    const double n = is_linked ? PLACES : ROWS;
    struct cs_loopback loopback;
    pthread_t thread;

    cs_loopback_init(&loopback);
    for (int p = 0; p < 2; p++) {
        side[p].is_linked = is_linked;
        side[p].options = cs_loopback_options(&loopback, p);
    }
    const double start_cpu = cs_bench_s(CLOCK_PROCESS_CPUTIME_ID);
    if (pthread_create(&thread, NULL, play, &side[1]) != 0)
        abort();
    play(&side[0]);
    pthread_join(thread, NULL);
    const double cpu_s = cs_bench_s(CLOCK_PROCESS_CPUTIME_ID) - start_cpu;
    const double bytes =
        (double)(side[0].traffic.sent_bytes + side[0].traffic.received_bytes);
    printf("%-16s  %-5s noise %5.1f k/s; a core: A %5.1f, B %5.1f, all %5.1f  %6.0f "
           "bytes  %llu "
           "rounds\n",
           is_linked ? "linked privately" : "aligned",
           sketch.study.noise == CS_NOISE_JOINT ? "joint" : "each",
           1e-3 * n / side[0].wall_s, 1e-3 * n / side[0].cpu_s, 1e-3 * n / side[1].cpu_s,
           1e-3 * n / cpu_s, bytes / n, (unsigned long long)side[0].traffic.rounds);
}

int main(void)
{
    static struct side side[2];

    if (sodium_init() < 0 || !cs_aes_supported())
        return 1;
    cs_sketch_init(&sketch, columns, COLUMNS, 0, COLUMNS - 1);
    sketch.n_rows[CS_A] = sketch.n_rows[CS_B] = ROWS;
    sketch.study.ot_k = 4;
    make_side(&side[CS_A], CS_A);
    make_side(&side[CS_B], CS_B);
    for (enum cs_noise noise = CS_NOISE_EACH; noise <= CS_NOISE_JOINT; noise++) {
        sketch.study.noise = noise;
        plan = cs_sketch_plan(&sketch);
        printf("%zu tables, %zu cells\n", plan->n_tables, plan->n_cells);
        measure(side, false);
        measure(side, true);
        cs_plan_free(plan);
    }
    for (int p = 0; p < 2; p++) {
        cs_codes_wipe(&side[p].table.codes);
        cs_linked_wipe(&side[p].linked);
    }
    return 0;
}
