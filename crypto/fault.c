#include "crypto/fault.h"

#include <stdarg.h>
#include <stdio.h>

enum cs_status cs_fault_say(struct cs_fault *fault, enum cs_status st, const char *format,
                            ...)
{
    va_list args;

    if (fault != NULL && fault->text[0] == '\0') {
        va_start(args, format);
        vsnprintf(fault->text, sizeof fault->text, format, args);
        va_end(args);
    }
    return st;
}
