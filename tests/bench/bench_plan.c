/* Plans by privacy loss distributions: what time they take, and how much less noise they
 * need than Renyi curves alone. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "model/renyi.h"
#include "tests/support/bench.h"
#include "tests/support/sketch.h"

/* The sigma that a Renyi curve would allow beside its share of tables. */
static double renyi_sigma(const struct cs_study *study, const struct cs_plan *plan,
                          double rho)
{
    const struct cs_renyi_task task = { .epsilon = study->epsilon,
                                        .delta = study->delta,
                                        .q = { plan->training[CS_A].sampling_rate,
                                               plan->training[CS_B].sampling_rate },
                                        .steps = plan->training[CS_A].steps };
    struct cs_renyi curve;

    cs_renyi_init(&curve);
    cs_renyi_add_zcdp(&curve, rho);
    return cs_renyi_sigma(&curve, &task);
}

static void measure(const char *name, const struct cs_study *study,
                    const size_t n_rows[static 2])
{
    struct cs_fault fault = { .stage = "plan" };
    struct cs_plan *plan = NULL;
    const double start = cs_bench_cpu_s();

    if (cs_plan_make(&plan, study, n_rows, &fault) != CS_OK) {
        fprintf(stderr, "%s: %s\n", name, fault.text);
        exit(1);
    }
    const double took = cs_bench_cpu_s() - start;
    const bool trains = cs_study_trains(study);
    const double rho =
        cs_renyi_zcdp_rho(study->epsilon, study->delta) * (trains ? study->tables : 1);
    const double variance = rho / plan->rho_tables;
    printf(
        "%-10s epsilon %-4g %3zu tables %5.2f s, spends %.4f of it; of tables variance "
        "%.1f %% less, deviation %.1f %%",
        name, study->epsilon, plan->n_tables, took, plan->epsilon_spent / study->epsilon,
        100 * (1 - variance), 100 * (1 - sqrt(variance)));
    if (trains)
        printf("; sigma %.4g, %.1f %% less", plan->training[CS_A].sigma,
               100 * (1 - plan->training[CS_A].sigma / renyi_sigma(study, plan, rho)));
    printf("\n");
    cs_plan_free(plan);
}

int main(void)
{
    static const double epsilons[] = { .5, 1, 3, 8 };
    static struct cs_sketch sketch;

    for (size_t i = 0; i < sizeof epsilons / sizeof *epsilons; i++)
        for (int which = 0; which < 4; which++) {
            (which / 2 == 0 ? cs_sketch_hillstrom : cs_sketch_adult)(&sketch);
            sketch.study.epsilon = epsilons[i];
            if (which % 2 == 0)
                sketch.study.generator.train_on = CS_TRAIN_ON_POPULATION;
            measure(which / 2 == 0 ? "hillstrom" : "adult", &sketch.study, sketch.n_rows);
        }
    return 0;
}
