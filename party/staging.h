/* staging.h: a run's outputs, which appear together at its end or not at all.
 *
 * Files are written to `<folder>/.part-<pid>/` and moved to the folder when both parties
 * have all of theirs. Until then a run that fails leaves nothing behind, and the files of
 * an earlier run stay as they were.
 *
 *   Errors     CS_IO with the path and the system's reason
 */
#ifndef CS_PARTY_STAGING_H
#define CS_PARTY_STAGING_H

#include "party/file.h"

#define CS_STAGING_FILES_MAX 8

struct cs_staging {
    char folder[CS_PATH_BYTES];
    char part[CS_PATH_BYTES];               /* empty: not begun, or ended */
    const char *name[CS_STAGING_FILES_MAX]; /* literals */
    size_t n;
};

/* Makes both folders. */
CS_MUST_USE enum cs_status cs_staging_begin(struct cs_staging *staging,
                                            const char *folder, struct cs_fault *fault);

/* The path under which to write the file that will be folder/name; name is a literal. */
CS_MUST_USE enum cs_status cs_staging_add(char path[static CS_PATH_BYTES],
                                          struct cs_staging *staging, const char *name,
                                          struct cs_fault *fault);

/* Moves every file to its place. */
CS_MUST_USE enum cs_status cs_staging_publish(struct cs_staging *staging,
                                              struct cs_fault *fault);

/* Removes what was not published; nothing after _publish, or before _begin. */
void cs_staging_discard(struct cs_staging *staging);

#endif
