/* trial.h: whole experiments whose effects are known, from the people to the analysis.
 *
 * People are draws from one distribution: a hidden kind moves every column, so columns
 * depend on each other within and across the parties. The chance to buy is a product of
 * a factor of the kind, of the region (A's) and of the device (B's), and what the test
 * adds to it is another such product: nothing in one region, twice the mean in another.
 * So the true effects, of everybody and of each level of each column, are sums over the
 * distribution, and no study's own people are in them.
 *
 * A study draws people, counts the plan's tables exactly, adds the plan's noise, bit by
 * bit where the parties draw it together, and goes the way of a run from there: targets,
 * fit, candidates with independent columns, targets, fit, analysis.
 *
 *   Errors     stop the test
 *   Threads    one struct for any number of threads, once it was made
 */
#ifndef CS_TESTS_SUPPORT_TRIAL_H
#define CS_TESTS_SUPPORT_TRIAL_H

#include "model/ab.h"
#include "tests/support/sketch.h"

enum {
    TRIAL_REGION,
    TRIAL_AGE,
    TRIAL_TIER,
    TRIAL_ARM, /* control, test, neither, and a level that nobody has */
    TRIAL_DEVICE,
    TRIAL_PAGES,
    TRIAL_MEMBER,
    TRIAL_BOUGHT, /* no, yes, and a level that nobody has */
    TRIAL_SPEND,  /* bins of a heavy tail, the first of nothing; if the design has it */
    TRIAL_COLUMNS,
};

struct cs_trial_design {
    const char *name;
    size_t n_people;
    double base, lift;    /* mean chance without the test, and what the test adds */
    double test, control; /* shares of the people; all others are in neither arm */
    double linked;        /* share of A's people who are at B; 1: `link: aligned` */
    double epsilon;
    enum cs_noise noise;
    bool spends; /* there is a second outcome: the mean of what they spend */
};

/* Points into itself: do not copy it. */
struct cs_trial {
    struct cs_trial_design design;
    struct cs_sketch sketch;
    size_t n_columns;
    size_t order[2][TRIAL_COLUMNS];
    struct cs_plan *plan;
    double lift[TRIAL_COLUMNS][CS_CODES_MAX];     /* true, among those of a level */
    double relative[TRIAL_COLUMNS][CS_CODES_MAX]; /* to what it is without the test */
};

void cs_trial_init(struct cs_trial *trial, const struct cs_trial_design *design);
void cs_trial_wipe(struct cs_trial *trial);

/* The analysis of one study, to be freed by cs_ab_free. The same name and seed are the
 * same people. */
struct cs_ab *cs_trial_run(const struct cs_trial *trial, uint64_t seed);

/* The same, but that its population is drawn from the columns' totals and not fitted:
 * what is measured is the same, and takes a tenth of the time. */
struct cs_ab *cs_trial_run_unfitted(const struct cs_trial *trial, uint64_t seed);

/* What an analysis says of a true value. */
struct cs_trial_estimate {
    const char *name;   /* of the estimate: below */
    const char *column; /* "all": of everybody */
    unsigned level;
    double truth;
    bool reported; /* else nothing below is set */
    double value, low, high;
    double p;        /* NAN: it has none */
    double sampling; /* its variance without the noise, if it is known */
};

/* Visits all of them: of rates the lift in the population (`synthetic`), in the tables
 * (`measured`), relative to control (`relative`), drawn towards all segments (`drawn`);
 * of means the difference in the tables (`mean`), of capped values (`capped`), of the one
 * of these that is to be believed (`believed`, segments too), of those who bought
 * (`buyers`). */
void cs_trial_visit(const struct cs_trial *trial, const struct cs_ab *ab,
                    void (*visit)(void *context, const struct cs_trial_estimate *of),
                    void *context);

/* Of trial_people.c: the true effects, and the people of a study in the order of a
 * population, n_columns of them; the columns of a party they are not at are 0. */
void cs_trial_set_truth(struct cs_trial *trial);
void cs_trial_draw(struct cs_codes *rows, struct cs_presence *people,
                   const struct cs_trial_design *design, struct cs_rng *rng);

/* What a buyer spends in the mean, whoever it is, where more than cap counts as cap. */
double cs_trial_mean_spend(double cap);

enum { TRIAL_SPENDS = 10 };
extern const struct cs_sketch_column cs_trial_columns[TRIAL_COLUMNS];
extern const int64_t cs_trial_spend_edges[TRIAL_SPENDS + 1];

#endif
