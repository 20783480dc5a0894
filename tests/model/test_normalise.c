/* What model/normalise.h promises: a table of cases for each kind. */
#include "model/normalise.h"

#include <stdlib.h>
#include <string.h>

#include "crypto/rng.h"
#include "tests/support/check.h"

struct normal_case {
    const char *text;
    const char *normal; /* NULL: unusable; "": empty */
};

/* text stands in memory of its own size, so that reading beyond it is noticed. */
static enum cs_id_state normalise(char normal[static CS_NORMAL_BYTES_MAX],
                                  size_t *n_normal,
                                  const struct cs_identifier *identifier,
                                  const char *text, size_t n_bytes)
{
    char *exact = malloc(n_bytes + (n_bytes == 0));

    assert_non_null(exact);
    memcpy(exact, text, n_bytes);
    const enum cs_id_state state =
        cs_normalise(normal, n_normal, identifier, exact, n_bytes);
    free(exact);
    return state;
}

static enum cs_id_state state_of(const char *normal)
{
    if (normal == NULL)
        return CS_ID_UNUSABLE;
    return normal[0] == '\0' ? CS_ID_EMPTY : CS_ID_USABLE;
}

static void assert_cases(const struct cs_identifier *identifier,
                         const struct normal_case *cases, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        char normal[CS_NORMAL_BYTES_MAX];
        size_t n_normal = 0;
        const enum cs_id_state state = normalise(normal, &n_normal, identifier,
                                                 cases[i].text, strlen(cases[i].text));

        if (state != state_of(cases[i].normal))
            fail_msg("`%s`: state %d", cases[i].text, (int)state);
        if (state == CS_ID_USABLE && (n_normal != strlen(cases[i].normal) ||
                                      memcmp(normal, cases[i].normal, n_normal) != 0))
            fail_msg("`%s` became `%.*s`", cases[i].text, (int)n_normal, normal);
    }
}

static void raw_is_left_as_it_is(void **state)
{
    static const struct cs_identifier raw = { .kind = CS_ID_RAW };
    static const struct normal_case cases[] = {
        { "u0001", "u0001" }, { " U 1\t", " U 1\t" },   { " ", " " },
        { "", "" },           { "E\u0301", "E\u0301" },
    };
    (void)state;

    assert_cases(&raw, cases, COUNT(cases));
}

static void trim_drops_white_space_at_both_ends(void **state)
{
    static const struct cs_identifier trim = { .kind = CS_ID_TRIM };
    static const struct normal_case cases[] = {
        { "  Ab c\t\r\n", "Ab c" },
        { "\u00a0\u2003x\u3000\u2028", "x" },
        { "\xc2\x85\u1680x\u202f\u205f\u2029\v\f", "x" },
        { "\u200bx\ufeff", "\u200bx\ufeff" }, /* not White_Space */
        { "\u00e9", "\u00e9" },
        { " \u00e9 ", "\u00e9" },
        { "0012", "0012" },
        { " \t\u00a0", "" },
        { "", "" },
    };
    (void)state;

    assert_cases(&trim, cases, COUNT(cases));
}

static void lower_makes_case_and_composition_one(void **state)
{
    static const struct cs_identifier lower = { .kind = CS_ID_LOWER };
    static const struct normal_case cases[] = {
        { " AbC-12 ", "abc-12" },
        { "\u00c9MILE", "\u00e9mile" },
        { "E\u0301MILE", "\u00e9mile" },
        { "e\u0301mile", "\u00e9mile" },
        { "\u0130", "i" },  /* capital I with a dot */
        { "I\u0307", "i" }, /* canonically equivalent to it */
        { "STRASSE", "strasse" },
        { "Stra\u00dfe", "stra\u00dfe" }, /* lower case, not folded */
        { "\u1e9e", "\u00df" },
        { "\u0391\u03a3", "\u03b1\u03c3" },
        { "\u0416\u042f", "\u0436\u044f" },
        { "\u212b", "\u00e5" }, /* the sign of Angstrom */
        { "\uff21", "\uff41" }, /* of full width, and stays so */
        { "\U0001f600", "\U0001f600" },
        { "\U00010400", "\U00010428" },
        { "  ", "" },
    };
    (void)state;

    assert_cases(&lower, cases, COUNT(cases));
}

static void email_has_one_at_with_something_at_both_sides(void **state)
{
    static const struct cs_identifier email = { .kind = CS_ID_EMAIL };
    static const struct normal_case cases[] = {
        { " Ann.Lee+News@Example.ORG ", "ann.lee+news@example.org" },
        { "a@b", "a@b" },
        { "J\u00dcRGEN@b\u00fccher.example", "j\u00fcrgen@b\u00fccher.example" },
        { "@b", NULL },
        { "a@", NULL },
        { "@", NULL },
        { "a@b@c", NULL },
        { "@a@b", NULL },
        { "a@b@", NULL },
        { "a@@b", NULL },
        { "none", NULL },
        { "", "" },
        { "\t", "" },
    };
    (void)state;

    assert_cases(&email, cases, COUNT(cases));
}

static void phone_becomes_e164(void **state)
{
    static const struct cs_identifier germany = { CS_ID_PHONE, "49", "0" };
    static const struct normal_case cases[] = {
        { "030 1234567", "+49301234567" },
        { "(030) 123-45/67", "+49301234567" },
        { "+49 30 1234567", "+49301234567" },
        { "0049 30 1234567", "+49301234567" },
        { "+49 (0)30 1234567", "+49301234567" },
        { "0049 (0) 30 1234567", "+49301234567" },
        { "(+49) 30 1234567", "+49301234567" },
        { "(0)30 1234567", "+49301234567" },
        { "30 1234567", "+49301234567" },
        { "030\u00a012\u2011345\u201367", "+49301234567" },
        { "+1 212 555 0123", "+12125550123" },
        { "001-212-555-0123", "+12125550123" },
        { "+1234567", "+1234567" },                 /* 7 digits */
        { "+123456", NULL },                        /* 6 */
        { "+123456789012345", "+123456789012345" }, /* 15 */
        { "+1234567890123456", NULL },              /* 16 */
        { "012345", "+4912345" },
        { "01234", NULL },
        { "+0301234567", NULL },
        { "000000000", NULL },
        { "0000", NULL },
        { "0", NULL },
        { "+", NULL },
        { "++49301234567", NULL },
        { "49+301234567", NULL },
        { "030 1234567 ext. 8", NULL },
        { "ann12345678@example.org", NULL },
        { "unknown", NULL },
        { "030,1234567", NULL },
        { "030 1234567\u200b", NULL },
        { "\u0661\u0662\u0663\u0664\u0665\u0666\u0667\u0668", NULL }, /* other digits */
        { "1234567890123456789012345678901234567890", NULL },
        { "-", NULL },
        { "", "" },
        { " ", "" },
    };
    (void)state;

    assert_cases(&germany, cases, COUNT(cases));
}

static void phone_follows_the_prefixes_of_its_country(void **state)
{
    static const struct cs_identifier america = { CS_ID_PHONE, "1", "1" };
    static const struct cs_identifier italy = { CS_ID_PHONE, "39", "" };
    static const struct cs_identifier hungary = { CS_ID_PHONE, "36", "06" };
    static const struct normal_case american[] = {
        { "(212) 555-0123", "+12125550123" },
        { "1-212-555-0123", "+12125550123" },
        { "+1 212 555 0123", "+12125550123" },
    };
    static const struct normal_case italian[] = {
        { "06 1234567", "+39061234567" },
        { "+39 06 1234567", "+39061234567" },
        { "0039 06 1234567", "+39061234567" },
        { "347 1234567", "+393471234567" },
    };
    static const struct normal_case hungarian[] = {
        { "06 1 234 5678", "+3612345678" },
        { "+36 (06) 1 234 5678", "+3612345678" },
        { "1 234 5678", "+3612345678" },
    };
    (void)state;

    assert_cases(&america, american, COUNT(american));
    assert_cases(&italy, italian, COUNT(italian));
    assert_cases(&hungary, hungarian, COUNT(hungarian));
}

static const struct cs_identifier all_kinds[] = {
    { .kind = CS_ID_RAW },   { .kind = CS_ID_TRIM },     { .kind = CS_ID_LOWER },
    { .kind = CS_ID_EMAIL }, { CS_ID_PHONE, "49", "0" },
};

static void texts_are_usable_up_to_a_length(void **state)
{
    /* becomes three times as long, in bytes, in NFC: U+1D160 */
    static const char note[] = "\U0001d160";
    char text[CS_ID_TEXT_BYTES_MAX + 1], normal[CS_NORMAL_BYTES_MAX];
    size_t n = 0;
    (void)state;

    for (size_t i = 0; i + 4 <= CS_ID_TEXT_BYTES_MAX; i += 4)
        memcpy(text + i, note, 4);
    assert_int_equal(
        normalise(normal, &n, &all_kinds[CS_ID_LOWER], text, CS_ID_TEXT_BYTES_MAX),
        CS_ID_USABLE);
    assert_int_equal(n, 3 * CS_ID_TEXT_BYTES_MAX);
    memset(text, 'x', sizeof text);
    for (size_t k = CS_ID_RAW; k <= CS_ID_LOWER; k++) {
        assert_int_equal(normalise(normal, &n, &all_kinds[k], text, sizeof text),
                         CS_ID_UNUSABLE);
        assert_int_equal(normalise(normal, &n, &all_kinds[k], text, sizeof text - 1),
                         CS_ID_USABLE);
        assert_int_equal(n, sizeof text - 1);
    }
}

/* A normal form is its own; the sanitizers watch over the rest. */
static void normal_forms_are_normal_whatever_the_text(void **state)
{
    static const char *const parts[] = {
        "A",          "@",      "+",      "0",      "49",     "(0)",    " ",
        "\u0301",     "\u0130", "\u00c5", "\u1f82", "\u3000", "\u2011", "\u1100\u1161",
        "\U0001d160", "z",      "-",      "123456",
    };
    char text[256], once[CS_NORMAL_BYTES_MAX], twice[CS_NORMAL_BYTES_MAX];
    struct cs_rng rng;
    (void)state;

    cs_rng_init_labelled(&rng, 1, "normal forms");
    for (int i = 0; i < 4000; i++) {
        const struct cs_identifier *kind = &all_kinds[cs_rng_below(&rng, 5)];
        size_t n_once = 0, n_twice = 0;

        text[0] = '\0';
        for (uint32_t k = cs_rng_below(&rng, 12); k > 0; k--)
            strcat(text, parts[cs_rng_below(&rng, COUNT(parts))]);
        if (normalise(once, &n_once, kind, text, strlen(text)) != CS_ID_USABLE)
            continue;
        assert_int_equal(normalise(twice, &n_twice, kind, once, n_once), CS_ID_USABLE);
        if (n_once != n_twice || memcmp(once, twice, n_once) != 0)
            fail_msg("kind %d: `%s`: `%.*s`, then `%.*s`", (int)kind->kind, text,
                     (int)n_once, once, (int)n_twice, twice);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(raw_is_left_as_it_is),
        cmocka_unit_test(trim_drops_white_space_at_both_ends),
        cmocka_unit_test(lower_makes_case_and_composition_one),
        cmocka_unit_test(email_has_one_at_with_something_at_both_sides),
        cmocka_unit_test(phone_becomes_e164),
        cmocka_unit_test(phone_follows_the_prefixes_of_its_country),
        cmocka_unit_test(texts_are_usable_up_to_a_length),
        cmocka_unit_test(normal_forms_are_normal_whatever_the_text),
    };
    return CS_RUN("model/normalise", tests);
}
