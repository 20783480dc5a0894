#include <stdlib.h>
#include <string.h>

#include "crypto/cuckoo.h"
#include "crypto/okvs.h"
#include "crypto/secret.h"
#include "protocol/equality.h"
#include "protocol/link_parts.h"
#include "protocol/multiplex.h"

/* Shares of the time, roughly: until A has its values, until it has its bits. */
static const double asked = 0.4, compared = 0.95;

/* Where the store keeps what element has in a bin: the low word says which bin. */
static struct cs_block store_key(struct cs_block element, size_t bin)
{
    return (struct cs_block){ element.lo ^ bin, element.hi };
}

/* value (n, width) ^= streams of f (n), which the OPRF gave. */
static enum cs_status mask_values(struct cs_block *value, const struct cs_linking *l,
                                  const struct cs_block *f, size_t n)
{
    struct cs_block *mask = cs_blocks_new(n);

    if (mask == NULL)
        return CS_MEMORY;
    for (size_t w = 0; w < l->width; w++) {
        cs_aes_mmo(&l->masks, mask, f, w, n);
        for (size_t i = 0; i < n; i++)
            value[i * l->width + w] = cs_block_xor(value[i * l->width + w], mask[i]);
    }
    cs_blocks_free(mask, n);
    return CS_OK;
}

/* From values to shares of the products; strings (n_bins, n_words) are A's masked
 * payloads, or B's masks. */
static enum cs_status compare_and_multiply(const struct cs_linking *l,
                                           const struct cs_link_bucket *bucket,
                                           const uint64_t *tag, const uint64_t *string,
                                           const struct cs_progress *progress)
{
    struct cs_progress_piece first = { progress, asked, compared };
    struct cs_progress_piece last = { progress, compared, 1 };
    const struct cs_progress comparing = cs_progress_of(&first);
    const struct cs_progress multiplying = cs_progress_of(&last);
    enum cs_status st = CS_OK;

    if (l->party == CS_A)
        CS_TRY(cs_equality_recv(bucket->bit, tag, l->n_bins, l->tag_bits, l->receiver,
                                l->channel, &comparing));
    else
        CS_TRY(cs_equality_send(bucket->bit, tag, l->n_bins, l->tag_bits, l->sender,
                                l->secret, l->channel, &comparing));
    CS_TRY(cs_multiplex(bucket->product, bucket->bit, string, l->n_bins, l->n_words,
                        l->sender, l->receiver, l->channel, l->party, &multiplying));
out:
    return st;
}

/* ---- A ---------------------------------------------------------------------------- */

/* What A asks of each bin: the element in it, or a random one of nobody. */
static void fill_questions(struct cs_block *question, const struct cs_linking *l,
                           const struct cs_link_bucket *bucket)
{
    cs_rng_bytes(l->secret, question, l->n_bins * sizeof *question);
    for (size_t bin = 0; bin < l->n_bins; bin++)
        if (bucket->owner[bin] != CS_CUCKOO_NOBODY)
            question[bin] = bucket->element[bucket->owner[bin]];
}

/* value (n_bins, width) gets what the hint says to the questions, unmasked. */
static enum cs_status read_hint(struct cs_block *value, const struct cs_linking *l,
                                struct cs_block *question, const struct cs_block *f)
{
    const size_t n_hint = cs_okvs_rows(l->n_keys) * l->width;
    struct cs_block *hint = cs_blocks_new(n_hint);
    enum cs_status st = CS_MEMORY;

    if (hint == NULL)
        goto out;
    CS_TRY(cs_channel_recv(l->channel, CS_FRAME_HINT, hint, n_hint * sizeof *hint));
    for (size_t bin = 0; bin < l->n_bins; bin++)
        question[bin] = store_key(question[bin], bin);
    CS_TRY(cs_okvs_decode(value, hint, l->n_keys, l->width, question, l->n_bins));
    CS_TRY(mask_values(value, l, f, l->n_bins));
out:
    cs_blocks_free(hint, n_hint);
    return st;
}

static void split_values(uint64_t *tag, uint64_t *string, const struct cs_linking *l,
                         const struct cs_block *value)
{
    const uint64_t tag_mask = (UINT64_C(1) << l->tag_bits) - 1;
    const uint64_t *word = (const uint64_t *)value;

    for (size_t bin = 0; bin < l->n_bins; bin++, word += 2 * l->width) {
        tag[bin] = word[0] & tag_mask;
        memcpy(string + bin * l->n_words, word + 1, l->n_words * sizeof *string);
    }
}

enum cs_status cs_link_ask(const struct cs_linking *l,
                           const struct cs_link_bucket *bucket,
                           const struct cs_progress *progress)
{
    const size_t n = l->n_bins;
    struct cs_progress_piece piece = { progress, 0, asked };
    const struct cs_progress asking = cs_progress_of(&piece);
    struct cs_block *question = cs_blocks_new(n), *f = cs_blocks_new(n);
    struct cs_block *value = cs_blocks_new(n * l->width);
    uint64_t *tag = calloc(n, sizeof *tag);
    uint64_t *string = calloc(n * l->n_words, sizeof *string);
    enum cs_status st = CS_MEMORY;

    if (question == NULL || f == NULL || value == NULL || tag == NULL || string == NULL)
        goto out;
    CS_TRY(cs_cuckoo_place_var(bucket->owner, bucket->element, bucket->n, n));
    fill_questions(question, l, bucket);
    CS_TRY(cs_oprf_recv(l->asks, f, question, n, l->channel, &asking));
    CS_TRY(read_hint(value, l, question, f));
    split_values(tag, string, l, value);
    CS_TRY(compare_and_multiply(l, bucket, tag, string, progress));
out:
    cs_blocks_free(question, n);
    cs_blocks_free(f, n);
    cs_blocks_free(value, n * l->width);
    cs_wipe_free(tag, n * sizeof *tag);
    cs_wipe_free(string, n * l->n_words * sizeof *string);
    return st;
}

/* ---- B ---------------------------------------------------------------------------- */

/* What B draws for the bins of a bucket, and the pairs of its store. */
struct hint {
    uint64_t *tag;          /* (n_bins) [secret] */
    uint64_t *mask;         /* (n_bins, n_words) [secret] */
    struct cs_block *key;   /* (n_keys) [secret] */
    struct cs_block *value; /* (n_keys, width) [secret] */
};

static void hint_wipe(struct hint *hint, const struct cs_linking *l)
{
    cs_wipe_free(hint->tag, l->n_bins * sizeof *hint->tag);
    cs_wipe_free(hint->mask, l->n_bins * l->n_words * sizeof *hint->mask);
    cs_blocks_free(hint->key, l->n_keys);
    cs_blocks_free(hint->value, l->n_keys * l->width);
}

/* Pairs beyond those of the elements are of nobody: random. */
static enum cs_status hint_init(struct hint *hint, const struct cs_linking *l)
{
    const uint64_t tag_mask = (UINT64_C(1) << l->tag_bits) - 1;

    *hint = (struct hint){
        .tag = calloc(l->n_bins, sizeof *hint->tag),
        .mask = calloc(l->n_bins * l->n_words, sizeof *hint->mask),
        .key = cs_blocks_new(l->n_keys),
        .value = cs_blocks_new(l->n_keys * l->width),
    };
    if (hint->tag == NULL || hint->mask == NULL || hint->key == NULL ||
        hint->value == NULL)
        return CS_MEMORY;
    cs_rng_bytes(l->secret, hint->tag, l->n_bins * sizeof *hint->tag);
    cs_rng_bytes(l->secret, hint->mask, l->n_bins * l->n_words * sizeof *hint->mask);
    for (size_t bin = 0; bin < l->n_bins; bin++)
        hint->tag[bin] &= tag_mask;
    return CS_OK;
}

static void fill_nobody(struct hint *hint, const struct cs_linking *l, size_t n_used)
{
    cs_rng_bytes(l->secret, hint->key + n_used, (l->n_keys - n_used) * sizeof *hint->key);
    cs_rng_bytes(l->secret, hint->value + n_used * l->width,
                 (l->n_keys - n_used) * l->width * sizeof *hint->value);
}

/* The pairs of every element in each of its bins; f (3 n) gets the OPRF there. */
static enum cs_status fill_pairs(struct hint *hint, struct cs_block *f,
                                 const struct cs_linking *l,
                                 const struct cs_link_bucket *bucket)
{
    const size_t n_pairs = CS_CUCKOO_PLACES * bucket->n;
    struct cs_block *element = cs_blocks_new(n_pairs);
    uint32_t *bin = calloc(n_pairs + 1, sizeof *bin);
    enum cs_status st = CS_MEMORY;

    if (element == NULL || bin == NULL)
        goto out;
    for (size_t i = 0; i < n_pairs; i++) {
        const size_t who = i / CS_CUCKOO_PLACES;
        uint64_t *const word = (uint64_t *)(hint->value + i * l->width);

        element[i] = bucket->element[who];
        if (i % CS_CUCKOO_PLACES == 0)
            cs_cuckoo_places(bin + i, element[i], l->n_bins);
        hint->key[i] = store_key(element[i], bin[i]);
        word[0] = hint->tag[bin[i]];
        for (size_t w = 0; w < l->n_words; w++)
            word[1 + w] = bucket->payload[who * l->n_words + w] ^
                          hint->mask[bin[i] * l->n_words + w];
    }
    cs_oprf_eval(l->answers, f, bin, element, n_pairs);
    CS_TRY(mask_values(hint->value, l, f, n_pairs));
out:
    cs_blocks_free(element, n_pairs);
    cs_wipe_free(bin, n_pairs * sizeof *bin);
    return st;
}

static enum cs_status send_hint(const struct hint *hint, const struct cs_linking *l,
                                const struct cs_progress *progress)
{
    const size_t n_code = cs_okvs_rows(l->n_keys) * l->width;
    struct cs_block *code = cs_blocks_new(n_code);
    enum cs_status st = CS_MEMORY;

    if (code == NULL)
        goto out;
    CS_TRY(cs_okvs_encode(code, hint->key, hint->value, l->n_keys, l->width, l->secret,
                          progress));
    CS_TRY(cs_channel_send(l->channel, CS_FRAME_HINT, code, n_code * sizeof *code));
out:
    cs_blocks_free(code, n_code);
    return st;
}

enum cs_status cs_link_answer(const struct cs_linking *l,
                              const struct cs_link_bucket *bucket,
                              const struct cs_progress *progress)
{
    const size_t n_pairs = CS_CUCKOO_PLACES * bucket->n;
    struct cs_progress_piece first = { progress, 0, asked / 3 };
    struct cs_progress_piece second = { progress, asked / 3, asked };
    const struct cs_progress answering = cs_progress_of(&first);
    const struct cs_progress encoding = cs_progress_of(&second);
    struct cs_block *f = cs_blocks_new(n_pairs);
    struct hint hint;
    enum cs_status st;

    CS_TRY(hint_init(&hint, l));
    if (f == NULL) {
        st = CS_MEMORY;
        goto out;
    }
    CS_TRY(cs_oprf_send(l->answers, l->n_bins, l->channel, &answering));
    CS_TRY(fill_pairs(&hint, f, l, bucket));
    fill_nobody(&hint, l, n_pairs);
    CS_TRY(send_hint(&hint, l, &encoding));
    CS_TRY(compare_and_multiply(l, bucket, hint.tag, hint.mask, progress));
out:
    hint_wipe(&hint, l);
    cs_blocks_free(f, n_pairs);
    return st;
}
