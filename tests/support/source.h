/* source.h: a struct cs_source over text in memory. */
#ifndef CS_TESTS_SUPPORT_SOURCE_H
#define CS_TESTS_SUPPORT_SOURCE_H

#include "model/csv.h"

struct cs_text_source {
    struct cs_source source; /* what a reader is given; its arg is this struct */
    const char *text;
    size_t n_bytes, at;
    size_t piece; /* bytes a read gives at most */
};

/* Called "a.csv"; the struct must stay where it is while it is read. */
void cs_text_source_init(struct cs_text_source *source, const char *text, size_t n_bytes,
                         size_t piece);

#endif
