/* kendall.h: whether two rankings agree.
 *
 *   Errors     none
 */
#ifndef CS_MODEL_KENDALL_H
#define CS_MODEL_KENDALL_H

#include <stddef.h>

/* Kendall's tau-b of x and y (n): pairs that both order alike less those they order
 * unlike, as a share of what ties leave (Kendall, "The Treatment of Ties in Ranking
 * Problems", 1945). NAN if either is all ties. Time grows with the square of n. */
double cs_kendall(const double *x, const double *y, size_t n);

#endif
