/* What protocol/transcript.h promises, one test for each promise. */
#include "protocol/transcript.h"

#include <string.h>

#include "tests/support/check.h"
#include "tests/support/duet.h"

enum { N_BYTES = 5000, N_FRAMES = 3 };

struct talk {
    bool watched;
    uint8_t seen[N_BYTES];
    struct cs_fault fault;
};

/* Frames there and back, whose content nobody looks at. */
static enum cs_status talk(struct cs_channel *peer, int role, void *arg)
{
    struct talk *talk = arg;
    struct cs_transcript *transcript = NULL;
    uint8_t body[N_BYTES];
    struct cs_rng secret;
    enum cs_status st = CS_OK;

    cs_rng_init_random(&secret);
    cs_rng_bytes(&secret, body, sizeof body);
    if (talk->watched)
        CS_TRY(cs_transcript_begin(&transcript, &secret, peer));
    for (int i = 0; i < N_FRAMES; i++) {
        if (role == 0)
            CS_TRY(cs_channel_send(peer, CS_FRAME_HINT, body, sizeof body));
        else
            CS_TRY(cs_channel_recv(peer, CS_FRAME_HINT, talk->seen, sizeof talk->seen));
        CS_TRY(cs_channel_swap(peer, CS_FRAME_LINK, body, talk->seen, 1));
    }
    if (talk->watched)
        CS_TRY(cs_transcript_end(transcript));
    CS_TRY(cs_channel_swap(peer, CS_FRAME_BYE, body, talk->seen, 1));
out:
    cs_transcript_free(transcript);
    return st;
}

static void run(bool watched, const struct cs_tamper *tamper, enum cs_status results[2])
{
    struct talk talks[2] = { { .watched = watched }, { .watched = watched } };

    cs_duet_with(talk, (void *[]){ &talks[0], &talks[1] }, results,
                 &(struct cs_duet_options){ .timeout_ms = 500, .tamper = tamper });
}

static void the_same_frames_pass(void **state)
{
    enum cs_status results[2];
    (void)state;

    run(true, NULL, results);
    assert_ok(results[0]);
    assert_ok(results[1]);
}

static void a_bit_that_nobody_looks_at_is_noticed(void **state)
{
    const struct cs_tamper tampers[] = {
        { .act = CS_TAMPER_ALTER, .role = 0, .kind = CS_FRAME_HINT, .index = 0 },
        { .act = CS_TAMPER_ALTER,
          .role = 0,
          .kind = CS_FRAME_HINT,
          .index = 2,
          .at = N_BYTES - 1 },
        { .act = CS_TAMPER_ALTER, .role = 1, .kind = CS_FRAME_LINK, .index = 1 },
        { .act = CS_TAMPER_ALTER, .role = 0, .kind = CS_FRAME_TRANSCRIPT, .index = 0 },
        { .act = CS_TAMPER_ALTER, .role = 1, .kind = CS_FRAME_TRANSCRIPT, .index = 1 },
    };
    enum cs_status results[2];
    (void)state;

    for (size_t i = 0; i < COUNT(tampers); i++) {
        const int finder = !tampers[i].role;

        run(true, &tampers[i], results);
        assert_int_equal(results[finder], CS_PROTOCOL);
        assert_int_not_equal(results[!finder], CS_OK);
    }
}

static void without_a_transcript_it_passes(void **state)
{
    const struct cs_tamper tamper = {
        .act = CS_TAMPER_ALTER, .role = 0, .kind = CS_FRAME_HINT, .index = 0
    };
    enum cs_status results[2];
    (void)state;

    run(false, &tamper, results);
    assert_ok(results[0]);
    assert_ok(results[1]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_same_frames_pass),
        cmocka_unit_test(a_bit_that_nobody_looks_at_is_noticed),
        cmocka_unit_test(without_a_transcript_it_passes),
    };
    return CS_RUN("protocol/transcript", tests);
}
