#include "model/real.h"

#include <float.h>
#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "crypto/status.h"

#define DIGITS "0123456789"

/* [+-] digits [. digits] [e [+-] digits], with a digit before the e. */
static bool is_decimal(const char *text)
{
    text += strspn(text, "+-") == 1;
    size_t n = strspn(text, DIGITS), n_digits = n;
    text += n;
    if (*text == '.') {
        n = strspn(++text, DIGITS);
        n_digits += n;
        text += n;
    }
    if (n_digits == 0)
        return false;
    if (*text == 'e' || *text == 'E') {
        text++;
        text += strspn(text, "+-") == 1;
        n = strspn(text, DIGITS);
        if (n == 0)
            return false;
        text += n;
    }
    return *text == '\0';
}

/* Sets the thread's locale to "C" and returns what it was. */
static locale_t set_locale_aside(locale_t *c)
{
    *c = newlocale(LC_ALL_MASK, "C", (locale_t)0);
    CS_REQUIRE(*c != (locale_t)0); /* "C" is built in */
    return uselocale(*c);
}

static void put_locale_back(locale_t before, locale_t c)
{
    uselocale(before);
    freelocale(c);
}

bool cs_real_parse(double *real, const char *text)
{
    locale_t c, before;

    if (!is_decimal(text))
        return false;
    before = set_locale_aside(&c);
    *real = strtod(text, NULL);
    put_locale_back(before, c);
    return isfinite(*real);
}

void cs_real_format(char text[static CS_REAL_BYTES], double real)
{
    locale_t c, before = set_locale_aside(&c);

    /* what has up to DBL_DIG digits is told by just these: %g drops the zeros */
    for (int digits = DBL_DIG; digits <= DBL_DECIMAL_DIG; digits++) {
        snprintf(text, CS_REAL_BYTES, "%.*g", digits, real);
        if (strtod(text, NULL) == real)
            break;
    }
    put_locale_back(before, c);
}
