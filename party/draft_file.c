#include "party/draft_file.h"

#include <inttypes.h>
#include <string.h>

#include "model/value.h"
#include "party/yaml_out.h"

#define MARK "  # from your rows: "

static void write_head(FILE *stream, const struct cs_draft_file *file)
{
    fprintf(
        stream,
        "# A study, the part of %c: PROPOSED FROM ITS ROWS, TO BE REVIEWED BEFORE "
        "ANYBODY ELSE SEES IT.\n"
        "#\n"
        "# Levels and bounds below were read from the rows, without noise; nothing "
        "was charged for\n"
        "# them. No level is here that fewer than %d rows hold, and bounds pass by as "
        "many at either\n"
        "# end: that is care, not differential privacy. What is left here when you "
        "send it is known\n"
        "# to the other party, and stands in the outputs of every run.\n"
        "#\n"
        "# So go through all lines marked `from your rows`. Put what is known without "
        "the rows in\n"
        "# place of what was found in them: a list of codes, the range of a scale. "
        "Take out columns\n"
        "# that the study does not need, and levels that would tell something.\n"
        "#\n"
        "# Then exchange parts with the other party; one of you joins them, and both "
        "use the result:\n"
        "#     cosynth init THIS.yaml --merge THEIRS.yaml --output study.yaml\n",
        "ab"[file->party], CS_RARE);
}

static void write_party(FILE *stream, const struct cs_draft_file *file)
{
    const bool known = file->fingerprint[0] != '\0';

    fprintf(stream,
            "%sparties: {%c: {fingerprint: \"%s\"}}  # as `cosynth keygen` prints it\n",
            known ? "" : "# ", "ab"[file->party],
            known ? file->fingerprint : "sha256:..");
}

static void write_link(FILE *stream, const struct cs_draft_file *file)
{
    if (file->id->n < 2) {
        fputs("link: aligned  # the same people in the same order at both; else: "
              "private\n",
              stream);
        return;
    }
    fputs("link: private\nidentifiers: [", stream);
    for (size_t k = 0; k < file->id->n; k++)
        fputs(k > 0 ? ", trim" : "trim", stream);
    fputs("]  # how each is compared: raw, trim, lower, email or phone\n", stream);
}

/* A power of ten, below a tenth of a person's share. */
static const char *delta_of(uint64_t n_rows)
{
    if (n_rows <= 100000)
        return "1.0e-6";
    return n_rows <= 1000000 ? "1.0e-7" : "1.0e-9";
}

static void write_privacy(FILE *stream, const struct cs_draft_file *file)
{
    fprintf(
        stream,
        "privacy:\n"
        "  epsilon: 3  # the most that a run tells of a person; 1 is strict, beyond 8 "
        "says little\n"
        "  delta: %s  # the chance that epsilon does not hold; well below 1 / "
        "people\n",
        delta_of(file->n_rows));
}

static void write_levels(FILE *stream, const char *key,
                         const struct cs_argument_list *levels)
{
    fprintf(stream, ", %s: [", key);
    for (size_t k = 0; k < levels->n; k++) {
        fputs(k > 0 ? ", " : "", stream);
        cs_yaml_out_quoted(stream, levels->value[k]);
    }
    fputc(']', stream);
}

static void write_role(FILE *stream, const struct cs_draft_file *file)
{
    const bool is_a = file->party == CS_A;

    if (file->role == NULL) {
        fprintf(stream, "# %s  # <- still to be said\n",
                is_a ? "arm: {column: .., test: [..], control: [..]}"
                     : "conversion: {column: .., converted: [..]}");
        return;
    }
    fprintf(stream, "%s: {column: ", is_a ? "arm" : "conversion");
    cs_yaml_out_text(stream, file->role->column.name);
    write_levels(stream, is_a ? "test" : "converted", &file->first);
    if (is_a)
        write_levels(stream, "control", &file->second);
    fputs("}" MARK "the levels, and a guess unless you said which\n", stream);
}

static void write_bound(FILE *stream, const char *key, const struct cs_column *column,
                        int64_t grid)
{
    char text[CS_VALUE_BYTES];

    cs_value_format(text, column, grid);
    fprintf(stream, ", %s: ", key);
    cs_yaml_out_text(stream, text);
}

static void write_numeric(FILE *stream, const struct cs_column *column)
{
    static const char *const names[] = {
        [CS_INTEGER] = "integer", [CS_NUMBER] = "number", [CS_DATE] = "date"
    };

    fputs(names[column->type], stream);
    if (column->type == CS_NUMBER)
        fprintf(stream, ", decimals: %u", column->decimals);
    if (column->type == CS_DATE) {
        fputs(", format: ", stream);
        cs_yaml_out_quoted(stream, column->date_format);
    }
    write_bound(stream, "min", column, column->min);
    write_bound(stream, "max", column, column->max);
}

static void write_category(FILE *stream, const struct cs_column *column)
{
    fputs("category, values: [", stream);
    for (size_t k = 0; k < column->n_values; k++) {
        fputs(k > 0 ? ", " : "", stream);
        cs_yaml_out_quoted(stream, column->values[k]);
    }
    fputc(']', stream);
}

/* Which part of the declaration the rows have said. */
static void write_mark(FILE *stream, const struct cs_draft *draft)
{
    static const char *const found[] = { [CS_CATEGORY] = "levels",
                                         [CS_INTEGER] = "type, bounds",
                                         [CS_NUMBER] = "type, decimals, bounds",
                                         [CS_DATE] = "type, format, bounds" };

    fprintf(stream, MARK "%s", found[draft->column.type]);
    if (draft->column.nullable)
        fputs(", empty fields", stream);
    if (draft->n_unlisted > 0)
        fputs("; others count as `other`", stream);
    if (draft->n_misfits > 0)
        fputs("; SOME FIELDS DO NOT FIT: correct them in the data", stream);
    if (draft->other_format != NULL)
        fprintf(stream, "; or is it %s?", draft->other_format);
    fputc('\n', stream);
}

static void write_column(FILE *stream, const struct cs_draft *draft)
{
    fputs("    - {name: ", stream);
    cs_yaml_out_text(stream, draft->column.name);
    fputs(", type: ", stream);
    if (draft->column.type == CS_CATEGORY)
        write_category(stream, &draft->column);
    else
        write_numeric(stream, &draft->column);
    fputs(draft->column.nullable ? ", nullable: true}" : "}", stream);
    write_mark(stream, draft);
}

static void write_columns(FILE *stream, const struct cs_draft_file *file)
{
    fputs("columns:  # from your rows: review; agreed levels and bounds become public to "
          "the peer\n",
          stream);
    fputs("  # in place of `values`, `discover: 20` lets the run find at most so many, "
          "with noise and at a price\n",
          stream);
    fprintf(stream, "  %c:\n", "ab"[file->party]);
    for (size_t k = 0; k < file->n_drafts; k++)
        if (file->drafts[k].left_out == NULL)
            write_column(stream, &file->drafts[k]);
    fprintf(stream, "  # %c: the other party's part goes here, see --merge above\n",
            "ba"[file->party]);
}

void cs_draft_file_write(FILE *stream, const struct cs_draft_file *file)
{
    write_head(stream, file);
    fputs("study: experiment  # the same name in both parts\n", stream);
    write_party(stream, file);
    write_link(stream, file);
    write_privacy(stream, file);
    write_role(stream, file);
    write_columns(stream, file);
}

static void tell_column(FILE *stream, const struct cs_draft *draft)
{
    const char *name = draft->column.name;

    if (draft->left_out != NULL)
        fprintf(stream, "column %s: left out: %s\n", name, draft->left_out);
    if (draft->n_unlisted > 0)
        fprintf(stream,
                "column %s: %zu levels are listed; %" PRIu64
                " rows have others, which count as `other`\n",
                name, draft->column.n_values, draft->n_unlisted);
    if (draft->n_misfits > 0)
        fprintf(
            stream,
            "column %s: %" PRIu64 " fields are no %s: `cosynth check` will say where; "
            "correct them, or declare a category\n",
            name, draft->n_misfits, draft->column.type == CS_DATE ? "date" : "number");
    if (draft->other_format != NULL)
        fprintf(stream, "column %s: is the format %s, or %s? Both fit\n", name,
                draft->column.date_format, draft->other_format);
}

static void tell_node(FILE *stream, const struct cs_draft_file *file)
{
    const bool several = file->id->n > 1;

    fprintf(stream, "for the node file: party: %c, data: %s, id: %s", "ab"[file->party],
            file -> data, several ? "[" : "");
    for (size_t k = 0; k < file->id->n; k++)
        fprintf(stream, "%s%s", k > 0 ? ", " : "", file->id->value[k]);
    fputs(several            ? "]\n"
          : file->id->n == 0 ? "the column that identifies a person\n"
                             : "\n",
          stream);
}

void cs_draft_file_tell(FILE *stream, const struct cs_draft_file *file)
{
    fprintf(stream, "%" PRIu64 " rows; what follows has counts of them, for you alone\n",
            file->n_rows);
    for (size_t k = 0; k < file->n_drafts; k++)
        tell_column(stream, &file->drafts[k]);
    tell_node(stream, file);
    fputs("NOT PRIVATE: the proposal was read from your rows without noise; review every "
          "line marked\n`from your rows` before anybody else sees it\n",
          stream);
}
