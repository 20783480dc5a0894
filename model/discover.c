#include "model/discover.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "crypto/bytes.h"
#include "crypto/secret.h"
#include "model/utf8.h"

#define WITHIN (1 - 1e-9) /* of delta: holds on a machine with other last bits too */

void cs_discovered_wipe(struct cs_discovered *found)
{
    for (size_t k = 0; k < found->n; k++)
        free(found->text[k]);
    *found = (struct cs_discovered){ 0 };
}

/* C0, DEL, and C1 (U+0080 to U+009F), of valid UTF-8. */
static bool has_control(const char *text, size_t n_bytes)
{
    const uint8_t *at = (const uint8_t *)text;

    for (size_t i = 0; i < n_bytes; i++)
        if (at[i] < 0x20 || at[i] == 0x7f ||
            (at[i] == 0xc2 && i + 1 < n_bytes && at[i + 1] < 0xa0))
            return true;
    return false;
}

bool cs_discover_may_find(const char *text, size_t n_bytes)
{
    static const char other[] = "other";

    return n_bytes > 0 && n_bytes <= CS_DISCOVERED_TEXT_BYTES_MAX &&
           cs_utf8_valid_bytes(text, n_bytes) == n_bytes && !has_control(text, n_bytes) &&
           !(n_bytes == strlen(other) && memcmp(text, other, n_bytes) == 0);
}

/* ---- the threshold ---- */

/* What the distribution gives x, but for the factor that makes all of it 1. */
static double weight_of(double s2, uint64_t x)
{
    return exp(-(double)x * (double)x / (2 * s2));
}

/* Beyond, weights are nothing: less than e^-800. */
static uint64_t end_of(double s2)
{
    return (uint64_t)ceil(40 * sqrt(s2));
}

/* Of all x from first on, the smallest weights first. */
static double weight_from(double s2, uint64_t first)
{
    double sum = 0;

    for (uint64_t x = end_of(s2); x >= first && x > 0; x--)
        sum += weight_of(s2, x);
    return first == 0 ? sum + 1 : sum;
}

static double weight_of_all(double s2)
{
    return 1 + 2 * weight_from(s2, 1);
}

double cs_discover_tail(uint64_t s2_q16, uint64_t threshold)
{
    const double s2 = (double)s2_q16 / 65536;

    CS_REQUIRE(threshold > 0);
    if (s2_q16 == 0)
        return threshold == 1 ? 1 : 0;
    return weight_from(s2, threshold - 1) / weight_of_all(s2);
}

uint64_t cs_discover_threshold(uint64_t s2_q16, double delta)
{
    const double s2 = (double)s2_q16 / 65536;

    if (s2_q16 == 0)
        return 1;
    CS_REQUIRE(delta > 0 && delta < .5);
    const double most = delta * WITHIN * weight_of_all(s2);
    uint64_t x = end_of(s2); /* noise above x has a tail within delta */
    double tail = 0;
    while (x > 0 && tail + weight_of(s2, x) <= most)
        tail += weight_of(s2, x--);
    return x + 2;
}

/* ---- the search ---- */

struct candidate {
    const struct cs_level *level;
    int64_t noisy; /* [secret] */
};

static int by_bytes(const void *one, const void *other)
{
    const struct candidate *a = one, *b = other;

    return strcmp(a->level->text, b->level->text);
}

/* The largest first; of two alike, the first by bytes. */
static int by_noisy(const void *one, const void *other)
{
    const struct candidate *a = one, *b = other;

    if (a->noisy != b->noisy)
        return a->noisy > b->noisy ? -1 : 1;
    return by_bytes(one, other);
}

/* All of the texts with noise; returns how many reach the threshold, which come first. */
static size_t rank(struct candidate *candidates, int64_t *noise,
                   const struct cs_tally *tally, uint64_t s2_q16, uint64_t threshold,
                   struct cs_rng *secret)
{
    size_t n = 0;

    if (s2_q16 > 0)
        cs_gauss_fill_var(noise, tally->n_levels, s2_q16, secret);
    for (size_t k = 0; k < tally->n_levels; k++) {
        const struct cs_level *level = &tally->levels[k];

        candidates[k] = (struct candidate){ level, (int64_t)level->n_rows + noise[k] };
    }
    qsort(candidates, tally->n_levels, sizeof *candidates, by_noisy);
    while (n < tally->n_levels && candidates[n].noisy >= (int64_t)threshold)
        n++;
    return n;
}

static enum cs_status publish(struct cs_discovered *found,
                              const struct candidate *candidates, size_t n)
{
    *found = (struct cs_discovered){ 0 };
    for (; found->n < n; found->n++) {
        found->text[found->n] = strdup(candidates[found->n].level->text);
        if (found->text[found->n] == NULL)
            return CS_MEMORY;
    }
    return CS_OK;
}

enum cs_status cs_discover(struct cs_discovered *found, const struct cs_tally *tally,
                           size_t most, uint64_t s2_q16, uint64_t threshold,
                           struct cs_rng *secret)
{
    const size_t room = tally->n_levels + 1; /* never of size 0 */
    struct candidate *candidates = calloc(room, sizeof *candidates);
    int64_t *noise = calloc(room, sizeof *noise);
    struct cs_discovered made = { 0 };
    enum cs_status st = CS_MEMORY;

    CS_REQUIRE(most > 0 && most <= CS_CODES_MAX && tally->n_beyond == 0);
    CS_REQUIRE(threshold > 0 && threshold <= INT64_MAX);
    if (candidates == NULL || noise == NULL)
        goto out;
    const size_t n = rank(candidates, noise, tally, s2_q16, threshold, secret);
    const size_t n_taken = n < most ? n : most;
    qsort(candidates, n_taken, sizeof *candidates, by_bytes);
    CS_TRY(publish(&made, candidates, n_taken));
    *found = made;
    made = (struct cs_discovered){ 0 };
out:
    cs_discovered_wipe(&made);
    cs_wipe_free(candidates, room * sizeof *candidates);
    cs_wipe_free(noise, room * sizeof *noise);
    return st;
}

/* ---- as bytes ---- */

size_t cs_discovered_pack(uint8_t bytes[static CS_DISCOVERED_PACKED_BYTES_MAX],
                          const struct cs_discovered *found)
{
    size_t at = 1;

    CS_REQUIRE(found->n <= CS_CODES_MAX);
    bytes[0] = (uint8_t)found->n;
    for (size_t k = 0; k < found->n; k++) {
        const size_t n = strlen(found->text[k]);

        CS_REQUIRE(n <= CS_DISCOVERED_TEXT_BYTES_MAX);
        cs_bytes_put(bytes + at, n, 2);
        memcpy(bytes + at + 2, found->text[k], n);
        at += 2 + n;
    }
    return at;
}

/* The text at *at, which moves behind it. */
static enum cs_status take_text(char **text, const uint8_t *bytes, size_t n_bytes,
                                size_t *at)
{
    const size_t left = n_bytes - *at;
    const size_t n = left < 2 ? 0 : (size_t)cs_bytes_get(bytes + *at, 2);
    const char *from = (const char *)bytes + *at + 2;

    if (left < 2 || n > left - 2 || !cs_discover_may_find(from, n))
        return CS_PROTOCOL;
    *text = strndup(from, n);
    *at += 2 + n;
    return *text != NULL ? CS_OK : CS_MEMORY;
}

static bool ascend(const struct cs_discovered *found)
{
    for (size_t k = 1; k < found->n; k++)
        if (strcmp(found->text[k - 1], found->text[k]) >= 0)
            return false;
    return true;
}

enum cs_status cs_discovered_unpack(struct cs_discovered *found, const uint8_t *bytes,
                                    size_t n_bytes, size_t most)
{
    const size_t n = n_bytes < 1 ? SIZE_MAX : bytes[0];
    struct cs_discovered made = { 0 };
    enum cs_status st = CS_OK;
    size_t at = 1;

    CS_REQUIRE(most <= CS_CODES_MAX);
    if (n > most)
        return CS_PROTOCOL;
    for (; made.n < n; made.n++)
        CS_TRY(take_text(&made.text[made.n], bytes, n_bytes, &at));
    if (at != n_bytes || !ascend(&made)) {
        st = CS_PROTOCOL;
        goto out;
    }
    *found = made;
    made = (struct cs_discovered){ 0 };
out:
    cs_discovered_wipe(&made);
    return st;
}
