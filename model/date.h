/* date.h: days since 1970-01-01 in the proleptic Gregorian calendar, and their text by a
 * format of strftime.
 *
 * The conversions are %Y %y %m %b %B %d %e %j %H %M %S %%, with English names, and with
 * the flag `-` (%-m, %-d, ..) for numbers that are not padded. A time of day is checked
 * and dropped when read, and written as 0. %y is 1969 to 2068, as in POSIX. All other
 * characters stand for themselves. Years are 1 to 9999.
 *
 * Days and dates are turned into each other as in Hinnant, "chrono-Compatible Low-Level
 * Date Algorithms", 2013, days_from_civil and civil_from_days: years begin in March, so
 * that the leap day is the last of a year.
 *
 *   Errors     false: the text is no such date; *days is not touched.
 *   Threads    no hidden state, no locale, no time zone.
 */
#ifndef CS_MODEL_DATE_H
#define CS_MODEL_DATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CS_DATE_BYTES 64             /* of a formatted date, NUL included */
#define CS_DATE_MIN INT64_C(-719162) /* 0001-01-01 */
#define CS_DATE_MAX INT64_C(2932896) /* 9999-12-31 */

struct cs_date {
    unsigned year, month, day; /* 1..9999, 1..12, 1..31 */
};

int64_t cs_date_to_days(struct cs_date date);
struct cs_date cs_date_from_days(int64_t days);

/* Whether a format says each of year, month and day (or the day of the year) exactly
 * once, has only the conversions above, never needs more than CS_DATE_BYTES, and has no
 * digit after a number without padding: so that it reads what it writes. */
bool cs_date_format_valid(const char *format);

/* The functions below need a valid format. */
bool cs_date_parse(int64_t *days, const char *format, const char *text, size_t n_bytes);

/* CS_DATE_MIN <= days <= CS_DATE_MAX. */
void cs_date_format(char text[static CS_DATE_BYTES], const char *format, int64_t days);

#endif
