#include "model/study.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "model/choice.h"
#include "model/study_parts.h"

#define FINGERPRINT_PREFIX "sha256:"
#define DEFAULT_TABLES .95     /* beside fine-tuning, which needs little */
#define DEFAULT_TABLES_ROWS .8 /* beside training from random weights */
#define DEFAULT_DETAIL .06
#define DISCOVERY_EACH .02   /* of the tables' budget, for each column... */
#define DISCOVERY_COLUMNS 10 /* ...of so many at most */

/* A study that is being read. */
struct reader {
    struct cs_study *study;
    const struct cs_yaml *root;
    const struct cs_study_override *override;
    struct cs_fault *fault;
};

/* All keys that stand in a struct cs_study as they are. */
static enum cs_status read_sections(const struct reader *r)
{
    for (size_t i = 0; i < CS_N_SECTIONS; i++) {
        const struct cs_section *section = cs_study_section(i);
        const struct cs_yaml *map = r->root;

        if (section->path == NULL)
            continue;
        if (section->path[0] != '\0')
            map = cs_yaml_get(r->root, section->path);
        if (map == NULL && i == CS_SECTION_PARTIES)
            continue;
        const enum cs_status st = cs_fields_read(r->study, section, map, r->fault);
        if (st != CS_OK)
            return st;
    }
    return CS_OK;
}

static enum cs_status read_fingerprint(const struct reader *r, enum cs_party party,
                                       const struct cs_yaml *map)
{
    const struct cs_section *section = cs_study_section(CS_SECTION_PARTY);
    const size_t n_prefix = strlen(FINGERPRINT_PREFIX);
    enum cs_status st = CS_OK;
    size_t n = 0;

    CS_TRY(cs_fields_read(NULL, section, map, r->fault));
    const char *text = cs_yaml_get(map, "fingerprint")->text;
    if (strlen(text) != n_prefix + 2 * CS_DIGEST_BYTES ||
        strncmp(text, FINGERPRINT_PREFIX, n_prefix) != 0 ||
        sodium_hex2bin(r->study->fingerprint[party], CS_DIGEST_BYTES, text + n_prefix,
                       2 * CS_DIGEST_BYTES, NULL, &n, NULL) != 0 ||
        n != CS_DIGEST_BYTES)
        st = cs_yaml_say(
            r->fault, map, "fingerprint",
            "is not \"sha256:\" and 64 hexadecimal digits; copy what `cosynth "
            "keygen` printed");
out:
    return st;
}

static enum cs_status read_parties(const struct reader *r)
{
    const struct cs_yaml *parties = cs_yaml_get(r->root, "parties");
    enum cs_status st = CS_OK;

    if (parties == NULL)
        return CS_OK;
    CS_TRY(read_fingerprint(r, CS_A, cs_yaml_get(parties, "a")));
    CS_TRY(read_fingerprint(r, CS_B, cs_yaml_get(parties, "b")));
    if (memcmp(r->study->fingerprint[CS_A], r->study->fingerprint[CS_B],
               CS_DIGEST_BYTES) == 0)
        st = cs_yaml_say(r->fault, parties, NULL,
                         "have the same fingerprint; each party has a key of its own");
    r->study->has_fingerprints = true;
out:
    return st;
}

static enum cs_status read_layers(const struct reader *r)
{
    const struct cs_yaml *generator = cs_yaml_get(r->root, "generator");
    const struct cs_yaml *list = generator ? cs_yaml_get(generator, "layers") : NULL;
    struct cs_generator_spec *spec = &r->study->generator;
    enum cs_status st = CS_OK;

    if (list == NULL)
        return CS_OK;
    if (list->n_children < 1 || list->n_children > CS_LAYERS_MAX)
        return cs_yaml_say(r->fault, list, NULL,
                           "has %zu layers; give the widths of 1 to %d", list->n_children,
                           CS_LAYERS_MAX);
    for (const struct cs_yaml *node = list->first; node != NULL; node = node->next)
        CS_TRY(cs_field_size(&spec->layers[spec->n_layers++], node, 1, CS_WIDTH_MAX,
                             r->fault));
out:
    return st;
}

/* What a latent holds has to pass through every layer. */
static enum cs_status check_latent(const struct reader *r)
{
    const struct cs_generator_spec *spec = &r->study->generator;

    for (size_t k = 0; k < spec->n_layers; k++)
        if (spec->layers[k] < spec->latent)
            return cs_yaml_say(r->fault, cs_yaml_get(r->root, "generator"), "latent",
                               "is %zu, wider than the layer of %zu before it; lower it, "
                               "or give wider `layers`",
                               spec->latent, spec->layers[k]);
    return CS_OK;
}

static bool has_details(const struct cs_schema *schema)
{
    for (size_t i = 0; i < schema->n_columns; i++)
        if (cs_column_has_detail(&schema->columns[i]))
            return true;
    return false;
}

static size_t count_open(const struct cs_schema *schema)
{
    size_t n = 0;

    for (size_t i = 0; i < schema->n_columns; i++)
        n += cs_column_is_open(&schema->columns[i]);
    return n;
}

static bool has_quantiles(const struct cs_schema *schema)
{
    for (size_t i = 0; i < schema->n_columns; i++)
        if (schema->columns[i].binning == CS_BINS_QUANTILES)
            return true;
    return false;
}

/* Where every pair of columns has a table, real rows have nothing to teach that is worth
 * what it takes from the tables; without privacy they cost nothing (docs/RESULTS.md,
 * Generators). */
static void settle_train_on(const struct reader *r)
{
    const struct cs_yaml *generator = cs_yaml_get(r->root, "generator");
    const bool shares = cs_yaml_get(cs_yaml_get(r->root, "privacy"), "tables") != NULL;

    if (generator != NULL && cs_yaml_get(generator, "train_on") != NULL)
        return;
    r->study->generator.train_on = !shares && cs_choice_holds_all(r->study)
                                       ? CS_TRAIN_ON_POPULATION
                                   : r->study->unprotected ? CS_TRAIN_ON_ROWS
                                                           : CS_TRAIN_ON_BOTH;
}

/* So much of the tables' budget for each column, but no more than a part of it. */
static double default_discovery(size_t n_open)
{
    return n_open < DISCOVERY_COLUMNS ? (double)n_open * DISCOVERY_EACH
                                      : DISCOVERY_COLUMNS * DISCOVERY_EACH;
}

/* The shares of the budget: their defaults follow from what there is to spend it on. */
static enum cs_status settle_budget(const struct reader *r)
{
    const struct cs_yaml *privacy = cs_yaml_get(r->root, "privacy");
    struct cs_study *study = r->study;

    settle_train_on(r);
    const bool trains = cs_study_trains(study);
    const size_t n_open = count_open(&study->schema);
    if (cs_yaml_get(privacy, "tables") == NULL)
        study->tables = !trains ? 1
                        : study->generator.train_on == CS_TRAIN_ON_ROWS
                            ? DEFAULT_TABLES_ROWS
                            : DEFAULT_TABLES;
    if (cs_yaml_get(privacy, "detail") == NULL)
        study->detail = has_details(&study->schema) ? DEFAULT_DETAIL : 0;
    if (cs_yaml_get(privacy, "discovery") == NULL)
        study->discovery = default_discovery(n_open);
    if (study->unprotected)
        return CS_OK; /* nothing is spent */
    if (trains && study->tables >= 1)
        return cs_yaml_say(r->fault, privacy, "tables",
                           "leaves no budget to train with; lower it, or say "
                           "`generator: {train_on: population}`");
    if (study->detail <= 0 && has_quantiles(&study->schema))
        return cs_yaml_say(r->fault, privacy, "detail",
                           "leaves no budget to estimate bins with; raise it, or give "
                           "`edges` or `spacing: equal` for every column");
    if (study->discovery <= 0 && n_open > 0)
        return cs_yaml_say(r->fault, privacy, "discovery",
                           "leaves no budget to find values with; raise it, or list the "
                           "`values` of every category");
    return CS_OK;
}

static enum cs_status read_study(const struct reader *r)
{
    enum cs_status st = CS_OK;

    CS_TRY(read_sections(r));
    CS_TRY(cs_study_settle_privacy(r->study, cs_yaml_get(r->root, "privacy"), r->override,
                                   r->fault));
    CS_TRY(cs_study_read_identifiers(r->study, r->root, r->fault));
    CS_TRY(read_parties(r));
    CS_TRY(read_layers(r));
    CS_TRY(check_latent(r));
    CS_TRY(cs_study_read_schema(&r->study->schema, cs_yaml_get(r->root, "columns"),
                                r->study->link, r->fault));
    CS_TRY(cs_study_read_question(r->study, r->root, r->fault));
    CS_TRY(settle_budget(r));
out:
    return st;
}

enum cs_status cs_study_parse(struct cs_study **study, const char *text, size_t n_bytes,
                              const char *file_name,
                              const struct cs_study_override *override,
                              struct cs_fault *fault)
{
    struct cs_study *new = calloc(1, sizeof *new);
    struct cs_yaml_document *document = NULL;
    enum cs_status st = CS_MEMORY;

    if (new == NULL)
        goto out;
    CS_TRY(cs_yaml_parse(&document, text, n_bytes, file_name, fault));
    const struct reader r = { new, document->root, override, fault };
    CS_TRY(read_study(&r));
    CS_TRY(cs_study_set_canonical(new));
    *study = new;
    new = NULL;
out:
    cs_yaml_free(document);
    cs_study_free(new);
    return st;
}

void cs_study_free(struct cs_study *study)
{
    if (study == NULL)
        return;
    cs_schema_wipe(&study->schema);
    for (size_t i = 0; i < study->n_tests; i++)
        free(study->tests[i].name);
    free(study->name);
    free(study->canonical);
    free(study->generator.start);
    sodium_memzero(study, sizeof *study);
    free(study);
}
