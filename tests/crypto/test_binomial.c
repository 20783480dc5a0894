/* What crypto/binomial.h promises, one test for each promise. */
#include "crypto/binomial.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/check.h"

#define Q16(s2) ((uint64_t)((s2)*65536))

static const double wanted[] = { .1,  1,   9.9,  10,   25,  31.9,  32,  131, 132,
                                 133, 140, 1000, 2500, 1e4, 54321, 1e5, 1e6 };

static struct cs_binomial chosen(double s2)
{
    struct cs_binomial binomial;

    cs_binomial_choose(&binomial, Q16(s2));
    return binomial;
}

/* Bit after bit, each to both places. */
static double *one_bit_at_a_time(const struct cs_binomial *binomial)
{
    const size_t n = 2 * (size_t)cs_binomial_reach(binomial) + 1;
    double *p = calloc(n, sizeof *p);

    assert_non_null(p);
    p[0] = 1;
    for (size_t bit = 0; bit < cs_binomial_bits(binomial); bit++) {
        const uint32_t weight = cs_binomial_weight(binomial, bit);

        for (size_t x = n; x-- > 0;)
            p[x] = (p[x] + (x >= weight ? p[x - weight] : 0)) / 2;
    }
    return p;
}

static void the_distribution_is_that_of_the_bits(void **state)
{
    (void)state;
    for (size_t i = 0; i < 12; i++) {
        const struct cs_binomial binomial = chosen(wanted[i]);
        const size_t n = 2 * (size_t)cs_binomial_reach(&binomial) + 1;
        double *twin = one_bit_at_a_time(&binomial), *p = NULL;

        assert_ok(cs_binomial_distribution(&p, &binomial));
        for (size_t x = 0; x < n; x++)
            if (!(fabs(p[x] - twin[x]) <= 1e-12 * twin[x]))
                fail_msg("Pr[%zu] is %.17g, not %.17g", x, p[x], twin[x]);
        free(twin);
        free(p);
    }
}

static void the_variance_is_exact_and_hardly_above_what_was_asked_for(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(wanted); i++) {
        const struct cs_binomial binomial = chosen(wanted[i]);
        const uint64_t s2_q16 = cs_binomial_s2_q16(&binomial);
        double sum = 0;

        for (size_t bit = 0; bit < cs_binomial_bits(&binomial); bit++)
            sum += pow(cs_binomial_weight(&binomial, bit), 2) / 4;
        assert_true(sum == (double)s2_q16 / 65536);
        const struct cs_binomial again = chosen((double)s2_q16 / 65536);
        assert_true(again.levels == binomial.levels && again.coins == binomial.coins);
        assert_true(s2_q16 >= Q16(wanted[i]));
        assert_true(wanted[i] < 32 || sum <= wanted[i] * (1 + 1. / 64));
        assert_true(binomial.coins >= CS_BINOMIAL_COINS_MIN && sum >= 10);
    }
}

static void a_draw_takes_few_bits(void **state)
{
    (void)state;
    for (double s2 = 1; s2 <= 1e8; s2 *= 1.01) {
        const struct cs_binomial binomial = chosen(s2);

        assert_true(binomial.levels == 0 || binomial.coins >= 128);
        assert_true(cs_binomial_bits(&binomial) <=
                    544 + CS_BINOMIAL_LEVEL_BITS * binomial.levels);
    }
    assert_stops(chosen(1.1e8));
    assert_stops(chosen(0));
}

/* The largest distance of log(p[x] / p[x + 1]) from that of the Gaussian of the same
 * variance, (2 x + 1) / (2 s2), up to so many standard deviations, in units of 1 / s. */
static double apart(const struct cs_binomial *binomial, double reach)
{
    const double s2 = (double)cs_binomial_s2_q16(binomial) / 65536;
    const uint32_t zero = cs_binomial_reach(binomial);
    double *p = NULL, worst = 0;

    assert_ok(cs_binomial_distribution(&p, binomial));
    for (uint32_t x = 0; x < reach * sqrt(s2); x++) {
        const double loss = log(p[zero + x] / p[zero + x + 1]);
        worst = fmax(worst, fabs(loss - (2. * x + 1) / (2 * s2)) * sqrt(s2));
    }
    free(p);
    return worst;
}

/* And the control: so few coins are another shape. */
static void its_neighbours_are_as_alike_as_a_gaussian_s(void **state)
{
    (void)state;
    for (size_t i = 8; i < COUNT(wanted); i++) {
        const struct cs_binomial binomial = chosen(wanted[i]);

        assert_true(apart(&binomial, 1) < .01);
        assert_true(apart(&binomial, 4) < .2);
    }
    assert_true(apart(&(struct cs_binomial){ 0, 20 }, 1) > .01);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_distribution_is_that_of_the_bits),
        cmocka_unit_test(the_variance_is_exact_and_hardly_above_what_was_asked_for),
        cmocka_unit_test(a_draw_takes_few_bits),
        cmocka_unit_test(its_neighbours_are_as_alike_as_a_gaussian_s),
    };
    return CS_RUN("crypto/binomial", tests);
}
