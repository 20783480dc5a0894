#include "model/renyi.h"

#include <math.h>
#include <stdbool.h>

#include "crypto/gauss_fast.h"
#include "crypto/status.h"

/* Orders that follow each other by the same step. */
static const struct {
    double first, step;
    size_t n;
} runs[] = {
    { 1.1, .1, 99 }, { 11, 1, 54 },  { 72, 8, 8 },
    { 144, 16, 8 },  { 288, 32, 8 }, { 576, 64, 8 },
};

double cs_renyi_order(size_t i)
{
    CS_REQUIRE(i < CS_RENYI_ORDERS);
    size_t run = 0;

    for (; i >= runs[run].n; run++)
        i -= runs[run].n;
    const double order = runs[run].first + (double)i * runs[run].step;
    return run == 0 ? rint(order * 10) / 10 : order;
}

void cs_renyi_init(struct cs_renyi *curve)
{
    *curve = (struct cs_renyi){ 0 };
}

void cs_renyi_add_zcdp(struct cs_renyi *curve, double rho)
{
    CS_REQUIRE(rho >= 0);
    for (size_t i = 0; i < CS_RENYI_ORDERS; i++)
        curve->rdp[i] += cs_renyi_order(i) * rho;
    curve->rho += rho;
}

/* log(exp(a) + exp(b)). */
static double log_add(double a, double b)
{
    const double high = fmax(a, b), low = fmin(a, b);

    return low == -INFINITY ? high : high + log1p(exp(low - high));
}

/* log(exp(a) - 1), for a > 0, also where exp(a) overflows. */
static double log_expm1(double a)
{
    return a > 40 ? a : log(expm1(a));
}

/* log(1 + exp(a)). */
static double log_1p_exp(double a)
{
    return a > 40 ? a : log1p(exp(a));
}

/* Mironov, Talwar, Zhang, "Renyi Differential Privacy of the Sampled Gaussian Mechanism",
 * 2019, section 3.3, integer alpha: the binomial sum. Its weights add up to one, so
 * A - 1 is the sum of weight * (exp((k^2 - k) / (2 sigma^2)) - 1) from k = 2 on: positive
 * terms only, exact however close A is to one. Returns log A; 0 for alpha = 1. */
static double log_moment_integer(unsigned alpha, double q, double sigma)
{
    const double up = log(q), down = log1p(-q);
    double log_choose = log(alpha), log_sum = -INFINITY;

    for (unsigned k = 2; k <= alpha; k++) {
        log_choose += log((double)(alpha - k + 1) / k);
        const double gain = (double)k * (k - 1) / (2 * sigma * sigma);
        log_sum =
            log_add(log_sum, log_choose + k * up + (alpha - k) * down + log_expm1(gain));
    }
    return log_1p_exp(log_sum);
}

/* log erfc(x), also where erfc underflows (Abramowitz, Stegun, 7.1.23). */
static double log_erfc(double x)
{
    if (x < 25)
        return log(erfc(x));
    return -x * x - log(x * sqrt(acos(-1))) - 1 / (2 * x * x);
}

/* The same section, any alpha: two series whose terms alternate in sign and fall once
 * their index is above alpha, so that the last one bounds what is left out. */
static double log_moment_series(double alpha, double q, double sigma)
{
    enum { TERMS = 64 };
    const double up = log(q), down = log1p(-q), s2 = 2 * sigma * sigma;
    const double middle = s2 / 2 * (down - up) + .5, width = sigma * sqrt(2);
    double choose = 1, sum = 0, last = 0;

    for (unsigned i = 0; i < TERMS && (i < alpha + 2 || fabs(last) > 1e-16 * sum); i++) {
        const double j = alpha - i;

        last =
            choose / 2 *
            (exp(i * up + j * down + i * (i - 1.) / s2 + log_erfc((i - middle) / width)) +
             exp(j * up + i * down + j * (j - 1) / s2 + log_erfc((middle - j) / width)));
        sum += last;
        choose *= j / (i + 1);
    }
    return alpha < TERMS - 2 && isfinite(sum) ? log(sum + fabs(last)) : INFINITY;
}

/* (alpha - 1) * rdp is convex in alpha (van Erven, Harremoes, "Renyi Divergence and
 * Kullback-Leibler Divergence", 2014, corollary 2): no more than the line between the
 * integers around. */
static double log_moment(double alpha, double q, double sigma)
{
    const double below = floor(alpha), part = alpha - below;
    const double low = log_moment_integer((unsigned)below, q, sigma);

    if (part == 0)
        return low;
    const double line =
        (1 - part) * low + part * log_moment_integer((unsigned)below + 1, q, sigma);
    return fmin(line, log_moment_series(alpha, q, sigma));
}

double cs_renyi_rdp_sampled(double alpha, double q, double sigma)
{
    CS_REQUIRE(alpha > 1 && alpha < 1e6 && q >= 0 && q <= 1);
    if (q == 0)
        return 0;
    if (!(sigma >= CS_RENYI_SIGMA_MIN))
        return INFINITY;
    if (q == 1)
        return alpha / (2 * sigma * sigma);
    return log_moment(alpha, q, sigma) / (alpha - 1);
}

/* Outward: what floating-point arithmetic may have lost in one step's cost. */
static double rounded_up(double rdp)
{
    return rdp * (1 + 1e-10) + 1e-14;
}

void cs_renyi_add_sampled(struct cs_renyi *curve, double q, double sigma, unsigned steps)
{
    if (q == 0 || steps == 0)
        return;
    for (size_t i = 0; i < CS_RENYI_ORDERS; i++)
        curve->rdp[i] +=
            steps * rounded_up(cs_renyi_rdp_sampled(cs_renyi_order(i), q, sigma));
    curve->rho = INFINITY;
    curve->apart += steps * CS_GAUSS_FAST_APART * (double)CS_RENYI_DRAWS_MAX;
}

/* moment += p exp((order - 1) loss), order by order. */
static void add_outcome(double moment[static CS_RENYI_ORDERS], double p, double loss)
{
    for (size_t run = 0, i = 0; run < sizeof runs / sizeof *runs; run++) {
        const double factor = exp(runs[run].step * loss);
        double term = p * exp((runs[run].first - 1) * loss);

        for (size_t k = 0; k < runs[run].n; k++, term *= factor)
            moment[i++] += term;
    }
}

/* E[(p / other)^(order - 1)] over the outputs that both counts can give, and the
 * probability of those that only one can: output x of a count of 0 has mass[x], of a
 * count of `step` (1 or -1) mass[x - step]. */
static double moments_of_noise(double moment[static CS_RENYI_ORDERS], const double *mass,
                               size_t n, int step)
{
    double all = 0, beyond = 0;

    for (size_t x = 0; x < n; x++)
        all += mass[x];
    for (size_t x = 0; x < n; x++) {
        const bool has_other = step > 0 ? x > 0 : x + 1 < n;
        const double p = mass[x], other = has_other ? mass[step > 0 ? x - 1 : x + 1] : 0;

        if (p > 0 && other == 0)
            beyond += p / all;
        if (p > 0 && other > 0)
            add_outcome(moment, p / all, log(p / other));
    }
    return beyond;
}

void cs_renyi_add_noise(struct cs_renyi *curve, const double *mass, size_t n,
                        unsigned times)
{
    double up[CS_RENYI_ORDERS] = { 0 }, down[CS_RENYI_ORDERS] = { 0 };
    const double beyond =
        fmax(moments_of_noise(up, mass, n, 1), moments_of_noise(down, mass, n, -1));

    for (size_t i = 0; i < CS_RENYI_ORDERS; i++)
        curve->rdp[i] +=
            times * rounded_up(log(fmax(up[i], down[i])) / (cs_renyi_order(i) - 1));
    curve->rho = INFINITY;
    curve->apart += times * beyond;
}

/* Canonne, Kamath, Steinke, 2020, proposition 12, solved for epsilon. */
static double epsilon_at(double alpha, double rdp, double delta)
{
    return rdp + log1p(-1 / alpha) - (log(delta) + log(alpha)) / (alpha - 1);
}

double cs_renyi_epsilon(const struct cs_renyi *curve, double delta)
{
    CS_REQUIRE(delta > 0 && delta < 1);
    const double left = delta - curve->apart;
    double least = INFINITY;

    for (size_t i = 0; i < CS_RENYI_ORDERS && left > 0; i++)
        least = fmin(least, epsilon_at(cs_renyi_order(i), curve->rdp[i], left));
    if (isfinite(curve->rho) && left > 0)
        least = fmin(least, cs_renyi_zcdp_epsilon(curve->rho, left));
    return fmax(0, least) + curve->apart;
}

double cs_renyi_reach(double *tilt, const struct cs_renyi *curve, double tail)
{
    double least = INFINITY;

    *tilt = 0;
    for (size_t i = 0; i < CS_RENYI_ORDERS; i++) {
        const double order = cs_renyi_order(i);
        const double reach = curve->rdp[i] - log(tail) / (order - 1);

        if (reach < least) {
            least = reach;
            *tilt = order - 1;
        }
    }
    return least;
}

/* The best order is where the derivative by alpha of epsilon_at(alpha, alpha * rho) is
 * zero: (alpha - 1)^2 rho = log(1 / delta) - log(alpha); the left side rises and the
 * right one falls. Any alpha gives a valid bound, so the bisection need not be exact. */
double cs_renyi_zcdp_epsilon(double rho, double delta)
{
    CS_REQUIRE(rho >= 0 && delta > 0 && delta < 1);
    if (rho == 0)
        return 0;
    double low = 1, high = 1 / delta;

    for (unsigned i = 0; i < 200; i++) {
        const double alpha = (low + high) / 2;
        if ((alpha - 1) * (alpha - 1) * rho < -log(delta) - log(alpha))
            low = alpha;
        else
            high = alpha;
    }
    return fmax(0, epsilon_at(high, high * rho, delta));
}

double cs_renyi_zcdp_rho(double epsilon, double delta)
{
    CS_REQUIRE(epsilon > 0);
    double low = 0, high = epsilon; /* rho-zCDP costs more than rho at any useful delta */

    while (cs_renyi_zcdp_epsilon(high, delta) <= epsilon)
        high *= 2;
    for (unsigned i = 0; i < 100; i++) {
        const double rho = (low + high) / 2;
        if (cs_renyi_zcdp_epsilon(rho, delta) <= epsilon)
            low = rho;
        else
            high = rho;
    }
    return low;
}

double cs_renyi_nth_sigma(unsigned index)
{
    static const double decade[] = { 1e-4, 1e-3, 1e-2, 1e-1, 1 };

    return (1000 + index % 9000) * decade[index / 9000];
}

static bool fits(const struct cs_renyi *spent, const struct cs_renyi_task *task,
                 double sigma)
{
    struct cs_renyi all = *spent;

    if (task->q[0] == task->q[1]) {
        cs_renyi_add_sampled(&all, task->q[0], sigma, 2 * task->steps);
    } else {
        cs_renyi_add_sampled(&all, task->q[0], sigma, task->steps);
        cs_renyi_add_sampled(&all, task->q[1], sigma, task->steps);
    }
    return cs_renyi_epsilon(&all, task->delta) <= task->epsilon;
}

double cs_renyi_sigma(const struct cs_renyi *spent, const struct cs_renyi_task *task)
{
    unsigned low = 0, high = CS_RENYI_SIGMAS; /* the answer is one of these */

    while (low < high) {
        const unsigned middle = (low + high) / 2;
        if (fits(spent, task, cs_renyi_nth_sigma(middle)))
            high = middle;
        else
            low = middle + 1;
    }
    return low == CS_RENYI_SIGMAS ? 0 : cs_renyi_nth_sigma(low);
}
