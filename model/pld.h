/* pld.h: what a run costs in privacy, by the distribution of the privacy loss: as tight
 * as the grid is fine, where Renyi curves (model/account.h) lose some 7 to 15 %.
 *
 * The privacy loss of a pair (P, Q) of output distributions, with and without one person,
 * is L = log(P / Q) of an output drawn from P. Of releases side by side the losses add
 * up, so their distributions convolve (Koskela, Jaelkoe, Honkela, "Computing Tight
 * Differential Privacy Guarantees Using FFT", 2020), and
 *
 *     delta(epsilon) = Pr[L = infinity] + E[max(0, 1 - exp(epsilon - L))].
 *
 * Losses stand on a ring of CS_PLD_SIZE multiples of a step. A loss between two of them is
 * split between both so that neither P's nor Q's mass changes ("connect the dots":
 * Doroshenko, Ghazi, Kamath, Kumar, Manurangsi, 2022, section 4): delta is then never
 * below the truth, and right to the square of the step. Everything that is rounded is
 * rounded so that delta grows: what leaves the ring above counts as infinite, below as
 * its lowest loss; what wraps around it and what the transforms lose is added
 * (CS_PLD_MARGIN).
 *
 * Two kinds of release:
 *
 *   table     a count with the discrete Gaussian noise N_Z(0, s2), which one person
 *             changes by one: exact, atom by atom (Canonne, Kamath, Steinke, 2020,
 *             theorem 7). Adding a person and taking one away are mirror images.
 *   sampled   a step of DP-SGD: the Poisson-subsampled Gaussian, rate q, noise multiplier
 *             sigma: (1 - q) N(0, sigma^2) + q N(1, sigma^2) against N(0, sigma^2) where
 *             a person is taken away, the other way round where one is added (Zhu, Dong,
 *             Wang, "Optimal Accounting of Differential Privacy via Characteristic
 *             Function", 2022, theorem 11: together they dominate).
 *
 *   Units      delta in (0, 1); neighbours differ by one person added or removed
 *   Ownership  cs_pld_wipe frees and leaves zeros
 *   Errors     CS_MEMORY
 */
#ifndef CS_MODEL_PLD_H
#define CS_MODEL_PLD_H

#include <stddef.h>

#include "crypto/status.h"

#define CS_PLD_SIZE 32768
#define CS_PLD_MARGIN 1e-11

/* Releases alike, `times` of them: tables where s2 > 0, else steps of DP-SGD. */
struct cs_pld_part {
    double s2;
    double q, sigma;
    unsigned times;
};

/* The two directions. */
enum cs_pld_direction { CS_PLD_REMOVE, CS_PLD_ADD };

struct cs_pld {
    double step;      /* the losses are -SIZE / 2 .. SIZE / 2 - 1 times this */
    double *mass[2];  /* (CS_PLD_SIZE), that of loss 0 first, negative ones at the end */
    double beyond[2]; /* probability of what counts as infinite */
};

/* All parts together; reach > 0 is a loss that their sum is beyond, either way and in
 * either direction, with a probability of at most CS_PLD_MARGIN / 4: any bound proves it,
 * as that of a Renyi curve. */
CS_MUST_USE enum cs_status cs_pld_compose(struct cs_pld *pld,
                                          const struct cs_pld_part *parts, size_t n_parts,
                                          double reach);
void cs_pld_wipe(struct cs_pld *pld);

/* The larger of both directions; epsilon >= 0. */
double cs_pld_delta(const struct cs_pld *pld, double epsilon);

/* The least epsilon whose delta is at most that; INFINITY if there is none. */
double cs_pld_epsilon(const struct cs_pld *pld, double delta);

#endif
