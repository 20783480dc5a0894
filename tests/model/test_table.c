/* What model/table.h promises, one test for each promise. */
#include "model/table.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "crypto/rng.h"
#include "model/value.h"
#include "tests/support/check.h"
#include "tests/support/people.h"
#include "tests/support/source.h"

#define HEADER "id,age,region,\"spend, total\",since\n"

static enum cs_status read_as(struct cs_table **table, enum cs_party party,
                              const char *text, size_t n_bytes, struct cs_fault *fault)
{
    const struct cs_schema schema = cs_people_schema();
    const char *const id = "id";
    const struct cs_id_rules rules = cs_id_rules_raw(&id);
    struct cs_text_source source;

    *fault = (struct cs_fault){ 0 };
    cs_text_source_init(&source, text, n_bytes, 11);
    return cs_table_read(table, &schema, party, &rules, &source.source, NULL, fault);
}

static void read_by(struct cs_table **table, const struct cs_schema *schema,
                    const char *text)
{
    const char *const id = "id";
    const struct cs_id_rules rules = cs_id_rules_raw(&id);
    struct cs_fault fault = { 0 };
    struct cs_text_source source;

    cs_text_source_init(&source, text, strlen(text), 11);
    if (cs_table_read(table, schema, CS_A, &rules, &source.source, NULL, &fault) != CS_OK)
        fail_msg("%s", fault.text);
}

static void drop_values(struct cs_column *column)
{
    for (size_t k = 0; k < column->n_values; k++)
        free(column->values[k]);
    free(column->values);
}

static struct cs_table *read_table(const char *text)
{
    struct cs_table *table = NULL;
    struct cs_fault fault;

    if (read_as(&table, CS_A, text, strlen(text), &fault) != CS_OK)
        fail_msg("%s", fault.text);
    return table;
}

static void assert_refused_as(const char *text, enum cs_status expected,
                              const char *words)
{
    struct cs_table *table = NULL;
    struct cs_fault fault;

    assert_int_equal(read_as(&table, CS_A, text, strlen(text), &fault), expected);
    assert_null(table);
    if (strncmp(fault.text, words, strlen(words)) != 0)
        fail_msg("'%s' is not '%s'", fault.text, words);
}

static void assert_refused(const char *text, const char *words)
{
    assert_refused_as(text, CS_INPUT, words);
}

static void assert_codes(const struct cs_table *table, size_t column,
                         const char *expected)
{
    for (size_t i = 0; i < table->codes.n_rows; i++)
        assert_int_equal(cs_codes_column(&table->codes, column)[i], expected[i] - '0');
}

static void rows_become_codes_and_grids(void **state)
{
    struct cs_table *table = read_table(HEADER "p1,17,north,0,01.01.2020\n"
                                               "p2,18,\"a, b\",9.995,29.02.2020\n"
                                               "p3,99,north,,\n"
                                               "p4,65,,29.99,31.12.2020\n");
    (void)state;

    assert_int_equal(table->party, CS_A);
    assert_int_equal(table->codes.n_rows, 4);
    assert_int_equal(table->codes.n_columns, PEOPLE_COLUMNS);
    assert_codes(table, PEOPLE_AGE, "0122");
    assert_codes(table, PEOPLE_REGION, "0103");
    assert_codes(table, PEOPLE_SPEND, "0132");
    assert_null(table->grid[PEOPLE_REGION]);
    assert_int_equal(table->grid[PEOPLE_AGE][2], 99);
    assert_int_equal(table->grid[PEOPLE_SPEND][1], 1000);
    assert_true(table->grid[PEOPLE_SPEND][2] == CS_GRID_MISSING);
    assert_int_equal(table->grid[PEOPLE_SINCE][1], 18262 + 59);
    assert_true(table->grid[PEOPLE_SINCE][2] == CS_GRID_MISSING);
    cs_table_free(table);
}

static void quantile_columns_are_encoded_once_edges_are_known(void **state)
{
    static int64_t edges[] = { 18262, 18262 + 59, 18628 };
    struct cs_schema schema = cs_people_schema();
    struct cs_table *table = read_table(HEADER "p1,17,north,0,01.01.2020\n"
                                               "p2,18,north,0,29.02.2020\n"
                                               "p3,99,north,0,\n"
                                               "p4,65,north,0,31.12.2020\n");
    struct cs_column with_edges[PEOPLE_COLUMNS];
    (void)state;

    memcpy(with_edges, schema.columns, sizeof with_edges);
    with_edges[PEOPLE_SINCE].edges = edges;
    schema.columns = with_edges;
    cs_table_encode(table, &schema);
    assert_codes(table, PEOPLE_SINCE, "0121");
    assert_codes(table, PEOPLE_AGE, "0122");
    cs_table_free(table);
}

/* The people's region, as a column whose values are to be found. */
static struct cs_schema open_regions(struct cs_column columns[static PEOPLE_COLUMNS])
{
    struct cs_schema schema = cs_people_schema();

    memcpy(columns, schema.columns, PEOPLE_COLUMNS * sizeof *columns);
    columns[PEOPLE_REGION].values = NULL;
    columns[PEOPLE_REGION].n_values = 0;
    columns[PEOPLE_REGION].discover = 5;
    cs_column_set_codes(&columns[PEOPLE_REGION]);
    columns[PEOPLE_SINCE].binning = CS_BINS_DECLARED;
    schema.columns = columns;
    return schema;
}

static void open_columns_are_encoded_once_their_values_are_known(void **state)
{
    static const char text[] = HEADER "p1,17,north,0,\np2,18,\"a, b\",0,\n"
                                      "p3,99,north,0,\np4,65,,0,\np5,1,rare,0,\n"
                                      "p6,1,other,0,\np7,2,\"a\nb\",0,\n";
    struct cs_column columns[PEOPLE_COLUMNS];
    int64_t edges[] = { 18262, 18300, 18628 };
    const struct cs_schema schema = open_regions(columns);
    struct cs_table *table = NULL;
    (void)state;

    columns[PEOPLE_SINCE].edges = edges;
    read_by(&table, &schema, text);
    const struct cs_tally *texts = &table->texts[PEOPLE_REGION];
    assert_int_equal(texts->n_levels, 3); /* those that can be values */
    assert_string_equal(texts->levels[0].text, "north");
    assert_int_equal(texts->levels[0].n_rows, 2);
    assert_ok(cs_column_close(&columns[PEOPLE_REGION],
                              (const char *const[]){ "a, b", "north" }, 2));
    cs_table_encode(table, &schema);
    assert_codes(table, PEOPLE_REGION, "1013222"); /* of 2 values, other, missing */
    drop_values(&columns[PEOPLE_REGION]);
    cs_table_free(table);
}

static void what_is_not_listed_or_out_of_bounds_is_counted(void **state)
{
    struct cs_table *table = read_table(HEADER "p1,-5,South,-1,01.01.2019\n"
                                               "p2,120,North,99.5,01.01.2020\n"
                                               "p3,50, north,1,01.01.2020\n"
                                               "p4,50,other,1,31.12.2020\n");
    (void)state;

    assert_codes(table, PEOPLE_AGE, "0211");
    assert_codes(table, PEOPLE_REGION, "2222");
    assert_codes(table, PEOPLE_SPEND, "0200");
    assert_int_equal(table->notes.clamped[PEOPLE_AGE], 2);
    assert_int_equal(table->notes.clamped[PEOPLE_SPEND], 2);
    assert_int_equal(table->notes.clamped[PEOPLE_SINCE], 1);
    assert_int_equal(table->notes.clamped[PEOPLE_REGION], 0);
    assert_int_equal(table->notes.unlisted[PEOPLE_REGION], 4);
    assert_int_equal(table->notes.unlisted[PEOPLE_AGE], 0);
    cs_table_free(table);
}

static void order_of_the_file_and_its_line_ends_are_kept(void **state)
{
    struct cs_table *table = read_table("since,unknown,region,\"spend, total\",id,age\r\n"
                                        "01.01.2020,not read,north,1,p1,20\r\n");
    static const size_t order[] = { PEOPLE_SINCE, PEOPLE_REGION, PEOPLE_SPEND,
                                    PEOPLE_AGE };
    (void)state;

    assert_memory_equal(table->file_order, order, sizeof order);
    assert_true(table->crlf);
    assert_codes(table, PEOPLE_AGE, "1");
    assert_codes(table, PEOPLE_REGION, "0");
    cs_table_free(table);
    table = read_table(HEADER "p1,20,north,1,01.01.2020\n");
    assert_false(table->crlf);
    cs_table_free(table);
}

static void a_party_reads_its_own_columns(void **state)
{
    static const char text[] = "region,id,age\nnorth,p1,17\nnorth,p2,70\n";
    struct cs_table *table = NULL;
    struct cs_fault fault;
    (void)state;

    assert_ok(read_as(&table, CS_B, text, strlen(text), &fault));
    assert_int_equal(table->codes.n_columns, 1);
    assert_codes(table, 0, "02");
    cs_table_free(table);
}

static void identifiers_are_kept_as_digests(void **state)
{
    struct cs_table *table = read_table(HEADER "p1,1,north,1,\n\"p,2\",1,north,1,\n");
    uint8_t id[CS_ID_BYTES];
    (void)state;

    cs_id_digest(id, 0, "p1", 2);
    assert_memory_equal(table->ids.digest[0][0], id, sizeof id);
    cs_id_digest(id, 0, "p,2", 3);
    assert_memory_equal(table->ids.digest[0][1], id, sizeof id);
    cs_table_free(table);
}

/* ---- several identifiers, any of which a row may lack ---- */

static const struct cs_identifier two_kinds[] = { { .kind = CS_ID_EMAIL },
                                                  { CS_ID_PHONE, "49", "0" } };

static enum cs_status read_linked(struct cs_table **table, const char *text,
                                  size_t frequent, struct cs_fault *fault)
{
    const struct cs_schema schema = cs_people_schema();
    const char *const columns[] = { "mail", "tel" };
    const struct cs_id_rules rules = { two_kinds, columns, 2, .frequent = frequent };
    struct cs_text_source source;

    *fault = (struct cs_fault){ 0 };
    cs_text_source_init(&source, text, strlen(text), 11);
    return cs_table_read(table, &schema, CS_B, &rules, &source.source, NULL, fault);
}

static void assert_linked(const char *text, size_t frequent, struct cs_table **table)
{
    struct cs_fault fault;

    if (read_linked(table, text, frequent, &fault) != CS_OK)
        fail_msg("%s", fault.text);
}

static void assert_id(const struct cs_table *table, size_t k, size_t row,
                      const char *normal)
{
    uint8_t id[CS_ID_BYTES] = { 0 };

    if (normal != NULL)
        cs_id_digest(id, k, normal, strlen(normal));
    assert_memory_equal(table->ids.digest[k][row], id, sizeof id);
}

static void identifiers_are_normalised_and_may_be_missing(void **state)
{
    struct cs_table *table;
    (void)state;

    assert_linked("tel,age,mail\n030 1234567,1, Ann@B.org\n,2,bo@b.org\nnone,3,\n"
                  "+49 30 7654321,4,bo at b\n",
                  10, &table);
    assert_id(table, 0, 0, "ann@b.org");
    assert_id(table, 1, 0, "+49301234567");
    assert_id(table, 0, 1, "bo@b.org");
    assert_id(table, 1, 1, NULL);
    assert_id(table, 0, 2, NULL);
    assert_id(table, 1, 2, NULL);
    assert_id(table, 0, 3, NULL);
    assert_id(table, 1, 3, "+49307654321");
    for (size_t k = 0; k < 2; k++) {
        assert_int_equal(table->ids.notes[k].empty, 1);
        assert_int_equal(table->ids.notes[k].unusable, 1);
        assert_int_equal(table->ids.notes[k].frequent, 0);
    }
    assert_int_equal(table->notes.nameless, 1);
    cs_table_free(table);
}

/* In a column of telephone numbers it is none; in either column, it is not that of the
 * other. */
static void identifiers_of_different_columns_do_not_meet(void **state)
{
    struct cs_table *table;
    (void)state;

    assert_linked("age,mail,tel\n1,a@b,0301234567\n2,0301234567,a@b\n", 10, &table);
    assert_id(table, 0, 1, NULL);
    assert_id(table, 1, 1, NULL);
    assert_int_equal(table->notes.nameless, 1);
    cs_table_free(table);
}

static void placeholders_are_dropped_and_lesser_ones_are_duplicates(void **state)
{
    static const char three[] = "age,mail,tel\n1,info@b,1234567\n2,x@b,\n"
                                "3,INFO@b,2345678\n4,info@b,3456789\n";
    struct cs_table *table;
    struct cs_fault fault;
    (void)state;

    assert_linked(three, 2, &table);
    assert_int_equal(table->ids.notes[0].frequent, 3);
    assert_int_equal(table->notes.nameless, 0);
    assert_id(table, 0, 2, NULL);
    assert_id(table, 0, 1, "x@b");
    cs_table_free(table);

    assert_int_equal(read_linked(&table, three, 3, &fault), CS_INPUT);
    assert_string_equal(fault.text,
                        "a.csv:4: column \"mail\": has the identifier of line 2 again; "
                        "keep one row a person, or lower `frequent` in the study if "
                        "people share it");
}

static void headers_that_do_not_fit_the_study_are_refused(void **state)
{
    (void)state;
    assert_refused(
        "id,Age,region,\"spend, total\",since\np1,1,north,1,\n",
        "a.csv:1: the header has no column \"age\"; is \"Age\" meant? (names are "
        "compared with case and spaces); it has \"id\", \"Age\", \"region\", ");
    assert_refused("id,age,region,spend,since\np1,1,north,1,\n",
                   "a.csv:1: the header has no column \"spend, total\" (names are ");
    assert_refused("ID,age,region,\"spend, total\",since\np1,1,north,1,\n",
                   "a.csv:1: the header has no column \"id\" (names are ");
    assert_refused("id,age,region,\"spend, total\",since,age\np1,1,north,1,,2\n",
                   "a.csv:1: the header has the column \"age\" 2 times; ");
    assert_refused("id,age,region,\"spend, total\",since,id\np1,1,north,1,,2\n",
                   "a.csv:1: the header has the column \"id\" 2 times; ");
}

static void long_headers_are_cut_in_words(void **state)
{
    char text[4096] = "id";
    struct cs_table *table = NULL;
    struct cs_fault fault;
    (void)state;

    for (int i = 0; i < 150; i++)
        sprintf(text + strlen(text), ",a_column_of_number_%d", i);
    strcat(text, "\n");
    assert_int_equal(read_as(&table, CS_A, text, strlen(text), &fault), CS_INPUT);
    assert_non_null(strstr(fault.text, "\"a_column_of_number_0\""));
    assert_string_equal(fault.text + strlen(fault.text) - 3, "...");
}

static void identifier_that_is_a_column_of_the_study_is_refused(void **state)
{
    const struct cs_schema schema = cs_people_schema();
    static const char text[] = HEADER "p1,17,north,0,01.01.2020\n";
    const char *const age = "age";
    const struct cs_id_rules rules = cs_id_rules_raw(&age);
    struct cs_text_source source;
    struct cs_table *table = NULL;
    struct cs_fault fault = { 0 };
    (void)state;

    cs_text_source_init(&source, text, strlen(text), 100);
    assert_int_equal(
        cs_table_read(&table, &schema, CS_A, &rules, &source.source, NULL, &fault),
        CS_CONFIG);
    assert_memory_equal(fault.text, "a.csv: the column \"age\" is an identifier, ", 42);
}

static void fields_that_are_no_values_are_refused(void **state)
{
    (void)state;
    assert_refused(HEADER "p1,1,north,1,\np2,x9,north,1,\n",
                   "a.csv:3: column \"age\": is not an integer; ");
    assert_refused(HEADER "p1,1.5,north,1,\n",
                   "a.csv:2: column \"age\": is not an integer; ");
    assert_refused(HEADER "p1,,north,1,\n",
                   "a.csv:2: column \"age\": is empty; fill it in, "
                   "or say nullable: true in the study");
    assert_refused(HEADER "p1,1,north,\"1,5\",\n",
                   "a.csv:2: column \"spend, total\": is not a number; ");
    assert_refused(HEADER "p1,1,north, ,\n",
                   "a.csv:2: column \"spend, total\": is not a number; ");
    assert_refused(HEADER "p1,1,\"a\nb\",1,\np2,1,north,1,2020-01-01\n",
                   "a.csv:4: column \"since\": is not a date of the column's format; ");
    assert_refused(HEADER ",1,north,1,\n",
                   "a.csv:2: column \"id\": the identifier is empty; ");
}

static void words_never_hold_a_value(void **state)
{
    static const char *const bad[] = {
        HEADER "p1,31337x,north,1,\n",
        HEADER "p1,1,north,31337x,\n",
        HEADER "p1,1,north,1,31337x\n",
        HEADER "31337x,1,north,1,\n31337x,1,north,1,\n",
        HEADER "31337x,1\n",
    };
    struct cs_table *table = NULL;
    struct cs_fault fault;
    (void)state;

    for (size_t i = 0; i < COUNT(bad); i++) {
        assert_int_equal(read_as(&table, CS_A, bad[i], strlen(bad[i]), &fault), CS_INPUT);
        assert_null(strstr(fault.text, "31337"));
    }
}

static void duplicate_identifiers_are_named_by_both_lines(void **state)
{
    (void)state;
    assert_refused(HEADER
                   "p1,1,north,1,\np2,1,\"a\nb\",1,\np3,1,north,1,\np2,1,north,1,\n",
                   "a.csv:6: column \"id\": has the identifier of line 3 again; ");
}

static void files_without_rows_are_refused(void **state)
{
    (void)state;
    assert_refused("", "a.csv: is empty; ");
    assert_refused(HEADER, "a.csv: has a header but no rows");
    assert_refused(HEADER "p1,1,north,1\n", "a.csv:2: has 4 fields, the header has 5; ");
}

/* Beyond the first room for rows, and through every doubling of it. */
static void many_rows_are_all_there(void **state)
{
    enum { N = 40000 };
    char *text = malloc((size_t)N * 32 + 100);
    struct cs_rng rng, again;
    size_t n = (size_t)sprintf(text, "%s", HEADER);
    (void)state;

    cs_rng_init_labelled(&rng, 1, "many rows");
    again = rng;
    for (int i = 0; i < N; i++) {
        const unsigned age = cs_rng_below(&rng, 100), spend = cs_rng_below(&rng, 30);
        n += (size_t)sprintf(text + n, "p%d,%u,north,%u.5,\n", i, age, spend);
    }
    struct cs_table *table = read_table(text);
    assert_int_equal(table->codes.n_rows, N);
    for (int i = 0; i < N; i++) {
        assert_int_equal(table->grid[PEOPLE_AGE][i], cs_rng_below(&again, 100));
        assert_int_equal(table->grid[PEOPLE_SPEND][i],
                         cs_rng_below(&again, 30) * 100 + 50);
    }
    cs_table_free(table);
    free(text);
}

static void damaged_files_never_crash(void **state)
{
    static const char text[] = HEADER "p1,17,north,0,01.01.2020\np2,18,\"a, b\",9.9,\n";
    static const char bytes[] = { '"', ',', '\n', '\0', '9', '-', (char)0xff };
    const size_t n = sizeof text - 1;
    char damaged[sizeof text];
    (void)state;

    for (size_t i = 0; i < n; i++) {
        for (size_t k = 0; k <= COUNT(bytes); k++) {
            struct cs_table *table = NULL;
            struct cs_fault fault;

            memcpy(damaged, text, n);
            if (k < COUNT(bytes))
                damaged[i] = bytes[k];
            if (read_as(&table, CS_A, damaged, k < COUNT(bytes) ? n : i, &fault) == CS_OK)
                assert_true(table->codes.n_rows > 0);
            else
                assert_memory_equal(fault.text, "a.csv:", 6);
            cs_table_free(table);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_become_codes_and_grids),
        cmocka_unit_test(quantile_columns_are_encoded_once_edges_are_known),
        cmocka_unit_test(open_columns_are_encoded_once_their_values_are_known),
        cmocka_unit_test(what_is_not_listed_or_out_of_bounds_is_counted),
        cmocka_unit_test(order_of_the_file_and_its_line_ends_are_kept),
        cmocka_unit_test(a_party_reads_its_own_columns),
        cmocka_unit_test(identifiers_are_kept_as_digests),
        cmocka_unit_test(identifiers_are_normalised_and_may_be_missing),
        cmocka_unit_test(identifiers_of_different_columns_do_not_meet),
        cmocka_unit_test(placeholders_are_dropped_and_lesser_ones_are_duplicates),
        cmocka_unit_test(headers_that_do_not_fit_the_study_are_refused),
        cmocka_unit_test(long_headers_are_cut_in_words),
        cmocka_unit_test(identifier_that_is_a_column_of_the_study_is_refused),
        cmocka_unit_test(fields_that_are_no_values_are_refused),
        cmocka_unit_test(words_never_hold_a_value),
        cmocka_unit_test(duplicate_identifiers_are_named_by_both_lines),
        cmocka_unit_test(files_without_rows_are_refused),
        cmocka_unit_test(many_rows_are_all_there),
        cmocka_unit_test(damaged_files_never_crash),
    };
    return CS_RUN("model/table", tests);
}
