/* people.h: a small schema with a column of every kind, for tests of tables. */
#ifndef CS_TESTS_SUPPORT_PEOPLE_H
#define CS_TESTS_SUPPORT_PEOPLE_H

#include "model/schema.h"

enum { PEOPLE_AGE, PEOPLE_REGION, PEOPLE_SPEND, PEOPLE_SINCE, PEOPLE_COLUMNS };

/* age: integer 0..99, bins [0, 18) [18, 65) [65, 100); region: category north, "a, b",
 * other, missing; spend: number with 2 decimals, nullable, bins of 10.00 from 0 to 30.00;
 * since: date %d.%m.%Y of 2020 without edges (quantiles), nullable.
 * Party A has all of them in this order, B age alone. Static: not to be wiped. */
struct cs_schema cs_people_schema(void);

#endif
