/* demo-data: a realistic study with known effects. */
#include <stdio.h>

#include "party/arguments.h"
#include "party/commands.h"
#include "party/demo_data.h"

static enum cs_status run(int argc, char **argv, struct cs_fault *fault)
{
    struct cs_demo_options options = CS_DEMO_DEFAULTS;
    unsigned long people = options.people, columns = options.columns, seed = options.seed;
    const struct cs_argument arguments[] = {
        { .name = "people", .count = &people },
        { .name = "columns", .count = &columns },
        { .name = "seed", .count = &seed },
    };
    enum cs_status st = CS_OK;

    CS_TRY(cs_arguments_read(argc, argv, arguments, 3, &options.folder, 1, fault));
    options.people = people;
    options.columns = columns;
    options.seed = seed;
    CS_TRY(cs_demo_data(&options, fault));
    printf("wrote a.csv, b.csv, study.yaml, a.yaml, b.yaml and truth.json to %s\n"
           "next: cosynth simulate %s/study.yaml %s/a.yaml %s/b.yaml\n",
           options.folder, options.folder, options.folder, options.folder);
out:
    return st;
}

const struct cs_command cs_command_demo_data = {
    "demo-data",
    "writes a realistic study with known effects",
    "usage: cosynth demo-data DIR [options]\n\n"
    "Writes both parties' data, the study, both node files, and truth.json with the "
    "effects that\n"
    "were planted.\n\n"
    "  --people N    rows (30000)\n"
    "  --columns N   columns of both parties together (11)\n"
    "  --seed N      other people, other luck (1)\n\n"
    "example:\n"
    "  cosynth demo-data demo && cosynth simulate demo/study.yaml demo/a.yaml "
    "demo/b.yaml\n",
    run,
};
