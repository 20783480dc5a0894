/* cuckoo.h: cuckoo hashing with three places and no stash.
 *
 * A table of n_bins bins in three thirds. An element has one place in each third, so its
 * places are three different bins, and lies in one of them; a bin holds one element or
 * none. The other party hashes simply: each element into all its three places, from which
 * follows that what is at both is in one and the same bin once.
 *
 * Parameters of Pinkas, Schneider, Tkachenko, Yanai, "Efficient Circuit-Based PSI with
 * Linear Communication", EUROCRYPT 2019 (2019/241), after the experiments of Pinkas,
 * Schneider, Zohner (2016/930): three places, 1.27 n bins, no stash. Elements are placed
 * by breadth-first search for an augmenting path, so that fails only if no placement
 * exists; with cs_cuckoo_bins, with a probability below 2^-53 (docs/NUMERICS.md has the
 * bound and the experiment). Who goes on after that draws another key for the elements.
 *
 *   Elements    are outputs of a keyed hash: probability and speed rest on that, and it
 *               is not checked.
 *   Units       n counts elements, n_bins bins; n_bins is a positive multiple of 3, at
 *               most CS_CUCKOO_MAX.
 *   Errors      CS_MEMORY; CS_INPUT: two elements are equal, or there is no placement.
 *   Secrecy     elements are secret. Time and memory access of placing depend on them: on
 *               keyed hashes of a party's own, placed with no message under way. `_var`
 *               says so; cs_cuckoo_places takes the same time for all.
 */
#ifndef CS_CRYPTO_CUCKOO_H
#define CS_CRYPTO_CUCKOO_H

#include "crypto/block.h"
#include "crypto/status.h"

enum {
    CS_CUCKOO_PLACES = 3,
    CS_CUCKOO_MAX = CS_CUCKOO_PLACES << 22,
};

#define CS_CUCKOO_NOBODY UINT32_MAX

/* Bins of a table for n elements: 1.27 n, and not fewer than 4096 elements get. */
size_t cs_cuckoo_bins(size_t n);

/* The places of an element, lowest third first. They follow from its upper three words of
 * 32 bits; by the lowest one crypto/buckets.h may have put it where it is. */
void cs_cuckoo_places(uint32_t place[static CS_CUCKOO_PLACES], struct cs_block element,
                      size_t n_bins);

/* owner[bin] (n_bins) gets the index of the element there, or CS_CUCKOO_NOBODY: that
 * everywhere after an error. The same elements give the same owners. */
CS_MUST_USE enum cs_status cs_cuckoo_place_var(uint32_t *owner,
                                               const struct cs_block *element, size_t n,
                                               size_t n_bins);

#endif
