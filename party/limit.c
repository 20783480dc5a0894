#include "party/limit.h"

#include <math.h>

#define ROUNDING 1e-12 /* of a sum of some thousand doubles */

#define IN_LIMIT(member) CS_MEMBER(struct cs_limit, member)

static const char *const pers[] = { "data_set", "ledger", NULL };

/* clang-format off */
static const struct cs_field fields[] = {
    { "epsilon", CS_FIELD_REAL, IN_LIMIT(epsilon), .above = true, .high = 1e6, .none = true, .fallback = "none" },
    { "delta", CS_FIELD_REAL, IN_LIMIT(delta), .above = true, .high = 1, .none = true, .fallback = "none" },
    { "per", CS_FIELD_CHOICE, IN_LIMIT(per), .choices = pers, .fallback = "data_set" },
};
/* clang-format on */

static const struct cs_section section = { "a limit", "ledger_limit", fields,
                                           sizeof fields / sizeof *fields };

const struct cs_section *cs_limit_section(void)
{
    return &section;
}

bool cs_limit_is_none(const struct cs_limit *limit)
{
    return isinf(limit->epsilon) && isinf(limit->delta);
}

static bool is_over(double spent, double asked, double limit)
{
    return isfinite(limit) && !(spent + asked <= limit * (1 + ROUNDING));
}

enum cs_status cs_limit_check(const struct cs_limit *limit, const struct cs_cost *spent,
                              const struct cs_cost *asked, const char *path,
                              struct cs_fault *fault)
{
    const bool of_epsilon = is_over(spent->epsilon, asked->epsilon, limit->epsilon);

    if (!of_epsilon && !is_over(spent->delta, asked->delta, limit->delta))
        return CS_OK;
    return cs_fault_say(
        fault, CS_CONFIG,
        "%s: %s: %s spent before: %.6g; this run asks for %.6g; the limit is %.6g; "
        "nothing was charged: ask for less, or let who answers for these people raise "
        "`ledger_limit` in the node file",
        path,
        limit->per == CS_LIMIT_PER_LEDGER ? "all runs of the ledger"
                                          : "runs on these people",
        of_epsilon ? "epsilon" : "delta", of_epsilon ? spent->epsilon : spent->delta,
        of_epsilon ? asked->epsilon : asked->delta,
        of_epsilon ? limit->epsilon : limit->delta);
}
