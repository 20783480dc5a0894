#include "model/survey.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "crypto/secret.h"
#include "model/date.h"
#include "model/value.h"

const char *const cs_survey_formats[CS_SURVEY_FORMATS] = {
    "%Y-%m-%d", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M", "%d.%m.%Y",
    "%m/%d/%Y", "%d/%m/%Y",          "%Y/%m/%d",          "%-d.%-m.%Y",     "%-m/%-d/%Y",
    "%d-%b-%Y", "%d-%m-%Y",          "%d %b %Y",
};

struct reader {
    struct cs_survey *survey;
    const char *file_name;
    struct cs_fault *fault;
    bool past_header;
};

/* The digits behind the point, as an exponent moves it: 2 of 1.25, 4 of 1.25e-2. */
static long written_decimals(const char *text, size_t n_bytes)
{
    const char *end = text + n_bytes, *point = memchr(text, '.', n_bytes);
    const char *mantissa_end = text;
    char exponent[8] = "0";

    while (mantissa_end < end && *mantissa_end != 'e' && *mantissa_end != 'E')
        mantissa_end++;
    if (end - mantissa_end > 1 && (size_t)(end - mantissa_end) <= sizeof exponent)
        memcpy(exponent, mantissa_end + 1, (size_t)(end - mantissa_end) - 1);
    return (point != NULL ? mantissa_end - point - 1 : 0) - strtol(exponent, NULL, 10);
}

static unsigned kept_decimals(const char *text, size_t n_bytes)
{
    const long written = written_decimals(text, n_bytes);

    if (written < 0)
        return 0;
    return written > CS_SURVEY_DECIMALS_MAX ? CS_SURVEY_DECIMALS_MAX : (unsigned)written;
}

/* A leading zero before another digit, or a plus sign: written so as a name, and lost in
 * a number. */
static bool is_padded(const char *text, size_t n_bytes)
{
    if (text[0] == '-' && n_bytes > 1)
        text++, n_bytes--;
    return text[0] == '+' ||
           (n_bytes > 1 && text[0] == '0' && text[1] >= '0' && text[1] <= '9');
}

static void note_number(struct cs_survey_column *column, const char *text, size_t n_bytes)
{
    static const struct cs_column integer = { .type = CS_INTEGER };
    const struct cs_column as = { .type = CS_NUMBER,
                                  .decimals = kept_decimals(text, n_bytes) };
    int64_t grid;

    if (!cs_value_parse(&grid, &as, text, n_bytes))
        return;
    cs_extremes_add(&column->numbers, (double)grid / pow(10, as.decimals));
    column->decimals[as.decimals]++;
    column->n_integers += cs_value_parse(&grid, &integer, text, n_bytes);
    column->n_padded += is_padded(text, n_bytes);
}

static void note_dates(struct cs_survey_column *column, const char *text, size_t n_bytes)
{
    int64_t days;

    for (size_t f = 0; f < CS_SURVEY_FORMATS; f++)
        if (cs_date_parse(&days, cs_survey_formats[f], text, n_bytes))
            cs_extremes_add(&column->dates[f], (double)days);
}

static enum cs_status refuse_name(const struct reader *r, size_t field, const char *words)
{
    return cs_fault_say(r->fault, CS_INPUT, "%s:1: column %zu: %s", r->file_name,
                        field + 1, words);
}

static enum cs_status add_column(struct reader *r, const char *name, size_t n_bytes)
{
    struct cs_survey *survey = r->survey;
    const size_t n = survey->n_columns;
    struct cs_survey_column *columns =
        realloc(survey->columns, (n + 1) * sizeof *columns);

    if (columns == NULL)
        return CS_MEMORY;
    survey->columns = columns;
    columns[n] = (struct cs_survey_column){ .name = strndup(name, n_bytes) };
    survey->n_columns++;
    if (columns[n].name == NULL)
        return CS_MEMORY;
    if (n_bytes == 0)
        return refuse_name(r, n, "has no name; give it one");
    if (cs_survey_find(survey, columns[n].name) < n)
        return refuse_name(r, n, "has the name of an earlier one; rename it");
    return cs_tally_init(&columns[n].texts, CS_TALLY_LEVELS_MAX);
}

static enum cs_status on_field(void *arg, const struct cs_csv_place *place,
                               const char *text, size_t n_bytes)
{
    struct reader *r = arg;
    size_t level;

    if (!r->past_header)
        return add_column(r, text, n_bytes);
    if (place->field >= r->survey->n_columns)
        return CS_OK; /* a ragged record, about to be refused */
    struct cs_survey_column *column = &r->survey->columns[place->field];
    if (n_bytes == 0) {
        column->n_empty++;
        return CS_OK;
    }
    note_number(column, text, n_bytes);
    note_dates(column, text, n_bytes);
    return cs_tally_add(&level, &column->texts, text, n_bytes);
}

static enum cs_status on_record(void *arg, const struct cs_csv_place *place)
{
    struct reader *r = arg;

    (void)place;
    r->survey->n_rows += r->past_header;
    r->past_header = true;
    return CS_OK;
}

enum cs_status cs_survey_read(struct cs_survey *survey, const struct cs_source *source,
                              const struct cs_progress *progress, struct cs_fault *fault)
{
    struct reader r = { .survey = survey, .file_name = source->name, .fault = fault };
    const struct cs_csv_sink sink = { on_field, on_record, &r };
    enum cs_status st;
    bool crlf;

    *survey = (struct cs_survey){ 0 };
    st = cs_csv_read(&sink, &crlf, source, progress, fault);
    if (st != CS_OK)
        cs_survey_wipe(survey);
    return st;
}

static void wipe_column(struct cs_survey_column *column)
{
    free(column->name);
    cs_tally_wipe(&column->texts);
}

void cs_survey_wipe(struct cs_survey *survey)
{
    for (size_t k = 0; k < survey->n_columns; k++)
        wipe_column(&survey->columns[k]);
    cs_wipe_free(survey->columns, survey->n_columns * sizeof *survey->columns);
    *survey = (struct cs_survey){ 0 };
}

size_t cs_survey_find(const struct cs_survey *survey, const char *name)
{
    size_t k = 0;

    while (k < survey->n_columns && strcmp(survey->columns[k].name, name) != 0)
        k++;
    return k;
}
