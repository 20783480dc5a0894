/* source.h: a file as a struct cs_source, read from the system piece by piece: its text
 * stays in the reader's buffers alone, which are wiped.
 *
 *   Errors     CS_CONFIG with the path and the system's reason
 */
#ifndef CS_PARTY_SOURCE_H
#define CS_PARTY_SOURCE_H

#include <sodium.h>

#include "crypto/fault.h"
#include "model/csv.h"
#include "model/sheet.h"

struct cs_file_source {
    struct cs_source source; /* what a reader is given; its arg is this struct */
    int descriptor;
    crypto_generichash_state hash; /* of what was read so far */
    struct cs_fault *fault;
};

/* The struct must stay where it is, and path and fault last, until it is closed. */
CS_MUST_USE enum cs_status cs_file_source_open(struct cs_file_source *source,
                                               const char *path, struct cs_fault *fault);

/* BLAKE2b-256 of all that was read; once. */
#define CS_FILE_DIGEST_BYTES 32
void cs_file_source_digest(uint8_t digest[static CS_FILE_DIGEST_BYTES],
                           struct cs_file_source *source);
void cs_file_source_close(struct cs_file_source *source);

/* All of a file, by model/sheet.h, whose errors come too. */
CS_MUST_USE enum cs_status cs_file_source_sheet(struct cs_sheet *sheet, const char *path,
                                                const struct cs_progress *progress,
                                                struct cs_fault *fault);

#endif
