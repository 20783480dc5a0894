/* What a program outside the tree may want of the libraries: the epsilon of a release, as
 * `cosynth privacy epsilon` prints it. Before, a call into each library that they stand
 * on, so that one that is not linked is missed. */
#include <cosynth/crypto/rng.h>
#include <cosynth/crypto/sha256.h>
#include <cosynth/model/gaussian.h>
#include <cosynth/model/matrix.h>
#include <stdio.h>

static int randomness_works(void)
{
    struct cs_rng rng;

    cs_rng_init_random(&rng);
    const int differ = cs_rng_u64(&rng) != cs_rng_u64(&rng);
    cs_rng_wipe(&rng);
    return differ;
}

/* FIPS 180-4: the digest of "abc" begins with ba7816bf. */
static int hashes_work(void)
{
    uint8_t digest[CS_SHA256_BYTES];

    return cs_sha256(digest, "a", 1, "bc", 2) == CS_OK && digest[0] == 0xba &&
           digest[3] == 0xbf;
}

static int matrices_work(void)
{
    const float two = 2, three = 3;
    float product = 0;

    cs_matrix_product(&product, &two, &three, 1, 1, 1);
    return product == 6;
}

int main(void)
{
    if (!randomness_works() || !hashes_work() || !matrices_work())
        return 1;
    return printf("epsilon %.6g\n", cs_gaussian_epsilon(1 / 4.0, 1e-6)) < 0;
}
