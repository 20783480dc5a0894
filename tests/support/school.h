/* school.h: rows of tests/support/invented.h to learn from, and others to be asked about:
 * columns x, u, c and d, of which one or another column is to be foretold. */
#ifndef CS_TESTS_SUPPORT_SCHOOL_H
#define CS_TESTS_SUPPORT_SCHOOL_H

#include "model/answers.h"
#include "model/task.h"

#define CS_SCHOOL_TAUGHT 1200u
#define CS_SCHOOL_ASKED 600u

struct cs_school {
    struct cs_compared compared;
    struct cs_features features;
    struct cs_answers answers;
    uint32_t rows[CS_SCHOOL_TAUGHT + CS_SCHOOL_ASKED];
    struct cs_task task;
    struct cs_rows asked;
};

/* target: of enum INVENTED_X and so on. */
struct cs_school *cs_school_open(size_t target);
void cs_school_close(struct cs_school *school);

#endif
