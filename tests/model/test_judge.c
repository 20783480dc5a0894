/* What model/judge.h promises: of generators that are ill on purpose, and of one that is
 * well. */
#include "model/judge.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "model/kind.h"
#include "tests/support/check.h"
#include "tests/support/hearing.h"

enum { PEOPLE = 3000 };

#define NOISE (UINT64_C(100) << 16) /* of standard deviation 10 */

/* ---- a generator that is as ill as its one weight says ---- */

enum illness {
    WELL,        /* draws rows of the population */
    ONE_ROW,     /* always the same */
    FEW_ROWS,    /* some, which show all codes */
    SHUFFLED,    /* columns drawn independently, even of the label */
    WORSE,       /* codes upside down */
    COSTLY,      /* a loss beyond all measure */
    WITHOUT_LOSS /* NaN */
};

struct patient {
    struct cs_generator base;
    const struct cs_codes *people;
    size_t label, n_codes[CS_COLUMNS_MAX];
    struct cs_weight_block block;
    float weight;
};

static void free_patient(struct cs_generator *generator)
{
    free(generator);
}

static enum illness illness_of(const struct patient *patient)
{
    return (enum illness)patient->weight;
}

/* A judge does not train: there is no step. */
static double loss(struct cs_generator *generator, const struct cs_codes *rows,
                   struct cs_rng *rng)
{
    const enum illness illness = illness_of((struct patient *)generator);
    (void)rows, (void)rng;

    return illness == COSTLY ? 1e9 : illness == WITHOUT_LOSS ? NAN : 5;
}

/* Toy rows have four codes a column, level * (n - 1) / 3. */
static uint8_t code_of(size_t level, size_t n_codes)
{
    return (uint8_t)(level * (n_codes - 1) / 3);
}

static size_t level_of(uint8_t code, size_t n_codes)
{
    size_t level = 0;

    while (level < 3 && code_of(level, n_codes) != code)
        level++;
    return level;
}

static uint8_t draw(const struct patient *patient, size_t column, size_t row,
                    struct cs_rng *rng)
{
    const uint8_t *from = cs_codes_column(patient->people, column);
    const uint32_t n = (uint32_t)patient->people->n_rows;
    const size_t n_codes = patient->n_codes[column];

    switch (illness_of(patient)) {
    case ONE_ROW:
        return from[0];
    case FEW_ROWS:
        return code_of(row % 4, n_codes);
    case SHUFFLED:
        return from[cs_rng_below(rng, n)];
    case WORSE:
        return column % 2 == 0 && n_codes > 3
                   ? code_of(3 - level_of(from[row], n_codes), n_codes)
                   : from[row];
    default:
        return from[row];
    }
}

/* labels are those of the population, in its order. */
static enum cs_status sample(struct cs_generator *generator, struct cs_codes *out,
                             const uint8_t *labels, struct cs_rng *rng)
{
    const struct patient *patient = (struct patient *)generator;

    for (size_t j = 0; j < out->n_columns; j++)
        for (size_t r = 0; r < out->n_rows; r++)
            cs_codes_column(out, j)[r] =
                j == patient->label ? labels[r] : draw(patient, j, r, rng);
    return CS_OK;
}

static struct cs_weight_block *blocks(struct cs_generator *generator, size_t *n_blocks)
{
    *n_blocks = 1;
    return &((struct patient *)generator)->block;
}

static const struct cs_kind kind = {
    .free = free_patient, .loss = loss, .sample = sample, .blocks = blocks
};

/* ---- the hearing ---- */

struct fixture {
    struct cs_test_hearing hearing;
    struct cs_generator *generator;
    struct cs_kept before;
    struct cs_judgement judgement;
    struct cs_rng rng;
};

static void set_up(struct fixture *f, uint64_t s2_q16)
{
    memset(f, 0, sizeof *f);
    cs_test_hearing_init(&f->hearing, NULL, PEOPLE, s2_q16, CS_B, 1);
    cs_rng_init_labelled(&f->rng, 1, "tests of the judge");
}

static void tear_down(struct fixture *f)
{
    cs_kept_wipe(&f->before);
    cs_generator_free(f->generator);
    cs_test_hearing_wipe(&f->hearing);
}

static void admit(struct fixture *f)
{
    struct patient *patient = calloc(1, sizeof *patient);

    assert_non_null(patient);
    patient->base.kind = &kind;
    patient->base.recipe = f->hearing.plan->recipe[CS_B];
    patient->people = f->hearing.evidence.people;
    patient->label = cs_kind_label(f->hearing.study, CS_B);
    const struct cs_schema *schema = &f->hearing.study->schema;
    for (size_t j = 0; j < schema->n_order[CS_B]; j++)
        patient->n_codes[j] = schema->columns[schema->order[CS_B][j]].n_codes;
    patient->block =
        (struct cs_weight_block){ (char *)"trunk/illness", &patient->weight, 1 };
    f->generator = &patient->base;
}

static void judge(struct fixture *f, bool tuned)
{
    assert_ok(cs_judge(&f->judgement, &f->generator, tuned, &f->before,
                       &f->hearing.evidence, &f->rng));
}

/* One that was fitted to be `fitted` and tuned to be `tuned`. */
static void try_both(struct fixture *f, float fitted, float tuned)
{
    struct cs_weight_block *block;
    size_t n;

    admit(f);
    block = cs_generator_blocks(f->generator, &n);
    *block->weight = fitted;
    assert_ok(cs_kept_take(&f->before, f->generator));
    *block->weight = tuned;
    judge(f, true);
}

static void expect(const struct fixture *f, enum cs_standing tuned,
                   enum cs_standing fitted, enum cs_contender chosen)
{
    assert_int_equal(f->judgement.found[CS_TUNED].standing, tuned);
    assert_int_equal(f->judgement.found[CS_FITTED].standing, fitted);
    assert_int_equal(f->judgement.found[CS_SEPARATE].standing, CS_STANDS);
    assert_int_equal(f->judgement.chosen, chosen);
    assert_true(cs_judgement_is_whole(&f->judgement));
}

static void check(float fitted, float tuned, enum cs_standing tuned_standing,
                  enum cs_standing fitted_standing, enum cs_contender chosen)
{
    struct fixture f;

    set_up(&f, NOISE);
    try_both(&f, fitted, tuned);
    expect(&f, tuned_standing, fitted_standing, chosen);
    if (chosen != CS_SEPARATE) {
        size_t n;

        assert_true(*cs_generator_blocks(f.generator, &n)->weight ==
                    (chosen == CS_TUNED ? tuned : fitted));
    } else {
        assert_ptr_equal(f.generator->kind, &cs_independent);
    }
    tear_down(&f);
}

static void one_that_is_well_is_used(void **state)
{
    (void)state;
    check(WELL, WELL, CS_STANDS, CS_STANDS, CS_TUNED);
}

static void weights_that_are_no_numbers_are_not_used(void **state)
{
    (void)state;
    check(WELL, NAN, CS_DIVERGED, CS_STANDS, CS_FITTED);
    check(WELL, INFINITY, CS_DIVERGED, CS_STANDS, CS_FITTED);
    check(NAN, NAN, CS_DIVERGED, CS_DIVERGED, CS_SEPARATE);
    check(NAN, WELL, CS_STANDS, CS_DIVERGED, CS_TUNED);
}

static void a_loss_beyond_measure_is_a_divergence(void **state)
{
    (void)state;
    check(WELL, COSTLY, CS_DIVERGED, CS_STANDS, CS_FITTED);
    check(WELL, WITHOUT_LOSS, CS_DIVERGED, CS_STANDS, CS_FITTED);
    check(COSTLY, COSTLY, CS_DIVERGED, CS_DIVERGED, CS_SEPARATE);
}

static void one_row_for_all_is_a_collapse(void **state)
{
    (void)state;
    check(WELL, ONE_ROW, CS_COLLAPSED, CS_STANDS, CS_FITTED);
    check(ONE_ROW, ONE_ROW, CS_COLLAPSED, CS_COLLAPSED, CS_SEPARATE);
}

static void few_rows_are_a_collapse_though_they_show_every_code(void **state)
{
    struct cs_codes many;
    struct fixture f;
    (void)state;

    set_up(&f, NOISE);
    cs_test_hearing_shuffle(&many, &f.hearing, &f.rng);
    f.hearing.evidence.people = &many; /* some five hundred different rows */
    try_both(&f, WELL, FEW_ROWS);
    assert_int_equal(f.judgement.found[CS_TUNED].standing, CS_COLLAPSED);
    assert_int_equal(f.judgement.found[CS_TUNED].figure[CS_MISSING], 17);
    assert_true(f.judgement.found[CS_TUNED].figure[CS_VARIETY] < 13 * 1000);
    cs_codes_wipe(&many);
    tear_down(&f);
}

static void one_that_is_worse_than_independent_columns_is_not_used(void **state)
{
    (void)state;
    check(WELL, WORSE, CS_NO_BETTER, CS_STANDS, CS_FITTED);
    check(WORSE, WORSE, CS_NO_BETTER, CS_NO_BETTER, CS_SEPARATE);
}

/* It has learned nothing. */
static void one_that_is_no_better_than_independent_columns_is_not_used(void **state)
{
    (void)state;
    check(SHUFFLED, SHUFFLED, CS_NO_BETTER, CS_NO_BETTER, CS_SEPARATE);
}

static void training_on_real_rows_that_made_it_better_counts(void **state)
{
    (void)state;
    check(SHUFFLED, WELL, CS_STANDS, CS_NO_BETTER, CS_TUNED);
}

/* Noise larger than any cell: the simpler one is taken, however good the other is. */
static void where_noise_hides_all_nothing_is_better_than_independent_columns(void **state)
{
    struct fixture f;
    (void)state;

    set_up(&f, UINT64_C(250 * 250) << 16);
    try_both(&f, WELL, WELL);
    expect(&f, CS_NO_BETTER, CS_NO_BETTER, CS_SEPARATE);
    tear_down(&f);
}

static void what_was_not_trained_is_absent(void **state)
{
    struct fixture f;
    (void)state;

    set_up(&f, NOISE);
    admit(&f);
    judge(&f, true); /* on rows alone */
    expect(&f, CS_STANDS, CS_ABSENT, CS_TUNED);
    tear_down(&f);

    set_up(&f, NOISE);
    admit(&f);
    assert_ok(cs_kept_take(&f.before, f.generator));
    judge(&f, false); /* on the population alone */
    expect(&f, CS_ABSENT, CS_STANDS, CS_FITTED);
    tear_down(&f);
}

static void the_control_is_not_judged(void **state)
{
    struct fixture f;
    (void)state;

    set_up(&f, NOISE);
    assert_ok(cs_generator_new_independent(&f.generator, f.hearing.study,
                                           &f.hearing.plan->recipe[CS_B], CS_B));
    assert_ok(cs_kept_take(&f.before, f.generator));
    judge(&f, true);
    expect(&f, CS_ABSENT, CS_ABSENT, CS_SEPARATE);
    tear_down(&f);
}

/* ---- real nets ---- */

static const char small[] =
    "generator: {kind: vae, latent: 3, layers: [24], epochs: 60}\n";

/* Fitted, then scaled by what is called fine-tuning here. */
static void judge_scaled(struct fixture *f, float factor)
{
    size_t n_blocks;

    memset(f, 0, sizeof *f);
    cs_test_hearing_init(&f->hearing, small, PEOPLE, NOISE, CS_B, 1);
    cs_rng_init_labelled(&f->rng, 1, "tests of the judge");
    assert_ok(cs_generator_new(&f->generator, f->hearing.study,
                               &f->hearing.plan->recipe[CS_B], CS_B, NULL));
    assert_ok(
        cs_generator_fit(f->generator, f->hearing.evidence.people, &f->rng, NULL, NULL));
    assert_ok(cs_kept_take(&f->before, f->generator));
    struct cs_weight_block *block = cs_generator_blocks(f->generator, &n_blocks);
    for (size_t b = 0; b < n_blocks; b++)
        for (size_t i = 0; i < block[b].n; i++)
            block[b].weight[i] *= factor;
    judge(f, true);
}

static void a_fitted_vae_comes_back_when_fine_tuning_breaks_it(void **state)
{
    static const float factors[] = { 100, 1e20f, NAN };
    (void)state;

    for (size_t i = 0; i < COUNT(factors); i++) {
        struct fixture f;

        judge_scaled(&f, factors[i]);
        expect(&f, CS_DIVERGED, CS_STANDS, CS_FITTED);
        assert_true(f.judgement.found[CS_FITTED].figure[CS_LOSS] < 10 * 1000);
        assert_memory_equal(cs_generator_blocks(f.generator, &(size_t){ 0 })->weight,
                            f.before.weight, sizeof(float));
        tear_down(&f);
    }
}

static void a_fitted_vae_stands(void **state)
{
    struct fixture f;
    (void)state;

    judge_scaled(&f, 1);
    expect(&f, CS_STANDS, CS_STANDS, CS_TUNED);
    assert_true(f.judgement.found[CS_FITTED].figure[CS_CHI_SQUARE] <
                f.judgement.found[CS_SEPARATE].figure[CS_CHI_SQUARE]);
    tear_down(&f);
}

/* All its heads say the same, whatever the latent. */
static void a_vae_that_forgot_is_no_better_than_independent_columns(void **state)
{
    struct fixture f;
    (void)state;

    judge_scaled(&f, 1e-3f);
    expect(&f, CS_NO_BETTER, CS_STANDS, CS_FITTED);
    tear_down(&f);
}

/* ---- judgements of others ---- */

static void a_judgement_whose_chosen_one_fell_is_none(void **state)
{
    struct cs_judgement judgement = { .chosen = CS_FITTED };
    (void)state;

    assert_false(cs_judgement_is_whole(&judgement));
    judgement.found[CS_FITTED].standing = CS_STANDS;
    assert_true(cs_judgement_is_whole(&judgement));
    judgement.found[CS_TUNED].standing = (enum cs_standing)(CS_NO_BETTER + 1);
    assert_false(cs_judgement_is_whole(&judgement));
    judgement.found[CS_TUNED].standing = CS_ABSENT;
    judgement.chosen = CS_CONTENDERS;
    assert_false(cs_judgement_is_whole(&judgement));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_that_is_well_is_used),
        cmocka_unit_test(weights_that_are_no_numbers_are_not_used),
        cmocka_unit_test(a_loss_beyond_measure_is_a_divergence),
        cmocka_unit_test(one_row_for_all_is_a_collapse),
        cmocka_unit_test(few_rows_are_a_collapse_though_they_show_every_code),
        cmocka_unit_test(one_that_is_worse_than_independent_columns_is_not_used),
        cmocka_unit_test(one_that_is_no_better_than_independent_columns_is_not_used),
        cmocka_unit_test(training_on_real_rows_that_made_it_better_counts),
        cmocka_unit_test(
            where_noise_hides_all_nothing_is_better_than_independent_columns),
        cmocka_unit_test(what_was_not_trained_is_absent),
        cmocka_unit_test(the_control_is_not_judged),
        cmocka_unit_test(a_fitted_vae_stands),
        cmocka_unit_test(a_fitted_vae_comes_back_when_fine_tuning_breaks_it),
        cmocka_unit_test(a_vae_that_forgot_is_no_better_than_independent_columns),
        cmocka_unit_test(a_judgement_whose_chosen_one_fell_is_none),
    };
    return CS_RUN("model/judge", tests);
}
