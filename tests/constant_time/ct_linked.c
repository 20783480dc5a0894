/* protocol/linked.h: "time and memory access depend on the schema and counts only";
 * protocol/measure_joints.h: "words are secret: constant time". */
#include "protocol/linked.h"

#include "protocol/measure_joints.h"
#include "tests/constant_time/taint.h"

enum { COLUMNS = 2, ROWS = 3, BITS = 6 };

/* Two columns that B alone has. */
static void pack(uint64_t *packed, struct cs_payload *layout, struct cs_codes *codes)
{
    struct cs_column column[COLUMNS] = { 0 };
    const struct cs_schema schema = { .columns = column,
                                      .n_columns = COLUMNS,
                                      .order = { NULL, (size_t[]){ 0, 1 } },
                                      .n_order = { 0, COLUMNS } };

    for (size_t c = 0; c < COLUMNS; c++) {
        column[c].n_codes = 8;
        column[c].at[CS_B] = true;
        cs_taint_secret(cs_codes_column(codes, c), ROWS);
    }
    cs_payload_init(layout, &schema);
    cs_payload_pack(packed, layout, &schema, codes, 1);
}

int main(void)
{
    static uint32_t word[ROWS << BITS], vector[ROWS * 8];
    uint64_t packed[COLUMNS];
    const struct cs_joint joint = { { 0, 1 }, COLUMNS, BITS };
    const struct cs_joint_part part = { 0, 8, (uint16_t[8]){ 0, 1, 2, 3 }, 8, 8 };
    struct cs_payload layout;
    struct cs_codes codes;

    CS_REQUIRE(cs_codes_init(&codes, ROWS, COLUMNS) == CS_OK);
    pack(packed, &layout, &codes);
    cs_taint_expect(packed, 1);
    const uint16_t code = cs_joint_code(&joint, packed, &layout);
    cs_taint_expect(&code, 1);
    cs_taint_secret(word, sizeof word);
    cs_joint_part_sum(vector, 8, &part, &joint, word, ROWS);
    cs_taint_expect(vector, sizeof vector);
    cs_codes_wipe(&codes);
    return 0;
}
