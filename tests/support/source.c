#include "tests/support/source.h"

#include <string.h>

static enum cs_status read_text(void *arg, char *buffer, size_t capacity, size_t *n_bytes)
{
    struct cs_text_source *source = arg;
    size_t n = source->n_bytes - source->at;

    if (n > capacity)
        n = capacity;
    if (n > source->piece)
        n = source->piece;
    memcpy(buffer, source->text + source->at, n);
    source->at += n;
    *n_bytes = n;
    return CS_OK;
}

void cs_text_source_init(struct cs_text_source *source, const char *text, size_t n_bytes,
                         size_t piece)
{
    *source = (struct cs_text_source){
        .source = { read_text, source, "a.csv", n_bytes },
        .text = text,
        .n_bytes = n_bytes,
        .piece = piece,
    };
}
