#include "party/join_parts.h"

#include <stdlib.h>
#include <string.h>

#include "model/study_parts.h"
#include "party/yaml_out.h"

struct joiner {
    FILE *stream;
    struct cs_fault *fault;
};

static enum cs_status text_of(char **text, const struct cs_yaml *node)
{
    size_t n_bytes;
    FILE *stream = open_memstream(text, &n_bytes);

    if (stream == NULL)
        return CS_MEMORY;
    cs_yaml_out_node(stream, node);
    return fclose(stream) == 0 ? CS_OK : CS_MEMORY;
}

/* Both say it: the same, or somebody must decide. */
static enum cs_status compare(const struct joiner *j, const struct cs_yaml *one,
                              const struct cs_yaml *other)
{
    char *here = NULL, *there = NULL;
    enum cs_status st;

    CS_TRY(text_of(&here, one));
    CS_TRY(text_of(&there, other));
    if (strcmp(here, there) != 0)
        st = cs_yaml_say(j->fault, one, NULL,
                         "is not the same in %s, line %u; agree on one of them",
                         other->document->file_name, other->line);
out:
    free(here);
    free(there);
    return st;
}

static bool has_column(const struct cs_yaml *list, const char *name)
{
    for (const struct cs_yaml *item = list->first; item != NULL; item = item->next) {
        const struct cs_yaml *other = cs_yaml_get(item, "name");

        if (other != NULL && other->text != NULL && strcmp(other->text, name) == 0)
            return true;
    }
    return false;
}

/* Bins of a column that both parties have cannot be estimated by one of them. */
static enum cs_status needs_equal_bins(bool *needs, const struct joiner *j,
                                       const struct cs_yaml *item,
                                       const struct cs_yaml *peers)
{
    const struct cs_yaml *name = cs_yaml_get(item, "name");
    struct cs_column column;

    *needs = false;
    if (peers == NULL || name == NULL || name->text == NULL ||
        !has_column(peers, name->text))
        return CS_OK;
    const enum cs_status st = cs_study_read_column(&column, item, j->fault);
    if (st != CS_OK)
        return st;
    *needs = cs_column_is_numeric(&column) && column.binning == CS_BINS_QUANTILES;
    cs_column_wipe(&column);
    return CS_OK;
}

static enum cs_status write_item(const struct joiner *j, const struct cs_yaml *item,
                                 const struct cs_yaml *peers)
{
    char *text = NULL;
    bool needs_equal;
    enum cs_status st;

    CS_TRY(needs_equal_bins(&needs_equal, j, item, peers));
    CS_TRY(text_of(&text, item));
    if (needs_equal)
        text[strlen(text) - 1] = '\0'; /* the map's brace */
    fprintf(j->stream, "    - %s%s\n", text, needs_equal ? ", spacing: equal}" : "");
out:
    free(text);
    return st;
}

/* A list of maps has a line for each; peers: the other party's list, or NULL. */
static enum cs_status write_value(const struct joiner *j, const struct cs_yaml *node,
                                  const struct cs_yaml *peers)
{
    enum cs_status st = CS_OK;

    if (node->kind != CS_YAML_LIST) {
        fputc(' ', j->stream);
        cs_yaml_out_node(j->stream, node);
        fputc('\n', j->stream);
        return CS_OK;
    }
    fputc('\n', j->stream);
    for (const struct cs_yaml *item = node->first; item != NULL; item = item->next)
        CS_TRY(write_item(j, item, peers));
out:
    return st;
}

/* A map of the parties, which may stand in either part. */
static enum cs_status join_parties(const struct joiner *j, const struct cs_yaml *one,
                                   const struct cs_yaml *other)
{
    static const char *const keys[] = { "a", "b" };
    const struct cs_yaml *value[2];
    enum cs_status st = CS_OK;

    for (size_t k = 0; k < 2; k++) {
        const struct cs_yaml *here = cs_yaml_get(one, keys[k]);
        const struct cs_yaml *there = cs_yaml_get(other, keys[k]);

        if (here != NULL && there != NULL)
            CS_TRY(compare(j, here, there));
        value[k] = here != NULL ? here : there;
    }
    fprintf(j->stream, "%s:\n", one->key);
    for (size_t k = 0; k < 2; k++) {
        if (value[k] == NULL)
            continue;
        fprintf(j->stream, "  %s:", keys[k]);
        CS_TRY(write_value(j, value[k], value[!k]));
    }
out:
    return st;
}

static bool is_of_parties(const struct cs_yaml *node)
{
    return node->kind == CS_YAML_MAP &&
           (strcmp(node->key, "columns") == 0 || strcmp(node->key, "parties") == 0);
}

static enum cs_status join_key(const struct joiner *j, const struct cs_yaml *here,
                               const struct cs_yaml *there)
{
    if (is_of_parties(here) && (there == NULL || is_of_parties(there)))
        return join_parties(j, here, there != NULL ? there : here);
    const enum cs_status st = there != NULL ? compare(j, here, there) : CS_OK;
    if (st == CS_OK) {
        cs_yaml_out_text(j->stream, here->key);
        fputs(": ", j->stream);
        cs_yaml_out_node(j->stream, here);
        fputc('\n', j->stream);
    }
    return st;
}

static enum cs_status need_map(const struct joiner *j, const struct cs_yaml *root)
{
    return root->kind == CS_YAML_MAP
               ? CS_OK
               : cs_yaml_say(j->fault, root, NULL,
                             "is not a part of a study; name what `cosynth init` wrote");
}

enum cs_status cs_join_parts(FILE *stream, const struct cs_yaml_document *one,
                             const struct cs_yaml_document *other, struct cs_fault *fault)
{
    const struct joiner j = { stream, fault };
    enum cs_status st = CS_OK;

    CS_TRY(need_map(&j, one->root));
    CS_TRY(need_map(&j, other->root));
    for (const struct cs_yaml *key = one->root->first; key != NULL; key = key->next)
        CS_TRY(join_key(&j, key, cs_yaml_get(other->root, key->key)));
    for (const struct cs_yaml *key = other->root->first; key != NULL; key = key->next)
        if (cs_yaml_get(one->root, key->key) == NULL)
            CS_TRY(join_key(&j, key, NULL));
out:
    return st;
}
