#include "model/order.h"

#include <stdlib.h>
#include <string.h>

#include "model/schema.h"

/* order: (n), stably sorted by code[order[i]] into sorted. */
static void sort_by(size_t *sorted, const size_t *order, size_t n, const uint8_t *code)
{
    size_t first[CS_CODES_MAX + 1] = { 0 };

    for (size_t i = 0; i < n; i++)
        first[code[order[i]] + 1]++;
    for (size_t k = 0; k < CS_CODES_MAX; k++)
        first[k + 1] += first[k];
    for (size_t i = 0; i < n; i++)
        sorted[first[code[order[i]]]++] = order[i];
}

/* Sets order to the n rows from first, sorted; scratch: (n). */
static void sort_rows(size_t *order, size_t *scratch, const struct cs_codes *rows,
                      size_t first, size_t n)
{
    for (size_t i = 0; i < n; i++)
        order[i] = first + i;
    for (size_t c = rows->n_columns; c-- > 0;) {
        sort_by(scratch, order, n, cs_codes_column(rows, c));
        memcpy(order, scratch, n * sizeof *order);
    }
}

enum cs_status cs_order_rows(struct cs_codes *rows, const struct cs_presence *people)
{
    const size_t n = rows->n_rows;
    size_t *order = calloc(n, sizeof *order), *scratch = calloc(n, sizeof *scratch);
    uint8_t *was = calloc(n, 1);
    enum cs_status st = CS_MEMORY;

    CS_REQUIRE(n == cs_presence_all(people));
    if (order == NULL || scratch == NULL || was == NULL)
        goto out;
    const size_t only_a = people->n_both, only_b = only_a + people->n_only[CS_A];
    sort_rows(order, scratch, rows, 0, only_a);
    sort_rows(order + only_a, scratch, rows, only_a, people->n_only[CS_A]);
    sort_rows(order + only_b, scratch, rows, only_b, people->n_only[CS_B]);
    for (size_t c = 0; c < rows->n_columns; c++) {
        uint8_t *code = cs_codes_column(rows, c);

        memcpy(was, code, n);
        for (size_t i = 0; i < n; i++)
            code[i] = was[order[i]];
    }
    st = CS_OK;
out:
    free(order);
    free(scratch);
    free(was);
    return st;
}
