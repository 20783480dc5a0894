#include "model/draft.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "model/date.h"

#define NAME_BYTES_MAX 256        /* of a column or a level, as in a study */
#define MISFITS_MAX(n) ((n) / 20) /* fields of n that a number or date may spoil */
#define IDENTIFIER_ROWS_MIN 100   /* so many different integers are no coincidence */

/* What stands in a study: no control character, no line break of YAML (U+0080 to U+009F,
 * U+2028, U+2029, the byte order mark, U+FFFE, U+FFFF). text is UTF-8. */
static bool can_be_said(const char *text)
{
    const unsigned char *at = (const unsigned char *)text;

    if (strlen(text) > NAME_BYTES_MAX)
        return false;
    for (; *at != '\0'; at++)
        if (*at < 0x20 || *at == 0x7f || (at[0] == 0xc2 && at[1] < 0xa0) ||
            (at[0] == 0xe2 && at[1] == 0x80 && (at[2] == 0xa8 || at[2] == 0xa9)) ||
            (at[0] == 0xef && at[1] == 0xbb && at[2] == 0xbf) ||
            (at[0] == 0xef && at[1] == 0xbf && at[2] >= 0xbe))
            return false;
    return true;
}

static bool is_frequent(const struct cs_level *level)
{
    return level->n_rows >= CS_RARE && can_be_said(level->text);
}

static size_t count_frequent(const struct cs_tally *texts)
{
    size_t n = 0;

    for (size_t k = 0; k < texts->n_levels; k++)
        n += is_frequent(&texts->levels[k]);
    return n;
}

static uint64_t count_rare_rows(const struct cs_tally *texts)
{
    uint64_t n = texts->n_beyond;

    for (size_t k = 0; k < texts->n_levels; k++)
        if (!is_frequent(&texts->levels[k]))
            n += texts->levels[k].n_rows;
    return n;
}

/* At most n levels, and next to nobody has another text. */
static bool has_few_levels(const struct cs_tally *texts, size_t n)
{
    return count_frequent(texts) <= n && count_rare_rows(texts) < CS_RARE;
}

/* Levels that a column has room for beside `other` and `missing`. */
static size_t room(const struct cs_column *column)
{
    return CS_CODES_MAX - 1 - (size_t)column->nullable;
}

/* The more rows the earlier; of equals, by their bytes. */
static int by_rows(const void *x, const void *y)
{
    const struct cs_level *const *a = x, *const *b = y;

    if ((*a)->n_rows != (*b)->n_rows)
        return (*a)->n_rows > (*b)->n_rows ? -1 : 1;
    return strcmp((*a)->text, (*b)->text);
}

static int by_bytes(const void *x, const void *y)
{
    const struct cs_level *const *a = x, *const *b = y;

    return strcmp((*a)->text, (*b)->text);
}

/* chosen: (n_levels) */
static size_t choose_levels(const struct cs_level **chosen, const struct cs_tally *texts,
                            size_t n_room)
{
    size_t n = 0;

    for (size_t k = 0; k < texts->n_levels; k++)
        if (is_frequent(&texts->levels[k]))
            chosen[n++] = &texts->levels[k];
    qsort(chosen, n, sizeof *chosen, by_rows);
    n = n < n_room ? n : n_room;
    qsort(chosen, n, sizeof *chosen, by_bytes);
    return n;
}

/* Takes the chosen levels (n) into the column; counts the others. */
static enum cs_status list_levels(struct cs_draft *draft, const struct cs_tally *texts,
                                  const struct cs_level *const *chosen, size_t n)
{
    struct cs_column *column = &draft->column;

    column->values = calloc(n, sizeof *column->values);
    if (column->values == NULL)
        return CS_MEMORY;
    draft->n_unlisted = texts->n_beyond;
    for (size_t k = 0; k < texts->n_levels; k++)
        draft->n_unlisted += texts->levels[k].n_rows;
    for (; column->n_values < n; column->n_values++) {
        column->values[column->n_values] = strdup(chosen[column->n_values]->text);
        if (column->values[column->n_values] == NULL)
            return CS_MEMORY;
        draft->n_unlisted -= chosen[column->n_values]->n_rows;
    }
    return CS_OK;
}

static enum cs_status make_category(struct cs_draft *draft, const struct cs_tally *texts)
{
    const struct cs_level **chosen = calloc(texts->n_levels, sizeof *chosen);
    enum cs_status st = CS_OK;

    if (chosen == NULL)
        return CS_MEMORY;
    const size_t n = choose_levels(chosen, texts, room(&draft->column));
    draft->column.type = CS_CATEGORY;
    if (n == 0)
        draft->left_out = "too few rows share a value, as of an identifier or free text";
    else
        CS_TRY(list_levels(draft, texts, chosen, n));
out:
    free(chosen);
    return st;
}

/* The largest of 1, 2, 5, 10, 20, .. that goes ten times into span, or 1. */
static int64_t step_of(int64_t span)
{
    int64_t power = 1;

    while (power <= span / 100)
        power *= 10;
    if (5 * power <= span / 10)
        return 5 * power;
    return 2 * power <= span / 10 ? 2 * power : power;
}

static int64_t floor_to(int64_t value, int64_t step)
{
    const int64_t rest = value % step;

    return value - rest - (rest < 0 ? step : 0);
}

void cs_draft_round(int64_t *low, int64_t *high)
{
    const int64_t span = *high - *low;
    const int64_t step = span < CS_ONE_CODE_A_VALUE_MAX ? 1 : step_of(span);

    *low = floor_to(*low, step);
    *high = -floor_to(-*high, step);
    *high += *high == *low;
}

void cs_draft_round_days(int64_t *low, int64_t *high)
{
    struct cs_date first = cs_date_from_days(*low), last = cs_date_from_days(*high);
    const bool years = *high - *low >= 3 * 365, months = *high - *low >= 90;

    if (years)
        first.month = 1, last.month = 12;
    if (years || months) {
        first.day = 1;
        *low = cs_date_to_days(first);
        last.day = 1;
        last.month++;
        if (last.month > 12)
            last.month = 1, last.year++;
        *high = cs_date_to_days(last) - 1;
    }
    *high += *high == *low;
}

/* Those that CS_RARE numbers have or more. */
static unsigned choose_decimals(const struct cs_survey_column *survey)
{
    uint64_t n = 0;
    unsigned d = CS_SURVEY_DECIMALS_MAX;

    for (; d > 0; d--) {
        n += survey->decimals[d];
        if (n >= CS_RARE)
            break;
    }
    return d;
}

static double reach(const struct cs_extremes *extremes)
{
    return fmax(fabs(cs_extremes_low(extremes)), fabs(cs_extremes_high(extremes)));
}

/* The bounds fit a grid, rounded as they may be. */
static bool fits_grid(const struct cs_extremes *extremes, unsigned decimals)
{
    return reach(extremes) * pow(10, decimals) < (double)CS_GRID_MAX / 2;
}

static void make_number(struct cs_draft *draft, const struct cs_survey_column *survey,
                        uint64_t n)
{
    struct cs_column *column = &draft->column;
    const struct cs_extremes *numbers = &survey->numbers;

    draft->n_misfits = n - numbers->n;
    column->type = survey->n_integers == numbers->n ? CS_INTEGER : CS_NUMBER;
    if (column->type == CS_NUMBER)
        column->decimals = choose_decimals(survey);
    while (!fits_grid(numbers, column->decimals))
        column->decimals--;
    column->min = llrint(cs_extremes_low(numbers) * pow(10, column->decimals));
    column->max = llrint(cs_extremes_high(numbers) * pow(10, column->decimals));
    cs_draft_round(&column->min, &column->max);
}

/* The format that fits most fields. */
static size_t best_format(const struct cs_survey_column *survey)
{
    size_t best = 0;

    for (size_t f = 1; f < CS_SURVEY_FORMATS; f++)
        if (survey->dates[f].n > survey->dates[best].n)
            best = f;
    return best;
}

/* Another format that fits as well and means other days; one that means the same days is
 * a looser notation of the same. */
static const char *rival_format(const struct cs_survey_column *survey, size_t best)
{
    for (size_t f = 0; f < CS_SURVEY_FORMATS; f++)
        if (f != best && survey->dates[f].n == survey->dates[best].n &&
            memcmp(&survey->dates[f], &survey->dates[best], sizeof *survey->dates) != 0)
            return cs_survey_formats[f];
    return NULL;
}

static enum cs_status make_date(struct cs_draft *draft,
                                const struct cs_survey_column *survey, uint64_t n)
{
    const size_t best = best_format(survey);
    const struct cs_extremes *days = &survey->dates[best];
    struct cs_column *column = &draft->column;

    draft->n_misfits = n - days->n;
    draft->other_format = rival_format(survey, best);
    column->type = CS_DATE;
    column->min = (int64_t)cs_extremes_low(days);
    column->max = (int64_t)cs_extremes_high(days);
    cs_draft_round_days(&column->min, &column->max);
    column->date_format = strdup(cs_survey_formats[best]);
    return column->date_format != NULL ? CS_OK : CS_MEMORY;
}

/* n fields, but for a few that would have to be corrected; those of a category need not.
 */
static bool fits(uint64_t n_fitting, const struct cs_survey_column *survey, uint64_t n)
{
    return n_fitting == n || (n_fitting >= CS_RARE && n - n_fitting <= MISFITS_MAX(n) &&
                              !has_few_levels(&survey->texts, CS_CODES_MAX - 2));
}

static bool is_number(const struct cs_survey_column *survey, uint64_t n)
{
    return fits(survey->numbers.n, survey, n) && fits_grid(&survey->numbers, 0) &&
           survey->n_padded < CS_RARE && !has_few_levels(&survey->texts, 2);
}

static bool is_identifier(const struct cs_survey_column *survey, uint64_t n)
{
    return survey->n_integers == n && n >= IDENTIFIER_ROWS_MIN && !survey->texts.repeated;
}

/* n fields that are not empty. */
static enum cs_status declare(struct cs_draft *draft,
                              const struct cs_survey_column *survey, uint64_t n,
                              bool as_category)
{
    if (n < CS_RARE)
        draft->left_out = "nearly all of its fields are empty";
    else if (as_category)
        return make_category(draft, &survey->texts);
    else if (fits(survey->dates[best_format(survey)].n, survey, n))
        return make_date(draft, survey, n);
    else if (is_identifier(survey, n))
        draft->left_out = "no two rows share a value, as of an identifier";
    else if (is_number(survey, n))
        make_number(draft, survey, n);
    else
        return make_category(draft, &survey->texts);
    return CS_OK;
}

enum cs_status cs_draft_make(struct cs_draft *draft,
                             const struct cs_survey_column *survey, uint64_t n_rows,
                             bool as_category)
{
    enum cs_status st = CS_OK;

    *draft = (struct cs_draft){ .column.nullable = survey->n_empty > 0 };
    draft->column.name = strdup(survey->name);
    if (draft->column.name == NULL)
        return CS_MEMORY;
    if (!can_be_said(survey->name) || strcmp(survey->name, "person") == 0)
        draft->left_out = "its name cannot stand in a study; rename it in the data";
    else
        CS_TRY(declare(draft, survey, n_rows - survey->n_empty, as_category));
out:
    if (st != CS_OK)
        cs_draft_wipe(draft);
    return st;
}

void cs_draft_wipe(struct cs_draft *draft)
{
    cs_column_wipe(&draft->column);
    *draft = (struct cs_draft){ 0 };
}
