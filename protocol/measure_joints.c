#include "protocol/measure_joints.h"

#include <stdlib.h>
#include <string.h>

static size_t columns_at_b(const struct cs_table_spec *spec)
{
    return spec->kind == CS_CROSS ? spec->n_columns - spec->n_a : 0;
}

static bool joint_has(const struct cs_joint *joint, size_t column)
{
    for (size_t i = 0; i < joint->n_columns; i++)
        if (joint->column[i] == column)
            return true;
    return false;
}

/* The first joint that has all columns of B of a table, or n. */
static size_t joint_of(const struct cs_joints *joints, const struct cs_table_spec *spec)
{
    for (size_t i = 0; i < joints->n; i++) {
        size_t n = 0;

        for (size_t c = spec->n_a; c < spec->n_columns; c++)
            n += joint_has(&joints->joint[i], spec->column[c]);
        if (n == columns_at_b(spec))
            return i;
    }
    return joints->n;
}

static void joint_add(struct cs_joints *joints, const struct cs_table_spec *spec,
                      const struct cs_schema *schema)
{
    struct cs_joint *joint = &joints->joint[joints->n++];

    joint->n_columns = columns_at_b(spec);
    CS_REQUIRE(joint->n_columns <= 2);
    for (size_t i = 0; i < joint->n_columns; i++) {
        joint->column[i] = spec->column[spec->n_a + i];
        joint->n_bits += cs_payload_bits(schema->columns[joint->column[i]].n_codes);
    }
}

/* Pairs of columns first: a column that is in one is not converted by itself. */
static void choose(struct cs_joints *joints, const struct cs_plan *plan,
                   const struct cs_schema *schema)
{
    for (size_t n_columns = 2; n_columns > 0; n_columns--)
        for (size_t t = 0; t < plan->n_tables; t++)
            if (columns_at_b(&plan->tables[t]) == n_columns &&
                joint_of(joints, &plan->tables[t]) == joints->n)
                joint_add(joints, &plan->tables[t], schema);
}

/* What one more in a column's code adds to the joint's. */
static size_t weight_of(const struct cs_joint *joint, const struct cs_schema *schema,
                        size_t column)
{
    unsigned shift = 0;

    for (size_t i = joint->n_columns; joint->column[--i] != column;)
        shift += cs_payload_bits(schema->columns[joint->column[i]].n_codes);
    return (size_t)1 << shift;
}

static size_t start_of(const struct cs_joint *joint, const struct cs_table_spec *spec,
                       const struct cs_schema *schema, size_t word)
{
    size_t start = 0;

    for (size_t i = spec->n_columns; i-- > spec->n_a;) {
        const size_t n_codes = schema->columns[spec->column[i]].n_codes;

        start += word % n_codes * weight_of(joint, schema, spec->column[i]);
        word /= n_codes;
    }
    return start;
}

static enum cs_status part_init(struct cs_joint_part *part,
                                const struct cs_joints *joints,
                                const struct cs_table_spec *spec,
                                const struct cs_schema *schema)
{
    part->joint = joint_of(joints, spec);
    const struct cs_joint *joint = &joints->joint[part->joint];

    part->width = part->n_terms = 1;
    for (size_t i = spec->n_a; i < spec->n_columns; i++)
        part->width *= schema->columns[spec->column[i]].n_codes;
    for (size_t i = 0; i < joint->n_columns; i++)
        if (columns_at_b(spec) == 1 && joint->column[i] != spec->column[spec->n_a]) {
            part->n_terms = schema->columns[joint->column[i]].n_codes;
            part->stride = weight_of(joint, schema, joint->column[i]);
        }
    part->start = calloc(part->width, sizeof *part->start);
    if (part->start == NULL)
        return CS_MEMORY;
    for (size_t word = 0; word < part->width; word++)
        part->start[word] = (uint16_t)start_of(joint, spec, schema, word);
    return CS_OK;
}

enum cs_status cs_joints_init(struct cs_joints *joints, const struct cs_plan *plan,
                              const struct cs_schema *schema)
{
    const size_t n = plan->n_tables;
    enum cs_status st = CS_MEMORY;

    *joints = (struct cs_joints){ .n_tables = n };
    joints->joint = calloc(n, sizeof *joints->joint);
    joints->part = calloc(n, sizeof *joints->part);
    if (joints->joint == NULL || joints->part == NULL)
        goto out;
    choose(joints, plan, schema);
    st = CS_OK;
    for (size_t t = 0; t < n; t++)
        if (plan->tables[t].kind == CS_CROSS)
            CS_TRY(part_init(&joints->part[t], joints, &plan->tables[t], schema));
out:
    if (st != CS_OK)
        cs_joints_wipe(joints);
    return st;
}

void cs_joints_wipe(struct cs_joints *joints)
{
    for (size_t t = 0; joints->part != NULL && t < joints->n_tables; t++)
        free(joints->part[t].start);
    free(joints->part);
    free(joints->joint);
    memset(joints, 0, sizeof *joints);
}

uint16_t cs_joint_code(const struct cs_joint *joint, const uint64_t *packed,
                       const struct cs_payload *layout)
{
    unsigned code = 0;

    for (size_t i = 0; i < joint->n_columns; i++)
        code = code << layout->field[joint->column[i]].n_bits |
               cs_payload_code(packed, layout, joint->column[i]);
    return (uint16_t)code;
}

void cs_joint_part_sum(uint32_t *vector, size_t stride, const struct cs_joint_part *part,
                       const struct cs_joint *joint, const uint32_t *word, size_t n)
{
    for (size_t p = 0; p < n; p++, vector += stride, word += (size_t)1 << joint->n_bits)
        for (size_t i = 0; i < part->width; i++) {
            uint32_t sum = 0;

            for (size_t term = 0; term < part->n_terms; term++)
                sum += word[part->start[i] + term * part->stride];
            vector[i] = sum;
        }
}
