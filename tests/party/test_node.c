/* What party/node.h promises, one test for each promise. */
#include "party/node.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/support/check.h"
#include "tests/support/manual.h"
#include "tests/support/study.h"

/* A folder of its own for each test, with a node file in it. */
struct place {
    char folder[64], file[96];
};

static int make_place(void **state)
{
    struct place *place = calloc(1, sizeof *place);

    assert_non_null(place);
    strcpy(place->folder, "/tmp/cs_node_XXXXXX");
    assert_non_null(mkdtemp(place->folder));
    snprintf(place->file, sizeof place->file, "%s/node.yaml", place->folder);
    *state = place;
    return 0;
}

static int remove_place(void **state)
{
    struct place *place = *state;

    unlink(place->file);
    rmdir(place->folder);
    free(place);
    return 0;
}

static enum cs_status read_node(struct cs_node *node, const struct place *place,
                                const char *text, const struct cs_node_override *override,
                                struct cs_fault *fault)
{
    FILE *stream = fopen(place->file, "wb");

    assert_non_null(stream);
    assert_true(fputs(text, stream) >= 0);
    assert_int_equal(fclose(stream), 0);
    *fault = (struct cs_fault){ .stage = "test" };
    return cs_node_read(node, place->file, override, fault);
}

#define NODE                                                                             \
    "party: b\ndata: sub/b.csv\nid: who\nkey: keys\nconnect: tcp://127.0.0.1:7101\n"     \
    "output: out\nledger: /var/ledger.db\n"

static void assert_in_folder(const char *path, const struct place *place,
                             const char *name)
{
    char wanted[256];

    snprintf(wanted, sizeof wanted, "%s/%s", place->folder, name);
    assert_string_equal(path, wanted);
}

static void paths_are_relative_to_the_file(void **state)
{
    const struct place *place = *state;
    struct cs_fault fault;
    struct cs_node node;

    assert_ok(read_node(&node, place, NODE, NULL, &fault));
    assert_in_folder(node.data, place, "sub/b.csv");
    assert_in_folder(node.key, place, "keys");
    assert_in_folder(node.output, place, "out");
    assert_string_equal(node.ledger, "/var/ledger.db");
    cs_node_wipe(&node);
}

static void every_key_is_read(void **state)
{
    struct cs_fault fault;
    struct cs_node node;

    assert_ok(read_node(
        &node, *state,
        NODE "timeout: 5\nreconnect: 0\nwait: 6\nallow_unprotected: true\nthreads: 3\n",
        NULL, &fault));
    assert_int_equal(node.party, CS_B);
    assert_int_equal(node.n_id, 1);
    assert_string_equal(node.id[0], "who");
    assert_null(node.listen);
    assert_string_equal(node.connect, "tcp://127.0.0.1:7101");
    assert_int_equal(node.timeout_seconds, 5);
    assert_int_equal(node.reconnect_seconds, 0);
    assert_int_equal(node.wait_seconds, 6);
    assert_int_equal(node.threads, 3);
    assert_true(node.allow_unprotected);
    cs_node_wipe(&node);
}

static void identifiers_are_one_name_or_a_list(void **state)
{
    char *text = cs_test_replace(NODE, "id: who", "id: [\"e mail\", phone]");
    struct cs_fault fault;
    struct cs_node node;

    assert_ok(read_node(&node, *state, text, NULL, &fault));
    assert_int_equal(node.n_id, 2);
    assert_string_equal(node.id[0], "e mail");
    assert_string_equal(node.id[1], "phone");
    cs_node_wipe(&node);
    free(text);
}

static void what_is_left_out_has_its_default(void **state)
{
    struct cs_fault fault;
    struct cs_node node;

    assert_ok(read_node(&node, *state,
                        "party: a\ndata: a.csv\nid: id\nlisten: \"tcp://[::1]:7101\"\n"
                        "output: out\nledger: l.db\n",
                        NULL, &fault));
    assert_null(node.key);
    assert_null(node.connect);
    assert_int_equal(node.timeout_seconds, 60);
    assert_int_equal(node.reconnect_seconds, 300);
    assert_int_equal(node.wait_seconds, 300);
    assert_int_equal(node.threads, 0);
    assert_false(node.allow_unprotected);
    cs_node_wipe(&node);
}

static void the_example_in_the_manual_is_a_node(void **state)
{
    char *text = cs_manual_example(1);
    struct cs_fault fault;
    struct cs_node node;

    assert_ok(read_node(&node, *state, text, NULL, &fault));
    assert_in_folder(node.data, *state, "exports/a.csv");
    cs_node_wipe(&node);
    free(text);
}

static void the_command_line_stands_for_the_paths(void **state)
{
    const struct cs_node_override override = { "/rows", "/runs/7", NULL };
    struct cs_fault fault;
    struct cs_node node;

    assert_ok(read_node(&node, *state, NODE, &override, &fault));
    assert_string_equal(node.data, "/rows/sub/b.csv");
    assert_string_equal(node.output, "/runs/7/b");
    assert_string_equal(node.ledger, "/var/ledger.db"); /* does not move with outputs */
    assert_in_folder(node.key, *state, "keys");
    cs_node_wipe(&node);
}

static void the_ledger_moves_by_its_own_option_and_never_with_a_limit(void **state)
{
    const struct cs_node_override override = { .ledger = "trial.db" };
    struct cs_fault fault;
    struct cs_node node;

    assert_ok(read_node(&node, *state, NODE, &override, &fault));
    assert_string_equal(node.ledger, "trial.db");
    cs_node_wipe(&node);
    assert_int_equal(
        read_node(&node, *state, NODE "ledger_limit: {delta: 1e-4}\n", &override, &fault),
        CS_CONFIG);
    assert_non_null(strstr(fault.text, "ledger_limit: does not go with --ledger"));
}

static void a_limit_is_what_the_file_says(void **state)
{
    struct cs_fault fault;
    struct cs_node node;

    assert_ok(read_node(&node, *state, NODE, NULL, &fault));
    assert_true(cs_limit_is_none(&node.limit));
    cs_node_wipe(&node);
    assert_ok(read_node(&node, *state,
                        NODE "ledger_limit: {epsilon: 10, delta: 1e-4, per: ledger}\n",
                        NULL, &fault));
    assert_false(cs_limit_is_none(&node.limit));
    assert_true(node.limit.epsilon == 10 && node.limit.delta == 1e-4);
    assert_int_equal(node.limit.per, CS_LIMIT_PER_LEDGER);
    cs_node_wipe(&node);
    assert_ok(
        read_node(&node, *state, NODE "ledger_limit: {epsilon: 3}\n", NULL, &fault));
    assert_true(node.limit.epsilon == 3 && isinf(node.limit.delta));
    assert_int_equal(node.limit.per, CS_LIMIT_PER_DATA_SET);
    cs_node_wipe(&node);
}

#define REST "data: b.csv\nid: who\noutput: out\nledger: l.db\n"
#define ID(names) "id: " names "\ndata: b.csv\noutput: out\nledger: l.db\n"
#define PARTY "party: b\n"
#define PEER "connect: tcp://host:1\n"

static void what_is_wrong_is_named_by_line_and_key(void **state)
{
    static const struct {
        const char *text, *words;
    } cases[] = {
        { PEER REST, ":1: party: is missing; it must be one of a, b" },
        { "party: c\n" PEER REST, ":1: party: is not a value that can be used" },
        { PARTY PEER "id: x\n", ":1: data: is missing" },
        { PARTY PEER "data: x\noutput: y\nledger: z\n", ":1: id: is missing" },
        { PARTY PEER ID("{x: y}"),
          ":3: id: is of the wrong kind; it must be a name, or" },
        { PARTY PEER ID(""), ":3: id: has no value" },
        { PARTY PEER ID("\"\""), ":3: id: is not a name of 1 to 256 bytes" },
        { PARTY PEER ID("[]"), ":3: id: has 0 names; give 1 to 8" },
        { PARTY PEER ID("[a, b, c, d, e, f, g, h, i]"), ":3: id: has 9 names" },
        { PARTY PEER ID("[a, ~]"), ":3: id[2]: has no value" },
        { PARTY PEER ID("[a, [b]]"), ":3: id[2]: is a list" },
        { PARTY PEER ID("[a, b, a]"), ":3: id[3]: is named twice" },
        { PARTY PEER "data: x\nid: x\nledger: z\n", ":1: output: is missing" },
        { PARTY PEER "data: x\nid: x\noutput: z\n", ":1: ledger: is missing" },
        { PARTY REST, ":1: listen: is missing, and `connect` too" },
        { PARTY PEER "listen: tcp://host:1\n" REST, ":2: connect: does not go with" },
        { PARTY REST "connect: host:1\n", ":6: connect: is not an address" },
        { PARTY REST "connect: tcp://:1\n", ":6: connect: is not an address" },
        { PARTY REST "connect: tcp://host\n", ":6: connect: is not an address" },
        { PARTY REST "connect: tcp://host:0\n", ":6: connect: is not an address" },
        { PARTY REST "connect: tcp://host:65536\n", ":6: connect: is not an address" },
        { PARTY REST "connect: tcp://a:b:1\n", ":6: connect: is not an address" },
        { PARTY REST "listen: tcp://[]:1\n", ":6: listen: is not an address" },
        { PARTY REST "listen: tcp://a/b:1\n", ":6: listen: is not an address" },
        { PARTY PEER REST "timeout: 0\n", ":7: timeout: is not a value" },
        { PARTY PEER REST "reconnect: 86401\n", ":7: reconnect: is not a value" },
        { PARTY PEER REST "wait: soon\n", ":7: wait: is not a value" },
        { PARTY PEER REST "threads: 65\n", ":7: threads: is not a value" },
        { PARTY PEER REST "key: [x]\n", ":7: key: is of the wrong kind" },
        { PARTY PEER REST "ouput: x\n", ":7: ouput: is not a key of a node; did you mean "
                                        "`output`?" },
        { PARTY PEER REST "ledger_limit: 3\n", ":7: ledger_limit: is of the wrong kind" },
        { PARTY PEER REST "ledger_limit: {epsilon: 0}\n",
          ":7: ledger_limit.epsilon: is" },
        { PARTY PEER REST "ledger_limit: {eps: 1}\n", "is not a key of a limit" },
        { "[a, b]\n", ":1: is not a map" },
        { "", ":1: is empty" },
    };
    struct cs_fault fault;
    struct cs_node node;

    for (size_t i = 0; i < COUNT(cases); i++) {
        assert_int_equal(read_node(&node, *state, cases[i].text, NULL, &fault),
                         CS_CONFIG);
        if (strstr(fault.text, cases[i].words) == NULL)
            fail_msg("wanted `%s`, got `%s`", cases[i].words, fault.text);
        assert_null(node.output);
    }
}

static void a_file_that_is_not_there_is_named(void **state)
{
    struct cs_fault fault = { .stage = "test" };
    struct cs_node node;
    (void)state;

    assert_int_equal(cs_node_read(&node, "/nowhere/node.yaml", NULL, &fault), CS_CONFIG);
    assert_non_null(strstr(fault.text, "/nowhere/node.yaml"));
}

static void every_key_is_explained(void **state)
{
    (void)state;
    cs_manual_check("## node", cs_node_section());
    cs_manual_check("## ledger_limit", cs_limit_section());
}

int main(void)
{
#define IN_PLACE(test) cmocka_unit_test_setup_teardown(test, make_place, remove_place)
    const struct CMUnitTest tests[] = {
        IN_PLACE(paths_are_relative_to_the_file),
        IN_PLACE(every_key_is_read),
        IN_PLACE(identifiers_are_one_name_or_a_list),
        IN_PLACE(what_is_left_out_has_its_default),
        IN_PLACE(the_example_in_the_manual_is_a_node),
        IN_PLACE(the_command_line_stands_for_the_paths),
        IN_PLACE(the_ledger_moves_by_its_own_option_and_never_with_a_limit),
        IN_PLACE(a_limit_is_what_the_file_says),
        IN_PLACE(what_is_wrong_is_named_by_line_and_key),
        cmocka_unit_test(every_key_is_explained),
        cmocka_unit_test(a_file_that_is_not_there_is_named),
    };
    return CS_RUN("party/node", tests);
}
