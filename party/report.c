#include "party/report.h"

#include <string.h>

#include "model/value.h"
#include "party/file.h"

static const struct {
    const char *name;
    enum cs_status (*write)(FILE *stream, const struct cs_report *report);
} forms[] = {
    { "report.txt", cs_report_text },
    { "report.json", cs_report_json },
    { "report.html", cs_report_html },
};

enum cs_status cs_report_write(const char *folder, const struct cs_report *report,
                               struct cs_fault *fault)
{
    enum cs_status st = CS_OK;
    struct cs_file file = { .stream = NULL };
    char path[CS_PATH_BYTES];

    for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++) {
        CS_TRY(cs_file_join(path, folder, forms[i].name, fault));
        CS_TRY(cs_file_create(&file, path, fault));
        CS_TRY(forms[i].write(file.stream, report));
        CS_TRY(cs_file_commit(&file, fault));
    }
out:
    cs_file_discard(&file);
    return st;
}

/* Copies as many whole UTF-8 characters as fit. */
static void copy(char label[static CS_LABEL_BYTES], const char *text)
{
    size_t n = strlen(text);

    if (n >= CS_LABEL_BYTES)
        for (n = CS_LABEL_BYTES - 1; n > 0 && ((unsigned char)text[n] & 0xc0) == 0x80;)
            n--;
    memcpy(label, text, n);
    label[n] = '\0';
}

static void bin_label(char label[static CS_LABEL_BYTES], const struct cs_column *column,
                      unsigned bin)
{
    const int64_t low = column->edges[bin], high = column->edges[bin + 1];
    const bool last = bin + 1 == column->n_bins;
    char from[CS_VALUE_BYTES], to[CS_VALUE_BYTES];

    cs_value_format(from, column, low);
    cs_value_format(to, column, last ? high - 1 : high);
    if (high - low == 1)
        copy(label, from);
    else
        snprintf(label, CS_LABEL_BYTES, "[%s, %s%c", from, to, last ? ']' : ')');
}

void cs_report_label(char label[static CS_LABEL_BYTES], const struct cs_column *column,
                     unsigned code)
{
    if ((int)code == column->missing)
        copy(label, "missing");
    else if (cs_column_is_numeric(column))
        bin_label(label, column, code);
    else if (code < column->n_values)
        copy(label, column->values[code]);
    else
        copy(label, "other");
}

void cs_report_segment(char name[static CS_SEGMENT_BYTES],
                       char level[static CS_SEGMENT_BYTES],
                       const struct cs_segment *segment, const struct cs_schema *schema)
{
    char column[CS_COLUMN_NAME_BYTES], label[CS_LABEL_BYTES];
    size_t n_name = 0, n_level = 0;

    for (size_t i = 0; i < segment->n_columns; i++) {
        const char *between = i > 0 ? " x " : "";

        cs_schema_name(column, schema, segment->column[i]);
        cs_report_label(label, &schema->columns[segment->column[i]], segment->code[i]);
        n_name += (size_t)snprintf(name + n_name, CS_SEGMENT_BYTES - n_name, "%s%s",
                                   between, column);
        n_level += (size_t)snprintf(level + n_level, CS_SEGMENT_BYTES - n_level, "%s%s",
                                    between, label);
    }
}
