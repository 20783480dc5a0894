/* What party/keys.h promises, one test for each promise. */
#include "party/keys.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/support/check.h"

struct place {
    char root[64], folder[96], key[128], certificate[128];
};

static struct place place_new(void)
{
    struct place place = { .root = "/tmp/cosynth-keys-XXXXXX" };

    assert_non_null(mkdtemp(place.root));
    snprintf(place.folder, sizeof place.folder, "%s/keys/a", place.root);
    snprintf(place.key, sizeof place.key, "%s/key.pem", place.folder);
    snprintf(place.certificate, sizeof place.certificate, "%s/certificate.pem",
             place.folder);
    return place;
}

static void place_remove(const struct place *place)
{
    char above[80];

    unlink(place->key);
    unlink(place->certificate);
    rmdir(place->folder);
    snprintf(above, sizeof above, "%s/keys", place->root);
    rmdir(above);
    assert_int_equal(rmdir(place->root), 0); /* nothing else was left */
}

static mode_t mode_of(const char *path)
{
    struct stat status;

    assert_int_equal(stat(path, &status), 0);
    return status.st_mode & 0777;
}

static void what_was_made_can_be_read_back(void **state)
{
    const struct place place = place_new();
    struct cs_identity made, read;
    (void)state;

    assert_ok(cs_keys_make(&made, place.folder, NULL));
    assert_ok(cs_keys_read(&read, place.folder, NULL));
    assert_memory_equal(made.fingerprint, read.fingerprint, sizeof read.fingerprint);
    assert_string_equal(made.key_pem, read.key_pem);
    place_remove(&place);
}

static void the_key_is_its_owners_alone(void **state)
{
    const struct place place = place_new();
    const mode_t before = umask(0);
    struct cs_identity made;
    (void)state;

    assert_ok(cs_keys_make(&made, place.folder, NULL));
    assert_int_equal(mode_of(place.key), 0600);
    assert_int_equal(mode_of(place.certificate), 0644);
    umask(before);
    place_remove(&place);
}

static void a_key_is_never_written_over(void **state)
{
    static const struct cs_identity nobody;
    const struct place place = place_new();
    struct cs_identity first, second, read;
    struct cs_fault fault = { 0 };
    (void)state;

    assert_ok(cs_keys_make(&first, place.folder, NULL));
    assert_int_equal(cs_keys_make(&second, place.folder, &fault), CS_CONFIG);
    assert_non_null(strstr(fault.text, place.key));
    assert_memory_equal(&second, &nobody, sizeof nobody);
    assert_ok(cs_keys_read(&read, place.folder, NULL));
    assert_memory_equal(first.fingerprint, read.fingerprint, sizeof read.fingerprint);
    place_remove(&place);
}

static void a_missing_key_is_told_by_its_path(void **state)
{
    const struct place place = place_new();
    struct cs_identity made, read;
    struct cs_fault fault = { 0 };
    (void)state;

    assert_ok(cs_keys_make(&made, place.folder, NULL));
    assert_int_equal(unlink(place.key), 0);
    assert_int_equal(cs_keys_read(&read, place.folder, &fault), CS_CONFIG);
    assert_non_null(strstr(fault.text, place.key));
    place_remove(&place);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_made_can_be_read_back),
        cmocka_unit_test(the_key_is_its_owners_alone),
        cmocka_unit_test(a_key_is_never_written_over),
        cmocka_unit_test(a_missing_key_is_told_by_its_path),
    };
    return CS_RUN("party/keys", tests);
}
