/* sketch.h: a study made of a list of columns, for tests of what follows from names,
 * sizes and places alone. */
#ifndef CS_TESTS_SUPPORT_SKETCH_H
#define CS_TESTS_SUPPORT_SKETCH_H

#include "crypto/rng.h"
#include "model/plan.h"

enum cs_sketch_kind { CS_SKETCH_CATEGORY, CS_SKETCH_BINS, CS_SKETCH_QUANTILES };

struct cs_sketch_column {
    const char *name;
    const char *at; /* "a", "b" or "ab" */
    size_t n_codes;
    enum cs_sketch_kind kind; /* bins are 100 grid points wide */
};

/* Its study points into itself: do not copy it. Nothing to free. */
struct cs_sketch {
    struct cs_study study;
    struct cs_column column[CS_COLUMNS_MAX];
    int64_t edges[CS_COLUMNS_MAX][CS_CODES_MAX + 1];
    char name[CS_COLUMNS_MAX][16];
    size_t n_rows[2];
};

/* Epsilon 1, ten rounds of ten steps, 64,000 rows at each party. */
void cs_sketch_init(struct cs_sketch *sketch, const struct cs_sketch_column *columns,
                    size_t n, size_t arm, size_t conversion);

/* The arm at a, columns at a, b or both, the conversion at b: from two to most in all,
 * each of up to codes_most codes. Returns how many. */
size_t cs_sketch_draw(struct cs_sketch_column *columns, size_t most, size_t codes_most,
                      struct cs_rng *rng);

/* Studies of the shape of the Hillstrom e-mail experiment (arm 5, conversion 9), of UCI
 * Adult (7, 14), and one with two columns in common (0, 5). */
void cs_sketch_hillstrom(struct cs_sketch *sketch);
void cs_sketch_adult(struct cs_sketch *sketch);
void cs_sketch_common(struct cs_sketch *sketch);

/* Asks for more where there are the columns for it: the last one of B alone before the
 * conversion becomes an outcome, the first two others a pair that segments are by, if one
 * of them is at A. */
void cs_sketch_ask_more(struct cs_sketch *sketch);

/* Its plan; stops the test if there is none. To be freed by cs_plan_free. */
struct cs_plan *cs_sketch_plan(const struct cs_sketch *sketch);

/* cs_plan_make must refuse it with CS_CONFIG, saying `word`. */
void cs_sketch_assert_refused(const struct cs_sketch *sketch, const char *word);

/* The table of that name, or NULL. */
const struct cs_table_spec *cs_sketch_find(const struct cs_sketch *sketch,
                                           const struct cs_plan *plan, const char *name);

/* Adds to the cells of a table, from its first, what each party that counts it adds. */
void cs_sketch_add_noise(int64_t *cells, const struct cs_table_spec *spec,
                         struct cs_rng *rng);

#endif
