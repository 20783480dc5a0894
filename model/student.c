#include "model/student.h"

#include <math.h>

#include "model/lift.h"

static double factor(double n_degrees)
{
    return (8 * n_degrees + 1) / (8 * n_degrees + 3);
}

double cs_student_p(double t, double n_degrees)
{
    if (isinf(n_degrees))
        return cs_normal_p(t);
    return cs_normal_p(factor(n_degrees) * sqrt(n_degrees * log1p(t * t / n_degrees)));
}

double cs_student_quantile(double z, double n_degrees)
{
    if (isinf(n_degrees))
        return z;

    const double x = z / factor(n_degrees);
    return sqrt(n_degrees * expm1(x * x / n_degrees));
}
