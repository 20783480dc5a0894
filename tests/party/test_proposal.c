/* What party/proposal.h promises, one test for each promise. */
#include "party/proposal.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "model/yaml.h"
#include "party/commands.h"
#include "party/draft_file.h"
#include "party/file.h"
#include "tests/support/check.h"

enum { ROWS = 400 };

/* A folder with a CSV file, and what was made of it. */
struct scene {
    char folder[64], data[96], part[96];
    struct cs_proposal_options options;
    struct cs_fault fault;
    char *written, *told;
};

static void write_rows(const char *path)
{
    FILE *stream = fopen(path, "w");

    assert_non_null(stream);
    fputs("id,segment,spend,note,person\n", stream);
    for (int k = 0; k < ROWS; k++)
        fprintf(stream, "c%d,%s,%s,\"text %d, unlike others\",x\n", k,
                k % 4 == 0                ? "Control"
                : k % 4 == 1              ? "\"Spring: \"\"mail\"\"\""
                : k >= ROWS - 4 * CS_RARE ? "Winter mail"
                                          : "None",
                k == 7  ? "98765.4"
                : k % 2 ? "12.5"
                : k % 3 ? "0"
                        : "250.25",
                k);
    assert_int_equal(fclose(stream), 0);
}

static void begin(struct scene *scene)
{
    memset(scene, 0, sizeof *scene);
    strcpy(scene->folder, "/tmp/cosynth-proposal-XXXXXX");
    assert_non_null(mkdtemp(scene->folder));
    snprintf(scene->data, sizeof scene->data, "%s/a.csv", scene->folder);
    snprintf(scene->part, sizeof scene->part, "%s/part.yaml", scene->folder);
    write_rows(scene->data);
    scene->options = (struct cs_proposal_options){
        .data = scene->data,
        .party = CS_A,
        .role = "segment",
        .id = { .value = { "id" }, .n = 1 },
        .output = scene->part,
    };
}

static enum cs_status propose(struct scene *scene)
{
    size_t n_told, n_written;
    FILE *tell = open_memstream(&scene->told, &n_told);
    const enum cs_status st = cs_propose_part(&scene->options, tell, &scene->fault);

    assert_int_equal(fclose(tell), 0);
    if (st == CS_OK)
        assert_ok(cs_file_read(&scene->written, &n_written, scene->part, 1 << 16,
                               &scene->fault));
    return st;
}

static void end(struct scene *scene)
{
    unlink(scene->data);
    unlink(scene->part);
    assert_int_equal(rmdir(scene->folder), 0); /* and nothing else is left */
    free(scene->written);
    free(scene->told);
}

#define assert_has(text, words) assert_non_null(strstr(text, words))
#define assert_lacks(text, words) assert_null(strstr(text, words))

static void a_part_has_the_columns_the_role_and_the_marks(void **state)
{
    struct scene scene;
    struct cs_yaml_document *part = NULL;
    (void)state;

    begin(&scene);
    assert_ok(propose(&scene));
    assert_has(scene.written,
               "arm: {column: segment, test: [\"Winter mail\"], control: [\"Control\"]}");
    assert_has(scene.written,
               "    - {name: segment, type: category, values: [\"Control\", \"None\", "
               "\"Spring: \\\"mail\\\"\", \"Winter mail\"]}  # from your rows: levels\n");
    assert_has(scene.written, "    - {name: spend, type: number, decimals: 2, min: 0.00, "
                              "max: 260.00}  # from your rows: type, decimals, bounds\n");
    assert_has(scene.written,
               "review; agreed levels and bounds become public to the peer");
    assert_ok(cs_yaml_parse(&part, scene.written, strlen(scene.written), "part.yaml",
                            &scene.fault));
    cs_yaml_free(part);
    end(&scene);
}

static void what_is_left_out_is_told_and_not_written(void **state)
{
    struct scene scene;
    (void)state;

    begin(&scene);
    assert_ok(propose(&scene));
    assert_lacks(scene.written, "note");
    assert_lacks(scene.written, "name: id");
    assert_has(scene.told, "column note: left out: too few rows share a value");
    assert_has(scene.told, "column person: left out: its name cannot stand in a study");
    assert_has(scene.told, "400 rows");
    assert_lacks(scene.written, "400");
    assert_has(scene.told, "NOT PRIVATE");
    end(&scene);
}

static void no_value_of_a_single_row_is_written_or_told(void **state)
{
    struct scene scene;
    (void)state;

    begin(&scene);
    assert_ok(propose(&scene));
    assert_lacks(scene.written, "unlike others");
    assert_lacks(scene.told, "unlike others");
    assert_lacks(scene.written, "98765");
    assert_lacks(scene.written, "98770");
    assert_lacks(scene.told, "98765");
    end(&scene);
}

static void levels_that_were_said_are_taken(void **state)
{
    struct scene scene;
    (void)state;

    begin(&scene);
    scene.options.first = (struct cs_argument_list){ .value = { "None" }, .n = 1 };
    assert_ok(propose(&scene));
    assert_has(scene.written, "test: [\"None\"], control: [\"Control\"]}");
    end(&scene);
}

static void a_file_that_is_there_is_not_written_over(void **state)
{
    struct scene scene;
    (void)state;

    begin(&scene);
    assert_ok(propose(&scene));
    free(scene.told);
    assert_int_equal(propose(&scene), CS_CONFIG);
    assert_has(scene.fault.text, "part.yaml: is there already");
    end(&scene);
}

static void assert_refused(struct scene *scene, enum cs_status st, const char *words)
{
    assert_int_equal(propose(scene), st);
    assert_has(scene->fault.text, words);
    assert_int_not_equal(access(scene->part, F_OK), 0);
    end(scene);
}

static void options_that_do_not_fit_the_file_are_refused(void **state)
{
    struct scene scene;
    (void)state;

    begin(&scene);
    scene.options.role = "arm";
    assert_refused(&scene, CS_CONFIG, "has no column arm");
    begin(&scene);
    scene.options.id.value[0] = "customer";
    assert_refused(&scene, CS_CONFIG, "--id: ");
    begin(&scene);
    scene.options.role = "id";
    assert_refused(&scene, CS_CONFIG, "id: cannot be an identifier and be modelled");
    begin(&scene);
    scene.options.role = "note";
    assert_refused(&scene, CS_INPUT, "column note: needs two levels");
    begin(&scene);
    scene.options.first = (struct cs_argument_list){ .value = { "Spam" }, .n = 1 };
    assert_refused(&scene, CS_CONFIG, "--test: Spam is not a level of segment");
    begin(&scene);
    scene.options.id.value[0] = "spend";
    assert_refused(&scene, CS_INPUT, "column spend: two rows have the same identifier");
    begin(&scene);
    scene.options.key = scene.folder;
    assert_refused(&scene, CS_CONFIG, "key.pem");
}

static void assert_command_refuses(char **words, int n, const char *said)
{
    char *argv[16] = { (char[]){ "init" }, (char[]){ "/tmp/cosynth-init-never.csv" } };
    struct cs_fault fault = { 0 };

    memcpy(argv + 2, words, (size_t)n * sizeof *words);
    assert_int_equal(cs_command_init.run(n + 2, argv, &fault), CS_CONFIG);
    assert_has(fault.text, said);
}

#define REFUSES(said, ...)                                                               \
    assert_command_refuses((char *[]){ __VA_ARGS__ },                                    \
                           COUNT(((char *[]){ __VA_ARGS__ })), said)

static void options_that_do_not_go_together_are_refused(void **state)
{
    (void)state;

    REFUSES("--party: say a", "--id", "id");
    REFUSES("--party: say a", "--party", "ab");
    REFUSES("are of party b", "--party", "a", "--conversion", "x");
    REFUSES("are of party b", "--party", "a", "--converted", "x");
    REFUSES("are of party a", "--party", "b", "--arm", "x");
    REFUSES("are of party a", "--party", "b", "--control", "x");
    REFUSES("name its column by --arm", "--party", "a", "--test", "x");
    REFUSES("name its column by --conversion", "--party", "b", "--converted", "x");
    REFUSES("goes with --output alone", "--merge", "b.yaml", "--party", "a");
    REFUSES("cosynth-init-never.csv: cannot be read", "--party", "a");
    REFUSES("cosynth-init-never.csv: cannot be opened", "--merge", "b.yaml");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_part_has_the_columns_the_role_and_the_marks),
        cmocka_unit_test(what_is_left_out_is_told_and_not_written),
        cmocka_unit_test(no_value_of_a_single_row_is_written_or_told),
        cmocka_unit_test(levels_that_were_said_are_taken),
        cmocka_unit_test(a_file_that_is_there_is_not_written_over),
        cmocka_unit_test(options_that_do_not_fit_the_file_are_refused),
        cmocka_unit_test(options_that_do_not_go_together_are_refused),
    };
    return CS_RUN("proposal", tests);
}
