#include "model/kind.h"

#include <stdlib.h>
#include <string.h>

enum { TELL_EVERY = 16, CURVE_POINTS_MAX = 256 };

static const struct cs_kind *const kinds[] = {
    [CS_GENERATOR_VAE] = &cs_vae,
    [CS_GENERATOR_GAN] = &cs_gan,
    [CS_GENERATOR_INDEPENDENT] = &cs_independent,
};

static const struct cs_kind *kind_of(const struct cs_study *study, enum cs_party party)
{
    size_t n_columns = 0;

    for (size_t i = 0; i < study->schema.n_columns; i++)
        n_columns += study->schema.columns[i].at[party];
    if (n_columns == 1) /* the label alone: nothing to learn */
        return &cs_independent;
    return kinds[study->generator.kind];
}

size_t cs_generator_n_weights(const struct cs_study *study,
                              const struct cs_recipe *recipe, enum cs_party party)
{
    const struct cs_kind *kind = kind_of(study, party);

    return kind->n_weights == NULL ? 0 : kind->n_weights(study, recipe, party);
}

static enum cs_status new_of(struct cs_generator **generator, const struct cs_kind *kind,
                             const struct cs_study *study, const struct cs_recipe *recipe,
                             enum cs_party party, struct cs_workers *workers)
{
    enum cs_status st = CS_OK;
    struct cs_generator *made = NULL;
    size_t n_blocks;

    CS_TRY(kind->make(&made, study, recipe, party, workers));
    made->kind = kind;
    made->recipe = *recipe;
    const struct cs_weight_block *blocks = cs_generator_blocks(made, &n_blocks);
    CS_TRY(cs_moving_init(&made->moving, blocks, n_blocks, recipe->spec.average));
    *generator = made;
    made = NULL;
out:
    cs_generator_free(made);
    return st;
}

enum cs_status cs_generator_new(struct cs_generator **generator,
                                const struct cs_study *study,
                                const struct cs_recipe *recipe, enum cs_party party,
                                struct cs_workers *workers)
{
    return new_of(generator, kind_of(study, party), study, recipe, party, workers);
}

enum cs_status cs_generator_new_independent(struct cs_generator **generator,
                                            const struct cs_study *study,
                                            const struct cs_recipe *recipe,
                                            enum cs_party party)
{
    return new_of(generator, &cs_independent, study, recipe, party, NULL);
}

void cs_generator_free(struct cs_generator *generator)
{
    if (generator == NULL)
        return;
    cs_moving_wipe(&generator->moving);
    generator->kind->free(generator);
}

/* ---- state ---- */

/* All stretches; returns how many. */
static size_t list_state(struct cs_stretch stretch[static CS_STRETCHES_MAX],
                         struct cs_generator *generator)
{
    struct cs_moving *moving = &generator->moving;
    size_t n =
        generator->kind->state == NULL ? 0 : generator->kind->state(stretch, generator);

    if (moving->average != NULL)
        stretch[n++] =
            (struct cs_stretch){ moving->average, moving->n * sizeof *moving->average };
    stretch[n++] = (struct cs_stretch){ &moving->steps, sizeof moving->steps };
    CS_REQUIRE(n <= CS_STRETCHES_MAX);
    return n;
}

size_t cs_generator_state_bytes(struct cs_generator *generator)
{
    struct cs_stretch stretch[CS_STRETCHES_MAX];
    const size_t n = list_state(stretch, generator);
    size_t n_bytes = 0;

    for (size_t i = 0; i < n; i++)
        n_bytes += stretch[i].n_bytes;
    return n_bytes;
}

void cs_generator_take_state(uint8_t *state, struct cs_generator *generator)
{
    struct cs_stretch stretch[CS_STRETCHES_MAX];
    const size_t n = list_state(stretch, generator);

    for (size_t i = 0; i < n; state += stretch[i++].n_bytes)
        memcpy(state, stretch[i].memory, stretch[i].n_bytes);
}

void cs_generator_put_state(struct cs_generator *generator, const uint8_t *state)
{
    struct cs_stretch stretch[CS_STRETCHES_MAX];
    const size_t n = list_state(stretch, generator);

    for (size_t i = 0; i < n; state += stretch[i++].n_bytes)
        memcpy(stretch[i].memory, state, stretch[i].n_bytes);
}

/* ---- training ---- */

enum cs_status cs_generator_step(struct cs_generator *generator,
                                 const struct cs_codes *rows, double rate, double *loss,
                                 struct cs_rng *rng)
{
    enum cs_status st = CS_OK;

    CS_REQUIRE(rows->n_rows > 0 && rows->n_rows <= UINT32_MAX);
    *loss = 0;
    if (generator->kind->step == NULL)
        return CS_OK;
    CS_TRY(generator->kind->step(generator, rows, rate, loss, rng));
    cs_moving_add(&generator->moving);
out:
    return st;
}

double cs_generator_loss(struct cs_generator *generator, const struct cs_codes *rows,
                         struct cs_rng *rng)
{
    CS_REQUIRE(rows->n_rows > 0 && rows->n_rows <= UINT32_MAX);
    return generator->kind->loss == NULL ? 0
                                         : generator->kind->loss(generator, rows, rng);
}

enum cs_status cs_generator_step_private(struct cs_generator *generator,
                                         const struct cs_codes *rows,
                                         double sampling_rate, double sigma, double rate,
                                         struct cs_rng *secret)
{
    enum cs_status st = CS_OK;

    CS_REQUIRE(sampling_rate > 0 && sampling_rate <= 1 && sigma > 0);
    if (generator->kind->step_private == NULL)
        return CS_OK;
    CS_TRY(generator->kind->step_private(generator, rows, sampling_rate, sigma, rate,
                                         secret));
    cs_moving_add(&generator->moving);
out:
    return st;
}

void cs_generator_settle(struct cs_generator *generator)
{
    cs_moving_settle(&generator->moving);
}

enum cs_status cs_generator_remember(struct cs_generator *generator,
                                     const struct cs_codes *rows, struct cs_rng *rng)
{
    CS_REQUIRE(rows->n_rows > 0 && rows->n_rows <= UINT32_MAX);
    return generator->kind->remember(generator, rows, rng);
}

/* The mean of so many losses is a point of the curve. */
struct recent {
    const struct cs_curve *curve;
    unsigned n, enough;
    double sum;
};

static void add_loss(struct recent *recent, double loss)
{
    recent->sum += loss;
    if (++recent->n < recent->enough)
        return;
    cs_curve_add(recent->curve, recent->sum / recent->n);
    recent->n = 0;
    recent->sum = 0;
}

enum cs_status cs_generator_fit(struct cs_generator *generator,
                                const struct cs_codes *rows, struct cs_rng *rng,
                                const struct cs_curve *curve,
                                const struct cs_progress *progress)
{
    enum cs_status st = CS_OK;
    const struct cs_pace *pace = &generator->recipe.plain;
    const unsigned steps = generator->kind->step == NULL ? 0 : pace->steps;
    struct recent recent = { .curve = curve, .enough = steps / CURVE_POINTS_MAX + 1 };
    double loss;

    for (unsigned step = 0; step < steps; step++) {
        const double rate = cs_pace_rate(pace, generator->recipe.spec.schedule, step);

        if (step % TELL_EVERY == 0)
            CS_TRY(cs_progress_tell(progress, (double)step / steps));
        CS_TRY(cs_generator_step(generator, rows, rate, &loss, rng));
        add_loss(&recent, loss);
    }
    cs_generator_settle(generator);
    CS_TRY(cs_generator_remember(generator, rows, rng));
    CS_TRY(cs_progress_tell(progress, 1));
out:
    return st;
}

enum cs_status cs_generator_sample(struct cs_generator *generator, struct cs_codes *out,
                                   const uint8_t *labels, struct cs_rng *rng)
{
    return generator->kind->sample(generator, out, labels, rng);
}

struct cs_weight_block *cs_generator_blocks(struct cs_generator *generator,
                                            size_t *n_blocks)
{
    return generator->kind->blocks(generator, n_blocks);
}

/* ---- what is federated ---- */

static const struct cs_weight_block *find(const struct cs_weight_block *blocks,
                                          size_t n_blocks,
                                          const struct cs_weight_block *like)
{
    for (size_t i = 0; i < n_blocks; i++)
        if (blocks[i].n == like->n && strcmp(blocks[i].name, like->name) == 0)
            return &blocks[i];
    return NULL;
}

/* Do the parties have at least half of each party's features in common? The labels, which
 * no trunk is about, do not count. */
static bool is_trunk_common(const struct cs_study *study)
{
    const struct cs_schema *schema = &study->schema;
    size_t n[2], n_common = 0;

    for (int p = CS_A; p <= CS_B; p++)
        n[p] = schema->n_order[p] - 1;
    for (size_t i = 0; i < schema->n_order[CS_A]; i++)
        for (size_t j = 0; j < schema->n_order[CS_B]; j++) {
            const size_t a = schema->order[CS_A][i], b = schema->order[CS_B][j];

            n_common += a != study->arm && b != study->conversion &&
                        strcmp(schema->columns[a].name, schema->columns[b].name) == 0;
        }
    return 2 * n_common >= n[CS_A] && 2 * n_common >= n[CS_B];
}

static bool is_trunk(const struct cs_weight_block *block)
{
    return strncmp(block->name, "trunk/", strlen("trunk/")) == 0;
}

/* Those of `all` that `other` has too, as they stand in `mine`, one of the two. */
static enum cs_status intersect(struct cs_weight_block **common, size_t *n_common,
                                const struct cs_weight_block *all, size_t n_all,
                                const struct cs_weight_block *other, size_t n_other,
                                const struct cs_weight_block *mine, size_t n_mine,
                                bool with_trunk)
{
    struct cs_weight_block *found =
        calloc(n_all + 1, sizeof *found); /* + 1: never of size 0 */
    size_t n = 0;

    if (found == NULL)
        return CS_MEMORY;
    for (size_t i = 0; i < n_all; i++)
        if ((with_trunk || !is_trunk(&all[i])) && find(other, n_other, &all[i]) != NULL)
            found[n++] = *find(mine, n_mine, &all[i]);
    *common = found;
    *n_common = n;
    return CS_OK;
}

enum cs_status cs_generator_common(struct cs_weight_block **common, size_t *n_common,
                                   struct cs_generator *generator,
                                   const struct cs_study *study, enum cs_party party)
{
    enum cs_status st = CS_OK;
    struct cs_generator *peer = NULL;
    struct cs_weight_block *block[2];
    size_t n[2];

    /* of the same shape: no batch matters */
    CS_TRY(cs_generator_new(&peer, study, &generator->recipe, !party, NULL));
    block[party] = cs_generator_blocks(generator, &n[party]);
    block[1 - party] = cs_generator_blocks(peer, &n[1 - party]);
    CS_TRY(intersect(common, n_common, block[CS_A], n[CS_A], block[CS_B], n[CS_B],
                     block[party], n[party], is_trunk_common(study)));
out:
    cs_generator_free(peer);
    return st;
}
