/* What party/staging.h promises, one test for each promise. */
#include "party/staging.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/support/check.h"

struct scene {
    char parent[64], folder[96];
    struct cs_staging staging;
    struct cs_fault fault;
};

static void set(struct scene *scene)
{
    memset(scene, 0, sizeof *scene);
    strcpy(scene->parent, "/tmp/cosynth-staging-XXXXXX");
    assert_non_null(mkdtemp(scene->parent));
    sprintf(scene->folder, "%s/out", scene->parent);
    cs_staging_init(&scene->staging);
}

static const char *in(char path[static CS_PATH_BYTES], const char *folder,
                      const char *name)
{
    assert_ok(cs_file_join(path, folder, name, NULL));
    return path;
}

static void write_file(const char *path, const char *text)
{
    FILE *stream = fopen(path, "w");

    assert_non_null(stream);
    fputs(text, stream);
    fclose(stream);
}

static void assert_text(const struct scene *scene, const char *name, const char *expected)
{
    char path[CS_PATH_BYTES], text[64] = "";
    FILE *stream = fopen(in(path, scene->folder, name), "r");

    assert_non_null(stream);
    assert_non_null(fgets(text, sizeof text, stream));
    fclose(stream);
    assert_string_equal(text, expected);
}

static void stage(struct scene *scene, const char *name, const char *text)
{
    char path[CS_PATH_BYTES];

    assert_ok(cs_staging_add(path, &scene->staging, name, &scene->fault));
    write_file(path, text);
}

/* Removes the files that the test published; the folder must then be empty. */
static void strike(struct scene *scene, const char *const *names)
{
    char path[CS_PATH_BYTES];

    for (; *names != NULL; names++)
        assert_int_equal(unlink(in(path, scene->folder, *names)), 0);
    assert_int_equal(rmdir(scene->folder), 0);
    assert_int_equal(rmdir(scene->parent), 0);
}

static void files_appear_when_they_are_published(void **state)
{
    struct scene scene;
    char path[CS_PATH_BYTES];
    (void)state;

    set(&scene);
    assert_ok(cs_staging_begin(&scene.staging, scene.folder, &scene.fault));
    stage(&scene, "one", "first");
    stage(&scene, "two", "second");
    assert_int_not_equal(access(in(path, scene.folder, "one"), F_OK), 0);
    assert_ok(cs_staging_publish(&scene.staging, &scene.fault));
    cs_staging_discard(&scene.staging);
    assert_text(&scene, "one", "first");
    assert_text(&scene, "two", "second");
    strike(&scene, (const char *const[]){ "one", "two", NULL });
}

static void what_is_discarded_leaves_an_earlier_run_as_it_was(void **state)
{
    struct scene scene;
    char path[CS_PATH_BYTES];
    (void)state;

    set(&scene);
    assert_int_equal(mkdir(scene.folder, 0700), 0);
    write_file(in(path, scene.folder, "one"), "earlier");
    assert_ok(cs_staging_begin(&scene.staging, scene.folder, &scene.fault));
    stage(&scene, "one", "later");
    write_file(in(path, scene.staging.part, "two.part"), "half of it");
    cs_staging_discard(&scene.staging);
    assert_text(&scene, "one", "earlier");
    strike(&scene, (const char *const[]){ "one", NULL });
}

static void assert_as_before(const struct scene *scene)
{
    char path[CS_PATH_BYTES];

    assert_text(scene, "one", "earlier");
    assert_text(scene, "two", "earlier");
    assert_int_not_equal(access(in(path, scene->folder, "three"), F_OK), 0);
}

static void stage_over_an_earlier_run(struct scene *scene)
{
    char path[CS_PATH_BYTES];

    set(scene);
    assert_ok(cs_staging_begin(&scene->staging, scene->folder, &scene->fault));
    write_file(in(path, scene->folder, "one"), "earlier");
    write_file(in(path, scene->folder, "two"), "earlier");
    stage(scene, "one", "later");
    stage(scene, "three", "later");
    stage(scene, "two", "later");
}

static void publishing_replaces_the_files_of_an_earlier_run(void **state)
{
    struct scene scene;
    (void)state;

    stage_over_an_earlier_run(&scene);
    assert_as_before(&scene);
    assert_ok(cs_staging_publish(&scene.staging, &scene.fault));
    assert_text(&scene, "one", "later");
    assert_text(&scene, "two", "later");
    strike(&scene, (const char *const[]){ "one", "two", "three", NULL });
}

static void a_file_that_cannot_be_put_in_place_leaves_all_as_it_was(void **state)
{
    struct scene scene;
    char path[CS_PATH_BYTES];
    (void)state;

    stage_over_an_earlier_run(&scene);
    unlink(in(path, scene.staging.part, "two")); /* the last to be moved */
    assert_int_equal(cs_staging_publish(&scene.staging, &scene.fault), CS_IO);
    assert_non_null(strstr(scene.fault.text, "two: cannot be put in place"));
    assert_as_before(&scene);
    strike(&scene, (const char *const[]){ "one", "two", NULL });
}

static void a_folder_in_the_way_of_a_file_is_named_and_stays(void **state)
{
    struct scene scene;
    char path[CS_PATH_BYTES];
    (void)state;

    stage_over_an_earlier_run(&scene);
    assert_int_equal(mkdir(in(path, scene.folder, "three"), 0700), 0);
    assert_int_equal(cs_staging_publish(&scene.staging, &scene.fault), CS_IO);
    assert_non_null(strstr(scene.fault.text, "three: is a folder"));
    assert_int_equal(rmdir(path), 0);
    assert_as_before(&scene);
    strike(&scene, (const char *const[]){ "one", "two", NULL });
}

/* A process that ends without a word, with a file staged. */
static void die_in_the_middle(struct scene *scene)
{
    const pid_t child = fork();
    int status;

    assert_true(child >= 0);
    if (child == 0) {
        struct cs_staging staging;
        char path[CS_PATH_BYTES];

        cs_staging_init(&staging);
        if (cs_staging_begin(&staging, scene->folder, NULL) == CS_OK &&
            cs_staging_add(path, &staging, "one", NULL) == CS_OK)
            fclose(fopen(path, "w"));
        _exit(0);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(rmdir(scene->folder), -1); /* it did leave something */
}

static void what_a_killed_run_left_is_removed_by_the_next(void **state)
{
    struct scene scene;
    (void)state;

    set(&scene);
    die_in_the_middle(&scene);
    assert_ok(cs_staging_begin(&scene.staging, scene.folder, &scene.fault));
    cs_staging_discard(&scene.staging);
    strike(&scene, (const char *const[]){ NULL });
}

static void what_a_living_run_stages_is_left_alone(void **state)
{
    struct scene scene;
    char path[CS_PATH_BYTES], living[32];
    (void)state;

    set(&scene);
    sprintf(living, ".part-%ld", (long)getppid());
    assert_int_equal(mkdir(scene.folder, 0700), 0);
    assert_int_equal(mkdir(in(path, scene.folder, living), 0700), 0);
    assert_ok(cs_staging_begin(&scene.staging, scene.folder, &scene.fault));
    cs_staging_discard(&scene.staging);
    assert_int_equal(rmdir(path), 0);
    strike(&scene, (const char *const[]){ NULL });
}

static void stopping_says_whether_files_were_published(void **state)
{
    struct scene scene;
    (void)state;

    set(&scene);
    assert_ok(cs_staging_begin(&scene.staging, scene.folder, &scene.fault));
    stage(&scene, "one", "first");
    assert_true(cs_staging_stop(&scene.staging));
    strike(&scene, (const char *const[]){ NULL });

    set(&scene);
    assert_ok(cs_staging_begin(&scene.staging, scene.folder, &scene.fault));
    stage(&scene, "one", "first");
    assert_ok(cs_staging_publish(&scene.staging, &scene.fault));
    assert_false(cs_staging_stop(&scene.staging));
    strike(&scene, (const char *const[]){ "one", NULL });
}

static void a_folder_that_cannot_be_made_is_named(void **state)
{
    struct scene scene;
    (void)state;

    set(&scene);
    write_file(scene.folder, "a file in its place");
    assert_int_equal(cs_staging_begin(&scene.staging, scene.folder, &scene.fault), CS_IO);
    assert_non_null(strstr(scene.fault.text, scene.folder));
    unlink(scene.folder);
    rmdir(scene.parent);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(files_appear_when_they_are_published),
        cmocka_unit_test(what_is_discarded_leaves_an_earlier_run_as_it_was),
        cmocka_unit_test(publishing_replaces_the_files_of_an_earlier_run),
        cmocka_unit_test(a_file_that_cannot_be_put_in_place_leaves_all_as_it_was),
        cmocka_unit_test(a_folder_in_the_way_of_a_file_is_named_and_stays),
        cmocka_unit_test(what_a_killed_run_left_is_removed_by_the_next),
        cmocka_unit_test(what_a_living_run_stages_is_left_alone),
        cmocka_unit_test(stopping_says_whether_files_were_published),
        cmocka_unit_test(a_folder_that_cannot_be_made_is_named),
    };
    return CS_RUN("party/staging", tests);
}
