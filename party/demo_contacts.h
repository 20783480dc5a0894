/* demo_contacts.h: which of the demonstration's people are at which party, and how each
 * party knows them.
 *
 * A person has an id that both parties write the same, an e-mail address and a telephone
 * number. Either party may lack the latter two, or have what is no address or number
 * ("n/a") in their place, or, on every hundredth row, a placeholder: one number for many.
 * What a party has it writes in notations of its own. So not all that are at both can be
 * found: a row of B counts under its first identifier, which A may lack (docs/STUDY.md,
 * "How an identifier is compared").
 *
 * Nobody real is called: addresses are at the domains of RFC 2606, section 3, and behind
 * the area code of a telephone number stands a 0, which no subscriber's begins with.
 *
 *   Units      people are by their place in the population: those at both, at A only, at
 *              B only (model/presence.h); their columns do not depend on it
 *   Threads    everything from the seed; no hidden state
 */
#ifndef CS_PARTY_DEMO_CONTACTS_H
#define CS_PARTY_DEMO_CONTACTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "crypto/rng.h"
#include "model/presence.h"
#include "party/demo_columns.h"

enum cs_demo_kind { CS_DEMO_ID, CS_DEMO_EMAIL, CS_DEMO_PHONE, CS_DEMO_KINDS };

/* By enum cs_demo_kind. */
struct cs_demo_kind_words {
    const char *name;        /* of the column */
    const char *declaration; /* in the study's words */
};
extern const struct cs_demo_kind_words cs_demo_kind_words[CS_DEMO_KINDS];

/* What people are found by, the preferred one first. */
struct cs_demo_identifiers {
    enum cs_demo_kind kinds[CS_DEMO_KINDS];
    size_t n;
};

struct cs_demo_contact {
    uint8_t given, family, host, area;
    uint8_t held[2][CS_DEMO_KINDS]; /* by enum cs_party */
};

struct cs_demo_contacts {
    struct cs_presence people;
    struct cs_demo_identifiers identifiers;
    struct cs_demo_contact *of; /* (people) */
};

/* CS_MEMORY if there is none. Each party has at least 100 people. */
CS_MUST_USE enum cs_status
cs_demo_contacts_init(struct cs_demo_contacts *contacts, struct cs_presence people,
                      const struct cs_demo_identifiers *identifiers, uint64_t seed);
void cs_demo_contacts_wipe(struct cs_demo_contacts *contacts);

/* Which of the identifiers the person is found by; their number if by none. */
size_t cs_demo_contacts_found(const struct cs_demo_contacts *contacts, size_t person);

/* What stands in the party's file; rng decides between its notations. */
void cs_demo_contacts_write(char text[static CS_DEMO_TEXT_BYTES],
                            const struct cs_demo_contacts *contacts, size_t person,
                            enum cs_demo_kind kind, enum cs_party party,
                            struct cs_rng *rng);

#endif
