/* What party/demo_contacts.h promises of the files of `link: private`: they are joined in
 * the clear, by the rule of docs/STUDY.md, from what model/table.h reads of them. */
#include "party/demo_contacts.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "party/commands.h"
#include "tests/support/check.h"
#include "tests/support/demo.h"

#define NOBODY SIZE_MAX

struct place {
    const uint8_t *digest;
    size_t row;
};

struct join {
    struct cs_demo_folder folder;
    struct cs_study *study;
    struct cs_table *table[2]; /* by enum cs_party */
    size_t *partner;           /* (rows of a): a row of b, or NOBODY */
    size_t by[CS_IDENTIFIERS_MAX], all;
    size_t n_passed_by; /* who share an identifier, but not the one that counts */
};

static int by_digest(const void *x, const void *y)
{
    return memcmp(((const struct place *)x)->digest, ((const struct place *)y)->digest,
                  CS_ID_BYTES);
}

/* Those of b's rows that have identifier k, in the order of its digests. */
static struct place *index_of(size_t *n, const struct cs_table *b, size_t k)
{
    struct place *places = calloc(b->codes.n_rows, sizeof *places);

    assert_non_null(places);
    *n = 0;
    for (size_t row = 0; row < b->codes.n_rows; row++)
        if (!cs_id_is_none(b->ids.digest[k][row]))
            places[(*n)++] = (struct place){ b->ids.digest[k][row], row };
    qsort(places, *n, sizeof *places, by_digest);
    return places;
}

static void look_up(struct join *join, const struct place *places, size_t n, size_t k)
{
    const struct cs_table *a = join->table[CS_A], *b = join->table[CS_B];

    for (size_t row = 0; row < a->codes.n_rows; row++) {
        const struct place wanted = { a->ids.digest[k][row], row };
        const struct place *found =
            bsearch(&wanted, places, n, sizeof *places, by_digest);

        if (found == NULL || join->partner[row] != NOBODY)
            continue;
        if (cs_ids_first(&b->ids, found->row) != found->digest) {
            join->n_passed_by++;
            continue;
        }
        join->partner[row] = found->row;
        join->by[k]++;
        join->all++;
    }
}

static void join_rows(struct join *join)
{
    const size_t n_a = join->table[CS_A]->codes.n_rows;

    join->partner = calloc(n_a, sizeof *join->partner);
    assert_non_null(join->partner);
    for (size_t row = 0; row < n_a; row++)
        join->partner[row] = NOBODY;
    for (size_t k = 0; k < join->study->n_identifiers; k++) {
        size_t n;
        struct place *places = index_of(&n, join->table[CS_B], k);

        look_up(join, places, n, k);
        free(places);
    }
}

static struct cs_demo_options options_with(uint64_t people, double only_a, double only_b,
                                           struct cs_demo_identifiers identifiers)
{
    struct cs_demo_options options = cs_demo_options_of(people, 13, 5);

    options.link = CS_LINK_PRIVATE;
    options.only[CS_A] = only_a;
    options.only[CS_B] = only_b;
    options.identifiers = identifiers;
    return options;
}

static const struct cs_demo_identifiers email_phone = { { CS_DEMO_EMAIL, CS_DEMO_PHONE },
                                                        2 };

static struct join joined(struct cs_demo_options options, bool normalised)
{
    struct join join = { .folder = cs_demo_made(options) };

    join.study = cs_demo_study(&join.folder);
    for (size_t k = 0; k < join.study->n_identifiers && !normalised; k++)
        join.study->identifiers[k].kind = CS_ID_RAW;
    for (enum cs_party party = CS_A; party <= CS_B; party++)
        join.table[party] = cs_demo_table(&join.folder, join.study, party);
    join_rows(&join);
    return join;
}

static void left(struct join *join)
{
    cs_demo_removed(&join->folder);
    cs_table_free(join->table[CS_A]);
    cs_table_free(join->table[CS_B]);
    cs_study_free(join->study);
    free(join->partner);
}

struct rates {
    double people, n[3], yes[3], south[3], south_yes[3]; /* by arm */
};

static struct rates rates_of(const struct join *join, enum cs_unlinked unlinked)
{
    const struct cs_table *a = join->table[CS_A];
    const uint8_t *arm = cs_demo_codes(join->study, a, "arm");
    const uint8_t *region = cs_demo_codes(join->study, a, "region");
    const uint8_t *converted = cs_demo_codes(join->study, join->table[CS_B], "converted");
    struct rates rates = { 0 };

    for (size_t row = 0; row < a->codes.n_rows; row++) {
        const size_t partner = join->partner[row];
        const bool yes = partner != NOBODY && converted[partner] == 1;

        if (partner == NOBODY && unlinked == CS_UNLINKED_EXCLUDED)
            continue;
        rates.people++;
        rates.n[arm[row]]++;
        rates.yes[arm[row]] += yes;
        rates.south[arm[row]] += region[row] == 1;
        rates.south_yes[arm[row]] += region[row] == 1 && yes;
    }
    return rates;
}

static void assert_rates(const json_t *truth, const struct rates *rates)
{
    static const char *const arms[] = { "test", "control", "neither" };
    const json_t *south = json_object_get(
        json_object_get(json_object_get(truth, "segments"), "region"), "South");

    assert_true(AT(truth, "people") == rates->people);
    for (size_t k = 0; k < COUNT(arms); k++) {
        assert_true(AT(truth, "arms", arms[k], "people") == rates->n[k]);
        assert_true(AT(truth, "arms", arms[k], "conversions") == rates->yes[k]);
        assert_true(AT(south, "arms", arms[k], "people") == rates->south[k]);
        assert_true(AT(south, "arms", arms[k], "conversions") == rates->south_yes[k]);
    }
    assert_true(fabs(AT(truth, "lift", "observed") -
                     (rates->yes[0] / rates->n[0] - rates->yes[1] / rates->n[1])) < 1e-6);
}

static void assert_truth_is_that_of(const struct join *join,
                                    const struct cs_demo_options *options)
{
    json_t *truth = cs_demo_truth_of(&join->folder);
    const struct rates all = rates_of(join, CS_UNLINKED_NOT_CONVERTED);
    const struct rates found = rates_of(join, CS_UNLINKED_EXCLUDED);

    assert_true(AT(truth, "linkage", "found") == (double)join->all);
    for (size_t k = 0; k < options->identifiers.n; k++)
        assert_true(AT(truth, "linkage", "found_by",
                       cs_demo_kind_words[options->identifiers.kinds[k]].name) ==
                    (double)join->by[k]);
    assert_rates(json_object_get(truth, "not-converted"), &all);
    assert_rates(json_object_get(truth, "excluded"), &found);
    json_decref(truth);
}

static void truth_is_that_of_the_join(void **state)
{
    const struct cs_demo_options cases[] = {
        options_with(12000, 0.2, 0.1, email_phone),
        options_with(4000, 0, 0.4,
                     (struct cs_demo_identifiers){ { CS_DEMO_PHONE, CS_DEMO_EMAIL }, 2 }),
        options_with(4000, 0.5, 0.3,
                     (struct cs_demo_identifiers){ { CS_DEMO_EMAIL }, 1 }),
        options_with(4000, 0, 0, (struct cs_demo_identifiers){ { CS_DEMO_ID }, 1 }),
    };
    (void)state;

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct join join = joined(cases[i], true);

        assert_truth_is_that_of(&join, &cases[i]);
        left(&join);
    }
}

/* A's age and B's are of one person, so they agree where the join is right. */
static void who_is_found_is_the_same_person(void **state)
{
    struct join join = joined(options_with(12000, 0.2, 0.1, email_phone), true);
    const uint8_t *at_a = cs_demo_codes(join.study, join.table[CS_A], "age");
    const uint8_t *at_b = cs_demo_codes(join.study, join.table[CS_B], "age");
    (void)state;

    for (size_t row = 0; row < join.table[CS_A]->codes.n_rows; row++)
        if (join.partner[row] != NOBODY)
            assert_int_equal(at_a[row], at_b[join.partner[row]]);
    left(&join);
}

static void people_are_where_the_options_say_in_no_order(void **state)
{
    struct join join =
        joined(options_with(10000, 0.25, 0.05,
                            (struct cs_demo_identifiers){ { CS_DEMO_ID }, 1 }),
               true);
    size_t n_in_place = 0, n_rising = 0;
    (void)state;

    assert_int_equal(join.table[CS_A]->codes.n_rows, 9500);
    assert_int_equal(join.table[CS_B]->codes.n_rows, 7500);
    assert_int_equal(join.all, 7000);
    for (size_t row = 0; row + 1 < 9500; row++) {
        n_in_place += join.partner[row] == row;
        n_rising += join.partner[row] < join.partner[row + 1];
    }
    assert_true(n_in_place < 20);
    assert_true(fabs((double)n_rising / 9500 - 0.5) < 0.06);
    left(&join);
}

/* All that docs/STUDY.md has a rule for is there, and a small part of the rows. */
static void each_rule_has_rows_that_need_it(void **state)
{
    struct join join = joined(options_with(12000, 0.2, 0.1, email_phone), true);
    (void)state;

    assert_true(join.by[1] > 0);
    assert_true(join.n_passed_by > 0);
    assert_true(join.all > 12000 * 7 / 10 * 9 / 10);
    for (enum cs_party party = CS_A; party <= CS_B; party++) {
        const struct cs_table *table = join.table[party];

        assert_true(table->notes.nameless > 0);
        assert_true(table->notes.nameless < table->codes.n_rows / 50);
        assert_int_equal(table->ids.notes[0].frequent, 0);
        assert_in_range(table->ids.notes[1].frequent, table->codes.n_rows / 100,
                        table->codes.n_rows / 100 + 1);
        for (size_t k = 0; k < 2; k++) {
            assert_true(table->ids.notes[k].empty > 0);
            assert_true(table->ids.notes[k].unusable > 0);
            assert_true(table->ids.notes[k].empty < table->codes.n_rows / 10);
        }
    }
    left(&join);
}

static void parties_write_the_same_in_other_notations(void **state)
{
    const struct cs_demo_options options = options_with(12000, 0.2, 0.1, email_phone);
    struct join join = joined(options, true), raw = joined(options, false);
    (void)state;

    assert_true(raw.all > 0);
    assert_true(raw.all < join.all / 3);
    left(&join);
    left(&raw);
}

/* A placeholder on a few rows would be one person on several, which is an error. */
static void the_smallest_files_are_usable(void **state)
{
    static const double only[][2] = { { 0.9, 0 }, { 0, 0.9 }, { 0.45, 0.45 } };
    (void)state;

    for (size_t i = 0; i < COUNT(only); i++) {
        struct join join = joined(
            options_with(CS_DEMO_PEOPLE_MIN, only[i][0], only[i][1], email_phone), true);

        for (enum cs_party party = CS_A; party <= CS_B; party++)
            assert_true(join.table[party]->ids.notes[1].frequent > join.study->frequent);
        left(&join);
    }
}

static struct cs_fault refusal(char **words, int n)
{
    char *argv[16] = { (char[]){ "demo-data" }, (char[]){ "/tmp/cosynth-demo-never" } };
    struct cs_fault fault = { 0 };

    memcpy(argv + 2, words, (size_t)n * sizeof *words);
    assert_int_equal(cs_command_demo_data.run(n + 2, argv, &fault), CS_CONFIG);
    assert_int_not_equal(access(argv[1], F_OK), 0);
    return fault;
}

#define assert_refused(said, ...)                                                        \
    do {                                                                                 \
        char *words[] = { __VA_ARGS__ };                                                 \
        const struct cs_fault fault = refusal(words, (int)COUNT(words));                 \
        assert_non_null(strstr(fault.text, said));                                       \
    } while (0)

static void options_that_do_not_fit_are_refused(void **state)
{
    (void)state;

    assert_refused("--link: near is not aligned or private", "--link", "near");
    assert_refused("--only-a: has a meaning with `--link private` alone", "--only-a",
                   "0");
    assert_refused("--only-b: has a meaning", "--link", "aligned", "--only-b", "0.1");
    assert_refused("--identifiers: has a meaning", "--identifiers", "id");
    assert_refused("0.6 and 0.31 are more than 0.9 together", "--link", "private",
                   "--only-a", "0.6", "--only-b", "0.31");
    assert_refused("--identifiers: mail is not a list", "--link", "private",
                   "--identifiers", "mail");
    assert_refused("--identifiers: email, is not a list", "--link", "private",
                   "--identifiers", "email,");
    assert_refused("--identifiers: id,phone,id is not a list", "--link", "private",
                   "--identifiers", "id,phone,id");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(truth_is_that_of_the_join),
        cmocka_unit_test(who_is_found_is_the_same_person),
        cmocka_unit_test(people_are_where_the_options_say_in_no_order),
        cmocka_unit_test(each_rule_has_rows_that_need_it),
        cmocka_unit_test(parties_write_the_same_in_other_notations),
        cmocka_unit_test(the_smallest_files_are_usable),
        cmocka_unit_test(options_that_do_not_fit_are_refused),
    };
    return CS_RUN("party/demo_contacts", tests);
}
