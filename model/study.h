/* study.h: the study file, shared by both parties and compared by digest.
 *
 * cs_study_parse reads the YAML text into a struct whose every field has a value: what
 * the file leaves out has its documented default (docs/STUDY.md). Unknown keys, wrong
 * types and impossible values are CS_CONFIG with `file:line: field: what; what to do`.
 *
 * Canonical form: one line `path = value` for every field, defaults included, in a fixed
 * order and notation. Its BLAKE2b-256 is the study's digest. When digests differ the
 * parties exchange the canonical forms and each prints the first line that differs
 * (cs_study_difference): two files that mean the same are the same study.
 */
#ifndef CS_MODEL_STUDY_H
#define CS_MODEL_STUDY_H

#include "crypto/fault.h"
#include "model/id.h"
#include "model/schema.h"

#define CS_DIGEST_BYTES 32
#define CS_LAYERS_MAX 8
#define CS_WIDTH_MAX 4096 /* of a layer */
#define CS_LATENT_MAX 256
#define CS_PACKING_MAX 8 /* rows of a pack */
#define CS_CRITIC_STEPS_MAX 20
#define CS_DECAY_MAX .9999           /* decay of a moving average of weights */
#define CS_STUDY_BYTES_MAX (1 << 20) /* of the file */

enum cs_link { CS_LINK_ALIGNED, CS_LINK_PRIVATE };
/* What a person at A counts as who is not found at B. */
enum cs_unlinked { CS_UNLINKED_NOT_CONVERTED, CS_UNLINKED_EXCLUDED };
/* Whose the noise of a cross table is: each party adds its own, or both draw one that
 * neither knows. */
enum cs_noise { CS_NOISE_EACH, CS_NOISE_JOINT };
/* What the parties have said they know of the outputs. */
enum cs_acknowledge { CS_ACKNOWLEDGE_NOTHING, CS_ACKNOWLEDGE_UNPROTECTED };
enum cs_generator_kind { CS_GENERATOR_VAE, CS_GENERATOR_GAN, CS_GENERATOR_INDEPENDENT };
enum cs_activation { CS_RELU, CS_LEAKY_RELU, CS_ELU, CS_GELU, CS_TANH };
enum cs_optimiser_kind { CS_ADAM, CS_SGD };
enum cs_schedule {
    CS_SCHEDULE_DERIVED,
    CS_SCHEDULE_CONSTANT,
    CS_SCHEDULE_LINEAR,
    CS_SCHEDULE_COSINE
};
/* What a generator learns from: the fitted population, which costs nothing, real rows by
 * DP-SGD, or first the one, then the other. */
enum cs_train_on { CS_TRAIN_ON_POPULATION, CS_TRAIN_ON_ROWS, CS_TRAIN_ON_BOTH };
enum cs_aggregation { CS_AGGREGATE_SHARES, CS_AGGREGATE_MASKS };

/* As the study has it. Where 0 means derived, model/recipe.h does. */
struct cs_generator_spec {
    enum cs_generator_kind kind;
    size_t latent;                /* width of the latent; 0: derived */
    size_t layers[CS_LAYERS_MAX]; /* widths of the hidden layers of the encoder; the
                                     decoder has them in the opposite order */
    size_t n_layers;              /* 0: derived */
    enum cs_activation activation;
    double dropout; /* rate, of plain training */
    enum cs_optimiser_kind optimiser;
    enum cs_schedule schedule;
    unsigned epochs;       /* on the fitted population; 0: derived */
    unsigned rounds;       /* federated rounds on real rows */
    unsigned local_steps;  /* DP-SGD steps a round */
    size_t batch;          /* expected batch of DP-SGD; 0: derived */
    double learning_rate;  /* of DP-SGD; 0: derived */
    double clip;           /* norm of one row's gradient, at most; 0: derived */
    double kl;             /* weight of the KL term */
    double average;        /* decay of the moving average of the weights; 0: derived */
    unsigned packing;      /* of a GAN: rows that its critic judges together */
    unsigned critic_steps; /* of a GAN: for one of its generator */
    enum cs_train_on train_on;
    bool federate; /* false: training on real rows stays local */
    enum cs_aggregation aggregation;
    char *start; /* path of a saved model to start from, or NULL; of the study */
};

/* A set of codes of one column: the arms, and what counts as converted. */
struct cs_levels {
    uint64_t bits; /* bit c: code c is in the set */
};

static inline bool cs_levels_has(struct cs_levels levels, size_t code)
{
    return code < CS_CODES_MAX && ((levels.bits >> code) & 1) != 0;
}

/* One way of being treated, compared with the control. */
struct cs_test_arm {
    char *name;              /* `test`, unless the study names its test arms */
    struct cs_levels levels; /* of the arm's column */
};

/* What is asked of each person: whether they converted, or how much a number is. */
struct cs_outcome_spec {
    size_t column;              /* index into the schema, of B alone */
    bool is_mean;               /* a number, whose mean is compared; else a rate */
    struct cs_levels converted; /* of a rate: what counts */
    bool leaves_out_missing;    /* of a mean: who has no value does not count, instead of
                                   counting as 0 */
};

#define CS_TEST_ARMS_MAX 8
#define CS_OUTCOMES_MAX 8
#define CS_PAIRS_MAX 16
#define CS_PAIR_LEVELS_MAX 64 /* of both columns of a pair together */

struct cs_study {
    char *name;
    bool has_fingerprints;
    uint8_t fingerprint[2][CS_DIGEST_BYTES]; /* SHA-256 of certificates (DER) */
    enum cs_link link;
    enum cs_unlinked unlinked; /* matters with CS_LINK_PRIVATE */
    struct cs_identifier identifiers[CS_IDENTIFIERS_MAX]; /* the preferred one first */
    size_t n_identifiers; /* 1 with CS_LINK_ALIGNED, and it is raw */
    size_t frequent;      /* an identifier on more rows of a file is not a person's;
                             matters with CS_LINK_PRIVATE */
    enum cs_acknowledge acknowledge;
    bool unprotected;      /* no noise anywhere: epsilon is none */
    double epsilon, delta; /* INFINITY and 0 if unprotected */
    enum cs_noise noise;   /* of cross tables */
    double tables; /* share of the zCDP budget that goes to tables; the rest trains */
    double
        detail; /* share of the tables' budget for the shape within bins and quantiles */
    double discovery; /* share of the tables' budget for finding values of categories */
    unsigned conversion_weight; /* of arm x conversion against another table */
    size_t arm;                 /* column index */
    struct cs_test_arm tests[CS_TEST_ARMS_MAX];
    size_t n_tests; /* at least one */
    struct cs_levels control;
    size_t conversion; /* column index: that of outcomes[0], which is a rate; generators
                          and fit go by it */
    struct cs_outcome_spec outcomes[CS_OUTCOMES_MAX];
    size_t n_outcomes;             /* at least one */
    size_t pairs[CS_PAIRS_MAX][2]; /* of columns, that segments are wanted by */
    size_t n_pairs;
    struct cs_schema schema;
    struct cs_generator_spec generator;
    uint64_t rows;            /* people in the synthetic sets; 0: the noisy count */
    uint64_t seed;            /* of fitting and sampling alone */
    uint64_t segment_minimum; /* people in each arm for a segment to be reported */
    unsigned ot_k;            /* SoftSpokenOT's k, 1..8 */

    char *canonical; /* NUL-terminated */
    uint8_t digest[CS_DIGEST_BYTES];
};

/* Whether a generator is trained on real rows. */
static inline bool cs_study_trains(const struct cs_study *study)
{
    return study->generator.kind != CS_GENERATOR_INDEPENDENT &&
           study->generator.train_on != CS_TRAIN_ON_POPULATION;
}

/* Whether a column is one of the outcomes. */
static inline bool cs_study_asks(const struct cs_study *study, size_t column)
{
    for (size_t i = 0; i < study->n_outcomes; i++)
        if (study->outcomes[i].column == column)
            return true;
    return false;
}

/* Names in the study file by the enums above; NULL-terminated. */
extern const char *const cs_study_links[],
    *const cs_study_kinds[], *const cs_study_activations[], *const cs_study_types[];

#define CS_EPSILON_MAX 64

/* An unprotected study says this in so many words (privacy.acknowledge), and every output
 * of its runs bears the mark. */
#define CS_UNPROTECTED_SENTENCE "these outputs are not private"
#define CS_UNPROTECTED_MARK                                                              \
    "NOT PRIVATE: made without differential privacy; may show what is true of one "      \
    "person"

/* What the command line may say instead of the file; part of the study once said. */
struct cs_study_override {
    double epsilon; /* 0: as in the file; INFINITY: none; else in (0, CS_EPSILON_MAX] */
};

/* Parses text (n_bytes, as read from the file called file_name). On success *study is the
 * caller's, to be freed by cs_study_free. override may be NULL. */
CS_MUST_USE enum cs_status cs_study_parse(struct cs_study **study, const char *text,
                                          size_t n_bytes, const char *file_name,
                                          const struct cs_study_override *override,
                                          struct cs_fault *fault);
void cs_study_free(struct cs_study *study);

/* Writes into words the first field in which two canonical forms differ, as
 * `privacy.epsilon: here 3, at the peer 1`; false if they are the same. peer may be any
 * text: words are bounded and hold no control character. */
bool cs_study_difference(char *words, size_t n_words, const char *here, const char *peer);

#endif
