#include "party/finished.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "model/lift.h"
#include "party/finished_parts.h"

#define REPORT_BYTES_MAX ((size_t)1 << 26) /* of each file */

static const struct {
    const char *name;
    enum cs_status (*read)(struct cs_finished *run, const struct cs_json_file *file);
} files[] = {
    { "receipt.json", cs_finished_receipt },
    { "report.json", cs_finished_report },
    { "measured.json", cs_finished_measured },
};

static bool is_there(const char *folder, const char *name)
{
    char path[CS_PATH_BYTES];

    return cs_file_join(path, folder, name, NULL) == CS_OK && access(path, F_OK) == 0;
}

/* What `cosynth simulate` leaves has a folder for each party. */
static enum cs_status check_folder(const char *folder, struct cs_fault *fault)
{
    if (is_there(folder, "receipt.json") || !is_there(folder, "a/receipt.json"))
        return CS_OK;
    return cs_fault_say(fault, CS_CONFIG,
                        "%s: has the outputs of both parties in folders of it; name %s/a "
                        "or %s/b",
                        folder, folder, folder);
}

enum cs_status cs_finished_read(struct cs_finished *run, const char *folder,
                                struct cs_fault *fault)
{
    enum cs_status st = CS_OK;
    struct cs_json_file file = { .root = NULL };

    *run = (struct cs_finished){ .folder = folder };
    CS_TRY(check_folder(folder, fault));
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        CS_TRY(cs_json_file_open(&file, folder, files[i].name, REPORT_BYTES_MAX, fault));
        CS_TRY(files[i].read(run, &file));
        cs_json_file_close(&file);
    }
out:
    cs_json_file_close(&file);
    if (st != CS_OK)
        cs_finished_wipe(run);
    return st;
}

void cs_finished_wipe(struct cs_finished *run)
{
    for (size_t i = 0; i < run->n_columns; i++)
        free(run->columns[i]);
    for (size_t i = 0; i < run->n_answers; i++)
        free(run->answers[i].terms);
    free(run->columns);
    free(run->answers);
    free(run->arm);
    free(run->counted);
    memset(run, 0, sizeof *run);
}

double cs_finished_half_width(const struct cs_finished_answer *answer)
{
    return CS_Z95 * sqrt(answer->sampling + answer->noise);
}

double cs_finished_noise_share(const struct cs_finished_answer *answer)
{
    const double all = answer->sampling + answer->noise;

    return all > 0 ? answer->noise / all : NAN;
}

double cs_finished_people_margin(const struct cs_finished *run)
{
    return CS_Z95 * sqrt(run->v_people[CS_AT_BOTH]);
}
