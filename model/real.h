/* real.h: doubles as decimal text, the same on every machine and in every locale.
 *
 *   Errors     false: the text is not a finite decimal number ("3", "-.5", "1.0e-6").
 *   Threads    the calling thread's locale is set aside during a call, and put back.
 */
#ifndef CS_MODEL_REAL_H
#define CS_MODEL_REAL_H

#include <stdbool.h>

#define CS_REAL_BYTES 32 /* of a formatted double, NUL included */

bool cs_real_parse(double *real, const char *text);

/* The least digits that read back as the same double, in printf's %g notation. */
void cs_real_format(char text[static CS_REAL_BYTES], double real);

#endif
