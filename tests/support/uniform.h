/* uniform.h: whether bytes look uniformly random. */
#ifndef CS_TESTS_SUPPORT_UNIFORM_H
#define CS_TESTS_SUPPORT_UNIFORM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct cs_histogram {
    uint64_t count[8][256]; /* by the byte's place in its 64-bit word */
    uint64_t n_words;
};

void cs_histogram_add(struct cs_histogram *histogram, const uint8_t *bytes,
                      size_t n_bytes);

/* False if the chi-square of any of the eight places is so large, or so small, that a
 * uniform source would show it less than once in five million times. */
bool cs_histogram_is_uniform(const struct cs_histogram *histogram);

/* The same of one array. */
bool cs_bytes_are_uniform(const void *bytes, size_t n_bytes);

#endif
