/* What party/sealed_file.h promises, one test for each promise. */
#include "party/sealed_file.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "crypto/secret.h"
#include "tests/support/check.h"

struct scene {
    char folder[64];
    struct cs_rng secret;
    struct cs_fault fault;
    struct cs_sealed_file file;
    size_t n_seen;
};

static const char *const texts[] = { "first", "", "the third record, which is longer" };

static void open_scene(struct scene *scene)
{
    scene->fault = (struct cs_fault){ 0 };
    scene->n_seen = 0;
    assert_ok(cs_sealed_file_init(&scene->file, scene->folder, "file", &scene->secret,
                                  &scene->fault));
    memset(scene->file.key, 7, sizeof scene->file.key);
    memset(scene->file.header, 3, sizeof scene->file.header);
}

static void append(struct scene *scene, const char *text)
{
    struct cs_sealed_place place;

    assert_ok(
        cs_sealed_file_append(&place, &scene->file, (const uint8_t *)text, strlen(text)));
}

/* A file of all texts, closed. */
static void set_up(struct scene *scene)
{
    memset(scene, 0, sizeof *scene);
    strcpy(scene->folder, "/tmp/cosynth-sealed-XXXXXX");
    assert_non_null(mkdtemp(scene->folder));
    cs_rng_init_labelled(&scene->secret, 1, "nonces");
    open_scene(scene);
    assert_ok(cs_sealed_file_create(&scene->file));
    for (size_t i = 0; i < COUNT(texts); i++)
        append(scene, texts[i]);
    cs_sealed_file_close(&scene->file);
}

static void tear_down(struct scene *scene)
{
    cs_sealed_file_close(&scene->file);
    unlink(scene->file.path);
    assert_int_equal(rmdir(scene->folder), 0);
}

static enum cs_status see(void *arg, struct cs_sealed_place place, const uint8_t *bytes,
                          size_t n_bytes)
{
    struct scene *scene = arg;

    assert_int_equal(place.number, scene->n_seen);
    assert_true(scene->n_seen < COUNT(texts));
    assert_int_equal(n_bytes, strlen(texts[scene->n_seen]));
    assert_memory_equal(bytes, texts[scene->n_seen], n_bytes);
    scene->n_seen++;
    return CS_OK;
}

static enum cs_status scan(struct scene *scene)
{
    enum cs_status st;
    bool found;

    CS_TRY(cs_sealed_file_open(&found, &scene->file));
    assert_true(found);
    CS_TRY(cs_sealed_file_scan(&scene->file, see, scene));
out:
    return st;
}

static off_t size_of(const struct scene *scene)
{
    struct stat about;

    assert_int_equal(stat(scene->file.path, &about), 0);
    return about.st_size;
}

static void flip(const struct scene *scene, off_t at)
{
    FILE *stream = fopen(scene->file.path, "r+b");

    assert_non_null(stream);
    fseeko(stream, at, SEEK_SET);
    const int byte = fgetc(stream);
    fseeko(stream, at, SEEK_SET);
    fputc(byte ^ 4, stream);
    assert_int_equal(fclose(stream), 0);
}

static void records_come_back_in_their_order_and_more_can_follow(void **state)
{
    struct scene scene;
    struct cs_sealed_place place;
    uint8_t *bytes;
    size_t n_bytes;
    (void)state;

    set_up(&scene);
    open_scene(&scene);
    assert_ok(scan(&scene));
    assert_int_equal(scene.n_seen, COUNT(texts));
    assert_ok(cs_sealed_file_append(&place, &scene.file, (const uint8_t *)"fourth", 6));
    assert_ok(cs_sealed_file_read(&bytes, &n_bytes, &scene.file, place));
    assert_int_equal(n_bytes, 6);
    assert_memory_equal(bytes, "fourth", 6);
    cs_wipe_free(bytes, n_bytes);
    tear_down(&scene);
}

/* As a crash leaves it, after any number of bytes of the last record. */
static void a_record_that_was_cut_short_is_dropped_and_others_are_not(void **state)
{
    struct scene scene;
    (void)state;

    set_up(&scene);
    const off_t whole = size_of(&scene);
    const off_t last = whole - 8 - 24 - 16 - (off_t)strlen(texts[COUNT(texts) - 1]);
    for (off_t left = whole - 1; left >= last; left--) {
        assert_int_equal(truncate(scene.file.path, left), 0);
        open_scene(&scene);
        assert_ok(scan(&scene));
        assert_int_equal(scene.n_seen, COUNT(texts) - 1);
        append(&scene, texts[COUNT(texts) - 1]); /* in its place */
        cs_sealed_file_close(&scene.file);
        open_scene(&scene);
        assert_ok(scan(&scene));
        assert_int_equal(scene.n_seen, COUNT(texts));
        cs_sealed_file_close(&scene.file);
    }
    tear_down(&scene);
}

/* But for lengths: a longer one may look like a record that was cut short. */
static void a_bit_that_was_flipped_anywhere_is_found(void **state)
{
    struct scene scene;
    (void)state;

    set_up(&scene);
    for (off_t at = 0; at < size_of(&scene); at++) {
        flip(&scene, at);
        open_scene(&scene);
        const enum cs_status st = scan(&scene);
        assert_true(st == CS_CONFIG || (st == CS_OK && scene.n_seen < COUNT(texts)));
        if (st == CS_CONFIG)
            assert_non_null(strstr(scene.fault.text, "--fresh"));
        cs_sealed_file_close(&scene.file);
        if (st == CS_OK) { /* it was cut to its whole records */
            tear_down(&scene);
            set_up(&scene);
        } else {
            flip(&scene, at);
        }
    }
    tear_down(&scene);
}

static void another_key_opens_nothing(void **state)
{
    struct scene scene;
    (void)state;

    set_up(&scene);
    open_scene(&scene);
    scene.file.key[0] ^= 1;
    assert_int_equal(scan(&scene), CS_CONFIG);
    assert_int_equal(scene.n_seen, 0);
    tear_down(&scene);
}

static void two_do_not_write_but_one_may_look(void **state)
{
    struct scene scene, second;
    bool found;
    (void)state;

    set_up(&scene);
    open_scene(&scene);
    assert_ok(scan(&scene));
    second = scene;
    open_scene(&second);
    assert_int_equal(cs_sealed_file_open(&found, &second.file), CS_CONFIG);
    assert_non_null(strstr(second.fault.text, "is in use"));
    cs_sealed_file_close(&second.file);

    open_scene(&second);
    second.file.looks = true;
    assert_ok(scan(&second));
    assert_int_equal(second.n_seen, COUNT(texts));
    assert_true(second.file.in_use);
    cs_sealed_file_close(&second.file);
    cs_sealed_file_close(&scene.file);
    open_scene(&second);
    second.file.looks = true;
    assert_ok(scan(&second));
    assert_false(second.file.in_use);
    tear_down(&second);
}

static void a_full_disk_leaves_the_records_that_were_there(void **state)
{
    struct rlimit before, small;
    struct scene scene;
    struct cs_sealed_place place;
    uint8_t long_one[4096] = { 1 };
    (void)state;

    set_up(&scene);
    open_scene(&scene);
    assert_ok(scan(&scene));
    signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    small = before;
    small.rlim_cur = (rlim_t)size_of(&scene) + 100;
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
    const enum cs_status st =
        cs_sealed_file_append(&place, &scene.file, long_one, sizeof long_one);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
    assert_int_equal(st, CS_IO);
    cs_sealed_file_close(&scene.file);
    open_scene(&scene);
    assert_ok(scan(&scene));
    assert_int_equal(scene.n_seen, COUNT(texts));
    tear_down(&scene);
}

static void a_file_without_its_header_is_none(void **state)
{
    struct scene scene;
    bool found = true;
    (void)state;

    set_up(&scene);
    assert_int_equal(truncate(scene.file.path, CS_SEALED_HEADER_BYTES - 1), 0);
    open_scene(&scene);
    assert_ok(cs_sealed_file_open(&found, &scene.file));
    assert_false(found);
    assert_int_not_equal(access(scene.file.path, F_OK), 0);
    tear_down(&scene);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(records_come_back_in_their_order_and_more_can_follow),
        cmocka_unit_test(a_record_that_was_cut_short_is_dropped_and_others_are_not),
        cmocka_unit_test(a_bit_that_was_flipped_anywhere_is_found),
        cmocka_unit_test(another_key_opens_nothing),
        cmocka_unit_test(two_do_not_write_but_one_may_look),
        cmocka_unit_test(a_full_disk_leaves_the_records_that_were_there),
        cmocka_unit_test(a_file_without_its_header_is_none),
    };
    return CS_RUN("party/sealed_file", tests);
}
