#include "model/decode.h"

#include <stdio.h>

#include "crypto/status.h"
#include "crypto/whole.h"

#define LABEL_BYTES 300

static bool is_prime(uint64_t n)
{
    for (uint64_t d = 2; d * d <= n; d++)
        if (n % d == 0)
            return false;
    return true;
}

/* The fractional part of the square root of the prime of that number, in 2^-64. */
static uint64_t step_of(size_t number)
{
    uint64_t prime = 2;

    for (size_t k = 0; k < number; k++)
        for (prime++; !is_prime(prime);)
            prime++;
    /* 52 bits of the root's fraction; shifted up, its whole part is lost */
    return cs_square_root((cs_u128)prime << 104) << 12;
}

void cs_decoder_init(struct cs_decoder *decoder, const struct cs_column *column,
                     size_t number, const struct cs_density *density, uint64_t seed)
{
    char label[LABEL_BYTES];
    const int n = snprintf(label, sizeof label, "decode/%s", column->name);

    CS_REQUIRE(number < CS_COLUMNS_MAX);
    CS_REQUIRE(n > 0 && (size_t)n < sizeof label);
    CS_REQUIRE(!cs_column_is_numeric(column) || column->edges != NULL);
    decoder->column = column;
    decoder->density = density;
    decoder->within = NULL;
    decoder->step = step_of(number);
    decoder->text[0] = '\0';
    cs_rng_init_labelled(&decoder->rng, seed, label);
    for (size_t bin = 0; bin < CS_CODES_MAX; bin++)
        decoder->place[bin] = cs_rng_u64(&decoder->rng);
}

void cs_decoder_keep_within(struct cs_decoder *decoder, const struct cs_spans *within)
{
    CS_REQUIRE(cs_column_is_numeric(decoder->column));
    decoder->within = within;
}

/* Uniform in [0, n), exactly: draws beyond the last multiple of n are thrown away. */
static uint64_t below(struct cs_rng *rng, uint64_t n)
{
    if (n <= UINT32_MAX)
        return cs_rng_below(rng, (uint32_t)n);
    const uint64_t end = UINT64_MAX - UINT64_MAX % n;
    uint64_t draw = cs_rng_u64(rng);
    while (draw >= end)
        draw = cs_rng_u64(rng);
    return draw % n;
}

/* The multiples of an irrational number mod 1 lie evenly, however many are taken (Weyl,
 * "Ueber die Gleichverteilung von Zahlen mod. Eins", 1916, section 1): so many rows of a
 * bin decode to each part of it as the density says, without the chance of separate
 * draws. */
static uint64_t next_place(struct cs_decoder *decoder, size_t bin)
{
    return decoder->place[bin] += decoder->step;
}

static int64_t draw_from_bin(struct cs_decoder *decoder, size_t bin)
{
    const int64_t lo = decoder->column->edges[bin], hi = decoder->column->edges[bin + 1];

    if (decoder->within != NULL)
        return cs_spans_draw(decoder->within, decoder->density, lo, hi,
                             next_place(decoder, bin), &decoder->rng);
    if (decoder->density != NULL)
        return cs_density_draw(decoder->density, lo, hi, next_place(decoder, bin),
                               &decoder->rng);
    const uint64_t offset = below(&decoder->rng, (uint64_t)hi - (uint64_t)lo);
    return (int64_t)((uint64_t)lo + offset);
}

const char *cs_decoder_next(struct cs_decoder *decoder, uint8_t code)
{
    const struct cs_column *column = decoder->column;

    CS_REQUIRE(code < column->n_codes);
    if (code == column->missing)
        return "";
    if (cs_column_is_numeric(column)) {
        cs_value_format(decoder->text, column, draw_from_bin(decoder, code));
        return decoder->text;
    }
    return code < column->n_values ? column->values[code] : "other";
}
