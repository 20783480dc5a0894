#include "tests/support/duet.h"

#include <pthread.h>

#include "tests/support/pause.h"

enum {
    WAIT_MS = 10000,
    HURT_MS = 2000, /* for a frame that may not come */
};

struct player {
    cs_part part;
    struct cs_channel *channel;
    int role;
    void *arg;
    enum cs_status result;
};

static void *play(void *arg)
{
    struct player *player = arg;

    player->result = player->part(player->channel, player->role, player->arg);
    cs_channel_free(player->channel);
    return NULL;
}

static struct cs_channel *channel_of(struct cs_transport transport, int role,
                                     const struct cs_duet_options *options)
{
    const unsigned ms = options->timeout_ms == 0 ? WAIT_MS : options->timeout_ms;
    struct cs_channel *channel = NULL;

    if (options->wrap != NULL)
        CS_REQUIRE(options->wrap(&transport) == CS_OK);
    if (options->tamper != NULL)
        CS_REQUIRE(cs_tamper_wrap(&transport, role, options->tamper) == CS_OK);
    CS_REQUIRE(cs_channel_new(&channel, transport, cs_patient_ms(ms),
                              options->faults[role]) == CS_OK);
    return channel;
}

void cs_duet_with(cs_part part, void *args[2], enum cs_status results[2],
                  const struct cs_duet_options *options)
{
    struct cs_transport transport[2];
    struct player player[2];
    pthread_t thread;

    CS_REQUIRE(cs_transport_mem_pair(transport) == CS_OK);
    for (int i = 0; i < 2; i++)
        player[i] =
            (struct player){ part, channel_of(transport[i], i, options), i, args[i], 0 };
    CS_REQUIRE(pthread_create(&thread, NULL, play, &player[1]) == 0);
    play(&player[0]);
    CS_REQUIRE(pthread_join(thread, NULL) == 0);
    for (int i = 0; i < 2; i++)
        results[i] = player[i].result;
}

void cs_duet(cs_part part, void *args[2], enum cs_status results[2])
{
    cs_duet_with(part, args, results, &(struct cs_duet_options){ 0 });
}

void cs_duet_tampered(cs_part part, void *args[2], enum cs_status results[2],
                      const struct cs_tamper *tamper, struct cs_fault *const faults[2])
{
    const struct cs_duet_options options = {
        .timeout_ms = tamper != NULL && tamper->act ? HURT_MS : 0,
        .tamper = tamper,
        .faults = { faults[0], faults[1] },
    };

    cs_duet_with(part, args, results, &options);
}

bool cs_is_silence(enum cs_status st)
{
    return st == CS_TIMEOUT || st == CS_CLOSED;
}
