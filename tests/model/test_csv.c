/* What model/csv.h promises, one test for each promise. */
#include "model/csv.h"

#include <stdio.h>
#include <string.h>

#include "crypto/rng.h"
#include "tests/support/check.h"
#include "tests/support/source.h"

/* What a reader saw, as `[field|field]` a record, or what it said. */
struct seen {
    char records[4096];
    size_t n;
    uint64_t line; /* of the last record */
    bool crlf;
    struct cs_fault fault;
};

static void note(struct seen *seen, const char *text, size_t n_bytes)
{
    assert_true(seen->n + n_bytes < sizeof seen->records);
    memcpy(seen->records + seen->n, text, n_bytes);
    seen->n += n_bytes;
}

static enum cs_status on_field(void *arg, const struct cs_csv_place *place,
                               const char *text, size_t n_bytes)
{
    note(arg, place->field == 0 ? "[" : "|", 1);
    note(arg, text, n_bytes);
    return CS_OK;
}

static enum cs_status on_record(void *arg, const struct cs_csv_place *place)
{
    struct seen *seen = arg;

    note(seen, "]", 1);
    seen->line = place->line;
    return CS_OK;
}

static enum cs_status read_pieces(struct seen *seen, const char *text, size_t n_bytes,
                                  size_t piece)
{
    const struct cs_csv_sink sink = { on_field, on_record, seen };
    struct cs_text_source source;

    memset(seen, 0, sizeof *seen);
    cs_text_source_init(&source, text, n_bytes, piece);
    return cs_csv_read(&sink, &seen->crlf, &source.source, NULL, &seen->fault);
}

/* Whatever the pieces in which the text comes. */
static void assert_reads(const char *text, const char *expected)
{
    struct seen seen;

    for (size_t piece = 1; piece <= strlen(text) + 1; piece++) {
        assert_ok(read_pieces(&seen, text, strlen(text), piece));
        assert_string_equal(seen.records, expected);
    }
}

static void assert_refuses_bytes(const char *text, size_t n_bytes, const char *words)
{
    struct seen seen;

    for (size_t piece = 1; piece <= n_bytes + 1; piece++) {
        assert_int_equal(read_pieces(&seen, text, n_bytes, piece), CS_INPUT);
        if (strncmp(seen.fault.text, words, strlen(words)) != 0)
            fail_msg("'%s' is not '%s'", seen.fault.text, words);
    }
}

static void assert_refuses(const char *text, const char *words)
{
    assert_refuses_bytes(text, strlen(text), words);
}

static void records_end_with_lf_or_crlf_or_the_text(void **state)
{
    (void)state;
    assert_reads("a,b\n1,2\n", "[a|b][1|2]");
    assert_reads("a,b\r\n1,2\r\n", "[a|b][1|2]");
    assert_reads("a,b\n1,2", "[a|b][1|2]");
    assert_reads("a,b\r\n1,2\n3,4", "[a|b][1|2][3|4]");
    assert_reads("a,b\n1,2\n\n\r\n\n", "[a|b][1|2]");
    assert_reads("a", "[a]");
}

static void fields_are_kept_byte_by_byte(void **state)
{
    (void)state;
    assert_reads("a,b\n 1 ,\t2\n", "[a|b][ 1 |\t2]");
    assert_reads("a,b\n,\n", "[a|b][|]");
    assert_reads("a,b\n\"\",\"\"\n", "[a|b][|]");
    assert_reads("a,b\n\" x \",\"\"\"\"\n", "[a|b][ x |\"]");
    assert_reads("a,b\n\"1,\"\"2\"\"\",\"x\r\ny\nz\rw\"\r\n",
                 "[a|b][1,\"2\"|x\r\ny\nz\rw]");
    assert_reads("a,b\n\"\n\n\",2\n", "[a|b][\n\n|2]");
    assert_reads("\xc3\xa9,\xe6\x97\xa5\n\xf0\x9f\x8e\x84,2\n",
                 "[\xc3\xa9|\xe6\x97\xa5][\xf0\x9f\x8e\x84|2]");
}

static void byte_order_mark_is_skipped_at_the_start_alone(void **state)
{
    (void)state;
    assert_reads("\xef\xbb\xbf"
                 "a,b\n1,2\n",
                 "[a|b][1|2]");
    assert_reads("\xef\xbb\xbf\"a\",b\n1,2\n", "[a|b][1|2]");
    assert_reads("a,b\n\xef\xbb\xbf"
                 "1,2\n",
                 "[a|b][\xef\xbb\xbf"
                 "1|2]");
}

static void a_records_line_is_its_first(void **state)
{
    const char *text = "a,b\n\"1\n\n\",2\n\"3\n\",4";
    struct seen seen;
    (void)state;

    assert_ok(read_pieces(&seen, text, strlen(text), 7));
    assert_int_equal(seen.line, 5);
}

static void end_of_the_first_line_is_reported(void **state)
{
    static const char *const texts[] = { "a", "a\n1\r\n", "a\r\n1\n" };
    struct seen seen;
    (void)state;

    for (size_t i = 0; i < COUNT(texts); i++) {
        assert_ok(read_pieces(&seen, texts[i], strlen(texts[i]), 9));
        assert_int_equal(seen.crlf, i == 2);
    }
}

static void ragged_records_are_refused(void **state)
{
    (void)state;
    assert_refuses("a,b\n1,2\n3\n", "a.csv:3: has 1 fields, the header has 2; ");
    assert_refuses("a,b\n1,2,3\n", "a.csv:2: has 3 fields, the header has 2; ");
    assert_refuses("a,b\n\"1\n\",2,3,4", "a.csv:2: has 4 fields, the header has 2; ");
    assert_refuses("a,b\n1,2\n \n", "a.csv:3: has 1 fields, the header has 2; ");
}

static void quotes_out_of_place_are_refused(void **state)
{
    (void)state;
    assert_refuses("a,b\n1,2\"\n", "a.csv:2: byte 4: has a quote out of place; ");
    assert_refuses("a,b\n1\"1\",2\n", "a.csv:2: byte 2: has a quote out of place; ");
    assert_refuses("a,b\n\"1\"1,2\n", "a.csv:2: byte 4: has a quote out of place; ");
    assert_refuses("a,b\n\"1\" ,2\n", "a.csv:2: byte 4: has a quote out of place; ");
    assert_refuses("a,b\n \"1\",2\n", "a.csv:2: byte 2: has a quote out of place; ");
}

static void quotes_that_never_close_are_refused(void **state)
{
    (void)state;
    assert_refuses("a,b\n1,2\n3,\"4\n5,6\n",
                   "a.csv:3: begins a record with a quoted field that never ends; ");
    assert_refuses("\"",
                   "a.csv:1: begins a record with a quoted field that never ends; ");
    assert_refuses("a\n\"\"\"",
                   "a.csv:2: begins a record with a quoted field that never");
}

static void text_that_is_not_utf8_is_refused(void **state)
{
    (void)state;
    assert_refuses("a,b\n1,caf\xe9\n", "a.csv:2: byte 6: is not UTF-8; ");
    assert_refuses("a,b\n1,\xc3\n", "a.csv:2: byte 3: is not UTF-8; ");
    assert_refuses("a,b\n1,\xc3", "a.csv:2: byte 3: is not UTF-8; ");
    assert_refuses_bytes("a,b\n1\0,2\n", 9, "a.csv:2: has a NUL byte; ");
    assert_refuses_bytes("a\0,\0b\0\n\0", 8, "a.csv:1: has a NUL byte; ");
}

static void lines_that_end_oddly_are_refused(void **state)
{
    (void)state;
    assert_refuses("a,b\r1,2\r", "a.csv:1: has a carriage return without a line feed; ");
    assert_refuses("a,b\n1,2\r\r\n",
                   "a.csv:2: has a carriage return without a line feed; ");
    assert_refuses("a,b\n1,2\r\"3\n",
                   "a.csv:2: has a carriage return without a line feed; ");
    assert_refuses("a,b\n1,2\n\n\n3,4\n", "a.csv:3: is empty, and more lines follow; ");
    assert_refuses("\na,b\n", "a.csv:1: is empty, and more lines follow; ");
}

static void text_without_a_header_is_refused(void **state)
{
    (void)state;
    assert_refuses("", "a.csv: is empty; ");
    assert_refuses("\n\r\n", "a.csv: is empty; ");
    assert_refuses("\xef\xbb\xbf", "a.csv: is empty; ");
}

static enum cs_status ignore_field(void *arg, const struct cs_csv_place *place,
                                   const char *text, size_t n_bytes)
{
    (void)arg, (void)place, (void)text, (void)n_bytes;
    return CS_OK;
}

static enum cs_status ignore_record(void *arg, const struct cs_csv_place *place)
{
    (void)arg, (void)place;
    return CS_OK;
}

static enum cs_status read_large(const char *text, size_t n_bytes, struct cs_fault *fault)
{
    const struct cs_csv_sink sink = { ignore_field, ignore_record, NULL };
    struct cs_text_source source;
    bool crlf;

    *fault = (struct cs_fault){ 0 };
    cs_text_source_init(&source, text, n_bytes, SIZE_MAX);
    return cs_csv_read(&sink, &crlf, &source.source, NULL, fault);
}

static void lines_and_records_have_limits(void **state)
{
    static char text[CS_CSV_RECORD_BYTES_MAX + 9];
    const size_t n_line = CS_CSV_LINE_BYTES_MAX + 2; /* "a\n" and a line of that much */
    struct cs_fault fault;
    (void)state;

    memset(text, 'x', n_line);
    memcpy(text, "a\n", 2);
    assert_int_equal(read_large(text, n_line, &fault), CS_INPUT);
    assert_string_equal(fault.text,
                        "a.csv:2: is longer than 256 KiB; is this a CSV file?");
    assert_ok(read_large(text, n_line - 1, &fault));

    memset(text, '\n', sizeof text);
    memcpy(text, "a\n\"", 3);
    assert_int_equal(read_large(text, sizeof text, &fault), CS_INPUT);
    assert_memory_equal(fault.text, "a.csv:2: begins a record of more than a MiB; ", 45);
    text[CS_CSV_RECORD_BYTES_MAX + 1] = '"';
    assert_ok(read_large(text, CS_CSV_RECORD_BYTES_MAX + 2, &fault));
}

static enum cs_status refuse_field(void *arg, const struct cs_csv_place *place,
                                   const char *text, size_t n_bytes)
{
    (void)text, (void)n_bytes;
    ++*(int *)arg;
    return place->line == 2 ? CS_ABORTED : CS_OK;
}

static enum cs_status failing_read(void *arg, char *buffer, size_t capacity,
                                   size_t *n_bytes)
{
    (void)arg, (void)buffer, (void)capacity, (void)n_bytes;
    return CS_IO;
}

static enum cs_status stop(void *arg, double done)
{
    (void)arg;
    assert_true(done > 0 && done < 1);
    return CS_TIMEOUT;
}

static void failures_of_others_end_the_reading(void **state)
{
    int n_fields = 0;
    const struct cs_csv_sink sink = { refuse_field, ignore_record, &n_fields };
    const struct cs_source failing = { failing_read, NULL, "x", 0 };
    const struct cs_progress progress = { stop, NULL };
    struct cs_text_source source;
    bool crlf;
    (void)state;

    cs_text_source_init(&source, "a,b\n1,2\n3,4\n", 12, 100);
    assert_int_equal(cs_csv_read(&sink, &crlf, &source.source, NULL, NULL), CS_ABORTED);
    assert_int_equal(n_fields, 3);
    assert_int_equal(cs_csv_read(&sink, &crlf, &failing, NULL, NULL), CS_IO);
    cs_text_source_init(&source, "a,b\n", 4, 100);
    assert_int_equal(cs_csv_read(&sink, &crlf, &source.source, &progress, NULL),
                     CS_TIMEOUT);
}

/* Random tables of awkward text, written and read back. */
enum { N_FIELDS = 5, N_RECORDS = 40 };

static void append_random_field(char *csv, size_t *n, struct seen *expected,
                                struct cs_rng *rng)
{
    static const char *const bits[] = { "\"", ",", "\n",       "\r\n", "\r",   " ",
                                        "x",  "7", "\xc3\xa9", "\t",   "\"\"", "-" };
    char text[64] = "", quoted[CS_CSV_FIELD_BYTES(sizeof text)];

    for (uint32_t k = cs_rng_below(rng, 8); k > 0; k--)
        strcat(text, bits[cs_rng_below(rng, COUNT(bits))]);
    const size_t n_quoted = cs_csv_quote(quoted, text, strlen(text));
    assert_int_equal(strlen(quoted), n_quoted);
    memcpy(csv + *n, quoted, n_quoted);
    *n += n_quoted;
    note(expected, text, strlen(text));
}

static void what_is_written_is_read_back(void **state)
{
    struct cs_rng rng;
    struct seen seen, expected;
    char csv[N_FIELDS * N_RECORDS * 32];
    (void)state;

    cs_rng_init_labelled(&rng, 1, "csv round trip");
    for (int round = 0; round < 200; round++) {
        size_t n = 0;
        const char *end = round % 2 ? "\n" : "\r\n";

        memset(&expected, 0, sizeof expected);
        for (int i = 0; i < N_RECORDS; i++) {
            for (int k = 0; k < N_FIELDS; k++) {
                note(&expected, k == 0 ? "[" : "|", 1);
                append_random_field(csv, &n, &expected, &rng);
                n += (size_t)sprintf(csv + n, "%s", k + 1 < N_FIELDS ? "," : end);
            }
            note(&expected, "]", 1);
        }
        assert_ok(read_pieces(&seen, csv, n, 1 + cs_rng_below(&rng, 100)));
        assert_string_equal(seen.records, expected.records);
    }
}

static void quotes_are_written_only_where_needed(void **state)
{
    char out[CS_CSV_FIELD_BYTES(32)];
    (void)state;

    assert_int_equal(cs_csv_quote(out, "a b", 3), 3);
    assert_string_equal(out, "a b");
    assert_int_equal(cs_csv_quote(out, "", 0), 0);
    assert_string_equal(out, "");
    assert_int_equal(cs_csv_quote(out, "\"\"\"", 3), 8);
    assert_string_equal(out, "\"\"\"\"\"\"\"\"");
    cs_csv_quote(out, "a,b", 3);
    assert_string_equal(out, "\"a,b\"");
    cs_csv_quote(out, "a\rb", 3);
    assert_string_equal(out, "\"a\rb\"");
}

/* Whatever is cut or altered, the reader ends with records or with words. */
static void damaged_text_never_crashes(void **state)
{
    static const char text[] = "\xef\xbb\xbf"
                               "a,\"b\",c\r\n\"1\"\"\",\"\xc3\xa9\n\",3\r\n4,5,6";
    static const char bytes[] = {
        '"', ',', '\n', '\r', '\0', 'x', (char)0xff, (char)0xc3
    };
    const size_t n = sizeof text - 1;
    char damaged[sizeof text];
    struct seen seen;
    (void)state;

    for (size_t i = 0; i < n; i++) {
        for (size_t k = 0; k <= COUNT(bytes); k++) {
            const size_t n_left = k == COUNT(bytes) ? i : n;

            memcpy(damaged, text, n);
            if (k < COUNT(bytes))
                damaged[i] = bytes[k];
            if (read_pieces(&seen, damaged, n_left, 1 + i % 5) == CS_OK)
                assert_true(seen.records[0] == '[' && seen.fault.text[0] == '\0');
            else
                assert_memory_equal(seen.fault.text, "a.csv:", 6);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(records_end_with_lf_or_crlf_or_the_text),
        cmocka_unit_test(fields_are_kept_byte_by_byte),
        cmocka_unit_test(byte_order_mark_is_skipped_at_the_start_alone),
        cmocka_unit_test(a_records_line_is_its_first),
        cmocka_unit_test(end_of_the_first_line_is_reported),
        cmocka_unit_test(ragged_records_are_refused),
        cmocka_unit_test(quotes_out_of_place_are_refused),
        cmocka_unit_test(quotes_that_never_close_are_refused),
        cmocka_unit_test(text_that_is_not_utf8_is_refused),
        cmocka_unit_test(lines_that_end_oddly_are_refused),
        cmocka_unit_test(text_without_a_header_is_refused),
        cmocka_unit_test(lines_and_records_have_limits),
        cmocka_unit_test(failures_of_others_end_the_reading),
        cmocka_unit_test(what_is_written_is_read_back),
        cmocka_unit_test(quotes_are_written_only_where_needed),
        cmocka_unit_test(damaged_text_never_crashes),
    };
    return CS_RUN("model/csv", tests);
}
