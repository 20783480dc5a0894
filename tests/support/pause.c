#include "tests/support/pause.h"

#include <time.h>

void cs_pause_ms(unsigned ms)
{
    const struct timespec pause = { ms / 1000, (long)(ms % 1000) * 1000000 };

    nanosleep(&pause, NULL);
}
