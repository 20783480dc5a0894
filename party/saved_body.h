/* saved_body.h: the body of a saved model: struct cs_saved to protobuf and back; of
 * saved.c alone. The files saved_pack.c and saved_unpack.c are those that know the
 * message.
 *
 *   Ownership  *bytes is the caller's to free
 *   Errors     CS_MEMORY; of _unpack CS_INPUT, with words: no such message, or a field
 *              that no run writes
 */
#ifndef CS_PARTY_SAVED_BODY_H
#define CS_PARTY_SAVED_BODY_H

#include "party/saved.h"

CS_MUST_USE enum cs_status cs_saved_pack(uint8_t **bytes, size_t *n_bytes,
                                         const struct cs_saved *saved);

/* On failure *saved is as it was; file_name is for words. */
CS_MUST_USE enum cs_status cs_saved_unpack(struct cs_saved *saved, const uint8_t *bytes,
                                           size_t n_bytes, const char *file_name,
                                           struct cs_fault *fault);

#endif
