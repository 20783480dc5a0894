#include "party/demo_study.h"

#include "party/demo_columns.h"

#define STORY                                                                            \
    "# An e-mail experiment that never took place: a sent the e-mails, b has the "       \
    "shop.\n"

static void write_linkage(FILE *stream, const struct cs_demo_identifiers *identifiers)
{
    fputs("link: private\n"
          "unlinked: not-converted\n"
          "identifiers: [",
          stream);
    for (size_t k = 0; k < identifiers->n; k++)
        fprintf(stream, "%s%s", k == 0 ? "" : ", ",
                cs_demo_kind_words[identifiers->kinds[k]].declaration);
    fputs("]\n", stream);
}

static void write_private_head(FILE *stream,
                               const struct cs_demo_identifiers *identifiers)
{
    fputs(STORY
          "# Each file has an order of its own, some people are at one party alone,\n"
          "# and neither party learns who is at both.\n",
          stream);
    if (identifiers->n > 1 || identifiers->kinds[0] != CS_DEMO_ID)
        fputs(
            "# Each writes e-mail addresses and telephone numbers in its own way;\n"
            "# some are missing, some are placeholders. So not all can be found: a row\n"
            "# of b counts under its first identifier, a row of a is looked up by "
            "each.\n",
            stream);
    fputs("# truth.json has how many are found, and the effect under both rules of\n"
          "# `unlinked`.\n"
          "study: demo-email-private\n",
          stream);
    write_linkage(stream, identifiers);
}

static void write_head(FILE *stream, const struct cs_demo_options *options)
{
    if (options->link == CS_LINK_PRIVATE)
        write_private_head(stream, &options->identifiers);
    else
        fputs(STORY "# truth.json has the effect that was planted.\n"
                    "study: demo-email\n"
                    "link: aligned\n",
              stream);
}

static void write_column(FILE *stream, const struct cs_demo_column *column)
{
    if (column->values == NULL) {
        fprintf(stream, "    - {name: %s, %s}\n", column->name, column->declaration);
        return;
    }
    fprintf(stream, "    - {name: %s, type: category, values: [", column->name);
    for (size_t k = 0; column->values[k] != NULL; k++)
        fprintf(stream, "%s\"%s\"", k == 0 ? "" : ", ", column->values[k]);
    fputs("]}\n", stream);
}

static void write_columns(FILE *stream, const struct cs_demo_options *options,
                          enum cs_party party)
{
    const struct cs_demo_column *columns[CS_DEMO_COLUMNS_MAX];
    const size_t n_columns = cs_demo_columns_at(columns, options->columns, party);

    fprintf(stream, "  %s:\n", party == CS_A ? "a" : "b");
    for (size_t k = 0; k < n_columns; k++)
        write_column(stream, columns[k]);
}

void cs_demo_study_write(FILE *stream, const struct cs_demo_options *options)
{
    write_head(stream, options);
    fputs("privacy: {epsilon: 3, delta: 1.0e-6}\n"
          "arm: {column: arm, test: [test], control: [control]}\n"
          "conversion: {column: converted, converted: [\"yes\"]}\n"
          "columns:\n",
          stream);
    write_columns(stream, options, CS_A);
    write_columns(stream, options, CS_B);
    fputs("generator: {kind: vae, latent: 8, layers: [128, 128], activation: relu}\n"
          "seed: 1\n",
          stream);
}

static void write_id(FILE *stream, const struct cs_demo_options *options)
{
    const struct cs_demo_identifiers *identifiers = &options->identifiers;

    if (options->link == CS_LINK_ALIGNED) {
        fputs("id: id\n", stream);
        return;
    }
    fputs("id: [", stream);
    for (size_t k = 0; k < identifiers->n; k++)
        fprintf(stream, "%s%s", k == 0 ? "" : ", ",
                cs_demo_kind_words[identifiers->kinds[k]].name);
    fputs("]\n", stream);
}

void cs_demo_node_write(FILE *stream, const struct cs_demo_options *options,
                        enum cs_party party)
{
    const char *name = party == CS_A ? "a" : "b";

    fprintf(stream,
            "# %s's own node file. Paths are relative to this file.\n"
            "party: %s\n"
            "data: %s.csv\n",
            name, name, name);
    write_id(stream, options);
    fprintf(stream,
            "%s: tcp://127.0.0.1:7101\n"
            "output: out/%s\n"
            "ledger: out/%s/ledger.db\n",
            party == CS_A ? "listen" : "connect", name, name);
}
