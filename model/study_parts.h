/* study_parts.h: what the files study*.c share: the tables of keys, and the steps of
 * parsing. Everybody else needs model/study.h alone. */
#ifndef CS_MODEL_STUDY_PARTS_H
#define CS_MODEL_STUDY_PARTS_H

#include "model/fields.h"
#include "model/study.h"

#define CS_NAME_BYTES_MAX 256 /* of the study, a column, a category */

/* study_keys.c: every section of the file, in the order of the canonical form; the
 * members of all of them are those of struct cs_study. Where a section stands is its
 * path: "" is the root. Columns and fingerprints are sections of their own. */
enum {
    CS_SECTION_STUDY,
    CS_SECTION_PARTIES,
    CS_SECTION_PARTY,
    CS_SECTION_PRIVACY,
    CS_SECTION_ARM,
    CS_SECTION_CONVERSION,
    CS_SECTION_COLUMNS,
    CS_SECTION_GENERATOR,
    CS_SECTION_REPORT,
    CS_SECTION_OT,
    CS_SECTION_OUTCOME,    /* of struct cs_declared_outcome */
    CS_SECTION_IDENTIFIER, /* of struct cs_identifier */
    CS_SECTION_CATEGORY,   /* these: of struct cs_declaration */
    CS_SECTION_INTEGER,
    CS_SECTION_NUMBER,
    CS_SECTION_DATE,
    CS_N_SECTIONS,
};
const struct cs_section *cs_study_section(size_t index);

/* One item of `columns` as it is written, before it is made into codes. */
enum cs_spacing { CS_SPACING_QUANTILES, CS_SPACING_EQUAL };
struct cs_declaration {
    struct cs_column column;
    enum cs_spacing spacing;
    size_t bins; /* 0: not given */
};

/* study_column.c */
CS_MUST_USE enum cs_status cs_study_read_column(struct cs_column *column,
                                                const struct cs_yaml *item,
                                                struct cs_fault *fault);

/* study_privacy.c: the bound, after what the command line says (override may be NULL),
 * and whether there is one. */
CS_MUST_USE enum cs_status
cs_study_settle_privacy(struct cs_study *study, const struct cs_yaml *privacy,
                        const struct cs_study_override *override, struct cs_fault *fault);

/* study_identifiers.c: how people are found. */
CS_MUST_USE enum cs_status cs_study_read_identifiers(struct cs_study *study,
                                                     const struct cs_yaml *root,
                                                     struct cs_fault *fault);
void cs_study_write_identifiers(struct cs_text *text, const struct cs_study *study);

#define CS_ONLY_TEST "test" /* the test arm of a study that does not name any */

/* study_question.c: who is compared, in what, among whom: arm, conversion, outcomes and
 * pairs, after the columns. */
enum cs_outcome_value { CS_VALUE_MEAN };
enum cs_outcome_missing { CS_MISSING_ZERO, CS_MISSING_EXCLUDED };
struct cs_declared_outcome {
    enum cs_outcome_value value;
    enum cs_outcome_missing missing;
};
CS_MUST_USE enum cs_status cs_study_read_question(struct cs_study *study,
                                                  const struct cs_yaml *root,
                                                  struct cs_fault *fault);

/* study_schema.c */
CS_MUST_USE enum cs_status cs_study_read_schema(struct cs_schema *schema,
                                                const struct cs_yaml *columns,
                                                enum cs_link link,
                                                struct cs_fault *fault);
/* The codes of column that list names. */
CS_MUST_USE enum cs_status cs_study_read_levels(struct cs_levels *levels,
                                                const struct cs_column *column,
                                                const struct cs_yaml *list,
                                                struct cs_fault *fault);

/* study_canonical.c */
void cs_study_write_column(struct cs_text *text, const char *prefix,
                           const struct cs_column *column);
CS_MUST_USE enum cs_status cs_study_set_canonical(struct cs_study *study);

#endif
