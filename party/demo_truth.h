/* demo_truth.h: what is true of the people of the demonstration, as JSON. */
#ifndef CS_PARTY_DEMO_TRUTH_H
#define CS_PARTY_DEMO_TRUTH_H

#include <stddef.h>
#include <stdint.h>

#include "crypto/status.h"
#include "party/demo_contacts.h"
#include "party/demo_model.h"

/* *text is the caller's to free. contacts is NULL where everybody is found; else there
 * are the numbers of people by where they are, and the effects under both rules of the
 * study's `unlinked`. */
CS_MUST_USE enum cs_status cs_demo_truth(char **text, const struct cs_demo_person *people,
                                         size_t n,
                                         const struct cs_demo_contacts *contacts,
                                         uint64_t seed);

#endif
