/* A CSV file of which nothing is declared (`cosynth evaluate`, `cosynth init`), and what
 * `init` surveys of it. The first byte says in which pieces it comes. */
#include "model/sheet.h"
#include "tests/fuzz/fuzz.h"
#include "tests/support/source.h"

static void check(const struct cs_sheet *sheet)
{
    CS_REQUIRE(sheet->n_rows > 0 && sheet->n_columns > 0);
    for (size_t c = 0; c < sheet->n_columns; c++) {
        const struct cs_sheet_column *column = &sheet->columns[c];

        CS_REQUIRE(cs_sheet_find(sheet, column->name) == c);
        for (size_t row = 0; row < sheet->n_rows; row++)
            CS_REQUIRE(column->rows[row] < column->n_texts ||
                       column->rows[row] == CS_SHEET_EMPTY);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct cs_fuzz_input input = { data, size };
    const size_t piece = 1 + (size_t)cs_fuzz_byte(&input);
    struct cs_fault fault = { .stage = "fuzz" };
    struct cs_text_source source;
    struct cs_sheet sheet = { 0 };

    cs_text_source_init(&source, (const char *)input.at, input.left, piece);
    if (cs_sheet_read(&sheet, &source.source, NULL, &fault) == CS_OK)
        check(&sheet);
    cs_fuzz_check_fault(&fault);
    cs_sheet_wipe(&sheet);
    return 0;
}
