#include "model/account.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

static const double tail = 1e-13; /* about what may leave the grid of losses */

void cs_account_init(struct cs_account *account)
{
    *account = (struct cs_account){ 0 };
}

void cs_account_wipe(struct cs_account *account)
{
    free(account->parts);
    for (size_t i = 0; i < account->n_noises; i++)
        free(account->noises[i].mass);
    free(account->noises);
    cs_account_init(account);
}

static bool is_alike(const struct cs_pld_part *one, const struct cs_pld_part *other)
{
    return one->s2 == other->s2 && one->q == other->q && one->sigma == other->sigma &&
           one->mass == other->mass && one->n == other->n;
}

enum cs_status cs_account_add(struct cs_account *account, const struct cs_pld_part *part)
{
    for (size_t i = 0; i < account->n; i++)
        if (is_alike(&account->parts[i], part)) {
            account->parts[i].times += part->times;
            return CS_OK;
        }
    if (account->n == account->capacity) {
        const size_t capacity = 2 * account->capacity + 16;
        struct cs_pld_part *parts =
            realloc(account->parts, capacity * sizeof *account->parts);

        if (parts == NULL)
            return CS_MEMORY;
        account->parts = parts;
        account->capacity = capacity;
    }
    account->parts[account->n++] = *part;
    return CS_OK;
}

/* Where its distribution is, computed once. */
static enum cs_status find_noise(const double **mass, struct cs_account *account,
                                 const struct cs_binomial *binomial)
{
    enum cs_status st = CS_OK;

    for (size_t i = 0; i < account->n_noises; i++) {
        const struct cs_account_noise *known = &account->noises[i];

        if (known->binomial.levels == binomial->levels &&
            known->binomial.coins == binomial->coins) {
            *mass = known->mass;
            return CS_OK;
        }
    }
    struct cs_account_noise *noises =
        realloc(account->noises, (account->n_noises + 1) * sizeof *noises);
    if (noises == NULL)
        return CS_MEMORY;
    account->noises = noises;
    noises[account->n_noises].binomial = *binomial;
    CS_TRY(cs_binomial_distribution(&noises[account->n_noises].mass, binomial));
    *mass = noises[account->n_noises++].mass;
out:
    return st;
}

enum cs_status cs_account_add_binomial(struct cs_account *account,
                                       const struct cs_binomial *binomial)
{
    struct cs_pld_part part = { .times = 1,
                                .n = 2 * (size_t)cs_binomial_reach(binomial) + 1 };
    enum cs_status st;

    CS_TRY(find_noise(&part.mass, account, binomial));
    CS_TRY(cs_account_add(account, &part));
out:
    return st;
}

void cs_account_curve(struct cs_renyi *curve, const struct cs_account *account)
{
    cs_renyi_init(curve);
    for (size_t i = 0; i < account->n; i++) {
        const struct cs_pld_part *part = &account->parts[i];

        if (part->mass != NULL)
            cs_renyi_add_noise(curve, part->mass, part->n, part->times);
        else if (part->s2 > 0)
            cs_renyi_add_zcdp(curve, part->times / (2 * part->s2));
        else
            cs_renyi_add_sampled(curve, part->q, part->sigma, part->times);
    }
}

enum cs_status cs_account_epsilon(double *epsilon, const struct cs_account *account,
                                  double delta)
{
    struct cs_renyi curve;
    struct cs_pld pld = { 0 };
    double tilt;
    enum cs_status st = CS_OK;

    cs_account_curve(&curve, account);
    *epsilon = cs_renyi_epsilon(&curve, delta);
    const double reach = cs_renyi_reach(&tilt, &curve, tail);
    if (!(reach <= CS_PLD_REACH_MAX && curve.apart < delta))
        return CS_OK;
    CS_TRY(cs_pld_compose(&pld, account->parts, account->n, reach, tilt));
    *epsilon = fmin(*epsilon, cs_pld_epsilon(&pld, delta - curve.apart) + curve.apart);
out:
    cs_pld_wipe(&pld);
    return st;
}

/* With sigma in the account's last part. The curve is asked first: it is
 * quick. */
static enum cs_status fits(bool *fit, struct cs_account *account, double sigma,
                           double epsilon, double delta)
{
    struct cs_renyi curve;
    double spent = 0;

    account->parts[account->n - 1].sigma = sigma;
    cs_account_curve(&curve, account);
    *fit = cs_renyi_epsilon(&curve, delta) <= epsilon;
    if (*fit)
        return CS_OK;
    const enum cs_status st = cs_account_epsilon(&spent, account, delta);
    *fit = spent <= epsilon;
    return st;
}

enum cs_status cs_account_sigma(double *sigma, const struct cs_account *spent,
                                const struct cs_pld_part *part, double epsilon,
                                double delta)
{
    unsigned low = 0, high = CS_RENYI_SIGMAS; /* the answer is one of these */
    struct cs_account all;
    enum cs_status st = CS_OK;

    cs_account_init(&all);
    for (size_t i = 0; i < spent->n; i++)
        CS_TRY(cs_account_add(&all, &spent->parts[i]));
    struct cs_pld_part last = *part;
    last.sigma = 0; /* like no other part */
    CS_TRY(cs_account_add(&all, &last));
    while (low < high) {
        const unsigned middle = (low + high) / 2;
        bool fit;

        CS_TRY(fits(&fit, &all, cs_renyi_nth_sigma(middle), epsilon, delta));
        if (fit)
            high = middle;
        else
            low = middle + 1;
    }
    *sigma = low < CS_RENYI_SIGMAS ? cs_renyi_nth_sigma(low) : 0;
out:
    cs_account_wipe(&all);
    return st;
}
