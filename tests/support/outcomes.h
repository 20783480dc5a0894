/* outcomes.h: what docs/HOSTILE.md says becomes of a run in which a frame is hurt. */
#ifndef CS_TESTS_SUPPORT_OUTCOMES_H
#define CS_TESTS_SUPPORT_OUTCOMES_H

#include <stdbool.h>

#include "crypto/status.h"
#include "tests/support/tamper.h"

struct cs_outcomes {
    char *page;
};

void cs_outcomes_read(struct cs_outcomes *outcomes);
void cs_outcomes_wipe(struct cs_outcomes *outcomes);

/* Whether the page allows that the frame's receiver and its sender end so. Its rows are
 * `| KIND | act | ends | ..`, which count, or else `| act | ends | ..`; ends are
 * `RECEIVER / SENDER`, several with commas between. */
bool cs_outcomes_allow(const struct cs_outcomes *outcomes, enum cs_frame kind,
                       enum cs_tamper_act act, enum cs_status receiver,
                       enum cs_status sender);

const char *cs_frame_word(enum cs_frame kind);
const char *cs_act_word(enum cs_tamper_act act);
const char *cs_status_word(enum cs_status st);

#endif
