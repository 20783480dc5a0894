#include "crypto/cuckoo.h"

#include <stdbool.h>
#include <stdlib.h>

#include "crypto/secret.h"

enum {
    LEAST = 4096, /* elements that a table has room for at least */
    AHEAD = 16,   /* elements whose bins are fetched before they are looked at */
};

/* A bin that a search has reached. If the owner of bin `from` moves to its other place
 * `bin`, whoever came to `from` has room there; a search ends at a bin without owner. */
struct step {
    uint32_t bin;
    uint32_t from; /* index of the step that led here, or NOWHERE */
};

#define NOWHERE UINT32_MAX

struct table {
    const struct cs_block *element; /* (n) */
    size_t n, n_bins;
    uint32_t *owner; /* (n_bins) */

    struct step *step; /* (n_bins) of the search under way, in the order reached */
    uint32_t n_steps;
    uint32_t *reached; /* (n_bins) the last search that reached the bin */
    uint32_t search;   /* number of searches begun */
};

size_t cs_cuckoo_bins(size_t n)
{
    const size_t room = n < LEAST ? LEAST : n;
    const size_t third = (127 * room + 299) / 300;

    CS_REQUIRE(n <= CS_CUCKOO_MAX && CS_CUCKOO_PLACES * third <= CS_CUCKOO_MAX);
    return CS_CUCKOO_PLACES * third;
}

void cs_cuckoo_places(uint32_t place[static CS_CUCKOO_PLACES], struct cs_block element,
                      size_t n_bins)
{
    const uint64_t third = n_bins / CS_CUCKOO_PLACES;
    const uint64_t word[CS_CUCKOO_PLACES] = {
        element.lo >> 32,
        element.hi & UINT32_MAX,
        element.hi >> 32,
    };

    for (size_t k = 0; k < CS_CUCKOO_PLACES; k++)
        place[k] = (uint32_t)(k * third + (word[k] * third >> 32));
}

static void places_of(const struct table *t, uint32_t place[static CS_CUCKOO_PLACES],
                      size_t i)
{
    cs_cuckoo_places(place, t->element[i], t->n_bins);
}

/* Reads ahead what a loop over the elements will need. */
static void fetch_bins(const struct table *t, size_t i)
{
    uint32_t place[CS_CUCKOO_PLACES];

    if (i >= t->n)
        return;
    places_of(t, place, i);
    for (size_t k = 0; k < CS_CUCKOO_PLACES; k++)
        __builtin_prefetch(&t->owner[place[k]], 1);
}

/* ---- placing -------------------------------------------------------------------- */

/* Adds the places of element i that this search has not reached. True as soon as one has
 * no owner: then it is the last step. */
static bool reach_places(struct table *t, size_t i, uint32_t from)
{
    uint32_t place[CS_CUCKOO_PLACES];

    places_of(t, place, i);
    for (size_t k = 0; k < CS_CUCKOO_PLACES; k++) {
        const uint32_t bin = place[k], owner = t->owner[bin];

        if (t->reached[bin] == t->search)
            continue;
        t->reached[bin] = t->search;
        t->step[t->n_steps++] = (struct step){ bin, from };
        if (owner == CS_CUCKOO_NOBODY)
            return true;
        __builtin_prefetch(&t->element[owner]);
    }
    return false;
}

/* From the free bin of the last step back: each owner moves one step on, and element i
 * has the first bin. */
static void move_owners(struct table *t, uint32_t i)
{
    uint32_t at = t->n_steps - 1;

    for (; t->step[at].from != NOWHERE; at = t->step[at].from)
        t->owner[t->step[at].bin] = t->owner[t->step[t->step[at].from].bin];
    t->owner[t->step[at].bin] = i;
}

static bool place_element(struct table *t, uint32_t i)
{
    t->search++;
    t->n_steps = 0;
    bool found = reach_places(t, i, NOWHERE);
    for (uint32_t at = 0; !found && at < t->n_steps; at++)
        found = reach_places(t, t->owner[t->step[at].bin], at);
    if (found)
        move_owners(t, i);
    return found;
}

static bool place_all(struct table *t)
{
    for (size_t bin = 0; bin < t->n_bins; bin++)
        t->owner[bin] = CS_CUCKOO_NOBODY;
    for (size_t i = 0; i < t->n; i++) {
        fetch_bins(t, i + AHEAD);
        if (!place_element(t, (uint32_t)i))
            return false;
    }
    return true;
}

/* ---- equal elements -------------------------------------------------------------- */

static void fetch_owners(const struct table *t, size_t i)
{
    uint32_t place[CS_CUCKOO_PLACES];

    if (i >= t->n)
        return;
    places_of(t, place, i);
    for (size_t k = 0; k < CS_CUCKOO_PLACES; k++)
        if (t->owner[place[k]] != CS_CUCKOO_NOBODY)
            __builtin_prefetch(&t->element[t->owner[place[k]]]);
}

static bool has_equal(const struct table *t, size_t i)
{
    uint32_t place[CS_CUCKOO_PLACES];
    bool equal = false;

    places_of(t, place, i);
    for (size_t k = 0; k < CS_CUCKOO_PLACES; k++) {
        const uint32_t other = t->owner[place[k]];

        if (other != CS_CUCKOO_NOBODY && other != i)
            equal |= t->element[other].lo == t->element[i].lo &&
                     t->element[other].hi == t->element[i].hi;
    }
    return equal;
}

/* Equal elements have the same places, so each is in a place of the other. */
static bool all_differ(const struct table *t)
{
    for (size_t i = 0; i < t->n; i++) {
        fetch_bins(t, i + 2 * AHEAD);
        fetch_owners(t, i + AHEAD);
        if (has_equal(t, i))
            return false;
    }
    return true;
}

enum cs_status cs_cuckoo_place_var(uint32_t *owner, const struct cs_block *element,
                                   size_t n, size_t n_bins)
{
    struct table t = { .element = element, .n = n, .n_bins = n_bins, .owner = owner };
    enum cs_status st = CS_OK;

    CS_REQUIRE(0 < n_bins && n_bins <= CS_CUCKOO_MAX && n_bins % CS_CUCKOO_PLACES == 0);
    CS_REQUIRE(n < CS_CUCKOO_NOBODY);
    t.step = calloc(n_bins, sizeof *t.step);
    t.reached = calloc(n_bins, sizeof *t.reached);
    if (t.step == NULL || t.reached == NULL)
        st = CS_MEMORY;
    else if (!place_all(&t) || !all_differ(&t))
        st = CS_INPUT;
    for (size_t bin = 0; st != CS_OK && bin < n_bins; bin++)
        owner[bin] = CS_CUCKOO_NOBODY;
    cs_wipe_free(t.step, n_bins * sizeof *t.step);
    cs_wipe_free(t.reached, n_bins * sizeof *t.reached);
    return st;
}
