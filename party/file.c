#include "party/file.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum cs_status cs_file_class_of(int reason)
{
    static const int of_machine[] = { EIO, EMFILE, ENFILE, ENOMEM, ENOSPC };

    for (size_t i = 0; i < sizeof of_machine / sizeof *of_machine; i++)
        if (reason == of_machine[i])
            return CS_IO;
    return CS_CONFIG;
}

enum cs_status cs_file_read(char **text, size_t *n_bytes, const char *path,
                            size_t max_bytes, struct cs_fault *fault)
{
    enum cs_status st = CS_OK;
    char *buffer = NULL;
    FILE *stream = fopen(path, "rb");

    if (stream == NULL)
        return cs_fault_say(
            fault, cs_file_class_of(errno),
            "%s: cannot be opened: %s; check the path and its permissions", path,
            strerror(errno));
    setvbuf(stream, NULL, _IONBF, 0); /* no copy of a key in a buffer */
    buffer = malloc(max_bytes + 1);
    if (buffer == NULL) {
        st = CS_MEMORY;
        goto out;
    }
    *n_bytes = fread(buffer, 1, max_bytes + 1, stream);
    if (ferror(stream)) {
        st = cs_fault_say(fault, cs_file_class_of(errno), "%s: cannot be read: %s", path,
                          strerror(errno));
        goto out;
    }
    if (*n_bytes > max_bytes) {
        st = cs_fault_say(fault, CS_CONFIG,
                          "%s: is larger than %zu bytes; is it the right file?", path,
                          max_bytes);
        goto out;
    }
    buffer[*n_bytes] = '\0';
    *text = buffer;
    buffer = NULL;
out:
    free(buffer);
    fclose(stream);
    return st;
}

enum cs_status cs_file_create(struct cs_file *file, const char *path,
                              struct cs_fault *fault)
{
    file->stream = path == NULL ? stdout : NULL;
    if (path == NULL)
        return CS_OK;
    if ((size_t)snprintf(file->path, sizeof file->path, "%s", path) >=
            sizeof file->path ||
        (size_t)snprintf(file->part, sizeof file->part, "%s.part", path) >=
            sizeof file->part)
        return cs_fault_say(fault, CS_CONFIG, "%.200s...: the path is too long", path);
    file->stream = fopen(file->part, "wb");
    if (file->stream == NULL)
        return cs_fault_say(fault, CS_IO, "%s: cannot be written: %s", file->part,
                            strerror(errno));
    return CS_OK;
}

enum cs_status cs_file_create_new(struct cs_file *file, const char *path,
                                  struct cs_fault *fault)
{
    file->stream = NULL;
    if (access(path, F_OK) == 0)
        return cs_fault_say(fault, CS_CONFIG,
                            "%s: is there already; remove it, or name another file",
                            path);
    return cs_file_create(file, path, fault);
}

static enum cs_status flush_output(struct cs_file *file, struct cs_fault *fault)
{
    const bool failed = fflush(file->stream) != 0 || ferror(file->stream) != 0;

    file->stream = NULL;
    return failed ? cs_fault_say(fault, CS_IO, "standard output could not be written")
                  : CS_OK;
}

enum cs_status cs_file_commit(struct cs_file *file, struct cs_fault *fault)
{
    if (file->stream == stdout)
        return flush_output(file, fault);
    bool failed = ferror(file->stream) != 0;
    int reason = errno; /* of the write that failed, if one did */

    if (fflush(file->stream) != 0 || fsync(fileno(file->stream)) != 0) {
        failed = true;
        reason = errno;
    }
    if (fclose(file->stream) != 0 && !failed) {
        failed = true;
        reason = errno;
    }
    file->stream = NULL;
    if (failed) {
        unlink(file->part);
        return cs_fault_say(
            fault, CS_IO,
            "%s: could not be written completely: %s; free some space and "
            "run again",
            file->path, strerror(reason));
    }
    if (rename(file->part, file->path) != 0) {
        const int why = errno;
        unlink(file->part);
        return cs_fault_say(fault, CS_IO, "%s: cannot be put in place: %s", file->path,
                            strerror(why));
    }
    return CS_OK;
}

void cs_file_discard(struct cs_file *file)
{
    if (file->stream != NULL && file->stream != stdout) {
        fclose(file->stream);
        unlink(file->part);
    }
    file->stream = NULL;
}

enum cs_status cs_file_join(char path[static CS_PATH_BYTES], const char *folder,
                            const char *name, struct cs_fault *fault)
{
    const bool alone = folder == NULL || folder[0] == '\0' || name[0] == '/';
    const int n = alone ? snprintf(path, CS_PATH_BYTES, "%s", name)
                        : snprintf(path, CS_PATH_BYTES, "%s/%s", folder, name);

    if (n < 0 || n >= CS_PATH_BYTES)
        return cs_fault_say(fault, CS_CONFIG, "%.200s...: the path is too long", name);
    return CS_OK;
}

/* Leaves errno as it is. */
static bool is_folder(const char *path)
{
    const int reason = errno;
    struct stat about;
    const bool is = stat(path, &about) == 0 && S_ISDIR(about.st_mode);

    errno = reason;
    return is;
}

enum cs_status cs_file_make_folder(const char *path, struct cs_fault *fault)
{
    char part[CS_PATH_BYTES];
    const size_t n = strlen(path);

    if (n >= sizeof part)
        return cs_fault_say(fault, CS_CONFIG, "%.200s...: the path is too long", path);
    for (size_t i = 1; i <= n; i++) {
        if (path[i] != '/' && path[i] != '\0')
            continue;
        memcpy(part, path, i);
        part[i] = '\0';
        if (mkdir(part, 0777) != 0 && !is_folder(part))
            return cs_fault_say(fault, CS_IO, "%s: the folder cannot be made: %s", part,
                                strerror(errno));
    }
    return CS_OK;
}
