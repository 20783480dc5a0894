/* The node file. */
#include <unistd.h>

#include "model/id.h"
#include "party/node.h"
#include "tests/fuzz/fuzz.h"

static void check(const struct cs_node *node)
{
    CS_REQUIRE(node->party == CS_A || node->party == CS_B);
    CS_REQUIRE((node->listen == NULL) != (node->connect == NULL));
    CS_REQUIRE(node->data != NULL && node->output != NULL && node->ledger != NULL);
    CS_REQUIRE(node->n_id <= CS_IDENTIFIERS_MAX);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct cs_fuzz_input input = { data, size };
    struct cs_fault fault = { .stage = "fuzz" };
    char path[CS_FUZZ_PATH_BYTES];
    const int file = cs_fuzz_file(path, &input);
    struct cs_node node;

    if (cs_node_read(&node, path, NULL, &fault) == CS_OK)
        check(&node);
    cs_fuzz_check_fault(&fault);
    cs_node_wipe(&node);
    close(file);
    return 0;
}
