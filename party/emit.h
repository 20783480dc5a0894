/* emit.h: a party's half of the synthetic people, as a CSV file like its input.
 *
 * The file has the column `person` (1, 2, ..), then the party's columns in the order of
 * its input, with the input's line ends; fields are quoted (RFC 4180) where they must be.
 * It has the people at the party: `person` is the row of the population plus one, so
 * those at both have the same in both files; they come first. In an unprotected study it
 * is `not-private-1` and so on: the mark stays with the rows, whatever the file is
 * called. The file appears whole or not at all.
 *
 *   Errors     CS_IO with the path and the system's reason; what progress returns.
 *   Secrecy    none: the population is a private result, or the study says that nothing
 *              of it is private
 */
#ifndef CS_PARTY_EMIT_H
#define CS_PARTY_EMIT_H

#include <stdbool.h>

#include "crypto/fault.h"
#include "crypto/progress.h"
#include "model/codes.h"
#include "model/filter.h"
#include "model/presence.h"
#include "model/study.h"

#define CS_EMIT_DIGEST_BYTES 32
#define CS_EMIT_UNPROTECTED_PREFIX "not-private-"

struct cs_emission {
    const struct cs_study *study; /* its schema with all edges */
    enum cs_party party;
    const size_t *order; /* (schema.n_order[party]): as in cs_table.file_order */
    const struct cs_codes *population;         /* all columns of the schema */
    const struct cs_presence *people;          /* where its rows are */
    const struct cs_density *const *densities; /* (schema.n_columns), NULL: uniform */
    const struct cs_filter *filter; /* where values within bins lie; NULL: anywhere */
    bool crlf;
};

/* digest: SHA-256 of the file. */
CS_MUST_USE enum cs_status cs_emit(uint8_t digest[static CS_EMIT_DIGEST_BYTES],
                                   const char *path, const struct cs_emission *emission,
                                   const struct cs_progress *progress,
                                   struct cs_fault *fault);

#endif
