/* draw.h: who is drawn from the synthetic people: so many of those who satisfy a filter.
 *
 * Each person is asked once (model/filter.h; a bin that satisfies in part throws a coin).
 * Those who do are shuffled and given out one after another; when all are used up, they
 * are shuffled again. Balanced, everybody belongs to the group of their code of one
 * column, and the groups take turns.
 *
 *   Ownership  a draw's arrays are its own; _wipe frees them
 *   Errors     CS_MEMORY
 *   Numbers    the same people on every machine, by the seed
 */
#ifndef CS_MODEL_DRAW_H
#define CS_MODEL_DRAW_H

#include "model/codes.h"
#include "model/filter.h"

struct cs_draw_input {
    const struct cs_codes *people; /* all columns of the filter's schema */
    size_t n_people;               /* the first of them are asked */
    const struct cs_filter *filter;
    size_t balance; /* a column, or CS_DRAW_AS_THEY_ARE */
    size_t n_rows;
    uint64_t seed;
};

#define CS_DRAW_AS_THEY_ARE SIZE_MAX

struct cs_draw_group {
    size_t n_people; /* who satisfy the filter */
    size_t n_rows;   /* drawn from them */
};

struct cs_draw {
    uint32_t *person; /* (n_rows): rows of people */
    size_t n_rows;    /* as many as asked for, or none if nobody satisfies the filter */
    size_t n_people;  /* who do */
    size_t n_groups;  /* 1, or codes of the column that balances */
    struct cs_draw_group group[CS_CODES_MAX]; /* by code */
};

CS_MUST_USE enum cs_status cs_draw(struct cs_draw *draw,
                                   const struct cs_draw_input *input);
void cs_draw_wipe(struct cs_draw *draw);

#endif
