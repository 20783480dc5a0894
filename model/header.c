#include "model/header.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NAME_BYTES 128      /* of a name that is compared with another, at most */
#define NEAR_DISTANCE_MAX 3 /* edits between names of which one may be meant */

struct search {
    const struct cs_header *header;
    const char *file_name;
    struct cs_fault *fault;
};

enum cs_status cs_header_add(struct cs_header *header, const char *name, size_t n_bytes)
{
    char **names = realloc(header->names, (header->n_names + 1) * sizeof *names);

    if (names == NULL)
        return CS_MEMORY;
    header->names = names;
    names[header->n_names] = strndup(name, n_bytes);
    return names[header->n_names++] == NULL ? CS_MEMORY : CS_OK;
}

static size_t min(size_t x, size_t y)
{
    return x < y ? x : y;
}

/* Edits that turn one name into the other: Wagner and Fischer, "The String-to-String
 * Correction Problem", 1974, one row of the matrix at a time. */
static size_t distance(const char *from, const char *to)
{
    const size_t n_from = strlen(from), n_to = strlen(to);
    size_t row[NAME_BYTES];

    if (n_from >= NAME_BYTES || n_to >= NAME_BYTES)
        return SIZE_MAX;
    for (size_t j = 0; j <= n_to; j++)
        row[j] = j;
    for (size_t i = 1; i <= n_from; i++) {
        size_t diagonal = row[0];

        row[0] = i;
        for (size_t j = 1; j <= n_to; j++) {
            const size_t change = diagonal + (from[i - 1] != to[j - 1]);

            diagonal = row[j];
            row[j] = min(change, min(row[j], row[j - 1]) + 1);
        }
    }
    return row[n_to];
}

static const char *nearest(const struct cs_header *header, const char *name)
{
    size_t least = min(NEAR_DISTANCE_MAX, strlen(name) / 2) + 1;
    const char *found = NULL;

    for (size_t i = 0; i < header->n_names; i++) {
        const size_t edits = distance(header->names[i], name);

        if (edits < least) {
            least = edits;
            found = header->names[i];
        }
    }
    return found;
}

static void list_names(char *list, size_t n_bytes, const struct cs_header *header)
{
    size_t n = 0;

    list[0] = '\0';
    for (size_t i = 0; i < header->n_names && n < n_bytes; i++)
        n += (size_t)snprintf(list + n, n_bytes - n, "%s\"%s\"", i == 0 ? "" : ", ",
                              header->names[i]);
    if (n >= n_bytes)
        memcpy(list + n_bytes - 4, "...", 4);
}

static enum cs_status say_missing(const struct search *search, const char *name)
{
    const char *near = nearest(search->header, name);
    char list[400];

    list_names(list, sizeof list, search->header);
    return cs_fault_say(search->fault, CS_INPUT,
                        "%s:1: the header has no column \"%s\"%s%s%s (names are compared "
                        "with case and spaces); it has %s",
                        search->file_name, name, near == NULL ? "" : "; is \"",
                        near == NULL ? "" : near, near == NULL ? "" : "\" meant?", list);
}

/* The one field of that name. */
static enum cs_status find(size_t *field, const struct search *search, const char *name)
{
    size_t n_found = 0;

    for (size_t i = search->header->n_names; i-- > 0;) {
        if (strcmp(search->header->names[i], name) != 0)
            continue;
        *field = i;
        n_found++;
    }
    if (n_found == 0)
        return say_missing(search, name);
    if (n_found > 1)
        return cs_fault_say(search->fault, CS_INPUT,
                            "%s:1: the header has the column \"%s\" %zu times; rename or "
                            "remove all but one",
                            search->file_name, name, n_found);
    return CS_OK;
}

static enum cs_status set_role(const struct search *search, const char *name, int role)
{
    enum cs_status st = CS_OK;
    size_t field = 0;

    CS_TRY(find(&field, search, name));
    if (search->header->role[field] != CS_HEADER_UNUSED)
        return cs_fault_say(search->fault, CS_CONFIG,
                            "%s: the column \"%s\" is an identifier, which is never "
                            "modelled; take it out of the study's columns",
                            search->file_name, name);
    search->header->role[field] = role;
out:
    return st;
}

enum cs_status cs_header_match(struct cs_header *header, const struct cs_schema *schema,
                               enum cs_party party, const char *const *ids, size_t n_ids,
                               const char *file_name, struct cs_fault *fault)
{
    const struct search search = { header, file_name, fault };
    const size_t n_columns = schema->n_order[party];
    enum cs_status st = CS_MEMORY;
    size_t n = 0;

    header->role = calloc(header->n_names + 1, sizeof *header->role);
    header->file_order = calloc(n_columns + 1, sizeof *header->file_order);
    if (header->role == NULL || header->file_order == NULL)
        goto out;
    for (size_t i = 0; i < header->n_names; i++)
        header->role[i] = CS_HEADER_UNUSED;
    for (size_t k = 0; k < n_ids; k++)
        CS_TRY(set_role(&search, ids[k], CS_HEADER_ID - (int)k));
    for (size_t k = 0; k < n_columns; k++)
        CS_TRY(set_role(&search, schema->columns[schema->order[party][k]].name, (int)k));
    for (size_t i = 0; i < header->n_names; i++) {
        if (header->role[i] >= 0)
            header->file_order[n++] = schema->order[party][header->role[i]];
    }
out:
    return st;
}

void cs_header_wipe(struct cs_header *header)
{
    for (size_t i = 0; i < header->n_names; i++)
        free(header->names[i]);
    free(header->names);
    free(header->role);
    free(header->file_order);
    memset(header, 0, sizeof *header);
}
