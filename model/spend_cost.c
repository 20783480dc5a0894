/* The second half of spend.h: what a plan costs. The first half is spend.c. */
#include <math.h>

#include "model/dpsgd.h"
#include "model/spend.h"

#define Q16 65536.

static enum cs_status collect_tables(struct cs_account *account,
                                     const struct cs_plan *plan, bool cross,
                                     enum cs_scope at)
{
    enum cs_status st = CS_OK;

    for (size_t t = 0; t < plan->n_tables; t++) {
        const struct cs_table_spec *spec = &plan->tables[t];
        const enum cs_scope of = cs_table_spec_scope(spec, CS_LINK_PRIVATE);

        if ((spec->kind == CS_CROSS) != cross || (at & of) != of)
            continue;
        CS_TRY(spec->joint.coins > 0
                   ? cs_account_add_binomial(account, &spec->joint)
                   : cs_account_add(
                         account, &(struct cs_pld_part){ .s2 = (double)spec->s2_q16 / Q16,
                                                         .times = 1 }));
    }
out:
    return st;
}

static enum cs_status collect_details(struct cs_account *account,
                                      const struct cs_plan *plan, enum cs_scope at)
{
    enum cs_status st = CS_OK;

    for (size_t d = 0; d < plan->n_details; d++) {
        const struct cs_detail_spec *spec = &plan->details[d];

        if ((at & cs_scope_of(spec->party)) == 0)
            continue;
        for (unsigned level = 0; level < spec->levels; level++)
            CS_TRY(cs_account_add(
                account,
                &(struct cs_pld_part){
                    .s2 = ldexp((double)spec->s2_q16 / Q16, (int)level), .times = 1 }));
    }
out:
    return st;
}

static enum cs_status collect_discoveries(struct cs_account *account,
                                          const struct cs_plan *plan, enum cs_scope at)
{
    enum cs_status st = CS_OK;

    for (size_t i = 0; i < plan->n_discoveries; i++) {
        const struct cs_discovery_spec *spec = &plan->discoveries[i];

        if ((at & cs_scope_of(spec->party)) != 0)
            CS_TRY(cs_account_add(
                account,
                &(struct cs_pld_part){ .s2 = (double)spec->s2_q16 / Q16, .times = 1 }));
    }
out:
    return st;
}

static enum cs_status collect_training(struct cs_account *account,
                                       const struct cs_plan *plan, enum cs_scope at)
{
    enum cs_status st = CS_OK;

    for (enum cs_party party = CS_A; party <= CS_B; party++) {
        const struct cs_training_spec *spec = &plan->training[party];

        if (spec->enabled && (at & cs_scope_of(party)) != 0)
            CS_TRY(cs_account_add(
                account, &(struct cs_pld_part){ .q = spec->sampling_rate,
                                                .sigma = cs_dpsgd_continuous(spec->sigma),
                                                .times = spec->steps }));
    }
out:
    return st;
}

enum cs_status cs_spend_collect(struct cs_account *account, const struct cs_plan *plan,
                                enum cs_release release, enum cs_scope at)
{
    switch (release) {
    case CS_RELEASE_OWN:
        return collect_tables(account, plan, false, at);
    case CS_RELEASE_CROSS:
        return collect_tables(account, plan, true, at);
    case CS_RELEASE_DENSITY:
        return collect_details(account, plan, at);
    case CS_RELEASE_FOUND:
        return collect_discoveries(account, plan, at);
    default:
        return collect_training(account, plan, at);
    }
}

double cs_spend_delta(const struct cs_plan *plan, enum cs_scope at)
{
    double delta = 0;

    for (size_t i = 0; i < plan->n_discoveries; i++)
        if ((at & cs_scope_of(plan->discoveries[i].party)) != 0)
            delta += plan->discoveries[i].delta;
    return delta;
}

enum cs_status cs_spend_epsilon(double *epsilon, const struct cs_plan *plan,
                                enum cs_scope at, double delta)
{
    struct cs_account account;
    enum cs_status st = CS_OK;

    cs_account_init(&account);
    for (enum cs_release release = 0; release < CS_RELEASES; release++)
        CS_TRY(cs_spend_collect(&account, plan, release, at));
    CS_TRY(cs_account_epsilon(epsilon, &account, delta - cs_spend_delta(plan, at)));
out:
    cs_account_wipe(&account);
    return st;
}
