/* What party/report.h promises, one test for each promise. */
#include "party/report.h"

#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "model/mean.h"
#include "party/file.h"
#include "tests/support/check.h"

enum { REGION, AGE, ARM, VISIT, N_COLUMNS };

static char *regions[] = { (char *)"north", (char *)"s\xc3\xbc"
                                                    "d" };
static char *arms[] = { (char *)"none", (char *)"mail", (char *)"letter" };
static char *visits[] = { (char *)"0", (char *)"1" };
static int64_t ages[] = { 0, 1, 30, 91 };

static struct cs_column columns[N_COLUMNS] = {
    [REGION] = { .name = (char *)"region",
                 .type = CS_CATEGORY,
                 .values = regions,
                 .n_values = 2,
                 .n_codes = 4,
                 .other = 2,
                 .missing = 3 },
    [AGE] = { .name = (char *)"age",
              .type = CS_INTEGER,
              .edges = ages,
              .n_bins = 3,
              .n_codes = 4,
              .other = -1,
              .missing = 3 },
    [ARM] = { .name = (char *)"arm",
              .type = CS_CATEGORY,
              .values = arms,
              .n_values = 3,
              .n_codes = 3,
              .other = -1,
              .missing = -1 },
    [VISIT] = { .name = (char *)"visit",
                .type = CS_CATEGORY,
                .values = visits,
                .n_values = 2,
                .n_codes = 2,
                .other = -1,
                .missing = -1 },
};

static struct cs_study study = {
    .name = (char *)"spring",
    .epsilon = 3,
    .delta = 1e-6,
    .arm = ARM,
    .tests = { { (char *)"test", { 1 << 1 | 1 << 2 } } },
    .n_tests = 1,
    .control = { 1 << 0 },
    .conversion = VISIT,
    .outcomes = { { .column = VISIT, .converted = { 1 << 1 } } },
    .n_outcomes = 1,
    .schema = { .columns = columns, .n_columns = N_COLUMNS },
    .segment_minimum = 100,
};

/* Three regions: one with a clear effect, one drowned in noise, one with few people. */
static struct cs_segment segments[3];
static struct cs_relevance relevance[] = {
    { .column = REGION, .share = .0067, .lifts = { 2, 3.6, .1662, .0107 } },
    { .column = AGE, .share = 0, .lifts = { 0, 0, 0, 0 } },
};
static struct cs_answer answer;
static struct cs_ab ab = { .answers = &answer, .n_answers = 1 };
static const struct cs_judgement judgements[2] = {
    [CS_A] = { .chosen = CS_FITTED,
               .found = { [CS_TUNED] = { CS_DIVERGED,
                                         { CS_UNKNOWN, CS_UNKNOWN, CS_UNKNOWN, 7 } },
                          [CS_FITTED] = { CS_STANDS, { 1234, 0, 4321000, 6543 } },
                          [CS_SEPARATE] = { CS_STANDS,
                                            { 9000, 0, 5000000, CS_UNKNOWN } } } },
    [CS_B] = { .chosen = CS_SEPARATE,
               .found = { [CS_SEPARATE] = { CS_STANDS,
                                            { CS_UNKNOWN, 0, 3000, CS_UNKNOWN } } } },
};
static const struct cs_plan plan = { .epsilon_spent = 2.9876 };
static const struct cs_recorded recorded[2];
static const struct cs_report report = { .study = &study,
                                         .ab = &ab,
                                         .plan = &plan,
                                         .judgements = judgements,
                                         .recorded = recorded };

static void set_effect(struct cs_effect *direct, struct cs_effect *synthetic,
                       const struct cs_outcome measured[static CS_ARMS])
{
    cs_effect_direct(direct, measured);
    cs_effect_synthetic(synthetic, measured, direct);
}

static int set_up(void **state)
{
    const struct cs_outcome whole[CS_ARMS] = {
        [CS_TEST] = { 1510, 8490, 100, 100 },
        [CS_CONTROL] = { 1060, 8940, 100, 100 },
        [CS_NEITHER] = { 50, 950, 100, 100 },
    };
    const struct cs_outcome drowned[CS_ARMS] = {
        [CS_TEST] = { 15, 85, 1000, 1000 },
        [CS_CONTROL] = { 10, 90, 1000, 1000 },
    };
    (void)state;

    answer = (struct cs_answer){
        .agreement = { true, 0, .0031, 3, .43 },
        .split = { .5, 1 },
        .power = { .0137, .0132 },
        .segments = segments,
        .n_segments = COUNT(segments),
    };
    set_effect(&answer.direct, &answer.synthetic, whole);
    memset(segments, 0, sizeof segments);
    for (size_t i = 0; i < COUNT(segments); i++)
        segments[i].n_columns = 1;
    set_effect(&segments[0].direct, &segments[0].synthetic, whole);
    segments[0].code[0] = 1;
    set_effect(&segments[1].direct, &segments[1].synthetic, drowned);
    segments[1].code[0] = 2;
    segments[2].column[0] = AGE;
    segments[2].synthetic.verdict = CS_FEW_PEOPLE;
    segments[0].is_drawn = true;
    segments[0].drawn = .044;
    answer.relevance = relevance;
    answer.n_relevance = COUNT(relevance);
    return 0;
}

static char *text_of(enum cs_status (*write)(FILE *, const struct cs_report *))
{
    char *text = NULL;
    size_t n_bytes = 0;
    FILE *stream = open_memstream(&text, &n_bytes);

    assert_non_null(stream);
    assert_ok(write(stream, &report));
    assert_int_equal(fclose(stream), 0);
    return text;
}

/* clang-format off */
static const char golden[] =
    "A/B report of the study spring\n"
    "\n"
    "Test converts at 15.1 %, control at 10.6 %: +4.5 points (95 % interval +3.5 to +5.5),\n"
    "relative +42 % (+32 % to +54 %).\n"
    "The difference is larger than chance and privacy noise explain.\n"
    "\n"
    "From private results alone: may be shared. Spent: epsilon 2.99 of 3 at delta 1e-06.\n"
    "\n"
    "Synthetic people        people   conversions      rate  rate in noisy tables\n"
    "  test                   10000          1510   15.10 %               15.10 %\n"
    "  control                10000          1060   10.60 %               10.60 %\n"
    "  neither                 1000            50    5.00 %                5.00 %\n"
    "\n"
    "Lift: test minus control (95 % interval)\n"
    "  synthetic      +4.50 points (+3.54 to +5.46)   p < 0.0001\n"
    "                93 % of the variance is sampling, 7 % noise\n"
    "  noisy tables   +4.50 points (+3.54 to +5.46)   p < 0.0001\n"
    "                93 % of the variance is sampling, 7 % noise\n"
    "  The two lifts agree: they differ by 0.00 points, noise explains 0.31.\n"
    "  The 3 tables that hold this question agree with each other; p 0.4300.\n"
    "  Test to control is 50.0 to 50.0; p of equal halves 1.0000 (for information).\n"
    "  Such a study shows a lift of 1.37 points or more (power 80 %); without noise 1.32.\n"
    "\n"
    "Segments of at least 100 people in each arm (rates in %; * adjusted p below .05)\n"
    "  column          level                 test control  points      95 % interval  drawn   adj. p\n"
    "  region          s\xc3\xbc" "d                   15.1    10.6    +4.5 (  +3.5 to   +5.5)   +4.4 < 0.0001 *\n"
    "  region          other              not reportable at this epsilon (noisy_people)\n"
    "  noisy_people: the people counted in an arm do not stand out of the noise.\n"
    "  Left out, with fewer people in an arm: 1.\n"
    "\n"
    "What columns tell: of the outcome (% of its variance), of the lift (p of no difference)\n"
    "  region                                      0.67 %              1.07 points    0.1662\n"
    "  age                                         0.00 %\n"
    "\n"
    "Generators, judged by what was measured\n"
    "  a: the vae diverged after training on real rows; it was used as it was before.\n"
    "     chi-square a cell: fitted 1.23, independent 9.00\n"
    "  b: candidates of independent columns were used.\n"
    "\n"
    "How to read it\n"
    "  An interval holds the true lift in 95 of 100 such studies; it has chance and privacy noise in it.\n"
    "  It is that of the noisy tables: the lift of the synthetic people need not be in its middle.\n"
    "  Segments are many questions at once: trust the adjusted p, not the largest lift of the list.\n"
    "  Drawn: the lift drawn towards the mean of all segments, a better guess than the lift by itself.\n"
    "  Not reportable means that the noise hides the answer, not that there is no effect.\n";
/* clang-format on */

static void the_page_is_as_agreed(void **state)
{
    char *text = text_of(cs_report_text);
    (void)state;

    assert_string_equal(text, golden);
    free(text);
}

static void assert_fits(const char *text)
{
    size_t n = 0;

    for (const char *c = text; *c != '\0'; c++) {
        n = *c == '\n' ? 0 : n + (((unsigned char)*c & 0xc0) != 0x80);
        assert_in_range(n, 0, 100);
    }
}

static void no_line_is_longer_than_a_hundred_characters(void **state)
{
    char name[] = "a column whose name is far longer than is good for any table at all";
    char *text;
    (void)state;

    columns[REGION].name = name;
    text = text_of(cs_report_text);
    columns[REGION].name = (char *)"region";
    assert_fits(text);
    free(text);
    for (enum cs_verdict why = CS_FEW_PEOPLE; why <= CS_WIDE; why++) {
        answer.synthetic.verdict = why;
        text = text_of(cs_report_text);
        assert_fits(text);
        free(text);
    }
}

/* As with `link: private`, where both parties may have a column of that name. */
static void columns_of_one_name_are_told_apart(void **state)
{
    (void)state;

    columns[AGE].name = columns[REGION].name;
    columns[AGE].at[CS_A] = true;
    char *text = text_of(cs_report_text);
    columns[AGE].name = (char *)"age";
    columns[AGE].at[CS_A] = false;
    assert_non_null(strstr(text, "\n  region (b)      s\xc3\xbc"));
    free(text);
}

static void a_label_cannot_command_the_terminal(void **state)
{
    char evil[] = "\x1b[2Jn\xc2\x9bn";
    char *text;
    (void)state;

    regions[1] = evil;
    text = text_of(cs_report_text);
    regions[1] = (char *)"s\xc3\xbc"
                         "d";
    assert_null(strchr(text, '\x1b'));
    assert_null(strchr(text, '\x9b'));
    assert_non_null(strstr(text, "?[2Jn?n"));
    free(text);
}

/* The one answer of a report, and the one column of a segment. */
static const json_t *answer_of(const json_t *root)
{
    return json_array_get(json_object_get(root, "answers"), 0);
}

static const json_t *level_of(const json_t *segment)
{
    return json_array_get(json_object_get(segment, "by"), 0);
}

static void what_noise_hides_is_a_reason_not_a_number(void **state)
{
    const struct cs_outcome hidden[CS_ARMS] = {
        [CS_TEST] = { 15, 85, 1000, 1000 },
        [CS_CONTROL] = { 10, 90, 1000, 1000 },
    };
    char *text;
    (void)state;

    set_effect(&answer.direct, &answer.synthetic, hidden);
    text = text_of(cs_report_text);
    assert_non_null(strstr(text, "Not reportable at this epsilon: the people counted"));
    assert_null(strstr(text, "Test converts at"));
    free(text);

    text = text_of(cs_report_json);
    json_t *root = json_loads(text, 0, NULL);
    const json_t *effect = json_object_get(answer_of(root), "synthetic");
    assert_string_equal(json_string_value(json_object_get(effect, "verdict")),
                        "noisy_people");
    assert_non_null(json_object_get(effect, "reason"));
    assert_null(json_object_get(effect, "lift"));
    assert_true(json_is_null(json_object_get(answer_of(root), "agreement")));
    json_decref(root);
    free(text);
}

static void a_disagreement_is_shouted(void **state)
{
    char *text;
    (void)state;

    answer.agreement.agree = false;
    answer.agreement.difference = .02;
    answer.agreement.tables_p = .0009;
    text = text_of(cs_report_text);
    assert_non_null(strstr(text, "lifts DISAGREE: they differ by 2.00 points"));
    assert_non_null(strstr(text, "3 tables that hold this question CONTRADICT"));
    free(text);
}

/* Two columns of one name, people at one party alone. */
static void set_private(enum cs_unlinked unlinked)
{
    study.link = CS_LINK_PRIVATE;
    study.unlinked = unlinked;
    answer.scope = unlinked == CS_UNLINKED_EXCLUDED ? CS_AT_BOTH : CS_AT_A;
    ab.people = (struct cs_presence){ 12000, { 8000, 500 } };
    for (enum cs_scope scope = CS_AT_A; scope <= CS_AT_BOTH; scope++) {
        ab.measured[scope] = (double)cs_presence_in(&ab.people, scope) + .4;
        ab.v_measured[scope] = 100. * scope;
    }
    columns[REGION].at[CS_A] = columns[AGE].at[CS_B] = true;
    columns[AGE].name = columns[REGION].name;
    segments[0].scope = answer.scope;
    segments[2].scope = CS_AT_BOTH;
    set_effect(
        &segments[2].direct, &segments[2].synthetic,
        (struct cs_outcome[CS_ARMS]){
            [CS_TEST] = { 150, 850, 1, 1, 0 }, [CS_CONTROL] = { 100, 900, 1, 1, 0 } });
}

static int unset_private(void **state)
{
    (void)state;

    study.link = CS_LINK_ALIGNED;
    columns[REGION].at[CS_A] = columns[AGE].at[CS_B] = false;
    columns[AGE].name = (char *)"age";
    return 0;
}

static void assert_says(const char *text, const char *words)
{
    if (strstr(text, words) == NULL)
        fail_msg("`%s` is not in\n%s", words, text);
}

static void it_says_who_counts_where_links_are_private(void **state)
{
    char *text;
    (void)state;

    set_private(CS_UNLINKED_NOT_CONVERTED);
    text = text_of(cs_report_text);
    assert_says(text,
                "\nSynthetic people: 12000 at both parties, 8000 at a alone, 500 at "
                "b alone.\n");
    assert_says(text, "\nMeasured with noise: 20000 (+- 20) at a, 12500 (+- 28) at b, "
                      "12000 (+- 34) at both.\n");
    assert_says(text, "\nEverybody at a counts, who is not at b as not converted.\n");
    assert_says(text, "\n  region (b)      0 ");
    assert_says(text, "\n  By columns of b the people at both count alone");
    free(text);

    set_private(CS_UNLINKED_EXCLUDED);
    text = text_of(cs_report_text);
    assert_says(text, "\nThe people at both count alone.\n");
    assert_null(strstr(text, "By columns of b"));
    free(text);
}

static double number(const json_t *json, const char *key)
{
    assert_true(json_is_number(json_object_get(json, key)));
    return json_number_value(json_object_get(json, key));
}

static void json_holds_the_numbers_of_the_analysis(void **state)
{
    char *text = text_of(cs_report_json);
    json_t *root = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
    (void)state;

    assert_non_null(root);
    const json_t *synthetic = json_object_get(answer_of(root), "synthetic");
    const json_t *lift = json_object_get(synthetic, "lift");
    assert_string_equal(json_string_value(json_object_get(root, "schema")),
                        "cosynth-report/2");
    assert_true(json_is_true(json_object_get(root, "may_be_shared")));
    assert_true(number(json_object_get(root, "privacy"), "epsilon_spent") == 2.9876);
    assert_true(number(json_object_get(synthetic, "test"), "people") == 10000);
    assert_true(fabs(number(json_object_get(synthetic, "control"), "rate") - .106) <
                1e-12);
    assert_true(fabs(number(lift, "value") - answer.synthetic.lift.value) < 1e-10);
    assert_true(fabs(number(lift, "low") - answer.synthetic.lift.low) < 1e-10);
    assert_true(fabs(number(lift, "variance_noise") / answer.synthetic.lift.noise - 1) <
                1e-10);

    const json_t *list = json_object_get(answer_of(root), "segments");
    assert_int_equal(json_array_size(list), 3);
    assert_string_equal(
        json_string_value(json_object_get(level_of(json_array_get(list, 0)), "level")),
        regions[1]);
    assert_true(number(json_array_get(list, 0), "p_adjusted") == 0);
    assert_null(json_object_get(json_array_get(list, 2), "p_adjusted"));
    json_decref(root);
    free(text);
}

static void json_says_who_counts_where_links_are_private(void **state)
{
    char *text;
    (void)state;

    set_private(CS_UNLINKED_NOT_CONVERTED);
    text = text_of(cs_report_json);
    json_t *root = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
    assert_non_null(root);
    const json_t *people = json_object_get(root, "people");
    const json_t *segment =
        json_array_get(json_object_get(answer_of(root), "segments"), 2);
    assert_true(number(json_object_get(people, "synthetic"), "only_a") == 8000);
    assert_true(number(json_object_get(people, "b"), "people") == 12500.4);
    assert_true(number(json_object_get(people, "both"), "variance_noise") == 300);
    assert_string_equal(json_string_value(json_object_get(people, "counted")), "a");
    assert_string_equal(json_string_value(json_object_get(level_of(segment), "party")),
                        "b");
    assert_string_equal(json_string_value(json_object_get(segment, "counted")), "both");
    json_decref(root);
    free(text);
}

static void numbers_that_are_none_are_null_in_json(void **state)
{
    char *text;
    (void)state;

    answer.split.p = NAN;
    answer.synthetic.rate[CS_NEITHER] =
        (struct cs_rate){ .value = NAN, .sampling = INFINITY, .noise = INFINITY };
    text = text_of(cs_report_json);
    json_t *root = json_loads(text, 0, NULL);
    assert_non_null(root);
    assert_true(
        json_is_null(json_object_get(json_object_get(answer_of(root), "split"), "p")));
    const json_t *neither =
        json_object_get(json_object_get(answer_of(root), "synthetic"), "neither");
    assert_true(json_is_null(json_object_get(neither, "rate")));
    json_decref(root);
    free(text);
}

/* In both forms, with the control: a private report has neither mark nor null. */
static void an_unprotected_report_says_so_first_and_tells_no_epsilon(void **state)
{
    (void)state;

    for (int unprotected = 0; unprotected < 2; unprotected++) {
        study.unprotected = unprotected;
        study.epsilon = unprotected ? INFINITY : 3;
        char *text = text_of(cs_report_text), *json = text_of(cs_report_json);
        json_t *root = json_loads(json, 0, NULL);
        const json_t *privacy = json_object_get(root, "privacy");

        assert_true((strncmp(text, "NOT PRIVATE", 11) == 0) == unprotected);
        assert_true((strstr(text, "may be shared") == NULL) == unprotected);
        assert_null(strstr(text, " inf "));
        assert_true(json_is_true(json_object_get(privacy, "private")) == !unprotected);
        assert_true(json_is_null(json_object_get(privacy, "epsilon")) == unprotected);
        assert_true(json_is_null(json_object_get(privacy, "delta")) == unprotected);
        assert_true(json_is_true(json_object_get(root, "may_be_shared")) == !unprotected);
        assert_true((json_object_get(root, "warning") != NULL) == unprotected);
        json_decref(root);
        free(text);
        free(json);
    }
    study.unprotected = false;
    study.epsilon = 3;
}

/* In the advice, of a difference that is small or large, and where there is no number. */
static void an_unprotected_report_does_not_blame_noise(void **state)
{
    static const double p[] = { .001, .5 };
    (void)state;

    for (int unprotected = 0; unprotected < 2; unprotected++) {
        study.unprotected = unprotected;
        for (size_t i = 0; i <= COUNT(p); i++) {
            if (i < COUNT(p))
                answer.synthetic.lift.p = p[i];
            else
                answer.synthetic.verdict = CS_WIDE;
            char *text = text_of(cs_report_text);

            assert_true((strstr(text, "privacy noise") == NULL) == unprotected);
            assert_true((strstr(text, "noise hides") == NULL) == unprotected);
            assert_true((strstr(text, "at this epsilon") == NULL) == unprotected);
            assert_non_null(strstr(text, "not reportable"));
            free(text);
        }
        answer.synthetic.verdict = CS_REPORTED;
    }
    study.unprotected = false;
}

static void levels_have_labels_for_a_reader(void **state)
{
    static const struct {
        size_t column;
        unsigned code;
        const char *label;
    } cases[] = {
        { REGION, 0, "north" }, { REGION, 2, "other" }, { REGION, 3, "missing" },
        { AGE, 0, "0" },        { AGE, 1, "[1, 30)" },  { AGE, 2, "[30, 90]" },
        { AGE, 3, "missing" },
    };
    char label[CS_LABEL_BYTES];
    (void)state;

    for (size_t i = 0; i < COUNT(cases); i++) {
        cs_report_label(label, &columns[cases[i].column], cases[i].code);
        assert_string_equal(label, cases[i].label);
    }
}

static void long_labels_are_cut_at_a_character(void **state)
{
    char text[2 * CS_LABEL_BYTES + 1] = { 0 }, *values[] = { text };
    const struct cs_column column = {
        .type = CS_CATEGORY, .values = values, .n_values = 1, .other = -1, .missing = -1
    };
    char label[CS_LABEL_BYTES];
    (void)state;

    for (size_t i = 0; i < CS_LABEL_BYTES; i++)
        memcpy(text + 2 * i, "\xc3\xbc", 2);
    cs_report_label(label, &column, 0);

    assert_int_equal(strlen(label), CS_LABEL_BYTES - 2);
}

/* The study's outcome as a mean, in a unit of its own. */
static void set_mean(enum cs_trust trust)
{
    const struct cs_amount plain[CS_ARMS] = {
        [CS_TEST] = { .people = 10000, .sum = 10772, .variance = 225, .v_sum = 2e6 },
        [CS_CONTROL] = { .people = 10000, .sum = 6528, .variance = 134, .v_sum = 2e6 },
    };
    struct cs_amount capped[CS_ARMS];

    study.outcomes[0].is_mean = true;
    memcpy(capped, plain, sizeof capped);
    capped[CS_TEST].sum = 10000;
    cs_mean_direct(&answer.direct, plain);
    cs_mean_synthetic(&answer.synthetic, plain, &answer.direct);
    cs_mean_direct(&answer.amounts.direct, capped);
    cs_mean_synthetic(&answer.amounts.synthetic, capped, &answer.amounts.direct);
    answer.amounts.synthetic_converters = answer.amounts.direct_converters =
        answer.direct;
    answer.amounts.cap = 232.21;
    answer.amounts.people_needed = 200825;
    answer.amounts.trust = trust;
}

static int unset_mean(void **state)
{
    (void)state;

    study.outcomes[0].is_mean = false;
    return 0;
}

static void a_mean_is_told_in_its_unit(void **state)
{
    (void)state;

    set_mean(CS_TRUST_PLAIN);
    char *text = text_of(cs_report_text);
    assert_says(text, "The mean of test is 1.08, control 0.65: +0.42 (95 % interval ");
    assert_says(text, "Synthetic people        people           sum      mean  mean in");
    assert_says(text, "Lift of capped values, for comparison\n  capped         +0.35");
    assert_says(text,
                "Capped at 232.21. A plain mean wants some 200825 people in an arm.");
    assert_says(text, "Who converted ");
    assert_null(strstr(text, "converts at"));
    free(text);
}

static void the_mean_to_believe_comes_first_with_the_reason(void **state)
{
    (void)state;

    set_mean(CS_TRUST_CAPPED_TAIL);
    char *text = text_of(cs_report_text);
    assert_says(text, "The mean of test is 1.00, control 0.65: +0.35");
    assert_says(text, "Values above 232.21 count as 232.21 here:\nthe tail is too heavy");
    assert_fits(text);
    assert_says(text, "Uncapped it is +0.42 (");
    assert_says(text, "Lift of uncapped values, for comparison");
    free(text);
}

static void a_mean_that_is_neither_sure_nor_capped_says_so(void **state)
{
    (void)state;

    set_mean(CS_TRUST_NEITHER);
    answer.amounts.cap = INFINITY;
    char *text = text_of(cs_report_text), *json = text_of(cs_report_json);
    assert_says(text, "The mean of test is 1.08, control 0.65");
    assert_fits(text);
    assert_says(text, "\nRead the interval: noise and a heavy tail blur the mean");
    assert_null(strstr(text, " inf "));
    assert_says(json, "\"trust\": \"neither\"");
    assert_says(json, "\"cap\": null");
    free(text);
    free(json);
}

static void json_has_both_means_and_which_to_believe(void **state)
{
    (void)state;

    set_mean(CS_TRUST_CAPPED_NOISE);
    char *text = text_of(cs_report_json);
    json_t *root = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
    const json_t *amounts = json_object_get(answer_of(root), "amounts");
    const json_t *plain =
        json_object_get(json_object_get(answer_of(root), "synthetic"), "test");
    const json_t *capped = json_object_get(json_object_get(amounts, "synthetic"), "test");

    assert_string_equal(json_string_value(json_object_get(amounts, "trust")),
                        "capped_noise");
    assert_true(fabs(number(plain, "mean") - 1.0772) < 1e-9);
    assert_true(fabs(number(capped, "mean") - 1) < 1e-9);
    assert_true(number(amounts, "cap") == 232.21);
    json_decref(root);
    free(text);
}

/* Two test arms: each sentence says whose it is. */
static void several_answers_are_told_apart(void **state)
{
    struct cs_answer two[2];
    (void)state;

    two[0] = two[1] = answer;
    two[1].test = 1;
    two[1].synthetic.verdict = two[1].direct.verdict = CS_WIDE;
    study.tests[0].name = (char *)"mail";
    study.tests[1] = (struct cs_test_arm){ (char *)"letter", { 1 << 2 } };
    study.n_tests = ab.n_answers = 2;
    ab.answers = two;
    ab.split_p = .04;
    char *text = text_of(cs_report_text), *json = text_of(cs_report_json);
    json_t *root = json_loads(json, 0, NULL);
    study.tests[0].name = (char *)"test";
    study.n_tests = ab.n_answers = 1;
    ab.answers = &answer;

    assert_says(text, "visit, mail against control:\nTest converts at 15.1 %");
    assert_says(text, "  Adjusted for 2 answers, p is < 0.0001.\n");
    assert_says(text, "visit, letter against control:\nNot reportable at this epsilon");
    assert_says(text, "\n== visit, letter against control ==\n");
    assert_says(text, "\nSizes of all 3 arms: p of being equal 0.0400");
    const json_t *answers = json_object_get(root, "answers");
    assert_int_equal(json_array_size(answers), 2);
    assert_string_equal(
        json_string_value(json_object_get(json_array_get(answers, 1), "test")), "letter");
    assert_true(number(root, "arms_p") == .04);
    json_decref(root);
    free(text);
    free(json);
}

static void every_form_is_written(void **state)
{
    char folder[] = "/tmp/cosynth-report-XXXXXX", path[CS_PATH_BYTES];
    const char *const names[] = { "report.txt", "report.json", "report.html" };
    struct cs_fault fault = { .stage = "report" };
    (void)state;

    assert_non_null(mkdtemp(folder));
    assert_ok(cs_report_write(folder, &report, &fault));
    for (size_t i = 0; i < COUNT(names); i++) {
        assert_ok(cs_file_join(path, folder, names[i], &fault));
        assert_int_equal(unlink(path), 0);
    }
    assert_int_equal(rmdir(folder), 0); /* and nothing else is in it */

    assert_int_equal(cs_report_write(folder, &report, &fault), CS_IO);
    assert_non_null(strstr(fault.text, "report.txt"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(the_page_is_as_agreed, set_up),
        cmocka_unit_test_setup(no_line_is_longer_than_a_hundred_characters, set_up),
        cmocka_unit_test_setup(columns_of_one_name_are_told_apart, set_up),
        cmocka_unit_test_setup(a_label_cannot_command_the_terminal, set_up),
        cmocka_unit_test_setup(what_noise_hides_is_a_reason_not_a_number, set_up),
        cmocka_unit_test_setup(a_disagreement_is_shouted, set_up),
        cmocka_unit_test_setup_teardown(it_says_who_counts_where_links_are_private,
                                        set_up, unset_private),
        cmocka_unit_test_setup_teardown(json_says_who_counts_where_links_are_private,
                                        set_up, unset_private),
        cmocka_unit_test_setup(json_holds_the_numbers_of_the_analysis, set_up),
        cmocka_unit_test_setup(numbers_that_are_none_are_null_in_json, set_up),
        cmocka_unit_test_setup(an_unprotected_report_says_so_first_and_tells_no_epsilon,
                               set_up),
        cmocka_unit_test_setup(an_unprotected_report_does_not_blame_noise, set_up),
        cmocka_unit_test_setup_teardown(a_mean_is_told_in_its_unit, set_up, unset_mean),
        cmocka_unit_test_setup_teardown(the_mean_to_believe_comes_first_with_the_reason,
                                        set_up, unset_mean),
        cmocka_unit_test_setup_teardown(a_mean_that_is_neither_sure_nor_capped_says_so,
                                        set_up, unset_mean),
        cmocka_unit_test_setup_teardown(json_has_both_means_and_which_to_believe, set_up,
                                        unset_mean),
        cmocka_unit_test_setup(several_answers_are_told_apart, set_up),
        cmocka_unit_test(levels_have_labels_for_a_reader),
        cmocka_unit_test(long_labels_are_cut_at_a_character),
        cmocka_unit_test_setup(every_form_is_written, set_up),
    };

    return CS_RUN("party/report", tests);
}
