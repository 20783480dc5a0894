#include "model/compared.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "crypto/secret.h"
#include "model/date.h"
#include "model/real.h"
#include "model/survey.h"

/* The same column in all files, NULL where there is no file. */
struct same {
    const struct cs_sheet_column *in[CS_SIDES];
};

/* ---- how a column is read ---- */

/* One way: as numbers, or as dates of a format. */
static bool read_text(double *value, const char *text, const char *format)
{
    int64_t days;

    if (format == NULL)
        return cs_real_parse(value, text);
    if (!cs_date_parse(&days, format, text, strlen(text)))
        return false;
    *value = (double)days;
    return true;
}

static bool fits(const struct cs_sheet_column *column, const char *format)
{
    double value;

    for (uint32_t t = 0; column != NULL && t < column->n_texts; t++)
        if (!read_text(&value, column->texts[t], format))
            return false;
    return true;
}

static bool fits_all(const struct same *same, const char *format)
{
    for (size_t s = 0; s < CS_SIDES; s++)
        if (!fits(same->in[s], format))
            return false;
    return true;
}

/* Whether there is a way; *format as of read_text. */
static bool find_way(const char **format, const struct same *same)
{
    *format = NULL;
    if (fits_all(same, NULL))
        return true;
    for (size_t f = 0; f < CS_SURVEY_FORMATS; f++) {
        *format = cs_survey_formats[f];
        if (fits_all(same, *format))
            return true;
    }
    return false;
}

/* ---- values of texts ---- */

static int compare_texts(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* All texts of a column, each once, in order; the texts are borrowed. */
static enum cs_status sort_texts(char ***texts, size_t *n, const struct same *same)
{
    size_t n_all = 0;

    for (size_t s = 0; s < CS_SIDES; s++)
        n_all += same->in[s] != NULL ? same->in[s]->n_texts : 0;
    char **all = calloc(n_all + 1, sizeof *all);
    if (all == NULL)
        return CS_MEMORY;
    n_all = 0;
    for (size_t s = 0; s < CS_SIDES; s++)
        for (uint32_t t = 0; same->in[s] != NULL && t < same->in[s]->n_texts; t++)
            all[n_all++] = same->in[s]->texts[t];
    qsort(all, n_all, sizeof *all, compare_texts);
    *n = 0;
    for (size_t i = 0; i < n_all; i++)
        if (*n == 0 || strcmp(all[*n - 1], all[i]) != 0)
            all[(*n)++] = all[i];
    *texts = all;
    return CS_OK;
}

/* What each text of a sheet's column is worth: a category's rank in texts (n), or, if
 * texts is NULL, a number. */
static double worth(char *text, char **texts, size_t n, const char *format)
{
    double value = NAN;

    if (texts == NULL)
        return read_text(&value, text, format) ? value : NAN;
    char **found = bsearch(&text, texts, n, sizeof *texts, compare_texts);
    CS_REQUIRE(found != NULL);
    return (double)(found - texts);
}

static enum cs_status fill(double **values, const struct cs_sheet_column *column,
                           size_t n_rows, char **texts, size_t n, const char *format)
{
    double *of_text = calloc((size_t)column->n_texts + 1, sizeof *of_text);
    enum cs_status st = CS_MEMORY;

    *values = calloc(n_rows, sizeof **values);
    if (of_text == NULL || *values == NULL)
        goto out;
    for (uint32_t t = 0; t < column->n_texts; t++)
        of_text[t] = worth(column->texts[t], texts, n, format);
    for (size_t i = 0; i < n_rows; i++)
        (*values)[i] = column->rows[i] == CS_SHEET_EMPTY ? NAN : of_text[column->rows[i]];
    st = CS_OK;
out:
    cs_wipe_free(of_text, ((size_t)column->n_texts + 1) * sizeof *of_text);
    return st;
}

/* ---- columns ---- */

static bool is_one_of(const char *name, const char *const *names, size_t n)
{
    for (size_t k = 0; k < n; k++)
        if (strcmp(name, names[k]) == 0)
            return true;
    return false;
}

static bool reads_differ(const struct same *same)
{
    const struct same real = { { same->in[CS_REAL] } };
    const struct same synthetic = { { same->in[CS_SYNTHETIC] } };
    const char *format;

    return find_way(&format, &real) != find_way(&format, &synthetic);
}

static enum cs_status add_column(struct cs_compared *compared, const struct same *same,
                                 bool as_category)
{
    struct cs_compared_column *column = &compared->columns[compared->n_columns++];
    const char *format = NULL;
    char **texts = NULL;
    enum cs_status st = CS_OK;

    *column = (struct cs_compared_column){
        .name = strdup(same->in[CS_REAL]->name),
        .is_number = !as_category && find_way(&format, same),
        .differs = reads_differ(same),
    };
    if (column->name == NULL)
        return CS_MEMORY;
    if (!column->is_number)
        CS_TRY(sort_texts(&texts, &column->n_levels, same));
    for (size_t s = 0; s < CS_SIDES; s++)
        if (same->in[s] != NULL)
            CS_TRY(fill(&column->values[s], same->in[s], compared->n_rows[s], texts,
                        column->n_levels, format));
out:
    free(texts);
    return st;
}

static bool find_same(struct same *same, const struct cs_sheet *const *sheets,
                      const char *name)
{
    *same = (struct same){ { NULL } };
    for (size_t s = 0; s < CS_SIDES; s++) {
        if (sheets[s] == NULL)
            continue;
        const size_t k = cs_sheet_find(sheets[s], name);
        if (k == sheets[s]->n_columns)
            return false;
        same->in[s] = &sheets[s]->columns[k];
    }
    return true;
}

static enum cs_status need_categories(const struct cs_compared *compared,
                                      const char *const *categories, size_t n,
                                      struct cs_fault *fault)
{
    for (size_t k = 0; k < n; k++)
        if (cs_compared_find(compared, categories[k]) == compared->n_columns)
            return cs_fault_say(fault, CS_CONFIG,
                                "--category: %s is not a column of all files",
                                categories[k]);
    return CS_OK;
}

static enum cs_status add_columns(struct cs_compared *compared,
                                  const struct cs_sheet *const *sheets,
                                  const char *const *categories, size_t n)
{
    enum cs_status st = CS_OK;
    struct same same;

    for (size_t k = 0; k < sheets[CS_REAL]->n_columns; k++) {
        const char *name = sheets[CS_REAL]->columns[k].name;

        if (find_same(&same, sheets, name))
            CS_TRY(add_column(compared, &same, is_one_of(name, categories, n)));
    }
out:
    return st;
}

enum cs_status cs_compared_make(struct cs_compared *compared,
                                const struct cs_sheet *const *sheets,
                                const char *const *categories, size_t n,
                                struct cs_fault *fault)
{
    enum cs_status st = CS_MEMORY;

    *compared = (struct cs_compared){
        .columns = calloc(sheets[CS_REAL]->n_columns, sizeof *compared->columns),
    };
    if (compared->columns == NULL)
        goto out;
    for (size_t s = 0; s < CS_SIDES; s++)
        compared->n_rows[s] = sheets[s] != NULL ? sheets[s]->n_rows : 0;
    CS_TRY(add_columns(compared, sheets, categories, n));
    for (size_t s = 0; s < CS_SIDES; s++)
        compared->n_passed_over[s] =
            sheets[s] != NULL ? sheets[s]->n_columns - compared->n_columns : 0;
    if (compared->n_columns == 0)
        CS_TRY(cs_fault_say(fault, CS_INPUT,
                            "the files have no column in common; each begins with a "
                            "line of names"));
    CS_TRY(need_categories(compared, categories, n, fault));
out:
    if (st != CS_OK)
        cs_compared_wipe(compared);
    return st;
}

void cs_compared_wipe(struct cs_compared *compared)
{
    for (size_t k = 0; k < compared->n_columns; k++)
        free(compared->columns[k].name);
    for (size_t k = 0; k < compared->n_columns; k++)
        for (size_t s = 0; s < CS_SIDES; s++)
            if (compared->columns[k].values[s] != NULL)
                cs_wipe_free(compared->columns[k].values[s],
                             compared->n_rows[s] * sizeof(double));
    free(compared->columns);
    *compared = (struct cs_compared){ 0 };
}

bool cs_compared_has_missing(const struct cs_compared *compared,
                             const struct cs_compared_column *column)
{
    for (size_t s = 0; s < CS_SIDES; s++)
        for (size_t i = 0; i < compared->n_rows[s]; i++)
            if (isnan(column->values[s][i]))
                return true;
    return false;
}

size_t cs_compared_find(const struct cs_compared *compared, const char *name)
{
    size_t k = 0;

    while (k < compared->n_columns && strcmp(compared->columns[k].name, name) != 0)
        k++;
    return k;
}
