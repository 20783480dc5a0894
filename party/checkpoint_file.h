/* checkpoint_file.h: the steps of a run (protocol/checkpoint.h) in a sealed file.
 *
 * The file is `.checkpoint` in the output folder, from the start of a run to its end. Its
 * header is a mark and a digest of what the run is of, its *binding*; its records are
 * steps: {step, index, bytes}. The newest of a step counts. The key is a digest of this
 * node's private key.
 *
 * An older copy of the file put in its place is not found out: docs/PRIVACY.md.
 *
 *   Errors     CS_CONFIG with words: the file is another node's, damaged, held by another
 *              process, or of another run that has released something; CS_IO; CS_MEMORY
 *   Secrecy    what is recalled is secret
 */
#ifndef CS_PARTY_CHECKPOINT_FILE_H
#define CS_PARTY_CHECKPOINT_FILE_H

#include "crypto/identity.h"
#include "protocol/checkpoint.h"

#define CS_CHECKPOINT_NAME ".checkpoint"
#define CS_BINDING_BYTES 32

struct cs_checkpoint_file;

/* In folder, which exists. A file of another binding is given up if it has released
 * nothing, else refused. With secret NULL it is looked at alone: as it is, beside a node
 * that may be writing to it; with binding NULL too, whatever it is of. Nothing is written
 * before the first step is kept. secret (nonces) and fault are borrowed until the file is
 * freed. */
CS_MUST_USE enum cs_status
cs_checkpoint_file_open(struct cs_checkpoint_file **file, const char *folder,
                        const struct cs_identity *self, const uint8_t *binding,
                        struct cs_rng *secret, struct cs_fault *fault);

/* Removes what is in folder, whatever it is of, if no other process has it open. */
CS_MUST_USE enum cs_status cs_checkpoint_file_give_up(const char *folder,
                                                      struct cs_fault *fault);

/* Valid as long as the file is open. */
const struct cs_checkpoint_store *
cs_checkpoint_file_store(const struct cs_checkpoint_file *file);

/* Of one that is looked at: whether a node has it open. */
bool cs_checkpoint_file_is_in_use(const struct cs_checkpoint_file *file);

/* How many indices of the step are kept. */
size_t cs_checkpoint_file_count(const struct cs_checkpoint_file *file, enum cs_step step);

/* Removes the file, if there is one: the run is over, or given up. */
CS_MUST_USE enum cs_status cs_checkpoint_file_remove(struct cs_checkpoint_file *file);

void cs_checkpoint_file_free(struct cs_checkpoint_file *file); /* takes NULL */

#endif
