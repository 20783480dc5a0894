/* sealed_file.h: records in a file that only grows, each sealed, each on disk before it
 * counts.
 *
 * The file begins with a header of the caller's. A record is
 *
 *   8 bytes     length of what follows the nonce, the lowest byte first
 *   24 bytes    nonce
 *   the rest    XChaCha20-Poly1305 (draft-irtf-cfrg-xchacha-03) of its bytes, bound to
 *               the header and to the record's number
 *
 * so none can be changed, moved, left out or taken from another file. The last ones can
 * be cut off, and a whole file replaced by what it was before: that is not found out. A
 * record that a crash cut short is no record, and is cut off by _scan.
 *
 *   Errors     CS_CONFIG with words: damaged, or of another key; CS_IO; CS_MEMORY
 *   Ownership  secret (nonces) and fault are borrowed until _close, which may be called
 *              at any time after _init
 *   Secrecy    the key is secret; the number and lengths of records show
 */
#ifndef CS_PARTY_SEALED_FILE_H
#define CS_PARTY_SEALED_FILE_H

#include "crypto/rng.h"
#include "party/file.h"

#define CS_SEALED_HEADER_BYTES 64
#define CS_SEALED_KEY_BYTES 32

struct cs_sealed_file {
    char folder[CS_PATH_BYTES], path[CS_PATH_BYTES];
    int descriptor; /* -1: not open */
    bool looks;     /* the caller's to set: it is read alone, beside who writes to it */
    bool in_use;    /* by another process; of one that looks */
    uint8_t header[CS_SEALED_HEADER_BYTES];
    uint8_t key[CS_SEALED_KEY_BYTES]; /* [secret] */
    uint64_t size, n_records;
    struct cs_rng *secret;
    struct cs_fault *fault;
};

/* Where a record stands, and which it is. */
struct cs_sealed_place {
    uint64_t at, number;
};

/* The file will be folder/name. The key is the caller's to set. */
CS_MUST_USE enum cs_status cs_sealed_file_init(struct cs_sealed_file *file,
                                               const char *folder, const char *name,
                                               struct cs_rng *secret,
                                               struct cs_fault *fault);

/* Opens the file, for this process alone unless it looks; file->header gets its header.
 * *found is false if there is none, or none that a header was ever written to. */
CS_MUST_USE enum cs_status cs_sealed_file_open(bool *found, struct cs_sealed_file *file);

/* Makes the file, with file->header and without records; it must not be there. */
CS_MUST_USE enum cs_status cs_sealed_file_create(struct cs_sealed_file *file);

/* All records from the first on; `each` borrows the bytes. */
CS_MUST_USE enum cs_status
cs_sealed_file_scan(struct cs_sealed_file *file,
                    enum cs_status (*each)(void *arg, struct cs_sealed_place place,
                                           const uint8_t *bytes, size_t n_bytes),
                    void *arg);

/* One more record; on disk when it returns. What is written of one that fails is cut off
 * again. */
CS_MUST_USE enum cs_status cs_sealed_file_append(struct cs_sealed_place *place,
                                                 struct cs_sealed_file *file,
                                                 const uint8_t *bytes, size_t n_bytes);

/* *bytes is the caller's, (*n_bytes), to be freed by cs_wipe_free. */
CS_MUST_USE enum cs_status cs_sealed_file_read(uint8_t **bytes, size_t *n_bytes,
                                               const struct cs_sealed_file *file,
                                               struct cs_sealed_place place);

/* The file is gone from the disk, and closed. */
CS_MUST_USE enum cs_status cs_sealed_file_remove(struct cs_sealed_file *file);
void cs_sealed_file_close(struct cs_sealed_file *file); /* wipes */

/* For what is behind the seal and cannot be. Always CS_CONFIG. */
CS_MUST_USE enum cs_status cs_sealed_file_say_damaged(const struct cs_sealed_file *file);

#endif
