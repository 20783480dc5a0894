/* init: a study proposed from a file's rows, for a person to review. */
#include <stdlib.h>
#include <string.h>

#include "model/study.h"
#include "party/commands.h"
#include "party/file.h"
#include "party/join_parts.h"
#include "party/proposal.h"

/* What the command line says. */
struct words {
    const char *file, *party, *arm, *conversion, *merge, *output, *key;
    struct cs_argument_list id, category, test, control, converted;
};

static enum cs_status read_words(struct words *words, int argc, char **argv,
                                 struct cs_fault *fault)
{
    const struct cs_argument arguments[] = {
        { .name = "party", .text = &words->party },
        { .name = "id", .list = &words->id },
        { .name = "category", .list = &words->category },
        { .name = "arm", .text = &words->arm },
        { .name = "test", .list = &words->test },
        { .name = "control", .list = &words->control },
        { .name = "conversion", .text = &words->conversion },
        { .name = "converted", .list = &words->converted },
        { .name = "key", .text = &words->key },
        { .name = "merge", .text = &words->merge },
        { .name = "output", .text = &words->output },
    };

    return cs_arguments_read(argc, argv, arguments, sizeof arguments / sizeof *arguments,
                             &words->file, 1, fault);
}

/* Only A has an arm, only B a conversion; levels are of them. */
static enum cs_status refuse_other_role(const struct words *words, enum cs_party party,
                                        struct cs_fault *fault)
{
    if (party == CS_A && (words->conversion != NULL || words->converted.n > 0))
        return cs_fault_say(fault, CS_CONFIG,
                            "--conversion, --converted: are of party b; a has --arm");
    if (party == CS_B &&
        (words->arm != NULL || words->test.n > 0 || words->control.n > 0))
        return cs_fault_say(fault, CS_CONFIG,
                            "--arm, --test, --control: are of party a; b has "
                            "--conversion");
    if (words->arm == NULL && (words->test.n > 0 || words->control.n > 0))
        return cs_fault_say(fault, CS_CONFIG,
                            "--test, --control: are levels of the arm; name its column "
                            "by --arm");
    if (words->conversion == NULL && words->converted.n > 0)
        return cs_fault_say(fault, CS_CONFIG,
                            "--converted: is a level of the conversion; name its column "
                            "by --conversion");
    return CS_OK;
}

static enum cs_status read_party(enum cs_party *party, const struct words *words,
                                 struct cs_fault *fault)
{
    const char *word = words->party != NULL ? words->party : "";

    if (strcmp(word, "a") != 0 && strcmp(word, "b") != 0)
        return cs_fault_say(
            fault, CS_CONFIG,
            "--party: say a, if this file knows who was treated, or b, if "
            "it knows who converted");
    *party = word[0] == 'a' ? CS_A : CS_B;
    return refuse_other_role(words, *party, fault);
}

static enum cs_status propose(const struct words *words, struct cs_fault *fault)
{
    struct cs_proposal_options options = {
        .data = words->file,
        .key = words->key,
        .id = words->id,
        .category = words->category,
        .output = words->output,
    };
    enum cs_status st;

    CS_TRY(read_party(&options.party, words, fault));
    const bool is_a = options.party == CS_A;
    options.role = is_a ? words->arm : words->conversion;
    options.first = is_a ? words->test : words->converted;
    options.second = words->control;
    if (options.output == NULL)
        options.output = is_a ? "study-a.yaml" : "study-b.yaml";
    CS_TRY(cs_propose_part(&options, stdout, fault));
out:
    return st;
}

static enum cs_status read_part(struct cs_yaml_document **part, const char *path,
                                struct cs_fault *fault)
{
    char *text = NULL;
    size_t n_bytes;
    enum cs_status st;

    CS_TRY(cs_file_read(&text, &n_bytes, path, CS_STUDY_BYTES_MAX, fault));
    CS_TRY(cs_yaml_parse(part, text, n_bytes, path, fault));
out:
    free(text);
    return st;
}

/* What is still missing is said by file and line, so the file must be there. */
static enum cs_status check_study(const char *path, struct cs_fault *fault)
{
    struct cs_study *study = NULL;
    char *text = NULL;
    size_t n_bytes;
    enum cs_status st;

    CS_TRY(cs_file_read(&text, &n_bytes, path, CS_STUDY_BYTES_MAX, fault));
    CS_TRY(cs_study_parse(&study, text, n_bytes, path, NULL, fault));
out:
    cs_study_free(study);
    free(text);
    return st;
}

/* No rows are read any more, and the parts say the rest. */
static enum cs_status refuse_beside_merge(const struct words *words,
                                          struct cs_fault *fault)
{
    if (words->party == NULL && words->arm == NULL && words->conversion == NULL &&
        words->key == NULL && words->id.n == 0 && words->category.n == 0 &&
        words->test.n == 0 && words->control.n == 0 && words->converted.n == 0)
        return CS_OK;
    return cs_fault_say(fault, CS_CONFIG,
                        "--merge: goes with --output alone; what else there is to say "
                        "stands in the parts");
}

static enum cs_status merge(const struct words *words, struct cs_fault *fault)
{
    const char *path = words->output != NULL ? words->output : "study.yaml";
    struct cs_yaml_document *ours = NULL, *theirs = NULL;
    struct cs_file file = { .stream = NULL };
    enum cs_status st;

    CS_TRY(refuse_beside_merge(words, fault));
    CS_TRY(read_part(&ours, words->file, fault));
    CS_TRY(read_part(&theirs, words->merge, fault));
    CS_TRY(cs_file_create_new(&file, path, fault));
    fputs(
        "# Two parts of a study, joined by `cosynth init --merge`. Both parties use this "
        "file as it is.\n",
        file.stream);
    CS_TRY(cs_join_parts(file.stream, ours, theirs, fault));
    CS_TRY(cs_file_commit(&file, fault));
    printf("wrote %s\n", path);
    CS_TRY(check_study(path, fault));
    printf("next, at both parties, with the same file: cosynth check %s NODE\n", path);
out:
    cs_file_discard(&file);
    cs_yaml_free(ours);
    cs_yaml_free(theirs);
    return st;
}

static enum cs_status run(int argc, char **argv, struct cs_fault *fault)
{
    struct words words = { .file = NULL };
    enum cs_status st;

    CS_TRY(read_words(&words, argc, argv, fault));
    st = words.merge != NULL ? merge(&words, fault) : propose(&words, fault);
out:
    return st;
}

const struct cs_command cs_command_init = {
    "init",
    "proposes a study from a file's rows, to be reviewed by a person",
    "usage: cosynth init FILE.csv --party a|b [options]\n"
    "       cosynth init PART --merge PART [--output FILE]\n\n"
    "Reads one party's rows and writes its part of a study: columns, types, levels, "
    "bounds. What\n"
    "it took from the rows is marked, and NOT PRIVATE: review it before the other party "
    "sees it.\n"
    "Levels that fewer than 20 rows hold are not written, bounds are rounded outwards, "
    "columns\n"
    "that look like identifiers or free text are left out. With --merge, the parts of "
    "both\n"
    "parties become one study.\n\n"
    "  --party a|b          a knows who was treated, b who converted\n"
    "  --id COLUMN          identifies a person, is not modelled; several with link: "
    "private\n"
    "  --category COLUMN    is one, though it looks like a number; may be repeated\n"
    "  --arm COLUMN         of a: who was treated\n"
    "  --test LEVEL, --control LEVEL   of it; may be repeated; guessed if not given\n"
    "  --conversion COLUMN  of b: who converted\n"
    "  --converted LEVEL    of it; may be repeated; guessed if not given\n"
    "  --key DIR            as `cosynth keygen` made it: its fingerprint is put in\n"
    "  --merge PART         the other part; FILE is then one too\n"
    "  --output FILE        what to write (study-a.yaml, study-b.yaml; study.yaml); "
    "never "
    "one that\n"
    "                       is there\n\n"
    "examples:\n"
    "  cosynth init a.csv --party a --id customer --arm segment --control 'No E-Mail'\n"
    "  cosynth init b.csv --party b --id customer --conversion visit --converted 1\n"
    "  cosynth init study-a.yaml --merge study-b.yaml\n",
    run,
};
