#include <stdlib.h>
#include <string.h>

#include "crypto/secret.h"
#include "protocol/link_parts.h"
#include "protocol/multiplex.h"
#include "protocol/permute.h"

/* Strings of a payload and, in a last word, the bit. */
struct strings {
    size_t n_words;
    uint64_t *bins; /* (n_places, n_words) [secret] */
    uint64_t *rows; /* (n_ids, n_rows, n_words) [secret] */
    uint64_t *next; /* (n_rows, n_words): a product [secret] */
    uint8_t *open;  /* (n_rows): shares of: not yet found [secret] */
};

static void strings_free(struct strings *s, size_t n_bins, size_t n_rows, size_t n_ids)
{
    cs_wipe_free(s->bins, n_bins * s->n_words * sizeof *s->bins);
    cs_wipe_free(s->rows, n_ids * n_rows * s->n_words * sizeof *s->rows);
    cs_wipe_free(s->next, n_rows * s->n_words * sizeof *s->next);
    cs_wipe_free(s->open, n_rows);
}

static enum cs_status strings_init(struct strings *s, const struct cs_linked *linked,
                                   size_t n_rows, size_t n_ids)
{
    const size_t n_words = linked->n_words + 1;

    *s = (struct strings){
        .n_words = n_words,
        .bins = calloc(linked->n_places * n_words, sizeof *s->bins),
        .rows = calloc(n_ids * n_rows * n_words, sizeof *s->rows),
        .next = calloc(n_rows * n_words, sizeof *s->next),
        .open = calloc(n_rows, 1),
    };
    if (s->bins == NULL || s->rows == NULL || s->next == NULL || s->open == NULL)
        return CS_MEMORY;
    for (size_t place = 0; place < linked->n_places; place++) {
        uint64_t *to = s->bins + place * n_words;

        memcpy(to, linked->payload + place * linked->n_words,
               linked->n_words * sizeof *to);
        to[linked->n_words] = linked->bit[place];
    }
    return CS_OK;
}

/* Where each identifier of each row stands. */
static enum cs_status find_bins(uint32_t **source, const struct cs_linked *linked,
                                size_t n_elements)
{
    uint32_t *made = calloc(n_elements, sizeof *made);

    if (made == NULL)
        return CS_MEMORY;
    for (size_t i = 0; i < n_elements; i++)
        made[i] = CS_PERMUTE_NOBODY;
    for (size_t bin = 0; bin < linked->n_places; bin++)
        if (linked->row[bin] != CS_LINKED_NOBODY)
            made[linked->row[bin]] = (uint32_t)bin;
    *source = made;
    return CS_OK;
}

static enum cs_status bins_to_rows(struct strings *s, const struct cs_linked *linked,
                                   const struct cs_linking *l, size_t n_elements,
                                   const struct cs_progress *progress)
{
    enum cs_status st = CS_OK;
    uint32_t *source = NULL;

    if (l->party == CS_A) {
        CS_TRY(find_bins(&source, linked, n_elements));
        CS_TRY(cs_permute_recv(s->rows, s->bins, source, linked->n_places, n_elements,
                               s->n_words, l->receiver, l->channel, progress));
    } else {
        CS_TRY(cs_permute_send(s->rows, s->bins, linked->n_places, n_elements, s->n_words,
                               l->sender, l->channel, progress));
    }
out:
    cs_wipe_free(source, n_elements * sizeof *source);
    return st;
}

/* rows[0] ^= (1 - its bit) * rows[id] */
static enum cs_status add_unless_found(struct strings *s, const struct cs_linking *l,
                                       size_t n_rows, size_t id)
{
    const uint64_t *of_id = s->rows + id * n_rows * s->n_words;
    const uint8_t one = l->party == CS_A;
    enum cs_status st = CS_OK;

    for (size_t row = 0; row < n_rows; row++)
        s->open[row] = (uint8_t)(s->rows[(row + 1) * s->n_words - 1] & 1) ^ one;
    CS_TRY(cs_multiplex(s->next, s->open, of_id, n_rows, s->n_words, l->sender,
                        l->receiver, l->channel, l->party, NULL));
    for (size_t i = 0; i < n_rows * s->n_words; i++)
        s->rows[i] ^= s->next[i];
out:
    return st;
}

/* The first n_rows of s->rows, as places. */
static enum cs_status take_rows(struct cs_linked *linked, const struct strings *s,
                                const struct cs_linking *l, size_t n_rows)
{
    struct cs_linked rows = {
        .n_places = n_rows,
        .row = l->party == CS_A ? calloc(n_rows, sizeof *rows.row) : NULL,
        .bit = calloc(n_rows, 1),
        .payload = calloc(n_rows * linked->n_words, sizeof *rows.payload),
        .n_words = linked->n_words,
    };

    if ((l->party == CS_A && rows.row == NULL) || rows.bit == NULL ||
        rows.payload == NULL) {
        cs_linked_wipe(&rows);
        return CS_MEMORY;
    }
    for (size_t row = 0; row < n_rows; row++) {
        const uint64_t *from = s->rows + row * s->n_words;

        memcpy(rows.payload + row * rows.n_words, from, rows.n_words * sizeof *from);
        rows.bit[row] = (uint8_t)(from[rows.n_words] & 1);
        if (rows.row != NULL)
            rows.row[row] = (uint32_t)row;
    }
    cs_linked_wipe(linked);
    *linked = rows;
    return CS_OK;
}

enum cs_status cs_link_combine(struct cs_linked *linked, const struct cs_linking *l,
                               const struct cs_link_input *input,
                               const struct cs_progress *progress)
{
    const size_t n_bins = linked->n_places, n_rows = input->n_rows[CS_A];
    struct cs_progress_piece piece = { progress, 0.7, 0.95 };
    const struct cs_progress moving = cs_progress_of(&piece);
    struct strings s;
    enum cs_status st;

    CS_TRY(strings_init(&s, linked, n_rows, input->n_ids));
    CS_TRY(bins_to_rows(&s, linked, l, n_rows * input->n_ids, &moving));
    for (size_t id = 1; id < input->n_ids; id++)
        CS_TRY(add_unless_found(&s, l, n_rows, id));
    CS_TRY(take_rows(linked, &s, l, n_rows));
out:
    strings_free(&s, n_bins, n_rows, input->n_ids);
    return st;
}
