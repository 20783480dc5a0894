/* What model/study.h promises, one test for each promise. */
#include "model/study.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/check.h"
#include "tests/support/study.h"

static char *read_whole(const char *path)
{
    FILE *stream = fopen(path, "rb");
    char *text = NULL;

    if (stream == NULL)
        return NULL;
    text = calloc(1, CS_STUDY_BYTES_MAX);
    assert_non_null(text);
    assert_true(fread(text, 1, CS_STUDY_BYTES_MAX - 1, stream) > 0);
    fclose(stream);
    return text;
}

/* The study of that name beside the sources, or the test is skipped. */
static struct cs_study *published_study(const char *name)
{
    const char *root = getenv("CS_SOURCE_DIR");
    char path[1024];

    snprintf(path, sizeof path, "%s/../shared/studies/%s/study.yaml", root ? root : ".",
             name);
    char *text = read_whole(path);
    if (text == NULL) {
        print_message("%s is not there: skipped\n", path);
        skip();
    }
    struct cs_study *study = cs_test_study_parse(text);
    free(text);
    return study;
}

static void hillstrom_parses_as_it_is(void **state)
{
    struct cs_study *study = published_study("hillstrom");
    (void)state;

    assert_string_equal(study->name, "hillstrom-visit");
    assert_int_equal(study->schema.n_columns, 10);
    assert_int_equal(study->schema.columns[0].n_codes, 12);
    assert_int_equal(study->schema.columns[1].n_bins, 21);
    assert_int_equal(study->test.bits, 1 << 2);
    assert_int_equal(study->control.bits, 1 << 1);
    assert_int_equal(study->converted.bits, 1 << 1);
    cs_study_free(study);
}

static void adult_parses_as_it_is(void **state)
{
    struct cs_study *study = published_study("adult");
    (void)state;

    const struct cs_column *fnlwgt = &study->schema.columns[1];
    assert_int_equal(fnlwgt->binning, CS_BINS_QUANTILES);
    assert_null(fnlwgt->edges);
    assert_int_equal(fnlwgt->n_codes, 24);
    assert_int_equal(study->schema.columns[0].edges[22], 92);
    cs_study_free(study);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hillstrom_parses_as_it_is),
        cmocka_unit_test(adult_parses_as_it_is),
    };
    return CS_RUN("model/study", tests);
}
