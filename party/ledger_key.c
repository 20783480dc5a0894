#include "party/ledger_key.h"

#include <fcntl.h>
#include <sodium.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "crypto/rng.h"
#include "crypto/secret.h"
#include "party/file.h"

enum { TEXT_BYTES = 2 * sizeof(struct cs_ledger_key) + 1 }; /* a line of hexadecimal */

static enum cs_status find_path(char path[static CS_PATH_BYTES], const char *ledger_path,
                                struct cs_fault *fault)
{
    if (snprintf(path, CS_PATH_BYTES, "%s.key", ledger_path) >= CS_PATH_BYTES)
        return cs_fault_say(fault, CS_CONFIG, "%.200s...: the path is too long",
                            ledger_path);
    return CS_OK;
}

static enum cs_status read_key(struct cs_ledger_key *key, const char *path,
                               struct cs_fault *fault)
{
    char *text = NULL;
    const char *end = NULL;
    size_t n_bytes = 0, n_read = 0;
    enum cs_status st = CS_OK;

    CS_TRY(cs_file_read(&text, &n_bytes, path, TEXT_BYTES, fault));
    if (n_bytes != TEXT_BYTES ||
        sodium_hex2bin(key->bytes, sizeof key->bytes, text, n_bytes, NULL, &n_read,
                       &end) != 0 ||
        n_read != sizeof key->bytes || end != text + TEXT_BYTES - 1 || *end != '\n')
        st = cs_fault_say(fault, CS_CONFIG,
                          "%s: is not the key of a ledger; bring it back from a copy",
                          path);
out:
    cs_wipe_free(text, text != NULL ? TEXT_BYTES + 1 : 0);
    return st;
}

/* Without it the machine may lose the file's name when it goes down. */
static enum cs_status sync_folder_of(const char *path, struct cs_fault *fault)
{
    char folder[CS_PATH_BYTES];
    const char *slash = strrchr(path, '/');

    snprintf(folder, sizeof folder, "%.*s", slash != NULL ? (int)(slash - path) + 1 : 1,
             slash != NULL ? path : ".");
    const int descriptor = open(folder, O_RDONLY);
    const bool good = descriptor >= 0 && fsync(descriptor) == 0;
    if (descriptor >= 0)
        close(descriptor);
    return good ? CS_OK
                : cs_fault_say(fault, CS_IO, "%s: the folder cannot be synced", folder);
}

/* The mode is set while the file is still empty, and no copy stays in a buffer. */
static enum cs_status write_key(const char *path, const struct cs_ledger_key *key,
                                struct cs_fault *fault)
{
    char text[TEXT_BYTES + 1];
    struct cs_file file = { 0 };
    enum cs_status st = CS_OK;

    sodium_bin2hex(text, sizeof text, key->bytes, sizeof key->bytes);
    text[TEXT_BYTES - 1] = '\n';
    CS_TRY(cs_file_create(&file, path, fault));
    setvbuf(file.stream, NULL, _IONBF, 0);
    if (fchmod(fileno(file.stream), S_IRUSR | S_IWUSR) != 0)
        CS_TRY(cs_fault_say(fault, CS_IO, "%s: its permissions cannot be set", path));
    fwrite(text, 1, TEXT_BYTES, file.stream);
    CS_TRY(cs_file_commit(&file, fault));
    CS_TRY(sync_folder_of(path, fault));
out:
    cs_file_discard(&file);
    sodium_memzero(text, sizeof text);
    return st;
}

enum cs_status cs_ledger_key_make(struct cs_ledger_key *key, const char *ledger_path,
                                  struct cs_fault *fault)
{
    char path[CS_PATH_BYTES];
    struct cs_rng rng;
    enum cs_status st = CS_OK;

    CS_TRY(find_path(path, ledger_path, fault));
    if (access(path, F_OK) == 0) /* of a process that was stopped before it had tables */
        return read_key(key, path, fault);
    cs_rng_init_random(&rng);
    cs_rng_bytes(&rng, key->bytes, sizeof key->bytes);
    cs_rng_wipe(&rng);
    CS_TRY(write_key(path, key, fault));
out:
    return st;
}

enum cs_status cs_ledger_key_read(struct cs_ledger_key *key, const char *ledger_path,
                                  const char *mark, struct cs_fault *fault)
{
    char path[CS_PATH_BYTES], found[CS_LEDGER_NAME_BYTES];
    enum cs_status st = CS_OK;

    CS_TRY(find_path(path, ledger_path, fault));
    if (access(path, F_OK) != 0)
        return cs_fault_say(fault, CS_CONFIG,
                            "%s: is not there; without it the ledger does not know whom "
                            "it has charged: bring it back from a copy",
                            path);
    CS_TRY(read_key(key, path, fault));
    cs_ledger_key_mark(found, key);
    if (strcmp(found, mark) != 0)
        return cs_fault_say(fault, CS_CONFIG,
                            "%s: is the key of another ledger; bring the right one back "
                            "from a copy",
                            path);
out:
    return st;
}

void cs_ledger_key_wipe(struct cs_ledger_key *key)
{
    sodium_memzero(key, sizeof *key);
}

static void name(char text[static CS_LEDGER_NAME_BYTES], const struct cs_ledger_key *key,
                 const void *bytes, size_t n_bytes)
{
    uint8_t digest[CS_DATA_SET_BYTES];

    crypto_generichash(digest, sizeof digest, bytes, n_bytes, key->bytes,
                       sizeof key->bytes);
    sodium_bin2hex(text, CS_LEDGER_NAME_BYTES, digest, sizeof digest);
}

void cs_ledger_key_mark(char mark[static CS_LEDGER_NAME_BYTES],
                        const struct cs_ledger_key *key)
{
    static const char label[] = "cosynth ledger key";

    name(mark, key, label, sizeof label - 1);
}

void cs_ledger_key_name(char text[static CS_LEDGER_NAME_BYTES],
                        const struct cs_ledger_key *key,
                        const uint8_t data_set[static CS_DATA_SET_BYTES])
{
    name(text, key, data_set, CS_DATA_SET_BYTES);
}
