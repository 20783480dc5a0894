/* The bound on what a run may tell of a person; or that there is none, which nobody gets
 * by a slip: it has to be acknowledged in the study, so both parties have signed it. */
#include <math.h>

#include "model/study_parts.h"

static enum cs_status apply_override(struct cs_study *study,
                                     const struct cs_study_override *override,
                                     struct cs_fault *fault)
{
    if (override == NULL || override->epsilon == 0)
        return CS_OK;
    if (!(override->epsilon > 0 &&
          (override->epsilon <= CS_EPSILON_MAX || isinf(override->epsilon))))
        return cs_fault_say(
            fault, CS_CONFIG,
            "--epsilon: is out of range; give a number above 0, at most %d, or none",
            CS_EPSILON_MAX);
    study->epsilon = override->epsilon;
    return CS_OK;
}

enum cs_status cs_study_settle_privacy(struct cs_study *study,
                                       const struct cs_yaml *privacy,
                                       const struct cs_study_override *override,
                                       struct cs_fault *fault)
{
    enum cs_status st;

    CS_TRY(apply_override(study, override, fault));
    study->unprotected = isinf(study->epsilon);
    if (study->unprotected && study->acknowledge == CS_ACKNOWLEDGE_NOTHING)
        st = cs_yaml_say(
            fault, privacy, "epsilon",
            "is none: no noise would protect anybody, and the outputs may show what is "
            "true of single people; give a number, or, if that is what both parties "
            "want, add `acknowledge: \"" CS_UNPROTECTED_SENTENCE "\"` to `privacy`");
    else if (!study->unprotected && study->acknowledge != CS_ACKNOWLEDGE_NOTHING)
        st = cs_yaml_say(fault, privacy, "acknowledge",
                         "goes with `epsilon: none` alone, and epsilon is %g; take it "
                         "out, or say `epsilon: none`",
                         study->epsilon);
    else if (!study->unprotected && cs_yaml_get(privacy, "delta") == NULL)
        st = cs_yaml_say(fault, privacy, "delta",
                         "is missing; it must be a number above 0, at most 0.001");
    if (study->unprotected)
        study->delta = 0;
out:
    return st;
}
