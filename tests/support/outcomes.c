#include "tests/support/outcomes.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "party/file.h"
#include "tests/support/check.h"

enum { CELL_BYTES = 256, PAGE_BYTES = 256 * 1024 };

const char *cs_frame_word(enum cs_frame kind)
{
    static const char *const word[] = { "NONE",
#define X(name) #name,
                                        CS_FRAME_LIST(X)
#undef X
    };

    return word[kind];
}

const char *cs_act_word(enum cs_tamper_act act)
{
    static const char *const word[] = {
        [CS_TAMPER_NONE] = "left alone", [CS_TAMPER_LOSE] = "lost",
        [CS_TAMPER_CUT] = "cut",         [CS_TAMPER_ALTER] = "altered",
        [CS_TAMPER_REPEAT] = "repeated", [CS_TAMPER_DELAY] = "late",
        [CS_TAMPER_SWAP] = "swapped",
    };

    return word[act];
}

const char *cs_status_word(enum cs_status st)
{
    static const char *const word[] = {
#define X(name, code, text) #name,
        CS_STATUS_LIST(X)
#undef X
    };

    return word[st];
}

void cs_outcomes_read(struct cs_outcomes *outcomes)
{
    const char *root = getenv("CS_SOURCE_DIR");
    char path[CS_PATH_BYTES];
    size_t n_bytes = 0;

    assert_ok(cs_file_join(path, root != NULL ? root : ".", "docs/HOSTILE.md", NULL));
    assert_ok(cs_file_read(&outcomes->page, &n_bytes, path, PAGE_BYTES, NULL));
}

void cs_outcomes_wipe(struct cs_outcomes *outcomes)
{
    free(outcomes->page);
    outcomes->page = NULL;
}

/* The cell behind the start of a row, or false if there is no such row. */
static bool find_cell(char cell[static CELL_BYTES], const char *page, const char *start)
{
    const char *at = strstr(page, start);

    return at != NULL && sscanf(at + strlen(start), "%255[^|\n]|", cell) == 1;
}

bool cs_outcomes_allow(const struct cs_outcomes *outcomes, enum cs_frame kind,
                       enum cs_tamper_act act, enum cs_status receiver,
                       enum cs_status sender)
{
    char start[64], ends[64], cell[CELL_BYTES];

    snprintf(start, sizeof start, "\n| %s | %s | ", cs_frame_word(kind),
             cs_act_word(act));
    if (!find_cell(cell, outcomes->page, start)) {
        snprintf(start, sizeof start, "\n| %s | ", cs_act_word(act));
        if (!find_cell(cell, outcomes->page, start))
            return false;
    }
    snprintf(ends, sizeof ends, "%s / %s", cs_status_word(receiver),
             cs_status_word(sender));
    return strstr(cell, ends) != NULL;
}
