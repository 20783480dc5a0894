/* drawer.h: a store of checkpoint steps in memory, for tests of what goes on from it. */
#ifndef CS_TESTS_SUPPORT_DRAWER_H
#define CS_TESTS_SUPPORT_DRAWER_H

#include "protocol/checkpoint.h"

#define CS_DRAWER_STEPS_MAX 64

struct cs_drawer {
    struct cs_drawer_step {
        enum cs_step step;
        uint32_t index;
        uint8_t *bytes; /* (n_bytes), with the tag in front */
        size_t n_bytes;
    } kept[CS_DRAWER_STEPS_MAX];
    size_t n;
    struct cs_checkpoint_store store;
};

void cs_drawer_init(struct cs_drawer *drawer);
void cs_drawer_wipe(struct cs_drawer *drawer);

/* NULL if there is none. */
const struct cs_drawer_step *cs_drawer_find(const struct cs_drawer *drawer,
                                            enum cs_step step, uint32_t index);

#endif
