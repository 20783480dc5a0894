#include "party/watched_parts.h"

#include <jansson.h>
#include <math.h>
#include <string.h>

bool cs_watched_text(char *text, size_t n_bytes, const json_t *json)
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

bool cs_watched_number(double *number, const json_t *json)
{
    *number = json_number_value(json);
    return json_is_number(json) && *number >= 0 && isfinite(*number);
}

bool cs_watched_count(uint64_t *count, const json_t *json)
{
    const json_int_t value = json_integer_value(json);

    *count = value > 0 ? (uint64_t)value : 0;
    return json_is_integer(json) && value >= 0;
}

bool cs_watched_party(char *party, const json_t *json)
{
    const char *word = json_string_value(json);

    if (word == NULL || (strcmp(word, "a") != 0 && strcmp(word, "b") != 0))
        return false;
    *party = word[0];
    return true;
}

bool cs_watched_traffic(struct cs_watched_stage *stage, const json_t *json)
{
    if (json_object_get(json, "sent_bytes") == NULL)
        return true;
    stage->spoke = true;
    return cs_watched_count(&stage->sent_bytes, json_object_get(json, "sent_bytes")) &&
           cs_watched_count(&stage->received_bytes,
                            json_object_get(json, "received_bytes")) &&
           cs_watched_count(&stage->rounds, json_object_get(json, "rounds"));
}
