#include "party/proposal.h"

#include <stdlib.h>
#include <string.h>

#include "party/draft_file.h"
#include "party/file.h"
#include "party/keys.h"
#include "party/role_levels.h"
#include "party/source.h"

/* A proposal in the making. */
struct proposal {
    const struct cs_proposal_options *options;
    struct cs_fault *fault;
    struct cs_survey survey; /* [secret] */
    struct cs_draft *drafts; /* (n_drafts), survey.n_columns at most [secret] */
    size_t n_drafts;
};

static bool is_role(const struct proposal *p, const char *column)
{
    return p->options->role != NULL && strcmp(p->options->role, column) == 0;
}

static enum cs_status need_column(const struct proposal *p, const char *option,
                                  const char *name)
{
    if (name == NULL || cs_survey_find(&p->survey, name) < p->survey.n_columns)
        return CS_OK;
    return cs_fault_say(p->fault, CS_CONFIG, "--%s: %s has no column %s", option,
                        p->options->data, name);
}

static enum cs_status need_columns(const struct proposal *p, const char *option,
                                   const struct cs_argument_list *list)
{
    enum cs_status st = CS_OK;

    for (size_t k = 0; k < list->n && st == CS_OK; k++)
        st = need_column(p, option, list->value[k]);
    return st;
}

/* So many rows are as many people only if a person has one row. */
static enum cs_status refuse_repeated(const struct proposal *p)
{
    const struct cs_argument_list *id = &p->options->id;

    if (id->n != 1 ||
        !p->survey.columns[cs_survey_find(&p->survey, id->value[0])].texts.repeated)
        return CS_OK;
    return cs_fault_say(p->fault, CS_INPUT,
                        "%s: column %s: two rows have the same identifier; a person has "
                        "one row, so join these",
                        p->options->data, id->value[0]);
}

static enum cs_status survey(struct proposal *p)
{
    const struct cs_proposal_options *options = p->options;
    struct cs_file_source source;
    enum cs_status st;

    CS_TRY(cs_file_source_open(&source, options->data, p->fault));
    st = cs_survey_read(&p->survey, &source.source, NULL, p->fault);
    cs_file_source_close(&source);
    if (st != CS_OK)
        return st;
    CS_TRY(need_columns(p, "id", &options->id));
    CS_TRY(need_columns(p, "category", &options->category));
    CS_TRY(
        need_column(p, p->options->party == CS_A ? "arm" : "conversion", options->role));
    CS_TRY(refuse_repeated(p));
out:
    return st;
}

static enum cs_status make_drafts(struct proposal *p)
{
    const struct cs_proposal_options *options = p->options;
    size_t n_declared = 0;

    p->drafts = calloc(p->survey.n_columns, sizeof *p->drafts);
    if (p->drafts == NULL)
        return CS_MEMORY;
    for (size_t k = 0; k < p->survey.n_columns; k++) {
        const struct cs_survey_column *column = &p->survey.columns[k];
        const bool as_category = is_role(p, column->name) ||
                                 cs_argument_list_has(&options->category, column->name);

        if (cs_argument_list_has(&options->id, column->name))
            continue;
        const enum cs_status st =
            cs_draft_make(&p->drafts[p->n_drafts], column, p->survey.n_rows, as_category);
        if (st != CS_OK)
            return st;
        n_declared += p->drafts[p->n_drafts++].left_out == NULL;
    }
    if (n_declared == 0)
        return cs_fault_say(p->fault, CS_INPUT,
                            "%s: has no column that can be proposed: each needs %d rows "
                            "with a value, and of a category as many with the same",
                            options->data, CS_RARE);
    return CS_OK;
}

/* Levels that the command line names must be levels that are listed. */
static enum cs_status need_levels(const struct proposal *p, const char *option,
                                  const struct cs_argument_list *list,
                                  const struct cs_column *column)
{
    for (size_t k = 0; k < list->n; k++) {
        size_t v = 0;

        while (v < column->n_values && strcmp(column->values[v], list->value[k]) != 0)
            v++;
        if (v == column->n_values)
            return cs_fault_say(p->fault, CS_CONFIG,
                                "--%s: %s is not a level of %s that %d rows hold", option,
                                list->value[k], column->name, CS_RARE);
    }
    return CS_OK;
}

/* Finds the column that is the arm or the conversion, and its levels. */
static enum cs_status find_role(struct cs_draft_file *file, const struct proposal *p)
{
    const bool is_a = p->options->party == CS_A;
    enum cs_status st = CS_OK;

    for (size_t k = 0; k < p->n_drafts; k++)
        if (is_role(p, p->drafts[k].column.name))
            file->role = &p->drafts[k];
    if (file->role == NULL)
        return p->options->role == NULL
                   ? CS_OK
                   : cs_fault_say(p->fault, CS_CONFIG,
                                  "%s: cannot be an identifier and be modelled; take "
                                  "one of the two options out",
                                  p->options->role);
    const struct cs_column *column = &file->role->column;
    if (column->n_values < 2)
        return cs_fault_say(p->fault, CS_INPUT,
                            "%s: column %s: needs two levels that %d rows hold each",
                            p->options->data, column->name, CS_RARE);
    CS_TRY(need_levels(p, is_a ? "test" : "converted", &p->options->first, column));
    CS_TRY(need_levels(p, "control", &p->options->second, column));
    if (is_a)
        cs_role_levels_of_arm(&file->first, &file->second, column);
    else
        cs_role_levels_of_conversion(&file->first, column);
out:
    return st;
}

static enum cs_status read_fingerprint(char text[static CS_FINGERPRINT_TEXT_BYTES],
                                       const struct proposal *p)
{
    struct cs_identity identity;
    enum cs_status st;

    text[0] = '\0';
    if (p->options->key == NULL)
        return CS_OK;
    st = cs_keys_read(&identity, p->options->key, p->fault);
    if (st != CS_OK)
        return st;
    cs_fingerprint_text(text, identity.fingerprint);
    cs_identity_wipe(&identity);
    return CS_OK;
}

static enum cs_status write_part(const struct proposal *p, FILE *tell)
{
    const struct cs_proposal_options *options = p->options;
    char fingerprint[CS_FINGERPRINT_TEXT_BYTES];
    struct cs_draft_file part = {
        .party = options->party,
        .data = options->data,
        .fingerprint = fingerprint,
        .n_rows = p->survey.n_rows,
        .id = &options->id,
        .drafts = p->drafts,
        .n_drafts = p->n_drafts,
        .first = options->first,
        .second = options->second,
    };
    struct cs_file file;
    enum cs_status st;

    CS_TRY(read_fingerprint(fingerprint, p));
    CS_TRY(find_role(&part, p));
    CS_TRY(cs_file_create_new(&file, options->output, p->fault));
    cs_draft_file_write(file.stream, &part);
    CS_TRY(cs_file_commit(&file, p->fault));
    fprintf(tell, "wrote %s\n", options->output);
    cs_draft_file_tell(tell, &part);
out:
    return st;
}

enum cs_status cs_propose_part(const struct cs_proposal_options *options, FILE *tell,
                               struct cs_fault *fault)
{
    struct proposal p = { .options = options, .fault = fault };
    enum cs_status st;

    CS_TRY(survey(&p));
    CS_TRY(make_drafts(&p));
    CS_TRY(write_part(&p, tell));
out:
    for (size_t k = 0; k < p.n_drafts; k++)
        cs_draft_wipe(&p.drafts[k]);
    free(p.drafts);
    cs_survey_wipe(&p.survey);
    return st;
}
