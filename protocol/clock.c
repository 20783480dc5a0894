#include "protocol/clock.h"

uint64_t cs_clock_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

unsigned cs_clock_left_ms(uint64_t until_ms)
{
    const uint64_t now = cs_clock_ms();

    return now >= until_ms ? 0 : (unsigned)(until_ms - now);
}

struct timespec cs_clock_after(unsigned wait_ms)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    const uint64_t ns = (uint64_t)now.tv_nsec + (uint64_t)wait_ms * 1000000;
    return (struct timespec){ now.tv_sec + (time_t)(ns / 1000000000),
                              (long)(ns % 1000000000) };
}

void cs_clock_condition_init(pthread_cond_t *condition)
{
    pthread_condattr_t attributes;

    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(condition, &attributes);
    pthread_condattr_destroy(&attributes);
}
