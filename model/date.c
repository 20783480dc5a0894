#include "model/date.h"

#include <stdio.h>
#include <string.h>

#include "crypto/status.h"

enum part { YEAR, MONTH, DAY, DAY_OF_YEAR, HOUR, MINUTE, SECOND, LITERAL, N_PARTS };

/* What a conversion reads and writes: a number of so many digits, or a month's name. */
struct conversion {
    char letter;
    enum part part;
    unsigned width; /* digits; of a name: letters at most */
    unsigned min, max;
};

static const struct conversion conversions[] = {
    { 'Y', YEAR, 4, 1, 9999 }, { 'y', YEAR, 2, 0, 99 },         { 'm', MONTH, 2, 1, 12 },
    { 'b', MONTH, 3, 1, 12 },  { 'B', MONTH, 9, 1, 12 },        { 'd', DAY, 2, 1, 31 },
    { 'e', DAY, 2, 1, 31 },    { 'j', DAY_OF_YEAR, 3, 1, 366 }, { 'H', HOUR, 2, 0, 23 },
    { 'M', MINUTE, 2, 0, 59 }, { 'S', SECOND, 2, 0, 60 },       { '%', LITERAL, 1, 0, 0 },
};

static const char *const months[12] = {
    "January", "February", "March",     "April",   "May",      "June",
    "July",    "August",   "September", "October", "November", "December",
};

struct cursor {
    const char *at, *end;
};

/* One step through a format: a conversion, or the literal character if what is NULL. */
struct step {
    const struct conversion *what;
    bool unpadded;
    char literal;
};

static const struct conversion *find_conversion(char letter)
{
    for (size_t i = 0; i < sizeof conversions / sizeof conversions[0]; i++) {
        if (conversions[i].letter == letter)
            return &conversions[i];
    }
    return NULL;
}

static bool is_name(const struct conversion *what)
{
    return what->letter == 'b' || what->letter == 'B';
}

/* Takes one step off the format; false if it is a conversion we do not have. */
static bool next_step(struct step *step, const char **format)
{
    *step = (struct step){ .literal = *(*format)++ };
    if (step->literal != '%')
        return true;
    if (**format == '-') {
        step->unpadded = true;
        (*format)++;
    }
    if (**format == '\0')
        return false;
    step->what = find_conversion(*(*format)++);
    if (step->what != NULL && step->what->part == LITERAL)
        step->what = NULL;
    else if (step->what == NULL)
        return false;
    return true;
}

int64_t cs_date_to_days(struct cs_date date)
{
    const int64_t year = (int64_t)date.year - (date.month <= 2);
    const int64_t era = year / 400; /* year >= 0 */
    const int64_t year_of_era = year % 400;
    const int64_t month_from_march = (date.month + 9) % 12;
    const int64_t day_of_year = (153 * month_from_march + 2) / 5 + date.day - 1;
    const int64_t day_of_era =
        year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;

    return era * 146097 + day_of_era - 719468;
}

struct cs_date cs_date_from_days(int64_t days)
{
    CS_REQUIRE(days >= CS_DATE_MIN && days <= CS_DATE_MAX);
    const int64_t shifted = days + 719468; /* since 0000-03-01 */
    const int64_t era = shifted / 146097;
    const int64_t day = shifted % 146097;
    const int64_t year = (day - day / 1460 + day / 36524 - day / 146096) / 365;
    const int64_t day_of_year = day - (365 * year + year / 4 - year / 100);
    const int64_t month_from_march = (5 * day_of_year + 2) / 153;
    const unsigned month = (unsigned)((month_from_march + 2) % 12 + 1);

    return (struct cs_date){
        .year = (unsigned)(era * 400 + year + (month <= 2)),
        .month = month,
        .day = (unsigned)(day_of_year - (153 * month_from_march + 2) / 5 + 1),
    };
}

static bool read_number(unsigned *number, struct cursor *in, unsigned least,
                        unsigned most)
{
    unsigned n = 0;

    *number = 0;
    for (; n < most && in->at < in->end && *in->at >= '0' && *in->at <= '9'; n++)
        *number = *number * 10 + (unsigned)(*in->at++ - '0');
    return n >= least;
}

static bool read_month(unsigned *month, struct cursor *in, size_t most)
{
    for (unsigned m = 0; m < 12; m++) {
        const size_t n = strnlen(months[m], most);

        if ((size_t)(in->end - in->at) >= n && memcmp(in->at, months[m], n) == 0) {
            in->at += n;
            *month = m + 1;
            return true;
        }
    }
    return false;
}

static bool read_conversion(unsigned *number, const struct step *step, struct cursor *in)
{
    const struct conversion *what = step->what;

    if (is_name(what))
        return read_month(number, in, what->width);
    const bool blank = what->letter == 'e' && in->at < in->end && *in->at == ' ';
    const bool shorter = step->unpadded || what->letter == 'e';
    in->at += blank;
    if (!read_number(number, in, shorter ? 1 : what->width, what->width - blank))
        return false;
    if (*number < what->min || *number > what->max)
        return false;
    if (what->letter == 'y')
        *number += *number < 69 ? 2000 : 1900;
    return true;
}

static bool read_parts(unsigned part[static N_PARTS], const char *format,
                       struct cursor *in)
{
    struct step step;

    while (*format != '\0') {
        const bool known = next_step(&step, &format);
        CS_REQUIRE(known);
        if (step.what == NULL) {
            if (in->at == in->end || *in->at++ != step.literal)
                return false;
        } else if (!read_conversion(&part[step.what->part], &step, in)) {
            return false;
        }
    }
    return in->at == in->end;
}

static bool is_leap(unsigned year)
{
    return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

static unsigned days_in_month(unsigned year, unsigned month)
{
    static const unsigned char days[12] = {
        31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31
    };

    return month == 2 && is_leap(year) ? 29 : days[month - 1];
}

bool cs_date_parse(int64_t *days, const char *format, const char *text, size_t n_bytes)
{
    unsigned part[N_PARTS] = { 0 };
    struct cursor in = { text, text + n_bytes };

    if (!read_parts(part, format, &in))
        return false;
    if (part[DAY_OF_YEAR] != 0) {
        if (part[DAY_OF_YEAR] == 366 && !is_leap(part[YEAR]))
            return false;
        *days =
            cs_date_to_days((struct cs_date){ part[YEAR], 1, 1 }) + part[DAY_OF_YEAR] - 1;
        return true;
    }
    if (part[DAY] > days_in_month(part[YEAR], part[MONTH]))
        return false;
    *days = cs_date_to_days((struct cs_date){ part[YEAR], part[MONTH], part[DAY] });
    return true;
}

/* snprintf's return: the bytes it takes, whatever the room. */
static int write_conversion(char *to, size_t room, const struct step *step,
                            unsigned number)
{
    const int width = (int)step->what->width;

    switch (step->what->letter) {
    case 'b':
    case 'B':
        return snprintf(to, room, "%.*s", width, months[number - 1]);
    case 'e':
        return snprintf(to, room, "%*u", step->unpadded ? 1 : width, number);
    case 'y':
        number %= 100;
        break;
    }
    return snprintf(to, room, "%0*u", step->unpadded ? 1 : width, number);
}

/* Bytes of the text without its NUL; cut off at CS_DATE_BYTES. */
static size_t write_parts(char text[static CS_DATE_BYTES], const char *format,
                          const unsigned part[static N_PARTS])
{
    size_t n = 0;
    struct step step;

    while (*format != '\0' && n < CS_DATE_BYTES) {
        const bool known = next_step(&step, &format);
        CS_REQUIRE(known);
        if (step.what == NULL)
            text[n++] = step.literal;
        else
            n += (size_t)write_conversion(text + n, CS_DATE_BYTES - n, &step,
                                          part[step.what->part]);
    }
    text[n < CS_DATE_BYTES ? n : CS_DATE_BYTES - 1] = '\0';
    return n;
}

void cs_date_format(char text[static CS_DATE_BYTES], const char *format, int64_t days)
{
    const struct cs_date date = cs_date_from_days(days);
    const int64_t new_year = cs_date_to_days((struct cs_date){ date.year, 1, 1 });
    const unsigned part[N_PARTS] = {
        [YEAR] = date.year,
        [MONTH] = date.month,
        [DAY] = date.day,
        [DAY_OF_YEAR] = (unsigned)(days - new_year + 1),
    };

    CS_REQUIRE(write_parts(text, format, part) < CS_DATE_BYTES);
}

/* What begins with a digit cannot stand behind a number that may have fewer of them. */
static bool may_follow(const struct step *before, const struct step *step)
{
    const bool is_open =
        before->unpadded && before->what != NULL && !is_name(before->what);
    const bool is_digit = step->what != NULL
                              ? !is_name(step->what)
                              : step->literal >= '0' && step->literal <= '9';

    return !is_open || !is_digit;
}

bool cs_date_format_valid(const char *format)
{
    static const unsigned longest[N_PARTS] = {
        [YEAR] = 9999,
        [MONTH] = 9,
        [DAY] = 30,
        [DAY_OF_YEAR] = 273,
    };
    const char *rest = format;
    unsigned times[N_PARTS] = { 0 };
    char text[CS_DATE_BYTES];
    struct step before = { .unpadded = false }, step;

    for (; *rest != '\0'; before = step) {
        if (!next_step(&step, &rest) || !may_follow(&before, &step))
            return false;
        if (step.what != NULL && times[step.what->part]++ > 0)
            return false;
    }
    const bool by_month = times[MONTH] && times[DAY] && !times[DAY_OF_YEAR];
    const bool by_day = !times[MONTH] && !times[DAY] && times[DAY_OF_YEAR];
    return times[YEAR] && (by_month || by_day) &&
           write_parts(text, format, longest) < CS_DATE_BYTES;
}
