/* Conditions on people (`cosynth synthesize --where`), each up to a zero; together they
 * are a filter. */
#include <stdlib.h>

#include "model/filter.h"
#include "tests/fuzz/fuzz.h"
#include "tests/support/people.h"

enum { CONDITIONS_MAX = 8 };

static void check(const struct cs_filter *filter)
{
    for (size_t c = 0; c < filter->schema->n_columns; c++)
        for (size_t code = 0; code < filter->schema->columns[c].n_codes; code++)
            CS_REQUIRE(filter->column[c].part[code] <= filter->column[c].whole[code]);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static int64_t since[] = { 18262, 18400, 18628 }; /* once they are estimated */
    struct cs_fuzz_input input = { data, size };
    struct cs_fault fault = { .stage = "fuzz" };
    struct cs_schema schema = cs_people_schema();
    struct cs_filter filter;

    schema.columns[PEOPLE_SINCE].edges = since;
    CS_REQUIRE(cs_filter_init(&filter, &schema, NULL) == CS_OK);
    for (size_t i = 0; i < CONDITIONS_MAX && input.left > 0; i++) {
        char *condition = cs_fuzz_text(&input);

        if (cs_filter_add(&filter, condition, &fault) == CS_OK)
            check(&filter);
        free(condition);
    }
    cs_fuzz_check_fault(&fault);
    cs_filter_wipe(&filter);
    return 0;
}
