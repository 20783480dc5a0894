/* What model/student.h promises, one test for each promise. */
#include "model/student.h"

#include <math.h>

#include "model/lift.h"
#include "tests/support/check.h"

/* Quantiles .975 of Student's t, from printed tables. */
static const struct {
    double degrees, quantile;
} known[] = { { 5, 2.570582 },  { 10, 2.228139 },  { 20, 2.085963 },
              { 30, 2.042272 }, { 120, 1.979930 }, { 1000, 1.962339 } };

static void quantiles_are_those_of_tables(void **state)
{
    (void)state;

    for (size_t i = 0; i < COUNT(known); i++) {
        const double t = cs_student_quantile(CS_Z95, known[i].degrees);

        assert_true(fabs(t / known[i].quantile - 1) <
                    (known[i].degrees < 10 ? .003 : .001));
    }
    assert_true(cs_student_quantile(CS_Z95, 5) > cs_student_quantile(CS_Z95, 6));
}

static void the_p_value_of_a_quantile_is_its_level(void **state)
{
    (void)state;

    for (double degrees = 1.5; degrees < 1e6; degrees *= 3) {
        const double t = cs_student_quantile(CS_Z95, degrees);

        assert_true(fabs(cs_student_p(t, degrees) - .05) < 1e-9);
        assert_true(fabs(cs_student_p(-t, degrees) - .05) < 1e-9);
        assert_true(cs_student_p(1.01 * t, degrees) < .05);
    }
}

static void of_many_degrees_it_is_the_normal(void **state)
{
    (void)state;

    assert_true(cs_student_quantile(1.5, INFINITY) == 1.5);
    assert_true(cs_student_p(1.5, INFINITY) == cs_normal_p(1.5));
    assert_true(fabs(cs_student_p(1.5, 1e9) - cs_normal_p(1.5)) < 1e-8);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(quantiles_are_those_of_tables),
        cmocka_unit_test(the_p_value_of_a_quantile_is_its_level),
        cmocka_unit_test(of_many_degrees_it_is_the_normal),
    };

    return CS_RUN("model/student", tests);
}
