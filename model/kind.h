/* kind.h: what a kind of generator provides; model/generator.c has the table of kinds.
 * The functions keep the contracts of model/generator.h. */
#ifndef CS_MODEL_KIND_H
#define CS_MODEL_KIND_H

#include "model/generator.h"

struct cs_kind {
    enum cs_status (*make)(struct cs_generator **generator, const struct cs_study *study,
                           enum cs_party party);
    void (*free)(struct cs_generator *generator);
    enum cs_status (*fit)(struct cs_generator *generator, const struct cs_codes *rows,
                          struct cs_rng *rng, const struct cs_progress *progress);
    enum cs_status (*step_private)(struct cs_generator *generator,
                                   const struct cs_codes *rows, double sampling_rate,
                                   double sigma, struct cs_rng *secret);
    enum cs_status (*sample)(struct cs_generator *generator, struct cs_codes *out,
                             const uint8_t *labels, struct cs_rng *rng);
    struct cs_block *(*blocks)(struct cs_generator *generator, size_t *n_blocks);
};

/* The first member of every kind's struct. */
struct cs_generator {
    const struct cs_kind *kind;
};

extern const struct cs_kind cs_vae;         /* model/vae.c */
extern const struct cs_kind cs_independent; /* model/independent.c */

/* Where the label stands among the party's columns. */
size_t cs_kind_label(const struct cs_study *study, enum cs_party party);

#endif
