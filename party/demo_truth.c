#include "party/demo_truth.h"

#include <jansson.h>
#include <stdio.h>

#include "model/study.h"
#include "party/demo_columns.h"

#define NAME_BYTES 32

/* Of whom something is true. */
struct view {
    const struct cs_demo_person *people;
    size_t n;
    const struct cs_demo_contacts *contacts; /* NULL: everybody is found */
    enum cs_unlinked unlinked;
};

struct tally {
    size_t people, arm[CS_DEMO_ARMS], converted[CS_DEMO_ARMS];
    size_t outcomes[2]; /* conversions had none, had all got the e-mail */
    double gain;        /* of all chances */
};

static void count(struct tally *tally, const struct cs_demo_person *person)
{
    tally->people++;
    tally->arm[person->arm]++;
    tally->converted[person->arm] += cs_demo_converted(person);
    tally->outcomes[0] += person->converted[0];
    tally->outcomes[1] += person->converted[1];
    tally->gain += person->chance[1] - person->chance[0];
}

static bool is_found(const struct cs_demo_contacts *contacts, size_t i)
{
    return cs_demo_contacts_found(contacts, i) < contacts->identifiers.n;
}

/* What the view has of person i; false if that is nothing. */
static bool look(struct cs_demo_person *person, const struct view *view, size_t i)
{
    *person = view->people[i];
    if (view->contacts == NULL || is_found(view->contacts, i))
        return true;
    for (int with = 0; with < 2; with++) {
        person->chance[with] = 0;
        person->converted[with] = false;
    }
    return view->unlinked == CS_UNLINKED_NOT_CONVERTED &&
           cs_presence_has(&view->contacts->people, CS_A, i);
}

/* Of none: 0, for a segment may be empty. */
static double share(double part, size_t whole)
{
    return whole == 0 ? 0 : part / (double)whole;
}

static json_t *arm_json(const struct tally *tally, int arm)
{
    const size_t n = tally->arm[arm], converted = tally->converted[arm];

    return json_pack("{sI sI sf}", "people", (json_int_t)n, "conversions",
                     (json_int_t)converted, "rate", share((double)converted, n));
}

static json_t *arms_json(const struct tally *tally)
{
    return json_pack("{so so so}", "test", arm_json(tally, CS_DEMO_TEST), "control",
                     arm_json(tally, CS_DEMO_CONTROL), "neither",
                     arm_json(tally, CS_DEMO_NEITHER));
}

static json_t *lift_json(const struct tally *t)
{
    const double all = share((double)t->outcomes[1], t->people);
    const double none = share((double)t->outcomes[0], t->people);
    const double test = share((double)t->converted[CS_DEMO_TEST], t->arm[CS_DEMO_TEST]);
    const double control =
        share((double)t->converted[CS_DEMO_CONTROL], t->arm[CS_DEMO_CONTROL]);

    return json_pack("{sf sf sf}", "expected", share(t->gain, t->people), "potential",
                     all - none, "observed", test - control);
}

static void add_segment(json_t *segments, const char *name, const struct tally *tally)
{
    json_object_set_new(segments, name,
                        json_pack("{sI so so}", "people", (json_int_t)tally->people,
                                  "arms", arms_json(tally), "lift", lift_json(tally)));
}

static json_t *regions_json(const struct view *view)
{
    struct tally tally[CS_DEMO_REGIONS] = { 0 };
    json_t *segments = json_object();
    struct cs_demo_person person;

    for (size_t i = 0; i < view->n; i++)
        if (look(&person, view, i))
            count(&tally[person.region], &person);
    for (size_t k = 0; k < CS_DEMO_REGIONS; k++)
        add_segment(segments, cs_demo_regions[k], &tally[k]);
    return segments;
}

static size_t age_band(unsigned age)
{
    size_t band = 0;

    while (age >= cs_demo_age_edges[band + 1])
        band++;
    return band;
}

static json_t *ages_json(const struct view *view)
{
    struct tally tally[CS_DEMO_AGE_BANDS] = { 0 };
    json_t *segments = json_object();
    struct cs_demo_person person;
    char name[NAME_BYTES];

    for (size_t i = 0; i < view->n; i++)
        if (look(&person, view, i))
            count(&tally[age_band(person.age)], &person);
    for (size_t k = 0; k < CS_DEMO_AGE_BANDS; k++) {
        snprintf(name, sizeof name, "%u-%u", cs_demo_age_edges[k],
                 cs_demo_age_edges[k + 1] - 1);
        add_segment(segments, name, &tally[k]);
    }
    return segments;
}

static json_t *effects_json(const struct view *view)
{
    struct cs_demo_person person;
    struct tally all = { 0 };

    for (size_t i = 0; i < view->n; i++)
        if (look(&person, view, i))
            count(&all, &person);
    return json_pack("{sI so so s{so so}}", "people", (json_int_t)all.people, "arms",
                     arms_json(&all), "lift", lift_json(&all), "segments", "region",
                     regions_json(view), "age", ages_json(view));
}

static json_t *linkage_json(const struct cs_demo_contacts *contacts)
{
    const struct cs_demo_identifiers *identifiers = &contacts->identifiers;
    size_t found[CS_DEMO_KINDS + 1] = { 0 }, all = 0;
    json_t *by = json_object();

    for (size_t i = 0; i < contacts->people.n_both; i++)
        found[cs_demo_contacts_found(contacts, i)]++;
    for (size_t k = 0; k < identifiers->n; k++) {
        all += found[k];
        json_object_set_new(by, cs_demo_kind_words[identifiers->kinds[k]].name,
                            json_integer((json_int_t)found[k]));
    }
    return json_pack("{sI sI sI sI so}", "both", (json_int_t)contacts->people.n_both,
                     "only_a", (json_int_t)contacts->people.n_only[CS_A], "only_b",
                     (json_int_t)contacts->people.n_only[CS_B], "found", (json_int_t)all,
                     "found_by", by);
}

/* The effects of all, or those under each rule. */
static void add_effects(json_t *truth, struct view view)
{
    if (view.contacts == NULL) {
        json_t *effects = effects_json(&view);

        json_object_update_missing(truth, effects);
        json_decref(effects);
        return;
    }
    json_object_set_new(truth, "linkage", linkage_json(view.contacts));
    view.unlinked = CS_UNLINKED_NOT_CONVERTED;
    json_object_set_new(truth, "not-converted", effects_json(&view));
    view.unlinked = CS_UNLINKED_EXCLUDED;
    json_object_set_new(truth, "excluded", effects_json(&view));
}

enum cs_status cs_demo_truth(char **text, const struct cs_demo_person *people, size_t n,
                             const struct cs_demo_contacts *contacts, uint64_t seed)
{
    const struct view view = { .people = people, .n = n, .contacts = contacts };
    json_t *truth =
        json_pack("{sI sI}", "people", (json_int_t)n, "seed", (json_int_t)seed);

    if (truth == NULL)
        return CS_MEMORY;
    add_effects(truth, view);
    *text = json_dumps(truth, JSON_INDENT(2) | JSON_REAL_PRECISION(6));
    json_decref(truth);
    return *text == NULL ? CS_MEMORY : CS_OK;
}
