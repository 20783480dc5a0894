/* check.h: cmocka in its fixed order of includes, and what every test needs. */
#ifndef CS_TESTS_SUPPORT_CHECK_H
#define CS_TESTS_SUPPORT_CHECK_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "crypto/status.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

#define assert_ok(call) assert_int_equal((call), CS_OK)

/* The expression breaks a precondition: it must stop the program (in a child). */
#define assert_stops(expression)                                                         \
    do {                                                                                 \
        if (cs_check_fork() == 0) {                                                      \
            (expression);                                                                \
            cs_check_survived();                                                         \
        }                                                                                \
        assert_true(cs_check_child_aborted());                                           \
    } while (0)

int cs_check_fork(void);
_Noreturn void cs_check_survived(void);
int cs_check_child_aborted(void);

/* Group set-up of every test program: libsodium's initialisation. */
int cs_check_setup(void **state);

#define CS_RUN(name, tests)                                                              \
    cmocka_run_group_tests_name((name), (tests), cs_check_setup, NULL)

#endif
