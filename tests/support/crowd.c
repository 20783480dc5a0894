#include "tests/support/crowd.h"

#include <stdlib.h>
#include <string.h>

#include "tests/support/check.h"
#include "tests/support/duet.h"

static const uint8_t none[CS_ID_BYTES];

void cs_crowd_init(struct cs_crowd *crowd, const size_t n_rows[2], size_t n_ids,
                   size_t n_words, uint64_t seed)
{
    struct cs_rng rng;

    *crowd = (struct cs_crowd){
        .n_rows = { n_rows[CS_A], n_rows[CS_B] },
        .n_ids = n_ids,
        .n_words = n_words,
        .ot_k = 2,
        .id_a = calloc(n_ids * n_rows[CS_A], CS_ID_BYTES),
        .id_b = calloc(n_rows[CS_B], CS_ID_BYTES),
        .payload = calloc(n_rows[CS_B] * n_words, sizeof *crowd->payload),
    };
    assert_true(crowd->id_a != NULL && crowd->id_b != NULL && crowd->payload != NULL);
    cs_rng_init_labelled(&rng, seed, "payload");
    cs_rng_bytes(&rng, crowd->payload, n_rows[CS_B] * n_words * sizeof *crowd->payload);
}

void cs_crowd_wipe(struct cs_crowd *crowd)
{
    free(crowd->id_a);
    free(crowd->id_b);
    free(crowd->payload);
    memset(crowd, 0, sizeof *crowd);
}

void cs_crowd_overlap(struct cs_crowd *crowd, size_t n_both, uint64_t seed)
{
    const size_t n_a = crowd->n_rows[CS_A], n_b = crowd->n_rows[CS_B];
    struct cs_rng rng;

    cs_rng_init_labelled(&rng, seed, "identifiers");
    cs_rng_bytes(&rng, crowd->id_a, n_a * CS_ID_BYTES);
    cs_rng_bytes(&rng, crowd->id_b, n_b * CS_ID_BYTES);
    memcpy(crowd->id_b, crowd->id_a, n_both * CS_ID_BYTES);
    for (size_t i = n_b; i > 1; i--) {
        const size_t j = cs_rng_below(&rng, (uint32_t)i);
        uint8_t held[CS_ID_BYTES];

        memcpy(held, crowd->id_b[i - 1], CS_ID_BYTES);
        memcpy(crowd->id_b[i - 1], crowd->id_b[j], CS_ID_BYTES);
        memcpy(crowd->id_b[j], held, CS_ID_BYTES);
    }
}

/* ---- the protocol ------------------------------------------------------------------ */

struct part {
    const struct cs_crowd *crowd;
    struct cs_linked *linked;
};

static enum cs_status play(struct cs_channel *peer, int role, void *arg)
{
    const struct part *part = arg;
    const struct cs_crowd *crowd = part->crowd;
    struct cs_fault fault = { 0 };
    struct cs_rng secret;
    uint8_t mine[1] = { 0 }, theirs[1];
    const struct cs_link_input input = {
        .party = (enum cs_party)role,
        .n_rows = { crowd->n_rows[CS_A], crowd->n_rows[CS_B] },
        .n_ids = crowd->n_ids,
        .id = (const uint8_t(*)[CS_ID_BYTES])(role == CS_A ? crowd->id_a : crowd->id_b),
        .n_words = crowd->n_words,
        .payload = role == CS_A ? NULL : crowd->payload,
        .ot_k = crowd->ot_k,
    };
    enum cs_status st = CS_OK;

    cs_rng_init_random(&secret);
    CS_TRY(cs_link(part->linked, &input, &secret, peer, NULL, &fault));
    /* what follows in a run: who found nothing wrong hears of the other's end here */
    CS_TRY(cs_channel_swap(peer, CS_FRAME_BYE, mine, theirs, sizeof mine));
out:
    if (st != CS_OK)
        cs_linked_wipe(part->linked);
    cs_rng_wipe(&secret);
    return st;
}

void cs_crowd_link(struct cs_linked linked[2], enum cs_status results[2],
                   const struct cs_crowd *crowd, const struct cs_tamper *tamper)
{
    struct part parts[2] = { { crowd, &linked[CS_A] }, { crowd, &linked[CS_B] } };

    memset(linked, 0, 2 * sizeof *linked);
    cs_duet_with(play, (void *[]){ &parts[CS_A], &parts[CS_B] }, results,
                 &(struct cs_duet_options){ .timeout_ms = tamper == NULL ? 60000 : 1000,
                                            .tamper = tamper });
}

/* ---- the plaintext join ------------------------------------------------------------ */

static int by_id(const void *x, const void *y)
{
    return memcmp(*(uint8_t *const *)x, *(uint8_t *const *)y, CS_ID_BYTES);
}

/* Pointers to B's identifiers, in order. */
static uint8_t **sort_b(const struct cs_crowd *crowd)
{
    const size_t n = crowd->n_rows[CS_B];
    uint8_t **sorted = calloc(n, sizeof *sorted);

    assert_non_null(sorted);
    for (size_t r = 0; r < n; r++)
        sorted[r] = crowd->id_b[r];
    qsort(sorted, n, sizeof *sorted, by_id);
    return sorted;
}

static bool has_any(const struct cs_crowd *crowd, size_t row)
{
    bool any = false;

    for (size_t i = 0; i < crowd->n_ids; i++)
        any = any ||
              memcmp(crowd->id_a[i * crowd->n_rows[CS_A] + row], none, CS_ID_BYTES) != 0;
    return any;
}

/* The row of B, or n_rows[CS_B]. */
static size_t join(const struct cs_crowd *crowd, uint8_t **sorted, size_t row)
{
    const size_t n_b = crowd->n_rows[CS_B];

    for (size_t i = 0; i < crowd->n_ids; i++) {
        uint8_t *const id = crowd->id_a[i * crowd->n_rows[CS_A] + row];
        uint8_t **found = NULL;

        if (memcmp(id, none, CS_ID_BYTES) != 0)
            found = bsearch(&id, sorted, n_b, sizeof *sorted, by_id);
        if (found != NULL)
            return (size_t)(*found - crowd->id_b[0]) / CS_ID_BYTES;
    }
    return n_b;
}

static bool place_is_right(const struct cs_linked linked[2], size_t place,
                           const struct cs_crowd *crowd, size_t row_b)
{
    const bool is_linked = row_b < crowd->n_rows[CS_B];
    const size_t n = crowd->n_words;

    if ((linked[0].bit[place] ^ linked[1].bit[place]) != is_linked)
        return false;
    for (size_t w = 0; w < n; w++) {
        const uint64_t open =
            linked[0].payload[place * n + w] ^ linked[1].payload[place * n + w];
        if (open != (is_linked ? crowd->payload[row_b * n + w] : 0))
            return false;
    }
    return true;
}

bool cs_crowd_is_joined(const struct cs_linked linked[2], const struct cs_crowd *crowd)
{
    uint8_t **sorted = sort_b(crowd);
    uint8_t *seen = calloc(crowd->n_rows[CS_A], 1);
    bool right = linked[0].n_places == linked[1].n_places && linked[1].row == NULL;

    assert_non_null(seen);
    for (size_t place = 0; right && place < linked[0].n_places; place++) {
        const uint32_t row = linked[0].row[place];
        size_t row_b = crowd->n_rows[CS_B];

        if (row != CS_LINKED_NOBODY) {
            right = row < crowd->n_rows[CS_A] && !seen[row]++;
            row_b = right ? join(crowd, sorted, row) : row_b;
        }
        right = right && place_is_right(linked, place, crowd, row_b);
    }
    for (size_t row = 0; right && row < crowd->n_rows[CS_A]; row++)
        right = seen[row] == 1 || (!seen[row] && !has_any(crowd, row));
    free(sorted);
    free(seen);
    return right;
}

bool cs_crowd_links(struct cs_crowd *crowd)
{
    struct cs_linked linked[2];
    enum cs_status results[2];
    bool right;

    cs_crowd_link(linked, results, crowd, NULL);
    right = results[CS_A] == CS_OK && results[CS_B] == CS_OK &&
            cs_crowd_is_joined(linked, crowd);
    cs_linked_wipe(&linked[CS_A]);
    cs_linked_wipe(&linked[CS_B]);
    cs_crowd_wipe(crowd);
    return right;
}

bool cs_crowd_links_overlap(const size_t n_rows[2], size_t n_both, size_t n_words,
                            uint64_t seed)
{
    struct cs_crowd crowd;

    cs_crowd_init(&crowd, n_rows, 1, n_words, seed);
    cs_crowd_overlap(&crowd, n_both, seed);
    return cs_crowd_links(&crowd);
}
