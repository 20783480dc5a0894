/* What model/study.h promises, one test for each promise. */
#include "model/study.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "crypto/rng.h"
#include "model/text.h"
#include "tests/support/check.h"
#include "tests/support/study.h"

static char *read_whole(const char *path)
{
    FILE *stream = fopen(path, "rb");
    char *text = NULL;

    if (stream == NULL)
        return NULL;
    text = calloc(1, CS_STUDY_BYTES_MAX);
    assert_non_null(text);
    assert_true(fread(text, 1, CS_STUDY_BYTES_MAX - 1, stream) > 0);
    fclose(stream);
    return text;
}

/* The study of that name beside the sources, or the test is skipped. */
static struct cs_study *published_study(const char *name)
{
    const char *root = getenv("CS_SOURCE_DIR");
    char path[1024];

    snprintf(path, sizeof path, "%s/../shared/studies/%s/study.yaml", root ? root : ".",
             name);
    char *text = read_whole(path);
    if (text == NULL) {
        print_message("%s is not there: skipped\n", path);
        skip();
    }
    struct cs_study *study = cs_test_study_parse(text);
    free(text);
    return study;
}

static void hillstrom_parses_as_it_is(void **state)
{
    struct cs_study *study = published_study("hillstrom");
    (void)state;

    assert_string_equal(study->name, "hillstrom-visit");
    assert_int_equal(study->schema.n_columns, 10);
    assert_int_equal(study->schema.columns[0].n_codes, 12);
    assert_int_equal(study->schema.columns[1].n_bins, 21);
    assert_int_equal(study->tests[0].levels.bits, 1 << 2);
    assert_int_equal(study->control.bits, 1 << 1);
    assert_int_equal(study->outcomes[0].converted.bits, 1 << 1);
    cs_study_free(study);
}

static void adult_parses_as_it_is(void **state)
{
    struct cs_study *study = published_study("adult");
    (void)state;

    const struct cs_column *fnlwgt = &study->schema.columns[1];
    assert_int_equal(fnlwgt->binning, CS_BINS_QUANTILES);
    assert_null(fnlwgt->edges);
    assert_int_equal(fnlwgt->n_codes, 24);
    assert_int_equal(study->schema.columns[0].edges[22], 92);
    cs_study_free(study);
}

/* The least that a study says. */
#define LEAST                                                                            \
    "study: least\n"                                                                     \
    "privacy: {epsilon: 1, delta: 1e-5}\n"                                               \
    "arm: {column: arm, test: [t], control: [c]}\n"                                      \
    "conversion: {column: hit, converted: [yes]}\n"                                      \
    "columns:\n"                                                                         \
    "  a: [{name: arm, type: category, values: [t, c]}]\n"                               \
    "  b: [{name: hit, type: category, values: [no, yes]}]\n"

static void what_is_left_out_has_its_default(void **state)
{
    struct cs_study *study = cs_test_study_parse(LEAST);
    const struct cs_generator_spec *generator = &study->generator;
    (void)state;

    assert_false(study->has_fingerprints);
    assert_int_equal(study->link, CS_LINK_ALIGNED);
    assert_int_equal(study->unlinked, CS_UNLINKED_NOT_CONVERTED);
    assert_int_equal(study->n_identifiers, 1);
    assert_int_equal(study->identifiers[0].kind, CS_ID_RAW);
    assert_int_equal(study->frequent, 10);
    assert_true(study->tables == 1 && study->detail == 0);
    assert_int_equal(study->conversion_weight, 8);
    assert_int_equal(study->rows, 0);
    assert_int_equal(study->seed, 1);
    assert_int_equal(study->segment_minimum, 500);
    assert_int_equal(study->ot_k, 4);
    assert_int_equal(generator->kind, CS_GENERATOR_VAE);
    assert_int_equal(generator->latent, 0);
    assert_int_equal(generator->n_layers, 0);
    assert_int_equal(generator->activation, CS_RELU);
    assert_int_equal(generator->epochs, 0);
    assert_int_equal(generator->rounds, 10);
    assert_int_equal(generator->local_steps, 5);
    assert_int_equal(generator->batch, 0);
    assert_true(generator->learning_rate == 0 && generator->clip == 0);
    assert_int_equal(generator->optimiser, CS_ADAM);
    assert_int_equal(generator->schedule, CS_SCHEDULE_DERIVED);
    assert_true(generator->average == 0 && generator->dropout == 0);
    assert_int_equal(generator->packing, 1);
    assert_int_equal(generator->critic_steps, 2);
    assert_int_equal(generator->train_on, CS_TRAIN_ON_POPULATION);
    assert_true(generator->kl == .5);
    assert_true(generator->federate);
    assert_int_equal(generator->aggregation, CS_AGGREGATE_SHARES);
    cs_study_free(study);
}

/* The budget of a study with that generator, and with a column that has detail or not. */
static void assert_budget(const char *extra, double tables, double detail)
{
    struct cs_study *study = cs_test_study(extra);

    assert_true(study->tables == tables && study->detail == detail);
    cs_study_free(study);
}

/* A study of so many columns at A and two at B. */
static enum cs_train_on learns_from(size_t n, const char *extra)
{
    struct cs_text text = { 0 };
    char *bytes = NULL;

    cs_text_add(&text,
                "%scolumns:\n  a:\n    - {name: arm, type: category, values: "
                "[control, test]}\n",
                extra);
    for (size_t i = 1; i < n; i++)
        cs_text_add(&text, "    - {name: c%zu, type: category, values: [x, y]}\n", i);
    cs_text_add(&text,
                "  b:\n    - {name: d, type: category, values: [x, y]}\n    - {name: "
                "converted, type: category, values: [\"0\", \"1\"]}\n");
    assert_ok(cs_text_take(&text, &bytes));
    struct cs_study *study = cs_test_study(bytes);
    const enum cs_train_on found = study->generator.train_on;
    cs_study_free(study);
    free(bytes);
    return found;
}

static void real_rows_are_learned_from_where_tables_leave_pairs_out(void **state)
{
    static const char plain[] = "generator: {}\n";
    static const char shared[] =
        "generator: {}\nprivacy: {epsilon: 1, delta: 1e-6, tables: .9}\n";
    static const char unprotected[] =
        "generator: {}\nprivacy: {epsilon: none, acknowledge: "
        "\"these outputs are not private\"}\n";
    (void)state;

    assert_int_equal(learns_from(22, plain), CS_TRAIN_ON_POPULATION);
    assert_int_equal(learns_from(23, plain), CS_TRAIN_ON_BOTH);
    assert_int_equal(learns_from(22, shared), CS_TRAIN_ON_BOTH);
    assert_int_equal(learns_from(23, unprotected), CS_TRAIN_ON_ROWS);
    assert_int_equal(learns_from(22, "generator: {train_on: rows}\n"), CS_TRAIN_ON_ROWS);
    assert_int_equal(learns_from(23, "generator: {train_on: population}\n"),
                     CS_TRAIN_ON_POPULATION);
}

static void shares_of_the_budget_follow_from_what_there_is_to_spend_it_on(void **state)
{
    (void)state;

    assert_budget(NULL, .95, .06);
    assert_budget("generator: {kind: gan}\n", 1, .06);
    assert_budget("generator: {train_on: rows}\n", .8, .06);
    assert_budget("generator: {kind: independent}\n", 1, .06);
    assert_budget("generator: {train_on: population}\n", 1, .06);
    assert_budget("privacy: {epsilon: 1, delta: 1e-6, tables: .5, detail: .1}\n", .5, .1);
}

static void fingerprints_are_read(void **state)
{
    static const char digits[] = "0123456789abcdefFEDCBA9876543210";
    struct cs_text text = { 0 };
    (void)state;

    cs_text_add(&text, "parties: {a: {fingerprint: \"sha256:%s%s\"}, ", digits, digits);
    cs_text_add(&text, "b: {fingerprint: sha256:%064d}}\n", 7);
    struct cs_study *study = cs_test_study(text.bytes);
    cs_text_wipe(&text);
    assert_true(study->has_fingerprints);
    assert_int_equal(study->fingerprint[CS_A][0], 0x01);
    assert_int_equal(study->fingerprint[CS_A][31], 0x10);
    assert_int_equal(study->fingerprint[CS_B][30], 0x00);
    assert_int_equal(study->fingerprint[CS_B][31], 0x07);
    cs_study_free(study);
}

/* With `link: private` two columns may have one name; each party's own is meant. */
static void arm_and_conversion_are_found_at_their_own_party(void **state)
{
    struct cs_study *study = cs_test_study_parse(
        "study: namesakes\nlink: private\nprivacy: {epsilon: 1, delta: 1e-5}\n"
        "arm: {column: group, test: [t], control: [c]}\n"
        "conversion: {column: group, converted: [t]}\n"
        "columns:\n"
        "  a: [{name: x, type: category, values: [y, z]},\n"
        "      {name: group, type: category, values: [t, c]}]\n"
        "  b: [{name: group, type: category, values: [t, c]}]\n");
    (void)state;

    assert_int_equal(study->arm, 1);
    assert_int_equal(study->conversion, 2);
    cs_study_free(study);
}

static void each_column_of_open_values_has_a_share_up_to_ten(void **state)
{
    (void)state;

    for (size_t n = 0; n <= 12; n += 4) {
        struct cs_text text = { 0 };

        cs_text_add(&text, "study: open\nprivacy: {epsilon: 1, delta: 1e-5}\n"
                           "arm: {column: arm, test: [t], control: [c]}\n"
                           "conversion: {column: hit, converted: [yes]}\ncolumns:\n"
                           "  b: [{name: hit, type: category, values: [no, yes]}]\n"
                           "  a:\n    - {name: arm, type: category, values: [t, c]}\n");
        for (size_t i = 0; i < n; i++)
            cs_text_add(&text, "    - {name: c%zu, type: category, discover: 3}\n", i);
        struct cs_study *study = cs_test_study_parse(text.bytes);
        assert_true(fabs(study->discovery - .02 * (n < 10 ? (double)n : 10)) < 1e-15);
        if (n > 0) {
            char *none =
                cs_test_replace(text.bytes, "delta: 1e-5", "delta: 1e-5, discovery: 0");

            cs_test_study_refused(none, "privacy.discovery: leaves no budget");
            free(none);
        }
        cs_study_free(study);
        cs_text_wipe(&text);
    }
}

static void a_name_that_tells_namesakes_apart_is_taken(void **state)
{
    char *aligned = cs_test_study_text(NULL);
    char *named = cs_test_replace(aligned, "name: region", "name: age (b)");
    char *private = cs_test_replace(named, "link: aligned", "link: private");
    (void)state;

    cs_study_free(cs_test_study_parse(named));
    cs_test_study_refused(private, "columns: have one named `age (b)`, as one of two");
    free(aligned);
    free(named);
    free(private);
}

static enum cs_status parse_with_epsilon(struct cs_study **study, double epsilon,
                                         struct cs_fault *fault)
{
    const struct cs_study_override override = { .epsilon = epsilon };

    *fault = (struct cs_fault){ .stage = "test" };
    return cs_study_parse(study, LEAST, strlen(LEAST), "least.yaml", &override, fault);
}

static void epsilon_of_the_command_line_is_part_of_the_study(void **state)
{
    struct cs_study *study = NULL, *plain = cs_test_study_parse(LEAST);
    struct cs_fault fault;
    (void)state;

    assert_ok(parse_with_epsilon(&study, 2.5, &fault));
    assert_true(study->epsilon == 2.5);
    assert_memory_not_equal(study->digest, plain->digest, sizeof plain->digest);
    cs_study_free(study);
    assert_ok(parse_with_epsilon(&study, 0, &fault));
    assert_memory_equal(study->digest, plain->digest, sizeof plain->digest);
    cs_study_free(study);
    cs_study_free(plain);
    for (int i = 0; i < 2; i++) {
        assert_int_equal(parse_with_epsilon(&study, i ? -1 : 65, &fault), CS_CONFIG);
        assert_non_null(strstr(fault.text, "--epsilon: is out of range"));
    }
}

#define HEX63 "012345678901234567890123456789012345678901234567890123456789012"

static void what_is_wrong_is_named_by_line_and_field(void **state)
{
    static const struct {
        const char *from, *to, *words;
    } cases[] = {
        { "study: least\n", "", ":1: study: is missing; it must be a text" },
        { "study: least", "study: [x]", ":1: study: is of the wrong kind" },
        { "study: least", "sudy: least",
          ":1: sudy: is not a key of a study; did you mean "
          "`study`?" },
        { "study: least", "study: x\nlink: loose",
          ":2: link: is not a value that can be "
          "used; it must be one of aligned" },
        { "study: least", "study: x\nunlinked: excluded",
          ":2: unlinked: has a meaning with `link: private` alone; say that, or" },
        { "study: least", "study: x\nlink: aligned\nunlinked: not-converted",
          ":3: unlinked: has a meaning with `link: private` alone; say that, or" },
        { "study: least", "study: x\nlink: private\nunlinked: lost",
          ":3: unlinked: is not a value that can be used; it must be one of "
          "not-converted" },
        { "study: least", "study: x\nrows: -1", ":2: rows: is not a value" },
        { "study: least", "study: x\nrows: 100000001", ":2: rows: is not a value" },
        { "study: least", "study: x\nseed: 1.5", ":2: seed: is not a value" },
        { "study: least", "study: x\nparties: {}", ":2: parties.a: is missing" },
        { "study: least", "study: x\nparties: {a: {}}", ":2: parties.b: is missing" },
        { "study: least", "study: x\nparties: {a: {}, b: {}}",
          ":2: parties.a.fingerprint: is missing" },
        { "study: least",
          "study: x\nparties:\n  a: {fingerprint: \"sha256:" HEX63 "\"}\n  b: {}",
          ":3: parties.a.fingerprint: is not \"sha256:\" and 64 hex" },
        { "study: least",
          "study: x\nparties: {a: {fingerprint: sha256:" HEX63 "g}, b: {}}",
          ":2: parties.a.fingerprint: is not \"sha256:\"" },
        { "study: least",
          "study: x\nparties: {a: {fingerprint: sha512:" HEX63 "0}, b: {}}",
          ":2: parties.a.fingerprint: is not \"sha256:\"" },
        { "study: least",
          "study: x\nparties: {a: {fingerprint: sha256:" HEX63
          "0}, b: {fingerprint: sha256:" HEX63 "0}}",
          ":2: parties: have the same fingerprint" },
        { "privacy: {epsilon: 1, delta: 1e-5}\n", "", ":1: privacy: is missing" },
        { "epsilon: 1, ", "",
          ":2: privacy.epsilon: is missing; it must be a number above 0, "
          "at most 64" },
        { "epsilon: 1,", "epsilon: 0,", ":2: privacy.epsilon: is not a value" },
        { "epsilon: 1,", "epsilon: 64.1,", ":2: privacy.epsilon: is not a value" },
        { "epsilon: 1,", "epsilon: nan,", ":2: privacy.epsilon: is not a value" },
        { "epsilon: 1,", "epsilon: \"1\",", ":2: privacy.epsilon: is a text in quotes" },
        { "epsilon:", "epsilom:",
          ":2: privacy.epsilom: is not a key of `privacy`; did you "
          "mean `epsilon`?" },
        { "delta: 1e-5", "delta: 0", ":2: privacy.delta: is not a value" },
        { "delta: 1e-5", "delta: 0.01", ":2: privacy.delta: is not a value" },
        { "1e-5}", "1e-5, tables: 0}", ":2: privacy.tables: is not a value" },
        { "1e-5}", "1e-5, tables: 1.1}", ":2: privacy.tables: is not a value" },
        { "1e-5}", "1e-5, tables: 1}", ":2: privacy.tables: leaves no budget to train" },
        { "1e-5}", "1e-5, discovery: .3}", ":2: privacy.discovery: is not a value" },
        { "1e-5}", "1e-5, detail: .6}", ":2: privacy.detail: is not a value" },
        { "1e-5}", "1e-5, conversion_weight: 0}", ":2: privacy.conversion_weight: is" },
        { "arm: {column: arm, test: [t], control: [c]}\n", "", ":1: arm: is missing" },
        { "column: arm, ", "", ":3: arm.column: is missing" },
        { "column: arm,", "column: amr,", ":3: arm.column: is not the name of a column" },
        { "column: arm,", "column: hit,", ":3: arm.column: must be a column of a alone" },
        { "test: [t]", "test: t", ":3: arm.test: is of the wrong kind" },
        { "test: [t]", "test: []", ":3: arm.test: is empty" },
        { "test: [t]", "test: [t, t]", ":3: arm.test[2]: is listed twice" },
        { "test: [t]", "test: [T]", ":3: arm.test[1]: is not among the values" },
        { "test: [t]", "test: [[t]]", ":3: arm.test[1]: is not among the values" },
        { "test: [t]", "test: [t, c]", ":3: arm.control: has a value that is in `test`" },
        { "control: [c]", "control: [other]", ":3: arm.control[1]: is not among" },
        { "column: hit,", "column: arm,",
          ":4: conversion.column: must be a column of b" },
        { "converted: [yes]", "converted: []", ":4: conversion.converted: is empty" },
        { "converted: [yes]", "test: [yes]", ":4: conversion.test: is not a key of" },
        { "columns:\n", "columns:\n  c: []\n",
          ":6: columns.c: is not a key of `columns`" },
        { "  a: [", "  b: [", ":6: columns.b: is given again on line 7" },
    };
    (void)state;

    for (size_t i = 0; i < COUNT(cases); i++) {
        char *text = cs_test_replace(LEAST, cases[i].from, cases[i].to);

        cs_test_study_refused(text, cases[i].words);
        free(text);
    }
}

/* generator, report and ot: what stands there, and what is said of it. */
static void what_is_wrong_in_an_optional_section_is_named(void **state)
{
    static const char *const cases[][2] = {
        { "generator: {kind: diffusion}",
          "generator.kind: is not a value that can be used; it "
          "must be one of vae, gan, independent" },
        { "generator: {latent: -1}", "generator.latent: is" },
        { "generator: {latent: 257}", "generator.latent: is" },
        { "generator: {latent: 256, layers: [300, 1]}",
          "generator.latent: is 256, wider than the layer of 1" },
        { "generator: {dropout: .95}", "generator.dropout: is" },
        { "generator: {layers: 128}", "generator.layers: is of the wrong kind" },
        { "generator: {layers: []}", "generator.layers: has 0 layers" },
        { "generator: {layers: [1,1,1,1,1,1,1,1,1]}", "generator.layers: has 9 layers" },
        { "generator: {layers: [8, 0]}", "generator.layers[2]: is out of range" },
        { "generator: {layers: [8, 4097]}", "generator.layers[2]: is out of range" },
        { "generator: {layers: [\"8\"]}", "generator.layers[1]: is out of range" },
        { "generator: {layers: [[8]]}", "generator.layers[1]: is a list" },
        { "generator: {layers: [~]}", "generator.layers[1]: has no value" },
        { "generator: {activation: relu6}", "generator.activation: is" },
        { "generator: {epochs: 10001}", "generator.epochs: is" },
        { "generator: {rounds: 0}", "generator.rounds: is" },
        { "generator: {local_steps: 0}", "generator.local_steps: is" },
        { "generator: {batch: 1.5}", "generator.batch: is" },
        { "generator: {learning_rate: -1}", "generator.learning_rate: is" },
        { "generator: {clip: -1}", "generator.clip: is" },
        { "generator: {kl: -1}", "generator.kl: is" },
        { "generator: {optimiser: rmsprop}", "generator.optimiser: is" },
        { "generator: {schedule: step}", "generator.schedule: is" },
        { "generator: {packing: 9}", "generator.packing: is" },
        { "generator: {critic_steps: 0}", "generator.critic_steps: is" },
        { "generator: {average: 1}", "generator.average: is" },
        { "generator: {train_on: all}", "generator.train_on: is" },
        { "generator: {federate: \"no\"}", "generator.federate: is" },
        { "generator: {aggregation: sum}", "generator.aggregation: is" },
        { "generator: {latnet: 8}",
          "generator.latnet: is not a key of `generator`; did you "
          "mean `latent`?" },
        { "generator: [vae]", "generator: is of the wrong kind" },
        { "report: {segment_minimum: 0}", "report.segment_minimum: is" },
        { "ot: {k: 9}", "ot.k: is" },
        { "ot: {k: 0}", "ot.k: is" },
        { "privacy: {epsilon: 1, delta: 1e-6, detail: 0}",
          "privacy.detail: leaves no budget to estimate bins" },
    };
    (void)state;

    for (size_t i = 0; i < COUNT(cases); i++) {
        char *text = cs_test_study_text(cases[i][0]);

        cs_test_study_refused(text, cases[i][1]);
        free(text);
    }
}

/* Whatever it is, it parses or is refused in words; the sanitizers watch. */
static void parse_anything(const char *text, size_t n_bytes)
{
    struct cs_fault fault = { .stage = "test" };
    struct cs_study *study = NULL;
    const enum cs_status st =
        cs_study_parse(&study, text, n_bytes, "test.yaml", NULL, &fault);

    assert_true(st == CS_OK || st == CS_CONFIG);
    assert_true((st == CS_OK) == (study != NULL));
    assert_true((st == CS_OK) == (fault.text[0] == '\0'));
    cs_study_free(study);
}

static void a_cut_study_is_refused_not_crashed_on(void **state)
{
    char *text = cs_test_study_text(NULL);
    const size_t n_bytes = strlen(text);
    (void)state;

    for (size_t n = 0; n < n_bytes; n++) {
        char *cut = malloc(n + 1); /* its own memory: reading beyond it is noticed */

        assert_non_null(cut);
        memcpy(cut, text, n);
        parse_anything(cut, n);
        free(cut);
    }
    free(text);
}

static void a_damaged_study_is_refused_not_crashed_on(void **state)
{
    char *text = cs_test_study_text(NULL);
    const uint32_t n_bytes = (uint32_t)strlen(text);
    struct cs_rng rng;
    (void)state;

    cs_rng_init_labelled(&rng, 4, "damage");
    for (int i = 0; i < 1500; i++) {
        char *damaged = cs_test_study_text(NULL);

        for (uint32_t k = cs_rng_below(&rng, 4) + 1; k > 0; k--)
            damaged[cs_rng_below(&rng, n_bytes)] ^= (char)(1 << cs_rng_below(&rng, 8));
        parse_anything(damaged, n_bytes);
        free(damaged);
    }
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hillstrom_parses_as_it_is),
        cmocka_unit_test(adult_parses_as_it_is),
        cmocka_unit_test(what_is_left_out_has_its_default),
        cmocka_unit_test(real_rows_are_learned_from_where_tables_leave_pairs_out),
        cmocka_unit_test(shares_of_the_budget_follow_from_what_there_is_to_spend_it_on),
        cmocka_unit_test(fingerprints_are_read),
        cmocka_unit_test(arm_and_conversion_are_found_at_their_own_party),
        cmocka_unit_test(each_column_of_open_values_has_a_share_up_to_ten),
        cmocka_unit_test(a_name_that_tells_namesakes_apart_is_taken),
        cmocka_unit_test(epsilon_of_the_command_line_is_part_of_the_study),
        cmocka_unit_test(what_is_wrong_is_named_by_line_and_field),
        cmocka_unit_test(what_is_wrong_in_an_optional_section_is_named),
        cmocka_unit_test(a_cut_study_is_refused_not_crashed_on),
        cmocka_unit_test(a_damaged_study_is_refused_not_crashed_on),
    };
    return CS_RUN("model/study", tests);
}
