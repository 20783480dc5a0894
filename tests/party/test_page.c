/* What party/page.h promises, one test for each promise. */
#include "party/page.h"

#include <math.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/check.h"
#include "tests/support/markup.h"

#define EVIL "</script><script>alert(1)</script>\"'\xe2\x80\xae"
#define MINUS "\xe2\x88\x92"

static const struct cs_page_column columns[] = {
    { .name = "column", .role = CS_PAGE_LABEL },
    { .name = "level", .role = CS_PAGE_LABEL },
    { "lift", CS_PAGE_SIGNED, 2, CS_PAGE_VALUE, "raw" },
    { "people", CS_PAGE_NUMBER, 0, CS_PAGE_NO_ROLE, NULL },
    { "p", CS_PAGE_P_VALUE, 0, CS_PAGE_NO_ROLE, NULL },
};
static const struct cs_page_table table = { .caption = "Lift by level " EVIL,
                                            .plot = CS_PAGE_FOREST,
                                            .unit = "points",
                                            .columns = columns,
                                            .n_columns = COUNT(columns) };

static void fill_row(struct cs_page *page, double lift, double people, double p)
{
    cs_page_row(page, CS_PAGE_STRONG_ROW);
    cs_page_words(page, "region");
    cs_page_words(page, EVIL);
    cs_page_number(page, lift);
    cs_page_number(page, people);
    cs_page_number(page, p);
}

static void write_tables(struct cs_page *page, const void *about)
{
    (void)about;
    cs_page_table(page, &table);
    fill_row(page, 1.5, 1234567, .00001);
    fill_row(page, -.125, 1234, .5);
    fill_row(page, 0, NAN, 1);
    cs_page_row(page, CS_PAGE_PLAIN_ROW);
    cs_page_words(page, "region");
    cs_page_words(page, "north");
    cs_page_absent(page, 3, "too few people");
    cs_page_table_end(page);
}

static void write_words(struct cs_page *page, const void *about)
{
    const char *name = about;

    cs_page_heading(page, "On %s", name);
    cs_page_paragraph(page, "%s is %d", name, 7);
    cs_page_note(page, "%s", name);
    cs_page_warning(page, "%s", name);
    cs_page_code(page, "cosynth report '%s'", name);
    cs_page_list(page);
    cs_page_item(page, "%s", name);
    cs_page_list_end(page);
    cs_page_facts(page, CS_PAGE_ANSWERS);
    cs_page_fact(page, name, "Yes.", "%s works", name);
    cs_page_fact(page, name, NULL, "%s works", name);
    cs_page_facts_end(page);
    cs_page_details(page, "%s", name);
    cs_page_details_end(page);
}

static const struct cs_page_section sections[] = {
    { "words", "Words " EVIL, write_words, EVIL },
    { "tables", "Tables", write_tables, NULL },
};
static const struct cs_page_outline outline = { .title = "A page " EVIL,
                                                .subtitle = EVIL,
                                                .mark = CS_PAGE_MAY_BE_SHARED,
                                                .mark_words = EVIL,
                                                .sections = sections,
                                                .n_sections = COUNT(sections) };

/* *html: the page, to be freed. */
static void write_page(char **html, const struct cs_page_outline *about)
{
    size_t n_bytes;
    FILE *stream = open_memstream(html, &n_bytes);

    assert_non_null(stream);
    assert_ok(cs_page_write(stream, about));
    assert_int_equal(fclose(stream), 0);
}

static void a_page_is_well_formed(void **state)
{
    char *html = NULL;
    (void)state;

    write_page(&html, &outline);
    assert_true(cs_markup_is_whole(html));
    free(html);
}

/* The control of the test before. */
static void what_is_not_well_formed_is_found(void **state)
{
    static const char *const broken[] = { "<p>", "</p>", "<p><b></p></b>",
                                          "<p class=\"x>" };
    char html[64];
    (void)state;

    for (size_t i = 0; i < COUNT(broken); i++) {
        snprintf(html, sizeof html, "<!doctype html>\n%s", broken[i]);
        assert_false(cs_markup_is_whole(html));
    }
    assert_true(cs_markup_is_whole("<!doctype html>\n<p class=\"a>b\">c</p>"));
}

/* Its own two scripts are all there are, whatever the study calls things. */
static void no_name_opens_a_script(void **state)
{
    char *html = NULL;
    (void)state;

    write_page(&html, &outline);
    assert_int_equal(cs_markup_count(html, "<script>"), 2);
    assert_int_equal(cs_markup_count(html, "</script>"), 2);
    assert_int_equal(cs_markup_count(html, "\xe2\x80\xae"), 0);
    assert_true(cs_markup_count(html, "&lt;script&gt;alert(1)&lt;/script&gt;") > 20);
    free(html);
}

/* The policy has the digest of what stands between `begin` and `end`; what follows. */
static const char *expect_digest(const char *html, const char *from, const char *begin,
                                 const char *end)
{
    unsigned char digest[crypto_hash_sha256_BYTES];
    char text[64] = "";

    from = strstr(from, begin) + strlen(begin);
    const char *to = strstr(from, end);
    crypto_hash_sha256(digest, (const unsigned char *)from, (size_t)(to - from));
    sodium_bin2base64(text, sizeof text, digest, sizeof digest,
                      sodium_base64_VARIANT_ORIGINAL);
    assert_int_equal(cs_markup_count(html, text), 1);
    return to;
}

static void the_policy_allows_the_parts_of_the_page_and_nothing_else(void **state)
{
    char *html = NULL;
    (void)state;

    write_page(&html, &outline);
    assert_non_null(strstr(html, "content=\"default-src 'none'; base-uri 'none'; "
                                 "form-action 'none'; style-src 'sha256-"));
    assert_null(strstr(html, "unsafe"));
    assert_int_equal(cs_markup_count(html, "'sha256-"), 3);
    const char *at = expect_digest(html, html, "<style>", "</style>");
    at = expect_digest(html, at, "<script>", "</script>");
    expect_digest(html, at, "<script>", "</script>");
    free(html);
}

static void nothing_is_named_that_could_be_fetched(void **state)
{
    char *html = NULL;
    (void)state;

    write_page(&html, &outline);
    char *script = strstr(html, "<script>");

    *script = '\0'; /* D3 names its home */
    assert_null(strstr(html, "src="));
    assert_null(strstr(html, "<link"));
    assert_null(strstr(html, "url("));
    assert_null(strstr(html, "@import"));
    assert_null(strstr(html, "//"));
    free(html);
}

static void numbers_of_a_column_have_the_same_decimals(void **state)
{
    char *html = NULL;
    (void)state;

    write_page(&html, &outline);
    assert_non_null(strstr(html, "data-value=\"1.5\">+1.50</td>"));
    assert_non_null(strstr(html, "data-value=\"-0.125\">" MINUS "0.12</td>"));
    assert_non_null(strstr(html, "data-value=\"0\">0.00</td>"));
    assert_non_null(strstr(html, ">1\xe2\x80\xaf"
                                 "234\xe2\x80\xaf"
                                 "567</td>"));
    assert_non_null(strstr(html, ">1234</td>"));
    assert_non_null(strstr(html, ">&lt; 0.0001</td>"));
    assert_non_null(strstr(html, ">0.5000</td>"));
    assert_non_null(strstr(html, "data-name=\"people\">\xe2\x80\x93</td>"));
    free(html);
}

static void a_reason_stands_in_place_of_several_cells(void **state)
{
    char *html = NULL;
    (void)state;

    write_page(&html, &outline);
    assert_non_null(
        strstr(html, "<td class=\"absent\" colspan=\"3\">too few people</td>"));
    free(html);
}

static void a_table_says_what_it_means_as_a_plot(void **state)
{
    char *html = NULL;
    (void)state;

    write_page(&html, &outline);
    assert_non_null(
        strstr(html, "<table class=\"wide\" data-plot=\"forest\" data-unit=\"points\">"));
    assert_non_null(strstr(html, "<th scope=\"col\" class=\"number\" data-role=\"value\" "
                                 "data-series=\"raw\">"));
    assert_int_equal(cs_markup_count(html, "<th scope=\"row\">"), 8);
    assert_int_equal(cs_markup_count(html, "<tr class=\"strong\">"), 3);
    free(html);
}

static void every_section_is_in_the_contents(void **state)
{
    char *html = NULL;
    (void)state;

    write_page(&html, &outline);
    for (size_t i = 0; i < COUNT(sections); i++) {
        char link[64], id[64];

        snprintf(link, sizeof link, "<a href=\"#%s\">", sections[i].id);
        snprintf(id, sizeof id, "<section id=\"%s\" aria-labelledby=\"%s-title\">",
                 sections[i].id, sections[i].id);
        assert_int_equal(cs_markup_count(html, link), 1);
        assert_int_equal(cs_markup_count(html, id), 1);
    }
    free(html);
}

static void the_banner_says_who_may_see_the_page(void **state)
{
    static const char *const words[] = { "May be shared", "Do not share", "NOT PRIVATE" };
    (void)state;

    for (enum cs_page_mark mark = CS_PAGE_MAY_BE_SHARED; mark <= CS_PAGE_NOT_PRIVATE;
         mark++) {
        struct cs_page_outline marked = outline;
        char *html = NULL;

        marked.mark = mark;
        write_page(&html, &marked);
        for (size_t i = 0; i < COUNT(words); i++)
            assert_int_equal(cs_markup_count(html, words[i]), i == mark);
        free(html);
    }
}

static void write_short_row(struct cs_page *page, const void *about)
{
    (void)about;
    cs_page_table(page, &table);
    cs_page_row(page, CS_PAGE_PLAIN_ROW);
    cs_page_words(page, "region");
    cs_page_table_end(page);
}

static void write_open_table(struct cs_page *page, const void *about)
{
    (void)about;
    cs_page_table(page, &table);
}

static void a_table_that_is_not_filled_stops_the_program(void **state)
{
    const struct cs_page_section short_row = { "a", "A", write_short_row, NULL };
    const struct cs_page_section open_table = { "a", "A", write_open_table, NULL };
    struct cs_page_outline broken = outline;
    char *html = NULL;
    (void)state;

    broken.n_sections = 1;
    broken.sections = &short_row;
    assert_stops(write_page(&html, &broken));
    broken.sections = &open_table;
    assert_stops(write_page(&html, &broken));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_page_is_well_formed),
        cmocka_unit_test(what_is_not_well_formed_is_found),
        cmocka_unit_test(no_name_opens_a_script),
        cmocka_unit_test(the_policy_allows_the_parts_of_the_page_and_nothing_else),
        cmocka_unit_test(nothing_is_named_that_could_be_fetched),
        cmocka_unit_test(numbers_of_a_column_have_the_same_decimals),
        cmocka_unit_test(a_reason_stands_in_place_of_several_cells),
        cmocka_unit_test(a_table_says_what_it_means_as_a_plot),
        cmocka_unit_test(every_section_is_in_the_contents),
        cmocka_unit_test(the_banner_says_who_may_see_the_page),
        cmocka_unit_test(a_table_that_is_not_filled_stops_the_program),
    };

    return CS_RUN("page", tests);
}
