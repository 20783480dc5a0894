#include <jansson.h>
#include <math.h>
#include <string.h>

#include "party/watched_parts.h"

#define SCHEMA "cosynth-receipt/1"

/* The field that is not as it should be, or NULL. */
static const char *read_privacy(struct cs_watched *watched, const json_t *privacy)
{
    watched->epsilon = watched->charged = INFINITY;
    if (json_is_false(json_object_get(privacy, "private")))
        return NULL;
    if (!cs_watched_number(&watched->epsilon, json_object_get(privacy, "epsilon")))
        return "privacy.epsilon";
    if (!cs_watched_number(&watched->charged, json_object_get(privacy, "epsilon_spent")))
        return "privacy.epsilon_spent";
    if (!cs_watched_number(&watched->delta, json_object_get(privacy, "delta")))
        return "privacy.delta";
    return NULL;
}

static bool read_stage(struct cs_watched *watched, const json_t *json)
{
    struct cs_watched_stage *stage = &watched->stages[watched->n_stages++];

    stage->begun = stage->over = true;
    stage->done = 1;
    if (!cs_watched_text(stage->name, sizeof stage->name,
                         json_object_get(json, "stage")) ||
        !cs_watched_number(&stage->seconds, json_object_get(json, "seconds")))
        return false;
    watched->seconds += stage->seconds;
    return cs_watched_traffic(stage, json);
}

static const char *read_stages(struct cs_watched *watched, const json_t *stages)
{
    const json_t *stage;
    size_t i;

    if (!json_is_array(stages) || json_array_size(stages) > CS_WATCHED_STAGES_MAX)
        return "stages";
    json_array_foreach(stages, i,
                       stage) if (!read_stage(watched, stage)) return "stages[]";
    return NULL;
}

/* What is left of the curve of a fit: its end. */
static void read_end(struct cs_watched *watched, const json_t *receipt, const char *stage)
{
    const json_t *value =
        json_object_get(json_object_get(receipt, stage), "chi_square_per_cell");
    struct cs_watched_curve *curve = &watched->curves[watched->n_curves];

    if (!json_is_number(value) || isinf(watched->epsilon))
        return;
    snprintf(curve->stage, sizeof curve->stage, "%s", stage);
    curve->value[curve->n++] = json_number_value(value);
    watched->n_curves++;
}

static const char *read_receipt(struct cs_watched *watched, const json_t *receipt)
{
    const char *schema = json_string_value(json_object_get(receipt, "schema"));
    const char *wrong;

    if (schema == NULL || strcmp(schema, SCHEMA) != 0)
        return "schema";
    if (!cs_watched_text(watched->study, sizeof watched->study,
                         json_object_get(receipt, "study")))
        return "study";
    if (!cs_watched_party(&watched->party, json_object_get(receipt, "party")))
        return "party";
    wrong = read_privacy(watched, json_object_get(receipt, "privacy"));
    if (wrong == NULL)
        wrong = read_stages(watched, json_object_get(receipt, "stages"));
    if (wrong != NULL)
        return wrong;
    if (!cs_watched_count(&watched->memory_bytes,
                          json_object_get(receipt, "peak_memory_bytes")))
        return "peak_memory_bytes";
    read_end(watched, receipt, "fit");
    read_end(watched, receipt, "refit");
    return NULL;
}

enum cs_status cs_watched_receipt(struct cs_watched *watched, const char *text,
                                  size_t n_bytes, const char *name,
                                  struct cs_fault *fault)
{
    json_t *receipt = json_loadb(text, n_bytes, JSON_REJECT_DUPLICATES, NULL);

    *watched = (struct cs_watched){ .state = CS_WATCHED_FINISHED, .cpu_seconds = NAN };
    const char *wrong = receipt == NULL ? "the whole" : read_receipt(watched, receipt);
    json_decref(receipt);
    if (wrong != NULL)
        return cs_fault_say(fault, CS_INPUT,
                            "%s: %s: is not as a receipt has it (docs/RECEIPT.md); is it "
                            "of this version of cosynth?",
                            name, wrong);
    return CS_OK;
}
