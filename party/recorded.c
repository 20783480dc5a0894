#include "party/recorded.h"

#include <jansson.h>
#include <math.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "party/json_object.h"
#define SCHEMA "cosynth-receipt/1"

/* False if it is no text, or longer than there is room for. */
static bool copy_text(char *to, size_t n_bytes, const json_t *text)
{
    const char *from = json_string_value(text);

    return from != NULL && strlen(from) < n_bytes && strcpy(to, from) != NULL;
}

static bool read_party(enum cs_party *party, const json_t *text)
{
    const char *name = json_string_value(text);

    *party = name != NULL && strcmp(name, "b") == 0 ? CS_B : CS_A;
    return name != NULL && (strcmp(name, "a") == 0 || strcmp(name, "b") == 0);
}

static bool is_of(const struct cs_study *study, const json_t *receipt)
{
    const char *schema = json_string_value(json_object_get(receipt, "schema"));
    const char *digest = json_string_value(json_object_get(receipt, "study_digest"));
    char own[2 * CS_DIGEST_BYTES + 1];

    sodium_bin2hex(own, sizeof own, study->digest, sizeof study->digest);
    return schema != NULL && strcmp(schema, SCHEMA) == 0 && digest != NULL &&
           strcmp(digest, own) == 0;
}

static bool read_stages(struct cs_recorded *recorded, const json_t *list)
{
    if (!json_is_array(list) || json_array_size(list) > CS_RECORDED_STAGES_MAX)
        return false;
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *from = json_array_get(list, i);
        struct cs_recorded_stage *stage = &recorded->stages[recorded->n_stages++];

        if (!copy_text(stage->name, sizeof stage->name, json_object_get(from, "stage")))
            return false;
        stage->seconds = json_number_value(json_object_get(from, "seconds"));
        stage->sent_bytes = json_number_value(json_object_get(from, "sent_bytes"));
        stage->received_bytes =
            json_number_value(json_object_get(from, "received_bytes"));
    }
    return true;
}

/* `average of weights, round 3` is one of `average of weights`. */
static struct cs_recorded_opening *find_opening(struct cs_recorded *recorded,
                                                char *purpose)
{
    purpose[strcspn(purpose, ",")] = '\0';
    for (size_t i = 0; i < recorded->n_openings; i++)
        if (strcmp(recorded->openings[i].purpose, purpose) == 0)
            return &recorded->openings[i];
    if (recorded->n_openings == CS_RECORDED_OPENINGS_MAX)
        return NULL;
    struct cs_recorded_opening *made = &recorded->openings[recorded->n_openings++];
    strcpy(made->purpose, purpose);
    return made;
}

static bool read_openings(struct cs_recorded *recorded, const json_t *list)
{
    char purpose[sizeof recorded->openings->purpose];

    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *from = json_array_get(list, i);
        struct cs_recorded_opening *opening;

        if (!copy_text(purpose, sizeof purpose, json_object_get(from, "purpose")) ||
            (opening = find_opening(recorded, purpose)) == NULL)
            return false;
        opening->n_times++;
        opening->n_words += json_number_value(json_object_get(from, "words"));
    }
    return json_is_array(list);
}

/* The cost of all in a list, of which NULL has none; NAN where there is no privacy. */
static double sum_rho(const json_t *list)
{
    double rho = 0;

    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *one = json_object_get(json_array_get(list, i), "zcdp_rho");

        rho += json_is_number(one) ? json_number_value(one) : NAN;
    }
    return rho;
}

static bool read_training(struct cs_recorded *recorded, const json_t *list)
{
    for (size_t i = 0; i < json_array_size(list); i++) {
        enum cs_party party;

        if (!read_party(&party, json_object_get(json_array_get(list, i), "party")))
            return false;
        recorded->trained[party] = true;
    }
    return true;
}

static bool read_released(struct cs_recorded *recorded, const json_t *released)
{
    const json_t *densities = json_object_get(released, "densities");
    const json_t *values = json_object_get(released, "values");

    recorded->n_densities = json_array_size(densities);
    recorded->n_values = json_array_size(values);
    recorded->rho_densities = sum_rho(densities);
    recorded->rho_values = sum_rho(values);
    return read_training(recorded, json_object_get(released, "training")) &&
           read_openings(recorded, json_object_get(released, "opened_shares"));
}

static void read_network(struct cs_recorded *recorded, const json_t *network)
{
    recorded->n_cuts = json_number_value(json_object_get(network, "cuts"));
    recorded->seconds_down = json_number_value(json_object_get(network, "seconds_down"));
}

/* The field that is not as it should be, or NULL. */
static const char *read_fields(struct cs_recorded *recorded, const json_t *receipt)
{
    if (!read_party(&recorded->party, json_object_get(receipt, "party")))
        return "party";
    if (!copy_text(recorded->version, sizeof recorded->version,
                   json_object_get(receipt, "version")))
        return "version";
    if (!copy_text(recorded->plan_digest, sizeof recorded->plan_digest,
                   json_object_get(receipt, "plan_digest")))
        return "plan_digest";
    if (!read_stages(recorded, json_object_get(receipt, "stages")))
        return "stages";
    if (!read_released(recorded, json_object_get(receipt, "released")))
        return "released";
    read_network(recorded, json_object_get(receipt, "network"));
    return NULL;
}

enum cs_status cs_recorded_read(struct cs_recorded *recorded,
                                const struct cs_study *study, const char *text,
                                size_t n_bytes, const char *file_name,
                                struct cs_fault *fault)
{
    struct cs_recorded made = { .is_there = true };
    json_error_t error;
    json_t *receipt = json_loadb(text, n_bytes, JSON_REJECT_DUPLICATES, &error);
    enum cs_status st = CS_OK;

    memset(recorded, 0, sizeof *recorded);
    if (receipt == NULL && cs_json_lacked_memory(&error))
        return CS_MEMORY;
    if (!is_of(study, receipt)) {
        st = cs_fault_say(fault, CS_INPUT,
                          "%s: is no receipt of this study; put that of the run there, "
                          "or none",
                          file_name);
        goto out;
    }
    const char *field = read_fields(&made, receipt);
    if (field != NULL) {
        st = cs_fault_say(fault, CS_INPUT, "%s: %s: is not what a run writes", file_name,
                          field);
        goto out;
    }
    *recorded = made;
out:
    json_decref(receipt);
    return st;
}
