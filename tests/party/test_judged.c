/* What party/judged.h promises. */
#include "party/judged.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/check.h"

#define NONE CS_UNKNOWN

static const struct cs_judgement judgements[2] = {
    [CS_A] = { .chosen = CS_FITTED,
               .found = { [CS_TUNED] = { CS_NO_BETTER, { 1300, 0, 123456, 7001 } },
                          [CS_FITTED] = { CS_STANDS, { 1100, 1, NONE - 1, 7000 } },
                          [CS_SEPARATE] = { CS_STANDS, { 9000, 2, 3, NONE } } } },
    [CS_B] = { .chosen = CS_SEPARATE,
               .found = { [CS_SEPARATE] = { CS_STANDS, { 4, 3, 2, 1 } } } },
};

static void what_is_written_is_read(void **state)
{
    struct cs_judgement read[2];
    json_t *json = cs_judged_json(judgements);
    char *text = json_dumps(json, JSON_REAL_PRECISION(12));
    (void)state;

    json_decref(json);
    json = json_loads(text, 0, NULL);
    assert_true(cs_judged_read(read, json));
    assert_memory_equal(read, judgements, sizeof judgements);
    json_decref(json);
    free(text);
}

/* A path of keys, and what is put there; NULL: nothing is. */
static const struct {
    const char *path[3], *value;
} corruptions[] = {
    { { "a" }, NULL },
    { { "a" }, "[]" },
    { { "c" }, "{}" },
    { { "a", "used" }, "\"nothing\"" },
    { { "a", "used" }, "\"tuned\"" },  /* which fell */
    { { "b", "used" }, "\"fitted\"" }, /* which is not there */
    { { "a", "used" }, NULL },
    { { "a", "more" }, "1" },
    { { "a", "fitted" }, "3" },
    { { "a", "fitted", "standing" }, "\"absent\"" },
    { { "a", "fitted", "standing" }, NULL },
    { { "a", "fitted", "loss" }, "\"1\"" },
    { { "a", "fitted", "loss" }, "-1" },
    { { "a", "fitted", "loss" }, "1e12" },
    { { "a", "fitted", "loss" }, NULL },
    { { "a", "fitted", "more" }, "1" },
};

static void every_corrupted_field_is_refused(void **state)
{
    (void)state;

    for (size_t i = 0; i < COUNT(corruptions); i++) {
        struct cs_judgement read[2];
        json_t *json = cs_judged_json(judgements), *at = json;
        const char *const *key = corruptions[i].path;

        for (; key < corruptions[i].path + 2 && key[1] != NULL; key++)
            at = json_object_get(at, *key);
        if (corruptions[i].value == NULL)
            json_object_del(at, *key);
        else
            json_object_set_new(at, *key,
                                json_loads(corruptions[i].value, JSON_DECODE_ANY, NULL));
        if (cs_judged_read(read, json))
            fail_msg("corruption %zu is read", i);
        json_decref(json);
    }
}

static void expect_words(enum cs_standing tuned, enum cs_standing fitted,
                         enum cs_contender chosen, const char *words)
{
    const struct cs_judgement judgement = { .chosen = chosen,
                                            .found = { { .standing = tuned },
                                                       { .standing = fitted },
                                                       { .standing = CS_STANDS } } };
    char said[CS_JUDGED_BYTES];

    cs_judged_words(said, &judgement, CS_GENERATOR_VAE);
    assert_string_equal(said, words);
}

static void what_was_used_and_why_is_said_in_plain_words(void **state)
{
    (void)state;
    expect_words(CS_STANDS, CS_STANDS, CS_TUNED, "the vae trained on real rows was used");
    expect_words(CS_ABSENT, CS_STANDS, CS_FITTED,
                 "the vae fitted to private results was used");
    expect_words(
        CS_DIVERGED, CS_STANDS, CS_FITTED,
        "the vae diverged after training on real rows; it was used as it was before");
    expect_words(CS_NO_BETTER, CS_COLLAPSED, CS_SEPARATE,
                 "the vae collapsed; candidates of independent columns were used");
    expect_words(CS_ABSENT, CS_NO_BETTER, CS_SEPARATE,
                 "the vae was no better than independent columns; candidates of "
                 "independent columns were used");
    expect_words(CS_DIVERGED, CS_ABSENT, CS_SEPARATE,
                 "the vae diverged; candidates of independent columns were used");
    expect_words(CS_ABSENT, CS_ABSENT, CS_SEPARATE,
                 "candidates of independent columns were used");
}

static void figures_that_are_known_are_listed(void **state)
{
    char said[CS_JUDGED_BYTES];
    (void)state;

    assert_true(cs_judged_figures(said, &judgements[CS_A]));
    assert_string_equal(said,
                        "chi-square a cell: tuned 1.30, fitted 1.10, independent 9.00");
    assert_false(cs_judged_figures(said, &(struct cs_judgement){ .chosen = CS_TUNED }));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_written_is_read),
        cmocka_unit_test(every_corrupted_field_is_refused),
        cmocka_unit_test(what_was_used_and_why_is_said_in_plain_words),
        cmocka_unit_test(figures_that_are_known_are_listed),
    };
    return CS_RUN("party/judged", tests);
}
