#include "model/kendall.h"

#include <math.h>

static int order(double a, double b)
{
    return (a > b) - (a < b);
}

double cs_kendall(const double *x, const double *y, size_t n)
{
    double agreed = 0, in_x = 0, in_y = 0;

    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < i; j++) {
            const int by_x = order(x[i], x[j]), by_y = order(y[i], y[j]);

            agreed += by_x * by_y;
            in_x += by_x != 0;
            in_y += by_y != 0;
        }
    return in_x > 0 && in_y > 0 ? agreed / sqrt(in_x * in_y) : NAN;
}
