/* bench.h: what benches measure by: clocks, and a part of a dialogue between two threads
 * over memory.
 *
 * Whatever fails ends the program: a bench has nobody to tell.
 */
#ifndef CS_TESTS_SUPPORT_BENCH_H
#define CS_TESTS_SUPPORT_BENCH_H

#include <time.h>

#include "protocol/channel.h"
#include "protocol/ot.h"

double cs_bench_s(clockid_t clock);

/* The processor's seconds of this thread. */
double cs_bench_cpu_s(void);

/* Of these, for a block of the fastest hashing. */
double cs_bench_block_s(void);

/* What a party plays a part with; rng is its own. */
struct cs_bench_hand {
    struct cs_channel *peer;
    int role;
    struct cs_ot_sender *sender;
    struct cs_ot_receiver *receiver;
    struct cs_rng rng;
};

/* What a part took of it. */
struct cs_bench_lap {
    double wall_s, cpu_s;
    struct cs_traffic traffic;
};

/* Plays a part with args[0] and args[1]; what it takes to set up transfers of k in each
 * direction does not count. */
void cs_bench_duet(struct cs_bench_lap lap[static 2],
                   enum cs_status (*part)(struct cs_bench_hand *hand, void *arg),
                   void *args[static 2], unsigned k);

#endif
