#include <stdlib.h>
#include <string.h>

#include "crypto/secret.h"
#include "protocol/group_by.h"
#include "protocol/measure_parts.h"
#include "protocol/one_hot.h"

enum {
    BLOCK_PLACES = 8192,  /* worked on at once, or fewer: */
    BLOCK_WORDS = 1 << 24 /* all one-hot words of a block, about */
};

#define NOWHERE UINT16_MAX

/* Columns of B whose codes become one-hot words as one code, the first of them in its
 * high bits. The words of fewer of them are sums of these. */
struct joint {
    size_t column[2];
    size_t n_columns;
    unsigned n_bits;
    uint16_t *code; /* (block) shares [secret] */
    uint32_t *word; /* (block, 2^n_bits) shares [secret] */
};

/* Where the words of a table at B come from: word w of a joint is part of word place[w]
 * of the table, or of none, where no code is that high. */
struct origin {
    const struct joint *joint;
    uint16_t *place; /* (2^n_bits) */
};

struct linking {
    const struct cs_measuring *measuring;
    struct cs_payload layout;
    size_t block; /* places */

    struct joint *joint; /* (n_joints), then the bit, as a joint of no columns */
    size_t n_joints;
    struct cs_one_hot *hot; /* (n_joints + 1) */
    struct origin *origin;  /* (plan->n_tables), of cross tables */

    uint32_t *vector; /* (block, width_sum) of a group [secret] */
    uint16_t *index;  /* (block), at A [secret] */
    size_t widest;    /* width_sum of any group */
};

static size_t least(size_t x, size_t y)
{
    return x < y ? x : y;
}

/* ---- joints: which codes are converted -------------------------------------------- */

static size_t columns_at_b(const struct cs_table_spec *spec)
{
    return spec->kind == CS_CROSS ? spec->n_columns - spec->n_a : 0;
}

static bool joint_has(const struct joint *joint, size_t column)
{
    for (size_t i = 0; i < joint->n_columns; i++)
        if (joint->column[i] == column)
            return true;
    return false;
}

/* The joint that has all columns of B of a table, or NULL. */
static const struct joint *joint_of(const struct linking *linking,
                                    const struct cs_table_spec *spec)
{
    for (size_t i = 0; i < linking->n_joints; i++) {
        size_t n = 0;

        for (size_t c = spec->n_a; c < spec->n_columns; c++)
            n += joint_has(&linking->joint[i], spec->column[c]);
        if (n == columns_at_b(spec))
            return &linking->joint[i];
    }
    return NULL;
}

static void joint_add(struct linking *linking, const struct cs_table_spec *spec)
{
    struct joint *joint = &linking->joint[linking->n_joints++];

    joint->n_columns = columns_at_b(spec);
    memcpy(joint->column, spec->column + spec->n_a,
           joint->n_columns * sizeof *joint->column);
    for (size_t i = 0; i < joint->n_columns; i++)
        joint->n_bits += linking->layout.field[joint->column[i]].n_bits;
}

/* Pairs of columns first: a column that is in one is not converted by itself. */
static void joints_choose(struct linking *linking)
{
    const struct cs_plan *plan = linking->measuring->plan;

    for (size_t n_columns = 2; n_columns > 0; n_columns--)
        for (size_t t = 0; t < plan->n_tables; t++) {
            CS_REQUIRE(columns_at_b(&plan->tables[t]) <= 2);
            if (columns_at_b(&plan->tables[t]) == n_columns &&
                joint_of(linking, &plan->tables[t]) == NULL)
                joint_add(linking, &plan->tables[t]);
        }
}

/* The table's word that word w of the joint belongs to. */
static uint16_t place_of(const struct linking *linking, const struct joint *joint,
                         const struct cs_table_spec *spec, size_t w)
{
    size_t place = 0, code[CS_COLUMNS_MAX] = { 0 };

    for (size_t i = joint->n_columns; i-- > 0;) {
        const size_t c = joint->column[i];
        const unsigned n_bits = linking->layout.field[c].n_bits;

        code[c] = w & (((size_t)1 << n_bits) - 1);
        w >>= n_bits;
        if (code[c] >= linking->measuring->schema->columns[c].n_codes)
            return NOWHERE;
    }
    for (size_t i = spec->n_a; i < spec->n_columns; i++)
        place = place * linking->measuring->schema->columns[spec->column[i]].n_codes +
                code[spec->column[i]];
    return (uint16_t)place;
}

static enum cs_status origins_make(struct linking *linking)
{
    const struct cs_plan *plan = linking->measuring->plan;

    for (size_t t = 0; t < plan->n_tables; t++) {
        const struct cs_table_spec *spec = &plan->tables[t];
        struct origin *origin = &linking->origin[t];

        if (spec->kind != CS_CROSS)
            continue;
        origin->joint = joint_of(linking, spec);
        const size_t n_words = (size_t)1 << origin->joint->n_bits;

        origin->place = calloc(n_words, sizeof *origin->place);
        if (origin->place == NULL)
            return CS_MEMORY;
        for (size_t w = 0; w < n_words; w++)
            origin->place[w] = place_of(linking, origin->joint, spec, w);
    }
    return CS_OK;
}

/* ---- memory ------------------------------------------------------------------------ */

/* Both parties come to the same: it follows from the plan. */
static size_t block_of(const struct linking *linking)
{
    size_t n_words = linking->widest;

    for (size_t i = 0; i <= linking->n_joints; i++)
        n_words += (size_t)1 << linking->joint[i].n_bits;
    return least(BLOCK_PLACES, BLOCK_WORDS / n_words + 1);
}

static enum cs_status joint_init(struct joint *joint, struct cs_one_hot *hot,
                                 size_t block)
{
    joint->code = calloc(block, sizeof *joint->code);
    joint->word = calloc(block << joint->n_bits, sizeof *joint->word);
    *hot = (struct cs_one_hot){ joint->code, joint->n_bits, joint->word };
    return joint->code != NULL && joint->word != NULL ? CS_OK : CS_MEMORY;
}

static enum cs_status linking_init(struct linking *linking,
                                   const struct cs_measuring *measuring,
                                   const struct cs_measure_group *groups, size_t n)
{
    const size_t n_tables = measuring->plan->n_tables;
    enum cs_status st = CS_MEMORY;

    *linking = (struct linking){ .measuring = measuring };
    cs_payload_init(&linking->layout, measuring->schema);
    CS_REQUIRE(measuring->linked->n_words == linking->layout.n_words);
    for (size_t g = 0; g < n; g++)
        if (linking->widest < groups[g].width_sum)
            linking->widest = groups[g].width_sum;
    linking->joint = calloc(n_tables + 1, sizeof *linking->joint);
    linking->hot = calloc(n_tables + 1, sizeof *linking->hot);
    linking->origin = calloc(n_tables, sizeof *linking->origin);
    if (linking->joint == NULL || linking->hot == NULL || linking->origin == NULL)
        goto out;
    joints_choose(linking);
    CS_TRY(origins_make(linking));
    linking->joint[linking->n_joints].n_bits = 1;
    linking->block = block_of(linking);
    for (size_t i = 0; i <= linking->n_joints; i++)
        CS_TRY(joint_init(&linking->joint[i], &linking->hot[i], linking->block));
    linking->vector = calloc(linking->block * linking->widest, sizeof *linking->vector);
    linking->index = calloc(linking->block, sizeof *linking->index);
    st = linking->vector != NULL && linking->index != NULL ? CS_OK : CS_MEMORY;
out:
    return st;
}

static void linking_wipe(struct linking *linking)
{
    const size_t block = linking->block;

    for (size_t i = 0; linking->joint != NULL && i <= linking->n_joints; i++) {
        struct joint *joint = &linking->joint[i];

        cs_wipe_free(joint->code, block * sizeof *joint->code);
        cs_wipe_free(joint->word, (block << joint->n_bits) * sizeof *joint->word);
    }
    for (size_t t = 0; linking->origin != NULL && t < linking->measuring->plan->n_tables;
         t++)
        free(linking->origin[t].place);
    cs_wipe_free(linking->vector, block * linking->widest * sizeof *linking->vector);
    cs_wipe_free(linking->index, block * sizeof *linking->index);
    free(linking->joint);
    free(linking->hot);
    free(linking->origin);
}

/* ---- the words of a block -----------------------------------------------------------
 */

static void take_codes(struct linking *linking, size_t first, size_t n)
{
    const struct cs_linked *linked = linking->measuring->linked;

    for (size_t i = 0; i < linking->n_joints; i++) {
        struct joint *joint = &linking->joint[i];

        for (size_t p = 0; p < n; p++) {
            const uint64_t *packed = linked->payload + (first + p) * linked->n_words;
            unsigned code = 0;

            for (size_t c = 0; c < joint->n_columns; c++)
                code = code << linking->layout.field[joint->column[c]].n_bits |
                       cs_payload_code(packed, &linking->layout, joint->column[c]);
            joint->code[p] = (uint16_t)code;
        }
    }
    for (size_t p = 0; p < n; p++)
        linking->joint[linking->n_joints].code[p] = linked->bit[first + p];
}

/* A place that is not linked has code 0 in every column, and a one there: as the bit's
 * own word of place 0 has, so the difference is zero words. */
static void clear_unlinked(struct linking *linking, size_t n)
{
    const uint32_t *unlinked = linking->joint[linking->n_joints].word;

    for (size_t i = 0; i < linking->n_joints; i++)
        for (size_t p = 0; p < n; p++)
            linking->joint[i].word[p << linking->joint[i].n_bits] -= unlinked[2 * p];
}

static enum cs_status convert(struct linking *linking, size_t first, size_t n)
{
    const struct cs_measuring *measuring = linking->measuring;
    enum cs_status st = CS_OK;

    take_codes(linking, first, n);
    CS_TRY(measuring->table->party == CS_B
               ? cs_one_hot_send(linking->hot, linking->n_joints + 1, n,
                                 measuring->sender, measuring->secret, measuring->channel)
               : cs_one_hot_recv(linking->hot, linking->n_joints + 1, n,
                                 measuring->receiver, measuring->channel));
    clear_unlinked(linking, n);
out:
    return st;
}

/* ---- a GROUP BY of a block ----------------------------------------------------------
 */

/* Adds a table's words to vectors of `stride` words, from its first one. */
static void add_table(uint32_t *vector, size_t stride, const struct origin *origin,
                      size_t n)
{
    const size_t n_words = (size_t)1 << origin->joint->n_bits;
    const uint32_t *word = origin->joint->word;

    for (size_t p = 0; p < n; p++, vector += stride, word += n_words)
        for (size_t w = 0; w < n_words; w++)
            if (origin->place[w] != NOWHERE)
                vector[origin->place[w]] += word[w];
}

static void make_vectors(struct linking *linking, const struct cs_measure_group *group,
                         size_t n)
{
    uint32_t *vector = linking->vector;

    memset(vector, 0, n * group->width_sum * sizeof *vector);
    for (size_t i = 0; i < group->n_tables; vector += group->width[i++])
        add_table(vector, group->width_sum, &linking->origin[group->table[i]], n);
}

/* Whether two groups have the same columns at B, and so the same vectors. */
static bool same_vectors(const struct linking *linking, const struct cs_measure_group *x,
                         const struct cs_measure_group *y)
{
    const struct cs_table_spec *tables = linking->measuring->plan->tables;

    if (x->n_tables != y->n_tables)
        return false;
    for (size_t i = 0; i < x->n_tables; i++) {
        const struct cs_table_spec *s = &tables[x->table[i]], *t = &tables[y->table[i]];

        if (columns_at_b(s) != columns_at_b(t) ||
            memcmp(s->column + s->n_a, t->column + t->n_a,
                   columns_at_b(s) * sizeof *s->column) != 0)
            return false;
    }
    return true;
}

/* At A: the codes of who is there; 0 for nobody, whose words are zero. */
static void take_index(struct linking *linking, const struct cs_measure_group *group,
                       size_t first, size_t n)
{
    const uint32_t *row = linking->measuring->linked->row + first;

    memset(linking->index, 0, n * sizeof *linking->index);
    for (size_t i = 0; i < group->n_index; i++) {
        const uint8_t *code = cs_measure_codes(linking->measuring, group->index[i]);
        const size_t width = linking->measuring->schema->columns[group->index[i]].n_codes;

        for (size_t p = 0; p < n; p++) {
            const bool somebody = row[p] != CS_LINKED_NOBODY;

            linking->index[p] =
                (uint16_t)(linking->index[p] * width + (somebody ? code[row[p]] : 0));
        }
    }
}

static enum cs_status share_group(struct linking *linking, struct cs_measure_group *group,
                                  size_t first, size_t n,
                                  const struct cs_progress *progress)
{
    const struct cs_measuring *measuring = linking->measuring;

    if (measuring->table->party == CS_B)
        return cs_group_by_send_words(group->share, linking->vector, n, group->n_codes,
                                      group->width_sum, measuring->sender,
                                      measuring->secret, measuring->channel, progress);
    take_index(linking, group, first, n);
    return cs_group_by_recv(group->share, linking->index, linking->vector, n,
                            group->n_codes, group->width_sum, measuring->receiver,
                            measuring->channel, progress);
}

static enum cs_status share_block(struct linking *linking,
                                  struct cs_measure_group *groups, size_t n_groups,
                                  size_t first, size_t n, const struct cs_progress *whole)
{
    enum cs_status st = CS_OK;

    CS_TRY(convert(linking, first, n));
    for (size_t g = 0; g < n_groups; g++) {
        struct cs_progress_piece piece = { whole, (double)g / (double)n_groups,
                                           (double)(g + 1) / (double)n_groups };
        const struct cs_progress progress = cs_progress_of(&piece);

        if (g == 0 || !same_vectors(linking, &groups[g - 1], &groups[g]))
            make_vectors(linking, &groups[g], n);
        CS_TRY(share_group(linking, &groups[g], first, n, &progress));
    }
out:
    return st;
}

enum cs_status cs_measure_linked(const struct cs_measuring *measuring,
                                 struct cs_measure_group *groups, size_t n)
{
    const size_t n_places = measuring->linked->n_places;
    struct linking linking;
    enum cs_status st = CS_OK;

    CS_TRY(linking_init(&linking, measuring, groups, n));
    for (size_t first = 0; first < n_places; first += linking.block) {
        const size_t n_block = least(linking.block, n_places - first);
        struct cs_progress_piece piece = { measuring->progress,
                                           (double)first / (double)n_places,
                                           (double)(first + n_block) / (double)n_places };
        const struct cs_progress progress = cs_progress_of(&piece);

        CS_TRY(share_block(&linking, groups, n, first, n_block, &progress));
    }
out:
    linking_wipe(&linking);
    return st;
}
