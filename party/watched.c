#include "party/watched.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "party/journal.h"
#include "party/staging.h"

/* A journal that was found. */
struct found {
    char path[CS_PATH_BYTES]; /* empty: none */
    bool lives;
    time_t written;
};

/* Whether a process holds its lock. False too if it is gone by now. */
static bool is_locked(int descriptor)
{
    struct flock whole = { .l_type = F_RDLCK, .l_whence = SEEK_SET };

    return fcntl(descriptor, F_GETLK, &whole) == 0 && whole.l_type != F_UNLCK;
}

static void consider(struct found *best, const char *path)
{
    const int descriptor = open(path, O_RDONLY | O_CLOEXEC);
    struct found here;
    struct stat about;

    if (descriptor < 0)
        return;
    if (fstat(descriptor, &about) == 0) {
        here.lives = is_locked(descriptor);
        here.written = about.st_mtime;
        snprintf(here.path, sizeof here.path, "%s", path);
        if (best->path[0] == '\0' || here.lives > best->lives ||
            (here.lives == best->lives && here.written > best->written))
            *best = here;
    }
    close(descriptor);
}

/* A folder that cannot be listed has no journal: the receipt's error says why. */
static void find_journal(struct found *best, const char *folder)
{
    char part[CS_PATH_BYTES], path[CS_PATH_BYTES];
    DIR *entries = opendir(folder);

    best->path[0] = '\0';
    if (entries == NULL)
        return;
    for (struct dirent *entry; (entry = readdir(entries)) != NULL;)
        if (strncmp(entry->d_name, CS_STAGING_PREFIX, strlen(CS_STAGING_PREFIX)) == 0 &&
            cs_file_join(part, folder, entry->d_name, NULL) == CS_OK &&
            cs_file_join(path, part, CS_JOURNAL_NAME, NULL) == CS_OK)
            consider(best, path);
    closedir(entries);
}

static double since(time_t moment)
{
    const double seconds = difftime(time(NULL), moment);

    return seconds > 0 ? seconds : 0;
}

static enum cs_status read_journal(struct cs_watched *watched, const struct found *found,
                                   struct cs_fault *fault)
{
    enum cs_status st;
    char *text = NULL;
    size_t n_bytes = 0;

    CS_TRY(cs_file_read(&text, &n_bytes, found->path, CS_JOURNAL_BYTES_MAX, fault));
    CS_TRY(cs_watched_parse(watched, text, n_bytes, found->path, fault));
    watched->state = found->lives ? CS_WATCHED_RUNS : CS_WATCHED_DIED;
    watched->quiet_seconds = since(found->written);
    if (found->lives)
        watched->seconds = since(watched->started);
out:
    free(text);
    return st;
}

static bool is_there(const char *folder, const char *name)
{
    char path[CS_PATH_BYTES];

    return cs_file_join(path, folder, name, NULL) == CS_OK && access(path, F_OK) == 0;
}

static enum cs_status read_receipt(struct cs_watched *watched, const char *folder,
                                   struct cs_fault *fault)
{
    char path[CS_PATH_BYTES];
    struct stat about;
    enum cs_status st;

    CS_TRY(cs_watched_receipt(watched, folder, fault));
    CS_TRY(cs_file_join(path, folder, "receipt.json", fault));
    watched->ended = stat(path, &about) == 0 ? (long)about.st_mtime : 0;
out:
    return st;
}

static enum cs_status refuse(const char *folder, struct cs_fault *fault)
{
    if (is_there(folder, "a") && is_there(folder, "b"))
        return cs_fault_say(fault, CS_CONFIG,
                            "%s: has the outputs of both parties in folders of it; name "
                            "%s/a or %s/b",
                            folder, folder, folder);
    return cs_fault_say(
        fault, CS_CONFIG,
        "%s: there is neither a journal of a run nor a receipt; start the "
        "node with --watch, and name its output folder or its node file",
        folder);
}

enum cs_status cs_watched_read(struct cs_watched *watched, const char *folder,
                               struct cs_fault *fault)
{
    struct found found;

    find_journal(&found, folder);
    if (found.path[0] != '\0') {
        const enum cs_status st = read_journal(watched, &found, fault);

        if (st == CS_OK || is_there(NULL, found.path))
            return st;
        fault->text[0] = '\0'; /* the run ended while its journal was read */
    }
    return is_there(folder, "receipt.json") ? read_receipt(watched, folder, fault)
                                            : refuse(folder, fault);
}

const struct cs_watched_stage *cs_watched_last(const struct cs_watched *watched)
{
    for (size_t i = watched->n_stages; i > 0; i--)
        if (watched->stages[i - 1].begun)
            return &watched->stages[i - 1];
    return NULL;
}
