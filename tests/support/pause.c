#include "tests/support/pause.h"

#include <time.h>
#include <valgrind/valgrind.h>

enum { VALGRIND_SLOWER = 30 };

void cs_pause_ms(unsigned ms)
{
    const struct timespec pause = { ms / 1000, (long)(ms % 1000) * 1000000 };

    nanosleep(&pause, NULL);
}

unsigned cs_patient_ms(unsigned ms)
{
    return RUNNING_ON_VALGRIND ? VALGRIND_SLOWER * ms : ms;
}
