/* pause.h: a while in which a test does nothing. */
#ifndef CS_TESTS_SUPPORT_PAUSE_H
#define CS_TESTS_SUPPORT_PAUSE_H

void cs_pause_ms(unsigned ms);

/* A time that another end is waited for: under valgrind thirty times as long. */
unsigned cs_patient_ms(unsigned ms);

#endif
