/* What party/emit.h promises, one test for each promise. */
#include "party/emit.h"

#include <signal.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "crypto/rng.h"
#include "model/table.h"
#include "party/file.h"
#include "tests/support/check.h"
#include "tests/support/people.h"
#include "tests/support/source.h"

static int64_t since_edges[] = { 18262, 18300, 18628 };

struct scene {
    char folder[64], path[96];
    struct cs_study study;
    struct cs_column columns[PEOPLE_COLUMNS];
    struct cs_codes population;
    struct cs_presence people;
    struct cs_emission emission;
    uint8_t digest[CS_EMIT_DIGEST_BYTES];
    struct cs_fault fault;
};

static const size_t file_order[] = { PEOPLE_SPEND, PEOPLE_REGION, PEOPLE_SINCE,
                                     PEOPLE_AGE };

static void set(struct scene *scene, size_t n_rows)
{
    struct cs_rng rng;

    memset(scene, 0, sizeof *scene);
    strcpy(scene->folder, "/tmp/cosynth-emit-XXXXXX");
    assert_non_null(mkdtemp(scene->folder));
    sprintf(scene->path, "%s/synthetic.csv", scene->folder);
    scene->study = (struct cs_study){ .schema = cs_people_schema(), .seed = 5 };
    memcpy(scene->columns, scene->study.schema.columns, sizeof scene->columns);
    scene->study.schema.columns = scene->columns;
    scene->columns[PEOPLE_SINCE].edges = since_edges;
    assert_ok(cs_codes_init(&scene->population, n_rows, PEOPLE_COLUMNS));
    cs_rng_init_labelled(&rng, 1, "emit");
    for (size_t k = 0; k < PEOPLE_COLUMNS; k++) {
        for (size_t i = 0; i < n_rows; i++)
            cs_codes_column(&scene->population, k)[i] =
                (uint8_t)cs_rng_below(&rng, (uint32_t)scene->columns[k].n_codes);
    }
    scene->people = (struct cs_presence){ .n_both = n_rows };
    scene->emission = (struct cs_emission){
        .study = &scene->study,
        .party = CS_A,
        .order = file_order,
        .population = &scene->population,
        .people = &scene->people,
    };
}

static void strike(struct scene *scene)
{
    cs_codes_wipe(&scene->population);
    unlink(scene->path);
    assert_int_equal(rmdir(scene->folder), 0); /* nothing else was left there */
}

static enum cs_status emit(struct scene *scene)
{
    return cs_emit(scene->digest, scene->path, &scene->emission, NULL, &scene->fault);
}

static char *content(const struct scene *scene, size_t *n_bytes)
{
    char *text = NULL;

    assert_ok(cs_file_read(&text, n_bytes, scene->path, 64 << 20, NULL));
    return text;
}

static void file_is_like_the_input(void **state)
{
    struct scene scene;
    size_t n_bytes;
    (void)state;

    set(&scene, 2);
    scene.columns[PEOPLE_AGE].edges = (int64_t[]){ 7, 8, 9, 10 };
    memset(scene.population.code, 0, 2 * PEOPLE_COLUMNS);
    cs_codes_column(&scene.population, PEOPLE_REGION)[0] = 1;
    cs_codes_column(&scene.population, PEOPLE_SPEND)[0] = 3;
    cs_codes_column(&scene.population, PEOPLE_SPEND)[1] = 3;
    cs_codes_column(&scene.population, PEOPLE_SINCE)[0] = 2;
    cs_codes_column(&scene.population, PEOPLE_SINCE)[1] = 2;
    cs_codes_column(&scene.population, PEOPLE_AGE)[1] = 2;
    assert_ok(emit(&scene));
    char *text = content(&scene, &n_bytes);
    assert_string_equal(text, "person,\"spend, total\",region,since,age\n"
                              "1,,\"a, b\",,7\n"
                              "2,,north,,9\n");
    free(text);

    scene.emission.crlf = true;
    assert_ok(emit(&scene));
    text = content(&scene, &n_bytes);
    assert_string_equal(text, "person,\"spend, total\",region,since,age\r\n"
                              "1,,\"a, b\",,7\r\n"
                              "2,,north,,9\r\n");
    free(text);
    strike(&scene);
}

static void digest_is_that_of_the_file(void **state)
{
    struct scene scene;
    uint8_t digest[CS_EMIT_DIGEST_BYTES];
    size_t n_bytes;
    (void)state;

    set(&scene, 5000); /* several blocks */
    assert_ok(emit(&scene));
    char *text = content(&scene, &n_bytes);
    assert_true(n_bytes > 100000);
    crypto_hash_sha256(digest, (const uint8_t *)text, n_bytes);
    assert_memory_equal(digest, scene.digest, sizeof digest);
    free(text);
    strike(&scene);
}

static void what_is_emitted_reads_back_as_the_population(void **state)
{
    const char *const person = "person";
    const struct cs_id_rules rules = cs_id_rules_raw(&person);
    struct scene scene;
    struct cs_text_source source;
    struct cs_table *table = NULL;
    size_t n_bytes;
    (void)state;

    set(&scene, 3000);
    assert_ok(emit(&scene));
    char *text = content(&scene, &n_bytes);
    cs_text_source_init(&source, text, n_bytes, 65536);
    assert_ok(cs_table_read(&table, &scene.study.schema, CS_A, &rules, &source.source,
                            NULL, &scene.fault));
    assert_int_equal(table->codes.n_rows, 3000);
    assert_memory_equal(table->file_order, file_order, sizeof file_order);
    assert_memory_equal(table->codes.code, scene.population.code, 3000 * PEOPLE_COLUMNS);
    cs_table_free(table);
    free(text);
    strike(&scene);
}

/* The next line of a text, cut off. */
static char *take_line(char **rest)
{
    char *line = *rest, *end = strchr(line, '\n');

    assert_non_null(end);
    *end = '\0';
    *rest = end + 1;
    return line;
}

static void a_column_in_common_is_the_same_at_both(void **state)
{
    static const size_t order_b[] = { PEOPLE_AGE };
    struct scene scene;
    size_t n_a, n_b;
    char *a, *b, *rest_a, *rest_b;
    (void)state;

    set(&scene, 500);
    assert_ok(emit(&scene));
    a = content(&scene, &n_a);
    scene.emission.party = CS_B;
    scene.emission.order = order_b;
    assert_ok(emit(&scene));
    b = content(&scene, &n_b);
    rest_a = a, rest_b = b;
    for (int i = 0; i < 501; i++)
        assert_string_equal(strrchr(take_line(&rest_a), ','),
                            strrchr(take_line(&rest_b), ','));
    free(a);
    free(b);
    strike(&scene);
}

static enum cs_status give_up(void *arg, double done)
{
    (void)arg;
    return done > 0 ? CS_ABORTED : CS_OK;
}

/* Of four people the first is at both, the second and third at A alone, the last at B. */
static void a_party_has_its_people_under_their_numbers(void **state)
{
    static const char *const numbers[] = { "1\n2\n3\n", "1\n4\n" };
    struct scene scene;
    (void)state;

    set(&scene, 4);
    scene.people = (struct cs_presence){ 1, { 2, 1 } };
    for (enum cs_party party = CS_A; party <= CS_B; party++) {
        char *text, seen[32] = "", *line, *rest;
        size_t n_bytes;

        scene.emission.party = party;
        scene.emission.order = scene.study.schema.order[party];
        assert_ok(emit(&scene));
        text = content(&scene, &n_bytes);
        (void)strtok_r(text, "\n", &rest); /* the header */
        while ((line = strtok_r(NULL, "\n", &rest)) != NULL)
            strncat(strncat(seen, line, strcspn(line, ",")), "\n", 2);
        assert_string_equal(seen, numbers[party]);
        free(text);
    }
    strike(&scene);
}

static void a_run_that_is_told_to_stop_leaves_no_file(void **state)
{
    const struct cs_progress progress = { give_up, NULL };
    struct scene scene;
    (void)state;

    set(&scene, 20000);
    assert_int_equal(cs_emit(scene.digest, scene.path, &scene.emission, &progress, NULL),
                     CS_ABORTED);
    assert_int_not_equal(access(scene.path, F_OK), 0);
    strike(&scene);
}

static void a_path_that_cannot_be_written_is_named(void **state)
{
    struct scene scene;
    (void)state;

    set(&scene, 1);
    strcpy(scene.path, "/nowhere/synthetic.csv");
    assert_int_equal(emit(&scene), CS_IO);
    assert_non_null(strstr(scene.fault.text, "/nowhere/synthetic.csv"));
    strike(&scene);
}

/* The system refuses to write beyond so many bytes, as a full disk does. */
static void a_full_disk_leaves_no_file(void **state)
{
    static const rlim_t limits[] = { 0, 1, 1000, 70000, 200000 };
    struct rlimit before, small;
    (void)state;

    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    signal(SIGXFSZ, SIG_IGN);
    for (size_t i = 0; i < COUNT(limits); i++) {
        struct scene scene;

        set(&scene, 20000);
        small = before;
        small.rlim_cur = limits[i];
        assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
        const enum cs_status st = emit(&scene);
        assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
        assert_int_equal(st, CS_IO);
        assert_non_null(strstr(scene.fault.text, "synthetic.csv: could not be written"));
        assert_non_null(strstr(scene.fault.text, "File too large"));
        assert_int_not_equal(access(scene.path, F_OK), 0);
        strike(&scene);
    }
    signal(SIGXFSZ, SIG_DFL);
}

static void an_earlier_file_survives_a_full_disk(void **state)
{
    struct rlimit before, small;
    struct scene scene;
    size_t n_before, n_after;
    (void)state;

    set(&scene, 10000);
    assert_ok(emit(&scene));
    char *old = content(&scene, &n_before);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    small = before;
    small.rlim_cur = 100000;
    signal(SIGXFSZ, SIG_IGN);
    setrlimit(RLIMIT_FSIZE, &small);
    assert_int_equal(emit(&scene), CS_IO);
    setrlimit(RLIMIT_FSIZE, &before);
    signal(SIGXFSZ, SIG_DFL);
    char *now = content(&scene, &n_after);
    assert_int_equal(n_before, n_after);
    assert_memory_equal(old, now, n_before);
    free(old);
    free(now);
    strike(&scene);
}

static void an_unprotected_population_is_marked_in_every_row(void **state)
{
    struct scene scene;
    size_t n_bytes = 0;
    (void)state;

    set(&scene, 3);
    scene.study.unprotected = true;
    assert_ok(emit(&scene));
    char *text = content(&scene, &n_bytes);
    assert_memory_equal(text, "person,", 7);
    assert_non_null(strstr(text, "\nnot-private-1,"));
    assert_non_null(strstr(text, "\nnot-private-3,"));
    assert_null(strstr(text, "\n1,"));
    free(text);
    strike(&scene);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_unprotected_population_is_marked_in_every_row),
        cmocka_unit_test(file_is_like_the_input),
        cmocka_unit_test(digest_is_that_of_the_file),
        cmocka_unit_test(what_is_emitted_reads_back_as_the_population),
        cmocka_unit_test(a_column_in_common_is_the_same_at_both),
        cmocka_unit_test(a_party_has_its_people_under_their_numbers),
        cmocka_unit_test(a_run_that_is_told_to_stop_leaves_no_file),
        cmocka_unit_test(a_path_that_cannot_be_written_is_named),
        cmocka_unit_test(a_full_disk_leaves_no_file),
        cmocka_unit_test(an_earlier_file_survives_a_full_disk),
    };
    return CS_RUN("party/emit", tests);
}
