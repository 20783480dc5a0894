#include "party/synthesize.h"

#include "party/emit.h"
#include "party/make_rows.h"

/* The drawn people, with the party's columns; those of the peer stay empty. */
static enum cs_status gather(struct cs_codes *rows, const struct cs_synthesis *synthesis,
                             const struct cs_draw *draw)
{
    const struct cs_saved *saved = synthesis->saved;
    const struct cs_schema *schema = &saved->study->schema;
    const enum cs_status st = cs_codes_init(rows, draw->n_rows, schema->n_columns);

    for (size_t k = 0; st == CS_OK && k < schema->n_order[saved->party]; k++) {
        const size_t column = schema->order[saved->party][k];
        const uint8_t *from = cs_codes_column(&saved->population, column);
        uint8_t *to = cs_codes_column(rows, column);

        for (size_t i = 0; i < draw->n_rows; i++)
            to[i] = from[draw->person[i]];
    }
    return st;
}

static enum cs_status emit(const struct cs_codes *rows, size_t n_rows,
                           const struct cs_synthesis *synthesis, struct cs_fault *fault)
{
    const struct cs_saved *saved = synthesis->saved;
    /* rows that could not be made come last, and are not at this party */
    const struct cs_presence people = {
        n_rows,
        { saved->party == CS_B ? rows->n_rows - n_rows : 0,
          saved->party == CS_A ? rows->n_rows - n_rows : 0 },
    };
    struct cs_study study = *saved->study; /* borrowed, but for the seed */
    uint8_t digest[CS_EMIT_DIGEST_BYTES];
    const struct cs_emission emission = {
        .study = &study,
        .party = saved->party,
        .order = saved->file_order,
        .population = rows,
        .people = &people,
        .densities = saved->densities.given,
        .filter = synthesis->filter,
        .crlf = saved->crlf,
    };

    study.seed = synthesis->seed;
    return cs_emit(digest, synthesis->path, &emission, NULL, fault);
}

enum cs_status cs_synthesize(struct cs_draw *draw, size_t *n_rows,
                             const struct cs_synthesis *synthesis, struct cs_fault *fault)
{
    const struct cs_saved *saved = synthesis->saved;
    const struct cs_draw_input input = {
        .people = &saved->population,
        .n_people = saved->people.n_both,
        .filter = synthesis->filter,
        .balance = synthesis->balance,
        .n_rows = synthesis->n_rows,
        .seed = synthesis->seed,
    };
    struct cs_codes rows = { 0 };
    enum cs_status st;

    CS_TRY(cs_draw(draw, &input));
    if (draw->n_people == 0)
        CS_TRY(cs_fault_say(fault, CS_CONFIG,
                            "no synthetic person satisfies all conditions; drop or widen "
                            "one"));
    *n_rows = draw->n_rows;
    CS_TRY(synthesis->source == CS_FROM_POPULATION
               ? gather(&rows, synthesis, draw)
               : cs_make_rows(&rows, n_rows, synthesis, draw, fault));
    CS_TRY(emit(&rows, *n_rows, synthesis, fault));
out:
    cs_codes_wipe(&rows);
    return st;
}
