#include "tests/support/uniform.h"

#include <math.h>

void cs_histogram_add(struct cs_histogram *histogram, const uint8_t *bytes,
                      size_t n_bytes)
{
    for (size_t i = 0; i < n_bytes; i++)
        histogram->count[i % 8][bytes[i]]++;
    histogram->n_words += n_bytes / 8;
}

/* Wilson and Hilferty, 1931: the cube root of chi-square / k is nearly normal. */
static double normal_of_chi_square(double chi_square, double k)
{
    const double variance = 2 / (9 * k);

    return (cbrt(chi_square / k) - (1 - variance)) / sqrt(variance);
}

bool cs_histogram_is_uniform(const struct cs_histogram *histogram)
{
    const double expected = (double)histogram->n_words / 256;

    for (size_t place = 0; place < 8; place++) {
        double chi_square = 0;

        for (size_t value = 0; value < 256; value++) {
            const double off = (double)histogram->count[place][value] - expected;
            chi_square += off * off / expected;
        }
        if (!(fabs(normal_of_chi_square(chi_square, 255)) < 5.6))
            return false;
    }
    return histogram->n_words > 0;
}

bool cs_bytes_are_uniform(const void *bytes, size_t n_bytes)
{
    struct cs_histogram histogram = { 0 };

    cs_histogram_add(&histogram, bytes, n_bytes);
    return cs_histogram_is_uniform(&histogram);
}
