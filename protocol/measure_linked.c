#include <stdlib.h>
#include <string.h>

#include "crypto/secret.h"
#include "crypto/whole.h"
#include "protocol/group_by.h"
#include "protocol/measure_joints.h"
#include "protocol/measure_parts.h"
#include "protocol/one_hot.h"

enum {
    BLOCK_PLACES = 16384, /* worked on at once, or fewer: */
    BLOCK_WORDS = 1 << 24 /* all one-hot words of a block, about */
};

struct linking {
    const struct cs_measuring *measuring;
    struct cs_payload layout;
    struct cs_joints joints;
    size_t block;  /* places */
    size_t widest; /* width_sum of any group */

    /* (joints.n + 1): the joints, then whether a place is linked. The arrays in it are
     * (block) codes and (block, 2^n_bits) words. */
    struct cs_one_hot *hot;
    uint16_t **code;  /* (joints.n + 1): those of hot, to be filled in [secret] */
    uint32_t *vector; /* (block, width_sum) of a group [secret] */
    uint16_t *index;  /* (block), at A [secret] */
};

/* ---- memory ------------------------------------------------------------------------ */

/* Both parties come to the same: it follows from the plan. */
static size_t block_of(const struct linking *linking)
{
    size_t n_words = linking->widest + 2;

    for (size_t i = 0; i < linking->joints.n; i++)
        n_words += (size_t)1 << linking->joints.joint[i].n_bits;
    return cs_least(BLOCK_PLACES, BLOCK_WORDS / n_words + 1);
}

static size_t widest_of(const struct cs_measure_group *groups, size_t n)
{
    size_t widest = 0;

    for (size_t g = 0; g < n; g++)
        if (widest < groups[g].width_sum)
            widest = groups[g].width_sum;
    return widest;
}

static enum cs_status hot_init(struct linking *linking, size_t i)
{
    const unsigned n_bits = i < linking->joints.n ? linking->joints.joint[i].n_bits : 1;
    uint32_t *word = calloc(linking->block << n_bits, sizeof *word);

    linking->code[i] = calloc(linking->block, sizeof **linking->code);
    linking->hot[i] = (struct cs_one_hot){ linking->code[i], n_bits, word };
    return linking->code[i] != NULL && word != NULL ? CS_OK : CS_MEMORY;
}

static enum cs_status linking_init(struct linking *linking,
                                   const struct cs_measuring *measuring,
                                   const struct cs_measure_group *groups, size_t n)
{
    enum cs_status st = CS_OK;

    *linking = (struct linking){ .measuring = measuring, .widest = widest_of(groups, n) };
    cs_payload_init(&linking->layout, measuring->schema);
    CS_REQUIRE(measuring->linked->n_words == linking->layout.n_words);
    CS_TRY(cs_joints_init(&linking->joints, measuring->plan, measuring->schema));
    linking->block = block_of(linking);
    linking->hot = calloc(linking->joints.n + 1, sizeof *linking->hot);
    linking->code = calloc(linking->joints.n + 1, sizeof *linking->code);
    linking->vector = calloc(linking->block * linking->widest, sizeof *linking->vector);
    linking->index = calloc(linking->block, sizeof *linking->index);
    if (!linking->hot || !linking->code || !linking->vector || !linking->index) {
        st = CS_MEMORY;
        goto out;
    }
    for (size_t i = 0; i <= linking->joints.n; i++)
        CS_TRY(hot_init(linking, i));
out:
    return st;
}

static void linking_wipe(struct linking *linking)
{
    const size_t block = linking->block;

    for (size_t i = 0; linking->hot && linking->code && i <= linking->joints.n; i++) {
        cs_wipe_free(linking->code[i], block * sizeof **linking->code);
        cs_wipe_free(linking->hot[i].word,
                     (block << linking->hot[i].n_bits) * sizeof(uint32_t));
    }
    cs_wipe_free(linking->vector, block * linking->widest * sizeof *linking->vector);
    cs_wipe_free(linking->index, block * sizeof *linking->index);
    free(linking->hot);
    free(linking->code);
    cs_joints_wipe(&linking->joints);
}

/* ---- the words of a block ---------------------------------------------------------- */

static void take_codes(struct linking *linking, size_t first, size_t n)
{
    const struct cs_linked *linked = linking->measuring->linked;
    const struct cs_joints *joints = &linking->joints;

    for (size_t p = 0; p < n; p++) {
        const uint64_t *packed = linked->payload + (first + p) * linked->n_words;

        for (size_t i = 0; i < joints->n; i++)
            linking->code[i][p] =
                cs_joint_code(&joints->joint[i], packed, &linking->layout);
        linking->code[joints->n][p] = linked->bit[first + p];
    }
}

/* A place that is not linked has code 0 in every column, and a one there: as the bit's
 * own word of place 0 has, so the difference is zero words. */
static void clear_unlinked(struct linking *linking, size_t n)
{
    const uint32_t *unlinked = linking->hot[linking->joints.n].word;

    for (size_t i = 0; i < linking->joints.n; i++)
        for (size_t p = 0; p < n; p++)
            linking->hot[i].word[p << linking->hot[i].n_bits] -= unlinked[2 * p];
}

static enum cs_status convert(struct linking *linking, size_t first, size_t n)
{
    const struct cs_measuring *measuring = linking->measuring;
    const size_t n_hot = linking->joints.n + 1;
    enum cs_status st = CS_OK;

    take_codes(linking, first, n);
    CS_TRY(measuring->table->party == CS_B
               ? cs_one_hot_send(linking->hot, n_hot, n, measuring->sender,
                                 measuring->secret, measuring->channel)
               : cs_one_hot_recv(linking->hot, n_hot, n, measuring->receiver,
                                 measuring->channel));
    clear_unlinked(linking, n);
out:
    return st;
}

/* ---- a GROUP BY of a block --------------------------------------------------------- */

static void make_vectors(struct linking *linking, const struct cs_measure_group *group,
                         size_t n)
{
    uint32_t *vector = linking->vector;

    for (size_t i = 0; i < group->n_tables; vector += group->width[i++]) {
        const struct cs_joint_part *part = &linking->joints.part[group->table[i]];

        cs_joint_part_sum(vector, group->width_sum, part,
                          &linking->joints.joint[part->joint],
                          linking->hot[part->joint].word, n);
    }
}

/* Whether two groups have the same columns at B, and so the same vectors. */
static bool same_vectors(const struct cs_measure_group *x,
                         const struct cs_measure_group *y, const struct cs_plan *plan)
{
    if (x->n_tables != y->n_tables)
        return false;
    for (size_t i = 0; i < x->n_tables; i++) {
        const struct cs_table_spec *s = &plan->tables[x->table[i]];
        const struct cs_table_spec *t = &plan->tables[y->table[i]];
        const size_t n = s->n_columns - s->n_a;

        if (n != t->n_columns - t->n_a ||
            memcmp(s->column + s->n_a, t->column + t->n_a, n * sizeof *s->column) != 0)
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
            const uint8_t here = row[p] != CS_LINKED_NOBODY ? code[row[p]] : 0;

            linking->index[p] = (uint16_t)(linking->index[p] * width + here);
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
    const struct cs_plan *plan = linking->measuring->plan;
    enum cs_status st = CS_OK;

    CS_TRY(convert(linking, first, n));
    for (size_t g = 0; g < n_groups; g++) {
        struct cs_progress_piece piece = { whole, (double)g / (double)n_groups,
                                           (double)(g + 1) / (double)n_groups };
        const struct cs_progress progress = cs_progress_of(&piece);

        if (g == 0 || !same_vectors(&groups[g - 1], &groups[g], plan))
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
        const size_t n_block = cs_least(linking.block, n_places - first);
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
