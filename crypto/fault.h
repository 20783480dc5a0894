/* fault.h: words for the operator, beside a status.
 *
 * A fault is filled where the file, the peer or the setting is at hand, and printed by
 * party/main.c, or by a run as the last line of its log. The text names the place (file,
 * line, column or field) and what to do next; it never holds a value of a row. The first
 * words win: the callee knows best, so a caller may offer a general sentence without
 * looking.
 */
#ifndef CS_CRYPTO_FAULT_H
#define CS_CRYPTO_FAULT_H

#include <stdbool.h>

#include "crypto/status.h"

struct cs_fault {
    const char *stage; /* of the run; a literal */
    char text[1024];   /* empty: nothing said yet */
    bool told;         /* to the operator already: main need not print it */
};

/* Says what is wrong, unless something was said already, and returns st, so that
 * `return cs_fault_say(fault, CS_INPUT, "...")` is one line. fault may be NULL. */
enum cs_status cs_fault_say(struct cs_fault *fault, enum cs_status st, const char *format,
                            ...) __attribute__((format(printf, 3, 4)));

#endif
