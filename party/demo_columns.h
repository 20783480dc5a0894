/* demo_columns.h: the columns of the demonstration: their declaration in a study file and
 * their text for each person.
 *
 * The first CS_DEMO_COLUMNS_MIN tell the story (party/demo_model.h); those after them,
 * for A and B in turn, follow the hidden factors with weights of their own, so that they
 * depend on each other and on conversion, and know nothing else.
 */
#ifndef CS_PARTY_DEMO_COLUMNS_H
#define CS_PARTY_DEMO_COLUMNS_H

#include <stdbool.h>
#include <stddef.h>

#include "crypto/rng.h"
#include "model/schema.h"
#include "party/demo_model.h"

#define CS_DEMO_COLUMNS_MIN ((size_t)11)
#define CS_DEMO_COLUMNS_MAX ((size_t)40)
#define CS_DEMO_TEXT_BYTES 64

struct cs_demo_column {
    const char *name;
    bool at[2];                /* which parties hold it */
    const char *const *values; /* of a category, up to NULL */
    const char *declaration;   /* of another kind, in the study's words */
    void (*write)(char text[static CS_DEMO_TEXT_BYTES],
                  const struct cs_demo_person *person); /* NULL: by the hidden factors */
    unsigned max; /* of an integer by the hidden factors; 0: an amount of money */
};

extern const struct cs_demo_column cs_demo_columns[CS_DEMO_COLUMNS_MAX];

/* Of the first n those that the party has, in the order of its file; returns how many. */
size_t
cs_demo_columns_at(const struct cs_demo_column *columns[static CS_DEMO_COLUMNS_MAX],
                   size_t n, enum cs_party party);

/* A column's text, person after person, always in the same order. */
struct cs_demo_writer {
    const struct cs_demo_column *column;
    struct cs_rng rng;              /* the column's own stream */
    double wealth, interest, noise; /* weights; their squares add up to 1 */
};

void cs_demo_writer_init(struct cs_demo_writer *writer,
                         const struct cs_demo_column *column, uint64_t seed);
void cs_demo_writer_next(struct cs_demo_writer *writer,
                         char text[static CS_DEMO_TEXT_BYTES],
                         const struct cs_demo_person *person);

/* Values of the columns with planted effects. */
extern const char *const cs_demo_regions[CS_DEMO_REGIONS + 1];

/* First ages of the age bands, and one past the last age. */
#define CS_DEMO_AGE_BANDS ((size_t)11)
extern const unsigned cs_demo_age_edges[CS_DEMO_AGE_BANDS + 1];

#endif
