#include "tests/support/drawer.h"

#include <stdlib.h>
#include <string.h>

#include "tests/support/check.h"

static enum cs_status recall(void *arg, enum cs_step step, uint32_t index,
                             uint8_t **bytes, size_t *n_bytes)
{
    const struct cs_drawer_step *kept = cs_drawer_find(arg, step, index);

    *bytes = NULL;
    *n_bytes = 0;
    if (kept == NULL)
        return CS_OK;
    *bytes = malloc(kept->n_bytes);
    if (*bytes == NULL)
        return CS_MEMORY;
    memcpy(*bytes, kept->bytes, kept->n_bytes);
    *n_bytes = kept->n_bytes;
    return CS_OK;
}

static enum cs_status keep(void *arg, enum cs_step step, uint32_t index,
                           const uint8_t *bytes, size_t n_bytes)
{
    struct cs_drawer *drawer = arg;
    struct cs_drawer_step *kept =
        (struct cs_drawer_step *)cs_drawer_find(drawer, step, index);

    if (kept == NULL) {
        CS_REQUIRE(drawer->n < CS_DRAWER_STEPS_MAX);
        kept = &drawer->kept[drawer->n++];
        kept->bytes = NULL;
    }
    free(kept->bytes);
    *kept = (struct cs_drawer_step){ step, index, malloc(n_bytes), n_bytes };
    if (kept->bytes == NULL)
        return CS_MEMORY;
    memcpy(kept->bytes, bytes, n_bytes);
    return CS_OK;
}

void cs_drawer_init(struct cs_drawer *drawer)
{
    memset(drawer, 0, sizeof *drawer);
    drawer->store = (struct cs_checkpoint_store){ recall, keep, drawer };
}

void cs_drawer_wipe(struct cs_drawer *drawer)
{
    for (size_t i = 0; i < drawer->n; i++)
        free(drawer->kept[i].bytes);
    drawer->n = 0;
}

const struct cs_drawer_step *cs_drawer_find(const struct cs_drawer *drawer,
                                            enum cs_step step, uint32_t index)
{
    for (size_t i = 0; i < drawer->n; i++)
        if (drawer->kept[i].step == step && drawer->kept[i].index == index)
            return &drawer->kept[i];
    return NULL;
}
