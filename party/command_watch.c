/* watch: a run on this host, as it goes. */
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "party/arguments.h"
#include "party/commands.h"
#include "party/file.h"
#include "party/node.h"
#include "party/watch_view.h"

static bool is_folder(const char *path)
{
    struct stat about;

    return stat(path, &about) == 0 && S_ISDIR(about.st_mode);
}

/* The folder itself, or the output folder of the node file. */
static enum cs_status find_folder(char folder[static CS_PATH_BYTES], const char *path,
                                  struct cs_fault *fault)
{
    struct cs_node node = { 0 };
    enum cs_status st;

    if (is_folder(path))
        return cs_file_join(folder, NULL, path, fault);
    CS_TRY(cs_node_read(&node, path, NULL, fault));
    CS_TRY(cs_file_join(folder, NULL, node.output, fault));
out:
    cs_node_wipe(&node);
    return st;
}

static enum cs_status look(struct cs_watched *watched, const char *folder,
                           const struct cs_watch_style *style, struct cs_fault *fault)
{
    enum cs_status st;

    CS_TRY(cs_watched_read(watched, folder, fault));
    CS_TRY(cs_watch_view(stdout, watched, style));
    if (fflush(stdout) != 0)
        st = cs_fault_say(fault, CS_IO, "standard output could not be written");
out:
    return st;
}

/* A run that was seen under way is gone, and what lies there is older, if anything does.
 */
static bool ended_without_outputs(enum cs_status st, const struct cs_watched *watched,
                                  long started)
{
    return started > 0 && (st == CS_CONFIG || (st == CS_OK && watched->ended < started));
}

static enum cs_status follow(struct cs_watched *watched, const char *folder,
                             const struct cs_watch_style *style, struct cs_fault *fault)
{
    static const struct timespec second = { .tv_sec = 1 };
    enum cs_status st = CS_OK;
    long started = 0;

    fputs("\033[2J", stdout);
    for (;;) {
        CS_TRY(look(watched, folder, style, fault));
        if (watched->state == CS_WATCHED_FINISHED)
            break;
        if (watched->state == CS_WATCHED_DIED)
            return CS_OK;
        started = watched->started;
        nanosleep(&second, NULL);
    }
out:
    if (!ended_without_outputs(st, watched, started))
        return st;
    puts(
        "\nThe run that was watched ended without outputs: what its node said last tells "
        "why.");
    return CS_OK;
}

static enum cs_status run(int argc, char **argv, struct cs_fault *fault)
{
    const char *path = NULL;
    bool once = false;
    const struct cs_argument arguments[] = { { .name = "once", .flag = &once } };
    const struct cs_watch_style style = cs_watch_style();
    char folder[CS_PATH_BYTES];
    struct cs_watched watched;
    enum cs_status st;

    CS_TRY(cs_arguments_read(argc, argv, arguments, 1, &path, 1, fault));
    CS_TRY(find_folder(folder, path, fault));
    if (once || !style.redraw) {
        const struct cs_watch_style plain = { style.width, style.utf8, false };

        CS_TRY(look(&watched, folder, &plain, fault));
    } else {
        CS_TRY(follow(&watched, folder, &style, fault));
    }
out:
    return st;
}

const struct cs_command cs_command_watch = {
    "watch",
    "how far a node on this host is: stages, traffic, budget, losses",
    "usage: cosynth watch FOLDER | NODE [options]\n\n"
    "Shows the run whose outputs go to FOLDER, or to that of the node file, once a "
    "second "
    "until\n"
    "it is over; the node must have been started with --watch. Shows a finished run by "
    "its\n"
    "receipt, and says in which stage a node died. Only reads; no node listens for it. "
    "Where\n"
    "standard output is no terminal, it shows one view.\n\n"
    "  --once            one view, then leave\n\n"
    "examples:\n"
    "  cosynth run study.yaml a.yaml --watch &\n"
    "  cosynth watch a.yaml\n"
    "  cosynth watch out/a --once\n",
    run,
};
