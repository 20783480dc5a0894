#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "party/finished_parts.h"

#define SCHEMA "cosynth-report/2"
#define REPORTED "reported"
#define CAPPED "capped_" /* noise or tail */

/* The part of the question at the path, in one notation; empty if there is none. */
static enum cs_status take_terms(char **terms, const struct cs_json_file *file,
                                 const char *path)
{
    const json_t *json = cs_json_at(file, path);

    *terms = json == NULL
                 ? strdup("")
                 : json_dumps(json, JSON_COMPACT | JSON_SORT_KEYS | JSON_ENCODE_ANY);
    return *terms == NULL ? CS_MEMORY : CS_OK;
}

static bool has_word(const struct cs_json_file *file, const char *path, const char *word)
{
    const char *found = json_string_value(cs_json_at(file, path));

    return found != NULL && strcmp(found, word) == 0;
}

/* The place of the outcome of that name among those of the study. */
static enum cs_status find_outcome(size_t *place, const struct cs_json_file *file,
                                   const char *name)
{
    const size_t n = cs_json_size(file, "outcomes");
    char path[CS_JSON_PATH_BYTES];

    for (*place = 0; *place < n; (*place)++)
        if (has_word(file, cs_json_path(path, "outcomes[%zu].column", *place), name))
            return CS_OK;
    return cs_json_refuse(file, "outcomes", "a list of those that are answered");
}

static enum cs_status read_outcome(struct cs_finished_answer *answer,
                                   const struct cs_json_file *file)
{
    char path[CS_JSON_PATH_BYTES];
    enum cs_status st;
    size_t place;

    CS_TRY(find_outcome(&place, file, answer->outcome));
    answer->is_rate =
        has_word(file, cs_json_path(path, "outcomes[%zu].kind", place), "rate");
    CS_TRY(take_terms(&answer->terms, file, cs_json_path(path, "outcomes[%zu]", place)));
out:
    return st;
}

/* Where the effect to believe stands: of a mean that may be the one of capped values. */
static const char *effect_path(char path[static CS_JSON_PATH_BYTES],
                               const struct cs_finished_answer *answer, size_t i,
                               const char *field)
{
    return cs_json_path(path, "answers[%zu].%ssynthetic.%s", i,
                        answer->is_capped ? "amounts." : "", field);
}

static enum cs_status read_lift(struct cs_finished_answer *answer,
                                const struct cs_json_file *file, size_t i)
{
    const struct {
        const char *field;
        double *number;
    } fields[] = {
        { "lift.value", &answer->lift },
        { "lift.low", &answer->low },
        { "lift.high", &answer->high },
        { "lift.variance_sampling", &answer->sampling },
        { "lift.variance_noise", &answer->noise },
    };
    char path[CS_JSON_PATH_BYTES];
    enum cs_status st = CS_OK;

    for (size_t f = 0; f < sizeof fields / sizeof *fields; f++)
        CS_TRY(cs_json_number(fields[f].number, file,
                              effect_path(path, answer, i, fields[f].field)));
    CS_TRY(cs_json_number(&answer->smallest, file,
                          cs_json_path(path, "answers[%zu].power.lift", i)));
    if (answer->sampling < 0 || answer->noise < 0)
        CS_TRY(cs_json_refuse(file, effect_path(path, answer, i, "lift"),
                              "with variances of at least 0"));
out:
    return st;
}

static enum cs_status read_effect(struct cs_finished_answer *answer,
                                  const struct cs_json_file *file, size_t i)
{
    char path[CS_JSON_PATH_BYTES];
    const char *trust = json_string_value(
        cs_json_at(file, cs_json_path(path, "answers[%zu].amounts.trust", i)));

    answer->lift = answer->low = answer->high = NAN;
    answer->sampling = answer->noise = answer->smallest = NAN;
    answer->is_capped = trust != NULL && strncmp(trust, CAPPED, strlen(CAPPED)) == 0;
    answer->reported = has_word(file, effect_path(path, answer, i, "verdict"), REPORTED);
    return answer->reported ? read_lift(answer, file, i)
                            : cs_json_text(answer->reason, sizeof answer->reason, file,
                                           effect_path(path, answer, i, "reason"));
}

/* Its own effect counts, or the direct one. */
static bool is_reported(const struct cs_json_file *file, size_t i, size_t s)
{
    char path[CS_JSON_PATH_BYTES];
    const bool direct = has_word(
        file, cs_json_path(path, "answers[%zu].segments[%zu].reported", i, s), "direct");

    cs_json_path(path, "answers[%zu].segments[%zu].%s.verdict", i, s,
                 direct ? "direct" : "synthetic");
    return has_word(file, path, REPORTED);
}

static enum cs_status read_answer(struct cs_finished_answer *answer,
                                  const struct cs_json_file *file, size_t i)
{
    char path[CS_JSON_PATH_BYTES];
    enum cs_status st;

    CS_TRY(cs_json_text(answer->test, sizeof answer->test, file,
                        cs_json_path(path, "answers[%zu].test", i)));
    CS_TRY(cs_json_text(answer->outcome, sizeof answer->outcome, file,
                        cs_json_path(path, "answers[%zu].outcome", i)));
    CS_TRY(read_outcome(answer, file));
    CS_TRY(read_effect(answer, file, i));
    answer->n_segments =
        cs_json_size(file, cs_json_path(path, "answers[%zu].segments", i));
    for (size_t s = 0; s < answer->n_segments; s++)
        answer->n_reported += is_reported(file, i, s);
out:
    return st;
}

enum cs_status cs_finished_report(struct cs_finished *run,
                                  const struct cs_json_file *report)
{
    const size_t n = cs_json_size(report, "answers");
    enum cs_status st;

    CS_TRY(cs_json_schema(report, SCHEMA));
    CS_TRY(take_terms(&run->arm, report, "arm"));
    CS_TRY(take_terms(&run->counted, report, "people.counted"));
    if (n == 0)
        CS_TRY(cs_json_refuse(report, "answers", "a list of answers"));
    run->answers = calloc(n, sizeof *run->answers);
    if (run->answers == NULL)
        CS_TRY(CS_MEMORY);
    run->n_answers = n;
    for (size_t i = 0; i < n; i++)
        CS_TRY(read_answer(&run->answers[i], report, i));
out:
    return st;
}
