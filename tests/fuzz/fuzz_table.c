/* A party's CSV file, as a run reads it (the schema of tests/support/people.h). The first
 * byte says how it is read: in which pieces, and how people are known. */
#include "model/table.h"
#include "tests/fuzz/fuzz.h"
#include "tests/support/people.h"
#include "tests/support/source.h"

static struct cs_id_rules rules_of(uint8_t how)
{
    static const char *const columns[] = { "id", "mail", "phone" };
    static const struct cs_identifier kinds[] = {
        { .kind = CS_ID_LOWER },
        { .kind = CS_ID_EMAIL },
        { .kind = CS_ID_PHONE, .country = "49", .trunk = "0" },
    };

    if (how & 1)
        return cs_id_rules_raw(columns);
    return (struct cs_id_rules){ kinds, columns, 3, false, 2 };
}

static void check(const struct cs_table *table, const struct cs_schema *schema)
{
    const size_t n_rows = table->codes.n_rows;

    CS_REQUIRE(n_rows > 0);
    for (size_t i = 0; i < table->codes.n_columns; i++) {
        const struct cs_column *column = &schema->columns[schema->order[table->party][i]];
        const uint8_t *code = cs_codes_column(&table->codes, i);

        for (size_t row = 0; row < n_rows; row++)
            CS_REQUIRE(cs_column_is_open(column) || code[row] < column->n_codes);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct cs_fuzz_input input = { data, size };
    const uint8_t how = cs_fuzz_byte(&input);
    const struct cs_schema schema = cs_people_schema();
    const struct cs_id_rules rules = rules_of(how);
    struct cs_fault fault = { .stage = "fuzz" };
    struct cs_text_source source;
    struct cs_table *table = NULL;

    cs_text_source_init(&source, (const char *)input.at, input.left, 1 + how / 4);
    if (cs_table_read(&table, &schema, how & 2 ? CS_B : CS_A, &rules, &source.source,
                      NULL, &fault) == CS_OK)
        check(table, &schema);
    cs_fuzz_check_fault(&fault);
    cs_table_free(table);
    return 0;
}
