/* What model/account.h promises: the smaller of two bounds, whatever order releases come
 * in. Each bound has a test of its own. */
#include "model/account.h"

#include <math.h>
#include <stdlib.h>

#include "tests/support/check.h"

static const struct cs_pld_part parts[] = { { .s2 = 400, .times = 30 },
                                            { .q = .1, .sigma = 6, .times = 50 },
                                            { .s2 = 1600, .times = 9 },
                                            { .s2 = 400, .times = 10 } };

static double epsilon_of(const struct cs_account *account, double delta)
{
    double epsilon = 0;

    assert_int_equal(cs_account_epsilon(&epsilon, account, delta), CS_OK);
    return epsilon;
}

/* Part first, first + 1, ..., around. */
static double epsilon_from(size_t first, double delta)
{
    struct cs_account account;

    cs_account_init(&account);
    for (size_t i = 0; i < COUNT(parts); i++)
        assert_int_equal(cs_account_add(&account, &parts[(first + i) % COUNT(parts)]),
                         CS_OK);
    assert_int_equal(account.n, COUNT(parts) - 1); /* two are alike */
    const double epsilon = epsilon_of(&account, delta);
    cs_account_wipe(&account);
    return epsilon;
}

static void nothing_costs_nothing(void **state)
{
    struct cs_account account;
    (void)state;

    cs_account_init(&account);
    assert_true(epsilon_of(&account, 1e-6) == 0);
    cs_account_wipe(&account);
}

static void the_order_of_releases_does_not_matter(void **state)
{
    const double first = epsilon_from(0, 1e-6);
    (void)state;

    for (size_t i = 1; i < COUNT(parts); i++)
        assert_true(fabs(epsilon_from(i, 1e-6) - first) < 1e-9);
}

static void it_is_less_than_the_curve_proves_and_more_than_the_parts(void **state)
{
    struct cs_account account;
    struct cs_renyi curve;
    (void)state;

    for (double delta = 1e-9; delta < 1e-2; delta *= 10) {
        double most = 0;

        for (size_t i = 0; i < COUNT(parts); i++) {
            cs_account_init(&account);
            assert_int_equal(cs_account_add(&account, &parts[i]), CS_OK);
            most = fmax(most, epsilon_of(&account, delta));
            cs_account_curve(&curve, &account);
            assert_true(epsilon_of(&account, delta) <= cs_renyi_epsilon(&curve, delta));
            cs_account_wipe(&account);
        }
        assert_true(epsilon_from(0, delta) > most);
    }
}

/* Beyond the grid, and where delta is below what its arithmetic loses, the curve holds.
 */
static void the_curve_proves_where_the_grid_cannot(void **state)
{
    const struct cs_pld_part huge = { .q = 1024. / 1e8, .sigma = .1, .times = 976563 };
    struct cs_account account;
    struct cs_renyi curve;
    (void)state;

    cs_account_init(&account);
    assert_int_equal(cs_account_add(&account, &huge), CS_OK);
    cs_account_curve(&curve, &account);
    assert_true(epsilon_of(&account, 1e-7) == cs_renyi_epsilon(&curve, 1e-7));
    cs_account_wipe(&account);
    assert_int_equal(cs_account_add(&account, &parts[0]), CS_OK);
    cs_account_curve(&curve, &account);
    assert_true(epsilon_of(&account, 1e-13) == cs_renyi_epsilon(&curve, 1e-13));
    assert_true(epsilon_of(&account, 1e-10) < cs_renyi_epsilon(&curve, 1e-10));
    cs_account_wipe(&account);
}

/* As a part with its distribution; those alike are one part, whoever asks. */
static void joint_noise_costs_what_its_distribution_does(void **state)
{
    static const struct cs_binomial some[] = { { 2, 150 }, { 0, 200 }, { 2, 150 } };
    struct cs_account account, twin;
    double *mass[2] = { NULL, NULL };
    (void)state;

    cs_account_init(&account);
    cs_account_init(&twin);
    for (size_t i = 0; i < COUNT(some); i++)
        assert_int_equal(cs_account_add_binomial(&account, &some[i]), CS_OK);
    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(cs_binomial_distribution(&mass[i], &some[i]), CS_OK);
        const struct cs_pld_part part = { .mass = mass[i],
                                          .n =
                                              2 * (size_t)cs_binomial_reach(&some[i]) + 1,
                                          .times = i == 0 ? 2 : 1 };
        assert_int_equal(cs_account_add(&twin, &part), CS_OK);
    }
    assert_int_equal(account.n, 2);
    assert_int_equal(account.n_noises, 2);
    assert_true(epsilon_of(&account, 1e-6) > 0);
    assert_true(epsilon_of(&account, 1e-6) == epsilon_of(&twin, 1e-6));
    cs_account_wipe(&account);
    cs_account_wipe(&twin);
    free(mass[0]);
    free(mass[1]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_costs_nothing),
        cmocka_unit_test(the_order_of_releases_does_not_matter),
        cmocka_unit_test(it_is_less_than_the_curve_proves_and_more_than_the_parts),
        cmocka_unit_test(the_curve_proves_where_the_grid_cannot),
        cmocka_unit_test(joint_noise_costs_what_its_distribution_does),
    };
    return CS_RUN("model/account", tests);
}
