#include "model/pld.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "model/fourier.h"

/* A discrete Gaussian is below 1e-30 beyond so many standard deviations. */
static const double far = 12;

/* The parameter r^2 of what makes a discrete Gaussian of a continuous one
 * (docs/NUMERICS.md, "Discrete noise from continuous"). */
static const double smooth = 2.25;

/* What arithmetic may lose of one release's loss, in epsilon, and of a sum of `times`
 * releases in the transforms, in delta. */
static const double lost = 1e-11, lost_once = 1e-12, lost_each = 2e-15;

static const double tilt_max = 600; /* of the reach, so that nothing overflows */

enum { BINS = CS_PLD_SIZE / 2 + 1 };

static const long half = CS_PLD_SIZE / 2;

/* What one release puts on the ring, and what all of them make of it. */
struct composition {
    struct cs_fourier fourier;
    double step, tilt;
    double *mass; /* (CS_PLD_SIZE) of one release */
    double beyond;
    double *growth;                 /* (CS_PLD_SIZE): exp(tilt * loss) */
    struct cs_complex *bins;        /* (BINS) of one release */
    struct cs_complex *spectrum[2]; /* (BINS) of all, by direction */
    double log_moment[2];           /* log E[exp(tilt * loss)] of all */
    double n_releases;
};

static size_t index_of(long place)
{
    return (size_t)(place + CS_PLD_SIZE) % CS_PLD_SIZE;
}

static void put(struct composition *c, long place, double p)
{
    if (place >= half)
        c->beyond += p;
    else
        c->mass[index_of(place < -half ? -half : place)] += p;
}

/* ---- counts, atom by atom ---- */

static void put_atom(struct composition *c, double loss, double p)
{
    const double place = (loss + lost) / c->step, below = floor(place);

    if (!(place < (double)half - 1)) {
        c->beyond += p;
        return;
    }
    if (place < (double)-half) {
        put(c, -half, p);
        return;
    }
    const double up = p * expm1((below - place) * c->step) / expm1(-c->step);
    put(c, (long)below, p - up);
    put(c, (long)below + 1, up);
}

/* The outputs x with probability p have the loss (2 x + 1) / (2 s2): the count is 0 with
 * the person away, and its noise is -x. Mirrored, so alike in both directions. */
static void put_table(struct composition *c, double s2)
{
    const double last = ceil(far * sqrt(s2)) + 1;
    double all = 1;

    for (double x = 1; x <= last; x++)
        all += 2 * exp(-x * x / (2 * s2));
    for (double x = -last; x <= last; x++)
        put_atom(c, (2 * x + 1) / (2 * s2), exp(-x * x / (2 * s2)) / all);
}

/* The output x + 1 has mass[x] where the count is 1, with the person, and mass[x + 1]
 * where it is 0. */
static void put_noise(struct composition *c, const struct cs_pld_part *part,
                      enum cs_pld_direction direction)
{
    double all = 0;

    for (size_t x = 0; x < part->n; x++)
        all += part->mass[x];
    for (size_t x = 0; x < part->n; x++) {
        const double p = part->mass[x];
        double other = 0;

        if (direction == CS_PLD_REMOVE && x + 1 < part->n)
            other = part->mass[x + 1];
        else if (direction == CS_PLD_ADD && x > 0)
            other = part->mass[x - 1];
        if (p > 0)
            put_atom(c, log(p / other), p / all);
    }
}

/* ---- steps of DP-SGD ---- */

/* Pr[a < N(centre, sigma^2) < b], with all its digits in both tails. */
static double normal_between(double a, double b, double centre, double sigma)
{
    const double low = (a - centre) / (sigma * sqrt(2)),
                 high = (b - centre) / (sigma * sqrt(2));

    if (low > 0)
        return (erfc(low) - erfc(high)) / 2;
    return high < 0 ? (erfc(-high) - erfc(-low)) / 2 : (erf(high) - erf(low)) / 2;
}

/* Where the density of (1 - q) N(0) + q N(1) is exp(loss) times that of N(0). */
static double where(double loss, const struct cs_pld_part *part)
{
    const double excess = (expm1(loss) + part->q) / part->q;

    return excess > 0 ? part->sigma * part->sigma * log(excess) + 0.5 : -INFINITY;
}

/* What both distributions have between two losses that follow each other. */
static void put_between(struct composition *c, long place, double p, double q)
{
    const double excess = p - exp((double)place * c->step) * q + lost * p;
    const double up = fmin(p, fmax(0, excess / -expm1(-c->step)));

    put(c, place, p - up);
    put(c, place + 1, up);
}

static void put_step(struct composition *c, const struct cs_pld_part *part,
                     enum cs_pld_direction direction)
{
    const bool remove = direction == CS_PLD_REMOVE;

    for (long place = -half - 1; place < half; place++) {
        const double low = place < -half ? -INFINITY : (double)place * c->step;
        const double high = place == half - 1 ? INFINITY : (double)(place + 1) * c->step;
        const double from = where(remove ? low : -high, part),
                     to = where(remove ? high : -low, part);
        if (!(from < to))
            continue;
        const double without = normal_between(from, to, 0, part->sigma);
        const double with =
            (1 - part->q) * without + part->q * normal_between(from, to, 1, part->sigma);
        const double p = remove ? with : without, q = remove ? without : with;

        if (place < -half)
            put(c, -half, p);
        else if (place == half - 1)
            put(c, half, p);
        else
            put_between(c, place, p, q);
    }
}

/* ---- composition ---- */

/* product *= factor^times, value by value. */
static void multiply(struct cs_complex *product, const struct cs_complex *factor,
                     unsigned times)
{
    for (size_t k = 0; k < BINS; k++) {
        struct cs_complex power = factor[k];

        for (unsigned left = times; left > 0; left /= 2) {
            if (left % 2 == 1)
                product[k] = cs_complex_times(product[k], power);
            power = cs_complex_times(power, power);
        }
    }
}

/* 1 - (1 - p)^times, added to what there is. */
static double either(double beyond, double p, unsigned times)
{
    return beyond + (1 - beyond) * -expm1(times * log1p(-fmin(1, p)));
}

static double log_moment(const struct composition *c)
{
    double moment = 0;

    for (size_t i = 0; i < CS_PLD_SIZE; i++)
        moment += c->mass[i] * c->growth[i];
    return log(moment);
}

static void add(struct cs_pld *pld, struct composition *c, const struct cs_pld_part *part,
                enum cs_pld_direction direction)
{
    multiply(c->spectrum[direction], c->bins, part->times);
    pld->beyond[direction] = either(pld->beyond[direction], c->beyond, part->times);
    c->log_moment[direction] += part->times * log_moment(c);
}

static void compose_part(struct cs_pld *pld, struct composition *c,
                         const struct cs_pld_part *part)
{
    const bool mirrored = part->mass == NULL && part->s2 > 0;

    for (enum cs_pld_direction d = CS_PLD_REMOVE; d <= CS_PLD_ADD; d++) {
        if (d == CS_PLD_REMOVE || !mirrored) {
            memset(c->mass, 0, CS_PLD_SIZE * sizeof *c->mass);
            c->beyond = 0;
            if (part->mass != NULL)
                put_noise(c, part, d);
            else if (part->s2 > 0)
                put_table(c, part->s2);
            else
                put_step(c, part, d);
            cs_fourier_forward(&c->fourier, c->bins, c->mass);
        }
        add(pld, c, part, d);
    }
    c->n_releases += part->times;
}

static bool is_wide(const struct cs_pld_part *part)
{
    return part->mass == NULL && part->s2 >= CS_PLD_TABLE_S2;
}

/* Gaussian releases add up to one. */
static void compose_wide_tables(struct cs_pld *pld, struct composition *c,
                                const struct cs_pld_part *parts, size_t n_parts)
{
    double precision = 0;

    for (size_t i = 0; i < n_parts; i++)
        if (is_wide(&parts[i]))
            precision += parts[i].times / (parts[i].s2 - smooth);
    if (precision > 0)
        compose_part(
            pld, c,
            &(struct cs_pld_part){ .q = 1, .sigma = 1 / sqrt(precision), .times = 1 });
}

static enum cs_status begin(struct composition *c, double reach, double tilt)
{
    enum cs_status st = CS_OK;

    c->step = reach / (CS_PLD_SIZE / 2);
    c->tilt = fmin(tilt, tilt_max / reach);
    CS_TRY(cs_fourier_init(&c->fourier, CS_PLD_SIZE));
    c->mass = calloc(CS_PLD_SIZE, sizeof *c->mass);
    c->growth = calloc(CS_PLD_SIZE, sizeof *c->growth);
    c->bins = calloc(BINS, sizeof *c->bins);
    for (int d = 0; d < 2; d++)
        c->spectrum[d] = calloc(BINS, sizeof *c->spectrum[d]);
    if (c->mass == NULL || c->growth == NULL || c->bins == NULL ||
        c->spectrum[0] == NULL || c->spectrum[1] == NULL)
        return CS_MEMORY;
    for (long place = -half; place < half; place++)
        c->growth[index_of(place)] = exp(c->tilt * (double)place * c->step);
    for (int d = 0; d < 2; d++)
        for (size_t k = 0; k < BINS; k++)
            c->spectrum[d][k].re = 1;
out:
    return st;
}

/* Sums from `reach` on have left the ring above; those that leave it below come back
 * above, which only adds to delta. */
static enum cs_status end(struct cs_pld *pld, struct composition *c)
{
    for (int d = 0; d < 2; d++) {
        pld->mass[d] = calloc(CS_PLD_SIZE, sizeof *pld->mass[d]);
        if (pld->mass[d] == NULL)
            return CS_MEMORY;
        cs_fourier_back(&c->fourier, pld->mass[d], c->spectrum[d]);
        for (size_t k = 0; k < CS_PLD_SIZE; k++)
            pld->mass[d][k] = fmax(0, pld->mass[d][k]);
        pld->beyond[d] +=
            fmin(1, exp(c->log_moment[d] - c->tilt * (double)half * c->step)) +
            lost_once + lost_each * c->n_releases;
    }
    pld->step = c->step;
    return CS_OK;
}

static void composition_wipe(struct composition *c)
{
    cs_fourier_wipe(&c->fourier);
    free(c->mass);
    free(c->growth);
    free(c->bins);
    free(c->spectrum[0]);
    free(c->spectrum[1]);
}

enum cs_status cs_pld_compose(struct cs_pld *pld, const struct cs_pld_part *parts,
                              size_t n_parts, double reach, double tilt)
{
    enum cs_status st = CS_OK;
    struct composition composition = { 0 };

    CS_REQUIRE(reach > 0 && reach <= CS_PLD_REACH_MAX && tilt > 0);
    *pld = (struct cs_pld){ 0 };
    CS_TRY(begin(&composition, reach, tilt));
    compose_wide_tables(pld, &composition, parts, n_parts);
    for (size_t i = 0; i < n_parts; i++)
        if (!is_wide(&parts[i]))
            compose_part(pld, &composition, &parts[i]);
    CS_TRY(end(pld, &composition));
out:
    composition_wipe(&composition);
    if (st != CS_OK)
        cs_pld_wipe(pld);
    return st;
}

void cs_pld_wipe(struct cs_pld *pld)
{
    free(pld->mass[0]);
    free(pld->mass[1]);
    memset(pld, 0, sizeof *pld);
}

double cs_pld_delta(const struct cs_pld *pld, double epsilon)
{
    double worst = 0;

    CS_REQUIRE(epsilon >= 0);
    for (int d = 0; d < 2; d++) {
        double delta = pld->beyond[d];

        for (long place = half - 1; (double)place * pld->step > epsilon; place--)
            delta -= pld->mass[d][place] * expm1(epsilon - (double)place * pld->step);
        worst = fmax(worst, delta);
    }
    return worst;
}

/* Downwards from the largest loss. Between place and place + 1 delta is the mass above,
 * less exp(epsilon) times what it is under the other distribution; `other` is the latter
 * at the upper end. */
static double epsilon_of(const struct cs_pld *pld, int direction, double delta)
{
    const double down = exp(-pld->step);
    double above = pld->beyond[direction], other = 0;

    if (above > delta)
        return INFINITY;
    for (long place = half - 1; place >= 0; place--) {
        if (above - other * down > delta)
            return (double)(place + 1) * pld->step + log((above - delta) / other);
        above += pld->mass[direction][place];
        other = other * down + pld->mass[direction][place];
    }
    return 0;
}

double cs_pld_epsilon(const struct cs_pld *pld, double delta)
{
    CS_REQUIRE(delta > 0 && delta < 1);
    return fmax(epsilon_of(pld, CS_PLD_REMOVE, delta),
                epsilon_of(pld, CS_PLD_ADD, delta));
}
