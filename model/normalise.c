#include "model/normalise.h"

#include <sodium.h>
#include <stdbool.h>
#include <string.h>
#include <utf8proc.h>

#include "crypto/status.h"

#define POINTS_PER_BYTE 4 /* the longest canonical decomposition of one code point */
#define DIGITS_MIN 7
#define DIGITS_MAX 15      /* E.164, 6.2.1 */
#define DIGITS_READ_MAX 24 /* with prefixes that are dropped */

const char *const cs_id_kinds[] = { "raw", "trim", "lower", "email", "phone", NULL };

/* A text, or a part of one; borrowed. */
struct span {
    const char *text;
    size_t n_bytes;
};

/* The code point at the start, and its length in bytes, at least 1. */
static size_t first_point(utf8proc_int32_t *point, struct span span)
{
    const utf8proc_ssize_t n = utf8proc_iterate((const utf8proc_uint8_t *)span.text,
                                                (utf8proc_ssize_t)span.n_bytes, point);

    return n > 0 ? (size_t)n : 1;
}

/* White_Space of Unicode's PropList.txt: the separators and these controls. */
static bool is_white(utf8proc_int32_t point)
{
    const utf8proc_category_t category = utf8proc_category(point);

    return (point >= '\t' && point <= '\r') || point == 0x85 ||
           category == UTF8PROC_CATEGORY_ZS || category == UTF8PROC_CATEGORY_ZL ||
           category == UTF8PROC_CATEGORY_ZP;
}

static size_t last_point_bytes(struct span span)
{
    size_t n = 1;

    while (n < span.n_bytes &&
           ((unsigned char)span.text[span.n_bytes - n] & 0xc0) == 0x80)
        n++;
    return n;
}

static struct span trim(struct span span)
{
    utf8proc_int32_t point;

    while (span.n_bytes > 0) {
        const size_t n = first_point(&point, span);

        if (!is_white(point))
            break;
        span = (struct span){ span.text + n, span.n_bytes - n };
    }
    while (span.n_bytes > 0) {
        const size_t n = last_point_bytes(span);

        first_point(&point, (struct span){ span.text + span.n_bytes - n, n });
        if (!is_white(point))
            break;
        span.n_bytes -= n;
    }
    return span;
}

static bool copy(char *to, size_t *n_to, struct span from)
{
    memcpy(to, from.text, from.n_bytes);
    *n_to = from.n_bytes;
    return true;
}

static bool encode(char *to, size_t *n_to, const utf8proc_int32_t *points, size_t n)
{
    *n_to = 0;
    for (size_t i = 0; i < n; i++) {
        if (*n_to + 4 > CS_NORMAL_BYTES_MAX)
            return false;
        *n_to += (size_t)utf8proc_encode_char(points[i], (utf8proc_uint8_t *)to + *n_to);
    }
    return true;
}

/* NFC of the text, whose code points are mapped first where map is given. */
static bool compose(char *to, size_t *n_to, struct span from, utf8proc_custom_func map)
{
    enum { N = POINTS_PER_BYTE * CS_ID_TEXT_BYTES_MAX };
    const utf8proc_option_t options = UTF8PROC_STABLE | UTF8PROC_COMPOSE;
    utf8proc_int32_t points[N + 1]; /* + 1: utf8proc may write a NUL */
    const utf8proc_ssize_t n = utf8proc_decompose_custom(
        (const utf8proc_uint8_t *)from.text, (utf8proc_ssize_t)from.n_bytes, points, N,
        options, map, NULL);

    CS_REQUIRE(n <= N);
    if (n < 0)
        return false;
    const utf8proc_ssize_t n_composed = utf8proc_normalize_utf32(points, n, options);
    const bool fits = n_composed >= 0 && encode(to, n_to, points, (size_t)n_composed);
    sodium_memzero(points, (size_t)n * sizeof *points);
    return fits;
}

static utf8proc_int32_t lower_point(utf8proc_int32_t point, void *unused)
{
    (void)unused;
    return utf8proc_tolower(point);
}

static bool lower(char *to, size_t *n_to, struct span from)
{
    char composed[CS_NORMAL_BYTES_MAX];
    size_t n = 0;
    const bool fits = compose(composed, &n, from, NULL) &&
                      compose(to, n_to, (struct span){ composed, n }, lower_point);

    sodium_memzero(composed, n);
    return fits;
}

static bool email(char *to, size_t *n_to, struct span from)
{
    if (!lower(to, n_to, from))
        return false;
    const char *at = memchr(to, '@', *n_to);
    return at != NULL && at != to && at != to + *n_to - 1 &&
           memchr(at + 1, '@', (size_t)(to + *n_to - at - 1)) == NULL;
}

/* A telephone number as it is written. */
struct dial {
    char digits[DIGITS_READ_MAX];
    size_t n;
    bool plus; /* begins with + */
};

static bool may_separate(utf8proc_int32_t point)
{
    return is_white(point) || utf8proc_category(point) == UTF8PROC_CATEGORY_PD ||
           point == '.' || point == '/' || point == '(' || point == ')';
}

static bool starts_with(struct span span, const char *prefix)
{
    const size_t n = strlen(prefix);

    return span.n_bytes >= n && memcmp(span.text, prefix, n) == 0;
}

/* The bytes of a trunk prefix in parentheses at the start, or 0. */
static size_t bracketed_bytes(struct span span, const char *trunk)
{
    const size_t n = strlen(trunk);

    if (n == 0 || !starts_with(span, "("))
        return 0;
    const struct span within = { span.text + 1, span.n_bytes - 1 };
    return starts_with(within, trunk) && within.n_bytes > n && within.text[n] == ')'
               ? n + 2
               : 0;
}

static bool read_dial(struct dial *dial, struct span span, const char *trunk)
{
    while (span.n_bytes > 0) {
        utf8proc_int32_t point;
        size_t n = first_point(&point, span);

        if (dial->n > 0 && bracketed_bytes(span, trunk) > 0)
            n = bracketed_bytes(span, trunk);
        else if (point >= '0' && point <= '9' && dial->n < DIGITS_READ_MAX)
            dial->digits[dial->n++] = (char)point;
        else if (point == '+' && dial->n == 0 && !dial->plus)
            dial->plus = true;
        else if (!may_separate(point))
            return false;
        span = (struct span){ span.text + n, span.n_bytes - n };
    }
    return true;
}

/* `+`, the calling code unless the number brings it, and the digits without prefix. */
static bool write_number(char *to, size_t *n_to, const struct dial *dial,
                         const struct cs_identifier *identifier)
{
    struct span digits = { dial->digits, dial->n };
    const bool is_abroad = dial->plus || starts_with(digits, "00");
    const char *prefix = dial->plus ? "" : is_abroad ? "00" : identifier->trunk;
    const char *country = is_abroad ? "" : identifier->country;
    const size_t n_country = strlen(country);

    if (starts_with(digits, prefix))
        digits = (struct span){ digits.text + strlen(prefix),
                                digits.n_bytes - strlen(prefix) };
    *n_to = 1 + n_country + digits.n_bytes;
    to[0] = '+';
    memcpy(to + 1, country, n_country);
    memcpy(to + 1 + n_country, digits.text, digits.n_bytes);
    return *n_to > DIGITS_MIN && *n_to <= 1 + DIGITS_MAX && to[1] != '0';
}

static bool phone(char *to, size_t *n_to, struct span from,
                  const struct cs_identifier *identifier)
{
    struct dial dial = { .n = 0 };
    const bool is_number = read_dial(&dial, from, identifier->trunk) &&
                           write_number(to, n_to, &dial, identifier);

    sodium_memzero(&dial, sizeof dial);
    return is_number;
}

static bool make_normal(char *to, size_t *n_to, struct span from,
                        const struct cs_identifier *identifier)
{
    switch (identifier->kind) {
    case CS_ID_LOWER:
        return lower(to, n_to, from);
    case CS_ID_EMAIL:
        return email(to, n_to, from);
    case CS_ID_PHONE:
        return phone(to, n_to, from, identifier);
    default:
        return copy(to, n_to, from);
    }
}

enum cs_id_state cs_normalise(char normal[static CS_NORMAL_BYTES_MAX], size_t *n_normal,
                              const struct cs_identifier *identifier, const char *text,
                              size_t n_bytes)
{
    struct span span = { text, n_bytes };

    if (identifier->kind != CS_ID_RAW)
        span = trim(span);
    if (span.n_bytes == 0)
        return CS_ID_EMPTY;
    if (span.n_bytes > CS_ID_TEXT_BYTES_MAX ||
        !make_normal(normal, n_normal, span, identifier))
        return CS_ID_UNUSABLE;
    return CS_ID_USABLE;
}
