/* comparison.h: two files to be evaluated, from text in memory. */
#ifndef CS_TESTS_SUPPORT_COMPARISON_H
#define CS_TESTS_SUPPORT_COMPARISON_H

#include "model/metrics.h"

/* Both texts, with categories (n); what is wrong with them fails the
 * test. */
void cs_comparison_of(struct cs_compared *compared, const char *real,
                      const char *synthetic, const char *const *categories, size_t n);

/* The same of a real and a synthetic file, and a holdout, which may be NULL. */
void cs_comparison_of_files(struct cs_compared *compared,
                            const char *const texts[static CS_SIDES],
                            const char *const *categories, size_t n);

/* Forty rows of four numeric columns, c3 of whole numbers, each from a linear
 * congruential generator: the small data set for which reference values are known to ten
 * digits. with_category: c3 is a category. */
void cs_comparison_golden(struct cs_compared *compared, bool with_category);

/* All metrics of a group: (group->n). */
void cs_comparison_values(double *values, const struct cs_metric_group *group,
                          const struct cs_compared *compared, enum cs_compat compat);

/* Where the metric of that name is in its group, and what it is. */
size_t cs_comparison_find(const struct cs_metric_group *group, const char *metric);
double cs_comparison_measure(const struct cs_metric_group *group, const char *metric,
                             const struct cs_compared *compared, enum cs_compat compat);

/* The same of two texts. */
double cs_comparison_value(const struct cs_metric_group *group, const char *metric,
                           const char *real, const char *synthetic);

#endif
