/* pld.h: what releases cost in privacy, by the distribution of the privacy loss: as tight
 * as the grid is fine, where Renyi curves (model/renyi.h) lose some 7 to 15 %.
 *
 * The privacy loss of a pair (P, Q) of output distributions, with and without one person,
 * is L = log(P / Q) of an output drawn from P. Of releases side by side the losses add
 * up, so their distributions convolve (Koskela, Jaelkoe, Honkela, "Computing Tight
 * Differential Privacy Guarantees Using FFT", 2020), and
 *
 *     delta(epsilon) = Pr[L = infinity] + E[max(0, 1 - exp(epsilon - L))].
 *
 * Losses stand on a ring of CS_PLD_SIZE multiples of a step. A loss between two of them
 * is split between both so that neither P's nor Q's mass changes ("connect the dots":
 * Doroshenko, Ghazi, Kamath, Kumar, Manurangsi, 2022, section 4): delta is then never
 * below the truth, and right to the square of the step. Everything that is rounded is
 * rounded so that delta grows, by how much is in docs/NUMERICS.md ("Privacy loss
 * distributions").
 *
 * Three kinds of release:
 *
 *   table     a count with the discrete Gaussian noise N_Z(0, s2), which one person
 *             changes by one: atom by atom (Canonne, Kamath, Steinke, 2020, theorem 7).
 *             From CS_PLD_TABLE_S2 on as N(0, s2 - 2.25), of which it is a function.
 *   sampled   a step of DP-SGD: the Poisson-subsampled Gaussian, rate q, noise multiplier
 *             sigma: (1 - q) N(0, sigma^2) + q N(1, sigma^2) against N(0, sigma^2) where
 *             a person is taken away, the other way round where one is added (Zhu, Dong,
 *             Wang, "Optimal Accounting of Differential Privacy via Characteristic
 *             Function", 2022, theorem 11: together they dominate). q = 1 is the Gaussian
 *             mechanism.
 *   noise     a count, which one person changes by one, with noise of a known
 *             distribution on n integers that follow each other: atom by atom, those that
 *             only one of both counts can give as infinite.
 *
 *   Units      delta in (0, 1); neighbours differ by one person added or removed
 *   Ownership  cs_pld_wipe frees and leaves zeros; mass is borrowed for the call
 *   Errors     CS_MEMORY
 */
#ifndef CS_MODEL_PLD_H
#define CS_MODEL_PLD_H

#include <stddef.h>

#include "crypto/status.h"

#define CS_PLD_SIZE 32768
#define CS_PLD_TABLE_S2 1024.
#define CS_PLD_REACH_MAX 500.

/* Releases alike, `times` of them: noise if there is mass, else a table if s2 > 0, else
 * sampled. */
struct cs_pld_part {
    unsigned times;
    double s2;
    double q, sigma;
    const double *mass; /* (n): each right to one part in 10^11; they add up to about 1 */
    size_t n;
};

/* The two directions. */
enum cs_pld_direction { CS_PLD_REMOVE, CS_PLD_ADD };

struct cs_pld {
    double step;      /* the losses are -SIZE / 2 .. SIZE / 2 - 1 times this */
    double *mass[2];  /* (CS_PLD_SIZE), that of loss 0 first, negative ones at the end */
    double beyond[2]; /* probability of what counts as infinite */
};

/* All parts together, with losses up to `reach`, at most CS_PLD_REACH_MAX; what is beyond
 * counts as infinite, its probability bounded by the moment exp(tilt * loss). Any reach
 * and tilt > 0 give a delta that holds; good ones are of the order at which a Renyi curve
 * proves the least epsilon for a tiny delta. */
CS_MUST_USE enum cs_status cs_pld_compose(struct cs_pld *pld,
                                          const struct cs_pld_part *parts, size_t n_parts,
                                          double reach, double tilt);
void cs_pld_wipe(struct cs_pld *pld);

/* The larger of both directions; epsilon >= 0. */
double cs_pld_delta(const struct cs_pld *pld, double epsilon);

/* The least epsilon whose delta is at most that; INFINITY if there is none. */
double cs_pld_epsilon(const struct cs_pld *pld, double delta);

#endif
