/* manual.h: whether docs/STUDY.md still says what the tables of keys say. */
#ifndef CS_TESTS_SUPPORT_MANUAL_H
#define CS_TESTS_SUPPORT_MANUAL_H

#include "model/fields.h"

/* Fails unless the table under `heading` (a line "## x" or "### x") has just the keys of
 * the section, each as a row `| key | type | default | meaning |` whose type names the
 * choices or the upper bound, and whose default is the table's. */
void cs_manual_check(const char *heading, const struct cs_section *section);

/* A copy of the n-th block of YAML in docs/STUDY.md, from 0; the caller frees. */
char *cs_manual_example(size_t n);

#endif
