/* What protocol/measure_joints.h promises, one test for each promise. */
#include "protocol/measure_joints.h"

#include <stdlib.h>
#include <string.h>

#include "crypto/rng.h"
#include "tests/support/check.h"
#include "tests/support/sketch.h"

enum { COLUMNS = 7, PLACES = 3, WORDS_MAX = 4096 };

static const struct cs_sketch_column columns[COLUMNS] = {
    { "arm", "a", 3, CS_SKETCH_CATEGORY },    { "x", "ab", 4, CS_SKETCH_CATEGORY },
    { "w", "a", 5, CS_SKETCH_CATEGORY },      { "y", "b", 64, CS_SKETCH_CATEGORY },
    { "z", "b", 1, CS_SKETCH_CATEGORY },      { "v", "b", 13, CS_SKETCH_CATEGORY },
    { "bought", "b", 5, CS_SKETCH_CATEGORY },
};

static struct cs_sketch sketch;
static struct cs_plan *plan;
static struct cs_joints joints;

static int set_up(void **state)
{
    (void)state;
    cs_sketch_init(&sketch, columns, COLUMNS, 0, COLUMNS - 1);
    plan = cs_sketch_plan(&sketch);
    assert_ok(cs_joints_init(&joints, plan, &sketch.study.schema));
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    cs_joints_wipe(&joints);
    cs_plan_free(plan);
    return 0;
}

/* The study has three columns that B alone has and is asked about by conversion. */
static void a_column_in_a_pair_is_not_converted_by_itself(void **state)
{
    (void)state;
    assert_int_equal(joints.n, 3);
    for (size_t i = 0; i < joints.n; i++) {
        assert_int_equal(joints.joint[i].n_columns, 2);
        assert_true(joints.joint[i].column[0] == COLUMNS - 1 ||
                    joints.joint[i].column[1] == COLUMNS - 1);
    }
}

/* The code of a column in word w of a joint: the first column is in the high bits. */
static size_t code_in(const struct cs_joint *joint, size_t w, size_t column)
{
    for (size_t i = joint->n_columns; i-- > 0;) {
        const unsigned n_bits = cs_payload_bits(sketch.column[joint->column[i]].n_codes);

        if (joint->column[i] == column)
            return w & (((size_t)1 << n_bits) - 1);
        w >>= n_bits;
    }
    fail_msg("the joint does not have column %zu", column);
    return 0;
}

static bool is_code(const struct cs_joint *joint, size_t w)
{
    for (size_t i = 0; i < joint->n_columns; i++)
        if (code_in(joint, w, joint->column[i]) >=
            sketch.column[joint->column[i]].n_codes)
            return false;
    return true;
}

static void the_words_of_a_table_are_sums_of_those_of_its_joint(void **state)
{
    static uint32_t word[PLACES * WORDS_MAX], sum[PLACES * (WORDS_MAX + 1)];
    struct cs_rng rng;
    (void)state;

    cs_rng_init_labelled(&rng, 1, "joints");
    cs_rng_bytes(&rng, word, sizeof word);
    for (size_t t = 0; t < plan->n_tables; t++) {
        const struct cs_table_spec *spec = &plan->tables[t];
        const struct cs_joint_part *part = &joints.part[t];
        const struct cs_joint *joint = &joints.joint[part->joint];
        uint32_t want[WORDS_MAX];

        if (spec->kind != CS_CROSS) {
            assert_int_equal(part->width, 0);
            continue;
        }
        cs_joint_part_sum(sum, part->width + 1, part, joint, word, PLACES);
        for (size_t p = 0; p < PLACES; p++) {
            memset(want, 0, sizeof want);
            for (size_t w = 0; w < (size_t)1 << joint->n_bits; w++) {
                size_t place = 0;

                if (!is_code(joint, w))
                    continue;
                for (size_t i = spec->n_a; i < spec->n_columns; i++)
                    place = place * sketch.column[spec->column[i]].n_codes +
                            code_in(joint, w, spec->column[i]);
                want[place] += word[(p << joint->n_bits) + w];
            }
            assert_memory_equal(sum + p * (part->width + 1), want,
                                part->width * sizeof *want);
        }
    }
}

static void the_code_of_a_joint_has_its_first_column_in_the_high_bits(void **state)
{
    static struct cs_payload layout;
    uint64_t packed[CS_COLUMNS_MAX];
    struct cs_rng rng;
    (void)state;

    cs_rng_init_labelled(&rng, 2, "joints");
    cs_rng_bytes(&rng, packed, sizeof packed);
    sketch.study.schema.order[CS_B] = (size_t[]){ 6, 5, 4, 3, 1 };
    sketch.study.schema.n_order[CS_B] = 5;
    cs_payload_init(&layout, &sketch.study.schema);
    for (size_t i = 0; i < joints.n; i++) {
        const struct cs_joint *joint = &joints.joint[i];
        const uint16_t code = cs_joint_code(joint, packed, &layout);

        assert_true(code < 1u << joint->n_bits);
        for (size_t c = 0; c < joint->n_columns; c++)
            assert_int_equal(code_in(joint, code, joint->column[c]),
                             cs_payload_code(packed, &layout, joint->column[c]));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_column_in_a_pair_is_not_converted_by_itself,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(
            the_words_of_a_table_are_sums_of_those_of_its_joint, set_up, tear_down),
        cmocka_unit_test_setup_teardown(
            the_code_of_a_joint_has_its_first_column_in_the_high_bits, set_up, tear_down),
    };
    return CS_RUN("protocol/measure_joints", tests);
}
