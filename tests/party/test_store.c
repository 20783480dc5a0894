/* What party/store.h promises, one test for each promise; what it says of files that
 * cannot be used is in test_ledger_refusals.c. */
#include "party/store.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/support/check.h"

static struct cs_store *open_in_memory(struct cs_fault *fault)
{
    struct cs_store *store = NULL;

    *fault = (struct cs_fault){ .stage = "test" };
    assert_ok(cs_store_open(&store, ":memory:", CS_STORE_WRITE, 0, fault));
    return store;
}

static enum cs_status look_at_kinds(void *arg, const struct cs_cell *row, size_t n)
{
    int *n_rows = arg;

    assert_int_equal(n, 5);
    assert_true(row[0].kind == CS_CELL_INTEGER && row[0].integer == INT64_MIN);
    assert_true(row[1].kind == CS_CELL_REAL && isinf(row[1].real));
    assert_true(row[2].kind == CS_CELL_TEXT && strcmp(row[2].text, "x'; --") == 0);
    assert_int_equal(row[2].n_bytes, 6);
    assert_int_equal(row[3].kind, CS_CELL_NULL);
    assert_int_equal(row[4].n_bytes, 3); /* with a NUL in the middle */
    ++*n_rows;
    return CS_OK;
}

static void values_come_back_as_they_were(void **state)
{
    const struct cs_cell values[] = { cs_cell_integer(INT64_MIN), cs_cell_real(INFINITY),
                                      cs_cell_text("x'; --"), cs_cell_text(NULL) };
    struct cs_fault fault;
    struct cs_store *store = open_in_memory(&fault);
    int n_rows = 0;
    (void)state;

    assert_ok(cs_store_each(store, "SELECT ?, ?, ?, ?, 'a' || char(0) || 'b'", values,
                            COUNT(values), look_at_kinds, &n_rows, &fault));
    assert_int_equal(n_rows, 1);
    cs_store_free(store);
}

static enum cs_status stop_at_two(void *arg, const struct cs_cell *row, size_t n)
{
    int *n_rows = arg;
    (void)row;
    (void)n;

    return ++*n_rows == 2 ? CS_ABORTED : CS_OK;
}

static void what_a_visitor_returns_ends_the_rows(void **state)
{
    struct cs_fault fault;
    struct cs_store *store = open_in_memory(&fault);
    int n_rows = 0;
    (void)state;

    assert_int_equal(cs_store_each(store, "VALUES (1), (2), (3)", NULL, 0, stop_at_two,
                                   &n_rows, &fault),
                     CS_ABORTED);
    assert_int_equal(n_rows, 2);
    assert_string_equal(fault.text, "");
    cs_store_free(store);
}

static void what_is_rolled_back_was_not_there(void **state)
{
    struct cs_fault fault;
    struct cs_store *store = open_in_memory(&fault);
    double n;
    (void)state;

    cs_store_roll_back(store); /* nothing without a transaction */
    assert_ok(cs_store_run(store, "CREATE TABLE t (x); BEGIN", &fault));
    assert_ok(cs_store_run(store, "INSERT INTO t VALUES (1), (2)", &fault));
    assert_int_equal(cs_store_last_row(store), 2);
    cs_store_roll_back(store);
    assert_ok(cs_store_numbers(&n, 1, store, "SELECT count(*) FROM t", NULL, 0, &fault));
    assert_true(n == 0);
    cs_store_free(store);
}

static void reading_makes_no_file(void **state)
{
    static const char path[] = "/tmp/cosynth-no-such-store.db";
    struct cs_fault fault = { .stage = "test" };
    struct cs_store *store = NULL;
    (void)state;

    unlink(path);
    assert_int_equal(cs_store_open(&store, path, CS_STORE_READ, 0, &fault), CS_IO);
    assert_null(store);
    assert_non_null(strstr(fault.text, path));
    assert_int_not_equal(access(path, F_OK), 0);
}

/* Else the next writer, perhaps another user, would find files that it may not write. */
static void a_reader_changes_nothing_and_leaves_nothing(void **state)
{
    char folder[] = "/tmp/cosynth-store-XXXXXX", path[64], beside[80];
    struct cs_fault fault = { .stage = "test" };
    struct cs_store *store = NULL;
    double n;
    (void)state;

    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/store.db", folder);
    assert_ok(cs_store_open(&store, path, CS_STORE_WRITE, 0, &fault));
    assert_ok(
        cs_store_run(store, "PRAGMA journal_mode = WAL; CREATE TABLE t (x)", &fault));
    cs_store_free(store);
    assert_ok(cs_store_open(&store, path, CS_STORE_READ, 0, &fault));
    assert_ok(cs_store_numbers(&n, 1, store, "SELECT count(*) FROM t", NULL, 0, &fault));
    assert_int_equal(cs_store_run(store, "INSERT INTO t VALUES (1)", &fault), CS_IO);
    snprintf(beside, sizeof beside, "%s-wal", path);
    assert_int_equal(access(beside, F_OK), 0); /* the control */
    cs_store_free(store);
    assert_int_not_equal(access(beside, F_OK), 0);
    assert_int_equal(unlink(path), 0);
    assert_int_equal(rmdir(folder), 0);
}

static void a_statement_that_is_none_is_told(void **state)
{
    struct cs_fault fault;
    struct cs_store *store = open_in_memory(&fault);
    (void)state;

    assert_int_equal(cs_store_run(store, "SELEKT 1", &fault), CS_IO);
    assert_non_null(strstr(fault.text, "the ledger cannot be used"));
    cs_store_free(store);
}

static int log_ahead(const char *path)
{
    struct cs_store *store = NULL;
    struct cs_fault fault = { .stage = "test" };
    enum cs_status st = cs_store_open(&store, path, CS_STORE_WRITE, 20000, &fault);

    if (st == CS_OK)
        st = cs_store_log_ahead(store, &fault);
    cs_store_free(store);
    return (int)st;
}

/* SQLite alone refuses some of them once in fifty files or so. */
static void programs_that_begin_at_once_all_get_their_log(void **state)
{
    enum { FILES = 60, PROGRAMS = 8 };
    char path[] = "/tmp/cosynth-store-XXXXXX";
    const int descriptor = mkstemp(path);
    (void)state;

    assert_true(descriptor >= 0);
    close(descriptor);
    for (int file = 0; file < FILES; file++) {
        assert_int_equal(unlink(path), 0);
        for (int p = 0; p < PROGRAMS; p++)
            if (fork() == 0)
                _exit(log_ahead(path));
        for (int p = 0, status; p < PROGRAMS; p++)
            assert_true(wait(&status) > 0 && status == 0);
    }
    assert_int_equal(unlink(path), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_come_back_as_they_were),
        cmocka_unit_test(what_a_visitor_returns_ends_the_rows),
        cmocka_unit_test(what_is_rolled_back_was_not_there),
        cmocka_unit_test(reading_makes_no_file),
        cmocka_unit_test(a_reader_changes_nothing_and_leaves_nothing),
        cmocka_unit_test(a_statement_that_is_none_is_told),
        cmocka_unit_test(programs_that_begin_at_once_all_get_their_log),
    };
    return CS_RUN("party/store", tests);
}
