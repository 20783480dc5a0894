#include "party/revive.h"

#include <string.h>

static const struct cs_weight_block *find_block(const struct cs_saved *saved,
                                                const struct cs_weight_block *like)
{
    for (size_t i = 0; i < saved->n_blocks; i++)
        if (saved->block[i].n == like->n && strcmp(saved->block[i].name, like->name) == 0)
            return &saved->block[i];
    return NULL;
}

static enum cs_status copy_weights(struct cs_generator *generator,
                                   const struct cs_saved *saved, struct cs_fault *fault)
{
    size_t n_blocks;
    struct cs_weight_block *block = cs_generator_blocks(generator, &n_blocks);

    for (size_t i = 0; i < n_blocks; i++) {
        const struct cs_weight_block *from = find_block(saved, &block[i]);

        if (from == NULL)
            return cs_fault_say(fault, CS_INPUT,
                                "the model has no weights `%s` of that size; draw from "
                                "its population instead",
                                block[i].name);
        memcpy(block[i].weight, from->weight, block[i].n * sizeof *block[i].weight);
    }
    return CS_OK;
}

/* This party's columns of the people at it. */
static enum cs_status own_people(struct cs_codes *own, const struct cs_saved *saved)
{
    const struct cs_schema *schema = &saved->study->schema;
    const enum cs_party party = saved->party;
    const size_t n_rows = cs_presence_at(&saved->people, party);
    const enum cs_status st = cs_codes_init(own, n_rows, schema->n_order[party]);

    for (size_t k = 0; st == CS_OK && k < schema->n_order[party]; k++) {
        const uint8_t *from =
            cs_codes_column(&saved->population, schema->order[party][k]);

        for (size_t i = 0; i < n_rows; i++)
            cs_codes_column(own, k)[i] = from[cs_presence_row(&saved->people, party, i)];
    }
    return st;
}

/* Before memory is taken for as many as the shape of its layers needs. */
static enum cs_status check_size(const struct cs_saved *saved,
                                 const struct cs_recipe *recipe, struct cs_fault *fault)
{
    size_t n = 0;

    for (size_t i = 0; i < saved->n_blocks; i++)
        n += saved->block[i].n;
    if (cs_generator_n_weights(saved->study, recipe, saved->party) <= n)
        return CS_OK;
    return cs_fault_say(fault, CS_INPUT,
                        "the model has fewer weights than its layers need; draw from its "
                        "population instead");
}

enum cs_status cs_revive(struct cs_generator **generator, const struct cs_saved *saved,
                         struct cs_workers *workers, struct cs_fault *fault)
{
    const size_t n_rows[2] = { cs_presence_at(&saved->people, CS_A),
                               cs_presence_at(&saved->people, CS_B) };
    struct cs_generator *made = NULL;
    struct cs_codes own = { 0 };
    struct cs_recipe recipe;
    enum cs_status st;
    struct cs_rng rng;

    cs_recipe_settle(&recipe, saved->study, n_rows, saved->party);
    CS_TRY(check_size(saved, &recipe, fault));
    CS_TRY(cs_generator_new(&made, saved->study, &recipe, saved->party, workers));
    CS_TRY(copy_weights(made, saved, fault));
    CS_TRY(own_people(&own, saved));
    cs_rng_init_labelled(&rng, saved->study->seed, "revive");
    CS_TRY(cs_generator_remember(made, &own, &rng));
    *generator = made;
    made = NULL;
out:
    cs_codes_wipe(&own);
    cs_generator_free(made);
    return st;
}
