/* pause.h: a while in which a test does nothing. */
#ifndef CS_TESTS_SUPPORT_PAUSE_H
#define CS_TESTS_SUPPORT_PAUSE_H

void cs_pause_ms(unsigned ms);

#endif
