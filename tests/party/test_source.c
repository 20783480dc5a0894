/* What party/source.h promises, one test for each promise. */
#include "party/source.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/support/check.h"

static void a_file_is_read_in_pieces_to_its_end(void **state)
{
    char path[] = "/tmp/cosynth-source-XXXXXX", buffer[4];
    const int descriptor = mkstemp(path);
    struct cs_file_source source;
    struct cs_fault fault = { 0 };
    size_t n = 0;
    (void)state;

    assert_int_equal(write(descriptor, "abcdef", 6), 6);
    assert_ok(cs_file_source_open(&source, path, &fault));
    assert_int_equal(source.source.size_bytes, 6);
    assert_string_equal(source.source.name, path);
    assert_ok(source.source.read(source.source.arg, buffer, 4, &n));
    assert_int_equal(n, 4);
    assert_memory_equal(buffer, "abcd", 4);
    assert_ok(source.source.read(source.source.arg, buffer, 4, &n));
    assert_int_equal(n, 2);
    assert_ok(source.source.read(source.source.arg, buffer, 4, &n));
    assert_int_equal(n, 0);
    cs_file_source_close(&source);
    close(descriptor);
    unlink(path);
}

static void a_file_that_cannot_be_read_is_named(void **state)
{
    struct cs_file_source source;
    struct cs_fault fault = { 0 }, second = { 0 };
    char buffer[4];
    size_t n;
    (void)state;

    assert_int_equal(cs_file_source_open(&source, "/nowhere/a.csv", &fault), CS_CONFIG);
    assert_string_equal(fault.text, "/nowhere/a.csv: cannot be read: No such file or "
                                    "directory; check the path and its permissions");
    cs_file_source_close(&source);

    assert_ok(cs_file_source_open(&source, "/tmp", &second));
    assert_int_equal(source.source.read(source.source.arg, buffer, 4, &n), CS_CONFIG);
    assert_non_null(strstr(second.text, "/tmp: cannot be read: Is a directory"));
    cs_file_source_close(&source);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_file_is_read_in_pieces_to_its_end),
        cmocka_unit_test(a_file_that_cannot_be_read_is_named),
    };
    return CS_RUN("party/source", tests);
}
