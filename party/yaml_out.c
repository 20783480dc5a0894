#include "party/yaml_out.h"

#include <string.h>

#define WORD "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.+"

void cs_yaml_out_quoted(FILE *stream, const char *text)
{
    fputc('"', stream);
    for (; *text != '\0'; text++) {
        if (*text == '"' || *text == '\\')
            fputc('\\', stream);
        fputc(*text, stream);
    }
    fputc('"', stream);
}

/* A dash at the start may open a list. */
static bool is_word(const char *text)
{
    return text[0] != '\0' && strspn(text, WORD) == strlen(text) &&
           (text[0] != '-' || (text[1] >= '0' && text[1] <= '9'));
}

void cs_yaml_out_text(FILE *stream, const char *text)
{
    if (is_word(text))
        fputs(text, stream);
    else
        cs_yaml_out_quoted(stream, text);
}

static void begin(FILE *stream, const struct cs_yaml *node, bool with_key)
{
    if (with_key) {
        cs_yaml_out_text(stream, node->key);
        fputs(": ", stream);
    }
    if (node->kind != CS_YAML_SCALAR)
        fputc(node->kind == CS_YAML_MAP ? '{' : '[', stream);
    else if (node->quoted)
        cs_yaml_out_quoted(stream, node->text);
    else
        cs_yaml_out_text(stream, node->text);
}

static void end(FILE *stream, const struct cs_yaml *node)
{
    if (node->kind != CS_YAML_SCALAR)
        fputc(node->kind == CS_YAML_MAP ? '}' : ']', stream);
}

void cs_yaml_out_node(FILE *stream, const struct cs_yaml *root)
{
    const struct cs_yaml *node = root;

    for (;;) {
        begin(stream, node, node != root && node->key != NULL);
        if (node->first != NULL) {
            node = node->first;
            continue;
        }
        for (end(stream, node); node != root && node->next == NULL; end(stream, node))
            node = node->parent;
        if (node == root)
            return;
        fputs(", ", stream);
        node = node->next;
    }
}
