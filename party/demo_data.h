/* demo_data.h: a realistic study in a folder, for a first try and for tests.
 *
 * Writes a.csv and b.csv, study.yaml, the node files a.yaml and b.yaml, and truth.json:
 * the effect of the e-mail, overall and by region and age, each as
 *
 *   expected   the mean gain in the chance to convert, over the people
 *   potential  the difference of conversion rates had all, or none, got the e-mail
 *   observed   the difference of the rates of the two arms as they were drawn
 *
 * With CS_LINK_ALIGNED both files have the same people in the same order, and an `id`.
 * With CS_LINK_PRIVATE each has an order of its own, some people are at one party alone,
 * and identifiers are as real files have them (party/demo_contacts.h). truth.json says
 * how many are where and how many can be found, and has the effects twice: under
 * `not-converted`, of everybody at A, those who cannot be found without conversion; and
 * under `excluded`, of those who are found.
 *
 * The same options give the same files. Files appear whole or not at all.
 *
 *   Errors     CS_CONFIG for options out of range, CS_IO with path and reason.
 */
#ifndef CS_PARTY_DEMO_DATA_H
#define CS_PARTY_DEMO_DATA_H

#include <stdint.h>

#include "crypto/fault.h"
#include "model/study.h"
#include "party/demo_contacts.h"

#define CS_DEMO_PEOPLE_MIN 1000
#define CS_DEMO_PEOPLE_MAX 5000000
#define CS_DEMO_ONLY_MAX 0.9

struct cs_demo_options {
    const char *folder; /* made if it is not there */
    uint64_t people;    /* CS_DEMO_PEOPLE_MIN to _MAX, of both parties together */
    uint64_t columns;   /* CS_DEMO_COLUMNS_MIN to _MAX, of both parties together */
    uint64_t seed;
    enum cs_link link;

    /* Matter with CS_LINK_PRIVATE: */
    double only[2]; /* by enum cs_party: shares of the people; at most CS_DEMO_ONLY_MAX
                       together */
    struct cs_demo_identifiers identifiers;
};

#define CS_DEMO_DEFAULTS                                                                 \
    ((struct cs_demo_options){                                                           \
        .people = 30000,                                                                 \
        .columns = 11,                                                                   \
        .seed = 1,                                                                       \
        .link = CS_LINK_ALIGNED,                                                         \
        .only = { 0.2, 0.1 },                                                            \
        .identifiers = { .kinds = { CS_DEMO_EMAIL, CS_DEMO_PHONE }, .n = 2 },            \
    })

CS_MUST_USE enum cs_status cs_demo_data(const struct cs_demo_options *options,
                                        struct cs_fault *fault);

#endif
