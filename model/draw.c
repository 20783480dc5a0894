#include "model/draw.h"

#include <stdlib.h>
#include <string.h>

/* Those of one group who satisfy the filter, in the order in which they are given out. */
struct group {
    uint32_t *person; /* (n) */
    size_t n, next;
};

struct drawing {
    const struct cs_draw_input *input;
    struct cs_rng rng;
    uint8_t *takes; /* (n_people) */
    uint32_t *person;
    struct group group[CS_CODES_MAX];
};

static bool satisfies(struct drawing *d, size_t row)
{
    const struct cs_filter *filter = d->input->filter;

    for (size_t c = 0; c < filter->schema->n_columns; c++)
        if (!cs_filter_takes(filter, c, cs_codes_column(d->input->people, c)[row],
                             &d->rng))
            return false;
    return true;
}

static size_t group_of(const struct cs_draw_input *input, size_t row)
{
    return input->balance == CS_DRAW_AS_THEY_ARE
               ? 0
               : cs_codes_column(input->people, input->balance)[row];
}

/* Asks everybody, and counts them by group. */
static void ask(struct drawing *d)
{
    for (size_t row = 0; row < d->input->n_people; row++) {
        d->takes[row] = satisfies(d, row);
        d->group[group_of(d->input, row)].n += d->takes[row];
    }
}

/* Lays the groups side by side. */
static void sort_by_group(struct drawing *d)
{
    uint32_t *at = d->person;
    size_t n[CS_CODES_MAX] = { 0 };

    for (size_t g = 0; g < CS_CODES_MAX; at += d->group[g++].n)
        d->group[g].person = at;
    for (size_t row = 0; row < d->input->n_people; row++)
        if (d->takes[row]) {
            const size_t g = group_of(d->input, row);

            d->group[g].person[n[g]++] = (uint32_t)row;
        }
}

/* Fisher and Yates's shuffle (Knuth, "The Art of Computer Programming" 2, section 3.4.2,
 * algorithm P). */
static void shuffle(struct group *group, struct cs_rng *rng)
{
    for (size_t i = group->n; i > 1; i--) {
        const size_t j = cs_rng_below(rng, (uint32_t)i);
        const uint32_t person = group->person[i - 1];

        group->person[i - 1] = group->person[j];
        group->person[j] = person;
    }
}

static uint32_t next_of(struct group *group, struct cs_rng *rng)
{
    if (group->next == 0)
        shuffle(group, rng);
    const uint32_t person = group->person[group->next++];
    if (group->next == group->n)
        group->next = 0;
    return person;
}

/* The next group after g, in turns, with anybody in it. */
static size_t next_group(const struct drawing *d, size_t g)
{
    do
        g = (g + 1) % CS_CODES_MAX;
    while (d->group[g].n == 0);
    return g;
}

static enum cs_status give_out(struct cs_draw *draw, struct drawing *d)
{
    size_t g = CS_CODES_MAX - 1;

    draw->person = calloc(d->input->n_rows + 1, sizeof *draw->person);
    if (draw->person == NULL)
        return CS_MEMORY;
    for (size_t i = 0; i < d->input->n_rows; i++) {
        g = next_group(d, g);
        draw->person[i] = next_of(&d->group[g], &d->rng);
        draw->group[g].n_rows++;
    }
    draw->n_rows = d->input->n_rows;
    return CS_OK;
}

static void count_people(struct cs_draw *draw, const struct drawing *d)
{
    const size_t balance = d->input->balance;

    draw->n_groups = balance == CS_DRAW_AS_THEY_ARE
                         ? 1
                         : d->input->filter->schema->columns[balance].n_codes;
    for (size_t g = 0; g < draw->n_groups; g++) {
        draw->group[g].n_people = d->group[g].n;
        draw->n_people += d->group[g].n;
    }
}

enum cs_status cs_draw(struct cs_draw *draw, const struct cs_draw_input *input)
{
    struct drawing d = { .input = input };
    enum cs_status st = CS_MEMORY;

    CS_REQUIRE(input->n_people <= input->people->n_rows && input->n_people < UINT32_MAX);
    *draw = (struct cs_draw){ .person = NULL };
    d.takes = calloc(input->n_people + 1, sizeof *d.takes);
    d.person = calloc(input->n_people + 1, sizeof *d.person);
    if (d.takes == NULL || d.person == NULL)
        goto out;
    cs_rng_init_labelled(&d.rng, input->seed, "synthesize people");
    ask(&d);
    sort_by_group(&d);
    count_people(draw, &d);
    st = draw->n_people > 0 ? give_out(draw, &d) : CS_OK;
out:
    free(d.takes);
    free(d.person);
    return st;
}

void cs_draw_wipe(struct cs_draw *draw)
{
    free(draw->person);
    *draw = (struct cs_draw){ .person = NULL };
}
