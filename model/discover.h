/* discover.h: which values a category has, found privately by its owner.
 *
 * For each text that some row of the file has, its count and discrete Gaussian noise; the
 * text is published where that reaches a threshold, its count never is. This is what
 * Desfontaines, Voss, Gipson, Mandayam, "Differentially Private Partition Selection",
 * 2022, call thresholding, with the noise of Canonne, Kamath, Steinke, "The Discrete
 * Gaussian for Differential Privacy", 2020, for people who have one text each.
 *
 * A person whose text others have too changes one count by 1: 1 / (2 s2) of zCDP, as in a
 * table of variance s2, whatever follows from the noisy counts. A person whose text
 * nobody else has is seen only if that text is published, which has probability
 * cs_discover_tail at most; else all is as without the person. So the threshold is the
 * least with which that is within delta. docs/NUMERICS.md has the proof, and how both
 * costs compose with all else (Discovery of values).
 *
 * Of more texts than there is room for, those with the largest noisy counts are taken.
 * What is published is in the order of its bytes. All texts of a file are counted,
 * however many: which are the first so many would depend on other people's rows.
 *
 *   Units      s2_q16 is the variance of the noise times 2^16, 0 for none: exact counts
 *   Ownership  a struct cs_discovered owns its texts; cs_discovered_wipe frees them
 *   Errors     CS_MEMORY; CS_PROTOCOL from what a peer sent
 *   Secrecy    the tally is secret; what is found is a private result
 */
#ifndef CS_MODEL_DISCOVER_H
#define CS_MODEL_DISCOVER_H

#include "crypto/gauss.h"
#include "crypto/rng.h"
#include "model/schema.h"
#include "model/tally.h"

#define CS_DISCOVERED_TEXT_BYTES_MAX 256

/* Values of one column, distinct, ascending by their bytes. */
struct cs_discovered {
    size_t n;
    char *text[CS_CODES_MAX];
};

/* Whether a text may be published: 1 to CS_DISCOVERED_TEXT_BYTES_MAX bytes of UTF-8
 * without control characters, and not `other`. Rows with any other count as `other`. */
bool cs_discover_may_find(const char *text, size_t n_bytes);

/* Pr[1 + N >= threshold], N the noise: that the text of one person alone is published. */
double cs_discover_tail(uint64_t s2_q16, uint64_t threshold);

/* The least threshold whose tail is within delta; 1 without noise. */
uint64_t cs_discover_threshold(uint64_t s2_q16, double delta);

/* Finds at most `most` <= CS_CODES_MAX. tally: of texts that may be found, all that the
 * file has. */
CS_MUST_USE enum cs_status cs_discover(struct cs_discovered *found,
                                       const struct cs_tally *tally, size_t most,
                                       uint64_t s2_q16, uint64_t threshold,
                                       struct cs_rng *secret);

/* As bytes, for the peer: how many, in 1 byte; of each its length in 2, little-endian,
 * and the text. Returns how many bytes. */
#define CS_DISCOVERED_PACKED_BYTES_MAX                                                   \
    (1 + CS_CODES_MAX * (2 + CS_DISCOVERED_TEXT_BYTES_MAX))
size_t cs_discovered_pack(uint8_t bytes[static CS_DISCOVERED_PACKED_BYTES_MAX],
                          const struct cs_discovered *found);

/* From the peer: CS_PROTOCOL unless it is what cs_discover may find. */
CS_MUST_USE enum cs_status cs_discovered_unpack(struct cs_discovered *found,
                                                const uint8_t *bytes, size_t n_bytes,
                                                size_t most);

void cs_discovered_wipe(struct cs_discovered *found);

#endif
