#include "tests/support/band_bound.h"

#include <math.h>

#include "crypto/status.h"

enum { ARRIVALS = 40, QUEUE = 320, PLACES = QUEUE + ARRIVALS };

/* arrive[a] = P(a keys start at a column), at_least[a] = P(a or more) */
static void fill_arrivals(double arrive[static ARRIVALS],
                          double at_least[static ARRIVALS + 1], double load)
{
    arrive[0] = exp(-load);
    for (int a = 1; a < ARRIVALS; a++)
        arrive[a] = arrive[a - 1] * load / a;
    at_least[ARRIVALS] = 0;
    for (int a = ARRIVALS; a-- > 0;)
        at_least[a] = at_least[a + 1] + arrive[a];
}

/* P(the queue goes from at most j to above j in a column), by the law of the queue so
 * far: more arrive than leave, or one takes the last place and none leaves. */
static double flow_up(const double *queue, int j, const double *arrive,
                      const double *at_least)
{
    double flow = 0;

    for (int i = j + 2 < ARRIVALS ? 0 : j + 3 - ARRIVALS; i <= j; i++)
        flow += queue[i] * (at_least[j + 2 - i] + ldexp(arrive[j + 1 - i], -(j + 1)));
    return flow;
}

/* queue[q] = P(q keys wait before a column), when it has run long: what flows up past j
 * flows down, when none arrives and one of j + 1 is served. */
static void fill_queue(double queue[static QUEUE], const double *arrive,
                       const double *at_least)
{
    double sum = 1;

    queue[0] = 1;
    for (int j = 0; j + 1 < QUEUE; j++) {
        queue[j + 1] =
            flow_up(queue, j, arrive, at_least) / (arrive[0] * (1 - ldexp(1, -(j + 1))));
        sum += queue[j + 1];
    }
    for (int q = 0; q < QUEUE; q++)
        queue[q] /= sum;
}

/* late[k] = P(the key at place k >= 1 of the queue is not served in n_bits columns): it
 * moves up if one before it has a bit, is served if none has but itself, else stays. */
static void fill_late(double late[static PLACES], unsigned n_bits)
{
    late[0] = 0; /* served */
    for (int k = 1; k < PLACES; k++)
        late[k] = 1;
    for (unsigned column = 0; column < n_bits; column++)
        for (int k = PLACES; --k > 0;)
            late[k] = (1 - ldexp(1, 1 - k)) * late[k - 1] + ldexp(late[k], -k);
}

double cs_band_late_log2(size_t n, size_t n_starts, unsigned n_bits)
{
    double arrive[ARRIVALS], at_least[ARRIVALS + 1], queue[QUEUE], late[PLACES];
    double late_keys = 0;

    CS_REQUIRE(n < n_starts && n_bits <= 256);
    fill_arrivals(arrive, at_least, (double)n / (double)n_starts);
    fill_queue(queue, arrive, at_least);
    fill_late(late, n_bits);
    for (int a = 1; a < ARRIVALS; a++)
        for (int q = 0; q < QUEUE; q++)
            late_keys += at_least[a] * queue[q] * late[q + a];
    return log2(late_keys * (double)n_starts);
}

double cs_band_bound_log2(size_t n, size_t n_starts, unsigned n_bits)
{
    return 1 + cs_band_late_log2(n, n_starts, n_bits);
}
