#include "tests/support/demo.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "party/file.h"
#include "party/node.h"
#include "party/source.h"
#include "tests/support/check.h"

const char *const cs_demo_names[DEMO_FILES] = { "a.csv",  "b.csv",  "study.yaml",
                                                "a.yaml", "b.yaml", "truth.json" };

struct cs_demo_options cs_demo_options_of(uint64_t people, uint64_t columns,
                                          uint64_t seed)
{
    struct cs_demo_options options = CS_DEMO_DEFAULTS;

    options.people = people;
    options.columns = columns;
    options.seed = seed;
    return options;
}

struct cs_demo_folder cs_demo_made(struct cs_demo_options options)
{
    struct cs_demo_folder folder = { "/tmp/cosynth-demo-XXXXXX" };
    struct cs_fault fault = { 0 };

    assert_non_null(mkdtemp(folder.path));
    options.folder = folder.path;
    if (cs_demo_data(&options, &fault) != CS_OK)
        fail_msg("%s", fault.text);
    return folder;
}

void cs_demo_removed(const struct cs_demo_folder *folder)
{
    char path[CS_PATH_BYTES];

    for (size_t i = 0; i < DEMO_FILES; i++) {
        assert_ok(cs_file_join(path, folder->path, cs_demo_names[i], NULL));
        assert_int_equal(unlink(path), 0);
    }
    assert_int_equal(rmdir(folder->path), 0); /* nothing else was left there */
}

char *cs_demo_content(const struct cs_demo_folder *folder, const char *name,
                      size_t *n_bytes)
{
    char path[CS_PATH_BYTES], *text = NULL;

    assert_ok(cs_file_join(path, folder->path, name, NULL));
    assert_ok(cs_file_read(&text, n_bytes, path, 64 << 20, NULL));
    return text;
}

struct cs_study *cs_demo_study(const struct cs_demo_folder *folder)
{
    struct cs_study *study = NULL;
    struct cs_fault fault = { 0 };
    size_t n_bytes;
    char *text = cs_demo_content(folder, "study.yaml", &n_bytes);

    if (cs_study_parse(&study, text, n_bytes, "study.yaml", NULL, &fault) != CS_OK)
        fail_msg("%s", fault.text);
    free(text);
    return study;
}

json_t *cs_demo_truth_of(const struct cs_demo_folder *folder)
{
    size_t n_bytes;
    char *text = cs_demo_content(folder, "truth.json", &n_bytes);
    json_t *truth = json_loads(text, 0, NULL);

    assert_non_null(truth);
    free(text);
    return truth;
}

struct cs_table *cs_demo_table(const struct cs_demo_folder *folder,
                               const struct cs_study *study, enum cs_party party)
{
    struct cs_table *table = NULL;
    struct cs_file_source source;
    struct cs_node node;
    struct cs_fault fault = { 0 };
    char path[CS_PATH_BYTES];

    assert_ok(
        cs_file_join(path, folder->path, party == CS_A ? "a.yaml" : "b.yaml", NULL));
    if (cs_node_read(&node, path, NULL, &fault) != CS_OK)
        fail_msg("%s", fault.text);
    assert_int_equal(node.n_id, study->n_identifiers);
    const struct cs_id_rules rules = {
        .identifiers = study->identifiers,
        .columns = (const char *const *)node.id,
        .n = node.n_id,
        .required = study->link == CS_LINK_ALIGNED,
        .frequent = study->frequent,
    };
    assert_ok(cs_file_source_open(&source, node.data, &fault));
    if (cs_table_read(&table, &study->schema, party, &rules, &source.source, NULL,
                      &fault) != CS_OK)
        fail_msg("%s", fault.text);
    cs_file_source_close(&source);
    cs_node_wipe(&node);
    return table;
}

const uint8_t *cs_demo_codes(const struct cs_study *study, const struct cs_table *table,
                             const char *name)
{
    const struct cs_schema *schema = &study->schema;

    for (size_t k = 0; k < schema->n_order[table->party]; k++)
        if (strcmp(schema->columns[schema->order[table->party][k]].name, name) == 0)
            return cs_codes_column(&table->codes, k);
    fail_msg("there is no column %s", name);
    return NULL;
}

double cs_demo_at(const json_t *json, const char *const *keys)
{
    for (; *keys != NULL; keys++) {
        json = json_object_get(json, *keys);
        if (json == NULL)
            fail_msg("the truth has no %s", *keys);
    }
    return json_number_value(json);
}
