/* saved.h: a small saved model, as a run would leave it, and its file with changes. */
#ifndef CS_TESTS_SUPPORT_SAVED_H
#define CS_TESTS_SUPPORT_SAVED_H

#include "party/saved.h"

/* Of the study of tests/support/study.h (extra as there), for the party: 40 people at
 * both, and 7 and 5 more with `link: private`; random codes, the same ages at both, a
 * generator with its first weights. Wipe with cs_saved_wipe. */
void cs_test_saved(struct cs_saved *saved, const char *extra, enum cs_party party);

/* A saved model with other bytes in its body; header and checksum are right. */
void cs_test_saved_write_body(const char *path, const uint8_t *body, size_t n_bytes);

#endif
