#include "party/demo_contacts.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>

/* NUMBERS is prime, so a walk in steps meets each number below it but 0 once, and shows
 * no order. */
#define NUMBERS 9999991
#define ID_STEP 1000003
#define EMAIL_STEP 2750159
#define PHONE_STEP 6180371

#define PLACEHOLDER_EVERY 100 /* rows */
#define PLACEHOLDERS_MIN 12   /* rows; more than the study's default for `frequent` */

enum held { HELD, EMPTY, UNUSABLE, PLACEHOLDER };

const struct cs_demo_kind_words cs_demo_kind_words[CS_DEMO_KINDS] = {
    [CS_DEMO_ID] = { "id", "raw" },
    [CS_DEMO_EMAIL] = { "email", "email" },
    [CS_DEMO_PHONE] = { "phone", "{kind: phone, country: \"49\"}" },
};

/* Shares of a party's people who did not tell it. */
static const double lacking[2][CS_DEMO_KINDS] = {
    [CS_A] = { [CS_DEMO_EMAIL] = 0.06, [CS_DEMO_PHONE] = 0.10 },
    [CS_B] = { [CS_DEMO_EMAIL] = 0.04, [CS_DEMO_PHONE] = 0.06 },
};

enum { GIVEN_NAMES = 16, FAMILY_NAMES = 16, HOSTS = 3, AREAS = 5 };
static const char *const given_names[GIVEN_NAMES] = {
    "Anna",  "Ben",  "Clara", "David", "Emma", "Felix", "Hanna", "Ida",
    "Jonas", "Lena", "Lukas", "Maria", "Nina", "Paul",  "Sofia", "Tim",
};
static const char *const family_names[FAMILY_NAMES] = {
    "Bauer", "Becker",  "Fischer", "Hoffmann", "Klein", "Koch",   "Krause", "Lang",
    "Meyer", "Richter", "Schmidt", "Schulz",   "Vogel", "Wagner", "Weber",  "Wolf",
};
static const char *const hosts[HOSTS] = { "example.com", "example.net", "example.org" };
static const char *const areas[AREAS] = { "30", "40", "69", "89", "221" };

/* A uses the first four, B the last four. */
enum { PHONE_NOTATIONS = 6, PHONE_NOTATIONS_EACH = 4 };
static const struct {
    const char *before, *behind_area, *between;
} phone_notations[PHONE_NOTATIONS] = {
    { "0", " ", "" },   { "0", "/", " " },       { "(0", ") ", "-" },
    { "0049", "", "" }, { "+49 (0)", " ", " " }, { "+49 ", " ", "" },
};

/* A uses the first three, B the last three. */
enum { UPPER, AS_NAMES, LOWER, SPACED, EMAIL_NOTATIONS, EMAIL_NOTATIONS_EACH = 3 };

static uint64_t number_of(size_t person, uint64_t step)
{
    return ((uint64_t)person + 1) * step % NUMBERS;
}

static uint8_t draw_held(double lacks, struct cs_rng *rng)
{
    const double u = cs_rng_unit(rng);

    return u >= lacks ? HELD : u >= lacks / 4 ? EMPTY : UNUSABLE;
}

static void draw_contact(struct cs_demo_contact *contact, struct cs_rng *rng)
{
    contact->given = (uint8_t)cs_rng_below(rng, GIVEN_NAMES);
    contact->family = (uint8_t)cs_rng_below(rng, FAMILY_NAMES);
    contact->host = (uint8_t)cs_rng_below(rng, HOSTS);
    contact->area = (uint8_t)cs_rng_below(rng, AREAS);
    for (enum cs_party party = CS_A; party <= CS_B; party++) {
        for (size_t kind = 0; kind < CS_DEMO_KINDS; kind++)
            contact->held[party][kind] = draw_held(lacking[party][kind], rng);
    }
}

/* At other people of the two parties, so that it costs links. */
static void place_placeholders(struct cs_demo_contacts *contacts, enum cs_party party)
{
    const size_t n = cs_presence_at(&contacts->people, party);
    const size_t few = n / PLACEHOLDERS_MIN;
    const size_t step = few < PLACEHOLDER_EVERY ? few : PLACEHOLDER_EVERY;

    for (size_t i = party == CS_A ? 0 : step / 2; i < n; i += step) {
        const size_t person = cs_presence_row(&contacts->people, party, i);
        contacts->of[person].held[party][CS_DEMO_PHONE] = PLACEHOLDER;
    }
}

enum cs_status cs_demo_contacts_init(struct cs_demo_contacts *contacts,
                                     struct cs_presence people,
                                     const struct cs_demo_identifiers *identifiers,
                                     uint64_t seed)
{
    const size_t n = cs_presence_all(&people);
    struct cs_rng rng;

    contacts->people = people;
    contacts->identifiers = *identifiers;
    contacts->of = calloc(n, sizeof *contacts->of);
    if (contacts->of == NULL)
        return CS_MEMORY;
    cs_rng_init_labelled(&rng, seed, "demo/contacts");
    for (size_t person = 0; person < n; person++)
        draw_contact(&contacts->of[person], &rng);
    place_placeholders(contacts, CS_A);
    place_placeholders(contacts, CS_B);
    return CS_OK;
}

void cs_demo_contacts_wipe(struct cs_demo_contacts *contacts)
{
    free(contacts->of);
    *contacts = (struct cs_demo_contacts){ .of = NULL };
}

size_t cs_demo_contacts_found(const struct cs_demo_contacts *contacts, size_t person)
{
    const struct cs_demo_identifiers *identifiers = &contacts->identifiers;
    const struct cs_demo_contact *contact = &contacts->of[person];

    if (!cs_presence_is_both(&contacts->people, person))
        return identifiers->n;
    for (size_t k = 0; k < identifiers->n; k++) {
        const enum cs_demo_kind kind = identifiers->kinds[k];

        if (contact->held[CS_B][kind] == HELD)
            return contact->held[CS_A][kind] == HELD ? k : identifiers->n;
    }
    return identifiers->n;
}

static void write_email(char text[static CS_DEMO_TEXT_BYTES],
                        const struct cs_demo_contact *contact, uint64_t number,
                        uint32_t notation)
{
    const char *space = notation == SPACED ? " " : "";

    snprintf(text, CS_DEMO_TEXT_BYTES, "%s%s.%s%07llu@%s%s", space,
             given_names[contact->given], family_names[contact->family],
             (unsigned long long)number, hosts[contact->host], space);
    if (notation == AS_NAMES)
        return;
    for (char *c = text; *c != '\0'; c++)
        *c = (char)(notation == UPPER ? toupper(*c) : tolower(*c));
}

static void write_phone(char text[static CS_DEMO_TEXT_BYTES],
                        const struct cs_demo_contact *contact, uint64_t number,
                        uint32_t notation)
{
    snprintf(text, CS_DEMO_TEXT_BYTES, "%s%s%s%04llu%s%04llu",
             phone_notations[notation].before, areas[contact->area],
             phone_notations[notation].behind_area, (unsigned long long)number / 10000,
             phone_notations[notation].between, (unsigned long long)number % 10000);
}

/* One that is there, in one of the party's notations. */
static void write_held(char text[static CS_DEMO_TEXT_BYTES],
                       const struct cs_demo_contact *contact, size_t person,
                       enum cs_demo_kind kind, enum cs_party party, struct cs_rng *rng)
{
    static const struct cs_demo_contact nobody;
    const uint32_t email_first =
        party == CS_A ? 0 : EMAIL_NOTATIONS - EMAIL_NOTATIONS_EACH;
    const uint32_t phone_first =
        party == CS_A ? 0 : PHONE_NOTATIONS - PHONE_NOTATIONS_EACH;

    if (kind == CS_DEMO_ID)
        snprintf(text, CS_DEMO_TEXT_BYTES, "u%07llu",
                 (unsigned long long)number_of(person, ID_STEP));
    else if (kind == CS_DEMO_EMAIL)
        write_email(text, contact, number_of(person, EMAIL_STEP),
                    email_first + cs_rng_below(rng, EMAIL_NOTATIONS_EACH));
    else if (contact->held[party][kind] == PLACEHOLDER)
        write_phone(text, &nobody, 0,
                    phone_first + cs_rng_below(rng, PHONE_NOTATIONS_EACH));
    else
        write_phone(text, contact, number_of(person, PHONE_STEP),
                    phone_first + cs_rng_below(rng, PHONE_NOTATIONS_EACH));
}

void cs_demo_contacts_write(char text[static CS_DEMO_TEXT_BYTES],
                            const struct cs_demo_contacts *contacts, size_t person,
                            enum cs_demo_kind kind, enum cs_party party,
                            struct cs_rng *rng)
{
    const struct cs_demo_contact *contact = &contacts->of[person];
    const uint8_t held = contact->held[party][kind];

    if (held == EMPTY || held == UNUSABLE)
        snprintf(text, CS_DEMO_TEXT_BYTES, "%s", held == EMPTY ? "" : "n/a");
    else
        write_held(text, contact, person, kind, party, rng);
}
