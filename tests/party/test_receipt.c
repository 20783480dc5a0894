/* What party/receipt.h promises: whatever was released is in it, with its price. */
#include "party/receipt.h"

#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/check.h"
#include "tests/support/study.h"

static struct cs_job job;
static struct cs_channel *ends[2];
static json_t *receipt;

static void open_something(const char *purpose, uint64_t n_words)
{
    struct cs_opening *entry = &job.openings.entry[job.openings.n++];

    strcpy(entry->purpose, purpose);
    entry->n_words = n_words;
    entry->word_bytes = 8;
}

static json_t *write_receipt(void)
{
    char *text = NULL;
    size_t n_bytes = 0;
    FILE *stream = open_memstream(&text, &n_bytes);

    assert_non_null(stream);
    assert_ok(cs_receipt_write(stream, &job));
    fclose(stream);
    json_t *written = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
    free(text);
    return written;
}

/* With a column at A of which two values were found, one at each party called `age`. */
static struct cs_study *study_of_found_values(void)
{
    char *text = cs_test_study_text("link: private\n");
    char *open = cs_test_replace(text, "values: [north, south, west]", "discover: 5");
    struct cs_study *study = cs_test_study_parse(open);

    free(open);
    free(text);
    return study;
}

static int set_up(void **state)
{
    const size_t n_rows[2] = { 5000, 5000 };
    (void)state;

    memset(&job, 0, sizeof job);
    job.study = study_of_found_values();
    assert_ok(cs_plan_make(&job.plan, job.study, n_rows, NULL));
    assert_ok(cs_column_close(&job.study->schema.columns[job.plan->discoveries[0].column],
                              (const char *const[]){ "north", "west" }, 2));
    job.node.party = CS_B;
    job.cells = calloc(job.plan->n_cells, sizeof *job.cells);
    assert_non_null(job.cells);
    job.openings.entry = calloc(2, sizeof *job.openings.entry);
    open_something("one", 10);
    open_something("another", 20);
    job.fitted[0] = (struct cs_fit_result){ 1000, 400, 1.25 };
    job.population.n_rows = 4999;
    job.refined.people = (struct cs_presence){ 4000, { 900, 99 } };
    memset(job.output_digest, 0xab, sizeof job.output_digest);
    memset(job.model_digest, 0xcd, sizeof job.model_digest);
    assert_ok(cs_channel_mem_pair(ends, 10, (struct cs_fault *[2]){ NULL, NULL }));
    job.channel = ends[0];
    cs_monitor_init(&job.monitor, &(struct cs_log_options){ .style = CS_LOG_NONE }, "b");
    job.monitor.channel = ends[0];
    cs_monitor_begin(&job.monitor, "measure");
    assert_ok(cs_channel_send(ends[0], CS_FRAME_BYE, "x", 1));
    cs_monitor_end(&job.monitor, true);
    cs_monitor_begin(&job.monitor, "report");
    receipt = write_receipt();
    return receipt == NULL;
}

static int tear_down(void **state)
{
    (void)state;
    json_decref(receipt);
    cs_channel_free(ends[0]);
    cs_channel_free(ends[1]);
    cs_openings_wipe(&job.openings);
    cs_plan_free(job.plan);
    free(job.cells);
    cs_study_free(job.study);
    return 0;
}

static const json_t *released(const char *kind)
{
    const json_t *list = json_object_get(json_object_get(receipt, "released"), kind);

    assert_true(json_is_array(list));
    return list;
}

static double number(const json_t *object, const char *key)
{
    const json_t *value = json_object_get(object, key);

    assert_true(json_is_number(value));
    return json_number_value(value);
}

static void assert_is(const json_t *object, const char *key, const char *text)
{
    assert_string_equal(json_string_value(json_object_get(object, key)), text);
}

static bool near(double x, double y)
{
    return fabs(x - y) <= 1e-6 * fabs(y);
}

static const char *told(size_t column)
{
    static char name[CS_COLUMN_NAME_BYTES];

    cs_schema_name(name, &job.study->schema, column);
    return name;
}

static void what_the_network_did_is_in_it(void **state)
{
    const json_t *network = json_object_get(receipt, "network");
    (void)state;

    assert_true(json_is_object(network));
    assert_true(number(network, "cuts") == 0); /* memory is not cut */
    assert_true(number(network, "seconds_down") == 0);
    assert_true(number(network, "nodes_refused") == 0);
}

static void every_table_of_the_plan_is_in_it_with_its_noise(void **state)
{
    static const char *const kinds[] = { "own_a", "own_b", "cross" };
    const json_t *tables = released("tables");
    (void)state;

    assert_int_equal(json_array_size(tables), job.plan->n_tables);
    for (size_t t = 0; t < job.plan->n_tables; t++) {
        const struct cs_table_spec *spec = &job.plan->tables[t];
        const json_t *entry = json_array_get(tables, t);
        const json_t *columns = json_object_get(entry, "columns");

        assert_int_equal(json_array_size(columns), spec->n_columns);
        for (size_t i = 0; i < spec->n_columns; i++)
            assert_string_equal(json_string_value(json_array_get(columns, i)),
                                told(spec->column[i]));
        assert_is(entry, "kind", kinds[spec->kind]);
        assert_int_equal(number(entry, "cells"), spec->n_cells);
        assert_true(near(number(entry, "noise_standard_deviation"),
                         sqrt((double)spec->s2_q16 / 65536)));
        assert_true(near(number(entry, "zcdp_rho"), cs_plan_rho(spec->s2_q16)));
    }
}

static double price_of(const char *kind)
{
    const json_t *list = released(kind);
    double sum = 0;

    for (size_t i = 0; i < json_array_size(list); i++)
        sum += number(json_array_get(list, i), "zcdp_rho");
    return sum;
}

static void a_search_for_values_is_in_it_with_its_threshold_and_delta(void **state)
{
    const json_t *entry = json_array_get(released("values"), 0);
    const struct cs_discovery_spec *spec = &job.plan->discoveries[0];
    (void)state;

    assert_int_equal(json_array_size(released("values")), 1);
    assert_is(entry, "column", "region");
    assert_is(entry, "party", "a");
    assert_int_equal(number(entry, "found"), 2);
    assert_int_equal(number(entry, "threshold"), spec->threshold);
    assert_true(near(number(entry, "noise_standard_deviation"),
                     sqrt((double)spec->s2_q16 / 65536)));
    assert_true(near(number(entry, "delta"), spec->delta));
}

static void the_prices_of_tables_and_densities_add_up_to_what_is_charged(void **state)
{
    const json_t *privacy = json_object_get(receipt, "privacy");
    const double sum = price_of("values") + price_of("tables") + price_of("densities");
    (void)state;

    assert_int_equal(json_array_size(released("densities")), job.plan->n_details);
    assert_true(near(sum, number(privacy, "zcdp_rho_of_tables")));
    assert_true(near(number(privacy, "epsilon_spent"), job.plan->epsilon_spent));
    assert_true(number(privacy, "epsilon_spent") <= number(privacy, "epsilon"));
}

static void training_is_in_it_for_both_parties(void **state)
{
    const json_t *training = released("training");
    (void)state;

    assert_int_equal(json_array_size(training), 2);
    for (size_t p = 0; p < 2; p++) {
        const json_t *entry = json_array_get(training, p);

        assert_is(entry, "party", p == 0 ? "a" : "b");
        assert_true(near(number(entry, "noise_multiplier"), job.plan->training[p].sigma));
        assert_int_equal(number(entry, "steps"), job.plan->training[p].steps);
    }
}

static void every_opening_is_listed(void **state)
{
    const json_t *openings = released("opened_shares");
    (void)state;

    assert_int_equal(json_array_size(openings), 2);
    assert_is(json_array_get(openings, 0), "purpose", "one");
    assert_is(json_array_get(openings, 1), "purpose", "another");
    assert_int_equal(number(json_array_get(openings, 1), "words"), 20);
}

static void it_says_whose_it_is_and_what_was_written(void **state)
{
    char digest[2 * 32 + 1];
    (void)state;

    for (size_t i = 0; i < 64; i++)
        digest[i] = "ab"[i % 2];
    digest[64] = '\0';
    assert_is(receipt, "schema", "cosynth-receipt/1");
    assert_is(receipt, "party", "b");
    assert_is(receipt, "study", "small");
    assert_is(receipt, "synthetic_csv_sha256", digest);
    for (size_t i = 0; i < 64; i++)
        digest[i] = "cd"[i % 2];
    assert_is(receipt, "model_sha256", digest);
    assert_int_equal(number(receipt, "people"), 4999);
    const json_t *at = json_object_get(receipt, "people_at");
    assert_int_equal(number(at, "both"), 4000);
    assert_int_equal(number(at, "only_a"), 900);
    assert_int_equal(number(at, "only_b"), 99);
    assert_true(number(json_object_get(receipt, "fit"), "chi_square_per_cell") == 1.25);
}

static void what_the_run_started_from_is_in_it(void **state)
{
    char digest[2 * 32 + 1];
    (void)state;

    assert_true(json_is_null(json_object_get(receipt, "start")));
    job.start.study = job.study;
    memset(job.start.digest, 0xef, sizeof job.start.digest);
    job.prior.rows.n_rows = 700;
    job.n_started = 4321;
    json_t *started = write_receipt();
    const json_t *start = json_object_get(started, "start");
    for (size_t i = 0; i < 64; i++)
        digest[i] = "ef"[i % 2];
    digest[64] = '\0';
    assert_is(start, "model_sha256", digest);
    assert_int_equal(number(start, "people"), 700);
    assert_int_equal(number(start, "weights"), 4321);
    json_decref(started);
}

/* The stage that writes it is not over, so its time is not there. */
static void stages_that_are_over_are_in_it_with_their_traffic(void **state)
{
    const json_t *stages = json_object_get(receipt, "stages");
    (void)state;

    assert_int_equal(json_array_size(stages), 1);
    assert_is(json_array_get(stages, 0), "stage", "measure");
    assert_int_equal(number(json_array_get(stages, 0), "sent_frames"), 1);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(what_the_network_did_is_in_it),
        TEST(every_table_of_the_plan_is_in_it_with_its_noise),
        TEST(a_search_for_values_is_in_it_with_its_threshold_and_delta),
        TEST(the_prices_of_tables_and_densities_add_up_to_what_is_charged),
        TEST(training_is_in_it_for_both_parties),
        TEST(every_opening_is_listed),
        TEST(it_says_whose_it_is_and_what_was_written),
        TEST(what_the_run_started_from_is_in_it),
        TEST(stages_that_are_over_are_in_it_with_their_traffic),
    };
    return CS_RUN("party/receipt", tests);
}
