/* The canonical form of a study, its digest, and how two of them differ. */
#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "model/study_parts.h"
#include "model/value.h"

#define CLIP_BYTES 120 /* of a path or value in words */

static bool is_plain(const char *name)
{
    return name[strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                             "0123456789_-")] == '\0';
}

static void write_values(struct cs_text *text, const char *prefix,
                         const struct cs_column *column)
{
    if (column->discover > 0)
        cs_text_add(text, "%s.discover = %zu\n", prefix, column->discover);
    for (size_t i = 0; i < column->n_values; i++) {
        cs_text_add(text, "%s.values[%zu] = ", prefix, i + 1);
        cs_text_add_quoted(text, column->values[i]);
        cs_text_add(text, "\n");
    }
}

/* Where each bin begins; the last one ends with `max`. */
static void write_edges(struct cs_text *text, const char *prefix,
                        const struct cs_column *column)
{
    char value[CS_VALUE_BYTES];

    for (size_t k = 0; column->edges != NULL && k < column->n_bins; k++) {
        cs_value_format(value, column, column->edges[k]);
        cs_text_add(text, "%s.edges[%zu] = %s\n", prefix, k + 1, value);
    }
}

static void write_numeric(struct cs_text *text, const char *prefix,
                          const struct cs_column *column)
{
    char min[CS_VALUE_BYTES], max[CS_VALUE_BYTES];

    cs_value_format(min, column, column->min);
    cs_value_format(max, column, column->max);
    cs_text_add(text, "%s.decimals = %u\n", prefix, column->decimals);
    if (column->type == CS_DATE) {
        cs_text_add(text, "%s.format = ", prefix);
        cs_text_add_quoted(text, column->date_format);
        cs_text_add(text, "\n");
    }
    cs_text_add(text, "%s.min = %s\n%s.max = %s\n", prefix, min, prefix, max);
    cs_text_add(text, "%s.bins = %zu\n", prefix, column->n_bins);
    cs_text_add(text, "%s.edges = %s\n", prefix,
                column->binning == CS_BINS_QUANTILES ? "quantiles" : "declared");
    write_edges(text, prefix, column);
}

void cs_study_write_column(struct cs_text *text, const char *prefix,
                           const struct cs_column *column)
{
    static const char *const types[] = { "category", "integer", "number", "date" };

    cs_text_add(text, "%s.type = %s\n", prefix, types[column->type]);
    cs_text_add(text, "%s.nullable = %s\n", prefix, column->nullable ? "true" : "false");
    if (cs_column_is_numeric(column))
        write_numeric(text, prefix, column);
    else
        write_values(text, prefix, column);
}

/* `columns.<party>.<name> = <its place>` and its declaration, where it stands first. */
static void write_columns(struct cs_text *text, const struct cs_schema *schema,
                          enum cs_party party)
{
    for (size_t i = 0; i < schema->n_order[party]; i++) {
        const struct cs_column *column = &schema->columns[schema->order[party][i]];
        struct cs_text prefix = { 0 };

        cs_text_add(&prefix, "columns.%c.", party == CS_A ? 'a' : 'b');
        if (is_plain(column->name))
            cs_text_add(&prefix, "%s", column->name);
        else
            cs_text_add_quoted(&prefix, column->name);
        text->failed = text->failed || prefix.failed;
        if (!text->failed) {
            cs_text_add(text, "%s = column %zu\n", prefix.bytes, i + 1);
            if (party == CS_A || !column->at[CS_A])
                cs_study_write_column(text, prefix.bytes, column);
        }
        cs_text_wipe(&prefix);
    }
}

static void write_levels(struct cs_text *text, const char *path,
                         const struct cs_column *column, struct cs_levels levels)
{
    for (size_t code = 0; code < column->n_values; code++) {
        cs_text_add(text, "%s.", path);
        cs_text_add_quoted(text, column->values[code]);
        cs_text_add(text, " = %s\n", cs_levels_has(levels, code) ? "in" : "not in");
    }
}

static void write_name(struct cs_text *text, const char *path,
                       const struct cs_column *column)
{
    cs_text_add(text, "%s = ", path);
    cs_text_add_quoted(text, column->name);
    cs_text_add(text, "\n");
}

/* The test arm that a list alone makes is written as one. */
static void write_tests(struct cs_text *text, const struct cs_study *study)
{
    const struct cs_column *arm = &study->schema.columns[study->arm];

    if (study->n_tests == 1 && strcmp(study->tests[0].name, CS_ONLY_TEST) == 0) {
        write_levels(text, "arm.test", arm, study->tests[0].levels);
        return;
    }
    for (size_t i = 0; i < study->n_tests; i++) {
        char path[32];

        snprintf(path, sizeof path, "arm.test[%zu]", i + 1);
        cs_text_add(text, "%s = ", path);
        cs_text_add_quoted(text, study->tests[i].name);
        cs_text_add(text, "\n");
        write_levels(text, path, arm, study->tests[i].levels);
    }
}

static void write_outcome(struct cs_text *text, const struct cs_study *study, size_t i)
{
    const struct cs_outcome_spec *outcome = &study->outcomes[i];
    const struct cs_column *column = &study->schema.columns[outcome->column];
    char path[48];

    snprintf(path, sizeof path, "outcomes[%zu].column", i);
    write_name(text, path, column);
    snprintf(path, sizeof path, "outcomes[%zu].converted", i);
    if (outcome->is_mean)
        cs_text_add(text, "outcomes[%zu].value = mean\noutcomes[%zu].missing = %s\n", i,
                    i, outcome->leaves_out_missing ? "excluded" : "zero");
    else
        write_levels(text, path, column, outcome->converted);
}

static void write_pair(struct cs_text *text, const struct cs_study *study, size_t i)
{
    char name[2][CS_COLUMN_NAME_BYTES];

    for (size_t k = 0; k < 2; k++)
        cs_schema_name(name[k], &study->schema, study->pairs[i][k]);
    cs_text_add(text, "pairs[%zu] = ", i + 1);
    cs_text_add_quoted(text, name[0]);
    cs_text_add(text, " x ");
    cs_text_add_quoted(text, name[1]);
    cs_text_add(text, "\n");
}

static void write_question(struct cs_text *text, const struct cs_study *study)
{
    const struct cs_column *arm = &study->schema.columns[study->arm];
    const struct cs_column *conversion = &study->schema.columns[study->conversion];

    write_name(text, "arm.column", arm);
    write_tests(text, study);
    write_levels(text, "arm.control", arm, study->control);
    write_name(text, "conversion.column", conversion);
    write_levels(text, "conversion.converted", conversion, study->outcomes[0].converted);
    for (size_t i = 1; i < study->n_outcomes; i++)
        write_outcome(text, study, i);
    for (size_t i = 0; i < study->n_pairs; i++)
        write_pair(text, study, i);
}

static void write_fingerprints(struct cs_text *text, const struct cs_study *study)
{
    for (int party = CS_A; party <= CS_B; party++) {
        cs_text_add(text, "parties.%c.fingerprint = ", party == CS_A ? 'a' : 'b');
        if (!study->has_fingerprints)
            cs_text_add(text, "none\n");
        else
            cs_text_add(text, "sha256:");
        for (size_t i = 0; i < CS_DIGEST_BYTES && study->has_fingerprints; i++)
            cs_text_add(text, "%02x", study->fingerprint[party][i]);
        cs_text_add(text, "%s", study->has_fingerprints ? "\n" : "");
    }
}

static void write_layers(struct cs_text *text, const struct cs_generator_spec *generator)
{
    for (size_t i = 0; i < generator->n_layers; i++)
        cs_text_add(text, "generator.layers[%zu] = %zu\n", i + 1, generator->layers[i]);
}

enum cs_status cs_study_set_canonical(struct cs_study *study)
{
    struct cs_text text = { 0 };

    for (size_t i = 0; i < CS_N_SECTIONS; i++) {
        const struct cs_section *section = cs_study_section(i);
        if (section->path != NULL)
            cs_fields_write(&text, section->path, section, study);
    }
    cs_study_write_identifiers(&text, study);
    write_layers(&text, &study->generator);
    write_fingerprints(&text, study);
    write_question(&text, study);
    write_columns(&text, &study->schema, CS_A);
    write_columns(&text, &study->schema, CS_B);
    const enum cs_status st = cs_text_take(&text, &study->canonical);
    if (st == CS_OK)
        crypto_generichash(study->digest, sizeof study->digest,
                           (const unsigned char *)study->canonical,
                           strlen(study->canonical), NULL, 0);
    return st;
}

/* One line of a canonical form: `path = value`. */
struct line {
    const char *path, *value; /* not NUL-terminated */
    size_t n_path, n_value;
};

/* The line at *at, which moves to the next; false at the end. */
static bool next_line(struct line *line, const char **at)
{
    const size_t n = strcspn(*at, "\n");
    size_t n_path = 0;

    if (**at == '\0')
        return false;
    while (n_path < n && strncmp(*at + n_path, " = ", 3) != 0)
        n_path++;
    const size_t start = n_path + 3 < n ? n_path + 3 : n;
    *line = (struct line){ *at, *at + start, n_path, n - start };
    *at += n + ((*at)[n] == '\n');
    return true;
}

static bool same_path(const struct line *a, const struct line *b)
{
    return a->n_path == b->n_path && memcmp(a->path, b->path, a->n_path) == 0;
}

static bool same_line(const struct line *a, const struct line *b)
{
    return same_path(a, b) && a->n_value == b->n_value &&
           memcmp(a->value, b->value, a->n_value) == 0;
}

/* The line of form with the path of wanted. */
static bool find_path(struct line *line, const char *form, const struct line *wanted)
{
    while (next_line(line, &form))
        if (same_path(line, wanted))
            return true;
    return false;
}

/* A clipped copy without control characters, cut between two characters of UTF-8. */
static void clip(char out[static CLIP_BYTES + 1], const char *text, size_t n_bytes)
{
    size_t n = n_bytes < CLIP_BYTES ? n_bytes : CLIP_BYTES;

    while (n > 0 && n < n_bytes && ((unsigned char)text[n] & 0xc0) == 0x80)
        n--;
    for (size_t i = 0; i < n; i++)
        out[i] = (unsigned char)text[i] < 0x20 || text[i] == 0x7f ? '?' : text[i];
    out[n] = '\0';
}

/* here or peer: NULL where that form lacks the path. */
static void write_difference(char *words, size_t n_words, const struct line *here,
                             const struct line *peer)
{
    char path[CLIP_BYTES + 1], mine[CLIP_BYTES + 1] = "", theirs[CLIP_BYTES + 1] = "";
    const struct line *named = here != NULL ? here : peer;

    clip(path, named->path, named->n_path);
    if (here != NULL)
        clip(mine, here->value, here->n_value);
    if (peer != NULL)
        clip(theirs, peer->value, peer->n_value);
    snprintf(words, n_words, "%s: %s%s, %s%s", path, here != NULL ? "here " : "not here",
             mine, peer != NULL ? "at the peer " : "not at the peer", theirs);
}

/* Whether the other form lacks the line or has it with another value, which is told. */
static bool tell_difference(char *words, size_t n_words, const struct line *line,
                            const char *other, bool line_is_here)
{
    struct line found;
    const bool is_found = find_path(&found, other, line);
    const struct line *there = is_found ? &found : NULL;

    if (is_found && same_line(&found, line))
        return false;
    write_difference(words, n_words, line_is_here ? line : there,
                     line_is_here ? there : line);
    return true;
}

bool cs_study_difference(char *words, size_t n_words, const char *here, const char *peer)
{
    const char *at_here = here, *at_peer = peer;
    struct line mine, theirs;
    bool has_mine, has_theirs;

    do {
        has_mine = next_line(&mine, &at_here);
        has_theirs = next_line(&theirs, &at_peer);
        if (!has_mine && !has_theirs)
            return false;
    } while (has_mine && has_theirs && same_line(&mine, &theirs));

    if ((has_mine && tell_difference(words, n_words, &mine, peer, true)) ||
        (has_theirs && tell_difference(words, n_words, &theirs, here, false)))
        return true;
    snprintf(words, n_words, "the order of fields is another at the peer");
    return true;
}
