#include "party/saved.h"

#include <errno.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "crypto/bytes.h"
#include "party/file.h"
#include "party/saved_body.h"

/* As PNG's: a copy that mends line ends, or stops at an end of text, is found out. */
static const uint8_t magic[8] = { 0x89, 'C', 'S', 'M', '\r', '\n', 0x1a, '\n' };

enum { AT_VERSION = 8, AT_LENGTH = 12, AT_DIGEST = 20 };

_Static_assert(AT_DIGEST + crypto_hash_sha256_BYTES == CS_SAVED_HEADER_BYTES, "header");

/* ---- the header ---- */

/* SHA-256 of the first n_header bytes of the header and of the body: with AT_DIGEST of
 * them the one in the header, with all of them that of the file. */
static void digest_of(uint8_t digest[static crypto_hash_sha256_BYTES],
                      const uint8_t *header, size_t n_header, const uint8_t *body,
                      size_t n_body)
{
    crypto_hash_sha256_state hash;

    crypto_hash_sha256_init(&hash);
    crypto_hash_sha256_update(&hash, header, n_header);
    crypto_hash_sha256_update(&hash, body, n_body);
    crypto_hash_sha256_final(&hash, digest);
}

static void make_header(uint8_t header[static CS_SAVED_HEADER_BYTES], const uint8_t *body,
                        size_t n_body)
{
    memcpy(header, magic, sizeof magic);
    cs_bytes_put(header + AT_VERSION, CS_SAVED_VERSION, 4);
    cs_bytes_put(header + AT_LENGTH, n_body, 8);
    digest_of(header + AT_DIGEST, header, AT_DIGEST, body, n_body);
}

/* ---- writing ---- */

enum cs_status cs_saved_write(uint8_t digest[static CS_SAVED_DIGEST_BYTES],
                              const char *path, const struct cs_saved *saved,
                              struct cs_fault *fault)
{
    uint8_t header[CS_SAVED_HEADER_BYTES], *body = NULL;
    struct cs_file file = { 0 };
    enum cs_status st;
    size_t n_body = 0;

    CS_TRY(cs_saved_pack(&body, &n_body, saved));
    make_header(header, body, n_body);
    digest_of(digest, header, CS_SAVED_HEADER_BYTES, body, n_body);
    CS_TRY(cs_file_create(&file, path, fault));
    fwrite(header, 1, sizeof header, file.stream); /* errors are found by the commit */
    fwrite(body, 1, n_body, file.stream);
    CS_TRY(cs_file_commit(&file, fault));
out:
    cs_file_discard(&file);
    free(body);
    return st;
}

/* ---- reading ---- */

/* A file that is being read. */
struct source {
    FILE *stream;
    uint64_t n_bytes; /* of the file */
    char path[CS_PATH_BYTES];
    struct cs_fault *fault;
};

static enum cs_status source_open(struct source *source, const char *path)
{
    struct stat about;
    bool is_folder = stat(path, &about) == 0 && S_ISDIR(about.st_mode);
    enum cs_status st;

    CS_TRY(cs_file_join(source->path, is_folder ? path : NULL,
                        is_folder ? CS_SAVED_NAME : path, source->fault));
    source->stream = fopen(source->path, "rb");
    if (source->stream == NULL)
        return cs_fault_say(source->fault, CS_CONFIG,
                            "%s: cannot be opened: %s; name the output folder of one "
                            "party's run, or its " CS_SAVED_NAME,
                            source->path, strerror(errno));
    if (fstat(fileno(source->stream), &about) != 0 || !S_ISREG(about.st_mode))
        return cs_fault_say(source->fault, CS_CONFIG,
                            "%s: is not a file; name a " CS_SAVED_NAME, source->path);
    source->n_bytes = (uint64_t)about.st_size;
out:
    return st;
}

static enum cs_status check_header(const struct source *source, const uint8_t *header,
                                   size_t n_read)
{
    const uint64_t version = cs_bytes_get(header + AT_VERSION, 4);
    const uint64_t n_body = cs_bytes_get(header + AT_LENGTH, 8);

    if (n_read < CS_SAVED_HEADER_BYTES || memcmp(header, magic, sizeof magic) != 0)
        return cs_fault_say(source->fault, CS_INPUT,
                            "%s: is not a saved model; name a " CS_SAVED_NAME
                            " as a run wrote it",
                            source->path);
    if (version != CS_SAVED_VERSION)
        return cs_fault_say(source->fault, CS_INPUT,
                            "%s: is of format version %llu, and this program knows %d; "
                            "use a newer cosynth, or copy the file again if it is "
                            "damaged",
                            source->path, (unsigned long long)version, CS_SAVED_VERSION);
    if (n_body > CS_SAVED_BYTES_MAX || n_body != source->n_bytes - CS_SAVED_HEADER_BYTES)
        return cs_fault_say(source->fault, CS_INPUT,
                            "%s: has %llu bytes where its header says %llu; copy it "
                            "again from the run's output folder",
                            source->path, (unsigned long long)source->n_bytes,
                            (unsigned long long)(n_body + CS_SAVED_HEADER_BYTES));
    return CS_OK;
}

/* *body is the caller's to free, on failure too. */
static enum cs_status read_body(uint8_t header[static CS_SAVED_HEADER_BYTES],
                                uint8_t **body, size_t *n_body,
                                const struct source *source)
{
    uint8_t digest[crypto_hash_sha256_BYTES];
    enum cs_status st;

    CS_TRY(check_header(source, header,
                        fread(header, 1, CS_SAVED_HEADER_BYTES, source->stream)));
    *n_body = cs_bytes_get(header + AT_LENGTH, 8);
    *body = malloc(*n_body + 1);
    if (*body == NULL)
        return CS_MEMORY;
    if (fread(*body, 1, *n_body, source->stream) != *n_body)
        return cs_fault_say(source->fault, CS_CONFIG,
                            "%s: cannot be read; check the disk", source->path);
    digest_of(digest, header, AT_DIGEST, *body, *n_body);
    if (memcmp(digest, header + AT_DIGEST, sizeof digest) != 0)
        st = cs_fault_say(source->fault, CS_INPUT,
                          "%s: is damaged: its checksum does not fit; copy it again from "
                          "the run's output folder",
                          source->path);
out:
    return st;
}

enum cs_status cs_saved_read(struct cs_saved *saved, const char *path,
                             struct cs_fault *fault)
{
    struct source source = { .fault = fault };
    uint8_t header[CS_SAVED_HEADER_BYTES] = { 0 }, *body = NULL;
    enum cs_status st;
    size_t n_body = 0;

    CS_TRY(source_open(&source, path));
    CS_TRY(read_body(header, &body, &n_body, &source));
    CS_TRY(cs_saved_unpack(saved, body, n_body, source.path, fault));
    digest_of(saved->digest, header, CS_SAVED_HEADER_BYTES, body, n_body);
out:
    if (source.stream != NULL)
        fclose(source.stream);
    free(body);
    return st;
}

void cs_saved_wipe(struct cs_saved *saved)
{
    for (size_t i = 0; i < saved->n_blocks; i++) {
        free(saved->block[i].name);
        free(saved->block[i].weight);
    }
    free(saved->block);
    free(saved->file_order);
    cs_codes_wipe(&saved->population);
    cs_densities_wipe(&saved->densities);
    cs_study_free(saved->study);
    memset(saved, 0, sizeof *saved);
}
