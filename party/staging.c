#include "party/staging.h"

#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define ASIDE_SUFFIX ".end"

void cs_staging_init(struct cs_staging *staging)
{
    memset(staging, 0, sizeof *staging);
    pthread_mutex_init(&staging->lock, NULL);
}

/* The folder with the files in it. As well as may be: what cannot be removed now is by
 * the next run. */
static void remove_part(const char *path)
{
    char file[CS_PATH_BYTES];
    DIR *entries = opendir(path);

    if (entries == NULL)
        return;
    for (struct dirent *entry; (entry = readdir(entries)) != NULL;)
        if (cs_file_join(file, path, entry->d_name, NULL) == CS_OK)
            unlink(file); /* refuses `.` and `..` */
    closedir(entries);
    rmdir(path);
}

/* A run that was killed: its process is gone, or had our number before us. */
static bool is_stale(const char *name)
{
    const size_t n_prefix = strlen(CS_STAGING_PREFIX);
    char *end = NULL;

    if (strncmp(name, CS_STAGING_PREFIX, n_prefix) != 0)
        return false;
    const long pid = strtol(name + n_prefix, &end, 10);
    if (pid <= 0 || (*end != '\0' && strcmp(end, ASIDE_SUFFIX) != 0))
        return false;
    return pid == getpid() || (kill((pid_t)pid, 0) != 0 && errno == ESRCH);
}

static void remove_stale(const char *folder)
{
    char path[CS_PATH_BYTES];
    DIR *entries = opendir(folder);

    if (entries == NULL)
        return;
    for (struct dirent *entry; (entry = readdir(entries)) != NULL;)
        if (is_stale(entry->d_name) &&
            cs_file_join(path, folder, entry->d_name, NULL) == CS_OK)
            remove_part(path);
    closedir(entries);
}

enum cs_status cs_staging_begin(struct cs_staging *staging, const char *folder,
                                struct cs_fault *fault)
{
    enum cs_status st = CS_OK;
    char name[64], part[CS_PATH_BYTES];

    CS_TRY(cs_file_join(staging->folder, NULL, folder, fault));
    CS_TRY(cs_file_make_folder(folder, fault));
    remove_stale(folder);
    snprintf(name, sizeof name, CS_STAGING_PREFIX "%ld", (long)getpid());
    CS_TRY(cs_file_join(part, folder, name, fault));
    CS_TRY(cs_file_make_folder(part, fault));
    pthread_mutex_lock(&staging->lock);
    memcpy(staging->part, part, sizeof part);
    pthread_mutex_unlock(&staging->lock);
out:
    return st;
}

enum cs_status cs_staging_add(char path[static CS_PATH_BYTES], struct cs_staging *staging,
                              const char *name, struct cs_fault *fault)
{
    CS_REQUIRE(staging->n < CS_STAGING_FILES_MAX && staging->part[0] != '\0');
    staging->name[staging->n++] = name;
    return cs_file_join(path, staging->part, name, fault);
}

/* Where a file comes from, goes to, and where an earlier one waits meanwhile. */
struct move {
    char from[CS_PATH_BYTES], to[CS_PATH_BYTES], earlier[CS_PATH_BYTES];
};

static enum cs_status move_of(struct move *move, const struct cs_staging *staging,
                              size_t i, struct cs_fault *fault)
{
    enum cs_status st = CS_OK;
    char name[64];

    CS_TRY(cs_file_join(move->from, staging->part, staging->name[i], fault));
    CS_TRY(cs_file_join(move->to, staging->folder, staging->name[i], fault));
    snprintf(name, sizeof name, "earlier-%zu", i);
    CS_TRY(cs_file_join(move->earlier, staging->part, name, fault));
out:
    return st;
}

static enum cs_status put_in_place(const struct move *move, struct cs_fault *fault)
{
    struct stat about;

    if (lstat(move->to, &about) == 0 && S_ISDIR(about.st_mode))
        return cs_fault_say(fault, CS_IO,
                            "%s: is a folder, where a file is to be put; move it away "
                            "and run again",
                            move->to);
    if ((rename(move->to, move->earlier) == 0 || errno == ENOENT) &&
        rename(move->from, move->to) == 0)
        return CS_OK;
    cs_fault_say(fault, CS_IO, "%s: cannot be put in place: %s", move->to,
                 strerror(errno));
    rename(move->earlier, move->to);
    return CS_IO;
}

/* As it was before the first n files moved. */
static void take_back(const struct cs_staging *staging, size_t n)
{
    struct move move;

    for (size_t i = 0; i < n; i++) {
        if (move_of(&move, staging, i, NULL) != CS_OK)
            continue;
        unlink(move.to);
        rename(move.earlier, move.to);
    }
}

static enum cs_status move_files(struct cs_staging *staging, struct cs_fault *fault)
{
    enum cs_status st = CS_OK;
    struct move move;
    size_t n = 0;

    for (; n < staging->n; n++) {
        CS_TRY(move_of(&move, staging, n, fault));
        CS_TRY(put_in_place(&move, fault));
    }
out:
    if (st != CS_OK)
        take_back(staging, n);
    return st;
}

enum cs_status cs_staging_publish(struct cs_staging *staging, struct cs_fault *fault)
{
    pthread_mutex_lock(&staging->lock);
    const enum cs_status st = move_files(staging, fault);
    staging->published = st == CS_OK;
    pthread_mutex_unlock(&staging->lock);
    cs_staging_discard(staging);
    return st;
}

void cs_staging_discard(struct cs_staging *staging)
{
    pthread_mutex_lock(&staging->lock);
    if (staging->part[0] != '\0')
        remove_part(staging->part);
    staging->part[0] = '\0';
    pthread_mutex_unlock(&staging->lock);
}

/* Moved aside, it is out of reach of the thread that still writes to it. */
static void remove_in_use(const char *path)
{
    char aside[CS_PATH_BYTES];

    if ((size_t)snprintf(aside, sizeof aside, "%s" ASIDE_SUFFIX, path) < sizeof aside &&
        rename(path, aside) == 0)
        remove_part(aside);
}

bool cs_staging_stop(struct cs_staging *staging)
{
    pthread_mutex_lock(&staging->lock); /* for good */
    if (staging->part[0] != '\0')
        remove_in_use(staging->part);
    return !staging->published;
}
