#include "party/staging.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

enum cs_status cs_staging_begin(struct cs_staging *staging, const char *folder,
                                struct cs_fault *fault)
{
    enum cs_status st = CS_OK;
    char part[64];

    memset(staging, 0, sizeof *staging);
    snprintf(part, sizeof part, ".part-%ld", (long)getpid());
    CS_TRY(cs_file_join(staging->folder, NULL, folder, fault));
    CS_TRY(cs_file_make_folder(folder, fault));
    CS_TRY(cs_file_join(staging->part, folder, part, fault));
    CS_TRY(cs_file_make_folder(staging->part, fault));
out:
    if (st != CS_OK)
        staging->part[0] = '\0';
    return st;
}

enum cs_status cs_staging_add(char path[static CS_PATH_BYTES], struct cs_staging *staging,
                              const char *name, struct cs_fault *fault)
{
    CS_REQUIRE(staging->n < CS_STAGING_FILES_MAX && staging->part[0] != '\0');
    staging->name[staging->n++] = name;
    return cs_file_join(path, staging->part, name, fault);
}

enum cs_status cs_staging_publish(struct cs_staging *staging, struct cs_fault *fault)
{
    enum cs_status st = CS_OK;
    char from[CS_PATH_BYTES], to[CS_PATH_BYTES];

    for (size_t i = 0; i < staging->n; i++) {
        CS_TRY(cs_file_join(from, staging->part, staging->name[i], fault));
        CS_TRY(cs_file_join(to, staging->folder, staging->name[i], fault));
        if (rename(from, to) != 0) {
            st = cs_fault_say(fault, CS_IO, "%s: cannot be put in place: %s", to,
                              strerror(errno));
            goto out;
        }
    }
    staging->n = 0;
    rmdir(staging->part);
    staging->part[0] = '\0';
out:
    return st;
}

void cs_staging_discard(struct cs_staging *staging)
{
    char path[CS_PATH_BYTES];

    if (staging->part[0] == '\0')
        return;
    for (size_t i = 0; i < staging->n; i++)
        if (cs_file_join(path, staging->part, staging->name[i], NULL) == CS_OK)
            unlink(path);
    rmdir(staging->part);
    staging->part[0] = '\0';
}
