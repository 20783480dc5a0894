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
 *              for as long as the account lives
 *   Errors     CS_MEMORY; a cost too large for the arithmetic is INFINITY, never less
 *              than it is
 *   Threads    no hidden state
 */
#ifndef CS_MODEL_ACCOUNT_H
#define CS_MODEL_ACCOUNT_H

#include "model/pld.h"
#include "model/renyi.h"

struct cs_account {
    struct cs_pld_part *parts; /* (n), no two alike */
    size_t n, capacity;
};

void cs_account_init(struct cs_account *account); /* nothing spent */
void cs_account_wipe(struct cs_account *account);

/* One more release, or several alike. */
CS_MUST_USE enum cs_status cs_account_add(struct cs_account *account,
                                          const struct cs_pld_part *part);

/* The least epsilon that either bound proves at delta. */
CS_MUST_USE enum cs_status
cs_account_epsilon(double *epsilon, const struct cs_account *account, double delta);

/* That by Renyi curves alone. */
void cs_account_curve(struct cs_renyi *curve, const struct cs_account *account);

#endif
