/* What `cosynth compare` reads of a finished run: its receipt, then its report, then its
 * tables, each up to a zero. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "party/finished_parts.h"
#include "tests/fuzz/fuzz.h"

enum { BYTES_MAX = 1 << 20 };

typedef enum cs_status reader(struct cs_finished *run, const struct cs_json_file *file);

static enum cs_status read_next(struct cs_finished *run, reader *reads,
                                struct cs_fuzz_input *input, struct cs_fault *fault)
{
    char path[CS_FUZZ_PATH_BYTES], *text = cs_fuzz_text(input);
    const struct cs_fuzz_input whole = { (const uint8_t *)text, strlen(text) };
    const int descriptor = cs_fuzz_file(path, &whole);
    struct cs_json_file file;
    enum cs_status st;

    CS_TRY(cs_json_file_open(&file, NULL, path, BYTES_MAX, fault));
    st = reads(run, &file);
    cs_json_file_close(&file);
out:
    close(descriptor);
    free(text);
    return st;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    reader *const readers[] = { cs_finished_receipt, cs_finished_report,
                                cs_finished_measured };
    struct cs_fuzz_input input = { data, size };
    struct cs_fault fault = { .stage = "fuzz" };
    struct cs_finished run = { 0 };
    enum cs_status st = CS_OK;

    for (size_t i = 0; i < 3 && st == CS_OK; i++)
        st = read_next(&run, readers[i], &input, &fault);
    cs_fuzz_check_fault(&fault);
    cs_finished_wipe(&run);
    return 0;
}
