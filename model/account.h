/* account.h: what a run costs in privacy: releases are collected, and what they cost
 * together is asked.
 *
 * Two bounds are computed, and the smaller one holds: that of the privacy loss
 * distribution (model/pld.h), and that of the Renyi curve (model/renyi.h), which also
 * says how far the former's grid has to reach. What the samplers of noise are apart from
 * the distributions that are accounted is given up by epsilon and delta both.
 *
 *   Units      delta in (0, 1); neighbours differ by one person added or removed
 *   Ownership  cs_account_wipe frees and leaves zeros; the mass of a noise is borrowed
 *              for as long as the account lives, that of a binomial is the account's
 *   Errors     CS_MEMORY; a cost too large for the arithmetic is INFINITY, never less
 *              than it is
 *   Threads    no hidden state
 */
#ifndef CS_MODEL_ACCOUNT_H
#define CS_MODEL_ACCOUNT_H

#include "crypto/binomial.h"
#include "model/pld.h"
#include "model/renyi.h"

/* A distribution that the account computed. */
struct cs_account_noise {
    struct cs_binomial binomial;
    double *mass;
};

struct cs_account {
    struct cs_pld_part *parts; /* (n), no two alike */
    size_t n, capacity;
    struct cs_account_noise *noises; /* (n_noises), no two alike */
    size_t n_noises;
};

void cs_account_init(struct cs_account *account); /* nothing spent */
void cs_account_wipe(struct cs_account *account);

/* One more release, or several alike. */
CS_MUST_USE enum cs_status cs_account_add(struct cs_account *account,
                                          const struct cs_pld_part *part);

/* A count with the noise that two parties draw together. */
CS_MUST_USE enum cs_status cs_account_add_binomial(struct cs_account *account,
                                                   const struct cs_binomial *binomial);

/* The least epsilon that either bound proves at delta. */
CS_MUST_USE enum cs_status
cs_account_epsilon(double *epsilon, const struct cs_account *account, double delta);

/* The smallest sigma of four digits with which a sampled part beside what is spent stays
 * within epsilon at delta, of those of model/renyi.h; 0 if none does. Its own sigma is
 * not read. */
CS_MUST_USE enum cs_status cs_account_sigma(double *sigma, const struct cs_account *spent,
                                            const struct cs_pld_part *part,
                                            double epsilon, double delta);

/* What a Renyi curve alone would prove it by. */
void cs_account_curve(struct cs_renyi *curve, const struct cs_account *account);

#endif
