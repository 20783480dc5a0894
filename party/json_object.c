#include "party/json_object.h"

#include <jansson.h>
#include <math.h>

struct cs_json cs_json_new(void)
{
    struct cs_json object = { .json = json_object() };

    object.failed = object.json == NULL;
    return object;
}

void cs_json_put(struct cs_json *object, const char *key, json_t *value)
{
    if (json_object_set_new(object->json, key, value) != 0)
        object->failed = true;
}

void cs_json_put_real(struct cs_json *object, const char *key, double value)
{
    cs_json_put(object, key, isfinite(value) ? json_real(value) : json_null());
}

json_t *cs_json_finish(struct cs_json *object)
{
    if (!object->failed)
        return object->json;
    json_decref(object->json);
    return NULL;
}

bool cs_json_lacked_memory(const json_error_t *error)
{
    return error->text[0] == '\0' || json_error_code(error) == json_error_out_of_memory;
}

json_t *cs_json_list(json_t *(*item)(const void *of, size_t i), const void *of, size_t n)
{
    json_t *array = json_array();

    for (size_t i = 0; i < n; i++)
        if (json_array_append_new(array, item(of, i)) != 0) {
            json_decref(array);
            return NULL;
        }
    return array;
}

enum cs_status cs_json_write(FILE *stream, json_t *page, unsigned digits)
{
    const size_t flags = JSON_INDENT(2) | JSON_REAL_PRECISION(digits);
    enum cs_status st = CS_MEMORY;

    if (page != NULL && (json_dumpf(page, stream, flags) == 0 || ferror(stream)))
        st = CS_OK;
    fputc('\n', stream);
    json_decref(page);
    return st;
}
