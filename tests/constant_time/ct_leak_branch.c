/* A control: it branches on a secret, and must be found. */
#include <stdint.h>

#include "tests/constant_time/taint.h"

int main(void)
{
    volatile uint8_t byte = 1, branches = 0;

    cs_taint_secret((void *)&byte, sizeof byte);
    if (byte == 1)
        branches = 1; /* volatile, so that it is a branch */
    return branches != 1;
}
