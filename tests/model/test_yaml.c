/* What model/yaml.h promises, one test for each promise. */
#include "model/yaml.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "model/text.h"
#include "tests/support/check.h"

static struct cs_yaml_document *parse(const char *text)
{
    struct cs_fault fault = { .stage = "test" };
    struct cs_yaml_document *document = NULL;

    if (cs_yaml_parse(&document, text, strlen(text), "f.yaml", &fault) != CS_OK)
        fail_msg("%s", fault.text);
    return document;
}

/* The words with which text (n_bytes) is refused. */
static void assert_refused_bytes(const char *text, size_t n_bytes, const char *words)
{
    struct cs_fault fault = { .stage = "test" };
    struct cs_yaml_document *document = NULL;

    assert_int_equal(cs_yaml_parse(&document, text, n_bytes, "f.yaml", &fault),
                     CS_CONFIG);
    assert_null(document);
    if (strstr(fault.text, words) == NULL)
        fail_msg("wanted `%s`, got `%s`", words, fault.text);
}

static void assert_refused(const char *text, const char *words)
{
    assert_refused_bytes(text, strlen(text), words);
}

static void a_tree_has_the_kinds_and_lines_of_the_file(void **state)
{
    struct cs_yaml_document *document =
        parse("# words\nname: x\nblock:\n  - 1\n  - {k: 'v'}\nempty: []\n");
    const struct cs_yaml *root = document->root, *block = cs_yaml_get(root, "block");
    (void)state;

    assert_int_equal(root->kind, CS_YAML_MAP);
    assert_int_equal(root->n_children, 3);
    assert_int_equal(cs_yaml_get(root, "name")->line, 2);
    assert_int_equal(block->kind, CS_YAML_LIST);
    assert_int_equal(block->line, 3);
    assert_string_equal(block->first->text, "1");
    assert_int_equal(block->first->line, 4);
    assert_int_equal(cs_yaml_get(block->first->next, "k")->line, 5);
    assert_int_equal(cs_yaml_get(root, "empty")->n_children, 0);
    assert_null(cs_yaml_get(root, "nam"));
    assert_null(cs_yaml_get(block, "k"));
    cs_yaml_free(document);
}

static void scalars_keep_their_text_and_whether_it_was_quoted(void **state)
{
    struct cs_yaml_document *document = parse("[1, \"1\", '1', 0x1F, ~, \"a\\\"b\", ü]");
    static const char *const texts[] = { "1", "1", "1", "0x1F", "~", "a\"b", "ü" };
    const struct cs_yaml *node = document->root->first;
    (void)state;

    for (size_t i = 0; i < COUNT(texts); i++, node = node->next) {
        assert_string_equal(node->text, texts[i]);
        assert_int_equal(node->quoted, i == 1 || i == 2 || i == 5);
        assert_int_equal(node->index, i);
    }
    assert_null(node);
    cs_yaml_free(document);
}

static void a_byte_order_mark_and_crlf_are_skipped(void **state)
{
    struct cs_yaml_document *document = parse("\xef\xbb\xbf"
                                              "a: 1\r\nb: 2\r\n");
    (void)state;

    assert_string_equal(cs_yaml_get(document->root, "a")->text, "1");
    assert_int_equal(cs_yaml_get(document->root, "b")->line, 2);
    cs_yaml_free(document);
}

static void what_is_not_plain_yaml_is_refused_with_its_line(void **state)
{
    static const struct {
        const char *text, *words;
    } cases[] = {
        { "", "f.yaml:1: is empty" },
        { "# words alone\n", "f.yaml:1: is empty" },
        { "a: 1\nb: &x 2\n", "f.yaml:2: has an anchor (&) or alias (*)" },
        { "a: 1\nb: *x\n", "f.yaml:2: has an anchor (&) or alias (*)" },
        { "a:\n  b: &x [1]\n", "f.yaml:2: a: has an anchor" },
        { "a: &x {b: 1}\n", "f.yaml:1: has an anchor" },
        { "a: !!str 1\n", "f.yaml:1: has a tag (!)" },
        { "a: !x [1]\n", "f.yaml:1: has a tag (!)" },
        { "a: !x {b: 1}\n", "f.yaml:1: has a tag (!)" },
        { "a: 1\n---\nb: 2\n", "f.yaml:2: a second document starts here" },
        { "a: 1\nb: 2\na: 3\n", "f.yaml:1: a: is given again on line 3; keep one" },
        { "x: {a: 1, a: 2}\n", "f.yaml:1: x.a: is given again on line 1" },
        { "[a, b]: 1\n", "f.yaml:1: has a list or map for a key" },
        { "{a: 1}: 1\n", "f.yaml:1: has a list or map for a key" },
        { "a: \"x\\ny\"\n", "f.yaml:1: has a line break or another control" },
        { "a: |\n  x\n  y\n", "has a line break or another control" },
        { "a: \"x\\0y\"\n", "has a line break or another control" },
        { "a: \"\\e[2J\"\n", "has a line break or another control" },
        { "\"\\x01\": 1\n", "has a line break or another control" },
        { "l:\n- {name: \"\\0\"}\n", "f.yaml:2: l[1]: has a line break" },
        { "a: [1\nb: 2\n", "f.yaml:2: is not YAML: " },
        { "a: 1\n b: 2\n", "f.yaml:2: is not YAML: " },
        { "a: 1\nb: \"\xff\"\n", "f.yaml:2: is not UTF-8 text: " },
        { "a: 1\nb: \x01\n", "f.yaml:2: is not UTF-8 text: " },
    };
    (void)state;

    for (size_t i = 0; i < COUNT(cases); i++)
        assert_refused(cases[i].text, cases[i].words);
    assert_refused_bytes("a\0b: 1\n", 7, "is not UTF-8 text");
}

/* Text made of n times part, between head and tail; the caller frees. */
static char *repeat(const char *head, const char *part, size_t n, const char *tail)
{
    struct cs_text text = { 0 };
    char *bytes = NULL;

    cs_text_add(&text, "%s", head);
    for (size_t i = 0; i < n; i++)
        cs_text_add(&text, "%s", part);
    cs_text_add(&text, "%s", tail);
    assert_ok(cs_text_take(&text, &bytes));
    return bytes;
}

/* The limit itself is taken, one more is refused. */
static void assert_bounded(const char *head, const char *part, size_t n_max,
                           const char *tail, const char *words)
{
    char *fits = repeat(head, part, n_max, tail);
    char *exceeds = repeat(head, part, n_max + 1, tail);

    cs_yaml_free(parse(fits));
    assert_refused(exceeds, words);
    free(fits);
    free(exceeds);
}

static void size_is_bounded(void **state)
{
    struct cs_text keys = { 0 };
    char *text = repeat("", "[", CS_YAML_DEPTH_MAX + 1, "");
    (void)state;

    assert_refused(text, "is nested too deeply");
    text[CS_YAML_DEPTH_MAX] = '\0';
    assert_refused(text, "is not YAML"); /* deep enough to be read, but never closed */
    free(text);
    assert_bounded("[", "1,", CS_YAML_NODES_MAX - 1, "]", "has too many entries");
    assert_bounded("a: ", "x", CS_YAML_TEXT_MAX, "",
                   "has a text of more than 4096 bytes");
    for (int i = 0; i <= CS_YAML_KEYS_MAX; i++)
        cs_text_add(&keys, "k%d: 1\n", i);
    assert_refused(keys.bytes, "f.yaml:65: has more than 64 keys");
    cs_text_wipe(&keys);
}

static void said_of(const struct cs_yaml *node, const char *key, const char *wanted)
{
    struct cs_fault fault = { .stage = "test" };

    assert_int_equal(cs_yaml_say(&fault, node, key, "is %s", "odd"), CS_CONFIG);
    assert_string_equal(fault.text, wanted);
}

static void words_name_the_line_and_the_path(void **state)
{
    struct cs_yaml_document *document =
        parse("a:\n- {k: 1}\n- {name: age, min: [3, 4]}\nb: 1\n");
    const struct cs_yaml *root = document->root, *list = cs_yaml_get(root, "a");
    const struct cs_yaml *named = list->first->next;
    (void)state;

    said_of(root, NULL, "f.yaml:1: is odd");
    said_of(root, "b", "f.yaml:4: b: is odd");
    said_of(root, "c", "f.yaml:1: c: is odd");
    said_of(cs_yaml_get(list->first, "k"), NULL, "f.yaml:2: a[1].k: is odd");
    said_of(cs_yaml_get(named, "min")->first->next, NULL,
            "f.yaml:3: a.age.min[2]: is odd");
    cs_yaml_free(document);
}

/* A path longer than the words for it is cut, not written beyond them. */
static void long_paths_are_cut(void **state)
{
    struct cs_fault fault = { .stage = "test" };
    char *text = repeat("", "a", 1000, ": {b: 1}");
    struct cs_yaml_document *document = NULL;
    (void)state;

    assert_int_equal(cs_yaml_parse(&document, text, strlen(text), "f.yaml", &fault),
                     CS_OK);
    cs_yaml_say(&fault, document->root->first->first, NULL, "is odd");
    assert_non_null(strstr(fault.text, ": is odd"));
    cs_yaml_free(document);
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_tree_has_the_kinds_and_lines_of_the_file),
        cmocka_unit_test(scalars_keep_their_text_and_whether_it_was_quoted),
        cmocka_unit_test(a_byte_order_mark_and_crlf_are_skipped),
        cmocka_unit_test(what_is_not_plain_yaml_is_refused_with_its_line),
        cmocka_unit_test(size_is_bounded),
        cmocka_unit_test(words_name_the_line_and_the_path),
        cmocka_unit_test(long_paths_are_cut),
    };
    return CS_RUN("model/yaml", tests);
}
