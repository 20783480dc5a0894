/* demo_data.h: a realistic study in a folder, for a first try and for tests.
 *
 * Writes a.csv and b.csv (the same people in the same order), study.yaml, the node files
 * a.yaml and b.yaml, and truth.json: the effect of the e-mail, overall and by region and
 * age, each as
 *
 *   expected   the mean gain in the chance to convert, over the people
 *   potential  the difference of conversion rates had all, or none, got the e-mail
 *   observed   the difference of the rates of the two arms as they were drawn
 *
 * The same options give the same files. Files appear whole or not at all.
 *
 *   Errors     CS_CONFIG for options out of range, CS_IO with path and reason.
 */
#ifndef CS_PARTY_DEMO_DATA_H
#define CS_PARTY_DEMO_DATA_H

#include <stdint.h>

#include "crypto/fault.h"

#define CS_DEMO_PEOPLE_MIN 1000
#define CS_DEMO_PEOPLE_MAX 5000000

struct cs_demo_options {
    const char *folder; /* made if it is not there */
    uint64_t people;    /* CS_DEMO_PEOPLE_MIN to _MAX */
    uint64_t columns;   /* CS_DEMO_COLUMNS_MIN to _MAX, of both parties together */
    uint64_t seed;
};

#define CS_DEMO_DEFAULTS                                                                 \
    ((struct cs_demo_options){ .people = 30000, .columns = 11, .seed = 1 })

CS_MUST_USE enum cs_status cs_demo_data(const struct cs_demo_options *options,
                                        struct cs_fault *fault);

#endif
