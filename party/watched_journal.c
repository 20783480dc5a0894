/* A journal, line by line: the first says whose run it is, each other one what came next.
 */
#include <jansson.h>
#include <math.h>
#include <string.h>

#include "party/journal.h"
#include "party/json_file.h"
#include "party/watched.h"

/* False if it is no finite number of at least 0. */
static bool read_number(double *number, const json_t *json)
{
    *number = json_number_value(json);
    return json_is_number(json) && *number >= 0 && isfinite(*number);
}

static bool read_count(uint64_t *count, const json_t *json)
{
    const json_int_t value = json_integer_value(json);

    *count = value > 0 ? (uint64_t)value : 0;
    return json_is_integer(json) && value >= 0;
}

static bool read_party(char *party, const json_t *json)
{
    const char *word = json_string_value(json);

    *party = word != NULL ? word[0] : '\0';
    return *party == 'a' || *party == 'b';
}

/* What the stage has said to the peer, if it could. */
static bool read_traffic(struct cs_watched_stage *stage, const json_t *line)
{
    stage->spoke = json_object_get(line, "sent_bytes") != NULL;
    return !stage->spoke ||
           (read_count(&stage->sent_bytes, json_object_get(line, "sent_bytes")) &&
            read_count(&stage->received_bytes, json_object_get(line, "received_bytes")) &&
            read_count(&stage->rounds, json_object_get(line, "rounds")));
}

static struct cs_watched_stage *find_stage(struct cs_watched *watched, const json_t *name)
{
    const char *word = json_string_value(name);

    for (size_t i = 0; word != NULL && i < watched->n_stages; i++)
        if (strcmp(watched->stages[i].name, word) == 0)
            return &watched->stages[i];
    return NULL;
}

static bool read_names(struct cs_watched *watched, const json_t *names)
{
    if (!json_is_array(names) || json_array_size(names) > CS_WATCHED_STAGES_MAX)
        return false;
    watched->n_stages = json_array_size(names);
    for (size_t i = 0; i < watched->n_stages; i++)
        if (!cs_json_words(watched->stages[i].name, CS_WATCHED_WORD_BYTES,
                           json_array_get(names, i)))
            return false;
    return true;
}

static bool read_head(struct cs_watched *watched, const json_t *line)
{
    const json_t *schema = json_object_get(line, "schema");
    const json_t *epsilon = json_object_get(line, "epsilon");
    uint64_t pid, started;

    if (!json_is_string(schema) ||
        strcmp(json_string_value(schema), CS_JOURNAL_SCHEMA) != 0)
        return false;
    watched->epsilon = INFINITY;
    if (!json_is_null(epsilon) &&
        !(read_number(&watched->epsilon, epsilon) &&
          read_number(&watched->delta, json_object_get(line, "delta"))))
        return false;
    if (!read_count(&pid, json_object_get(line, "pid")) ||
        !read_count(&started, json_object_get(line, "started")))
        return false;
    watched->pid = (long)pid;
    watched->started = (long)started;
    return cs_json_words(watched->study, sizeof watched->study,
                         json_object_get(line, "study")) &&
           read_party(&watched->party, json_object_get(line, "party")) &&
           read_names(watched, json_object_get(line, "stages"));
}

static bool read_stage(struct cs_watched *watched, const json_t *line)
{
    struct cs_watched_stage *stage = find_stage(watched, json_object_get(line, "stage"));

    if (stage == NULL)
        return false;
    stage->begun = true;
    stage->over = json_is_true(json_object_get(line, "over"));
    return read_number(&stage->seconds, json_object_get(line, "seconds")) &&
           read_number(&stage->done, json_object_get(line, "done")) && stage->done <= 1 &&
           read_number(&watched->seconds, json_object_get(line, "at")) &&
           read_number(&watched->cpu_seconds, json_object_get(line, "cpu_seconds")) &&
           read_count(&watched->memory_bytes, json_object_get(line, "memory_bytes")) &&
           read_traffic(stage, line);
}

static struct cs_watched_curve *find_curve(struct cs_watched *watched, const char *stage)
{
    for (size_t i = 0; i < watched->n_curves; i++)
        if (strcmp(watched->curves[i].stage, stage) == 0)
            return &watched->curves[i];
    if (watched->n_curves == CS_WATCHED_CURVES_MAX)
        return NULL;
    struct cs_watched_curve *curve = &watched->curves[watched->n_curves++];
    snprintf(curve->stage, sizeof curve->stage, "%s", stage);
    return curve;
}

static bool read_point(struct cs_watched *watched, const json_t *line)
{
    const struct cs_watched_stage *stage =
        find_stage(watched, json_object_get(line, "curve"));
    struct cs_watched_curve *curve =
        stage == NULL ? NULL : find_curve(watched, stage->name);
    const json_t *value = json_object_get(line, "value");

    if (curve == NULL || curve->n == CS_WATCHED_POINTS_MAX || !json_is_number(value))
        return false;
    curve->value[curve->n++] = json_number_value(value);
    return true;
}

static bool read_charge(struct cs_watched *watched, const json_t *charged)
{
    watched->charged = INFINITY;
    return json_is_null(charged) || read_number(&watched->charged, charged);
}

static bool read_line(struct cs_watched *watched, const json_t *line, size_t number)
{
    if (number == 1)
        return read_head(watched, line);
    if (json_object_get(line, "curve") != NULL)
        return read_point(watched, line);
    if (json_object_get(line, "charged") != NULL)
        return read_charge(watched, json_object_get(line, "charged"));
    return read_stage(watched, line);
}

enum cs_status cs_watched_parse(struct cs_watched *watched, const char *text,
                                size_t n_bytes, const char *name, struct cs_fault *fault)
{
    const char *end = text + n_bytes, *stop;
    size_t number = 1;

    *watched = (struct cs_watched){ .charged = NAN, .cpu_seconds = NAN };
    for (; (stop = memchr(text, '\n', (size_t)(end - text))) != NULL; text = stop + 1) {
        json_t *line =
            json_loadb(text, (size_t)(stop - text), JSON_REJECT_DUPLICATES, NULL);
        const bool good = read_line(watched, line, number);

        json_decref(line);
        if (!good)
            return cs_fault_say(fault, CS_INPUT,
                                "%s:%zu: is not a line of %s; was it written by another "
                                "version of cosynth?",
                                name, number, CS_JOURNAL_SCHEMA);
        number++;
    }
    if (number == 1)
        return cs_fault_say(fault, CS_INPUT, "%s: has no line yet; look again", name);
    return CS_OK;
}
