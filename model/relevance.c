#include "model/relevance.h"

#include <math.h>

double cs_relevance_share(const struct cs_rate *levels, size_t n)
{
    double people = 0, total = 0, between = 0, within = 0;

    for (size_t i = 0; i < n; i++) {
        people += levels[i].people;
        total += levels[i].people * levels[i].value;
    }
    for (size_t i = 0; i < n; i++) {
        const double n_i = levels[i].people, off = levels[i].value - total / people;
        const double variance = levels[i].sampling + levels[i].noise;

        between += n_i * (off * off - (1 - n_i / people) * variance);
        within += n_i * n_i * levels[i].sampling;
    }
    return n < 2 || between <= 0 ? 0 : between / (between + within);
}
