#include "party/source.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "party/file.h"

static enum cs_status say(struct cs_fault *fault, const char *path)
{
    return cs_fault_say(fault, cs_file_class_of(errno),
                        "%s: cannot be read: %s; check the path and its permissions",
                        path, strerror(errno));
}

static enum cs_status read_file(void *arg, char *buffer, size_t capacity, size_t *n_bytes)
{
    struct cs_file_source *source = arg;
    ssize_t n;

    do {
        n = read(source->descriptor, buffer, capacity);
    } while (n < 0 && errno == EINTR);
    if (n < 0)
        return say(source->fault, source->source.name);
    *n_bytes = (size_t)n;
    crypto_generichash_update(&source->hash, (const uint8_t *)buffer, *n_bytes);
    return CS_OK;
}

enum cs_status cs_file_source_open(struct cs_file_source *source, const char *path,
                                   struct cs_fault *fault)
{
    struct stat about;

    *source = (struct cs_file_source){
        .source = { .read = read_file, .arg = source, .name = path },
        .descriptor = open(path, O_RDONLY | O_CLOEXEC),
        .fault = fault,
    };
    crypto_generichash_init(&source->hash, NULL, 0, CS_FILE_DIGEST_BYTES);
    if (source->descriptor < 0)
        return say(fault, path);
    if (fstat(source->descriptor, &about) == 0 && S_ISREG(about.st_mode))
        source->source.size_bytes = (uint64_t)about.st_size;
    return CS_OK;
}

void cs_file_source_digest(uint8_t digest[static CS_FILE_DIGEST_BYTES],
                           struct cs_file_source *source)
{
    crypto_generichash_final(&source->hash, digest, CS_FILE_DIGEST_BYTES);
}

void cs_file_source_close(struct cs_file_source *source)
{
    if (source->descriptor >= 0)
        close(source->descriptor);
    source->descriptor = -1;
    sodium_memzero(&source->hash, sizeof source->hash);
}

enum cs_status cs_file_source_sheet(struct cs_sheet *sheet, const char *path,
                                    const struct cs_progress *progress,
                                    struct cs_fault *fault)
{
    struct cs_file_source source;
    enum cs_status st;

    CS_TRY(cs_file_source_open(&source, path, fault));
    st = cs_sheet_read(sheet, &source.source, progress, fault);
    cs_file_source_close(&source);
out:
    return st;
}
