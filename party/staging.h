/* staging.h: a run's outputs, which appear together at its end or not at all.
 *
 * Files are written to `<folder>/.part-<pid>/` and moved to the folder when both parties
 * have all of theirs. Until then a run that fails leaves nothing behind, and the files of
 * an earlier run stay as they were. What a killed run left is removed by the next one.
 *
 * The folder itself, once made, stays. A host that loses power while files are moved, a
 * matter of milliseconds, may leave some of either run.
 *
 *   Errors     CS_IO with the path and the system's reason; nothing has changed then
 *   Threads    cs_staging_stop may be called by another thread at any time
 */
#ifndef CS_PARTY_STAGING_H
#define CS_PARTY_STAGING_H

#include <pthread.h>

#include "party/file.h"

#define CS_STAGING_FILES_MAX 12
#define CS_STAGING_PREFIX ".part-" /* and the number of the process */

struct cs_staging {
    char folder[CS_PATH_BYTES];
    char part[CS_PATH_BYTES];               /* empty: not begun, or ended */
    const char *name[CS_STAGING_FILES_MAX]; /* literals */
    size_t n;
    bool published;
    pthread_mutex_t lock; /* over part and published */
};

void cs_staging_init(struct cs_staging *staging);

/* Makes both folders. */
CS_MUST_USE enum cs_status cs_staging_begin(struct cs_staging *staging,
                                            const char *folder, struct cs_fault *fault);

/* The path under which to write the file that will be folder/name; name is a literal. */
CS_MUST_USE enum cs_status cs_staging_add(char path[static CS_PATH_BYTES],
                                          struct cs_staging *staging, const char *name,
                                          struct cs_fault *fault);

/* Moves every file to its place; if one cannot be, all are as before. */
CS_MUST_USE enum cs_status cs_staging_publish(struct cs_staging *staging,
                                              struct cs_fault *fault);

/* Removes what was not published; nothing after _publish, or before _begin. */
void cs_staging_discard(struct cs_staging *staging);

/* The same for a program that ends: from here on nothing is published. False if all of
 * it was before. */
bool cs_staging_stop(struct cs_staging *staging);

#endif
