/* report: the A/B report again, from the outputs of both parties. */
#include <stdio.h>

#include "party/arguments.h"
#include "party/commands.h"
#include "party/file.h"
#include "party/outputs.h"
#include "party/report.h"

static enum cs_status run(int argc, char **argv, struct cs_fault *fault)
{
    const char *folder[2], *out = NULL;
    bool json = false;
    const struct cs_argument arguments[] = {
        { .name = "json", .flag = &json },
        { .name = "out", .text = &out },
    };
    struct cs_outputs outputs = { 0 };
    struct cs_ab *ab = NULL;
    enum cs_status st = CS_OK;

    CS_TRY(cs_arguments_read(argc, argv, arguments, 2, folder, 2, fault));
    CS_TRY(cs_outputs_read(&outputs, folder[0], folder[1], fault));
    const struct cs_noisy noisy = { outputs.study, &outputs.measured.plan,
                                    outputs.measured.cells };
    const struct cs_crowd crowd = { &outputs.population, &outputs.people };
    CS_TRY(cs_ab_analyse(&ab, &noisy, outputs.measured.shapes.given, &crowd));
    const struct cs_report report = { outputs.study, ab, &outputs.measured.plan,
                                      outputs.measured.judgements, outputs.recorded };
    CS_TRY(json ? cs_report_json(stdout, &report) : cs_report_text(stdout, &report));
    if (out != NULL) {
        CS_TRY(cs_file_make_folder(out, fault));
        CS_TRY(cs_report_write(out, &report, fault));
    }
out:
    cs_ab_free(ab);
    cs_outputs_wipe(&outputs);
    return st;
}

const struct cs_command cs_command_report = {
    "report",
    "the A/B report from the outputs of both parties",
    "usage: cosynth report OUTPUT_A OUTPUT_B [options]\n\n"
    "Joins the two synthetic files on `person` and prints rates, lift and intervals.\n\n"
    "  --json      as JSON (docs/REPORT.md has the fields)\n"
    "  --out DIR   writes report.txt, report.json and report.html there as well\n\n"
    "example:\n"
    "  cosynth report out/a out/b\n",
    run,
};
