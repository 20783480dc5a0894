/* Two parts of a study, one of each party, up to a zero each (`cosynth init`): together
 * they are a file that can at least be read. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "party/join_parts.h"
#include "tests/fuzz/fuzz.h"

static struct cs_yaml_document *read_next(struct cs_fuzz_input *input)
{
    struct cs_yaml_document *part = NULL;
    char *text = cs_fuzz_text(input);

    if (cs_yaml_parse(&part, text, strlen(text), "part.yaml", NULL) != CS_OK)
        part = NULL;
    free(text);
    return part;
}

static void join(const struct cs_yaml_document *one, const struct cs_yaml_document *other)
{
    struct cs_fault fault = { .stage = "fuzz" };
    struct cs_yaml_document *joined = NULL;
    char *text = NULL;
    size_t n_bytes = 0;
    FILE *stream = open_memstream(&text, &n_bytes);

    CS_REQUIRE(stream != NULL);
    const enum cs_status st = cs_join_parts(stream, one, other, &fault);
    CS_REQUIRE(fclose(stream) == 0);
    if (st == CS_OK)
        CS_REQUIRE(cs_yaml_parse(&joined, text, n_bytes, "study.yaml", &fault) == CS_OK);
    cs_fuzz_check_fault(&fault);
    cs_yaml_free(joined);
    free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct cs_fuzz_input input = { data, size };
    struct cs_yaml_document *one = read_next(&input), *other = read_next(&input);

    if (one != NULL && other != NULL)
        join(one, other);
    cs_yaml_free(one);
    cs_yaml_free(other);
    return 0;
}
