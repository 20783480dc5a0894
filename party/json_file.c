#include "party/json_file.h"

#include <jansson.h>
#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "party/json_object.h"
enum cs_status cs_json_file_open(struct cs_json_file *file, const char *folder,
                                 const char *name, size_t max_bytes,
                                 struct cs_fault *fault)
{
    enum cs_status st;
    char *text = NULL;
    size_t n_bytes = 0;
    json_error_t error;

    file->root = NULL;
    file->fault = fault;
    CS_TRY(cs_file_join(file->path, folder, name, fault));
    CS_TRY(cs_file_read(&text, &n_bytes, file->path, max_bytes, fault));
    file->root = json_loadb(text, n_bytes, JSON_REJECT_DUPLICATES, &error);
    if (file->root == NULL && cs_json_lacked_memory(&error))
        st = CS_MEMORY;
    else if (file->root == NULL)
        st = cs_fault_say(fault, CS_INPUT,
                          "%s:%d: is not JSON; is it the file that a run wrote?",
                          file->path, error.line);
out:
    free(text);
    return st;
}

void cs_json_file_close(struct cs_json_file *file)
{
    json_decref(file->root);
    file->root = NULL;
}

/* The next step of the path, `.name` or `[index]`; *path is what follows it. */
static const json_t *step(const json_t *at, const char **path)
{
    char name[CS_JSON_PATH_BYTES];

    if (**path == '[') {
        char *end = NULL;
        const unsigned long i = strtoul(*path + 1, &end, 10);

        *path = end + (*end == ']');
        return json_array_get(at, i);
    }
    *path += **path == '.';
    const size_t n = strcspn(*path, ".[");
    CS_REQUIRE(n > 0 && n < sizeof name);
    memcpy(name, *path, n);
    name[n] = '\0';
    *path += n;
    return json_object_get(at, name);
}

const json_t *cs_json_at(const struct cs_json_file *file, const char *path)
{
    const json_t *at = file->root;

    while (*path != '\0' && at != NULL)
        at = step(at, &path);
    return at;
}

size_t cs_json_size(const struct cs_json_file *file, const char *path)
{
    return json_array_size(cs_json_at(file, path));
}

enum cs_status cs_json_refuse(const struct cs_json_file *file, const char *path,
                              const char *needed)
{
    return cs_fault_say(file->fault, CS_INPUT,
                        "%s: %s: is not %s; was it written by another version of "
                        "cosynth?",
                        file->path, path, needed);
}

enum cs_status cs_json_schema(const struct cs_json_file *file, const char *schema)
{
    const char *found = json_string_value(cs_json_at(file, "schema"));

    if (found != NULL && strcmp(found, schema) == 0)
        return CS_OK;
    return cs_json_refuse(file, "schema", schema);
}

enum cs_status cs_json_number(double *number, const struct cs_json_file *file,
                              const char *path)
{
    const json_t *json = cs_json_at(file, path);

    *number = json_number_value(json);
    return json_is_number(json) && isfinite(*number)
               ? CS_OK
               : cs_json_refuse(file, path, "a number");
}

enum cs_status cs_json_count(uint64_t *count, const struct cs_json_file *file,
                             const char *path)
{
    const json_t *json = cs_json_at(file, path);
    const json_int_t value = json_integer_value(json);

    if (!json_is_integer(json) || value < 0)
        return cs_json_refuse(file, path, "a whole number of at least 0");
    *count = (uint64_t)value;
    return CS_OK;
}

bool cs_json_words(char *text, size_t n_bytes, const json_t *json)
{
    const char *from = json_string_value(json);

    if (from == NULL)
        return false;
    size_t n = strlen(from);
    if (n >= n_bytes)
        for (n = n_bytes - 1; n > 0 && ((unsigned char)from[n] & 0xc0) == 0x80;)
            n--;
    for (size_t i = 0; i < n; i++)
        text[i] = (unsigned char)from[i] < ' ' || from[i] == 0x7f ? '?' : from[i];
    text[n] = '\0';
    return true;
}

enum cs_status cs_json_text(char *text, size_t n_bytes, const struct cs_json_file *file,
                            const char *path)
{
    return cs_json_words(text, n_bytes, cs_json_at(file, path))
               ? CS_OK
               : cs_json_refuse(file, path, "a text");
}

const char *cs_json_path(char path[static CS_JSON_PATH_BYTES], const char *format, ...)
{
    va_list args;

    va_start(args, format);
    const int n = vsnprintf(path, CS_JSON_PATH_BYTES, format, args);
    va_end(args);
    CS_REQUIRE(n > 0 && n < CS_JSON_PATH_BYTES);
    return path;
}
