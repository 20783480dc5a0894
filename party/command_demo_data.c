/* demo-data: a realistic study with known effects. */
#include <stdio.h>
#include <string.h>

#include "party/arguments.h"
#include "party/commands.h"
#include "party/demo_data.h"

#define NOT_GIVEN (-1.0)

/* What the command line says that is more than a number. */
struct words {
    const char *link, *identifiers;
    double only[2]; /* by enum cs_party */
};

static enum cs_status read_link(struct cs_demo_options *options, const char *link,
                                struct cs_fault *fault)
{
    if (link == NULL || strcmp(link, "aligned") == 0)
        return CS_OK;
    if (strcmp(link, "private") != 0)
        return cs_fault_say(fault, CS_CONFIG, "--link: %s is not aligned or private",
                            link);
    options->link = CS_LINK_PRIVATE;
    return CS_OK;
}

/* The kind whose name the first n_bytes of word are, or CS_DEMO_KINDS. */
static enum cs_demo_kind kind_of(const char *word, size_t n_bytes)
{
    enum cs_demo_kind kind = 0;

    while (kind < CS_DEMO_KINDS &&
           (strlen(cs_demo_kind_words[kind].name) != n_bytes ||
            strncmp(cs_demo_kind_words[kind].name, word, n_bytes) != 0))
        kind++;
    return kind;
}

static bool has_kind(const struct cs_demo_identifiers *identifiers,
                     enum cs_demo_kind kind)
{
    for (size_t k = 0; k < identifiers->n; k++)
        if (identifiers->kinds[k] == kind)
            return true;
    return false;
}

/* A list such as `email,phone`. */
static enum cs_status read_identifiers(struct cs_demo_identifiers *identifiers,
                                       const char *list, struct cs_fault *fault)
{
    identifiers->n = 0;
    for (const char *word = list;; word++) {
        const size_t n_bytes = strcspn(word, ",");
        const enum cs_demo_kind kind = kind_of(word, n_bytes);

        if (kind == CS_DEMO_KINDS || has_kind(identifiers, kind))
            return cs_fault_say(fault, CS_CONFIG,
                                "--identifiers: %s is not a list of id, email and phone, "
                                "each at most once; say `email,phone`, for example",
                                list);
        identifiers->kinds[identifiers->n++] = kind;
        word += n_bytes;
        if (*word == '\0')
            return CS_OK;
    }
}

static enum cs_status refuse_private_words(const struct words *words,
                                           struct cs_fault *fault)
{
    const char *name = NULL;

    if (words->only[CS_A] != NOT_GIVEN)
        name = "only-a";
    else if (words->only[CS_B] != NOT_GIVEN)
        name = "only-b";
    else if (words->identifiers != NULL)
        name = "identifiers";
    if (name == NULL)
        return CS_OK;
    return cs_fault_say(fault, CS_CONFIG,
                        "--%s: has a meaning with `--link private` alone; say that, or "
                        "leave it out",
                        name);
}

static enum cs_status read_words(struct cs_demo_options *options,
                                 const struct words *words, struct cs_fault *fault)
{
    enum cs_status st = CS_OK;

    CS_TRY(read_link(options, words->link, fault));
    if (options->link == CS_LINK_ALIGNED)
        return refuse_private_words(words, fault);
    for (enum cs_party party = CS_A; party <= CS_B; party++)
        if (words->only[party] != NOT_GIVEN)
            options->only[party] = words->only[party];
    if (words->identifiers != NULL)
        CS_TRY(read_identifiers(&options->identifiers, words->identifiers, fault));
out:
    return st;
}

static enum cs_status run(int argc, char **argv, struct cs_fault *fault)
{
    struct cs_demo_options options = CS_DEMO_DEFAULTS;
    struct words words = { .only = { NOT_GIVEN, NOT_GIVEN } };
    unsigned long people = options.people, columns = options.columns, seed = options.seed;
    const struct cs_argument arguments[] = {
        { .name = "people", .count = &people },
        { .name = "columns", .count = &columns },
        { .name = "seed", .count = &seed },
        { .name = "link", .text = &words.link },
        { .name = "only-a", .share = &words.only[CS_A] },
        { .name = "only-b", .share = &words.only[CS_B] },
        { .name = "identifiers", .text = &words.identifiers },
    };
    enum cs_status st = CS_OK;

    CS_TRY(cs_arguments_read(argc, argv, arguments, sizeof arguments / sizeof *arguments,
                             &options.folder, 1, fault));
    options.people = people;
    options.columns = columns;
    options.seed = seed;
    CS_TRY(read_words(&options, &words, fault));
    CS_TRY(cs_demo_data(&options, fault));
    printf("wrote a.csv, b.csv, study.yaml, a.yaml, b.yaml and truth.json to %s\n"
           "next: cosynth simulate %s/study.yaml %s/a.yaml %s/b.yaml\n",
           options.folder, options.folder, options.folder, options.folder);
out:
    return st;
}

const struct cs_command cs_command_demo_data = {
    "demo-data",
    "writes a realistic study with known effects",
    "usage: cosynth demo-data DIR [options]\n\n"
    "Writes both parties' data, the study, both node files, and truth.json with the "
    "effects that\n"
    "were planted.\n\n"
    "  --people N    people of both parties together (30000)\n"
    "  --columns N   columns of both parties together (11)\n"
    "  --seed N      other people, other luck (1)\n"
    "  --link HOW    aligned: the same people in the same order (the default);\n"
    "                private: in no order, some at one party alone, known by e-mail\n"
    "                address and telephone number, which are incomplete\n\n"
    "with --link private:\n"
    "  --only-a X, --only-b X   shares of the people at one party alone (0.2, 0.1)\n"
    "  --identifiers LIST       of id, email, phone, the preferred one first\n"
    "                           (email,phone); id is complete and the same at both\n\n"
    "examples:\n"
    "  cosynth demo-data demo && cosynth simulate demo/study.yaml demo/a.yaml "
    "demo/b.yaml\n"
    "  cosynth demo-data million --people 1100000 --link private --identifiers id\n",
    run,
};
