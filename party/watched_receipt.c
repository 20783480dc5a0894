#include <jansson.h>
#include <math.h>
#include <string.h>

#include "party/json_file.h"
#include "party/watched.h"

#define BYTES_MAX ((size_t)1 << 24)

static enum cs_status read_privacy(struct cs_watched *watched,
                                   const struct cs_json_file *receipt)
{
    enum cs_status st = CS_OK;

    watched->epsilon = watched->charged = INFINITY;
    if (json_is_false(cs_json_at(receipt, "privacy.private")))
        goto out;
    CS_TRY(cs_json_number(&watched->epsilon, receipt, "privacy.epsilon"));
    CS_TRY(cs_json_number(&watched->charged, receipt, "privacy.epsilon_spent"));
    CS_TRY(cs_json_number(&watched->delta, receipt, "privacy.delta"));
out:
    return st;
}

static enum cs_status read_traffic(struct cs_watched_stage *stage,
                                   const struct cs_json_file *receipt, size_t i)
{
    const struct {
        const char *key;
        uint64_t *count;
    } fields[] = {
        { "sent_bytes", &stage->sent_bytes },
        { "received_bytes", &stage->received_bytes },
        { "rounds", &stage->rounds },
    };
    char path[CS_JSON_PATH_BYTES];
    enum cs_status st = CS_OK;

    stage->spoke =
        cs_json_at(receipt, cs_json_path(path, "stages[%zu].sent_bytes", i)) != NULL;
    for (size_t f = 0; stage->spoke && f < sizeof fields / sizeof *fields; f++) {
        cs_json_path(path, "stages[%zu].%s", i, fields[f].key);
        CS_TRY(cs_json_count(fields[f].count, receipt, path));
    }
out:
    return st;
}

static enum cs_status read_stage(struct cs_watched *watched,
                                 const struct cs_json_file *receipt, size_t i)
{
    struct cs_watched_stage *stage = &watched->stages[i];
    char path[CS_JSON_PATH_BYTES];
    enum cs_status st;

    stage->begun = stage->over = true;
    stage->done = 1;
    CS_TRY(cs_json_text(stage->name, sizeof stage->name, receipt,
                        cs_json_path(path, "stages[%zu].stage", i)));
    CS_TRY(cs_json_number(&stage->seconds, receipt,
                          cs_json_path(path, "stages[%zu].seconds", i)));
    watched->seconds += stage->seconds;
    CS_TRY(read_traffic(stage, receipt, i));
out:
    return st;
}

static enum cs_status read_stages(struct cs_watched *watched,
                                  const struct cs_json_file *receipt)
{
    enum cs_status st = CS_OK;

    watched->n_stages = cs_json_size(receipt, "stages");
    if (watched->n_stages == 0 || watched->n_stages > CS_WATCHED_STAGES_MAX)
        CS_TRY(cs_json_refuse(receipt, "stages", "a list of the stages of a run"));
    for (size_t i = 0; i < watched->n_stages; i++)
        CS_TRY(read_stage(watched, receipt, i));
out:
    return st;
}

/* What is left of the curve of a fit: its end. */
static enum cs_status read_end(struct cs_watched *watched,
                               const struct cs_json_file *receipt, const char *stage)
{
    struct cs_watched_curve *curve = &watched->curves[watched->n_curves];
    char path[CS_JSON_PATH_BYTES];
    enum cs_status st = CS_OK;

    if (isinf(watched->epsilon)) /* nothing of it is private */
        goto out;
    snprintf(curve->stage, sizeof curve->stage, "%s", stage);
    CS_TRY(cs_json_number(&curve->value[0], receipt,
                          cs_json_path(path, "%s.chi_square_per_cell", stage)));
    curve->n = 1;
    watched->n_curves++;
out:
    return st;
}

static enum cs_status read_all(struct cs_watched *watched,
                               const struct cs_json_file *receipt)
{
    char party[2];
    enum cs_status st;

    CS_TRY(cs_json_schema(receipt, "cosynth-receipt/1"));
    CS_TRY(cs_json_text(watched->study, sizeof watched->study, receipt, "study"));
    CS_TRY(cs_json_text(party, sizeof party, receipt, "party"));
    watched->party = party[0];
    CS_TRY(read_privacy(watched, receipt));
    CS_TRY(read_stages(watched, receipt));
    CS_TRY(cs_json_count(&watched->memory_bytes, receipt, "peak_memory_bytes"));
    CS_TRY(read_end(watched, receipt, "fit"));
    CS_TRY(read_end(watched, receipt, "refit"));
out:
    return st;
}

enum cs_status cs_watched_receipt(struct cs_watched *watched, const char *folder,
                                  struct cs_fault *fault)
{
    struct cs_json_file receipt = { .root = NULL };
    enum cs_status st;

    *watched = (struct cs_watched){ .state = CS_WATCHED_FINISHED, .cpu_seconds = NAN };
    CS_TRY(cs_json_file_open(&receipt, folder, "receipt.json", BYTES_MAX, fault));
    CS_TRY(read_all(watched, &receipt));
out:
    cs_json_file_close(&receipt);
    return st;
}
