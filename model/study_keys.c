/* Every key of a study file; docs/STUDY.md explains them. */
#include "model/study_parts.h"

#define IN_STUDY(member) CS_MEMBER(struct cs_study, member)
#define IN_COLUMN(member) CS_MEMBER(struct cs_declaration, member)
#define COUNT(array) (sizeof(array) / sizeof *(array))

const char *const cs_study_links[] = { "aligned", "private", NULL };
static const char *const unlinked[] = { "not-converted", "excluded", NULL };
const char *const cs_study_kinds[] = { "vae", "gan", "independent", NULL };
const char *const cs_study_activations[] = { "relu", "leaky_relu", "elu",
                                             "gelu", "tanh",       NULL };
static const char *const optimisers[] = { "adam", "sgd", NULL };
static const char *const schedules[] = { "derived", "constant", "linear", "cosine",
                                         NULL };
static const char *const sources[] = { "population", "rows", "both", NULL };
static const char *const aggregations[] = { "shares", "masks", NULL };
static const char *const noises[] = { "each", "joint", NULL };
static const char *const acknowledgements[] = { "nothing", CS_UNPROTECTED_SENTENCE,
                                                NULL };
static const char *const values[] = { "mean", NULL };
static const char *const missing[] = { "zero", "excluded", NULL };
const char *const cs_study_types[] = { "category", "integer", "number", "date", NULL };
static const char *const spacings[] = { "quantiles", "equal", NULL };

/* clang-format off */
static const struct cs_field study[] = {
    { "study", CS_FIELD_TEXT, IN_STUDY(name), .low = 1, .high = CS_NAME_BYTES_MAX },
    { "parties", CS_FIELD_MAP, .fallback = "" },
    { "link", CS_FIELD_CHOICE, IN_STUDY(link), .choices = cs_study_links, .fallback = "aligned" },
    { "unlinked", CS_FIELD_CHOICE, IN_STUDY(unlinked), .choices = unlinked, .fallback = "not-converted" },
    { "identifiers", CS_FIELD_LIST, .fallback = "[raw]" },
    { "frequent", CS_FIELD_INTEGER, IN_STUDY(frequent), .low = 1, .high = 1e6, .fallback = "10" },
    { "rows", CS_FIELD_INTEGER, IN_STUDY(rows), .low = 0, .high = 100e6, .fallback = "0" },
    { "seed", CS_FIELD_INTEGER, IN_STUDY(seed), .low = 0, .high = 1e17, .fallback = "1" },
    { "privacy", CS_FIELD_MAP, CS_REQUIRED },
    { "arm", CS_FIELD_MAP, CS_REQUIRED },
    { "conversion", CS_FIELD_MAP, CS_REQUIRED },
    { "outcomes", CS_FIELD_LIST, .fallback = "" },
    { "pairs", CS_FIELD_LIST, .fallback = "" },
    { "columns", CS_FIELD_MAP, CS_REQUIRED },
    { "generator", CS_FIELD_MAP, .fallback = "" },
    { "report", CS_FIELD_MAP, .fallback = "" },
    { "ot", CS_FIELD_MAP, .fallback = "" },
};

static const struct cs_field parties[] = {
    { "a", CS_FIELD_MAP, CS_REQUIRED },
    { "b", CS_FIELD_MAP, CS_REQUIRED },
};

static const struct cs_field party[] = {
    { "fingerprint", CS_FIELD_SCALAR, CS_REQUIRED },
};

static const struct cs_field privacy[] = {
    { "acknowledge", CS_FIELD_CHOICE, IN_STUDY(acknowledge), .choices = acknowledgements, .fallback = "nothing" },
    { "epsilon", CS_FIELD_REAL, IN_STUDY(epsilon), .above = true, .high = CS_EPSILON_MAX, .none = true },
    { "delta", CS_FIELD_REAL, IN_STUDY(delta), .above = true, .high = 1e-3, .fallback = "" },
    { "noise", CS_FIELD_CHOICE, IN_STUDY(noise), .choices = noises, .fallback = "joint" },
    { "tables", CS_FIELD_REAL, IN_STUDY(tables), .above = true, .high = 1, .fallback = "" },
    { "detail", CS_FIELD_REAL, IN_STUDY(detail), .low = 0, .high = .5, .fallback = "" },
    { "discovery", CS_FIELD_REAL, IN_STUDY(discovery), .low = 0, .high = .25, .fallback = "" },
    { "conversion_weight", CS_FIELD_INTEGER, IN_STUDY(conversion_weight), .low = 1, .high = 1000, .fallback = "8" },
};

static const struct cs_field arm[] = {
    { "column", CS_FIELD_SCALAR, CS_REQUIRED },
    { "test", CS_FIELD_LISTS, CS_REQUIRED },
    { "control", CS_FIELD_LIST, CS_REQUIRED },
};

static const struct cs_field conversion[] = {
    { "column", CS_FIELD_SCALAR, CS_REQUIRED },
    { "converted", CS_FIELD_LIST, CS_REQUIRED },
};

static const struct cs_field outcome[] = {
    { "column", CS_FIELD_SCALAR, CS_REQUIRED },
    { "converted", CS_FIELD_LIST, .fallback = "" },
    { "value", CS_FIELD_CHOICE, CS_MEMBER(struct cs_declared_outcome, value), .choices = values, .fallback = "" },
    { "missing", CS_FIELD_CHOICE, CS_MEMBER(struct cs_declared_outcome, missing), .choices = missing, .fallback = "zero" },
};

static const struct cs_field columns[] = {
    { "a", CS_FIELD_LIST, CS_REQUIRED },
    { "b", CS_FIELD_LIST, CS_REQUIRED },
};

static const struct cs_field generator[] = {
    { "kind", CS_FIELD_CHOICE, IN_STUDY(generator.kind), .choices = cs_study_kinds, .fallback = "vae" },
    { "latent", CS_FIELD_INTEGER, IN_STUDY(generator.latent), .low = 0, .high = CS_LATENT_MAX, .fallback = "0" },
    { "layers", CS_FIELD_LIST, .fallback = "" },
    { "activation", CS_FIELD_CHOICE, IN_STUDY(generator.activation), .choices = cs_study_activations, .fallback = "relu" },
    { "dropout", CS_FIELD_REAL, IN_STUDY(generator.dropout), .low = 0, .high = .9, .fallback = "0" },
    { "optimiser", CS_FIELD_CHOICE, IN_STUDY(generator.optimiser), .choices = optimisers, .fallback = "adam" },
    { "schedule", CS_FIELD_CHOICE, IN_STUDY(generator.schedule), .choices = schedules, .fallback = "derived" },
    { "epochs", CS_FIELD_INTEGER, IN_STUDY(generator.epochs), .low = 0, .high = 10000, .fallback = "0" },
    { "rounds", CS_FIELD_INTEGER, IN_STUDY(generator.rounds), .low = 1, .high = 1000, .fallback = "10" },
    { "local_steps", CS_FIELD_INTEGER, IN_STUDY(generator.local_steps), .low = 1, .high = 1000, .fallback = "5" },
    { "batch", CS_FIELD_INTEGER, IN_STUDY(generator.batch), .low = 0, .high = 1e6, .fallback = "0" },
    { "learning_rate", CS_FIELD_REAL, IN_STUDY(generator.learning_rate), .low = 0, .high = 1, .fallback = "0" },
    { "clip", CS_FIELD_REAL, IN_STUDY(generator.clip), .low = 0, .high = 1000, .fallback = "0" },
    { "kl", CS_FIELD_REAL, IN_STUDY(generator.kl), .low = 0, .high = 100, .fallback = "0.5" },
    { "average", CS_FIELD_REAL, IN_STUDY(generator.average), .low = 0, .high = CS_DECAY_MAX, .fallback = "0" },
    { "packing", CS_FIELD_INTEGER, IN_STUDY(generator.packing), .low = 1, .high = CS_PACKING_MAX, .fallback = "1" },
    { "critic_steps", CS_FIELD_INTEGER, IN_STUDY(generator.critic_steps), .low = 1, .high = CS_CRITIC_STEPS_MAX, .fallback = "2" },
    { "train_on", CS_FIELD_CHOICE, IN_STUDY(generator.train_on), .choices = sources, .fallback = "" },
    { "federate", CS_FIELD_BOOL, IN_STUDY(generator.federate), .fallback = "true" },
    { "aggregation", CS_FIELD_CHOICE, IN_STUDY(generator.aggregation), .choices = aggregations, .fallback = "shares" },
    { "start", CS_FIELD_TEXT, IN_STUDY(generator.start), .low = 1, .high = 1024, .fallback = "" },
};

static const struct cs_field report[] = {
    { "segment_minimum", CS_FIELD_INTEGER, IN_STUDY(segment_minimum), .low = 1, .high = 100e6, .fallback = "500" },
};

static const struct cs_field ot[] = {
    { "k", CS_FIELD_INTEGER, IN_STUDY(ot_k), .low = 1, .high = 8, .fallback = "4" },
};

static const struct cs_field identifier[] = {
    { "kind", CS_FIELD_CHOICE, CS_MEMBER(struct cs_identifier, kind), .choices = cs_id_kinds },
    { "country", CS_FIELD_SCALAR, .fallback = "" },
    { "trunk", CS_FIELD_SCALAR, .fallback = "0" },
};

#define EVERY_COLUMN \
    { "name", CS_FIELD_TEXT, IN_COLUMN(column.name), .low = 1, .high = CS_NAME_BYTES_MAX }, \
    { "type", CS_FIELD_CHOICE, IN_COLUMN(column.type), .choices = cs_study_types }, \
    { "nullable", CS_FIELD_BOOL, IN_COLUMN(column.nullable), .fallback = "false" }

#define NUMERIC_COLUMN \
    EVERY_COLUMN, \
    { "min", CS_FIELD_SCALAR, .fallback = "" }, \
    { "max", CS_FIELD_SCALAR, .fallback = "" }, \
    { "edges", CS_FIELD_LIST, .fallback = "" }, \
    { "bins", CS_FIELD_INTEGER, IN_COLUMN(bins), .low = 1, .high = CS_CODES_MAX, .fallback = "" }, \
    { "spacing", CS_FIELD_CHOICE, IN_COLUMN(spacing), .choices = spacings, .fallback = "quantiles" }

static const struct cs_field category[] = {
    EVERY_COLUMN,
    { "values", CS_FIELD_LIST, .fallback = "" },
    { "discover", CS_FIELD_INTEGER, IN_COLUMN(column.discover), .low = 1, .high = CS_CODES_MAX - 1, .fallback = "" },
};

static const struct cs_field integer[] = {
    NUMERIC_COLUMN,
};

static const struct cs_field number[] = {
    NUMERIC_COLUMN,
    { "decimals", CS_FIELD_INTEGER, IN_COLUMN(column.decimals), .low = 0, .high = 9 },
};

static const struct cs_field date[] = {
    NUMERIC_COLUMN,
    { "format", CS_FIELD_TEXT, IN_COLUMN(column.date_format), .low = 2, .high = 48, .fallback = "%Y-%m-%d" },
};

static const struct cs_section sections[] = {
    [CS_SECTION_STUDY] = { "a study", "", study, COUNT(study) },
    [CS_SECTION_PARTIES] = { "`parties`", "parties", parties, COUNT(parties) },
    [CS_SECTION_PARTY] = { "a party", NULL, party, COUNT(party) },
    [CS_SECTION_PRIVACY] = { "`privacy`", "privacy", privacy, COUNT(privacy) },
    [CS_SECTION_ARM] = { "`arm`", "arm", arm, COUNT(arm) },
    [CS_SECTION_CONVERSION] = { "`conversion`", "conversion", conversion, COUNT(conversion) },
    [CS_SECTION_COLUMNS] = { "`columns`", "columns", columns, COUNT(columns) },
    [CS_SECTION_GENERATOR] = { "`generator`", "generator", generator, COUNT(generator) },
    [CS_SECTION_REPORT] = { "`report`", "report", report, COUNT(report) },
    [CS_SECTION_OT] = { "`ot`", "ot", ot, COUNT(ot) },
    [CS_SECTION_OUTCOME] = { "an outcome", NULL, outcome, COUNT(outcome) },
    [CS_SECTION_IDENTIFIER] = { "an identifier", NULL, identifier, COUNT(identifier) },
    [CS_SECTION_CATEGORY] = { "a category column", NULL, category, COUNT(category) },
    [CS_SECTION_INTEGER] = { "an integer column", NULL, integer, COUNT(integer) },
    [CS_SECTION_NUMBER] = { "a number column", NULL, number, COUNT(number) },
    [CS_SECTION_DATE] = { "a date column", NULL, date, COUNT(date) },
};
/* clang-format on */

const struct cs_section *cs_study_section(size_t index)
{
    CS_REQUIRE(index < CS_N_SECTIONS);
    return &sections[index];
}
