/* clock.h: time that only goes forward, for timeouts. */
#ifndef CS_PROTOCOL_CLOCK_H
#define CS_PROTOCOL_CLOCK_H

#include <pthread.h>
#include <stdint.h>
#include <time.h>

uint64_t cs_clock_ms(void);

/* From now to until_ms, 0 if that is over. */
unsigned cs_clock_left_ms(uint64_t until_ms);

/* The moment wait_ms from now, as a condition made by cs_clock_condition_init takes it.
 */
struct timespec cs_clock_after(unsigned wait_ms);
void cs_clock_condition_init(pthread_cond_t *condition);

#endif
