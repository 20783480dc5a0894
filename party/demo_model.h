/* demo_model.h: people of an e-mail experiment that never took place, with known effects.
 *
 * Two hidden factors, wealth and interest, move every column, so that columns depend on
 * each other within and across the parties. The chance to convert is logistic in the
 * columns. The e-mail adds to its log-odds, more in one region and among the young, not
 * at all from 60 on. Base rate and lift are what CS_DEMO_BASE and CS_DEMO_LIFT say, on
 * average over the people made: intercept and size of the effect are solved for.
 *
 * Each person has both outcomes, with and without the e-mail (Rubin, "Estimating Causal
 * Effects of Treatments", 1974): the truth that the data show in part alone.
 *
 *   Threads    everything from the seed; no hidden state.
 */
#ifndef CS_PARTY_DEMO_MODEL_H
#define CS_PARTY_DEMO_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "crypto/status.h"

#define CS_DEMO_BASE 0.12 /* mean chance to convert without the e-mail */
#define CS_DEMO_LIFT 0.04 /* mean gain by it */

enum { CS_DEMO_TEST, CS_DEMO_CONTROL, CS_DEMO_NEITHER, CS_DEMO_ARMS };
enum { CS_DEMO_AGE_MIN = 18, CS_DEMO_AGE_MAX = 90 };
enum { CS_DEMO_REGIONS = 5, CS_DEMO_LEVELS = 3, CS_DEMO_DEVICES = 3 };

struct cs_demo_person {
    double wealth, interest; /* hidden, standard normal */
    unsigned age, region, level, arm;
    int64_t signup;        /* days since 1970-01-01 */
    int64_t balance_cents; /* often exactly 0.00, sometimes exactly 9.99 */
    unsigned device, pages;
    int64_t basket_cents; /* -1: none; often a round price */
    bool member;
    double chance[2];  /* to convert: without, with the e-mail */
    bool converted[2]; /* what would happen: without, with the e-mail */
};

/* people: (n), n > 0. */
void cs_demo_people(struct cs_demo_person *people, size_t n, uint64_t seed);

/* What happened: only those in the test got the e-mail. */
static inline bool cs_demo_converted(const struct cs_demo_person *person)
{
    return person->converted[person->arm == CS_DEMO_TEST];
}

#endif
