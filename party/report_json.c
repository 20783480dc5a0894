/* report_json.c: report.json. Field by field in docs/REPORT.md; a change that a reader
 * can notice changes SCHEMA. jansson's objects steal what is put into them and report a
 * failed allocation by -1, NULL in being such a failure too, so that one look at the end
 * is enough. */
#include <jansson.h>
#include <math.h>
#include <sodium.h>

#include "party/judged.h"
#include "party/report.h"

#define SCHEMA "cosynth-report/1"

/* An object that remembers whether anything failed. */
struct object {
    json_t *json;
    bool failed;
};

static struct object object_new(void)
{
    struct object object = { .json = json_object() };

    object.failed = object.json == NULL;
    return object;
}

static void put(struct object *object, const char *key, json_t *value)
{
    if (json_object_set_new(object->json, key, value) != 0)
        object->failed = true;
}

static void put_real(struct object *object, const char *key, double value)
{
    put(object, key, isfinite(value) ? json_real(value) : json_null());
}

/* The finished object, or NULL if anything failed on the way. */
static json_t *finish(struct object *object)
{
    if (!object->failed)
        return object->json;
    json_decref(object->json);
    return NULL;
}

static json_t *rate_json(const struct cs_rate *rate)
{
    struct object o = object_new();

    put_real(&o, "people", rate->people);
    put_real(&o, "conversions", rate->conversions);
    put_real(&o, "rate", rate->value);
    put_real(&o, "variance_sampling", rate->sampling);
    put_real(&o, "variance_noise", rate->noise);
    return finish(&o);
}

static json_t *lift_json(const struct cs_lift *lift)
{
    struct object o = object_new();

    put_real(&o, "value", lift->value);
    put_real(&o, "low", lift->low);
    put_real(&o, "high", lift->high);
    put_real(&o, "variance_sampling", lift->sampling);
    put_real(&o, "variance_noise", lift->noise);
    put_real(&o, "p", lift->p);
    return finish(&o);
}

static json_t *relative_json(const struct cs_relative *relative)
{
    struct object o = object_new();

    put_real(&o, "value", relative->value);
    put_real(&o, "low", relative->low);
    put_real(&o, "high", relative->high);
    return finish(&o);
}

static json_t *effect_json(const struct cs_effect *effect)
{
    static const char *const name[CS_ARMS] = { "test", "control", "neither" };
    struct object o = object_new();

    put(&o, "verdict", json_string(cs_verdict_name(effect->verdict)));
    if (effect->verdict != CS_REPORTED) {
        put(&o, "reason", json_string(cs_verdict_words(effect->verdict)));
        return finish(&o);
    }
    for (size_t arm = 0; arm < CS_ARMS; arm++)
        put(&o, name[arm], rate_json(&effect->rate[arm]));
    put(&o, "lift", lift_json(&effect->lift));
    put(&o, "relative",
        effect->relative.reported ? relative_json(&effect->relative) : json_null());
    return finish(&o);
}

static json_t *levels_json(const struct cs_column *column, const struct cs_levels *levels)
{
    json_t *array = json_array();
    char label[CS_LABEL_BYTES];

    for (unsigned code = 0; code < column->n_codes; code++) {
        if ((levels->bits >> code & 1) == 0)
            continue;
        cs_report_label(label, column, code);
        if (json_array_append_new(array, json_string(label)) != 0) {
            json_decref(array);
            return NULL;
        }
    }
    return array;
}

static json_t *arm_json(const struct cs_study *study)
{
    const struct cs_column *column = &study->schema.columns[study->arm];
    struct object o = object_new();

    put(&o, "column", json_string(column->name));
    put(&o, "test", levels_json(column, &study->test));
    put(&o, "control", levels_json(column, &study->control));
    return finish(&o);
}

static json_t *conversion_json(const struct cs_study *study)
{
    const struct cs_column *column = &study->schema.columns[study->conversion];
    struct object o = object_new();

    put(&o, "column", json_string(column->name));
    put(&o, "converted", levels_json(column, &study->converted));
    return finish(&o);
}

static json_t *privacy_json(const struct cs_report *report)
{
    struct object o = object_new();

    put(&o, "private", json_boolean(!report->study->unprotected));
    put_real(&o, "epsilon", report->study->epsilon);
    put_real(&o, "epsilon_spent", report->epsilon_spent);
    put_real(&o, "delta", report->study->unprotected ? NAN : report->study->delta);
    return finish(&o);
}

static json_t *agreement_json(const struct cs_ab *ab)
{
    if (ab->synthetic.verdict != CS_REPORTED)
        return json_null();

    struct object o = object_new();

    put(&o, "agree", json_boolean(ab->agree));
    put_real(&o, "difference", ab->difference);
    put_real(&o, "difference_max", ab->difference_max);
    put(&o, "tables", json_integer((json_int_t)ab->n_tables));
    put_real(&o, "tables_p", ab->tables_p);
    return finish(&o);
}

static const char *scope_name(enum cs_scope scope)
{
    return scope == CS_AT_A ? "a" : scope == CS_AT_B ? "b" : "both";
}

static json_t *synthetic_people_json(const struct cs_ab *ab)
{
    struct object o = object_new();

    put(&o, "both", json_integer((json_int_t)ab->people.n_both));
    put(&o, "only_a", json_integer((json_int_t)ab->people.n_only[CS_A]));
    put(&o, "only_b", json_integer((json_int_t)ab->people.n_only[CS_B]));
    return finish(&o);
}

static json_t *measured_people_json(const struct cs_ab *ab, enum cs_scope scope)
{
    struct object o = object_new();

    put_real(&o, "people", ab->measured[scope]);
    put_real(&o, "variance_noise", ab->v_measured[scope]);
    return finish(&o);
}

/* Who is where, and who counts. */
static json_t *people_json(const struct cs_ab *ab)
{
    struct object o = object_new();

    put(&o, "synthetic", synthetic_people_json(ab));
    for (enum cs_scope scope = CS_AT_A; scope <= CS_AT_BOTH; scope++)
        put(&o, scope_name(scope), measured_people_json(ab, scope));
    put(&o, "counted", json_string(scope_name(ab->scope)));
    return finish(&o);
}

static json_t *split_json(const struct cs_ab *ab)
{
    struct object o = object_new();

    put_real(&o, "test_share", ab->split);
    put_real(&o, "p", ab->split_p);
    return finish(&o);
}

static json_t *segment_json(const struct cs_segment *segment,
                            const struct cs_study *study)
{
    const struct cs_column *column = &study->schema.columns[segment->column];
    char label[CS_LABEL_BYTES];
    struct object o = object_new();

    cs_report_label(label, column, segment->code);
    put(&o, "column", json_string(column->name));
    put(&o, "level", json_string(label));
    put(&o, "code", json_integer(segment->code));
    if (study->link == CS_LINK_PRIVATE) {
        put(&o, "party", json_string(column->at[CS_A] ? "a" : "b"));
        put(&o, "counted", json_string(scope_name(segment->scope)));
    }
    put(&o, "synthetic", effect_json(&segment->synthetic));
    if (segment->synthetic.verdict == CS_REPORTED) {
        put_real(&o, "p_adjusted", segment->p_adjusted);
        put(&o, "direct", effect_json(&segment->direct));
    }
    return finish(&o);
}

static json_t *segments_json(const struct cs_report *report)
{
    json_t *array = json_array();

    for (size_t i = 0; i < report->ab->n_segments; i++)
        if (json_array_append_new(
                array, segment_json(&report->ab->segments[i], report->study)) != 0) {
            json_decref(array);
            return NULL;
        }
    return array;
}

static json_t *report_json(const struct cs_report *report)
{
    const struct cs_study *study = report->study;
    char digest[2 * CS_DIGEST_BYTES + 1];
    struct object o = object_new();

    sodium_bin2hex(digest, sizeof digest, study->digest, sizeof study->digest);
    put(&o, "schema", json_string(SCHEMA));
    put(&o, "may_be_shared", json_boolean(!study->unprotected));
    if (study->unprotected)
        put(&o, "warning", json_string(CS_UNPROTECTED_MARK));
    put(&o, "study", json_string(study->name));
    put(&o, "study_digest", json_string(digest));
    put(&o, "privacy", privacy_json(report));
    put(&o, "arm", arm_json(study));
    put(&o, "conversion", conversion_json(study));
    if (study->link == CS_LINK_PRIVATE)
        put(&o, "people", people_json(report->ab));
    put(&o, "synthetic", effect_json(&report->ab->synthetic));
    put(&o, "direct", effect_json(&report->ab->direct));
    put(&o, "agreement", agreement_json(report->ab));
    put(&o, "split", split_json(report->ab));
    put(&o, "generators", cs_judged_json(report->judgements));
    put(&o, "segment_minimum", json_integer((json_int_t)study->segment_minimum));
    put(&o, "segments", segments_json(report));
    return finish(&o);
}

enum cs_status cs_report_json(FILE *stream, const struct cs_report *report)
{
    json_t *json = report_json(report);
    enum cs_status st = CS_MEMORY;

    if (json != NULL &&
        (json_dumpf(json, stream, JSON_INDENT(2) | JSON_REAL_PRECISION(12)) == 0 ||
         ferror(stream)))
        st = CS_OK;
    fputc('\n', stream);
    json_decref(json);
    return st;
}
