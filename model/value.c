#include "model/value.h"

#include <stdio.h>

#include "crypto/status.h"
#include "model/date.h"

_Static_assert(CS_DATE_BYTES <= CS_VALUE_BYTES, "a date fits a value");

/* Beyond this an exponent makes zero or an overflow of any text that fits a field. */
#define EXPONENT_MAX INT64_C(1000000000)

/* A decimal number before its value is known: +-digits, with a dot in between, times
 * 10^exponent. */
struct decimal {
    bool negative;
    const char *digits; /* (n_bytes), one dot at most among them */
    size_t n_bytes;
    int64_t n_digits, n_fraction;
    int64_t exponent;
};

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool take_sign(const char **at, const char *end)
{
    const bool negative = *at < end && **at == '-';

    if (*at < end && (**at == '-' || **at == '+'))
        ++*at;
    return negative;
}

static bool read_mantissa(struct decimal *decimal, const char **at, const char *end)
{
    bool dot = false;

    decimal->digits = *at;
    for (; *at < end && (is_digit(**at) || (**at == '.' && !dot)); ++*at) {
        if (**at == '.') {
            dot = true;
        } else {
            decimal->n_digits++;
            decimal->n_fraction += dot;
        }
    }
    decimal->n_bytes = (size_t)(*at - decimal->digits);
    return decimal->n_digits > 0;
}

static bool read_exponent(struct decimal *decimal, const char **at, const char *end)
{
    if (*at == end)
        return true;
    if (**at != 'e' && **at != 'E')
        return false;
    ++*at;
    const bool negative = take_sign(at, end);
    if (*at == end)
        return false;
    for (; *at < end && is_digit(**at); ++*at) {
        if (decimal->exponent < EXPONENT_MAX)
            decimal->exponent = decimal->exponent * 10 + (**at - '0');
    }
    if (negative)
        decimal->exponent = -decimal->exponent;
    return true;
}

static bool append_digit(int64_t *value, int digit)
{
    if (*value > (INT64_MAX - digit) / 10)
        return false;
    *value = *value * 10 + digit;
    return true;
}

/* Digits whose weight is below one point of the grid are dropped; the first of them says
 * whether to round away from zero. exact: they must all be 0. */
static bool to_grid(int64_t *grid, const struct decimal *decimal, unsigned decimals,
                    bool exact)
{
    const int64_t n_kept =
        decimal->n_digits - decimal->n_fraction + decimal->exponent + (int64_t)decimals;
    int64_t value = 0, at = 0;
    bool away = false;

    for (size_t i = 0; i < decimal->n_bytes; i++) {
        const char c = decimal->digits[i];

        if (c == '.')
            continue;
        if (at < n_kept && !append_digit(&value, c - '0'))
            return false;
        if (at >= n_kept && exact && c != '0')
            return false;
        away = away || (at == n_kept && c >= '5');
        at++;
    }
    for (; value != 0 && at < n_kept; at++) {
        if (!append_digit(&value, 0))
            return false;
    }
    if (away && value == INT64_MAX)
        return false;
    value += away;
    *grid = decimal->negative ? -value : value;
    return true;
}

static bool parse_number(int64_t *grid, const struct cs_column *column, const char *text,
                         size_t n_bytes)
{
    const bool is_integer = column->type == CS_INTEGER;
    const char *at = text, *end = text + n_bytes;
    struct decimal decimal = { .negative = take_sign(&at, end) };

    if (!read_mantissa(&decimal, &at, end))
        return false;
    if (!is_integer && !read_exponent(&decimal, &at, end))
        return false;
    return at == end && to_grid(grid, &decimal, column->decimals, is_integer);
}

bool cs_value_parse(int64_t *grid, const struct cs_column *column, const char *text,
                    size_t n_bytes)
{
    CS_REQUIRE(cs_column_is_numeric(column) && column->decimals <= CS_DECIMALS_MAX);
    if (column->type == CS_DATE)
        return cs_date_parse(grid, column->date_format, text, n_bytes);
    return parse_number(grid, column, text, n_bytes);
}

static void format_number(char text[static CS_VALUE_BYTES], unsigned decimals,
                          int64_t grid)
{
    uint64_t whole = grid < 0 ? 0 - (uint64_t)grid : (uint64_t)grid, power = 1;
    const char *sign = grid < 0 ? "-" : "";

    for (unsigned i = 0; i < decimals; i++)
        power *= 10;
    const uint64_t fraction = whole % power;
    whole /= power;
    if (decimals == 0)
        snprintf(text, CS_VALUE_BYTES, "%s%llu", sign, (unsigned long long)whole);
    else
        snprintf(text, CS_VALUE_BYTES, "%s%llu.%0*llu", sign, (unsigned long long)whole,
                 (int)decimals, (unsigned long long)fraction);
}

void cs_value_format(char text[static CS_VALUE_BYTES], const struct cs_column *column,
                     int64_t grid)
{
    CS_REQUIRE(cs_column_is_numeric(column) && column->decimals <= CS_DECIMALS_MAX);
    if (column->type == CS_DATE)
        cs_date_format(text, column->date_format, grid);
    else
        format_number(text, column->decimals, grid);
}
