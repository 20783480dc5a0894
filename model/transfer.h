/* transfer.h: what one study's model says in another study: columns that match by name
 * and kind, code by code; the weights of a generator, and rows.
 *
 * A category matches by its texts, `other` and missing among them. A number or date
 * matches where it lies: a bin of the one takes its weights from the bin of the other
 * that holds its middle, and a row's value is drawn within its bin and put where it
 * belongs. Columns that match nothing are new: they keep what they have.
 *
 *   Ownership  the source is borrowed for the call; _wipe frees what a prior has
 *   Secrecy    none: private results of a study in, the same out
 *   Numbers    the prior is made of integers: the same on every machine
 *   Errors     CS_MEMORY
 */
#ifndef CS_MODEL_TRANSFER_H
#define CS_MODEL_TRANSFER_H

#include "model/density.h"
#include "model/generator.h"

/* A saved model, as far as it is needed. */
struct cs_transfer_source {
    const struct cs_schema *schema;
    enum cs_party party;                 /* whose generator it is */
    const struct cs_weight_block *block; /* (n_blocks) */
    size_t n_blocks;
    const struct cs_codes *people;             /* all columns of the schema */
    size_t n_people;                           /* the first of them, at both parties */
    const struct cs_density *const *densities; /* (n_columns) */
};

/* Gives each block of the generator what the source has for it: the trunk, if all of it
 * is there in the same sizes, and then the rows of column/NAME/.. code by code. How many
 * weights were set is returned: 0 if the trunks differ. */
size_t cs_transfer_weights(struct cs_generator *generator, const struct cs_schema *schema,
                           const struct cs_transfer_source *source);

/* Rows over all columns of a schema, as another study knows them. */
struct cs_prior {
    struct cs_codes rows; /* columns that are not known are zero */
    bool *known;          /* (n_columns) */
    size_t n_known;
};

/* All people of the source who are at both parties, n_most at most. schema has all
 * edges. */
CS_MUST_USE enum cs_status cs_prior_make(struct cs_prior *prior,
                                         const struct cs_schema *schema,
                                         const struct cs_transfer_source *source,
                                         size_t n_most, uint64_t seed);
void cs_prior_wipe(struct cs_prior *prior);

/* Puts people of the prior, drawn at random, into the known columns of rows, but for each
 * fourth row, so that codes that the source does not have stay possible. */
void cs_prior_mix(struct cs_codes *rows, const struct cs_prior *prior,
                  struct cs_rng *rng);

#endif
