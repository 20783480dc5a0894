/* saved.h: model.cosynth: what a run leaves to draw more from, as a file.
 *
 * It holds private results and what both parties agreed on, no row and nothing that is
 * computed from one for free: the columns with their settled edges and densities, the
 * synthetic people with all columns of both parties, and the weights of this party's
 * generator (docs/PRIVACY.md). From it `cosynth synthesize` draws, and another study may
 * start its generator (`generator.start`).
 *
 *   File       magic (8 bytes), version (4), length of the body (8), SHA-256 of all else
 *              (32), body; integers little-endian. The body is the message Model of
 *              proto/model.proto. Fields that a reader does not know are skipped; what it
 *              could not skip makes a new version, which it refuses.
 *   Reading    trusts nothing: lengths are compared before memory is taken, of which a
 *              file gets twice its size and a little; each field is checked.
 *   Errors     CS_CONFIG for a file that cannot be opened, CS_INPUT for one that is no
 *              model, damaged, cut, or of a newer version; CS_IO for one that cannot be
 *              written; with file, what and what to do
 *   Secrecy    none; of an unprotected study it says so, and what is drawn from it does
 */
#ifndef CS_PARTY_SAVED_H
#define CS_PARTY_SAVED_H

#include "crypto/fault.h"
#include "model/codes.h"
#include "model/presence.h"
#include "model/study.h"
#include "model/weights.h"
#include "protocol/densities.h"

#define CS_SAVED_NAME "model.cosynth"
#define CS_SAVED_VERSION 1
#define CS_SAVED_HEADER_BYTES 52
#define CS_SAVED_BYTES_MAX ((uint64_t)1 << 36) /* of the body */
#define CS_SAVED_DIGEST_BYTES 32

struct cs_saved {
    /* Of one that was read, the study has what follows and nothing else: name, canonical
     * and digest, link, unprotected, epsilon, delta, seed, schema (with all edges), arm,
     * conversion, and spec as its generator. */
    struct cs_study *study;
    enum cs_party party; /* whose model it is */
    size_t *file_order;  /* (n_order[party]): as in struct cs_table */
    bool crlf;
    struct cs_codes population; /* all columns of the schema */
    struct cs_presence people;  /* where its rows are */
    struct cs_densities densities;
    struct cs_generator_spec
        spec; /* settled: kind, layers, latent, activation and packing alone */
    struct cs_weight_block *block; /* (n_blocks): the generator's */
    size_t n_blocks;
    uint8_t digest[CS_SAVED_DIGEST_BYTES]; /* of one that was read: SHA-256 of the file */
};

/* digest: SHA-256 of the file, which appears whole or not at all. */
CS_MUST_USE enum cs_status cs_saved_write(uint8_t digest[static CS_SAVED_DIGEST_BYTES],
                                          const char *path, const struct cs_saved *saved,
                                          struct cs_fault *fault);

/* path: the file, or the folder that has one of that name. On success the saved model is
 * the caller's, to be wiped. */
CS_MUST_USE enum cs_status cs_saved_read(struct cs_saved *saved, const char *path,
                                         struct cs_fault *fault);

/* Of one that was read; of zeros too. */
void cs_saved_wipe(struct cs_saved *saved);

#endif
