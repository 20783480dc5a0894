/* normal.h: standard normal and Gumbel draws, for latents and samples. Not for privacy
 * noise, which is drawn exactly, on a grid (crypto/gauss.h).
 *
 * Box and Muller, "A Note on the Generation of Random Normal Deviates", 1958: two words
 * of 32 bits make two draws, none farther out than 5.9.
 */
#ifndef CS_MODEL_NORMAL_H
#define CS_MODEL_NORMAL_H

#include <stddef.h>

#include "crypto/rng.h"

void cs_normal_fill(float *x, size_t n, struct cs_rng *rng);

/* Of the standard Gumbel distribution: -log(-log(uniform)). */
void cs_gumbel_fill(float *x, size_t n, struct cs_rng *rng);

#endif
