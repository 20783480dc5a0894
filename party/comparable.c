#include "party/comparable.h"

#include <math.h>
#include <string.h>

#define WORDS_MAX 160 /* of what a run asks, in an error */

static enum cs_status check_party(const struct cs_finished *one,
                                  const struct cs_finished *other, struct cs_fault *fault)
{
    if (one->party == other->party)
        return CS_OK;
    return cs_fault_say(fault, CS_CONFIG,
                        "%s is an output of party %c, %s of party %c; name one party's "
                        "of each run",
                        one->folder, one->party, other->folder, other->party);
}

static enum cs_status check_run(const struct cs_finished *one,
                                const struct cs_finished *other, struct cs_fault *fault)
{
    if (strcmp(one->population, other->population) != 0 ||
        strcmp(one->plan_digest, other->plan_digest) != 0)
        return CS_OK;
    return cs_fault_say(fault, CS_CONFIG,
                        "%s and %s are outputs of one run; name each run once",
                        one->folder, other->folder);
}

static enum cs_status differ(const struct cs_finished *one,
                             const struct cs_finished *other, const char *what,
                             const char *one_says, const char *other_says,
                             struct cs_fault *fault)
{
    return cs_fault_say(fault, CS_CONFIG,
                        "%s and %s ask different questions, %s: %.*s, and %.*s; compare "
                        "runs that differ in epsilon, noise, generator or columns alone",
                        one->folder, other->folder, what, WORDS_MAX,
                        one_says[0] != '\0' ? one_says : "nothing", WORDS_MAX,
                        other_says[0] != '\0' ? other_says : "nothing");
}

/* A further outcome more, or one less, is no other question. */
static enum cs_status check_question(const struct cs_finished *one,
                                     const struct cs_finished *other,
                                     struct cs_fault *fault)
{
    if (one->linked != other->linked)
        return differ(one, other, "by `link`", one->linked ? "private" : "aligned",
                      other->linked ? "private" : "aligned", fault);
    if (strcmp(one->arm, other->arm) != 0)
        return differ(one, other, "by `arm`", one->arm, other->arm, fault);
    if (strcmp(one->counted, other->counted) != 0)
        return differ(one, other, "by who counts", one->counted, other->counted, fault);
    if (strcmp(one->answers[0].terms, other->answers[0].terms) != 0)
        return differ(one, other, "by what is to happen", one->answers[0].terms,
                      other->answers[0].terms, fault);
    return CS_OK;
}

size_t cs_comparable_people(const struct cs_finished *one,
                            const struct cs_finished *other)
{
    for (size_t scope = 1; scope < CS_SCOPES; scope++) {
        const double variance = one->v_people[scope] + other->v_people[scope];
        const double apart = fabs(one->people[scope] - other->people[scope]);

        if (isfinite(variance) && apart > CS_COMPARABLE_DEVIATIONS * sqrt(variance))
            return scope;
    }
    return 0;
}

static enum cs_status check_people(const struct cs_finished *one,
                                   const struct cs_finished *other,
                                   struct cs_fault *fault)
{
    static const char *const where[CS_SCOPES] = {
        [CS_AT_A] = "at a", [CS_AT_B] = "at b", [CS_AT_BOTH] = "at both parties"
    };
    const size_t scope = cs_comparable_people(one, other);

    if (scope == 0)
        return CS_OK;
    return cs_fault_say(
        fault, CS_CONFIG,
        "%s and %s are not about the same people: they measured %.0f and %.0f %s, which "
        "is further apart than their noise explains; compare runs on the same rows",
        one->folder, other->folder, one->people[scope], other->people[scope],
        where[scope]);
}

/* At another delta an epsilon means something else. */
static enum cs_status check_delta(const struct cs_finished *one,
                                  const struct cs_finished *other, struct cs_fault *fault)
{
    if (!one->is_private || !other->is_private ||
        fabs(one->delta - other->delta) <= 1e-6 * one->delta)
        return CS_OK;
    return cs_fault_say(fault, CS_CONFIG,
                        "%s has delta %.3g, %s has delta %.3g: their epsilons mean "
                        "different things; compare runs at one delta",
                        one->folder, one->delta, other->folder, other->delta);
}

static enum cs_status check_pair(const struct cs_finished *one,
                                 const struct cs_finished *other, struct cs_fault *fault)
{
    enum cs_status st;

    CS_TRY(check_run(one, other, fault));
    CS_TRY(check_party(one, other, fault));
    CS_TRY(check_question(one, other, fault));
    CS_TRY(check_delta(one, other, fault));
    CS_TRY(check_people(one, other, fault));
out:
    return st;
}

enum cs_status cs_comparable_check(const struct cs_finished *runs, size_t n_runs,
                                   struct cs_fault *fault)
{
    enum cs_status st = CS_OK;

    for (size_t i = 0; i < n_runs; i++)
        for (size_t j = i + 1; j < n_runs; j++)
            CS_TRY(check_pair(&runs[i], &runs[j], fault));
out:
    return st;
}
