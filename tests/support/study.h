/* study.h: a small study for tests: every type of column, one column in common. */
#ifndef CS_TESTS_SUPPORT_STUDY_H
#define CS_TESTS_SUPPORT_STUDY_H

#include "model/study.h"

/* The study's text with `extra` (top-level YAML; NULL: nothing) after it. A section that
 * extra holds (generator, privacy) takes the place of the study's own. The caller frees.
 *
 *   a: age (integer, one code a value, in common), region (category, nullable),
 *      arm (test, control, neither), score (number, 2 decimals, 8 equal bins)
 *   b: age, spend (number, 2 decimals, bins by quantiles, nullable),
 *      device (category with an `other` of its own), since (date), converted ("0", "1")
 */
char *cs_test_study_text(const char *extra);

/* That text as a study; to be freed by cs_study_free. Stops the test if it does not
 * parse. */
struct cs_study *cs_test_study(const char *extra);

/* A copy of text in which `from`, which must stand there just once, is `to`. The caller
 * frees. */
char *cs_test_replace(const char *text, const char *from, const char *to);

/* Any text as a study; stops the test, with the words, if it does not parse. */
struct cs_study *cs_test_study_parse(const char *text);

/* Fails the test unless text is refused as CS_CONFIG with these words. */
void cs_test_study_refused(const char *text, const char *words);

#endif
