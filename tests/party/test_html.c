/* What party/html.h promises, one test for each promise. */
#include "party/html.h"

#include <stdlib.h>
#include <string.h>

#include "tests/support/check.h"

#define REPLACED "\xef\xbf\xbd"

static void expect(const char *text, const char *html)
{
    char *written = NULL;
    size_t n_bytes = 0;
    FILE *stream = open_memstream(&written, &n_bytes);

    assert_non_null(stream);
    cs_html_text(stream, text);
    assert_int_equal(fclose(stream), 0);
    assert_string_equal(written, html);
    free(written);
}

static void every_character_that_means_something_becomes_a_reference(void **state)
{
    (void)state;
    expect("</script><b a=\"1\" c='2'>&amp;`", "&lt;/script&gt;&lt;b a=&quot;1&quot; "
                                               "c=&#39;2&#39;&gt;&amp;amp;&#96;");
}

static void all_other_text_stays_as_it_is(void **state)
{
    static const char text[] =
        "a b\n\tS\xc3\xbc"
        "d \xe6\x9d\xb1\xe4\xba\xac \xf0\x9f\x8c\x8d \xe2\x80\x8f.";
    (void)state;

    expect(text, text);
    expect("", "");
}

static void controls_are_replaced(void **state)
{
    (void)state;
    expect("a\x1b[2Jb\x7f"
           "c\xc2\x9b"
           "d\r",
           "a" REPLACED "[2Jb" REPLACED "c" REPLACED "d" REPLACED);
}

static void what_turns_the_direction_of_other_text_is_replaced(void **state)
{
    (void)state;
    expect("\xe2\x80\xae"
           "evil\xe2\x80\xac",
           REPLACED "evil" REPLACED);
    expect("\xe2\x80\xaa\xe2\x81\xa6\xe2\x81\xa9\xe2\x81\xaa",
           REPLACED REPLACED REPLACED "\xe2\x81\xaa");
}

static void bytes_that_are_not_utf8_are_replaced(void **state)
{
    (void)state;
    expect("a\xff<\xc3", "a" REPLACED "&lt;" REPLACED);
    expect("\xc0\xbc"
           "script",
           REPLACED REPLACED "script"); /* an overlong `<` */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_character_that_means_something_becomes_a_reference),
        cmocka_unit_test(all_other_text_stays_as_it_is),
        cmocka_unit_test(controls_are_replaced),
        cmocka_unit_test(what_turns_the_direction_of_other_text_is_replaced),
        cmocka_unit_test(bytes_that_are_not_utf8_are_replaced),
    };

    return CS_RUN("html", tests);
}
