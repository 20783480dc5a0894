/* What party/costs.h promises; tests/e2e/test_privacy.sh compares whole plans. */
#include "party/costs.h"

#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/check.h"
#include "tests/support/sketch.h"

static struct cs_sketch sketch;
static struct cs_plan *plan;
static struct cs_costs costs;

static int set_up(void **state)
{
    static char name[] = "some study";
    (void)state;

    cs_sketch_hillstrom(&sketch);
    sketch.study.link = CS_LINK_PRIVATE;
    sketch.study.epsilon = 3;
    sketch.study.name = name;
    plan = cs_sketch_plan(&sketch);
    return cs_costs_count(&costs, plan, &sketch.study) != CS_OK;
}

static int tear_down(void **state)
{
    (void)state;
    cs_plan_free(plan);
    return 0;
}

typedef enum cs_status (*writer)(FILE *stream, const struct cs_costs *costs,
                                 const struct cs_plan *plan,
                                 const struct cs_study *study);

static char *written(writer write)
{
    char *text = NULL;
    size_t n_bytes = 0;
    FILE *stream = open_memstream(&text, &n_bytes);

    assert_non_null(stream);
    assert_int_equal(write(stream, &costs, plan, &sketch.study), CS_OK);
    fclose(stream);
    return text;
}

static void every_release_is_in_one_stage(void **state)
{
    (void)state;
    assert_int_equal(costs.stage[CS_RELEASE_OWN].n + costs.stage[CS_RELEASE_CROSS].n,
                     plan->n_tables);
    assert_int_equal(costs.stage[CS_RELEASE_DENSITY].n, plan->n_details);
    assert_int_equal(costs.stage[CS_RELEASE_TRAINING].n,
                     plan->training[CS_A].steps + plan->training[CS_B].steps);
}

static void noise_goes_from_the_least_to_the_most(void **state)
{
    double least = INFINITY, most = 0;
    (void)state;

    for (size_t t = 0; t < plan->n_tables; t++)
        if (plan->tables[t].kind == CS_CROSS) {
            least = fmin(least, sqrt((double)plan->tables[t].s2_q16 / 65536));
            most = fmax(most, sqrt((double)plan->tables[t].s2_q16 / 65536));
        }
    assert_true(least < most && costs.stage[CS_RELEASE_CROSS].least == least &&
                costs.stage[CS_RELEASE_CROSS].most == most);
    const struct cs_detail_spec *detail = &plan->details[0];
    assert_true(detail->levels > 1);
    assert_true(costs.stage[CS_RELEASE_DENSITY].most >
                1.4 * costs.stage[CS_RELEASE_DENSITY].least);
    assert_true(costs.stage[CS_RELEASE_TRAINING].least == plan->training[CS_A].sigma);
}

/* Alone each costs less than all, and all less than the sum of what they cost alone. */
static void stages_cost_less_together_than_alone(void **state)
{
    static const enum cs_scope at[] = { CS_AT_A, CS_AT_B, CS_AT_BOTH };
    (void)state;

    for (size_t i = 0; i < COUNT(at); i++) {
        double sum = 0;

        for (enum cs_release r = 0; r < CS_RELEASES; r++) {
            assert_true(costs.stage[r].epsilon[at[i]] < costs.epsilon[at[i]]);
            sum += costs.stage[r].epsilon[at[i]];
        }
        assert_true(costs.epsilon[at[i]] < sum);
    }
    assert_true(costs.epsilon[CS_AT_BOTH] == plan->epsilon_spent);
    assert_true(costs.stage[CS_RELEASE_CROSS].epsilon[CS_AT_A] == 0);
}

static void text_and_json_say_the_same(void **state)
{
    char *text = written(cs_costs_text), *json = written(cs_costs_json), total[32];
    json_t *read = json_loads(json, JSON_REJECT_DUPLICATES, NULL);
    double both = 0, cross = 0;
    json_int_t releases = 0;
    (void)state;

    assert_non_null(strstr(text, "some study"));
    snprintf(total, sizeof total, "%.4f", plan->epsilon_spent);
    assert_non_null(strstr(text, total));
    assert_int_equal(json_unpack(read, "{s:{s:F}, s:{s:{s:I, s:{s:F}}}}", "together",
                                 "both", &both, "stages", "cross_tables", "releases",
                                 &releases, "epsilon", "both", &cross),
                     0);
    assert_true(fabs(both / plan->epsilon_spent - 1) < 1e-5);
    assert_true(fabs(cross / costs.stage[CS_RELEASE_CROSS].epsilon[CS_AT_BOTH] - 1) <
                1e-5);
    assert_int_equal(releases, costs.stage[CS_RELEASE_CROSS].n);
    json_decref(read);
    free(json);
    free(text);
}

static void of_an_aligned_study_one_person_is_told(void **state)
{
    (void)state;
    sketch.study.link = CS_LINK_ALIGNED;
    char *text = written(cs_costs_text);
    assert_null(strstr(text, "at a alone"));
    sketch.study.link = CS_LINK_PRIVATE;
    free(text);
    text = written(cs_costs_text);
    assert_non_null(strstr(text, "at a alone"));
    free(text);
}

static void a_full_disk_is_an_error(void **state)
{
    FILE *full = fopen("/dev/full", "w");
    (void)state;

    assert_non_null(full);
    setvbuf(full, NULL, _IONBF, 0);
    assert_int_equal(cs_costs_text(full, &costs, plan, &sketch.study), CS_IO);
    assert_int_equal(cs_costs_json(full, &costs, plan, &sketch.study), CS_IO);
    fclose(full);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(every_release_is_in_one_stage),
        TEST(noise_goes_from_the_least_to_the_most),
        TEST(stages_cost_less_together_than_alone),
        TEST(text_and_json_say_the_same),
        TEST(of_an_aligned_study_one_person_is_told),
        TEST(a_full_disk_is_an_error),
    };
    return CS_RUN("party/costs", tests);
}
