/* What party/yaml_out.h promises, one test for each promise. */
#include "party/yaml_out.h"

#include <stdlib.h>
#include <string.h>

#include "tests/support/check.h"

static struct cs_yaml_document *parsed(const char *text)
{
    struct cs_yaml_document *document = NULL;
    struct cs_fault fault = { 0 };

    assert_ok(cs_yaml_parse(&document, text, strlen(text), "a.yaml", &fault));
    return document;
}

static char *written(const struct cs_yaml_document *document)
{
    char *text = NULL;
    size_t n_bytes;
    FILE *stream = open_memstream(&text, &n_bytes);

    cs_yaml_out_node(stream, document->root);
    assert_int_equal(fclose(stream), 0);
    return text;
}

static void a_tree_stands_on_one_line(void **state)
{
    static const char *const lines[][2] = {
        { "a: 1\nb:\n  - x\n  - {y: [], z: {}}\nc: {d: -2}\n",
          "{a: 1, b: [x, {y: [], z: {}}], c: {d: -2}}" },
        { "[[1, [2]], '3']", "[[1, [2]], \"3\"]" },
        { "word", "word" },
        { "{}", "{}" },
    };
    (void)state;

    for (size_t k = 0; k < COUNT(lines); k++) {
        struct cs_yaml_document *document = parsed(lines[k][0]);
        char *text = written(document);

        assert_string_equal(text, lines[k][1]);
        free(text);
        cs_yaml_free(document);
    }
}

static void any_text_reads_back_as_it_was(void **state)
{
    static const char *const texts[] = {
        ">50K",        "1) $0 - $100",
        "a: b",        "- x",
        "#no comment", "\"quoted\"",
        "\\",          "it's",
        "?",           "a, b",
        " spaces ",    "\xc3\xa9t\xc3\xa9",
        "[x]",         "{",
        "%Y",          "-",
        "*",           "&a",
    };
    (void)state;

    for (size_t k = 0; k < COUNT(texts); k++) {
        char *line = NULL;
        size_t n_bytes;
        FILE *stream = open_memstream(&line, &n_bytes);

        fputs("values: [", stream);
        cs_yaml_out_text(stream, texts[k]);
        fputs(", ", stream);
        cs_yaml_out_quoted(stream, texts[k]);
        fputs("]\n", stream);
        assert_int_equal(fclose(stream), 0);
        struct cs_yaml_document *document = parsed(line);
        const struct cs_yaml *values = cs_yaml_get(document->root, "values");
        assert_string_equal(values->first->text, texts[k]);
        assert_string_equal(values->last->text, texts[k]);
        cs_yaml_free(document);
        free(line);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_tree_stands_on_one_line),
        cmocka_unit_test(any_text_reads_back_as_it_was),
    };
    return CS_RUN("yaml_out", tests);
}
