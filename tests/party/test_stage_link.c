/* What party/stage_link.c promises: a run is charged, or it ends before it measures. */
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

#include "party/stages.h"
#include "protocol/link.h"
#include "tests/support/check.h"
#include "tests/support/duet.h"
#include "tests/support/ledger.h"

enum { N_ROWS = CS_LEDGER_SCENE_ROWS };

/* Both parties over memory; role 0 is A. */
struct node {
    struct cs_ledger_scene scene;
    struct cs_job job;
    struct cs_table table;
    uint8_t id[N_ROWS][CS_ID_BYTES];
};

/* Rows that all have each column's least value. */
static void set_rows(struct cs_table *table, const struct cs_schema *schema)
{
    const size_t n = schema->n_order[table->party];

    assert_ok(cs_codes_init(&table->codes, N_ROWS, n));
    table->grid = calloc(n, sizeof *table->grid);
    assert_non_null(table->grid);
    for (size_t i = 0; i < n; i++) {
        const struct cs_column *column = &schema->columns[schema->order[table->party][i]];

        if (!cs_column_is_numeric(column))
            continue;
        table->grid[i] = calloc(N_ROWS, sizeof **table->grid);
        assert_non_null(table->grid[i]);
        for (size_t row = 0; row < N_ROWS; row++)
            table->grid[i][row] = column->min;
    }
}

static void strike_rows(struct cs_table *table)
{
    for (size_t i = 0; i < table->codes.n_columns; i++)
        free(table->grid[i]);
    free(table->grid);
    cs_codes_wipe(&table->codes);
}

static void set_node(struct node *node, enum cs_party party)
{
    memset(node, 0, sizeof *node);
    cs_ledger_scene_init(&node->scene);
    for (size_t i = 0; i < N_ROWS; i++)
        memcpy(node->id[i], &i, sizeof i);
    node->table = (struct cs_table){ .party = party, .ids = { 1, { node->id } } };
    set_rows(&node->table, &node->scene.study->schema);
    node->job.study = node->scene.study;
    node->job.table = &node->table;
    node->job.fault = &node->scene.fault;
    node->job.node.party = party;
    node->job.node.limit = node->scene.limit;
    node->job.n_rows[CS_A] = node->job.n_rows[CS_B] = N_ROWS;
    cs_rng_init_random(&node->job.secret);
    assert_ok(cs_data_set_digest(node->job.data_set, &node->table.ids, N_ROWS));
    assert_ok(cs_ledger_open(&node->job.ledger, node->scene.path, 1, &node->scene.fault));
}

static void strike_node(struct node *node)
{
    cs_ledger_free(node->job.ledger);
    cs_plan_free(node->job.plan);
    cs_densities_wipe(&node->job.densities);
    strike_rows(&node->table);
    cs_rng_wipe(&node->job.secret);
    cs_ledger_scene_wipe(&node->scene);
    free(node);
}

static enum cs_status link_part(struct cs_channel *peer, int role, void *arg)
{
    struct node *node = arg;
    (void)role;

    node->job.channel = peer;
    return cs_stage_link(&node->job);
}

static void link_both(struct node *nodes[2], enum cs_status results[2])
{
    void *args[2] = { nodes[0], nodes[1] };

    cs_duet(link_part, args, results);
}

static void both_parties_are_charged_before_anything_is_measured(void **state)
{
    struct node *nodes[2];
    enum cs_status results[2];
    (void)state;

    for (enum cs_party p = CS_A; p <= CS_B; p++) {
        nodes[p] = malloc(sizeof *nodes[p]);
        assert_non_null(nodes[p]);
        set_node(nodes[p], p);
    }
    link_both(nodes, results);
    for (int p = 0; p < 2; p++) {
        assert_ok(results[p]);
        assert_true(cs_ledger_ask(&nodes[p]->scene, "SELECT count(*) FROM release") ==
                    (double)cs_ledger_releases_of(nodes[p]->job.plan));
        assert_true(
            cs_ledger_ask(&nodes[p]->scene, p == 0 ? "SELECT party = 'a' FROM run"
                                                   : "SELECT party = 'b' FROM run") == 1);
        assert_null(nodes[p]->job.cells);
        strike_node(nodes[p]);
    }
}

static void a_run_that_cannot_be_charged_ends_before_it_measures(void **state)
{
    struct node *nodes[2];
    enum cs_status results[2];
    sqlite3 *holder = NULL;
    (void)state;

    for (enum cs_party p = CS_A; p <= CS_B; p++) {
        nodes[p] = malloc(sizeof *nodes[p]);
        assert_non_null(nodes[p]);
        set_node(nodes[p], p);
    }
    assert_int_equal(sqlite3_open(nodes[CS_A]->scene.path, &holder), SQLITE_OK);
    assert_int_equal(sqlite3_exec(holder, "BEGIN IMMEDIATE", NULL, NULL, NULL),
                     SQLITE_OK);
    link_both(nodes, results);
    sqlite3_close(holder);
    assert_int_equal(results[CS_A], CS_IO);
    assert_non_null(strstr(nodes[CS_A]->scene.fault.text, nodes[CS_A]->scene.path));
    assert_true(cs_ledger_ask(&nodes[CS_A]->scene, "SELECT count(*) FROM run") == 0);
    strike_node(nodes[CS_A]);
    strike_node(nodes[CS_B]);
}

/* In its greeting: aligned files need not have more rows for that, linked ones are far
 * beyond what can be. */
static void numbers_of_rows_that_cannot_be_cost_nothing(void **state)
{
    static const struct {
        enum cs_link link;
        size_t peer_rows;
        enum cs_status st;
    } cases[] = {
        { CS_LINK_ALIGNED, N_ROWS + 1, CS_PROTOCOL },
        { CS_LINK_PRIVATE, CS_LINK_ROWS_MAX + 1, CS_INPUT },
    };
    (void)state;

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct node *nodes[2];
        enum cs_status results[2];

        for (enum cs_party p = CS_A; p <= CS_B; p++) {
            nodes[p] = malloc(sizeof *nodes[p]);
            assert_non_null(nodes[p]);
            set_node(nodes[p], p);
            nodes[p]->job.study->link = cases[i].link;
            nodes[p]->job.n_rows[CS_B] = cases[i].peer_rows; /* b says so, and goes on */
        }
        link_both(nodes, results);
        assert_int_equal(results[CS_A], cases[i].st);
        assert_null(nodes[CS_A]->job.plan);
        assert_true(cs_ledger_ask(&nodes[CS_A]->scene, "SELECT count(*) FROM run") == 0);
        strike_node(nodes[CS_A]);
        strike_node(nodes[CS_B]);
    }
}

static void a_party_whose_limit_refuses_costs_the_other_nothing(void **state)
{
    struct node *nodes[2];
    enum cs_status results[2];
    (void)state;

    for (enum cs_party p = CS_A; p <= CS_B; p++) {
        nodes[p] = malloc(sizeof *nodes[p]);
        assert_non_null(nodes[p]);
        set_node(nodes[p], p);
    }
    nodes[CS_A]->job.node.limit.epsilon = 0.01;
    link_both(nodes, results);
    assert_int_equal(results[CS_A], CS_CONFIG);
    assert_non_null(strstr(nodes[CS_A]->scene.fault.text, "the limit is 0.01"));
    assert_int_equal(results[CS_B], CS_CLOSED);
    for (int p = 0; p < 2; p++) {
        assert_true(cs_ledger_ask(&nodes[p]->scene, "SELECT count(*) FROM run") == 0);
        strike_node(nodes[p]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(both_parties_are_charged_before_anything_is_measured),
        cmocka_unit_test(a_run_that_cannot_be_charged_ends_before_it_measures),
        cmocka_unit_test(numbers_of_rows_that_cannot_be_cost_nothing),
        cmocka_unit_test(a_party_whose_limit_refuses_costs_the_other_nothing),
    };
    return CS_RUN("party/stage_link", tests);
}
