/* renyi.h: what releases cost in privacy, as Renyi differential privacy on a fixed list
 * of orders, and its conversion to (epsilon, delta).
 *
 * A curve holds, for each order alpha, a bound on the Renyi divergence of that order
 * between the outputs with and without one person (Mironov, "Renyi Differential Privacy",
 * 2017). Composition is addition, order by order (proposition 1 there). A rho-zCDP
 * release adds alpha * rho (Bun, Steinke, "Concentrated Differential Privacy", 2016).
 *
 * DP-SGD's noise is sampled a little apart from the distribution that the curve is of;
 * what it may be apart adds up, and epsilon and delta both give it up.
 *
 *   Units      delta in (0, 1); sigma is noise / clip; q is the rate of Poisson sampling;
 *              neighbours differ by one person added or removed
 *   Errors     none; a cost too large for the arithmetic is INFINITY, never less than it
 *              is
 *   Threads    no hidden state
 */
#ifndef CS_MODEL_RENYI_H
#define CS_MODEL_RENYI_H

#include <stddef.h>
#include <stdint.h>

#define CS_RENYI_ORDERS 185

struct cs_renyi {
    double rdp[CS_RENYI_ORDERS]; /* at cs_renyi_order(i) */
    double rho;                  /* zCDP of all; INFINITY if something has none */
    double apart;                /* of the samplers, in all: total variation */
};

/* The i-th order: 1.1 to 10.9 by tenths, 11 to 64 by ones, then eight to each doubling.
 */
double cs_renyi_order(size_t i);

void cs_renyi_init(struct cs_renyi *curve); /* nothing spent */
void cs_renyi_add_zcdp(struct cs_renyi *curve, double rho);

/* DP-SGD: steps releases of the Gaussian mechanism on Poisson samples, each of at most
 * CS_RENYI_DRAWS_MAX numbers with noise of crypto/gauss_fast.h. */
#define CS_RENYI_DRAWS_MAX (UINT64_C(1) << 32)
void cs_renyi_add_sampled(struct cs_renyi *curve, double q, double sigma, unsigned steps);

/* times counts, each of which one person changes by one, with noise of a known
 * distribution on n integers that follow each other. What only one of two counts can give
 * is no part of the divergence and adds to `apart`. */
void cs_renyi_add_noise(struct cs_renyi *curve, const double *mass, size_t n,
                        unsigned times);

/* The least epsilon that the curve proves at delta; INFINITY where samplers are apart by
 * as much as delta. */
double cs_renyi_epsilon(const struct cs_renyi *curve, double delta);

/* A privacy loss that is exceeded with probability `tail` at most (Markov's inequality
 * for exp(tilt * loss), of which the curve bounds the mean), and the tilt that proves it.
 */
double cs_renyi_reach(double *tilt, const struct cs_renyi *curve, double tail);

/* One step of the Poisson-subsampled Gaussian at one order, 1 < alpha, to one part in
 * 1000 at least, never below it; to all digits at integer orders. INFINITY for a sigma
 * under CS_RENYI_SIGMA_MIN, which nobody should use. */
#define CS_RENYI_SIGMA_MIN .05
double cs_renyi_rdp_sampled(double alpha, double q, double sigma);

/* The epsilon of rho-zCDP at delta, all orders considered, and the largest rho whose
 * epsilon is at most the one given. */
double cs_renyi_zcdp_epsilon(double rho, double delta);
double cs_renyi_zcdp_rho(double epsilon, double delta);

/* The sigmas to choose from, ascending: .1000, .1001, .. .9999, 1.000, .. 1000. */
#define CS_RENYI_SIGMAS (4 * 9000 + 1)
double cs_renyi_nth_sigma(unsigned index);

/* What remains for noise multipliers once `spent` is spent. */
struct cs_renyi_task {
    double epsilon, delta;
    double q[2]; /* sampling rates of the two parties; 0: it does not train */
    unsigned steps;
};

/* The smallest sigma of four digits with which both parties' DP-SGD and what is spent
 * already stay within epsilon at delta; 0 if none of them does. */
double cs_renyi_sigma(const struct cs_renyi *spent, const struct cs_renyi_task *task);

#endif
