/* report_json.c: report.json. Field by field in docs/REPORT.md; a change that a reader
 * can notice changes SCHEMA. */
#include <jansson.h>
#include <math.h>
#include <sodium.h>

#include "party/json_object.h"
#include "party/judged.h"
#include "party/report_parts.h"

#define SCHEMA "cosynth-report/2"

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

static json_t *test_json(const void *of, size_t i)
{
    const struct cs_study *study = of;
    const struct cs_column *column = &study->schema.columns[study->arm];
    struct cs_json o = cs_json_new();

    cs_json_put(&o, "name", json_string(study->tests[i].name));
    cs_json_put(&o, "levels", levels_json(column, &study->tests[i].levels));
    return cs_json_finish(&o);
}

static json_t *arm_json(const struct cs_study *study)
{
    const struct cs_column *column = &study->schema.columns[study->arm];
    struct cs_json o = cs_json_new();

    cs_json_put(&o, "column", json_string(column->name));
    cs_json_put(&o, "tests", cs_json_list(test_json, study, study->n_tests));
    cs_json_put(&o, "control", levels_json(column, &study->control));
    return cs_json_finish(&o);
}

static json_t *outcome_json(const void *of, size_t i)
{
    const struct cs_study *study = of;
    const struct cs_outcome_spec *outcome = &study->outcomes[i];
    const struct cs_column *column = &study->schema.columns[outcome->column];
    struct cs_json o = cs_json_new();

    cs_json_put(&o, "column", json_string(column->name));
    cs_json_put(&o, "kind", json_string(outcome->is_mean ? "mean" : "rate"));
    if (outcome->is_mean)
        cs_json_put(&o, "missing",
                    json_string(outcome->leaves_out_missing ? "excluded" : "zero"));
    else
        cs_json_put(&o, "converted", levels_json(column, &outcome->converted));
    return cs_json_finish(&o);
}

static json_t *privacy_json(const struct cs_report *report)
{
    struct cs_json o = cs_json_new();

    cs_json_put(&o, "private", json_boolean(!report->study->unprotected));
    cs_json_put_real(&o, "epsilon", report->study->epsilon);
    cs_json_put_real(&o, "epsilon_spent", report->plan->epsilon_spent);
    cs_json_put_real(&o, "delta",
                     report->study->unprotected ? NAN : report->study->delta);
    return cs_json_finish(&o);
}

const char *cs_report_scope_name(enum cs_scope scope)
{
    return scope == CS_AT_A ? "a" : scope == CS_AT_B ? "b" : "both";
}

static json_t *synthetic_people_json(const struct cs_ab *ab)
{
    struct cs_json o = cs_json_new();

    cs_json_put(&o, "both", json_integer((json_int_t)ab->people.n_both));
    cs_json_put(&o, "only_a", json_integer((json_int_t)ab->people.n_only[CS_A]));
    cs_json_put(&o, "only_b", json_integer((json_int_t)ab->people.n_only[CS_B]));
    return cs_json_finish(&o);
}

static json_t *measured_people_json(const struct cs_ab *ab, enum cs_scope scope)
{
    struct cs_json o = cs_json_new();

    cs_json_put_real(&o, "people", ab->measured[scope]);
    cs_json_put_real(&o, "variance_noise", ab->v_measured[scope]);
    return cs_json_finish(&o);
}

/* Who is where, and who counts. */
static json_t *people_json(const struct cs_ab *ab)
{
    struct cs_json o = cs_json_new();

    cs_json_put(&o, "synthetic", synthetic_people_json(ab));
    for (enum cs_scope scope = CS_AT_A; scope <= CS_AT_BOTH; scope++)
        cs_json_put(&o, cs_report_scope_name(scope), measured_people_json(ab, scope));
    cs_json_put(&o, "counted", json_string(cs_report_scope_name(ab->answers->scope)));
    return cs_json_finish(&o);
}

static json_t *report_json(const struct cs_report *report)
{
    const struct cs_study *study = report->study;
    char digest[2 * CS_DIGEST_BYTES + 1];
    struct cs_json o = cs_json_new();

    sodium_bin2hex(digest, sizeof digest, study->digest, sizeof study->digest);
    cs_json_put(&o, "schema", json_string(SCHEMA));
    cs_json_put(&o, "may_be_shared", json_boolean(!study->unprotected));
    if (study->unprotected)
        cs_json_put(&o, "warning", json_string(CS_UNPROTECTED_MARK));
    cs_json_put(&o, "study", json_string(study->name));
    cs_json_put(&o, "study_digest", json_string(digest));
    cs_json_put(&o, "privacy", privacy_json(report));
    cs_json_put(&o, "arm", arm_json(study));
    cs_json_put(&o, "outcomes", cs_json_list(outcome_json, study, study->n_outcomes));
    if (study->link == CS_LINK_PRIVATE)
        cs_json_put(&o, "people", people_json(report->ab));
    cs_json_put_real(&o, "arms_p", report->ab->split_p);
    cs_json_put(&o, "segment_minimum", json_integer((json_int_t)study->segment_minimum));
    cs_json_put(&o, "answers",
                cs_json_list(cs_report_answer_json, report, report->ab->n_answers));
    cs_json_put(&o, "generators", cs_judged_json(report->judgements));
    return cs_json_finish(&o);
}

enum cs_status cs_report_json(FILE *stream, const struct cs_report *report)
{
    return cs_json_write(stream, report_json(report), 12);
}
