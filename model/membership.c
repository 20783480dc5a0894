#include "model/membership.h"

#include <math.h>
#include <stdlib.h>

#include "crypto/secret.h"
#include "model/confidence.h"
#include "model/folds.h"
#include "model/roc.h"

static const double false_rates[CS_MEMBERSHIP_RATES] = { 0, .001, .01, .1 };
static const double miss = .05;

/* Some of the people. */
struct people {
    double *scores;
    bool *is_member;
    size_t n;
};

/* Who is taken for a member: those with a score of at least the threshold; and whether
 * the bound is of who is not. */
struct rule {
    double threshold;
    bool of_the_others;
};

struct counts {
    size_t n_true, n_false; /* members, and not */
    size_t true_taken, false_taken;
};

static double bound(size_t hits, size_t n_hits, size_t misses, size_t n_misses)
{
    if (n_hits == 0 || n_misses == 0)
        return -INFINITY;
    return log(cs_confidence_lower(hits, n_hits, miss) /
               cs_confidence_upper(misses, n_misses, miss));
}

/* ln(TPR / FPR), or ln(TNR / FNR). */
static double bound_of(const struct counts *c, bool of_the_others)
{
    if (of_the_others)
        return bound(c->n_false - c->false_taken, c->n_false, c->n_true - c->true_taken,
                     c->n_true);
    return bound(c->true_taken, c->n_true, c->false_taken, c->n_false);
}

static struct rule best_rule(const struct cs_roc *roc)
{
    struct rule best = { .threshold = INFINITY };
    double most = -INFINITY;

    for (size_t p = 1; p < roc->n_points; p++)
        for (int others = 0; others < 2; others++) {
            const struct counts counts = { roc->n_true, roc->n_false, roc->true_taken[p],
                                           roc->false_taken[p] };
            const double epsilon = bound_of(&counts, others);

            if (epsilon > most) {
                most = epsilon;
                best = (struct rule){ roc->thresholds[p], others };
            }
        }
    return best;
}

static double epsilon_of(const struct people *people, const struct rule *rule)
{
    struct counts counts = { 0 };

    for (size_t i = 0; i < people->n; i++) {
        const bool is_taken = people->scores[i] >= rule->threshold;

        if (people->is_member[i]) {
            counts.n_true++;
            counts.true_taken += is_taken;
        } else {
            counts.n_false++;
            counts.false_taken += is_taken;
        }
    }
    return fmax(0, bound_of(&counts, rule->of_the_others));
}

static enum cs_status shuffle(struct people *to, const double *scores,
                              const bool *is_member, size_t n, struct cs_rng *rng)
{
    uint32_t *order = calloc(n + 1, sizeof *order);

    *to = (struct people){ calloc(n + 1, sizeof *to->scores),
                           calloc(n + 1, sizeof *to->is_member), n };
    if (order == NULL || to->scores == NULL || to->is_member == NULL) {
        free(order);
        return CS_MEMORY;
    }
    for (size_t i = 0; i < n; i++)
        order[i] = (uint32_t)i;
    cs_folds_draw(order, n, n, rng);
    for (size_t i = 0; i < n; i++) {
        to->scores[i] = scores[order[i]];
        to->is_member[i] = is_member[order[i]];
    }
    free(order);
    return CS_OK;
}

static enum cs_status find_epsilon(double *epsilon, const double *scores,
                                   const bool *is_member, size_t n, struct cs_rng *rng)
{
    struct people all = { .n = 0 };
    struct cs_roc roc = { 0 };
    enum cs_status st;

    CS_TRY(shuffle(&all, scores, is_member, n, rng));
    CS_TRY(cs_roc_make(&roc, all.scores, all.is_member, n / 10));
    const struct rule rule = best_rule(&roc);
    const struct people rest = { all.scores + n / 10, all.is_member + n / 10,
                                 n - n / 10 };
    *epsilon = epsilon_of(&rest, &rule);
out:
    cs_roc_wipe(&roc);
    cs_wipe_free(all.scores, (n + 1) * sizeof *all.scores);
    cs_wipe_free(all.is_member, (n + 1) * sizeof *all.is_member);
    return st;
}

enum cs_status cs_membership_judge(struct cs_membership *membership, const double *scores,
                                   const bool *is_member, size_t n, struct cs_rng *rng)
{
    struct cs_roc roc = { 0 };
    enum cs_status st;

    CS_TRY(cs_roc_make(&roc, scores, is_member, n));
    const bool are_both = roc.n_true > 0 && roc.n_false > 0;
    membership->area = are_both ? cs_roc_area(&roc) : NAN;
    membership->advantage = are_both ? cs_roc_advantage(&roc) : NAN;
    for (size_t r = 0; r < CS_MEMBERSHIP_RATES; r++)
        membership->true_rates[r] = are_both ? cs_roc_at(&roc, false_rates[r]) : NAN;
    membership->epsilon = NAN;
    if (are_both)
        CS_TRY(find_epsilon(&membership->epsilon, scores, is_member, n, rng));
out:
    cs_roc_wipe(&roc);
    return st;
}
