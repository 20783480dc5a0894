/* report_json.c: report.json. Field by field in docs/REPORT.md; a change that a reader
 * can notice changes SCHEMA. jansson's objects steal what is put into them and report a
 * failed allocation by -1, NULL in being such a failure too, so that one look at the end
 * is enough. */
#include <jansson.h>
#include <math.h>
#include <sodium.h>

#include "party/judged.h"
#include "party/report.h"

#define SCHEMA "cosynth-report/2"

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

/* What `item` makes of 0 to n - 1, as a list. */
static json_t *list_json(json_t *(*item)(const void *of, size_t i), const void *of,
                         size_t n)
{
    json_t *array = json_array();

    for (size_t i = 0; i < n; i++)
        if (json_array_append_new(array, item(of, i)) != 0) {
            json_decref(array);
            return NULL;
        }
    return array;
}

static json_t *test_json(const void *of, size_t i)
{
    const struct cs_study *study = of;
    const struct cs_column *column = &study->schema.columns[study->arm];
    struct object o = object_new();

    put(&o, "name", json_string(study->tests[i].name));
    put(&o, "levels", levels_json(column, &study->tests[i].levels));
    return finish(&o);
}

static json_t *arm_json(const struct cs_study *study)
{
    const struct cs_column *column = &study->schema.columns[study->arm];
    struct object o = object_new();

    put(&o, "column", json_string(column->name));
    put(&o, "tests", list_json(test_json, study, study->n_tests));
    put(&o, "control", levels_json(column, &study->control));
    return finish(&o);
}

static json_t *outcome_json(const void *of, size_t i)
{
    const struct cs_study *study = of;
    const struct cs_outcome_spec *outcome = &study->outcomes[i];
    const struct cs_column *column = &study->schema.columns[outcome->column];
    struct object o = object_new();

    put(&o, "column", json_string(column->name));
    put(&o, "kind", json_string(outcome->is_mean ? "mean" : "rate"));
    if (outcome->is_mean)
        put(&o, "missing",
            json_string(outcome->leaves_out_missing ? "excluded" : "zero"));
    else
        put(&o, "converted", levels_json(column, &outcome->converted));
    return finish(&o);
}

static json_t *privacy_json(const struct cs_report *report)
{
    struct object o = object_new();

    put(&o, "private", json_boolean(!report->study->unprotected));
    put_real(&o, "epsilon", report->study->epsilon);
    put_real(&o, "epsilon_spent", report->plan->epsilon_spent);
    put_real(&o, "delta", report->study->unprotected ? NAN : report->study->delta);
    return finish(&o);
}

static json_t *agreement_json(const struct cs_answer *answer)
{
    const struct cs_agreement *agreement = &answer->agreement;

    if (answer->synthetic.verdict != CS_REPORTED)
        return json_null();

    struct object o = object_new();

    put(&o, "agree", json_boolean(agreement->agree));
    put_real(&o, "difference", agreement->difference);
    put_real(&o, "difference_max", agreement->difference_max);
    put(&o, "tables", json_integer((json_int_t)agreement->n_tables));
    put_real(&o, "tables_p", agreement->tables_p);
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
    put(&o, "counted", json_string(scope_name(ab->answers->scope)));
    return finish(&o);
}

static json_t *split_json(const struct cs_split *split)
{
    struct object o = object_new();

    put_real(&o, "test_share", split->test);
    put_real(&o, "p", split->p);
    return finish(&o);
}

static json_t *power_json(const struct cs_power *power)
{
    struct object o = object_new();

    put_real(&o, "lift", power->lift);
    put_real(&o, "lift_without_noise", power->without_noise);
    return finish(&o);
}

/* One of the columns of a segment, and its level there. */
struct level {
    const struct cs_segment *segment;
    const struct cs_study *study;
};

static json_t *level_json(const void *of, size_t i)
{
    const struct level *level = of;
    const struct cs_segment *segment = level->segment;
    const struct cs_column *column = &level->study->schema.columns[segment->column[i]];
    char label[CS_LABEL_BYTES];
    struct object o = object_new();

    cs_report_label(label, column, segment->code[i]);
    put(&o, "column", json_string(column->name));
    put(&o, "level", json_string(label));
    put(&o, "code", json_integer(segment->code[i]));
    if (level->study->link == CS_LINK_PRIVATE)
        put(&o, "party", json_string(column->at[CS_A] ? "a" : "b"));
    return finish(&o);
}

/* What an answer is made into JSON with. */
struct answering {
    const struct cs_report *report;
    const struct cs_answer *answer;
};

static json_t *segment_json(const void *of, size_t i)
{
    const struct answering *answering = of;
    const struct cs_study *study = answering->report->study;
    const struct cs_segment *segment = &answering->answer->segments[i];
    const struct level level = { segment, study };
    struct object o = object_new();

    put(&o, "by", list_json(level_json, &level, segment->n_columns));
    if (study->link == CS_LINK_PRIVATE)
        put(&o, "counted", json_string(scope_name(segment->scope)));
    put(&o, "reported", json_string(segment->n_columns == 1 ? "synthetic" : "direct"));
    put(&o, "synthetic", effect_json(&segment->synthetic));
    put(&o, "direct", effect_json(&segment->direct));
    if (cs_segment_effect(segment)->verdict == CS_REPORTED)
        put_real(&o, "p_adjusted", segment->p_adjusted);
    return finish(&o);
}

static json_t *answer_json(const void *of, size_t i)
{
    const struct cs_report *report = of;
    const struct cs_study *study = report->study;
    const struct cs_answer *answer = &report->ab->answers[i];
    const struct answering answering = { report, answer };
    const size_t column = study->outcomes[answer->outcome].column;
    struct object o = object_new();

    put(&o, "test", json_string(study->tests[answer->test].name));
    put(&o, "outcome", json_string(study->schema.columns[column].name));
    put(&o, "synthetic", effect_json(&answer->synthetic));
    put(&o, "direct", effect_json(&answer->direct));
    if (answer->synthetic.verdict == CS_REPORTED)
        put_real(&o, "p_adjusted", answer->p_adjusted);
    put(&o, "agreement", agreement_json(answer));
    put(&o, "split", split_json(&answer->split));
    put(&o, "power", power_json(&answer->power));
    put(&o, "segments", list_json(segment_json, &answering, answer->n_segments));
    return finish(&o);
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
    put(&o, "outcomes", list_json(outcome_json, study, study->n_outcomes));
    if (study->link == CS_LINK_PRIVATE)
        put(&o, "people", people_json(report->ab));
    put_real(&o, "arms_p", report->ab->split_p);
    put(&o, "segment_minimum", json_integer((json_int_t)study->segment_minimum));
    put(&o, "answers", list_json(answer_json, report, report->ab->n_answers));
    put(&o, "generators", cs_judged_json(report->judgements));
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
