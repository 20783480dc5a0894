#include "tests/support/school.h"

#include <stdlib.h>

#include "tests/support/check.h"
#include "tests/support/invented.h"

struct cs_school *cs_school_open(size_t target)
{
    const size_t n = CS_SCHOOL_TAUGHT + CS_SCHOOL_ASKED;
    const bool excluded[CS_INVENTED_COLUMNS] = { [INVENTED_Y] = true,
                                                 [INVENTED_W] = true,
                                                 [INVENTED_Z] = true,
                                                 [INVENTED_C] = target == INVENTED_C,
                                                 [INVENTED_D] = target == INVENTED_D };
    struct cs_school *school = calloc(1, sizeof *school);
    struct cs_rng rng;

    assert_non_null(school);
    cs_rng_init_labelled(&rng, 1, "tests/school");
    cs_invented(&school->compared, (size_t[]){ n, 1, 0 }, CS_DRAWN);
    assert_ok(cs_features_make(&school->features, &school->compared, excluded));
    assert_ok(cs_answers_make(&school->answers, &school->compared,
                              &school->compared.columns[target], false, &rng));
    cs_rng_wipe(&rng);
    for (uint32_t i = 0; i < n; i++)
        school->rows[i] = i;
    school->task = (struct cs_task){ .features = &school->features,
                                     .answers = school->answers.values,
                                     .n_classes = school->answers.n_classes,
                                     .rows = { school->rows, CS_SCHOOL_TAUGHT },
                                     .seed = 1 };
    school->asked = (struct cs_rows){ school->rows + CS_SCHOOL_TAUGHT, CS_SCHOOL_ASKED };
    return school;
}

void cs_school_close(struct cs_school *school)
{
    cs_features_wipe(&school->features);
    cs_answers_wipe(&school->answers);
    cs_compared_wipe(&school->compared);
    free(school);
}
