/* watch_view.h: a run that is watched, as lines for a terminal of any width, with or
 * without UTF-8.
 *
 * No colour and no cursor keys: it reads alike over ssh, in a log and aloud.
 *
 *   Errors   write errors are the stream's
 */
#ifndef CS_PARTY_WATCH_VIEW_H
#define CS_PARTY_WATCH_VIEW_H

#include <stdio.h>

#include "party/watched.h"

struct cs_watch_style {
    size_t width; /* of a line, in characters; longer ones are cut */
    bool utf8;
    bool redraw; /* over the view before, from the top of the terminal */
};

/* By the terminal of standard output, if it is one, and the locale of the environment. */
struct cs_watch_style cs_watch_style(void);

CS_MUST_USE enum cs_status cs_watch_view(FILE *stream, const struct cs_watched *watched,
                                         const struct cs_watch_style *style);

/* A row of bars, one for each of at most `width` pieces of the values, (n): by their
 * logarithm where all are above 0. NUL-terminated; n > 0. */
#define CS_SPARKLINE_WIDTH_MAX 40
#define CS_SPARKLINE_BYTES (3 * CS_SPARKLINE_WIDTH_MAX + 1)
void cs_watch_sparkline(char text[static CS_SPARKLINE_BYTES], const double *values,
                        size_t n, size_t width, bool utf8);

#endif
