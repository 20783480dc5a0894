/* Dates: a format, up to a zero, and a text. What is read is a day, and is read from how
 * it is written again. */
#include <stdlib.h>
#include <string.h>

#include "model/date.h"
#include "tests/fuzz/fuzz.h"

static void round_trip(const char *format, const char *text)
{
    char again[CS_DATE_BYTES];
    int64_t days, same;

    if (!cs_date_parse(&days, format, text, strlen(text)))
        return;
    CS_REQUIRE(days >= CS_DATE_MIN && days <= CS_DATE_MAX);
    cs_date_format(again, format, days);
    CS_REQUIRE(cs_date_parse(&same, format, again, strlen(again)) && same == days);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct cs_fuzz_input input = { data, size };
    char *format = cs_fuzz_text(&input), *text = cs_fuzz_text(&input);

    if (cs_date_format_valid(format))
        round_trip(format, text);
    free(format);
    free(text);
    return 0;
}
