/* What protocol/discoveries.h promises, one test for each promise. */
#include "protocol/discoveries.h"

#include <stdlib.h>
#include <string.h>

#include "tests/support/check.h"
#include "tests/support/duet.h"

enum { PLACE, CITY, SHOP, N_COLUMNS };

/* A node with two columns of categories at A, one at B; those from CITY on are open. */
struct node {
    struct cs_column column[N_COLUMNS];
    struct cs_schema schema;
    struct cs_table_spec table_spec;
    struct cs_discovery_spec spec[2];
    struct cs_plan plan;
    struct cs_table table;
    struct cs_tally texts[2];
    struct cs_fault fault;
};

static size_t order_a[] = { PLACE, CITY }, order_b[] = { SHOP };
static char *places[] = { "here", "there" };

static void add(struct cs_tally *tally, const char *text, unsigned n_rows)
{
    size_t level;

    for (unsigned i = 0; i < n_rows; i++)
        assert_ok(cs_tally_add(&level, tally, text, strlen(text)));
}

static void set_columns(struct node *node)
{
    node->column[PLACE] = (struct cs_column){ .name = "place",
                                              .at = { true, false },
                                              .values = places,
                                              .n_values = 2,
                                              .n_codes = 3 };
    node->column[CITY] =
        (struct cs_column){ .name = "city", .at = { true, false }, .discover = 5 };
    node->column[SHOP] = (struct cs_column){
        .name = "shop", .at = { false, true }, .discover = 3, .nullable = true
    };
    cs_column_set_codes(&node->column[CITY]);
    cs_column_set_codes(&node->column[SHOP]);
    node->schema = (struct cs_schema){ .columns = node->column,
                                       .n_columns = N_COLUMNS,
                                       .order = { order_a, order_b },
                                       .n_order = { 2, 1 } };
}

static void set_plan(struct node *node)
{
    node->spec[0] = (struct cs_discovery_spec){ CITY, CS_A, 4 << 16, 20, 1e-6 };
    node->spec[1] = (struct cs_discovery_spec){ SHOP, CS_B, 4 << 16, 20, 1e-6 };
    node->table_spec = (struct cs_table_spec){ .n_columns = 2, .column = { CITY, SHOP } };
    node->table_spec.n_cells = cs_table_spec_cells(&node->table_spec, &node->schema);
    node->plan = (struct cs_plan){ .tables = &node->table_spec,
                                   .n_tables = 1,
                                   .n_cells = node->table_spec.n_cells,
                                   .discoveries = node->spec,
                                   .n_discoveries = 2 };
}

static void set_node(struct node *node, enum cs_party party)
{
    memset(node, 0, sizeof *node);
    set_columns(node);
    set_plan(node);
    node->table = (struct cs_table){ .party = party, .texts = node->texts };
    if (party == CS_A) {
        assert_ok(cs_tally_init(&node->texts[1], CS_TALLY_ALL));
        add(&node->texts[1], "Rome", 200);
        add(&node->texts[1], "Oslo", 100);
        add(&node->texts[1], "Atlantis", 1);
    } else {
        assert_ok(cs_tally_init(&node->texts[0], CS_TALLY_ALL));
        add(&node->texts[0], "lonely", 1);
    }
}

static void strike_node(struct node *node)
{
    for (size_t c = CITY; c < N_COLUMNS; c++) {
        for (size_t k = 0; k < node->column[c].n_values; k++)
            free(node->column[c].values[k]);
        free(node->column[c].values);
    }
    cs_tally_wipe(&node->texts[0]);
    cs_tally_wipe(&node->texts[1]);
}

static enum cs_status discover(struct cs_channel *peer, int role, void *arg)
{
    struct node *node = arg;
    struct cs_rng secret;
    (void)role;

    cs_rng_init_random(&secret);
    return cs_discoveries_make(&node->schema, &node->plan, &node->table, NULL, &secret,
                               peer);
}

static void run(struct node nodes[2], enum cs_status results[2],
                const struct cs_tamper *tamper)
{
    set_node(&nodes[CS_A], CS_A);
    set_node(&nodes[CS_B], CS_B);
    cs_duet_with(
        discover, (void *[]){ &nodes[0], &nodes[1] }, results,
        &(struct cs_duet_options){ .timeout_ms = 300,
                                   .tamper = tamper,
                                   .faults = { &nodes[0].fault, &nodes[1].fault } });
}

static void both_have_what_many_people_have_and_plan_for_no_more(void **state)
{
    struct node nodes[2];
    enum cs_status results[2];
    (void)state;

    run(nodes, results, NULL);
    for (int p = 0; p < 2; p++) {
        const struct cs_column *city = &nodes[p].column[CITY];
        const struct cs_column *shop = &nodes[p].column[SHOP];

        assert_ok(results[p]);
        assert_int_equal(city->n_values, 2);
        assert_string_equal(city->values[0], "Oslo");
        assert_string_equal(city->values[1], "Rome");
        assert_int_equal(city->other, 2);
        assert_int_equal(shop->n_values, 1); /* nothing: all is other */
        assert_string_equal(shop->values[0], "other");
        assert_int_equal(shop->other, 0);
        assert_int_equal(shop->missing, 1);
        assert_int_equal(nodes[p].table_spec.n_cells, 3 * 2);
        assert_int_equal(nodes[p].plan.n_cells, 3 * 2);
        strike_node(&nodes[p]);
    }
}

/* What crosses, to look for texts. */
struct crossed {
    uint8_t body[2][512];
    size_t n_bytes[2], n_frames;
};

static void see(void *arg, int role, enum cs_frame kind, const uint8_t *body,
                size_t n_bytes)
{
    struct crossed *crossed = arg;

    assert_int_equal(kind, CS_FRAME_FOUND);
    assert_true(n_bytes <= sizeof crossed->body[role]);
    memcpy(crossed->body[role], body, n_bytes);
    crossed->n_bytes[role] = n_bytes;
    crossed->n_frames++;
}

/* Two texts with their lengths, and their number; of B that there are none. */
static void nothing_crosses_but_what_is_found(void **state)
{
    static const char expected[] = "\2\4\0Oslo\4\0Rome";
    struct crossed crossed = { .n_frames = 0 };
    const struct cs_tamper look = { .seen = see, .arg = &crossed };
    struct node nodes[2];
    enum cs_status results[2];
    (void)state;

    run(nodes, results, &look);
    assert_int_equal(crossed.n_frames, 2);
    assert_int_equal(crossed.n_bytes[CS_A], sizeof expected - 1);
    assert_memory_equal(crossed.body[CS_A], expected, sizeof expected - 1);
    assert_int_equal(crossed.n_bytes[CS_B], 1);
    assert_int_equal(crossed.body[CS_B][0], 0);
    strike_node(&nodes[CS_A]);
    strike_node(&nodes[CS_B]);
}

/* From its end: a bit of the last text's first letter (which it then does not begin with:
 * `Some`), of its length, and of the number of texts. */
static void a_frame_that_is_hurt_is_refused_by_its_receiver(void **state)
{
    static const struct cs_tamper hurts[] = {
        { .act = CS_TAMPER_CUT, .role = CS_A },
        { .act = CS_TAMPER_ALTER, .role = CS_A, .at = 5 },
        { .act = CS_TAMPER_ALTER, .role = CS_A, .at = 12 },
        { .act = CS_TAMPER_CUT, .role = CS_B },
        { .act = CS_TAMPER_ALTER, .role = CS_B, .at = 0 },
    };
    (void)state;

    for (size_t i = 0; i < COUNT(hurts); i++) {
        struct node nodes[2];
        enum cs_status results[2];
        const struct node *receiver = &nodes[!hurts[i].role];

        run(nodes, results, &hurts[i]);
        assert_int_equal(results[!hurts[i].role], CS_PROTOCOL);
        if (strstr(receiver->fault.text, "values that a column cannot have") == NULL)
            fail_msg("%s", receiver->fault.text);
        strike_node(&nodes[CS_A]);
        strike_node(&nodes[CS_B]);
    }
}

static void a_frame_that_is_lost_is_missed(void **state)
{
    const struct cs_tamper lost = { .act = CS_TAMPER_LOSE, .role = CS_A };
    struct node nodes[2];
    enum cs_status results[2];
    (void)state;

    run(nodes, results, &lost);
    assert_int_not_equal(results[CS_B], CS_OK);
    strike_node(&nodes[CS_A]);
    strike_node(&nodes[CS_B]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(both_have_what_many_people_have_and_plan_for_no_more),
        cmocka_unit_test(nothing_crosses_but_what_is_found),
        cmocka_unit_test(a_frame_that_is_hurt_is_refused_by_its_receiver),
        cmocka_unit_test(a_frame_that_is_lost_is_missed),
    };
    return CS_RUN("protocol/discoveries", tests);
}
