/* One answer of report.json. */
#include <jansson.h>
#include <math.h>

#include "party/json_object.h"
#include "party/report_parts.h"

static json_t *rate_json(const struct cs_rate *rate, bool is_mean)
{
    struct cs_json o = cs_json_new();

    cs_json_put_real(&o, "people", rate->people);
    cs_json_put_real(&o, is_mean ? "sum" : "conversions", rate->total);
    cs_json_put_real(&o, is_mean ? "mean" : "rate", rate->value);
    cs_json_put_real(&o, "variance_sampling", rate->sampling);
    cs_json_put_real(&o, "variance_noise", rate->noise);
    return cs_json_finish(&o);
}

static json_t *lift_json(const struct cs_lift *lift)
{
    struct cs_json o = cs_json_new();

    cs_json_put_real(&o, "value", lift->value);
    cs_json_put_real(&o, "low", lift->low);
    cs_json_put_real(&o, "high", lift->high);
    cs_json_put_real(&o, "variance_sampling", lift->sampling);
    cs_json_put_real(&o, "variance_noise", lift->noise);
    cs_json_put_real(&o, "p", lift->p);
    return cs_json_finish(&o);
}

static json_t *relative_json(const struct cs_relative *relative)
{
    struct cs_json o = cs_json_new();

    cs_json_put_real(&o, "value", relative->value);
    cs_json_put_real(&o, "low", relative->low);
    cs_json_put_real(&o, "high", relative->high);
    return cs_json_finish(&o);
}

/* n_arms: CS_ARMS, or without those in no arm. */
static json_t *effect_json(const struct cs_effect *effect, bool is_mean, size_t n_arms)
{
    static const char *const name[CS_ARMS] = { "test", "control", "neither" };
    struct cs_json o = cs_json_new();

    cs_json_put(&o, "verdict", json_string(cs_verdict_name(effect->verdict)));
    if (effect->verdict != CS_REPORTED) {
        cs_json_put(&o, "reason", json_string(cs_verdict_words(effect->verdict)));
        return cs_json_finish(&o);
    }
    for (size_t arm = 0; arm < n_arms; arm++)
        cs_json_put(&o, name[arm], rate_json(&effect->rate[arm], is_mean));
    cs_json_put(&o, "lift", lift_json(&effect->lift));
    cs_json_put(&o, "relative",
                effect->relative.reported ? relative_json(&effect->relative)
                                          : json_null());
    return cs_json_finish(&o);
}

static json_t *agreement_json(const struct cs_answer *answer)
{
    const struct cs_agreement *agreement = &answer->agreement;

    if (cs_answer_effect(answer)->verdict != CS_REPORTED)
        return json_null();

    struct cs_json o = cs_json_new();

    cs_json_put(&o, "agree", json_boolean(agreement->agree));
    cs_json_put_real(&o, "difference", agreement->difference);
    cs_json_put_real(&o, "difference_max", agreement->difference_max);
    cs_json_put(&o, "tables", json_integer((json_int_t)agreement->n_tables));
    cs_json_put_real(&o, "tables_p", agreement->tables_p);
    return cs_json_finish(&o);
}

static json_t *split_json(const struct cs_split *split)
{
    struct cs_json o = cs_json_new();

    cs_json_put_real(&o, "test_share", split->test);
    cs_json_put_real(&o, "p", split->p);
    return cs_json_finish(&o);
}

static json_t *power_json(const struct cs_power *power)
{
    struct cs_json o = cs_json_new();

    cs_json_put_real(&o, "lift", power->lift);
    cs_json_put_real(&o, "lift_without_noise", power->without_noise);
    return cs_json_finish(&o);
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
    struct cs_json o = cs_json_new();

    cs_report_label(label, column, segment->code[i]);
    cs_json_put(&o, "column", json_string(column->name));
    cs_json_put(&o, "level", json_string(label));
    cs_json_put(&o, "code", json_integer(segment->code[i]));
    if (level->study->link == CS_LINK_PRIVATE)
        cs_json_put(&o, "party", json_string(column->at[CS_A] ? "a" : "b"));
    return cs_json_finish(&o);
}

static json_t *drawn_json(const struct cs_segment *segment)
{
    struct cs_json o = cs_json_new();

    cs_json_put_real(&o, "value", segment->drawn);
    cs_json_put_real(&o, "low", segment->drawn_low);
    cs_json_put_real(&o, "high", segment->drawn_high);
    return cs_json_finish(&o);
}

static json_t *relevance_json(const struct cs_relevance *relevance,
                              const struct cs_study *study)
{
    const struct cs_column *column = &study->schema.columns[relevance->column];
    const struct cs_difference *lifts = &relevance->lifts;
    struct cs_json o = cs_json_new();

    cs_json_put(&o, "column", json_string(column->name));
    if (study->link == CS_LINK_PRIVATE)
        cs_json_put(&o, "party", json_string(column->at[CS_A] ? "a" : "b"));
    cs_json_put_real(&o, "share", relevance->share);
    cs_json_put_real(&o, "lift_q", lifts->q);
    cs_json_put(&o, "lift_degrees", json_integer((json_int_t)lifts->n_degrees));
    cs_json_put_real(&o, "lift_p", lifts->p);
    cs_json_put_real(&o, "lift_spread", lifts->n_degrees > 0 ? lifts->spread : NAN);
    return cs_json_finish(&o);
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
    const bool is_mean = study->outcomes[answering->answer->outcome].is_mean;
    struct cs_json o = cs_json_new();

    cs_json_put(&o, "by", cs_json_list(level_json, &level, segment->n_columns));
    if (study->link == CS_LINK_PRIVATE)
        cs_json_put(&o, "counted", json_string(cs_report_scope_name(segment->scope)));
    cs_json_put(&o, "reported",
                json_string(segment->n_columns == 1 ? "synthetic" : "direct"));
    cs_json_put(&o, "synthetic", effect_json(&segment->synthetic, is_mean, CS_NEITHER));
    cs_json_put(&o, "direct", effect_json(&segment->direct, is_mean, CS_NEITHER));
    if (cs_segment_effect(segment)->verdict == CS_REPORTED)
        cs_json_put_real(&o, "p_adjusted", segment->p_adjusted);
    if (segment->is_drawn)
        cs_json_put(&o, "drawn", drawn_json(segment));
    return cs_json_finish(&o);
}

static json_t *column_json(const void *of, size_t i)
{
    const struct answering *answering = of;

    return relevance_json(&answering->answer->relevance[i], answering->report->study);
}

static json_t *pool_json(const struct cs_pool *pool)
{
    struct cs_json o = cs_json_new();

    cs_json_put_real(&o, "mean", pool->mean);
    cs_json_put_real(&o, "spread", pool->spread);
    return cs_json_finish(&o);
}

/* What there is of a mean besides the mean. */
static json_t *amounts_json(const struct cs_amounts *amounts)
{
    struct cs_json o = cs_json_new();

    cs_json_put(&o, "trust", json_string(cs_trust_name(amounts->trust)));
    cs_json_put(&o, "reason", json_string(cs_trust_words(amounts->trust)));
    cs_json_put_real(&o, "cap", amounts->cap);
    cs_json_put_real(&o, "people_needed", amounts->people_needed);
    cs_json_put(&o, "synthetic", effect_json(&amounts->synthetic, true, CS_ARMS));
    cs_json_put(&o, "direct", effect_json(&amounts->direct, true, CS_ARMS));
    cs_json_put(&o, "converters_synthetic",
                effect_json(&amounts->synthetic_converters, true, CS_ARMS));
    cs_json_put(&o, "converters_direct",
                effect_json(&amounts->direct_converters, true, CS_ARMS));
    return cs_json_finish(&o);
}

json_t *cs_report_answer_json(const void *of, size_t i)
{
    const struct cs_report *report = of;
    const struct cs_study *study = report->study;
    const struct cs_answer *answer = &report->ab->answers[i];
    const struct answering answering = { report, answer };
    const struct cs_outcome_spec *outcome = &study->outcomes[answer->outcome];
    struct cs_json o = cs_json_new();

    cs_json_put(&o, "test", json_string(study->tests[answer->test].name));
    cs_json_put(&o, "outcome", json_string(study->schema.columns[outcome->column].name));
    cs_json_put(&o, "synthetic",
                effect_json(&answer->synthetic, outcome->is_mean, CS_ARMS));
    cs_json_put(&o, "direct", effect_json(&answer->direct, outcome->is_mean, CS_ARMS));
    if (outcome->is_mean)
        cs_json_put(&o, "amounts", amounts_json(&answer->amounts));
    if (cs_answer_effect(answer)->verdict == CS_REPORTED)
        cs_json_put_real(&o, "p_adjusted", answer->p_adjusted);
    cs_json_put(&o, "agreement", agreement_json(answer));
    cs_json_put(&o, "split", split_json(&answer->split));
    cs_json_put(&o, "power", power_json(&answer->power));
    cs_json_put(&o, "segments",
                cs_json_list(segment_json, &answering, answer->n_segments));
    cs_json_put(&o, "pool", pool_json(&answer->pool[0]));
    cs_json_put(&o, "pool_of_pairs", pool_json(&answer->pool[1]));
    cs_json_put(&o, "columns",
                cs_json_list(column_json, &answering, answer->n_relevance));
    return cs_json_finish(&o);
}
