/* Dialogues whose peer says anything: the first byte says which, the rest is of
 * tests/fuzz/peer.h. Whatever is taken is what the header of the dialogue says. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "protocol/align.h"
#include "protocol/average.h"
#include "protocol/checkpoint.h"
#include "protocol/propose.h"
#include "protocol/reveal.h"
#include "protocol/transcript.h"
#include "protocol/verdicts.h"
#include "tests/fuzz/peer.h"
#include "tests/support/drawer.h"
#include "tests/support/people.h"

enum { ROWS = 5, WORDS = 4 };

struct scene {
    struct cs_channel *channel;
    struct cs_fault *fault;
    struct cs_rng rng;
};

static void hear_verdicts(struct scene *scene)
{
    struct cs_judgement judgements[2] = {
        [CS_A] = { .chosen = CS_SEPARATE,
                   .found = { [CS_SEPARATE] = { CS_STANDS, { 1, 2, 3, 4 } } } },
    };

    if (cs_verdicts_swap(judgements, scene->channel, CS_A) == CS_OK)
        CS_REQUIRE(cs_judgement_is_whole(&judgements[CS_B]));
}

static void hear_candidates(struct scene *scene)
{
    const struct cs_schema schema = cs_people_schema();
    struct cs_codes own = { 0 }, candidates[2] = { { 0 } };

    CS_REQUIRE(cs_codes_init(&own, ROWS, schema.n_order[CS_B]) == CS_OK);
    memset(own.code, 0, ROWS * schema.n_order[CS_B]);
    if (cs_propose(candidates, &own, ROWS, &schema, CS_B, scene->channel) == CS_OK)
        for (size_t i = 0; i < schema.n_order[CS_A]; i++)
            for (size_t row = 0; row < ROWS; row++) {
                const size_t column = schema.order[CS_A][i];

                CS_REQUIRE(cs_codes_column(&candidates[CS_A], column)[row] <
                           schema.columns[column].n_codes);
            }
    for (int p = CS_A; p <= CS_B; p++)
        cs_codes_wipe(&candidates[p]);
    cs_codes_wipe(&own);
}

static void hear_average(struct scene *scene, enum cs_aggregation aggregation)
{
    const float mine[WORDS] = { 1, -2, 3, 0 };
    const uint64_t weight[2] = { 10, 30 };
    struct cs_openings openings = { 0 };
    double average[WORDS];

    if (cs_average(average, mine, WORDS, weight, aggregation, "fuzz", &openings,
                   &scene->rng, scene->channel, CS_A) == CS_OK)
        for (size_t i = 0; i < WORDS; i++)
            CS_REQUIRE(fabs(average[i]) <= CS_AVERAGE_MAX);
    cs_openings_wipe(&openings);
}

static void hear_shares(struct scene *scene)
{
    hear_average(scene, CS_AGGREGATE_SHARES);
}

static void hear_masks(struct scene *scene)
{
    hear_average(scene, CS_AGGREGATE_MASKS);
}

static void hear_align(struct scene *scene)
{
    const uint8_t id[ROWS][CS_ID_BYTES] = { { 1 }, { 2 } };

    (void)!cs_align(id, ROWS, CS_A, &scene->rng, scene->channel, scene->fault);
}

static void hear_transcript(struct scene *scene)
{
    struct cs_transcript *transcript = NULL;

    if (cs_transcript_begin(&transcript, &scene->rng, scene->channel) == CS_OK)
        (void)!cs_transcript_end(transcript);
    cs_transcript_free(transcript);
}

/* A peer may name any run, and have any steps: common is only what is here too. */
static void hear_resume(struct scene *scene)
{
    static const uint8_t run[CS_RUN_ID_BYTES] = { 1 };
    struct cs_checkpoint earlier = { .session = { 7 } }, checkpoint;
    struct cs_drawer drawer;

    cs_drawer_init(&drawer);
    earlier.store = &drawer.store;
    CS_REQUIRE(cs_checkpoint_keep(&earlier, CS_STEP_LINKED, 0, "l", 1) == CS_OK);
    CS_REQUIRE(cs_checkpoint_keep(&earlier, CS_STEP_ROUND, 1, "r", 1) == CS_OK);
    if (cs_checkpoint_agree(&checkpoint, &drawer.store, run, &scene->rng, scene->channel,
                            scene->fault) == CS_OK) {
        CS_REQUIRE(memcmp(checkpoint.run_id, run, sizeof run) == 0);
        CS_REQUIRE(checkpoint.own_rounds == 1 && checkpoint.common_rounds <= 1);
        for (int step = 0; step < CS_STEPS; step++)
            CS_REQUIRE(!checkpoint.common[step] || step == CS_STEP_LINKED);
    }
    cs_drawer_wipe(&drawer);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    void (*const dialogues[])(struct scene * scene) = {
        hear_verdicts, hear_candidates, hear_shares, hear_masks,
        hear_align,    hear_transcript, hear_resume,
    };
    struct cs_fuzz_input input = { data, size };
    struct cs_fault fault = { .stage = "fuzz" };
    const uint8_t which = cs_fuzz_byte(&input) % 7;
    struct scene scene = { cs_fuzz_channel(&input, &fault), &fault, { .used = 0 } };

    cs_rng_init_labelled(&scene.rng, 1, "dialogue");
    dialogues[which](&scene);
    cs_fuzz_check_fault(&fault);
    cs_channel_free(scene.channel);
    return 0;
}
