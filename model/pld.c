#include "model/pld.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "model/fourier.h"

/* A discrete Gaussian is below 1e-30 beyond so many standard deviations. */
static const double far = 12;

/* What differences of probabilities may lose, in relation to them. */
static const double rounding = 1e-10;

/* Losses of one release, on the ring. */
struct losses {
    double step;
    struct cs_complex *mass; /* (CS_PLD_SIZE): real */
    double beyond;
};

static const long half = CS_PLD_SIZE / 2;

static void put(struct losses *losses, long place, double p)
{
    if (place >= half)
        losses->beyond += p;
    else if (place < -half)
        losses->mass[half].re += p;
    else
        losses->mass[(place + CS_PLD_SIZE) % CS_PLD_SIZE].re += p;
}

static void clear(struct losses *losses)
{
    memset(losses->mass, 0, CS_PLD_SIZE * sizeof *losses->mass);
    losses->beyond = 0;
}

/* ---- tables ---- */

/* The outputs x with probability p have the loss (2 x + 1) / (2 s2): the count is 0 with
 * the person away, and its noise is -x. */
static void put_atom(struct losses *losses, double loss, double p)
{
    const double below = floor(loss / losses->step);
    const double above = expm1(below * losses->step - loss) / expm1(-losses->step);
    const double up = p * fmin(1, above + rounding);

    put(losses, (long)below, p - up);
    put(losses, (long)below + 1, up);
}

static void put_table(struct losses *losses, double s2)
{
    const double last = ceil(far * sqrt(s2)) + 1;
    double all = 1;

    for (double x = 1; x <= last; x++)
        all += 2 * exp(-x * x / (2 * s2));
    for (double x = -last; x <= last; x++)
        put_atom(losses, (2 * x + 1) / (2 * s2), exp(-x * x / (2 * s2)) / all);
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
static void put_between(struct losses *losses, long place, double p, double q)
{
    const double low = (double)place * losses->step;
    const double up =
        (p - exp(low) * q) * exp(losses->step) / expm1(losses->step) + rounding * p;
    const double inside = fmin(p, fmax(0, up));

    put(losses, place, p - inside);
    put(losses, place + 1, inside);
}

static void put_step(struct losses *losses, const struct cs_pld_part *part,
                     enum cs_pld_direction direction)
{
    const double sign = direction == CS_PLD_REMOVE ? 1 : -1;

    for (long place = -half - 1; place <= half; place++) {
        const double low = place < -half ? -INFINITY : (double)place * losses->step;
        const double high =
            place == half ? INFINITY : (double)(place + 1) * losses->step;
        const double from = where(sign * (sign > 0 ? low : high), part),
                     to = where(sign * (sign > 0 ? high : low), part);
        if (!(from < to))
            continue;
        const double without = normal_between(from, to, 0, part->sigma);
        const double with = (1 - part->q) * without +
                            part->q * normal_between(from, to, 1, part->sigma);
        const double p = sign > 0 ? with : without, q = sign > 0 ? without : with;

        if (place < -half || place == half)
            put(losses, place, p);
        else
            put_between(losses, place, p, q);
    }
}

/* ---- composition ---- */

/* product *= factor^times, value by value. */
static void multiply(struct cs_complex *product, const struct cs_complex *factor,
                     unsigned times)
{
    for (size_t k = 0; k < CS_PLD_SIZE; k++) {
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
    return beyond + (1 - beyond) * -expm1(times * log1p(-p));
}

struct composition {
    struct cs_fourier fourier;
    struct losses losses;
    struct cs_complex *spectrum[2]; /* (CS_PLD_SIZE) by direction */
};

static void multiply_into(struct cs_pld *pld, struct composition *composition,
                          enum cs_pld_direction direction, unsigned times)
{
    const struct losses *losses = &composition->losses;

    multiply(composition->spectrum[direction], losses->mass, times);
    pld->beyond[direction] = either(pld->beyond[direction], losses->beyond, times);
}

static void compose_part(struct cs_pld *pld, struct composition *composition,
                         const struct cs_pld_part *part)
{
    struct losses *losses = &composition->losses;

    for (enum cs_pld_direction d = CS_PLD_REMOVE; d <= CS_PLD_ADD; d++) {
        if (part->s2 > 0 && d == CS_PLD_ADD) { /* as it was */
            multiply_into(pld, composition, d, part->times);
            continue;
        }
        clear(losses);
        if (part->s2 > 0)
            put_table(losses, part->s2);
        else
            put_step(losses, part, d);
        cs_fourier_forward(&composition->fourier, losses->mass);
        multiply_into(pld, composition, d, part->times);
    }
}

static enum cs_status begin(struct cs_pld *pld, struct composition *composition)
{
    enum cs_status st = CS_OK;

    CS_TRY(cs_fourier_init(&composition->fourier, CS_PLD_SIZE));
    composition->losses.step = pld->step;
    composition->losses.mass = calloc(CS_PLD_SIZE, sizeof *composition->losses.mass);
    if (composition->losses.mass == NULL)
        return CS_MEMORY;
    for (int d = 0; d < 2; d++) {
        composition->spectrum[d] = calloc(CS_PLD_SIZE, sizeof *composition->spectrum[d]);
        pld->mass[d] = calloc(CS_PLD_SIZE, sizeof *pld->mass[d]);
        if (composition->spectrum[d] == NULL || pld->mass[d] == NULL)
            return CS_MEMORY;
        for (size_t k = 0; k < CS_PLD_SIZE; k++)
            composition->spectrum[d][k].re = 1;
    }
out:
    return st;
}

static void end(struct cs_pld *pld, struct composition *composition)
{
    for (int d = 0; d < 2; d++) {
        cs_fourier_back(&composition->fourier, composition->spectrum[d]);
        for (size_t k = 0; k < CS_PLD_SIZE; k++)
            pld->mass[d][k] = fmax(0, composition->spectrum[d][k].re / CS_PLD_SIZE);
        pld->beyond[d] += CS_PLD_MARGIN;
    }
}

enum cs_status cs_pld_compose(struct cs_pld *pld, const struct cs_pld_part *parts,
                              size_t n_parts, double reach)
{
    enum cs_status st = CS_OK;
    struct composition composition = { 0 };

    CS_REQUIRE(reach > 0 && isfinite(reach));
    *pld = (struct cs_pld){ .step = reach / (CS_PLD_SIZE / 2 - 1) };
    CS_TRY(begin(pld, &composition));
    for (size_t i = 0; i < n_parts; i++)
        if (parts[i].times > 0)
            compose_part(pld, &composition, &parts[i]);
    end(pld, &composition);
out:
    cs_fourier_wipe(&composition.fourier);
    free(composition.losses.mass);
    free(composition.spectrum[0]);
    free(composition.spectrum[1]);
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

double cs_pld_epsilon(const struct cs_pld *pld, double delta)
{
    double low = 0, high = (double)half * pld->step;

    CS_REQUIRE(delta > 0 && delta < 1);
    if (cs_pld_delta(pld, high) > delta)
        return INFINITY;
    if (cs_pld_delta(pld, 0) <= delta)
        return 0;
    for (unsigned i = 0; i < 60; i++) {
        const double middle = (low + high) / 2;

        if (cs_pld_delta(pld, middle) <= delta)
            high = middle;
        else
            low = middle;
    }
    return high;
}
