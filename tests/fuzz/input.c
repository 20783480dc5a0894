#define _GNU_SOURCE /* for memfd_create */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "crypto/fault.h"
#include "tests/fuzz/fuzz.h"

const uint8_t *cs_fuzz_bytes(struct cs_fuzz_input *input, size_t *n_bytes)
{
    const uint8_t *bytes = input->at;

    if (*n_bytes > input->left)
        *n_bytes = input->left;
    input->at += *n_bytes;
    input->left -= *n_bytes;
    return bytes;
}

void cs_fuzz_fill(struct cs_fuzz_input *input, void *to, size_t n_bytes)
{
    size_t n = n_bytes;
    const uint8_t *from = cs_fuzz_bytes(input, &n);

    memset(to, 0, n_bytes);
    if (n > 0)
        memcpy(to, from, n);
}

uint8_t cs_fuzz_byte(struct cs_fuzz_input *input)
{
    uint8_t byte;

    cs_fuzz_fill(input, &byte, 1);
    return byte;
}

uint16_t cs_fuzz_word(struct cs_fuzz_input *input)
{
    const unsigned low = cs_fuzz_byte(input);

    return (uint16_t)(low | (unsigned)cs_fuzz_byte(input) << 8);
}

char *cs_fuzz_text(struct cs_fuzz_input *input)
{
    const uint8_t *end = input->left > 0 ? memchr(input->at, 0, input->left) : NULL;
    size_t n = end != NULL ? (size_t)(end - input->at) : input->left;
    const uint8_t *from = cs_fuzz_bytes(input, &n);
    char *text = calloc(n + 1, 1);

    CS_REQUIRE(text != NULL);
    if (n > 0)
        memcpy(text, from, n);
    (void)cs_fuzz_byte(input);
    return text;
}

int cs_fuzz_file(char path[static CS_FUZZ_PATH_BYTES], const struct cs_fuzz_input *input)
{
    const int file = memfd_create("fuzz", MFD_CLOEXEC);

    CS_REQUIRE(file >= 0);
    CS_REQUIRE(input->left == 0 ||
               write(file, input->at, input->left) == (ssize_t)input->left);
    snprintf(path, CS_FUZZ_PATH_BYTES, "/proc/self/fd/%d", file);
    return file;
}

void cs_fuzz_check_fault(const struct cs_fault *fault)
{
    CS_REQUIRE(memchr(fault->text, '\0', sizeof fault->text) != NULL);
}
