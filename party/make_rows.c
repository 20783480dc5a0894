#include "party/make_rows.h"

#include <stdlib.h>

#include "party/revive.h"

/* Rows that are wanted, one for each drawn person, and those that are there. */
struct making {
    const struct cs_synthesis *synthesis;
    const struct cs_draw *draw;
    struct cs_workers *workers;
    struct cs_generator *generator;
    struct cs_codes *rows;   /* over all columns */
    struct cs_codes trial;   /* this party's columns, a row for each that is wanted */
    uint8_t *label;          /* of the trial's rows */
    uint32_t *wanted;        /* (n_wanted): numbers among the drawn people */
    size_t n_wanted, n_made; /* rows */
    struct cs_rng rng;
};

static void making_wipe(struct making *m)
{
    cs_generator_free(m->generator);
    cs_workers_free(m->workers);
    cs_codes_wipe(&m->trial);
    free(m->label);
    free(m->wanted);
}

static enum cs_status making_init(struct making *m, struct cs_fault *fault)
{
    const struct cs_saved *saved = m->synthesis->saved;
    enum cs_status st;

    m->label = calloc(m->draw->n_rows, sizeof *m->label);
    m->wanted = calloc(m->draw->n_rows, sizeof *m->wanted);
    if (m->label == NULL || m->wanted == NULL)
        return CS_MEMORY;
    for (size_t i = 0; i < m->draw->n_rows; i++)
        m->wanted[m->n_wanted++] = (uint32_t)i;
    cs_rng_init_labelled(&m->rng, m->synthesis->seed, "synthesize rows");
    CS_TRY(cs_workers_new(&m->workers, m->synthesis->n_threads));
    CS_TRY(cs_revive(&m->generator, saved, m->workers, fault));
    CS_TRY(cs_codes_init(m->rows, m->draw->n_rows, saved->study->schema.n_columns));
out:
    return st;
}

/* A new row for each that is wanted, with its person's label. */
static enum cs_status try_rows(struct making *m)
{
    const struct cs_saved *saved = m->synthesis->saved;
    const struct cs_study *study = saved->study;
    const uint8_t *label = cs_codes_column(
        &saved->population, saved->party == CS_A ? study->arm : study->conversion);
    enum cs_status st;

    for (size_t i = 0; i < m->n_wanted; i++)
        m->label[i] = label[m->draw->person[m->wanted[i]]];
    cs_codes_wipe(&m->trial);
    CS_TRY(cs_codes_init(&m->trial, m->n_wanted, study->schema.n_order[saved->party]));
    CS_TRY(cs_generator_sample(m->generator, &m->trial, m->label, &m->rng));
out:
    return st;
}

static bool satisfies(struct making *m, size_t i)
{
    const struct cs_synthesis *synthesis = m->synthesis;
    const struct cs_saved *saved = synthesis->saved;
    const size_t person = m->draw->person[m->wanted[i]];

    for (size_t k = 0; k < m->trial.n_columns; k++) {
        const size_t column = saved->study->schema.order[saved->party][k];
        const uint8_t code = cs_codes_column(&m->trial, k)[i];

        if (!cs_filter_takes(synthesis->filter, column, code, &m->rng) ||
            (column == synthesis->balance &&
             code != cs_codes_column(&saved->population, column)[person]))
            return false;
    }
    return true;
}

static void keep(struct making *m, size_t i)
{
    const struct cs_saved *saved = m->synthesis->saved;
    const size_t *order = saved->study->schema.order[saved->party];

    for (size_t k = 0; k < m->trial.n_columns; k++)
        cs_codes_column(m->rows, order[k])[m->n_made] = cs_codes_column(&m->trial, k)[i];
    m->n_made++;
}

/* Keeps the rows that satisfy; the others stay wanted. */
static void sift(struct making *m)
{
    size_t n_left = 0;

    for (size_t i = 0; i < m->n_wanted; i++)
        if (satisfies(m, i))
            keep(m, i);
        else
            m->wanted[n_left++] = m->wanted[i];
    m->n_wanted = n_left;
}

enum cs_status cs_make_rows(struct cs_codes *rows, size_t *n_made,
                            const struct cs_synthesis *synthesis,
                            const struct cs_draw *draw, struct cs_fault *fault)
{
    struct making m = { .synthesis = synthesis, .draw = draw, .rows = rows };
    enum cs_status st;

    CS_TRY(making_init(&m, fault));
    for (unsigned t = 0; t < CS_SYNTHESIZE_TRIES && m.n_wanted > 0; t++) {
        CS_TRY(try_rows(&m));
        sift(&m);
    }
    *n_made = m.n_made;
    if (m.n_made == 0)
        st = cs_fault_say(fault, CS_CONFIG,
                          "the generator made no row that satisfies all conditions; drop "
                          "or widen one, or draw from the population");
out:
    making_wipe(&m);
    return st;
}
