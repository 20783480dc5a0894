/* parts.h: dialogues of which all is secret but what is sent
 * (constant_time/ct_dialogues.c).
 *
 * Each is a cs_ct_part: role 0 sends where one party sends. Static arrays are of one
 * role, or have a half for either.
 */
#ifndef CS_TESTS_CONSTANT_TIME_PARTS_H
#define CS_TESTS_CONSTANT_TIME_PARTS_H

#include "crypto/rng.h"
#include "protocol/ot.h"

/* One end: transfers either way, and a generator of which all is secret. */
struct cs_ct {
    struct cs_rng rng;
    struct cs_ot_sender *sender;
    struct cs_ot_receiver *receiver;
};

typedef enum cs_status cs_ct_part(struct cs_ct *ct, int role, struct cs_channel *peer);

cs_ct_part cs_ct_equality, cs_ct_group_by, cs_ct_joint_noise, cs_ct_multiplex,
    cs_ct_one_hot, cs_ct_oprf, cs_ct_ot, cs_ct_permute, cs_ct_reveal;

#endif
