#include "party/keys.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "party/file.h"

struct paths {
    char key[CS_PATH_BYTES], certificate[CS_PATH_BYTES];
};

static enum cs_status find_paths(struct paths *paths, const char *folder,
                                 struct cs_fault *fault)
{
    enum cs_status st = CS_OK;

    CS_TRY(cs_file_join(paths->key, folder, "key.pem", fault));
    CS_TRY(cs_file_join(paths->certificate, folder, "certificate.pem", fault));
out:
    return st;
}

static enum cs_status check_absent(const char *path, struct cs_fault *fault)
{
    if (access(path, F_OK) != 0)
        return CS_OK;
    return cs_fault_say(fault, CS_CONFIG,
                        "%s: is there already; a new key would lock out peers that "
                        "know the old one: choose another folder, or move it away",
                        path);
}

/* The mode is set while the file is still empty. */
static enum cs_status write_text(const char *path, const char *text, mode_t mode,
                                 struct cs_fault *fault)
{
    struct cs_file file;
    enum cs_status st = CS_OK;

    CS_TRY(cs_file_create(&file, path, fault));
    if (fchmod(fileno(file.stream), mode) != 0) {
        cs_file_discard(&file);
        return cs_fault_say(fault, CS_IO, "%s: its permissions cannot be set", path);
    }
    setvbuf(file.stream, NULL, _IONBF, 0); /* no copy of a key in a buffer */
    fwrite(text, 1, strlen(text), file.stream);
    CS_TRY(cs_file_commit(&file, fault));
out:
    return st;
}

enum cs_status cs_keys_make(struct cs_identity *identity, const char *folder,
                            struct cs_fault *fault)
{
    struct paths paths;
    struct cs_rng secret;
    enum cs_status st = CS_OK;

    memset(identity, 0, sizeof *identity);
    cs_rng_init_random(&secret);
    CS_TRY(find_paths(&paths, folder, fault));
    CS_TRY(check_absent(paths.key, fault));
    CS_TRY(check_absent(paths.certificate, fault));
    CS_TRY(cs_identity_make(identity, &secret, fault));
    CS_TRY(cs_file_make_folder(folder, fault));
    CS_TRY(write_text(paths.key, identity->key_pem, 0600, fault));
    CS_TRY(write_text(paths.certificate, identity->certificate_pem, 0644, fault));
out:
    cs_rng_wipe(&secret);
    if (st != CS_OK)
        cs_identity_wipe(identity);
    return st;
}

static void free_secret(char *text, size_t n_bytes)
{
    if (text != NULL)
        sodium_memzero(text, n_bytes);
    free(text);
}

enum cs_status cs_keys_read(struct cs_identity *identity, const char *folder,
                            struct cs_fault *fault)
{
    struct paths paths;
    char *key = NULL, *certificate = NULL;
    size_t n_key = 0, n_certificate = 0;
    enum cs_status st = CS_OK;

    memset(identity, 0, sizeof *identity);
    CS_TRY(find_paths(&paths, folder, fault));
    CS_TRY(cs_file_read(&key, &n_key, paths.key, CS_PEM_BYTES - 1, fault));
    CS_TRY(cs_file_read(&certificate, &n_certificate, paths.certificate, CS_PEM_BYTES - 1,
                        fault));
    CS_TRY(cs_identity_read(identity, key, certificate, fault));
out:
    free_secret(key, n_key);
    free(certificate);
    return st;
}
