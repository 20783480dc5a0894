/* A control: it reads a table at a secret place, and must be found. */
#include <stdint.h>

#include "tests/constant_time/taint.h"

int main(void)
{
    static const volatile uint8_t table[256] = { 0 };
    volatile uint8_t byte = 1;

    cs_taint_secret((void *)&byte, sizeof byte);
    return table[byte];
}
