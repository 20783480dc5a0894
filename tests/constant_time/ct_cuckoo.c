/* crypto/cuckoo.h: "cs_cuckoo_places takes the same time for all". Placing does not, and
 * says so. */
#include "crypto/cuckoo.h"

#include "tests/constant_time/taint.h"

int main(void)
{
    uint32_t place[CS_CUCKOO_PLACES];
    struct cs_block element = { 1, 2 };

    cs_taint_secret(&element, sizeof element);
    cs_cuckoo_places(place, element, cs_cuckoo_bins(5000));
    for (int i = 0; i < CS_CUCKOO_PLACES; i++)
        cs_taint_expect(&place[i], 1);
    return 0;
}
