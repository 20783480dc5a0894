/* The canonical form of a study: it changes with every field, and with nothing else. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "model/study_parts.h"
#include "tests/support/check.h"
#include "tests/support/study.h"

#define HEX62 "01234567890123456789012345678901234567890123456789012345678901"

/* A study that says everything. */
#define FULL                                                                             \
    "study: full\n"                                                                      \
    "parties: {a: {fingerprint: sha256:" HEX62 "aa}, b: {fingerprint: sha256:" HEX62     \
    "bb}}\n"                                                                             \
    "link: private\n"                                                                    \
    "unlinked: not-converted\n"                                                          \
    "identifiers: [email, {kind: phone, country: 49, trunk: '0'}]\n"                     \
    "frequent: 9\n"                                                                      \
    "rows: 1000\n"                                                                       \
    "seed: 5\n"                                                                          \
    "privacy: {epsilon: 2, delta: 1e-6, tables: .8, detail: .05, discovery: .03, "       \
    "conversion_weight: "                                                                \
    "3}\n"                                                                               \
    "arm: {column: arm, test: [t], control: [c]}\n"                                      \
    "conversion: {column: hit, converted: [yes]}\n"                                      \
    "outcomes: [{column: pay, value: mean}]\n"                                           \
    "pairs: [[day, \"n = 1\"]]\n"                                                        \
    "columns:\n"                                                                         \
    "  a:\n"                                                                             \
    "    - {name: arm, type: category, values: [t, c, n], nullable: false}\n"            \
    "    - {name: alt, type: category, values: [t, c, n]}\n"                             \
    "    - {name: city, type: category, discover: 9}\n"                                  \
    "    - {name: n = 1, type: integer, min: 0, max: 99, bins: 8, spacing: equal}\n"     \
    "    - {name: q, type: integer, min: 0, max: 90, bins: 9, spacing: quantiles}\n"     \
    "  b:\n"                                                                             \
    "    - {name: hit, type: category, values: [no, yes]}\n"                             \
    "    - {name: tap, type: category, values: [no, yes]}\n"                             \
    "    - {name: pay, type: number, decimals: 2, edges: [0, 10, 30]}\n"                 \
    "    - {name: day, type: date, format: \"%Y-%m-%d\", edges: [2020-01-01, "           \
    "2021-01-01]}\n"                                                                     \
    "generator: {kind: vae, latent: 4, layers: [16, 8], activation: relu, epochs: 7, "   \
    "rounds: 9, local_steps: 6, batch: 70, learning_rate: .01, clip: 2, kl: .25, "       \
    "dropout: .5, optimiser: adam, schedule: linear, average: .5, packing: 3, "          \
    "critic_steps: 4, train_on: both, "                                                  \
    "federate: true, aggregation: shares, start: old}\n"                                 \
    "report: {segment_minimum: 50}\n"                                                    \
    "ot: {k: 3}\n"

/* A change of one field, and how it is told. */
static const struct change {
    const char *from, *to, *words;
} changes[] = {
    { "study: full", "study: less", "study: here \"full\", at the peer \"less\"" },
    { "aa}", "ac}", "parties.a.fingerprint: here sha256:" HEX62 "aa, at" },
    { "bb}}", "bc}}", "parties.b.fingerprint: here sha256:" HEX62 "bb, at" },
    { "link: private\nunlinked: not-converted\n"
      "identifiers: [email, {kind: phone, country: 49, trunk: '0'}]\nfrequent: 9\n",
      "link: aligned\n", "link: here private, at the peer aligned" },
    { "unlinked: not-converted", "unlinked: excluded",
      "unlinked: here not-converted, at the peer excluded" },
    { "[email,", "[lower,", "identifiers[1].kind: here email, at the peer lower" },
    { "country: 49", "country: 1", "identifiers[2].country: here 49, at the peer 1" },
    { "trunk: '0'", "trunk: ''", "identifiers[2].trunk: here \"0\", at the peer \"\"" },
    { "[email,", "[email, raw,", "identifiers[2].kind: here phone, at the peer raw" },
    { "[email,", "[", "identifiers[1].kind: here email, at the peer phone" },
    { "frequent: 9", "frequent: 8", "frequent: here 9, at the peer 8" },
    { "rows: 1000", "rows: 0", "rows: here 1000, at the peer 0" },
    { "seed: 5", "seed: 6", "seed: here 5, at the peer 6" },
    { "epsilon: 2", "epsilon: 2.0001", "privacy.epsilon: here 2, at the peer 2.0001" },
    { "delta: 1e-6", "delta: 2e-6", "privacy.delta: here 1e-06, at the peer 2e-06" },
    { "tables: .8", "tables: .7", "privacy.tables: here 0.8, at the peer 0.7" },
    { "delta: 1e-6", "noise: each, delta: 1e-6",
      "privacy.noise: here joint, at the peer each" },
    { "detail: .05", "detail: .1", "privacy.detail: here 0.05, at the peer 0.1" },
    { "discovery: .03", "discovery: .04",
      "privacy.discovery: here 0.03, at the peer 0.04" },
    { "weight: 3", "weight: 4", "privacy.conversion_weight: here 3, at the peer 4" },
    { "column: arm", "column: alt", "arm.column: here \"arm\", at the peer \"alt\"" },
    { "test: [t]", "test: [t, n]", "arm.test.\"n\": here not in, at the peer in" },
    { "control: [c]", "control: [n]", "arm.control.\"c\": here in, at the peer not in" },
    { "column: hit", "column: tap",
      "conversion.column: here \"hit\", at the peer \"tap\"" },
    { "converted: [yes]", "converted: [no]",
      "conversion.converted.\"no\": here not in, at" },
    { "test: [t]", "test: {t: [t], n: [n]}", "arm.test.\"t\": here in, not at the peer" },
    { "value: mean", "value: mean, missing: excluded",
      "outcomes[1].missing: here zero, at the peer excluded" },
    { "column: pay, value: mean", "column: tap, converted: [no]",
      "outcomes[1].column: here \"pay\", at the peer \"tap\"" },
    { "[{column: pay, value: mean}]", "[]", "outcomes[1].column: here \"pay\", not at" },
    { "[[day, ", "[[tap, ", "pairs[1]: here \"day\" x \"n \\= 1\", at the peer \"tap\"" },
    { "nullable: false", "nullable: true", "columns.a.arm.nullable: here false, at the" },
    { "name: q", "name: r", "columns.a.q: here column 5, not at the peer" },
    { "name: hit, type: category, values: [no, yes]}\n    - {name: tap",
      "name: tap, type: category, values: [no, yes]}\n    - {name: hit",
      "columns.b.hit: here column 1, at the peer column 2" },
    { "name: alt, type: category, values: [t, c, n]",
      "name: alt, type: integer, min: 0, max: 2",
      "columns.a.alt.type: here category, at" },
    { "name: alt, type: category, values: [t, c, n]",
      "name: alt, type: category, values: [t, n, c]",
      "columns.a.alt.values[2]: here \"c\", " },
    { "discover: 9", "discover: 8", "columns.a.city.discover: here 9, at the peer 8" },
    { "discover: 9", "values: [s]", "columns.a.city.discover: here 9, not at the peer" },
    { "min: 0, max: 99", "min: 1, max: 99", "columns.a.\"n \\= 1\".min: here 0, at the" },
    { "max: 99", "max: 98", "columns.a.\"n \\= 1\".max: here 99, at the peer 98" },
    { "bins: 8", "bins: 7", "columns.a.\"n \\= 1\".bins: here 8, at the peer 7" },
    { "spacing: quantiles", "spacing: equal",
      "columns.a.q.edges: here quantiles, at the" },
    { "[0, 10, 30]", "[0, 11, 30]",
      "columns.b.pay.edges[2]: here 10.00, at the peer 11.00" },
    { "[0, 10, 30]", "[0, 10, 20]", "columns.b.pay.max: here 30.00, at the peer 20.00" },
    { "decimals: 2", "decimals: 1", "columns.b.pay.decimals: here 2, at the peer 1" },
    { "\"%Y-%m-%d\", edges: [2020-01-01, 2021-01-01]",
      "\"%Y/%m/%d\", edges: [2020/01/01, 2021/01/01]",
      "columns.b.day.format: here \"%Y-%m-%d\", at the peer \"%Y/%m/%d\"" },
    { "2021-01-01", "2021-01-02",
      "columns.b.day.max: here 2021-01-01, at the peer 2021-01" },
    { "{epsilon: 2,", "{epsilon: none, acknowledge: " CS_UNPROTECTED_SENTENCE ",",
      "privacy.acknowledge: here nothing, at the peer " CS_UNPROTECTED_SENTENCE },
    { "kind: vae", "kind: independent", "generator.kind: here vae, at the peer indep" },
    { "latent: 4", "latent: 5", "generator.latent: here 4, at the peer 5" },
    { "layers: [16, 8]", "layers: [16, 9]",
      "generator.layers[2]: here 8, at the peer 9" },
    { "layers: [16, 8]", "layers: [16]", "generator.layers[2]: here 8, not at the peer" },
    { "layers: [16, 8]", "layers: [16, 8, 4]",
      "generator.layers[3]: not here, at the peer " },
    { "activation: relu", "activation: elu", "generator.activation: here relu, at the" },
    { "epochs: 7", "epochs: 8", "generator.epochs: here 7, at the peer 8" },
    { "rounds: 9", "rounds: 8", "generator.rounds: here 9, at the peer 8" },
    { "local_steps: 6", "local_steps: 7",
      "generator.local_steps: here 6, at the peer 7" },
    { "batch: 70", "batch: 71", "generator.batch: here 70, at the peer 71" },
    { "rate: .01", "rate: .02", "generator.learning_rate: here 0.01, at the peer 0.02" },
    { "clip: 2", "clip: 3", "generator.clip: here 2, at the peer 3" },
    { "kl: .25", "kl: .5", "generator.kl: here 0.25, at the peer 0.5" },
    { "dropout: .5", "dropout: 0", "generator.dropout: here 0.5, at the peer 0" },
    { "optimiser: adam", "optimiser: sgd", "generator.optimiser: here adam, at the" },
    { "linear", "cosine", "generator.schedule: here linear, at the peer cosine" },
    { "packing: 3", "packing: 2", "generator.packing: here 3, at the peer 2" },
    { "critic_steps: 4", "critic_steps: 5",
      "generator.critic_steps: here 4, at the peer 5" },
    { "average: .5", "average: .25", "generator.average: here 0.5, at the peer 0.25" },
    { "train_on: both", "train_on: rows", "generator.train_on: here both, at the peer" },
    { "federate: true", "federate: false",
      "generator.federate: here true, at the peer f" },
    { "aggregation: shares", "aggregation: masks",
      "generator.aggregation: here shares, at" },
    { "start: old", "start: new", "generator.start: here \"old\", at the peer \"new\"" },
    { "minimum: 50", "minimum: 51", "report.segment_minimum: here 50, at the peer 51" },
    { "k: 3", "k: 2", "ot.k: here 3, at the peer 2" },
};

static struct cs_study *changed_study(const struct change *change)
{
    char *text = cs_test_replace(FULL, change->from, change->to);
    struct cs_study *study = cs_test_study_parse(text);

    free(text);
    return study;
}

static void every_change_of_a_field_is_named(void **state)
{
    struct cs_study *study = cs_test_study_parse(FULL);
    (void)state;

    for (size_t i = 0; i < COUNT(changes); i++) {
        struct cs_study *other = changed_study(&changes[i]);
        char words[512];

        assert_memory_not_equal(study->digest, other->digest, CS_DIGEST_BYTES);
        assert_true(
            cs_study_difference(words, sizeof words, study->canonical, other->canonical));
        if (strncmp(words, changes[i].words, strlen(changes[i].words)) != 0)
            fail_msg("wanted `%s`, got `%s`", changes[i].words, words);
        cs_study_free(other);
    }
    cs_study_free(study);
}

/* Whether a change above is told of that path, or of what stands under it. */
static bool is_changed(const char *path)
{
    const size_t n = strlen(path);

    for (size_t i = 0; i < COUNT(changes); i++)
        if (strncmp(changes[i].words, path, n) == 0 &&
            strchr(":[.", changes[i].words[n]) != NULL)
            return true;
    return false;
}

/* So that no key can be added to the parser and left out of the digest. */
static void the_changes_above_are_of_every_key_there_is(void **state)
{
    (void)state;

    for (size_t i = 0; i < CS_N_SECTIONS; i++) {
        const struct cs_section *section = cs_study_section(i);

        for (size_t k = 0; k < section->n_fields && section->path != NULL; k++) {
            char path[128];

            snprintf(path, sizeof path, "%s%s%s", section->path,
                     section->path[0] != '\0' ? "." : "", section->fields[k].key);
            if (!is_changed(path))
                fail_msg("no change of `%s` is tested", path);
        }
    }
}

static void assert_same(const char *one, const char *two)
{
    struct cs_study *a = cs_test_study_parse(one), *b = cs_test_study_parse(two);
    char words[512] = "untouched";

    if (cs_study_difference(words, sizeof words, a->canonical, b->canonical))
        fail_msg("%s", words);
    assert_string_equal(words, "untouched");
    assert_memory_equal(a->digest, b->digest, sizeof a->digest);
    cs_study_free(a);
    cs_study_free(b);
}

static void notation_changes_nothing(void **state)
{
    static const char *const same[][2] = {
        { "study: full", "# a comment\n\nstudy:    'full'   # another" },
        { "epsilon: 2, delta: 1e-6", "delta: 0.0000010, epsilon: +2.00" },
        { "arm: {column: arm, test: [t], control: [c]}",
          "arm:\n  control:\n  - \"c\"\n  test:\n  - t\n  column: arm" },
        { HEX62 "aa}", HEX62 "AA}" },
        { "[email, {kind: phone, country: 49, trunk: '0'}]",
          "[{kind: email}, {country: \"49\", kind: phone}]" },
        { "values: [t, c, n], nullable: false", "values: ['t', \"c\", n]" },
        { "min: 0, max: 90, bins: 9, spacing: quantiles", "bins: 9, max: 90, min: 00" },
        { "decimals: 2, edges: [0, 10, 30]", "edges: [0.00, 1e1, 30.0], decimals: 2" },
        { "format: \"%Y-%m-%d\", ", "" },
        { "min: 0, max: 99, bins: 8, spacing: equal",
          "edges: [0, 12, 25, 37, 50, 62, 75, 87, 99]" },
    };
    (void)state;

    for (size_t i = 0; i < COUNT(same); i++) {
        char *text = cs_test_replace(FULL, same[i][0], same[i][1]);

        assert_same(FULL, text);
        free(text);
    }
}

static void the_order_of_keys_changes_nothing(void **state)
{
    char *without = cs_test_replace(FULL, "ot: {k: 3}\n", "");
    char *moved = cs_test_replace(without, "study: full\n", "ot: {k: 3}\nstudy: full\n");
    (void)state;

    assert_same(FULL, moved);
    free(without);
    free(moved);
}

static void the_order_of_a_set_changes_nothing(void **state)
{
    char *one = cs_test_replace(FULL, "control: [c]", "control: [c, n]");
    char *two = cs_test_replace(FULL, "control: [c]", "control: [n, c]");
    (void)state;

    assert_same(one, two);
    free(one);
    free(two);
}

static void defaults_written_out_change_nothing(void **state)
{
    static const char all[] =
        "generator: {kind: vae, latent: 0, activation: relu, dropout: 0, optimiser: "
        "adam, schedule: "
        "derived, epochs: 0, rounds: 10, local_steps: 5, batch: 0, learning_rate: 0, "
        "clip: 0, kl: 0.5, average: 0, packing: 1, critic_steps: 2, "
        "train_on: population, federate: true, aggregation: "
        "shares}\n"
        "privacy: {epsilon: 3, delta: 1.0e-6, tables: 1, detail: 0.06, "
        "conversion_weight: 8}\n"
        "report: {segment_minimum: 500}\not: {k: 4}\nrows: 0\nlink: aligned\nseed: 1\n";
    char *written = cs_test_study_text(all);
    char *left_out = cs_test_study_text("generator: {}\nreport: {}\nseed: 1\n");
    (void)state;

    assert_same(written, left_out);
    free(written);
    free(left_out);
}

static void a_difference_is_told_from_either_side(void **state)
{
    static const struct {
        const char *here, *peer, *words;
    } cases[] = {
        { "a = 1\nb = 2\n", "a = 1\n", "b: here 2, not at the peer" },
        { "a = 1\n", "a = 1\nb = 2\n", "b: not here, at the peer 2" },
        { "a = 1\nb = 2\nc = 3\n", "a = 1\nc = 3\n", "b: here 2, not at the peer" },
        { "a = 1\nc = 3\n", "a = 1\nb = 2\nc = 3\n", "b: not here, at the peer 2" },
        { "a = 1\nb = 2\n", "b = 1\na = 2\n", "a: here 1, at the peer 2" },
        { "a = 1\nb = 2\n", "b = 3\na = 1\n", "b: here 2, at the peer 3" },
        { "a = 1\nb = 2\n", "b = 2\na = 1\n",
          "the order of fields is another at the peer" },
        { "a = 1\n", "", "a: here 1, not at the peer" },
        { "a = 1\n", "a\n", "a: here 1, at the peer " },
        { "a = 1\n", "a = \x1b[2J\x7f\n", "a: here 1, at the peer ?[2J?" },
        { "a = 1\n", "a = 1", NULL },
    };
    (void)state;

    for (size_t i = 0; i < COUNT(cases); i++) {
        char words[256];
        const bool differ =
            cs_study_difference(words, sizeof words, cases[i].here, cases[i].peer);

        assert_int_equal(differ, cases[i].words != NULL);
        if (differ)
            assert_string_equal(words, cases[i].words);
    }
}

/* What the peer sends is cut, between two characters, and never beyond the words. */
static void long_values_are_cut(void **state)
{
    char peer[1000] = "a = ", words[512], few[20];
    (void)state;

    for (size_t i = 4; i + 2 < sizeof peer; i += 2)
        memcpy(peer + i, "\xc3\xbc", 3);
    assert_true(cs_study_difference(words, sizeof words, "a = 1\n", peer));
    assert_true(strlen(words) < 160);
    assert_int_equal((unsigned char)words[strlen(words) - 1], 0xbc);
    assert_true(cs_study_difference(few, sizeof few, "a = 1\n", peer));
    assert_true(strlen(few) < sizeof few);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_change_of_a_field_is_named),
        cmocka_unit_test(the_changes_above_are_of_every_key_there_is),
        cmocka_unit_test(notation_changes_nothing),
        cmocka_unit_test(the_order_of_keys_changes_nothing),
        cmocka_unit_test(the_order_of_a_set_changes_nothing),
        cmocka_unit_test(defaults_written_out_change_nothing),
        cmocka_unit_test(a_difference_is_told_from_either_side),
        cmocka_unit_test(long_values_are_cut),
    };
    return CS_RUN("model/study_canonical", tests);
}
