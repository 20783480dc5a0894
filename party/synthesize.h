/* synthesize.h: more synthetic rows of a party, from a saved model: as many as asked for,
 * of people as asked for.
 *
 * From the population, the default: people of the synthetic population who satisfy the
 * filter (model/draw.h), each with values drawn anew within its bins. Both parties'
 * models of a run hold the same population, so with the same words and seed both draw,
 * row by row, the same people. With `link: private` they are drawn from the people at
 * both.
 *
 * From the generator: rows of this party's columns that no person of the population need
 * have, with the labels of people drawn in that way. A row that does not satisfy the
 * conditions on this party's columns, or does not have its person's code of the column
 * that balances, is drawn again, CS_SYNTHESIZE_TRIES times at most; what is missing then
 * is left out. Rows of the two parties do not belong together.
 *
 *   Errors     CS_CONFIG with words if nobody satisfies the filter, and nothing is
 *              written; CS_IO; CS_MEMORY
 *   Secrecy    none: made of private results
 */
#ifndef CS_PARTY_SYNTHESIZE_H
#define CS_PARTY_SYNTHESIZE_H

#include "model/draw.h"
#include "party/saved.h"

#define CS_SYNTHESIZE_TRIES 100

enum cs_synthesis_source { CS_FROM_POPULATION, CS_FROM_GENERATOR };

struct cs_synthesis {
    const struct cs_saved *saved;
    const struct cs_filter *filter;
    size_t balance; /* as in struct cs_draw_input */
    size_t n_rows;
    enum cs_synthesis_source source;
    uint64_t seed;
    size_t n_threads; /* of the generator: 1 to CS_WORKERS_MAX; rows are the same */
    const char *path; /* of the CSV file, which is like synthetic.csv */
};

/* Writes the file; draw tells who is in it, and is the caller's to wipe; *n_rows is how
 * many rows are. */
CS_MUST_USE enum cs_status cs_synthesize(struct cs_draw *draw, size_t *n_rows,
                                         const struct cs_synthesis *synthesis,
                                         struct cs_fault *fault);

#endif
