/* fuzz.h: what the targets share. A target fuzz_NAME.c is one function, which is given
 * any bytes at all and takes them for what a peer, or a file, says. It must return,
 * whatever they are; what it requires besides (CS_REQUIRE) is the contract of the
 * decoder.
 *
 * With the preset `fuzz` libFuzzer calls it with bytes of its own invention
 * (scripts/fuzz); everywhere else tests/fuzz/replay.c calls it with those of
 * tests/fuzz/corpus/NAME.
 *
 *   Ownership   what _text and _path give is the caller's, to be freed, or closed
 */
#ifndef CS_TESTS_FUZZ_FUZZ_H
#define CS_TESTS_FUZZ_FUZZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "crypto/status.h"

/* The name is libFuzzer's. Returns 0. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What is left of an input. */
struct cs_fuzz_input {
    const uint8_t *at;
    size_t left;
};

/* The next byte, or two; 0 where nothing is left. */
uint8_t cs_fuzz_byte(struct cs_fuzz_input *input);
uint16_t cs_fuzz_word(struct cs_fuzz_input *input);

/* The next n_bytes, or all that is left: sets n_bytes. */
const uint8_t *cs_fuzz_bytes(struct cs_fuzz_input *input, size_t *n_bytes);

/* Fills to with the next n_bytes, with zeros where nothing is left. */
void cs_fuzz_fill(struct cs_fuzz_input *input, void *to, size_t n_bytes);

/* Up to the next zero, which is passed, as a text that has memory of just its size. */
char *cs_fuzz_text(struct cs_fuzz_input *input);

/* All that is left as a file in memory. Returns its descriptor. */
#define CS_FUZZ_PATH_BYTES 32
int cs_fuzz_file(char path[static CS_FUZZ_PATH_BYTES], const struct cs_fuzz_input *input);

/* Words for the operator end within their room. */
struct cs_fault;
void cs_fuzz_check_fault(const struct cs_fault *fault);

#endif
