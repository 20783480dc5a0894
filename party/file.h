/* file.h: files whole: read into memory, or written so that they appear complete or not
 * at all.
 *
 *   Errors     CS_CONFIG for a file that the operator names and that cannot be read,
 *              CS_IO where a disk or a limit is why, and for one that cannot be written;
 *              the fault has the path and the system's reason.
 *   Ownership  *text is the caller's to free; it is NUL-terminated beyond n_bytes.
 */
#ifndef CS_PARTY_FILE_H
#define CS_PARTY_FILE_H

#include <stddef.h>
#include <stdio.h>

#include "crypto/fault.h"

#define CS_PATH_BYTES 4096

/* Whom an errno of open or read is for: CS_IO, this machine's, or CS_CONFIG. */
enum cs_status cs_file_class_of(int reason);

CS_MUST_USE enum cs_status cs_file_read(char **text, size_t *n_bytes, const char *path,
                                        size_t max_bytes, struct cs_fault *fault);

/* Writing: to `path.part`, which _commit syncs and renames to path, and _discard removes.
 * Write errors are kept and told by _commit. A path that is NULL is standard output,
 * where _discard can undo nothing. */
struct cs_file {
    FILE *stream; /* write to it; NULL after commit or discard */
    char path[CS_PATH_BYTES];
    char part[CS_PATH_BYTES];
};

CS_MUST_USE enum cs_status cs_file_create(struct cs_file *file, const char *path,
                                          struct cs_fault *fault);

/* For a file that a person may have worked on: CS_CONFIG if path is there already. */
CS_MUST_USE enum cs_status cs_file_create_new(struct cs_file *file, const char *path,
                                              struct cs_fault *fault);
CS_MUST_USE enum cs_status cs_file_commit(struct cs_file *file, struct cs_fault *fault);
void cs_file_discard(struct cs_file *file); /* nothing after a commit */

/* folder/name, or name alone if it is absolute or folder is NULL or empty. */
CS_MUST_USE enum cs_status cs_file_join(char path[static CS_PATH_BYTES],
                                        const char *folder, const char *name,
                                        struct cs_fault *fault);

/* Makes the folder and its parents. */
CS_MUST_USE enum cs_status cs_file_make_folder(const char *path, struct cs_fault *fault);

#endif
