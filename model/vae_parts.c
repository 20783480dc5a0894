#include "model/vae_parts.h"

#include <stdlib.h>
#include <string.h>

#include "model/normal.h"

static void part_wipe(struct cs_vae_part *part)
{
    cs_net_free(part->net);
    cs_dpsgd_free(part->dpsgd);
    cs_rng_wipe(&part->rng);
    free(part->gradient);
}

static enum cs_status part_init(struct cs_vae_part *part, const struct cs_net *first)
{
    const size_t n = first->weights.n;
    enum cs_status st = CS_OK;

    if (part->net == NULL)
        CS_TRY(cs_net_new_twin(&part->net, first));
    CS_TRY(cs_dpsgd_new(&part->dpsgd, part->net->layer, part->net->n_layers, n,
                        CS_VAE_NET_ROWS));
    part->gradient = calloc(n, sizeof *part->gradient);
    if (part->gradient == NULL)
        st = CS_MEMORY;
out:
    return st;
}

enum cs_status cs_vae_parts_init(struct cs_vae_parts *parts,
                                 const struct cs_net_column *columns, size_t n_columns,
                                 size_t label, const struct cs_generator_spec *spec,
                                 uint64_t seed, struct cs_workers *workers)
{
    const size_t n_features = n_columns - 1, n = cs_workers_count(workers);
    enum cs_status st = CS_OK;

    *parts = (struct cs_vae_parts){ .n_columns = n_columns,
                                    .label = label,
                                    .workers = workers };
    parts->part = calloc(n, sizeof *parts->part);
    if (parts->part == NULL)
        return CS_MEMORY;
    parts->n = n;
    struct cs_net **first = &parts->part[0].net;
    CS_TRY(cs_net_new(first, columns, n_features, &columns[n_features], spec, seed,
                      CS_VAE_NET_ROWS));
    for (size_t k = 0; k < n; k++)
        CS_TRY(part_init(&parts->part[k], *first));
out:
    if (st != CS_OK)
        cs_vae_parts_wipe(parts);
    return st;
}

void cs_vae_parts_wipe(struct cs_vae_parts *parts)
{
    for (size_t k = parts->n; k-- > 0;) /* the twins before the first */
        part_wipe(&parts->part[k]);
    free(parts->part);
    memset(parts, 0, sizeof *parts);
}

static size_t smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* Every part has a gradient of its own, which must be added: few large parts are better
 * than many, but that two cores should have as much to do. */
size_t cs_vae_parts_share(size_t n)
{
    const size_t pair = 2 * 2 * CS_VAE_NET_ROWS, n_parts = 2 * ((n + pair - 1) / pair);

    return (n + n_parts - 1) / n_parts;
}

size_t cs_vae_parts_deal(struct cs_vae_parts *parts, size_t n_left, size_t share,
                         struct cs_rng *rng)
{
    size_t k = 0;

    for (; k < parts->n && n_left > 0; k++) {
        struct cs_vae_part *part = &parts->part[k];

        part->share = smaller(n_left, share);
        part->n = smaller(part->share, CS_VAE_NET_ROWS);
        cs_rng_init_child(&part->rng, rng);
        n_left -= part->share;
    }
    return k;
}

void cs_vae_part_choose(struct cs_vae_part *part, size_t n_rows)
{
    for (size_t slot = 0; slot < part->n; slot++)
        part->row[slot] = cs_rng_below(&part->rng, (uint32_t)n_rows);
}

/* Column by column, each of which stays in the cache. */
void cs_vae_part_load(const struct cs_vae_part *part, const struct cs_codes *rows,
                      size_t label)
{
    for (size_t j = 0, feature = 0; j < rows->n_columns; j++) {
        const uint8_t *codes = cs_codes_column(rows, j);

        if (j == label)
            cs_net_set_labels(part->net, codes, part->row, part->n);
        else
            cs_net_set_features(part->net, feature++, codes, part->row, part->n);
    }
}

void cs_vae_part_draw_noise(struct cs_vae_part *part, size_t n)
{
    cs_normal_fill(part->net->noise, n * part->net->latent, &part->rng);
}
