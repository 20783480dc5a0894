/* A decoder with three faults, to see that replaying a file, and the engine, find such:
 *
 *     byte what, then a length in 4 bytes, then so many bytes
 */
#include <stdlib.h>

#include "crypto/bytes.h"
#include "tests/fuzz/fuzz.h"

enum { HEADER_BYTES = 5 };

static uint32_t sum(const uint8_t *bytes, size_t n_bytes)
{
    uint32_t sum = 0;

    for (size_t i = 0; i < n_bytes; i++)
        sum += bytes[i];
    return sum;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < HEADER_BYTES)
        return 0;
    const size_t n = cs_bytes_get(data + 1, 4);
    if (data[0] == 'r')
        CS_REQUIRE(sum(data + HEADER_BYTES, n) != 1); /* n is not compared with size */
    if (data[0] == 'm') {
        volatile uint8_t *room = malloc(n + 1); /* nor here */
        if (room != NULL)
            room[0] = 0;
        free((void *)room);
    }
    if (data[0] == 'p')
        CS_REQUIRE(n != 7);
    return 0;
}
