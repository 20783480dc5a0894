/* roster.h: a CSV text of one column, value by value, and what a survey finds in it. */
#ifndef CS_TESTS_SUPPORT_ROSTER_H
#define CS_TESTS_SUPPORT_ROSTER_H

#include "model/draft.h"

struct cs_roster {
    char text[1 << 17];
    size_t n_bytes;
};

/* Starts with the header `value`. */
void cs_roster_init(struct cs_roster *roster);

/* n rows with a field as printf makes it. */
void cs_roster_add(struct cs_roster *roster, size_t n, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

struct cs_survey cs_roster_survey(const struct cs_roster *roster);
struct cs_draft cs_roster_draft(const struct cs_roster *roster, bool as_category);

#endif
