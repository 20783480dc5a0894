/* The first half of spend.h: how much noise there is. The other half is spend_cost.c. */
#include "model/spend.h"

#include <math.h>

#include "crypto/gauss.h"
#include "model/density.h"
#include "model/dpsgd.h"
#include "model/generator.h"

#define Q16 65536.
#define S2_MIN .05        /* below, a count is as good as exact */
#define LIMIT_MIN .5      /* of what DP-SGD clips to, in units of the study's clip */
#define WITHIN (1 - 1e-6) /* of epsilon: holds on a machine with other last bits too */
#define TRIES 16
#define BELOW (CS_SPEND_STEPS / 16) /* steps below the study's epsilon to begin with */
#define FIRST_STEP (BELOW + CS_SPEND_STEPS * 7 / 100) /* where most end */
#define LAST_STEP (2 * CS_SPEND_STEPS)

/* The variance with which `parts` tables alike together cost rho, rounded up to
 * four digits; 0 if the sampler cannot make so much noise. The factor keeps the cost
 * within rho whatever the last bits of this arithmetic are. */
static uint64_t noise_for(double parts, double rho)
{
    double s2_q16 = fmax(parts / (2 * rho), S2_MIN) * Q16 * (1 + 1e-9);
    double unit = 1;

    if (!(s2_q16 < .999 * (double)CS_GAUSS_S2_Q16_MAX))
        return 0;
    while (s2_q16 / unit > 9999)
        unit *= 10;
    return (uint64_t)(ceil(s2_q16 / unit) * unit);
}

static unsigned least_weight(const struct cs_plan *plan)
{
    unsigned least = plan->tables[0].weight;

    for (size_t t = 1; t < plan->n_tables; t++)
        if (plan->tables[t].weight < least)
            least = plan->tables[t].weight;
    return least;
}

/* s2_q16: of a table of the least weight, which has most noise. */
static void set_table_noise(struct cs_plan *plan, uint64_t s2_q16, enum cs_noise noise)
{
    const unsigned least = least_weight(plan);

    for (size_t t = 0; t < plan->n_tables; t++) {
        struct cs_table_spec *spec = &plan->tables[t];

        spec->s2_q16 = (s2_q16 * least + spec->weight - 1) / spec->weight;
        if (spec->kind == CS_CROSS && noise == CS_NOISE_JOINT) {
            cs_binomial_choose(&spec->joint, spec->s2_q16);
            spec->s2_q16 = cs_binomial_s2_q16(&spec->joint);
        }
        plan->rho_tables += cs_plan_rho(spec->s2_q16);
    }
}

static void set_detail_noise(struct cs_plan *plan, uint64_t s2_q16)
{
    for (size_t d = 0; d < plan->n_details; d++) {
        plan->details[d].s2_q16 = s2_q16;
        plan->rho_tables += cs_plan_rho_detail(&plan->details[d]);
    }
}

static void set_discovery_noise(struct cs_plan *plan, uint64_t s2_q16)
{
    for (size_t i = 0; i < plan->n_discoveries; i++) {
        plan->discoveries[i].s2_q16 = s2_q16;
        plan->rho_tables += cs_plan_rho(s2_q16);
    }
}

static enum cs_status say_too_little(const struct cs_plan *plan,
                                     const struct cs_study *study, struct cs_fault *fault)
{
    return cs_fault_say(fault, CS_CONFIG,
                        "privacy: epsilon %g at delta %g leaves too little for %zu "
                        "tables, the shape of %zu columns and the values of %zu; raise "
                        "epsilon, tables, detail or discovery, or declare fewer columns",
                        study->epsilon, study->delta, plan->n_tables, plan->n_details,
                        plan->n_discoveries);
}

static enum cs_status share_out(struct cs_plan *plan, const struct cs_study *study,
                                double rho, struct cs_fault *fault)
{
    const double rho_details = plan->n_details > 0 ? rho * study->detail : 0;
    const double rho_found = plan->n_discoveries > 0 ? rho * study->discovery : 0;
    double weights = 0, shapes = 0;

    for (size_t t = 0; t < plan->n_tables; t++)
        weights += plan->tables[t].weight;
    for (size_t d = 0; d < plan->n_details; d++)
        shapes += cs_density_cost(plan->details[d].levels);
    const uint64_t table =
        noise_for(weights / least_weight(plan), rho - rho_details - rho_found);
    const uint64_t detail = plan->n_details > 0 ? noise_for(shapes, rho_details) : 1;
    const uint64_t found =
        plan->n_discoveries > 0 ? noise_for((double)plan->n_discoveries, rho_found) : 1;
    if (table == 0 || detail == 0 || found == 0 || detail > CS_DENSITY_S2_Q16_MAX ||
        (study->noise == CS_NOISE_JOINT && table > CS_BINOMIAL_S2_Q16_MAX))
        return say_too_little(plan, study, fault);
    set_table_noise(plan, table, study->noise);
    set_detail_noise(plan, detail);
    set_discovery_noise(plan, found);
    return CS_OK;
}

static void set_sampling(struct cs_plan *plan)
{
    for (int party = CS_A; party <= CS_B; party++) {
        const struct cs_pace *pace = &plan->recipe[party].private;

        plan->training[party] =
            (struct cs_training_spec){ .enabled = true,
                                       .batch = pace->batch,
                                       .sampling_rate = (double)pace->batch /
                                                        (double)plan->n_rows[party],
                                       .steps = pace->steps };
    }
}

/* The noise is on a grid whose rounding takes the more of each row's gradient the more
 * weights there are (model/dpsgd.h). */
static enum cs_status check_grid(const struct cs_plan *plan, const struct cs_study *study,
                                 struct cs_fault *fault)
{
    for (int party = CS_A; party <= CS_B; party++) {
        const size_t n =
            cs_generator_n_weights(study, &plan->recipe[party], (enum cs_party)party);
        const double sigma = plan->training[party].sigma;

        if (cs_dpsgd_limit(sigma, n) < LIMIT_MIN)
            return cs_fault_say(
                fault, CS_CONFIG,
                "generator.layers: make %zu weights at party %c, too many "
                "for a noise multiplier of %g; give fewer or narrower "
                "layers, raise epsilon, lower privacy.tables (now %g), or "
                "say generator.train_on: population",
                n, "ab"[party], sigma, study -> tables);
    }
    return CS_OK;
}

/* Noise above the largest possible sum of a batch in every single coordinate. */
static bool drowned(const struct cs_plan *plan, double sigma)
{
    return sigma == 0 || sigma > (double)plan->training[CS_A].batch ||
           sigma > (double)plan->training[CS_B].batch;
}

static enum cs_status set_training_noise(struct cs_plan *plan,
                                         const struct cs_study *study,
                                         const struct cs_renyi *tables, double nominal,
                                         struct cs_fault *fault)
{
    const struct cs_renyi_task task = {
        .epsilon = nominal,
        .delta = study->delta - cs_spend_delta(plan, CS_AT_BOTH),
        .q = { plan->training[CS_A].sampling_rate, plan->training[CS_B].sampling_rate },
        .steps = plan->training[CS_A].steps
    };
    const double sigma = cs_renyi_sigma(tables, &task);

    if (drowned(plan, sigma))
        return cs_fault_say(fault, CS_CONFIG,
                            "privacy: epsilon %g leaves so little beside the tables that "
                            "training on rows would see noise alone; raise epsilon, "
                            "lower tables (now %g) or set generator.train_on: population",
                            study->epsilon, study->tables);
    plan->training[CS_A].sigma = plan->training[CS_B].sigma = sigma;
    return CS_OK;
}

static enum cs_status plan_training(struct cs_plan *plan, const struct cs_study *study,
                                    double nominal, struct cs_fault *fault)
{
    struct cs_renyi tables;
    enum cs_status st;

    cs_renyi_init(&tables);
    cs_renyi_add_zcdp(&tables, plan->rho_tables);
    set_sampling(plan);
    CS_TRY(set_training_noise(plan, study, &tables, nominal, fault));
    CS_TRY(check_grid(plan, study, fault));
out:
    return st;
}

/* No noise, so no cost is finite. */
static void spend_without_bound(struct cs_plan *plan, const struct cs_study *study)
{
    if (cs_study_trains(study))
        set_sampling(plan);
    plan->rho_tables = plan->epsilon_spent = INFINITY;
}

static enum cs_status set_noise(struct cs_plan *plan, const struct cs_study *study,
                                unsigned step, struct cs_fault *fault)
{
    const double nominal = study->epsilon * (1 + ((double)step - BELOW) / CS_SPEND_STEPS);
    const double delta = study->delta - cs_spend_delta(plan, CS_AT_BOTH);
    const double rho = cs_renyi_zcdp_rho(nominal, delta);
    const bool trains = cs_study_trains(study);
    enum cs_status st;

    plan->rho_tables = 0;
    CS_TRY(share_out(plan, study, trains ? rho * study->tables : rho, fault));
    if (trains)
        CS_TRY(plan_training(plan, study, nominal, fault));
out:
    return st;
}

/* The step at which the cost would be epsilon if it grew in proportion. */
static unsigned guess(unsigned step, double spent, double epsilon)
{
    const double base = CS_SPEND_STEPS - BELOW;

    return (unsigned)fmin(LAST_STEP,
                          fmax(0, floor((base + step) * epsilon / spent - base)));
}

/* A step with noise that the budget pays; *spent is 0 if there is none. */
static enum cs_status try_step(double *spent, struct cs_plan *plan,
                               const struct cs_study *study, unsigned step)
{
    const enum cs_status st = set_noise(plan, study, step, NULL);

    *spent = 0;
    if (st == CS_OK)
        return cs_spend_epsilon(spent, plan, CS_AT_BOTH, study->delta);
    return st == CS_CONFIG ? CS_OK : st;
}

/* The last step whose cost is within epsilon, as far as TRIES tells; one that is refused
 * asks for a larger budget. Step 0 should be within it, since a Renyi curve proves
 * as much of noise of that variance; cs_spend looks. */
static enum cs_status search(unsigned *found, struct cs_plan *plan,
                             const struct cs_study *study)
{
    const double epsilon = study->epsilon * WITHIN;
    unsigned low = 0, high = LAST_STEP + 1, step = FIRST_STEP;
    enum cs_status st = CS_OK;

    for (unsigned tries = 0; tries < TRIES && high - low > 1; tries++) {
        double spent;

        CS_TRY(try_step(&spent, plan, study, step));
        if (spent > epsilon)
            high = step;
        else
            low = step;
        step = spent > 0 ? guess(step, spent, epsilon) : (low + high) / 2;
        step = step <= low ? low + 1 : step >= high ? high - 1 : step;
    }
    *found = low;
out:
    return st;
}

enum cs_status cs_spend(struct cs_plan *plan, const struct cs_study *study,
                        struct cs_fault *fault)
{
    if (study->unprotected) {
        spend_without_bound(plan, study);
        return CS_OK;
    }
    unsigned step;
    enum cs_status st;

    CS_TRY(search(&step, plan, study));
    CS_TRY(set_noise(plan, study, step, fault));
    CS_TRY(cs_spend_epsilon(&plan->epsilon_spent, plan, CS_AT_BOTH, study->delta));
    if (plan->epsilon_spent > study->epsilon) /* by the shape of joint noise, at most */
        st = say_too_little(plan, study, fault);
out:
    return st;
}
