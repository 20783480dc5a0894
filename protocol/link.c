#include "protocol/link.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "crypto/cuckoo.h"
#include "crypto/secret.h"
#include "protocol/link_parts.h"
#include "protocol/transcript.h"

enum { NONCE_BYTES = 32, STATISTICAL_BITS = 40, TAG_BITS_MAX = 63 };

/* This party's elements, in the order of its buckets. */
struct elements {
    struct cs_block *element; /* (n) [secret] */
    uint8_t *skip;            /* (n): there is nobody to ask for */
    uint32_t *order;          /* (n) */
    size_t *first;            /* (buckets + 1) */
    size_t n;
    struct cs_block *sorted; /* (n): element by order [secret] */
};

/* ---- terms: what follows from the numbers of rows --------------------------------- */

enum cs_status cs_link_check_rows(const size_t n_rows[static 2], size_t n_ids,
                                  struct cs_fault *fault)
{
    for (size_t party = 0; party < 2; party++)
        if (n_rows[party] > CS_LINK_ROWS_MAX / n_ids)
            return cs_fault_say(fault, CS_INPUT,
                                "%c has %zu rows; link: private takes at most %zu with "
                                "%zu identifiers; leave people out at random",
                                "ab"[party], n_rows[party], CS_LINK_ROWS_MAX / n_ids,
                                n_ids);
    return CS_OK;
}

static void set_terms(struct cs_linking *l, const struct cs_link_input *input)
{
    const size_t n_asked = input->n_rows[CS_A] * input->n_ids;
    const size_t n_answered = input->n_rows[CS_B];
    const size_t n_most = n_asked > n_answered ? n_asked : n_answered;

    l->asked = cs_buckets_of(n_asked, n_most);
    l->answered = cs_buckets_of(n_answered, n_most);
    l->n_bins = cs_cuckoo_bins(l->asked.capacity);
    l->n_keys = CS_CUCKOO_PLACES * l->answered.capacity;
    l->n_words = input->n_words;
    l->width = (1 + input->n_words + 1) / 2;
    l->tag_bits = STATISTICAL_BITS;
    while (l->tag_bits < TAG_BITS_MAX &&
           l->asked.n * l->n_bins > (size_t)1 << (l->tag_bits - STATISTICAL_BITS))
        l->tag_bits++;
}

/* ---- session ---------------------------------------------------------------------- */

/* One key for the elements, of both parties' making: digests of two runs do not meet. */
static enum cs_status agree_on_key(struct cs_linking *l)
{
    uint8_t nonce[2][NONCE_BYTES], key[2 * CS_AES_KEY_BYTES];
    enum cs_status st = CS_OK;

    cs_rng_bytes(l->secret, nonce[l->party], NONCE_BYTES);
    CS_TRY(cs_channel_swap(l->channel, CS_FRAME_LINK, nonce[l->party],
                           nonce[l->party == CS_A ? CS_B : CS_A], NONCE_BYTES));
    crypto_generichash(key, sizeof key, nonce[0], sizeof nonce, NULL, 0);
    cs_aes_init(&l->keyed, key);
    cs_aes_init(&l->masks, key + CS_AES_KEY_BYTES);
out:
    sodium_memzero(key, sizeof key);
    return st;
}

static enum cs_status session_begin(struct cs_linking *l, unsigned ot_k)
{
    enum cs_status st = CS_OK;

    CS_TRY(agree_on_key(l));
    if (l->party == CS_A) {
        CS_TRY(cs_ot_receiver_new(&l->receiver, ot_k, l->secret, l->channel));
        CS_TRY(cs_ot_sender_new(&l->sender, ot_k, l->secret, l->channel));
        CS_TRY(cs_oprf_receiver_new(&l->asks, l->sender, l->channel));
    } else {
        CS_TRY(cs_ot_sender_new(&l->sender, ot_k, l->secret, l->channel));
        CS_TRY(cs_ot_receiver_new(&l->receiver, ot_k, l->secret, l->channel));
        CS_TRY(cs_oprf_sender_new(&l->answers, l->receiver, l->secret, l->channel));
    }
out:
    return st;
}

static void session_end(struct cs_linking *l)
{
    cs_oprf_receiver_free(l->asks);
    cs_oprf_sender_free(l->answers);
    cs_ot_sender_free(l->sender);
    cs_ot_receiver_free(l->receiver);
    sodium_memzero(l, sizeof *l);
}

/* ---- elements --------------------------------------------------------------------- */

static void elements_free(struct elements *e, const struct cs_buckets *buckets)
{
    cs_blocks_free(e->element, e->n);
    cs_blocks_free(e->sorted, e->n);
    cs_wipe_free(e->skip, e->n);
    cs_wipe_free(e->order, e->n * sizeof *e->order);
    cs_wipe_free(e->first, (buckets->n + 1) * sizeof *e->first);
}

static void key_identifiers(struct elements *e, const struct cs_linking *l,
                            const uint8_t (*id)[CS_ID_BYTES])
{
    memcpy(e->element, id, e->n * sizeof *e->element);
    for (size_t i = 0; i < e->n; i++)
        e->skip[i] = cs_id_is_none(id[i]);
    cs_aes_mmo(&l->keyed, e->element, e->element, 0, e->n);
}

static enum cs_status elements_make(struct elements *e, const struct cs_linking *l,
                                    const struct cs_link_input *input)
{
    const bool asks = l->party == CS_A;
    const struct cs_buckets *buckets = asks ? &l->asked : &l->answered;
    const size_t n = input->n_rows[l->party] * (asks ? input->n_ids : 1);
    enum cs_status st = CS_MEMORY;

    *e = (struct elements){ .element = cs_blocks_new(n),
                            .skip = calloc(n + 1, 1),
                            .order = calloc(n + 1, sizeof *e->order),
                            .first = calloc(buckets->n + 1, sizeof *e->first),
                            .n = n,
                            .sorted = cs_blocks_new(n) };
    if (e->element == NULL || e->skip == NULL || e->order == NULL || e->first == NULL ||
        e->sorted == NULL)
        goto out;
    key_identifiers(e, l, input->id);
    CS_TRY(cs_buckets_fill(e->order, e->first, buckets, e->element, e->skip, n));
    for (size_t i = 0; i < e->first[buckets->n]; i++)
        e->sorted[i] = e->element[e->order[i]];
out:
    return st;
}

/* ---- buckets ---------------------------------------------------------------------- */

/* Bins of one bucket to rows of the file, or, with several identifiers, to elements. */
static void name_rows(uint32_t *row, const uint32_t *owner, const uint32_t *order,
                      size_t n_bins)
{
    for (size_t bin = 0; bin < n_bins; bin++)
        row[bin] = owner[bin] == CS_CUCKOO_NOBODY ? CS_LINKED_NOBODY : order[owner[bin]];
}

static enum cs_status ask(struct cs_linked *linked, const struct cs_linking *l,
                          const struct elements *e, size_t b,
                          const struct cs_progress *progress)
{
    const struct cs_link_bucket bucket = {
        .element = e->sorted + e->first[b],
        .n = e->first[b + 1] - e->first[b],
        .owner = linked->row + b * l->n_bins,
        .bit = linked->bit + b * l->n_bins,
        .product = linked->payload + b * l->n_bins * l->n_words,
    };
    enum cs_status st = CS_OK;

    CS_TRY(cs_link_ask(l, &bucket, progress));
    name_rows(bucket.owner, bucket.owner, e->order + e->first[b], l->n_bins);
out:
    return st;
}

static enum cs_status answer(struct cs_linked *linked, const struct cs_linking *l,
                             const struct elements *e, size_t b, const uint64_t *payload,
                             const struct cs_progress *progress)
{
    const size_t n = e->first[b + 1] - e->first[b];
    const uint32_t *order = e->order + e->first[b];
    uint64_t *sorted = calloc(n * l->n_words + 1, sizeof *sorted);
    const struct cs_link_bucket bucket = {
        .element = e->sorted + e->first[b],
        .payload = sorted,
        .n = n,
        .bit = linked->bit + b * l->n_bins,
        .product = linked->payload + b * l->n_bins * l->n_words,
    };
    enum cs_status st = CS_MEMORY;

    if (sorted == NULL)
        goto out;
    for (size_t i = 0; i < n; i++)
        memcpy(sorted + i * l->n_words, payload + order[i] * l->n_words,
               l->n_words * sizeof *sorted);
    CS_TRY(cs_link_answer(l, &bucket, progress));
out:
    cs_wipe_free(sorted, n * l->n_words * sizeof *sorted);
    return st;
}

static enum cs_status all_buckets(struct cs_linked *linked, const struct cs_linking *l,
                                  const struct elements *e,
                                  const struct cs_link_input *input,
                                  const struct cs_progress *progress)
{
    const double n = (double)l->asked.n;
    enum cs_status st = CS_OK;

    for (size_t b = 0; b < l->asked.n; b++) {
        struct cs_progress_piece piece = { progress, (double)b / n, (double)(b + 1) / n };
        const struct cs_progress whole = cs_progress_of(&piece);

        if (l->party == CS_A)
            CS_TRY(ask(linked, l, e, b, &whole));
        else
            CS_TRY(answer(linked, l, e, b, input->payload, &whole));
    }
out:
    return st;
}

/* ---- all of it -------------------------------------------------------------------- */

/* Hashing does not fail on distinct elements; the digests of a file are distinct. */
static enum cs_status say_overflow(enum cs_status st, struct cs_fault *fault)
{
    if (st != CS_INPUT)
        return st;
    return cs_fault_say(fault, st,
                        "the identifiers could not be placed in a hash table, which "
                        "chance alone does once in 2^40 runs; run again");
}

enum cs_status cs_link(struct cs_linked *linked, const struct cs_link_input *input,
                       struct cs_rng *secret, struct cs_channel *channel,
                       const struct cs_progress *progress, struct cs_fault *fault)
{
    struct cs_linking l = { .party = input->party, .secret = secret, .channel = channel };
    struct cs_progress_piece piece = { progress, 0, input->n_ids > 1 ? 0.7 : 1 };
    const struct cs_progress matching = cs_progress_of(&piece);
    struct cs_transcript *transcript = NULL;
    struct elements e = { 0 };
    enum cs_status st = CS_OK;

    CS_REQUIRE(input->n_ids > 0 && input->n_words > 0);
    memset(linked, 0, sizeof *linked);
    CS_TRY(cs_link_check_rows(input->n_rows, input->n_ids, fault));
    set_terms(&l, input);
    CS_TRY(cs_transcript_begin(&transcript, secret, channel));
    CS_TRY(session_begin(&l, input->ot_k));
    CS_TRY(cs_linked_init(linked, l.asked.n * l.n_bins, l.n_words, l.party));
    CS_TRY(elements_make(&e, &l, input));
    CS_TRY(all_buckets(linked, &l, &e, input, &matching));
    if (input->n_ids > 1)
        CS_TRY(cs_link_combine(linked, &l, input, progress));
    CS_TRY(cs_transcript_end(transcript));
out:
    if (st != CS_OK)
        cs_linked_wipe(linked);
    cs_transcript_free(transcript);
    elements_free(&e, input->party == CS_A ? &l.asked : &l.answered);
    session_end(&l);
    return say_overflow(st, fault);
}
