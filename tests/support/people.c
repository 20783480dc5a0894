#include "tests/support/people.h"

struct cs_schema cs_people_schema(void)
{
    static int64_t ages[] = { 0, 18, 65, 100 }, spends[] = { 0, 1000, 2000, 3001 };
    static char *regions[] = { "north", "a, b" };
    static size_t at_a[] = { 0, 1, 2, 3 }, at_b[] = { 0 };
    static struct cs_column columns[PEOPLE_COLUMNS] = {
        { .name = "age",
          .type = CS_INTEGER,
          .at = { true, true },
          .max = 99,
          .edges = ages,
          .n_bins = 3,
          .n_codes = 3,
          .other = -1,
          .missing = -1 },
        { .name = "region",
          .type = CS_CATEGORY,
          .at = { true, false },
          .nullable = true,
          .values = regions,
          .n_values = 2,
          .n_codes = 4,
          .other = 2,
          .missing = 3 },
        { .name = "spend, total",
          .type = CS_NUMBER,
          .at = { true, false },
          .nullable = true,
          .decimals = 2,
          .max = 3000,
          .edges = spends,
          .n_bins = 3,
          .n_codes = 4,
          .other = -1,
          .missing = 3 },
        { .name = "since",
          .type = CS_DATE,
          .at = { true, false },
          .nullable = true,
          .binning = CS_BINS_QUANTILES,
          .min = 18262,
          .max = 18627,
          .date_format = "%d.%m.%Y",
          .n_bins = 2,
          .n_codes = 3,
          .other = -1,
          .missing = 2 },
    };

    return (struct cs_schema){
        .columns = columns,
        .n_columns = PEOPLE_COLUMNS,
        .order = { at_a, at_b },
        .n_order = { 4, 1 },
    };
}
