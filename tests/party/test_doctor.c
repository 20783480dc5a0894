/* What party/doctor.h promises: every check has a case in which it reacts. */
#include "party/doctor.h"

#include <jansson.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "party/keys.h"
#include "tests/support/check.h"
#include "tests/support/study.h"

struct scene {
    char folder[64], key[80], other[80];
    struct cs_job_options options;
    struct cs_node node;
    struct cs_doctor doctor;
};

static int set(void **state)
{
    struct scene *scene = calloc(1, sizeof *scene);
    struct cs_identity identity;

    assert_non_null(scene);
    strcpy(scene->folder, "/tmp/cosynth-doctor-XXXXXX");
    assert_non_null(mkdtemp(scene->folder));
    snprintf(scene->key, sizeof scene->key, "%s/key", scene->folder);
    snprintf(scene->other, sizeof scene->other, "%s/other", scene->folder);
    assert_ok(cs_keys_make(&identity, scene->key, NULL));
    assert_ok(cs_keys_make(&identity, scene->other, NULL));
    cs_identity_wipe(&identity);
    scene->options.key = scene->key;
    scene->doctor.options = &scene->options;
    scene->doctor.root = scene->folder;
    *state = scene;
    return 0;
}

static int clear(void **state)
{
    struct scene *scene = *state;
    char command[128];

    snprintf(command, sizeof command, "rm -r %s", scene->folder);
    assert_int_equal(system(command), 0);
    free(scene);
    return 0;
}

static const struct cs_check *found(const struct scene *scene, const char *name)
{
    for (size_t i = 0; i < scene->doctor.n; i++)
        if (strcmp(scene->doctor.check[i].name, name) == 0)
            return &scene->doctor.check[i];
    fail_msg("there is no check %s", name);
    return NULL;
}

/* Looks again, and forgets what was found before. */
#define expect(scene, examine, name, status, warning, part)                              \
    do {                                                                                 \
        (scene)->doctor.n = 0;                                                           \
        examine;                                                                         \
        const struct cs_check *check = found((scene), (name));                           \
        assert_int_equal(check->st, (status));                                           \
        assert_int_equal(check->warns, (warning));                                       \
        assert_non_null(strstr(check->words, (part)));                                   \
    } while (0)

static void keys_that_are_private_and_whole_are_good(void **state)
{
    struct scene *scene = *state;
    struct cs_doctor *doctor = &scene->doctor;

    expect(scene, cs_doctor_keys(doctor, &scene->node), "key", CS_OK, false, "alone");
    expect(scene, cs_doctor_keys(doctor, &scene->node), "certificate", CS_OK, false,
           "sha256:");
}

static void a_key_that_others_can_read_is_refused(void **state)
{
    struct scene *scene = *state;
    char path[128];

    snprintf(path, sizeof path, "%s/key.pem", scene->key);
    assert_int_equal(chmod(path, 0640), 0);
    expect(scene, cs_doctor_keys(&scene->doctor, &scene->node), "key", CS_CONFIG, false,
           "mode 640");
}

static void a_certificate_of_another_key_is_refused(void **state)
{
    struct scene *scene = *state;
    char from[128], to[128];

    snprintf(from, sizeof from, "%s/certificate.pem", scene->other);
    snprintf(to, sizeof to, "%s/certificate.pem", scene->key);
    assert_int_equal(rename(from, to), 0);
    expect(scene, cs_doctor_keys(&scene->doctor, &scene->node), "certificate", CS_CONFIG,
           false, "");
}

static void a_node_without_a_key_is_refused(void **state)
{
    struct scene *scene = *state;

    scene->options.key = NULL;
    expect(scene, cs_doctor_keys(&scene->doctor, &scene->node), "key", CS_CONFIG, false,
           "cosynth keygen");
}

static void a_folder_that_takes_files_is_good_and_left_empty(void **state)
{
    struct scene *scene = *state;
    char folder[96];

    snprintf(folder, sizeof folder, "%s/new/out", scene->folder);
    expect(scene, cs_doctor_folder(&scene->doctor, "output", folder, 1), "output", CS_OK,
           false, "free");
    assert_int_equal(rmdir(folder), 0);
}

static void a_folder_that_cannot_be_is_refused(void **state)
{
    struct scene *scene = *state;
    char folder[128];

    snprintf(folder, sizeof folder, "%s/key.pem/out", scene->key);
    expect(scene, cs_doctor_folder(&scene->doctor, "output", folder, 1), "output", CS_IO,
           false, scene->key);
}

static void a_disk_that_takes_no_byte_is_refused(void **state)
{
    struct scene *scene = *state;
    struct rlimit before, none;

    signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    none = (struct rlimit){ 0, before.rlim_max };
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &none), 0);
    scene->doctor.n = 0;
    cs_doctor_folder(&scene->doctor, "output", scene->folder, 1);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
    assert_int_equal(scene->doctor.check[0].st, CS_IO);
    assert_non_null(strstr(scene->doctor.check[0].words, "cannot be written"));
}

static void a_disk_without_room_is_refused(void **state)
{
    struct scene *scene = *state;

    expect(scene, cs_doctor_folder(&scene->doctor, "room", scene->folder, 1e18), "room",
           CS_IO, false, "are needed; make room");
}

static void few_descriptors_are_refused(void **state)
{
    struct scene *scene = *state;
    struct rlimit before, few;

    assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
    few = (struct rlimit){ 32, before.rlim_max };
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &few), 0);
    expect(scene, cs_doctor_host(&scene->doctor, &scene->node), "descriptors", CS_IO,
           false, "32 files");
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
    expect(scene, cs_doctor_host(&scene->doctor, &scene->node), "clock", CS_OK, false,
           "UTC");
    expect(scene, cs_doctor_host(&scene->doctor, &scene->node), "random", CS_OK, false,
           "");
}

static void more_threads_than_cores_are_a_warning(void **state)
{
    struct scene *scene = *state;

    expect(scene, cs_doctor_host(&scene->doctor, &scene->node), "processor", CS_OK, false,
           "AES");
    scene->node.threads = 65;
    expect(scene, cs_doctor_host(&scene->doctor, &scene->node), "processor", CS_OK, true,
           "65 threads");
}

/* A host of 1000 MB: much less, about as much, much more than is needed. */
static void memory_is_judged_by_what_there_is(void **state)
{
    struct scene *scene = *state;
    struct cs_doctor *doctor = &scene->doctor;
    char path[128];

    snprintf(path, sizeof path, "%s/proc", scene->folder);
    assert_ok(cs_file_make_folder(path, NULL));
    strcat(path, "/meminfo");
    FILE *stream = fopen(path, "w");
    assert_non_null(stream);
    fputs("MemAvailable: 976562 kB\n", stream);
    assert_int_equal(fclose(stream), 0);

    doctor->prediction.memory_bytes = 2.1e9;
    expect(scene, cs_doctor_memory(doctor), "memory", CS_MEMORY, false, "2100 MB");
    doctor->prediction.memory_bytes = 0.9e9;
    expect(scene, cs_doctor_memory(doctor), "memory", CS_OK, true, "may not do");
    doctor->prediction.memory_bytes = 0.1e9;
    expect(scene, cs_doctor_memory(doctor), "memory", CS_OK, false, "1000 MB");
}

static void a_run_that_cannot_fit_is_refused(void **state)
{
    struct cs_study *study = cs_test_study(NULL);
    struct cs_table table = { .codes = { .n_rows = 1000 } };
    struct cs_fault fault = { 0 };
    struct cs_job *job = calloc(1, sizeof *job);
    (void)state;

    assert_non_null(job);
    job->study = study;
    job->table = &table;
    job->fault = &fault;
    assert_ok(cs_doctor_memory_of_run(job));
    table.codes.n_rows = (size_t)1 << 40;
    assert_int_equal(cs_doctor_memory_of_run(job), CS_MEMORY);
    assert_non_null(strstr(fault.text, "`cosynth doctor` says more"));
    free(job);
    cs_study_free(study);
}

static void the_first_that_refuses_is_the_verdict(void **state)
{
    struct scene *scene = *state;
    struct cs_doctor *doctor = &scene->doctor;
    struct cs_fault fault = { 0 };

    cs_doctor_good(doctor, "one", "good");
    cs_doctor_warn(doctor, "two", "doubtful");
    assert_ok(cs_doctor_verdict(doctor, &fault));
    cs_doctor_refuse(doctor, "three", CS_IO, "bad");
    cs_doctor_refuse(doctor, "four", CS_CONFIG, "worse");
    assert_int_equal(cs_doctor_verdict(doctor, &fault), CS_IO);
    assert_string_equal(fault.text, "three: bad");
}

static void what_was_found_is_a_json_object(void **state)
{
    struct scene *scene = *state;
    char *text = NULL;
    size_t n_bytes;
    FILE *stream = open_memstream(&text, &n_bytes);

    assert_non_null(stream);
    cs_doctor_warn(&scene->doctor, "budget", "a \"limit\"\nin Latin: \xfc");
    cs_doctor_refuse(&scene->doctor, "key", CS_CONFIG, "open");
    assert_ok(cs_doctor_json(stream, &scene->doctor));
    fclose(stream);
    json_t *page = json_loads(text, 0, NULL);
    assert_true(json_is_false(json_object_get(page, "can_start")));
    assert_true(json_is_null(json_object_get(page, "prediction")));
    const json_t *check = json_array_get(json_object_get(page, "checks"), 1);
    assert_string_equal(json_string_value(json_object_get(check, "verdict")), "refused");
    json_decref(page);
    free(text);
}

int main(void)
{
#define IN_A_FOLDER(test) cmocka_unit_test_setup_teardown(test, set, clear)
    const struct CMUnitTest tests[] = {
        IN_A_FOLDER(keys_that_are_private_and_whole_are_good),
        IN_A_FOLDER(a_key_that_others_can_read_is_refused),
        IN_A_FOLDER(a_certificate_of_another_key_is_refused),
        IN_A_FOLDER(a_node_without_a_key_is_refused),
        IN_A_FOLDER(a_folder_that_takes_files_is_good_and_left_empty),
        IN_A_FOLDER(a_folder_that_cannot_be_is_refused),
        IN_A_FOLDER(a_disk_that_takes_no_byte_is_refused),
        IN_A_FOLDER(a_disk_without_room_is_refused),
        IN_A_FOLDER(few_descriptors_are_refused),
        IN_A_FOLDER(more_threads_than_cores_are_a_warning),
        IN_A_FOLDER(memory_is_judged_by_what_there_is),
        cmocka_unit_test(a_run_that_cannot_fit_is_refused),
        IN_A_FOLDER(the_first_that_refuses_is_the_verdict),
        IN_A_FOLDER(what_was_found_is_a_json_object),
    };
    return CS_RUN("party/doctor", tests);
}
