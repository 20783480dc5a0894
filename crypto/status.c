#include "crypto/status.h"

#include <stdio.h>
#include <stdlib.h>

const char *cs_status_text(enum cs_status st)
{
    static const char *const text[] = {
#define X(name, exit_code, words) words,
        CS_STATUS_LIST(X)
#undef X
    };

    return text[st];
}

int cs_status_exit_code(enum cs_status st)
{
    static const int code[] = {
#define X(name, exit_code, words) exit_code,
        CS_STATUS_LIST(X)
#undef X
    };

    return code[st];
}

void cs_bug(const char *file, int line, const char *condition)
{
    fprintf(stderr, "cosynth: bug at %s:%d: %s does not hold; please report it\n", file,
            line, condition);
    abort();
}
