#include "tests/support/comparison.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "tests/support/check.h"
#include "tests/support/source.h"

enum { GOLDEN_ROWS = 40, GOLDEN_BYTES = 8192 };

void cs_comparison_of_files(struct cs_compared *compared,
                            const char *const texts[static CS_SIDES],
                            const char *const *categories, size_t n)
{
    const struct cs_sheet *there[CS_SIDES] = { NULL };
    struct cs_sheet sheets[CS_SIDES] = { { 0 } };
    struct cs_fault fault = { 0 };

    for (size_t s = 0; s < CS_SIDES; s++) {
        struct cs_text_source source;

        if (texts[s] == NULL)
            continue;
        cs_text_source_init(&source, texts[s], strlen(texts[s]), 1000);
        if (cs_sheet_read(&sheets[s], &source.source, NULL, &fault) != CS_OK)
            fail_msg("%s", fault.text);
        there[s] = &sheets[s];
    }
    if (cs_compared_make(compared, there, categories, n, &fault) != CS_OK)
        fail_msg("%s", fault.text);
    for (size_t s = 0; s < CS_SIDES; s++)
        cs_sheet_wipe(&sheets[s]);
}

void cs_comparison_of(struct cs_compared *compared, const char *real,
                      const char *synthetic, const char *const *categories, size_t n)
{
    cs_comparison_of_files(compared, (const char *[CS_SIDES]){ real, synthetic },
                           categories, n);
}

static double next(uint32_t *x)
{
    *x = (UINT32_C(1103515245) * *x + 12345) & UINT32_C(0x7fffffff);
    return *x / 2147483648.0;
}

static void golden_row(double row[static 4], uint32_t *x, bool synthetic)
{
    const double a = next(x), b = next(x), c = next(x), e = next(x);

    row[0] = synthetic ? .9 * a + .05 : a;
    row[1] = synthetic ? .3 * row[0] + .7 * b : .5 * a + .5 * b;
    row[2] = synthetic ? c : c * c;
    row[3] = synthetic ? floor(4 * (.4 * row[0] + .6 * e)) : floor(4 * (.7 * a + .3 * e));
}

static void golden_text(char text[static GOLDEN_BYTES], bool synthetic)
{
    uint32_t x = synthetic ? 2 : 1;
    int n = snprintf(text, GOLDEN_BYTES, "c0,c1,c2,c3\n");

    for (size_t i = 0; i < GOLDEN_ROWS; i++) {
        double row[4];

        golden_row(row, &x, synthetic);
        n += snprintf(text + n, (size_t)(GOLDEN_BYTES - n), "%.17g,%.17g,%.17g,%g\n",
                      row[0], row[1], row[2], row[3]);
    }
    assert_true(n < GOLDEN_BYTES);
}

void cs_comparison_golden(struct cs_compared *compared, bool with_category)
{
    static char real[GOLDEN_BYTES], synthetic[GOLDEN_BYTES];

    golden_text(real, false);
    golden_text(synthetic, true);
    cs_comparison_of(compared, real, synthetic, (const char *[]){ "c3" }, with_category);
}

void cs_comparison_values(double *values, const struct cs_metric_group *group,
                          const struct cs_compared *compared, enum cs_compat compat)
{
    struct cs_neighbourhood neighbourhoods[2] = { { .there = false } };
    const struct cs_evaluation evaluation = { .compared = compared,
                                              .compat = compat,
                                              .neighbourhoods = neighbourhoods };

    assert_ok(group->measure(values, &evaluation));
    cs_neighbourhood_wipe(&neighbourhoods[0]);
    cs_neighbourhood_wipe(&neighbourhoods[1]);
}

size_t cs_comparison_find(const struct cs_metric_group *group, const char *metric)
{
    size_t m = 0;

    while (m < group->n && strcmp(group->metrics[m].name, metric) != 0)
        m++;
    assert_true(m < group->n);
    return m;
}

double cs_comparison_measure(const struct cs_metric_group *group, const char *metric,
                             const struct cs_compared *compared, enum cs_compat compat)
{
    double values[CS_METRICS_MAX];

    cs_comparison_values(values, group, compared, compat);
    return values[cs_comparison_find(group, metric)];
}

double cs_comparison_value(const struct cs_metric_group *group, const char *metric,
                           const char *real, const char *synthetic)
{
    struct cs_compared compared;

    cs_comparison_of(&compared, real, synthetic, NULL, 0);
    const double value = cs_comparison_measure(group, metric, &compared, CS_COMPAT_NONE);
    cs_compared_wipe(&compared);
    return value;
}
