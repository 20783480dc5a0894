/* What model/gamma_tail.h promises, against closed forms. */
#include "model/gamma_tail.h"

#include <math.h>

#include "model/workers.h"
#include "tests/support/check.h"

enum { THREADS = 3, JOBS = 300 };

static void assert_close(double is, double wanted)
{
    if (!(fabs(is - wanted) <= 1e-11 * fabs(wanted)))
        fail_msg("%.17g, wanted %.17g", is, wanted);
}

/* Of one degree it is erfc(sqrt(x / 2)), of two exp(-x / 2), of four that times
 * 1 + x / 2. */
static void p_values_are_those_of_closed_forms(void **state)
{
    static const double x[] = { 1e-3, 0.5, 1, 2, 3.841458820694124, 9, 50, 700 };
    (void)state;

    for (size_t i = 0; i < COUNT(x); i++) {
        assert_close(cs_gamma_chi_square_p(x[i], 1), erfc(sqrt(x[i] / 2)));
        assert_close(cs_gamma_chi_square_p(x[i], 2), exp(-x[i] / 2));
        assert_close(cs_gamma_chi_square_p(x[i], 4), exp(-x[i] / 2) * (1 + x[i] / 2));
    }
    assert_close(cs_gamma_chi_square_p(0, 3), 1);
    assert_close(cs_gamma_chi_square_p(16.918977604620448, 9), .05); /* as tabled */
}

static void gamma_is_that_of_factorials_and_halves(void **state)
{
    double factorial = 1;
    (void)state;

    for (int n = 2; n < 20; n++) {
        factorial *= n;
        assert_close(cs_gamma_log(n + 1), log(factorial));
    }
    assert_close(cs_gamma_log(0.5), log(acos(-1)) / 2);
}

static void compute(void *context, size_t job)
{
    double *p = context;

    p[job] = cs_gamma_chi_square_p((double)job, 7);
}

/* As the thread sanitizer sees it. */
static void many_threads_may_ask(void **state)
{
    struct cs_workers *workers = NULL;
    double p[JOBS];
    (void)state;

    assert_ok(cs_workers_new(&workers, THREADS));
    cs_workers_run(workers, compute, p, JOBS);
    cs_workers_free(workers);
    for (size_t job = 1; job < JOBS; job++)
        assert_true(p[job] < p[job - 1]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(p_values_are_those_of_closed_forms),
        cmocka_unit_test(gamma_is_that_of_factorials_and_halves),
        cmocka_unit_test(many_threads_may_ask),
    };
    return CS_RUN("model/gamma_tail", tests);
}
