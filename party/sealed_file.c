#include "party/sealed_file.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "crypto/bytes.h"
#include "crypto/secret.h"

enum {
    NONCE_BYTES = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES,
    SEAL_BYTES = crypto_aead_xchacha20poly1305_ietf_ABYTES,
    LENGTH_BYTES = 8,
    FRONT_BYTES = LENGTH_BYTES + NONCE_BYTES, /* of a record */
    BOUND_BYTES = CS_SEALED_HEADER_BYTES + 8, /* what a record is bound to */
};

_Static_assert(crypto_aead_xchacha20poly1305_ietf_KEYBYTES == CS_SEALED_KEY_BYTES,
               "a key is a key");

static enum cs_status say(const struct cs_sealed_file *file, const char *what)
{
    return cs_fault_say(file->fault, CS_IO,
                        "%s: cannot be %s: %s; see to it, as by free space or rights, "
                        "and run again",
                        file->path, what, strerror(errno));
}

enum cs_status cs_sealed_file_say_damaged(const struct cs_sealed_file *file)
{
    return cs_fault_say(file->fault, CS_CONFIG,
                        "%s: is damaged, or another node's key sealed it; with the right "
                        "key the run goes on; --fresh gives it up, and the next one is "
                        "charged anew",
                        file->path);
}

/* ---- bytes ------------------------------------------------------------------------- */

static enum cs_status read_at(const struct cs_sealed_file *file, void *bytes,
                              size_t n_bytes, uint64_t at)
{
    size_t n_done = 0;

    while (n_done < n_bytes) {
        const ssize_t n = pread(file->descriptor, (char *)bytes + n_done,
                                n_bytes - n_done, (off_t)(at + n_done));

        if (n < 0 && errno != EINTR)
            return say(file, "read");
        if (n == 0)
            return cs_sealed_file_say_damaged(file);
        n_done += n > 0 ? (size_t)n : 0;
    }
    return CS_OK;
}

static bool write_at(const struct cs_sealed_file *file, const uint8_t *bytes,
                     size_t n_bytes, uint64_t at)
{
    size_t n_done = 0;

    while (n_done < n_bytes) {
        const ssize_t n = pwrite(file->descriptor, bytes + n_done, n_bytes - n_done,
                                 (off_t)(at + n_done));

        if (n < 0 && errno != EINTR)
            return false;
        n_done += n > 0 ? (size_t)n : 0;
    }
    return true;
}

static enum cs_status write_end(struct cs_sealed_file *file, const uint8_t *bytes,
                                size_t n_bytes)
{
    enum cs_status st;

    if (write_at(file, bytes, n_bytes, file->size) && fdatasync(file->descriptor) == 0) {
        file->size += n_bytes;
        return CS_OK;
    }
    st = say(file, "written");
    if (ftruncate(file->descriptor, (off_t)file->size) != 0)
        st = say(file, "cut off where it could not be written");
    return st;
}

/* That the file is in its folder, or gone from it, is on disk too. */
static enum cs_status sync_folder(const struct cs_sealed_file *file)
{
    const int folder = open(file->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    enum cs_status st = CS_OK;

    if (folder < 0 || fsync(folder) != 0)
        st = say(file, "synced with its folder");
    if (folder >= 0)
        close(folder);
    return st;
}

/* ---- files ------------------------------------------------------------------------- */

enum cs_status cs_sealed_file_init(struct cs_sealed_file *file, const char *folder,
                                   const char *name, struct cs_rng *secret,
                                   struct cs_fault *fault)
{
    enum cs_status st = CS_OK;

    memset(file, 0, sizeof *file);
    file->descriptor = -1;
    file->secret = secret;
    file->fault = fault;
    CS_TRY(cs_file_join(file->folder, NULL, folder, fault));
    CS_TRY(cs_file_join(file->path, folder, name, fault));
out:
    return st;
}

/* One process a file: the lock goes with the descriptor. */
static enum cs_status lock(const struct cs_sealed_file *file)
{
    if (flock(file->descriptor, LOCK_EX | LOCK_NB) == 0)
        return CS_OK;
    return cs_fault_say(file->fault, CS_CONFIG,
                        "%s: is in use: another node runs with the same output folder; "
                        "wait for its end, or give this one another `output`",
                        file->path);
}

/* Whether another process has it: nobody is kept out by the question. */
static bool is_in_use(const struct cs_sealed_file *file)
{
    const bool is_locked = flock(file->descriptor, LOCK_SH | LOCK_NB) != 0;

    if (!is_locked)
        flock(file->descriptor, LOCK_UN);
    return is_locked;
}

enum cs_status cs_sealed_file_open(bool *found, struct cs_sealed_file *file)
{
    struct stat about;
    enum cs_status st = CS_OK;

    *found = false;
    file->descriptor = open(file->path, (file->looks ? O_RDONLY : O_RDWR) | O_CLOEXEC);
    if (file->descriptor < 0)
        return errno == ENOENT ? CS_OK : say(file, "opened");
    if (file->looks)
        file->in_use = is_in_use(file);
    else
        CS_TRY(lock(file));
    if (fstat(file->descriptor, &about) != 0)
        return say(file, "read");
    file->size = (uint64_t)about.st_size;
    if (file->size < sizeof file->header) /* a crash while it was made */
        return file->looks ? CS_OK : cs_sealed_file_remove(file);
    CS_TRY(read_at(file, file->header, sizeof file->header, 0));
    *found = true;
out:
    return st;
}

enum cs_status cs_sealed_file_create(struct cs_sealed_file *file)
{
    enum cs_status st = CS_OK;

    file->descriptor = open(file->path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (file->descriptor < 0)
        return say(file, "made");
    file->size = file->n_records = 0;
    CS_TRY(lock(file));
    CS_TRY(write_end(file, file->header, sizeof file->header));
    CS_TRY(sync_folder(file));
out:
    return st;
}

enum cs_status cs_sealed_file_remove(struct cs_sealed_file *file)
{
    if (unlink(file->path) != 0)
        return say(file, "removed");
    close(file->descriptor);
    file->descriptor = -1;
    return sync_folder(file);
}

void cs_sealed_file_close(struct cs_sealed_file *file)
{
    if (file->descriptor >= 0)
        close(file->descriptor);
    file->descriptor = -1;
    sodium_memzero(file->key, sizeof file->key);
}

/* ---- records ----------------------------------------------------------------------- */

static void bind(uint8_t bound[BOUND_BYTES], const struct cs_sealed_file *file,
                 uint64_t number)
{
    memcpy(bound, file->header, sizeof file->header);
    cs_bytes_put(bound + sizeof file->header, number, 8);
}

/* The length of what is sealed in the record at `at`; 0 if the file ends before it does.
 */
static enum cs_status measure(uint64_t *n_sealed, const struct cs_sealed_file *file,
                              uint64_t at)
{
    uint8_t length[LENGTH_BYTES];
    enum cs_status st = CS_OK;

    *n_sealed = 0;
    if (file->size - at < FRONT_BYTES + SEAL_BYTES)
        return CS_OK;
    CS_TRY(read_at(file, length, sizeof length, at));
    const uint64_t n = cs_bytes_get(length, sizeof length);
    if (n < SEAL_BYTES)
        return cs_sealed_file_say_damaged(file);
    if (n <= file->size - at - FRONT_BYTES)
        *n_sealed = n;
out:
    return st;
}

/* The caller's, (n_sealed - SEAL_BYTES). */
static enum cs_status open_record(uint8_t **bytes, const struct cs_sealed_file *file,
                                  struct cs_sealed_place place, uint64_t n_sealed)
{
    const size_t n_record = FRONT_BYTES + n_sealed;
    uint8_t bound[BOUND_BYTES];
    enum cs_status st = CS_MEMORY;
    uint8_t *record = malloc(n_record);

    if (record == NULL)
        goto out;
    CS_TRY(read_at(file, record, n_record, place.at));
    bind(bound, file, place.number);
    uint8_t *sealed = record + FRONT_BYTES;
    if (crypto_aead_xchacha20poly1305_ietf_decrypt(sealed, NULL, NULL, sealed, n_sealed,
                                                   bound, sizeof bound,
                                                   record + LENGTH_BYTES, file->key) != 0)
        CS_TRY(cs_sealed_file_say_damaged(file));
    memmove(record, sealed, n_sealed - SEAL_BYTES);
    sodium_memzero(record + n_sealed - SEAL_BYTES, FRONT_BYTES + SEAL_BYTES);
    *bytes = record;
    record = NULL;
out:
    cs_wipe_free(record, n_record);
    return st;
}

enum cs_status cs_sealed_file_read(uint8_t **bytes, size_t *n_bytes,
                                   const struct cs_sealed_file *file,
                                   struct cs_sealed_place place)
{
    uint64_t n_sealed = 0;
    enum cs_status st = CS_OK;

    CS_TRY(measure(&n_sealed, file, place.at));
    if (n_sealed == 0)
        CS_TRY(cs_sealed_file_say_damaged(file));
    CS_TRY(open_record(bytes, file, place, n_sealed));
    *n_bytes = n_sealed - SEAL_BYTES;
out:
    return st;
}

enum cs_status cs_sealed_file_append(struct cs_sealed_place *place,
                                     struct cs_sealed_file *file, const uint8_t *bytes,
                                     size_t n_bytes)
{
    const size_t n_record = FRONT_BYTES + n_bytes + SEAL_BYTES;
    uint8_t bound[BOUND_BYTES];
    enum cs_status st = CS_MEMORY;
    unsigned long long n_sealed;
    uint8_t *record = malloc(n_record);

    if (record == NULL)
        goto out;
    *place = (struct cs_sealed_place){ file->size, file->n_records };
    bind(bound, file, place->number);
    cs_bytes_put(record, n_bytes + SEAL_BYTES, LENGTH_BYTES);
    cs_rng_bytes(file->secret, record + LENGTH_BYTES, NONCE_BYTES);
    crypto_aead_xchacha20poly1305_ietf_encrypt(record + FRONT_BYTES, &n_sealed, bytes,
                                               n_bytes, bound, sizeof bound, NULL,
                                               record + LENGTH_BYTES, file->key);
    CS_TRY(write_end(file, record, n_record));
    file->n_records++;
out:
    free(record);
    return st;
}

enum cs_status
cs_sealed_file_scan(struct cs_sealed_file *file,
                    enum cs_status (*each)(void *arg, struct cs_sealed_place place,
                                           const uint8_t *bytes, size_t n_bytes),
                    void *arg)
{
    struct cs_sealed_place place = { CS_SEALED_HEADER_BYTES, 0 };
    enum cs_status st = CS_OK;
    uint64_t n_sealed;

    for (;; place.number++, place.at += FRONT_BYTES + n_sealed) {
        uint8_t *bytes = NULL;

        CS_TRY(measure(&n_sealed, file, place.at));
        if (n_sealed == 0)
            break;
        CS_TRY(open_record(&bytes, file, place, n_sealed));
        st = each(arg, place, bytes, n_sealed - SEAL_BYTES);
        cs_wipe_free(bytes, n_sealed - SEAL_BYTES);
        CS_TRY(st);
    }
    if (!file->looks && ftruncate(file->descriptor, (off_t)place.at) != 0)
        return say(file, "cut to its whole records");
    file->size = place.at;
    file->n_records = place.number;
out:
    return st;
}
